# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The tools that look for faults: which changes ./sst mutate makes, what ./sst fuzz reads."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from sstlab import fuzz, locks, mutants, mutate
from sstlab.mutant_trial import Order, Outcome, failed_test
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


def test_entries_of_tables_change(tmp_path: Path) -> None:
    found = changes(tmp_path, "const Step TABLE[] = {\n"
                              "    {A::ASK,  S::ONE},\n"
                              "    {A::DROP, S::TWO}, // S::THREE\n"
                              "    {A::ASK,  S::TWO},\n"
                              "};\n")
    assert found == {(2, "enumerator", "{A::DROP,  S::ONE},"),
                     (2, "enumerator", "{A::ASK,  S::TWO},"),
                     (3, "enumerator", "{A::ASK, S::TWO}, // S::THREE"),
                     (3, "enumerator", "{A::DROP, S::ONE}, // S::THREE"),
                     (4, "enumerator", "{A::DROP,  S::TWO},"),
                     (4, "enumerator", "{A::ASK,  S::ONE},")}


def test_comments_and_strings_stay(tmp_path: Path) -> None:
    found = changes(tmp_path)
    assert not any(line == 1 for line, _, _ in found)
    assert not any(line == 7 and what != "removed" for line, what, _ in found)


def test_blank_keeps_places() -> None:
    text = 'a /* b\nc */ d "e" // f\n\'g\''
    lines = mutants.blank(text)
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
    assert [file.suffix for file in chosen] == [".cc", ".h"], "headers, which are dear, come last"
    with pytest.raises(UsageError):
        mutate.chosen_files(["no-such-file"], False)


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    todo = list(mutate.mutants(mutate.ROOT / "codec" / "src" / "epochs.cc"))
    one = mutate.sampled(todo, 0.25, 7)
    assert len(one) == round(len(todo) / 4)
    assert one == mutate.sampled(todo, 0.25, 7) != mutate.sampled(todo, 0.25, 8)
    assert one == [mutant for mutant in todo if mutant in one], "in the order of the file"
    assert mutate.sampled(todo, 1.0, 7) == todo


def test_every_mutant_is_as_likely_in_a_sample() -> None:
    todo = list(mutate.mutants(mutate.ROOT / "codec" / "src" / "replay-window.cc"))[:20]
    drawn = [mutant for seed in range(1000) for mutant in mutate.sampled(todo, 0.3, seed)]
    assert all(220 < drawn.count(mutant) < 380 for mutant in todo)


@pytest.mark.parametrize(("killed", "tried", "low", "high"), [
    # Brown, Cai, DasGupta 2001 and tables of Wilson's interval
    (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)])
def test_interval_of_a_share(killed: int, tried: int, low: float, high: float) -> None:
    assert mutate.interval(killed, tried) == pytest.approx((low, high), abs=1e-4)


def test_results_of_an_ended_run_are_taken_up(tmp_path: Path) -> None:
    file = mutate.ROOT / "codec" / "src" / "epochs.cc"
    first, second, third = list(mutate.mutants(file))[:3]
    path = tmp_path / "state" / "mutate.jsonl"
    kept = mutate.Kept(path, "tests-1")
    kept.add(first, Outcome("killed", "Epochs.BeginAtZero"))
    kept.add(second, Outcome("survived"))
    with path.open("a") as text:
        text.write('{"file": "codec/src/ep')
    again = mutate.Kept(path, "tests-1")
    assert again.read() == [("codec/src/epochs.cc", "Epochs.BeginAtZero")]
    assert again.find(first) == Outcome("killed", "Epochs.BeginAtZero")
    assert again.find(second) == Outcome("survived")
    assert again.find(third) is None
    other_tests = mutate.Kept(path, "tests-2")
    other_tests.read()
    assert other_tests.find(first) is not None
    assert other_tests.find(second) is None, "the new tests may kill it"


def test_results_of_another_text_do_not_count(tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    file = tmp_path / "sample.cc"
    file.write_text(SAMPLE)
    mutant = next(mutate.mutants(file))
    path = tmp_path / "mutate.jsonl"
    mutate.Kept(path, "tests").add(mutant, Outcome("killed", "A.B"))
    file.write_text(SAMPLE + "// more\n")
    kept = mutate.Kept(path, "tests")
    kept.read()
    assert kept.find(mutant) is None


def test_order_of_tests() -> None:
    order = Order({"Other.Quick": 0.01, "Epochs.Quick": 0.01, "Epochs.Slow": 2.0, 
                   "Far.Killer": 0.02})
    name = "codec/src/epochs.cc"
    assert order.runs(name) == [["Epochs.Quick"], ["Other.Quick", "Far.Killer"], ["Epochs.Slow"]]
    order.learn(name, "Far.Killer")
    order.learn(name, "(start)")
    assert order.runs(name)[0] == ["Far.Killer", "Epochs.Quick"]
    assert sorted(test for run in order.runs(name) for test in run) == [
        "Epochs.Quick", "Epochs.Slow", "Far.Killer", "Other.Quick"]
    assert order.cpu_limit(["Epochs.Slow"]) >= 10


def test_what_includes_a_header_is_compiled_least_first() -> None:
    users = mutate._users(mutate.ROOT / "codec" / "include" / "sst" / "token-bucket.h",
                          mutate._sources())
    names = [source.name for source in users]
    assert "retry-secrets.cc" not in names, "does not include it"
    assert names.index("site-table.cc") < names.index("endpoint-client.cc")
    own = mutate.ROOT / "codec" / "src" / "epochs.cc"
    assert mutate._users(own, []) == [own]


def test_the_test_that_failed_is_named() -> None:
    begun = "[ RUN      ] A.One\n[       OK ] A.One (0 ms)\n[ RUN      ] A.Two/V6\n"
    assert failed_test(begun + "x.cc:1: Failure\n[  FAILED  ] A.Two/V6, where GetParam() = 6\n"
                       "[ RUN      ] A.Three\n") == "A.Two/V6"
    assert failed_test(begun) == "A.Two/V6", "it crashed there"
    assert failed_test("") == "(start)"


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
