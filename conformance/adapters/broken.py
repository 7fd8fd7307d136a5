# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The reference implementation with one deliberate fault, to show that the cases can fail.

`broken.py --fault NAME` serves it over the adapter interface. Never to be used for anything else.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

import reference  # noqa: E402  (the paths come first)
from sst_faults import FAULTS  # noqa: E402


def main() -> int:
    """Puts the fault in and serves the adapter interface."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{one.name}: {one.words}" for one in FAULTS.values()))
    parser.add_argument("--fault", required=True, choices=FAULTS)
    FAULTS[parser.parse_args().fault].put_in()
    return reference.main()


if __name__ == "__main__":
    sys.exit(main())
