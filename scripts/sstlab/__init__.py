# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The laboratory of ns3-sst: everything ./sst does."""
