# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Test vectors: scenarios played on an implementation, with every request and answer kept."""
