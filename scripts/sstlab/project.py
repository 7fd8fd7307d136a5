# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Where things are, how the laboratory speaks and how it fails."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
CONFORMANCE = ROOT / "conformance"
VENV = ROOT / ".venv"
STATE = ROOT / ".sst"
BUILD = ROOT / "build"
BUILD_SANITIZED = ROOT / "build-asan"
BUILD_BENCH = ROOT / "build-bench"
BUILD_FUZZ = ROOT / "build-fuzz"
BUILD_COVERAGE = ROOT / "build-coverage"
BUILD_MUTATE = ROOT / "build-mutate"
RESULTS = ROOT / "results"


class UsageError(Exception):
    """What was asked for does not exist or cannot be had here: exit status 2."""


class Failure(Exception):
    """What was asked for went wrong: exit status 1."""


def say(message: str) -> None:
    """Tells the user what happens, on standard error: standard output belongs to results."""
    print(f"sst: {message}", file=sys.stderr, flush=True)


def log_file(name: str) -> Path:
    """A file below .sst/ for the output of a command that is only read when it failed."""
    STATE.mkdir(exist_ok=True)
    return STATE / name


def tail(text: str, lines: int = 30) -> str:
    """The last `lines` lines of `text`, where an error message usually stands."""
    return "\n".join(text.rstrip().splitlines()[-lines:])
