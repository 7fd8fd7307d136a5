# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst key`: makes, shows and publishes the static keys of a server, by the program sst-key."""

from __future__ import annotations

import subprocess

from sstlab import build, environment
from sstlab.project import BUILD

PROGRAM = "sst-key"


def key(arguments: list[str]) -> int:
    """Builds sst-key where needed and hands it everything behind `./sst key`."""
    environment.ensure_environment()
    with build.ensure_built([PROGRAM]):
        return subprocess.run([str(BUILD / "bin" / PROGRAM), *arguments], check=False).returncode
