# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The test vectors: both implementations make the same files, and the appendix shows them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

pytest.importorskip("noise")

SCRIPT = ROOT / "conformance" / "vectors.py"
ADAPTER = ROOT / "build" / "bin" / "sst-conform-adapter"
SPECIFICATION = ROOT / "doc" / "draft-sst-protocol.md"
FILES = sorted(path.name for path in (ROOT / "vectors").glob("*.json"))


def run(*arguments: str) -> str:
    """What vectors.py prints."""
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True,
                          text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=["codec", "reference"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of vectors made by one implementation."""
    folder = tmp_path_factory.mktemp(request.param)
    run("make", "--out", str(folder),
        *(["--adapter", str(ADAPTER)] if request.param == "codec" else []))
    return folder


def test_there_are_vectors() -> None:
    assert {"handshakes.json", "data.json", "epochs.json", "retry.json", "reset.json",
            "key-values.json", "refusals.json", "worked.json"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_implementation_makes_the_stored_bytes(made: Path, name: str) -> None:
    assert (made / name).read_bytes() == (ROOT / "vectors" / name).read_bytes()


def test_the_codec_answers_as_the_vectors_say() -> None:
    run("check", "--adapter", str(ADAPTER))


def test_the_appendix_shows_the_worked_exchange() -> None:
    text = SPECIFICATION.read_text(encoding="utf-8")
    shown = text.split("<!-- BEGIN worked packets -->")[1].split("<!-- END worked packets -->")[0]
    assert shown.strip() == run("worked").strip()
