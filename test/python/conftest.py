# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the laboratory share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAKE = Path(__file__).with_name("fake_scenario.py")
sys.path.insert(0, str(ROOT / "scripts"))

from sstlab.flows import Flow  # noqa: E402  (the path comes first)


def sst(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Calls ./sst as a user does."""
    return subprocess.run([sys.executable, str(ROOT / "sst"), *map(str, arguments)],
                          capture_output=True, text=True, check=False, timeout=600,
                          env={**os.environ, **variables})


def make_flow(**changes: object) -> Flow:
    """A completed plain HTTP flow, with the given columns changed."""
    values: dict[str, object] = {
        "service": "http", "carriage": "plain", "policy": "off", "censor": "none", "ip": 4,
        "seed": 1, "flow": 0, "outcome": "completed", "reason": "", "blocked": False,
        "fell_back": False, "exposed": True, "imitates": "0", "rtt_ms": 50.0, "size": 1000,
        "start_ms": 0.0, "ttfb_ms": 100.0, "duration_ms": 200.0, "goodput_mbps": 2.0,
        "ip_bytes": 1000, "packets": 10, "marked_packets": 0, "port_seen": True,
        "name_seen": True}
    return Flow(**{**values, **changes})  # type: ignore[arg-type]


def failed_flow(reason: str = "timeout", **changes: object) -> Flow:
    """A flow that did not complete."""
    return make_flow(**{"outcome": "failed", "reason": reason, "blocked": True, "ttfb_ms": None,
                        "duration_ms": None, "goodput_mbps": None, **changes})


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marks known."""
    config.addinivalue_line("markers", "slow: takes long; left out by ./sst test --fast")


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the fake program: every censor and carriage, four flows a service."""
    folder = tmp_path_factory.mktemp("study") / "results"
    done = sst("run", "--quick", "--program", FAKE, "--out", folder)
    assert done.returncode == 0, done.stderr
    (folder.parent / "stdout").write_text(done.stdout)
    return folder
