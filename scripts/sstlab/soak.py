# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst soak`: long runs of two endpoints over a bad path, in virtual time."""

from __future__ import annotations

import json
import subprocess
from argparse import Namespace

from sstlab import build, packages
from sstlab.locks import exclusive
from sstlab.project import BUILD_BENCH
from sstlab.results import output_file, replace_text

PROGRAM = "sst-codec-soak"


def soak(options: Namespace) -> int:
    """Builds optimized, runs, passes the program's verdict on."""
    target = output_file("--json", options.json)
    with exclusive("setup", "to set up"):
        packages.ensure_packages(packages.NEEDS + packages.BENCH_NEEDS)
    with build.ensure_built([PROGRAM], kind=build.BENCH):
        done = subprocess.run([str(BUILD_BENCH / "bin" / PROGRAM), options.what,
                               str(options.count), str(options.seed)],
                              stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="")
    if target:
        figures = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
        replace_text(target, json.dumps(figures, indent=2) + "\n")
    return 1 if done.returncode else 0
