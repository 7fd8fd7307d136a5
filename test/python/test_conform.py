# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The conformance runner: a fast part of its cases, and that they can fail."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import ROOT, sst

from sstlab import specification

pytest.importorskip("noise")
CONFORMANCE = ROOT / "conformance"
sys.path.insert(0, str(CONFORMANCE))

from sst_conform import cases, report, runner, self_check  # noqa: E402
from sst_conform.__main__ import main, python_environment  # noqa: E402
from sst_conform.case import GROUPS, NOBODY  # noqa: E402
from sst_conform.process import Broken, Implementation, Refused, Unsupported  # noqa: E402

ADAPTER = ROOT / "build" / "bin" / "sst-conform-adapter"
DOCUMENT = ROOT / "doc" / "conformance.md"
VECTORS = ROOT / "doc" / "vectors.md"
LAST = re.compile(r"(\d+) passed, (\d+) failed, (\d+) skipped")
# One case or two of each group.
FAST = ("hs-basic-syn", "layout-u", "retry-then-ok", "close-and-reset-token", "pn-epoch-edge",
        "window", "key-entries", "low-order-e", "forged-retry", "session-confusion",
        "drop-flagged", "leak-rst-closed-port", "mss-clamp", "noise-library")

# Seconds each; left to ./sst conform.
LONG = ("bitflip-every-bit", "reorder-1000", "transfer", "half-open-flood", "hs-30%-both-ways")
FAULTS = ("nonce-reuse", "no-replay-window", "accepts-bit-flips", "session-confusion",
          "amplification", "clear-port", "downgrade", "wrong-clock-window")

assert cases.__all__  # importing it registers the cases


def script(folder: Path, text: str) -> Implementation:
    """An adapter of a few lines of Python, in which `question` is what was asked."""
    file = folder / "adapter.py"
    file.write_text("import json, sys\nfor line in sys.stdin:\n    question = json.loads(line)\n"
                    + "".join(f"    {one}\n" for one in text.splitlines()))
    return Implementation("script", [sys.executable, str(file)])


def run_cases(names: Iterable[str], junit: Path) -> tuple[int, str]:
    """Exit status and what is printed, with the codec where it is built, and the reference."""
    arguments = [word for name in names for word in ("--case", name)]
    if ADAPTER.exists():
        arguments += ["--libsst", str(ADAPTER)]
    done = subprocess.run([sys.executable, "-m", "sst_conform", *arguments, "--junit", str(junit)],
                          capture_output=True, text=True, check=False, timeout=900,
                          env=python_environment())
    return done.returncode, done.stdout


