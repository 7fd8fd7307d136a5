# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The specification agrees with itself and with the codec, and the check would notice if not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT

from sstlab import specification
from sstlab.codec_text import Constants, read_machine, read_reasons
from sstlab.project import Failure

TEXT = specification.SPECIFICATION.read_text()
CODEC = ROOT / "codec"


def test_nothing_is_wrong() -> None:
    assert specification.check() == []


def test_rules_are_found_with_their_sentences() -> None:
    rules = specification.rules(TEXT)
    assert len(rules) > 200
    assert rules["SES-4"] == "A session that a peer opened MUST NOT carry a flow opened here."


@pytest.mark.parametrize(("text", "problem"), [
    ("- [A-1] One MUST. [A-1] Two MUST.", "[A-1] is used 2 times"),
    ("A sender MUST do it.", "a normative sentence without an id: A sender MUST do it."),
    ("- [A-1] One MUST. Two MAY.", "a normative sentence without an id: Two MAY."),
    ("- [A-1] One does.", "[A-1] is not a normative sentence"),
    ("See AB-7.", "AB-7 is referred to and does not exist"),
])
def test_wrong_rules_are_noticed(text: str, problem: str) -> None:
    assert specification.check_rules(text) == [problem]


@pytest.mark.parametrize("text", ["```\nA line of code MUST not count.\n```", "[A-1] One\nMUST.",
                                  "See RFC 9460 and SHA-256.", "a lower-case must"])
def test_right_text_is_left_alone(text: str) -> None:
    assert specification.check_rules(text) == []


def test_sections_that_do_not_exist_are_noticed() -> None:
    text = "## 7 Server\n### 7.2 INIT\n## Appendix B Table\nSection 7.2, Section 7 and Appendix B."
    assert specification.check_sections(text) == []
    assert specification.check_sections(text + " Section 7.4.") == [
        "section 7.4 is referred to and does not exist"]


def test_worked_packets_may_say_anything(tmp_path: Path) -> None:
    path = tmp_path / "specification.md"
    path.write_text(specification.replace_section(TEXT, "worked packets", "It MUST `no-reason`.\n"))
    assert specification.check(path) == []


@pytest.mark.parametrize(("text", "values"), [
    ("255", [255]), ("0xAC", [172]), ("2^32 - 2^16", [4294901760]), ("27 bytes", [27]),
    ("256 KiB", [262144]), ("5 ms", [5_000_000]), ("15 min", [900 * 10**9]),
    ("30 days", [2592000 * 10**9]), ("0, 1, 3 s", [0, 10**9, 3 * 10**9])])
def test_values_of_the_table_are_read(text: str, values: list[int]) -> None:
    assert specification.read_values(text) == values


def test_constants_of_the_codec_are_read() -> None:
    constants = Constants(CODEC)
    assert constants.find("wire::DATA_OVERHEAD") == [27]
    assert constants.find("EndpointConfig::halfLifeNs") == [10 * 10**9]
    assert constants.find("EndpointConfig::timeWindowMs") == [10 * 10**9]
    assert constants.find("EndpointConfig::maxFailedOpens") == [1 << 36]
    assert constants.find("TrafficClassMark::value") == [0xAC]
    assert constants.find("wire::NO_SUCH_THING") is None
    assert "EndpointConfig::maxHalfOpen" in constants.listed()


@pytest.mark.parametrize(("right", "wrong", "problem"), [
    ("| 27 bytes | `wire::DATA_OVERHEAD`", "| 28 bytes | `wire::DATA_OVERHEAD`",
     "overhead, layout N: 28 bytes here, wire::DATA_OVERHEAD is [27]"),
    ("`wire::DATA_OVERHEAD`", "", "wire::DATA_OVERHEAD is missing in the table of constants"),
    ("`wire::DATA_OVERHEAD`", "`wire::OVERHEAD`", "the codec has no wire::OVERHEAD"),
])
def test_wrong_constants_are_noticed(right: str, wrong: str, problem: str) -> None:
    assert TEXT.count(right) == 1
    found = specification.check_constants(TEXT.replace(right, wrong), Constants(CODEC))
    assert any(problem in line for line in found), found


@pytest.mark.parametrize(("reason", "source", "problem"), [
    ("", "choice", "protocol version: no reason"),
    ("so", "text", "protocol version: 'text' is no source"),
    ("so", "RFC 9999, 1", "protocol version: RFC 9999 is missing in Section 21"),
    ("so", "measured, doc/codec.md, Nowhere", "protocol version: doc/codec.md has no 'Nowhere'"),
    ("so", "choice; RFC 9001, 6.6; measured, doc/codec.md, Speed", None),
])
def test_constants_without_reason_or_source_are_noticed(reason: str, source: str,
                                                        problem: str | None) -> None:
    row = re.search(r"\| protocol version \|.*", TEXT)
    assert row is not None
    text = TEXT.replace(row[0], f"| protocol version | 1 | `wire::VERSION` | {reason} | {source} |")
    assert specification.check_sources(text) == ([] if problem is None else [problem])


def test_wrong_reasons_are_noticed() -> None:
    reasons = read_reasons(CODEC)
    assert specification.check_reasons(TEXT, reasons) == []
    assert specification.check_reasons(TEXT, [*reasons, "new"]) == ["reason new is missing"]
    assert "the codec has no reason tombstone" in specification.check_reasons(
        TEXT, [name for name in reasons if name != "tombstone"])


def test_tables_of_the_states_are_read() -> None:
    client = read_machine(CODEC, "Client")
    assert client.steps["INIT", "RESP"] == ("FLUSH", "UP")
    assert client.steps["IDLE", "KEYS"] == ("START", "INIT")
    server = read_machine(CODEC, "Server")
    assert server.steps["NONE", "INIT"] == ("CREATE", "WAIT")
    assert "| `RESP` |  |  | FLUSH → UP |  |  |" in specification.machine_tables(client)


def test_a_table_of_another_size_is_noticed(tmp_path: Path) -> None:
    for name in ("include/sst/state-machine.h", "src/state-machine.cc"):
        target = tmp_path / name
        target.parent.mkdir(parents=True)
        target.write_text((CODEC / name).read_text())
    source = tmp_path / "src/state-machine.cc"
    lines = source.read_text().splitlines(keepends=True)
    source.write_text("".join(line for line in lines if "{CA::OPEN," not in line))
    with pytest.raises(Failure, match="CLIENT_TABLE has"):
        read_machine(tmp_path, "Client")


def test_stale_tables_and_figures_are_noticed(monkeypatch: pytest.MonkeyPatch,
                                              tmp_path: Path) -> None:
    for right, wrong in (("FLUSH → UP", "FLUSH → INIT"), ("BURY → TOMB", "BURY → NONE")):
        stale = TEXT.replace(right, wrong)
        assert any("tables of the states" in line for line in specification.check_generated(stale))
    monkeypatch.setattr(specification, "FIGURES", tmp_path)
    assert len(specification.check_generated(TEXT)) == 3
