# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Deliberate faults of the reference, each with the case that has to find it.

Importing the package fills the table; a fault is put in when it is called, and for good.
"""

from sst_faults import (asking, data, established, flows, guarding, handshake, limits, names,
                        paths, sessions)
from sst_faults.registry import FAULTS, Fault

__all__ = ["FAULTS", "Fault", "asking", "data", "established", "flows", "guarding", "handshake",
           "limits", "names", "paths", "sessions"]
