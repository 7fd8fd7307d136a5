# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The tools that look for faults: which changes ./sst mutate makes, what ./sst fuzz reads."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from sstlab import fuzz, locks, mutate
from sstlab.project import Failure, UsageError

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


@pytest.fixture
def fake_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the place of the target `init`: executes what -runs says, 1000 otherwise, or until it is
    interrupted when there is a file `wait`; notes its arguments."""
    for module, name in ((fuzz, "FOUND"), (fuzz, "BUILD_FUZZ"), (locks, "STATE")):
        monkeypatch.setattr(module, name, tmp_path)
    program = tmp_path / "bin" / "fuzz-init"
    program.parent.mkdir()
    program.write_text(f"""#!/bin/bash
        cd {tmp_path}
        echo "$*" >> arguments
        runs=1000
        [[ "$*" =~ -runs=([0-9]+) ]] && runs=${{BASH_REMATCH[1]}}
        code=0
        if [ -e wait ]; then
            trap 'code=72' INT
            touch ready
            while [ $code = 0 ]; do sleep 0.01; done
        fi
        if [ -e crash ]; then
            rm crash
            code=77
            echo "Test unit written to ./crash-1"
        fi
        echo "stat::number_of_executed_units: $runs"
        exit $code
        """)
    program.chmod(0o755)
    return tmp_path


def test_executions_of_all_runs_count(fake_target: Path) -> None:
    programs = fuzz.Programs()
    assert fuzz._run("init", 5, None, "aaa", programs).in_all == 1000
    assert fuzz._run("init", 5, None, "aaa", programs).in_all == 2000
    (fake_target / "crash").touch()
    outcome = fuzz._run("init", 5, None, "bbb", programs)
    assert (outcome.executions, len(outcome.findings), outcome.in_all) == (2000, 1, 4000)
    assert fuzz.read_totals() == {"init": [
        {"commit": "aaa", "executions": 2000, "findings": 0},
        {"commit": "bbb", "executions": 2000, "findings": 1}]}
    (fake_target / fuzz.TOTALS).write_text('{"init": 5}')
    with pytest.raises(Failure, match="totals.json"):
        fuzz.read_totals()


def test_a_total_is_filled_up_once(fake_target: Path) -> None:
    programs = fuzz.Programs()
    fuzz._run("init", 5, None, "aaa", programs)
    outcome = fuzz._run("init", None, 1500, "aaa", programs)
    assert (outcome.executions, outcome.in_all) == (500, 1500)
    arguments = (fake_target / "arguments").read_text().splitlines()[-1].split()
    assert "-runs=500" in arguments
    assert not any(word.startswith("-max_total_time") for word in arguments)
    outcome = fuzz._run("init", None, 1500, "aaa", programs)
    assert (outcome.executions, outcome.in_all) == (0, 1500)


def test_an_interrupted_run_counts(fake_target: Path) -> None:
    (fake_target / "wait").touch()
    programs = fuzz.Programs()
    outcomes: list[fuzz.Outcome] = []
    runner = threading.Thread(
        target=lambda: outcomes.append(fuzz._run("init", 600, None, "aaa", programs)))
    runner.start()
    while not (fake_target / "ready").exists():
        time.sleep(0.01)
    programs.end()
    runner.join()
    assert (outcomes[0].in_all, outcomes[0].findings) == (1000, [])
    assert fuzz.in_all(fuzz.read_totals(), "init") == 1000
    # Nothing begins any more.
    assert fuzz._run("init", 600, None, "aaa", programs).executions == 0


def test_every_target_has_seeds() -> None:
    assert len(fuzz.TARGETS) >= 10
    for target in fuzz.TARGETS:
        assert any((fuzz.SEEDS / target).iterdir()), target
    size = sum(file.stat().st_size for file in fuzz.SEEDS.rglob("*") if file.is_file())
    assert size < 300_000
