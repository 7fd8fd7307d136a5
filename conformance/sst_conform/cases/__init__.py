# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The cases; importing this package registers all of them."""

from sst_conform.cases import (boundary, clients, details, features, flows, forged, guarding,
                               handshake, leak, limits, loss, normal, readings, rules, tuples)

__all__ = ["boundary", "clients", "details", "features", "flows", "forged", "guarding",
           "handshake", "leak", "limits", "loss", "normal", "readings", "rules", "tuples"]
