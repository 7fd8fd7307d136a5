# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The tools that look for faults: which changes ./sst mutate makes, what ./sst fuzz reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from sstlab import fuzz, mutate
from sstlab.project import UsageError

SAMPLE = """\
// a comment with a < b
bool
Check(int a, int b)
{
    if (a <= b && a != 0)
    {
        Note("x < y");
        return true;
    }
    m_sum += a;
    return false;
}
"""


def changes(tmp_path: Path, text: str = SAMPLE) -> set[tuple[int, str, str]]:
    file = tmp_path / "sample.cc"
    file.write_text(text)
    return {(mutant.line, mutant.what, mutant.after.strip()) for mutant in mutate.mutants(file)}


def test_every_operator_changes_its_lines(tmp_path: Path) -> None:
    found = changes(tmp_path)
    assert (5, "<= to <", "if (a < b && a != 0)") in found
    assert (5, "&& to ||", "if (a <= b || a != 0)") in found
    assert (5, "!= to ==", "if (a <= b && a == 0)") in found
    assert (5, "negated", "if (!(a <= b && a != 0))") in found
    assert (5, "constant", "if (a <= b && a != 1)") in found
    assert (7, "removed", "") in found
    assert (8, "true to false", "return false;") in found
    assert (10, "+= to -=", "m_sum -= a;") in found
    assert (10, "removed", "") in found


def test_comments_and_strings_stay(tmp_path: Path) -> None:
    found = changes(tmp_path)
    assert not any(line == 1 for line, _, _ in found)
    assert not any(line == 7 and what != "removed" for line, what, _ in found)


def test_blank_keeps_places() -> None:
    text = 'a /* b\nc */ d "e" // f\n\'g\''
    lines = mutate.blank(text)
    assert [len(line) for line in lines] == [len(line) for line in text.split("\n")]
    assert "".join(lines).split() == ["a", "d"]


def test_equivalents_have_reasons() -> None:
    known = mutate.equivalents()
    assert all(reason for reason in known.values())
    for key in known:
        name, _, change = key.partition(": ")
        assert (mutate.ROOT / name).is_file(), key
        before = change.partition(" -> ")[0]
        text = [line.strip() for line in (mutate.ROOT / name).read_text().splitlines()]
        assert before in text, f"no such line any more: {key}"


def test_files_by_pattern() -> None:
    chosen = mutate.chosen_files(["replay-window.*"], False)
    assert {file.name for file in chosen} == {"replay-window.cc", "replay-window.h"}
    with pytest.raises(UsageError):
        mutate.chosen_files(["no-such-file"], False)


def test_what_libfuzzer_says_is_read() -> None:
    outcome = fuzz.Outcome("init")
    fuzz._read(outcome, "#2\tINITED cov: 5 ft: 6\n#9\tDONE   cov: 12 ft: 16 corp: 1/1b\n"
                        "stat::number_of_executed_units: 9\n")
    outcome.seconds = 3.0
    assert (outcome.executions, outcome.coverage, outcome.rate) == (9, 12, 3.0)
    finding = fuzz._finding("init", "x.cc:1: not so: a == b\n==1== ERROR: libFuzzer: deadly signal\n"
                            "Test unit written to ./crash-1\n", ["fuzz-init"])
    assert finding == {"what": "x.cc:1: not so: a == b", "input": "./crash-1",
                       "repeat": "fuzz-init ./crash-1"}


def test_every_target_has_seeds() -> None:
    assert len(fuzz.TARGETS) >= 10
    for target in fuzz.TARGETS:
        assert any((fuzz.SEEDS / target).iterdir()), target
    size = sum(file.stat().st_size for file in fuzz.SEEDS.rglob("*") if file.is_file())
    assert size < 300_000