def test_fast_cases_with_every_pair(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    status, printed = run_cases(FAST, junit)
    assert status == 0, printed
    last = LAST.fullmatch(printed.strip().splitlines()[-1])
    assert last and int(last[1]) > 0 and last[2] == "0"
    suite = ElementTree.parse(junit).getroot()
    assert suite.get("tests") == str(sum(int(number) for number in last.groups()))
    assert ADAPTER.exists() == ("libsst>reference" in printed)


@pytest.mark.slow
def test_the_other_cases_with_every_pair(tmp_path: Path) -> None:
    names = [one.name for one in runner.choose([]) if one.name not in (*FAST, *LONG)]
    status, printed = run_cases(names, tmp_path / "junit.xml")
    assert status == 0, printed


def test_the_command_passes_on_what_it_is_asked() -> None:
    done = sst("conform", "--list")
    assert (done.returncode, done.stdout) == (0, report.table(runner.choose([])) + "\n")
    done = sst("conform", "--list", "--case", "no-such-case")
    assert done.returncode == 2
    assert "no case fits 'no-such-case'" in done.stderr


def check_faults(faults: Iterable[str]) -> None:
    findings = list(self_check.check(python_environment(), CONFORMANCE, faults))
    assert [one.fault for one in findings] == list(faults)
    assert {one.fault: one.words for one in findings if not one.is_found} == {}


def test_faults_are_found_by_the_case_meant_for_them() -> None:
    check_faults(FAULTS)


@pytest.mark.slow
def test_the_other_faults_are_found_too() -> None:
    check_faults([fault for fault in self_check.FAULTS if fault not in FAULTS])


def test_every_played_case_has_a_fault_and_every_fault_a_case() -> None:
    played = {one.name for one in runner.choose([]) if one.roles != NOBODY}
    meant = {one.case for one in self_check.FAULTS.values()}
    assert sorted(played - meant) == []  # cases that nothing shows to be able to fail
    assert sorted(meant - played) == []
    assert all(one.name == name and one.words.endswith(".")
               for name, one in self_check.FAULTS.items())


def test_the_documents_count_the_faults() -> None:
    assert f" {len(self_check.FAULTS)} faults" in DOCUMENT.read_text()
    assert f" {len(self_check.FAULTS)} deliberate faults" in VECTORS.read_text()


def test_the_broken_reference_offers_every_fault() -> None:
    program = CONFORMANCE / "adapters" / "broken.py"
    done = subprocess.run([sys.executable, str(program), "--fault", "?"], capture_output=True,
                          text=True, check=False, env=python_environment())
    assert done.returncode == 2
    offered = re.findall(r"'([a-z0-9-]+)'", done.stderr.partition("choose from")[2])
    offered = offered or re.findall(r"[a-z0-9-]{5,}", done.stderr.partition("choose from")[2])
    assert sorted(offered) == sorted(self_check.FAULTS)


def test_the_cases_are_numbered_and_described() -> None:
    chosen = runner.choose([])
    assert [one.number for one in chosen] == sorted({one.number for one in chosen})
    assert set(range(1, 61)) <= {one.number for one in chosen}
    assert len({one.name for one in chosen}) == len(chosen)
    for case in chosen:
        assert case.group in GROUPS
        assert case.summary.endswith(".")


def test_the_cases_name_rules_that_exist() -> None:
    rules = specification.rules(specification.SPECIFICATION.read_text())
    for case in runner.choose([]):
        named = [one for one in case.rules.split(", ") if one]
        assert named or case.roles == NOBODY
        assert [one for one in named if one not in rules] == [], case.name


def test_the_document_holds_the_table_of_the_cases() -> None:
    assert report.table(runner.choose([])) in DOCUMENT.read_text()


def test_the_document_shows_a_session_that_works() -> None:
    text = DOCUMENT.read_text().partition("<!-- session -->")[2].partition("<!-- end -->")[0]
    lines = [line for line in text.splitlines() if line[:2] in ("> ", "< ")]
    assert len(lines) >= 6
    reference = Implementation("reference", [sys.executable,
                                             str(CONFORMANCE / "adapters" / "reference.py")],
                               python_environment())
    try:
        for question, answer in zip(lines[::2], lines[1::2], strict=True):
            asked = json.loads(question[2:])
            got = reference.ask(asked.pop("op"), **asked)
            assert got == json.loads(answer[2:]), question
    finally:
        reference.stop()


@pytest.mark.parametrize(("text", "error", "words"), [
    ("sys.exit(127)", Unsupported, "does not support hello"),
    ("print('oh', file=sys.stderr); sys.exit(3)", Broken, "status 3"),
    ("print('nonsense', flush=True)", Broken, "no answer"),
    ("print(json.dumps({'ok': False, 'error': 'value', 'message': 'm'}), flush=True)", Refused,
     "value"),
])
def test_what_an_adapter_can_do_wrong(tmp_path: Path, text: str, error: type[Exception],
                                      words: str) -> None:
    implementation = script(tmp_path, text)
    with pytest.raises(error, match=words):
        implementation.ask("hello")
    implementation.stop()


def test_an_unsupported_operation_skips_and_a_crash_fails(tmp_path: Path) -> None:
    for text, status in (("sys.exit(127)", runner.SKIPPED), ("sys.exit(1)", runner.FAILED)):
        implementation = script(tmp_path, text)
        results = runner.run(runner.choose(["window"]), [implementation])
        assert {one.status for one in results} == {status}


@pytest.mark.parametrize("arguments", [
    ["--case", "no-such-case"], ["--implementation", "unknown"],
    ["--implementation", "none=/nonexistent/adapter", "--case", "28"],
    ["--implementation", "a=true", "--implementation", "a=true"]])
def test_unknown_things_are_refused(arguments: list[str],
                                    capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("sst: ")
