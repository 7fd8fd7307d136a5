# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""./sst run protocol-limits: its table, its file, its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import sst
from sstlab import limits
from sstlab.project import BUILD

REAL = BUILD / "bin" / limits.PROGRAM
FAKE = """#!/usr/bin/env python3
import json, sys
name = next(a.split("=")[1] for a in sys.argv if a.startswith("--scenario="))
holds = name != "{failing}"
print(json.dumps({{"scenario": name, "shows": "something", "holds": holds,
                  "figures": {{"packets": 7}}, "checks": {{"it works": holds}}}}))
sys.exit(not holds)
"""


def fake(folder: Path, failing: str = "") -> Path:
    """A program that says of every scenario but one that it holds."""
    program = folder / "fake"
    program.write_text(FAKE.format(failing=failing))
    program.chmod(0o755)
    return program


def test_all_hold(tmp_path: Path) -> None:
    done = sst("run", limits.NAME, "--program", fake(tmp_path), "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines() if ": something" in line] == \
        list(limits.SCENARIOS)
    written = json.loads((tmp_path / "out" / limits.FILE).read_text())
    assert [each["scenario"] for each in written] == list(limits.SCENARIOS)
    again = sst("run", limits.NAME, "--program", fake(tmp_path), "--out", tmp_path / "out")
    assert again.returncode == 0, again.stderr


def test_one_does_not_hold(tmp_path: Path) -> None:
    done = sst("run", limits.NAME, "--program", fake(tmp_path, "retry"), "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "DOES NOT HOLD:  it works" in done.stdout


def test_refusals(tmp_path: Path) -> None:
    program = fake(tmp_path)
    done = sst("run", limits.NAME, "--quick", "--program", program)
    assert done.returncode == 2 and "takes no --quick" in done.stderr
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").touch()
    done = sst("run", limits.NAME, "--program", program, "--out", tmp_path / "other")
    assert done.returncode == 2 and "holds something else" in done.stderr
    program.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    done = sst("run", limits.NAME, "--program", program, "--out", tmp_path / "out")
    assert done.returncode == 1 and "broken" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the program is not built")
def test_real_program(tmp_path: Path) -> None:
    done = sst("run", limits.NAME, "--program", REAL, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
