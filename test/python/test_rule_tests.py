# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Rules of the specification are named by tests, and a rule that none names is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sstlab import rule_tests, specification

# May become fewer, never more.
MOST_UNNAMED = 9


def test_no_more_rules_than_before_are_named_by_nothing() -> None:
    rules = specification.rules(specification.SPECIFICATION.read_text())
    by = rule_tests.named()
    left = rule_tests.unnamed(rules, by)
    assert len(left) <= MOST_UNNAMED, left
    assert set(left) == rule_tests.listed(rule_tests.ASSURANCE.read_text())
    assert "case hs-basic-syn" in by["NOISE-1"]
    assert by["MARK-3"] == {"mark-test.cc"}


def test_cases_that_nobody_plays_name_nothing(tmp_path: Path) -> None:
    (tmp_path / "cases.py").write_text(
        '@case(1, "one", NORMAL, PAIR, "AB-1, AB-2")\ndef one(): ...\n'
        '@case(2, "two", LEAK, NOBODY, "AB-3", (N4,))\ndef two(): ...\n'
        '@case(3, "three", LEAK, EACH,\n      "AB-1, "\n      "AB-4", (N4,))\ndef three(): ...\n')
    assert rule_tests.in_cases(tmp_path) == {
        "AB-1": {"case one", "case three"}, "AB-2": {"case one"}, "AB-4": {"case three"}}


def test_comments_of_rules_alone_name_them(tmp_path: Path) -> None:
    for folder in ("codec/test", "test/python"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "codec/test/a-test.cc").write_text(
        "// AB-1, AB-2\nTEST(A, B)\n{\n    // as AB-3 says\n    // AB-4\n}\n// SHA-256 is AB-5\n")
    (tmp_path / "test/python/test_b.py").write_text("# AB-1\ndef test_b() -> None: ...\n")
    assert rule_tests.in_tests(tmp_path) == {
        "AB-1": {"a-test.cc", "test_b.py"}, "AB-2": {"a-test.cc"}, "AB-4": {"a-test.cc"}}


@pytest.mark.parametrize(("rules", "by", "listed", "problem"), [
    (["AB-1"], {"AB-1": {"x"}}, "", None),
    (["AB-1"], {}, "AB-1 cannot be tested", None),
    (["AB-1"], {}, "", "AB-1 is named by no test, and not listed in doc/assurance.md"),
    (["AB-1"], {"AB-1": {"x"}}, "AB-1",
     "AB-1 is listed in doc/assurance.md as named by no test, and x names it"),
    ([], {}, "AB-1", "AB-1 is listed in doc/assurance.md as named by no test, and is no rule"),
    ([], {"AB-1": {"x"}}, "", "x names AB-1, which is no rule"),
])
def test_what_is_wrong_is_noticed(rules: list[str], by: dict[str, set[str]], listed: str,
                                  problem: str | None) -> None:
    text = f"{rule_tests.HEADING}\n- {listed}\n\nTested in part only:\n\n## Next\nAB-9\n"
    assert rule_tests.check(rules, by, text) == ([] if problem is None else [problem])


def test_the_report_counts() -> None:
    by = {"AB-1": {"case one", "a-test.cc"}, "AB-2": {"a-test.cc"}}
    assert rule_tests.report(["AB-1", "AB-2", "AB-3"], by) == (
        "3 rules: 1 named by conformance cases, 1 by other tests only, 1 by no test: AB-3")
