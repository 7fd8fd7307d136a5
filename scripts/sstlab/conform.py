# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst conform`: builds the codec's adapter and calls the conformance runner."""

from __future__ import annotations

import os
import subprocess
from argparse import Namespace

from sstlab import build, environment
from sstlab.project import BUILD, CONFORMANCE

TARGET = "sst-conform-adapter"
ADAPTER = BUILD / "bin" / TARGET
LIBSST = "libsst"


def conform(options: Namespace) -> int:
    """Passes the options on; the exit status is the runner's."""
    environment.ensure_environment()
    arguments = [word for name in ("implementation", "case")
                 for value in getattr(options, name) for word in (f"--{name}", value)]
    arguments += [f"--{name.replace('_', '-')}" for name in ("list", "lenient", "self_check")
                  if getattr(options, name)]
    if options.junit:
        arguments += ["--junit", options.junit]
    is_built = not (options.list or options.self_check) and (
        not options.implementation or LIBSST in options.implementation)
    if not is_built:
        return _run(arguments)
    with build.ensure_built([TARGET]):
        return _run([*arguments, "--libsst", str(ADAPTER)])


def _run(arguments: list[str]) -> int:
    """Runs the runner in .venv with what it prints going where ours goes."""
    command = [str(environment.PYTHON), "-m", "sst_conform", *arguments]
    variables = {**os.environ, "PYTHONPATH": str(CONFORMANCE), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, env=variables, check=False).returncode
