# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The conformance runner: drives implementations of SST as processes, see doc/conformance.md."""
