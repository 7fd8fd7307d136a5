# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The test vectors: both implementations make the same files, and the appendix shows them."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

pytest.importorskip("noise")

SCRIPT = ROOT / "conformance" / "vectors.py"
ADAPTER = ROOT / "build" / "bin" / "sst-conform-adapter"
SPECIFICATION = ROOT / "doc" / "draft-sst-protocol.md"
DOCUMENT = ROOT / "doc" / "vectors.md"
FILES = sorted(path.name for path in (ROOT / "vectors").glob("*.json"))


def run(*arguments: str) -> str:
    """What vectors.py prints."""
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True,
                          text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def between(path: Path, mark: str) -> str:
    """What stands between two comments of a page."""
    text = path.read_text(encoding="utf-8")
    return text.split(f"<!-- BEGIN {mark} -->")[1].split(f"<!-- END {mark} -->")[0]


def first_column(table: str) -> set[str]:
    """Names in code type that begin the rows of a table."""
    return set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE))


def load(name: str) -> dict[str, Any]:
    """A vector file."""
    return json.loads((ROOT / "vectors" / name).read_text(encoding="utf-8"))


def reasons(value: Any) -> Iterator[str]:
    """Every reason an answer names, in counts and events too."""
    if isinstance(value, dict):
        yield from (name for name in [value.get("reason")] if name is not None)
        yield from value.get("reasons", {})
        for inner in value.values():
            yield from reasons(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from reasons(inner)


def without_checksum(protocol: int, segment: bytes) -> bytes:
    """A segment of TCP or UDP with a checksum of zero."""
    at = 16 if protocol == 6 else 6
    return segment[:at] + bytes(2) + segment[at + 2:]


@pytest.fixture(scope="module", params=["codec", "reference"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of vectors made by one implementation."""
    folder = tmp_path_factory.mktemp(request.param)
    run("make", "--out", str(folder),
        *(["--adapter", str(ADAPTER)] if request.param == "codec" else []))
    return folder


def test_there_are_vectors() -> None:
    assert {"handshakes.json", "data.json", "epochs.json", "retry.json", "reset.json",
            "key-values.json", "refusals.json", "limits.json", "worked.json"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_implementation_makes_the_stored_bytes(made: Path, name: str) -> None:
    assert (made / name).read_bytes() == (ROOT / "vectors" / name).read_bytes()


def test_the_codec_answers_as_the_vectors_say() -> None:
    run("check", "--adapter", str(ADAPTER))


def test_every_reason_has_a_vector_or_it_is_said_why_not() -> None:
    met = {reason for name in FILES for case in load(name).get("cases", [])
           for step in case["steps"] for reason in reasons(step["answer"])}
    without = first_column(between(DOCUMENT, "reasons without a vector"))
    assert met & without == set()
    assert met | without == first_column(between(SPECIFICATION, "reasons"))


@pytest.mark.parametrize("coverage, layout, ip",
                         list(itertools.product(("segment", "header", "ports"), "NU", (4, 6))))
def test_tcp_and_udp_travel_both_ways_in_every_combination(coverage: str, layout: str,
                                                           ip: int) -> None:
    case, = (case for case in load("data.json")["cases"]
             if case["name"] == f"coverage {coverage}, layout {layout}, IPv{ip}")
    sent: dict[str, tuple[str, int, bytes]] = {}
    seen = set()
    for step in case["steps"]:
        request, answer = step["request"], step["answer"]
        if request["op"] == "egress" and answer["outcome"] == "send":
            assert (":" in request["peer"]) == (ip == 6)
            assert answer["protocol"] == (17 if layout == "U" else request["protocol"])
            sent[answer["packet"]] = (request["endpoint"], request["protocol"],
                                      bytes.fromhex(request["segment"]))
        if request["op"] == "ingress" and request["packet"] in sent:
            who, protocol, segment = sent[request["packet"]]
            assert (answer["outcome"], answer["protocol"]) == ("deliver", protocol)
            got = without_checksum(protocol, bytes.fromhex(answer["segment"]))
            segment = without_checksum(protocol, segment)
            assert got == segment
            seen.add((who, protocol))
            data = bytes.fromhex(request["packet"])[8 if layout == "U" else 0:]
            if data[0] >> 6:
                continue  # RESP
            # What is not covered ends the packet in clear; with all of it sealed nothing is seen.
            sealed = {"segment": len(segment), "ports": 4,
                      "header": 8 if protocol == 17 else segment[12] >> 4 << 2}[coverage]
            assert data.endswith(segment[sealed:])
            assert segment[max(0, sealed - 8):sealed] not in data
    assert seen == {(who, protocol) for who in ("client", "server") for protocol in (6, 17)}


def test_the_page_names_every_file() -> None:
    named = first_column(DOCUMENT.read_text(encoding="utf-8"))
    assert {name for name in named if name.endswith(".json")} == set(FILES)


def test_the_replay_of_the_page_finds_the_byte_that_differs(tmp_path: Path) -> None:
    script = tmp_path / "replay.py"
    script.write_text(between(DOCUMENT, "replay").split("```python")[1].split("```")[0],
                      encoding="utf-8")
    reference = [sys.executable, str(ROOT / "conformance" / "adapters" / "reference.py")]

    def replay(path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, str(script), str(path), *reference],
                              capture_output=True, text=True, check=False, timeout=300)

    for name in FILES:
        if name != "worked.json":
            done = replay(ROOT / "vectors" / name)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), name
    vectors = load("data.json")
    case = vectors["cases"][3]
    place = next(place for place, step in enumerate(case["steps"]) if "packet" in step["answer"])
    answer = case["steps"][place]["answer"]
    answer["packet"] = answer["packet"][:-1] + ("0" if answer["packet"][-1] == "1" else "1")
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(vectors), encoding="utf-8")
    done = replay(changed)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{case['name']}, step {place}:")


def test_the_appendix_shows_the_worked_exchange() -> None:
    assert between(SPECIFICATION, "worked packets").strip() == run("worked").strip()
