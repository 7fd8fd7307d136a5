# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which tests name which rules of the specification.

A conformance case names them in its list of rules; a test in C++ or Python in a comment line that
holds rule ids and nothing else, above the test. A case that no implementation plays names nothing.
Rules that no test names have to stand, with the reason, in doc/assurance.md.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from sstlab.project import ROOT

ASSURANCE = ROOT / "doc" / "assurance.md"
HEADING = "### Rules that no test names"
# The text of cases is read, not run: the runner needs packages that the check does not.
CASES = ROOT / "conformance" / "sst_conform" / "cases"
TESTS = (("codec/test", "*.cc"), ("test", "*.cc"), ("test/python", "*.py"))

RULE_ID = r"[A-Z]{2,}-[0-9]+"
NAMING = re.compile(rf"^\s*(?://|#) ({RULE_ID}(?:, {RULE_ID})*)$", re.MULTILINE)


def in_cases(folder: Path = CASES) -> dict[str, set[str]]:
    """The rules that conformance cases name: rule -> names of cases."""
    found = defaultdict(set)
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                    and node.func.id == "case" and len(node.args) >= 5):
                continue
            name, roles, rules = node.args[1], node.args[3], node.args[4]
            if isinstance(roles, ast.Name) and roles.id == "NOBODY":
                continue
            for rule in re.findall(RULE_ID, str(ast.literal_eval(rules))):
                found[rule].add(f"case {ast.literal_eval(name)}")
    return found


def in_tests(root: Path = ROOT) -> dict[str, set[str]]:
    """The rules that tests in C++ and Python name: rule -> files."""
    found = defaultdict(set)
    for folder, pattern in TESTS:
        for path in sorted((root / folder).glob(pattern)):
            for line in NAMING.findall(path.read_text()):
                for rule in line.split(", "):
                    found[rule].add(path.name)
    return found


def named() -> dict[str, set[str]]:
    """Who names a rule, of all that are named."""
    found = in_cases()
    for rule, files in in_tests().items():
        found[rule] |= files
    return found


def listed(text: str) -> set[str]:
    """The rules that doc/assurance.md says no test names."""
    if HEADING not in text:
        return set()
    # The list ends where the next heading or paragraph of another kind begins.
    part = re.split(r"^(?:##|Tested in part)", text.partition(HEADING)[2], maxsplit=1,
                    flags=re.MULTILINE)[0]
    return set(re.findall(rf"(?<![\w-])({RULE_ID})(?![\w-])", part))


def unnamed(rules: Iterable[str], by: dict[str, set[str]]) -> list[str]:
    """The rules that nothing names, in their order."""
    return [rule for rule in rules if not by.get(rule)]


def check(rules: Iterable[str], by: dict[str, set[str]] | None = None,
          text: str | None = None) -> list[str]:
    """Every rule is named by a test or listed, none is both, and what is named exists."""
    rules = list(rules)
    by = named() if by is None else by
    here = listed(ASSURANCE.read_text() if text is None else text)
    missing = set(unnamed(rules, by))
    return [*(f"{rule} is named by no test, and not listed in doc/assurance.md"
              for rule in sorted(missing - here)),
            *(f"{rule} is listed in doc/assurance.md as named by no test, and {who}"
              for rule in sorted(here - missing)
              for who in [f"{sorted(by[rule])[0]} names it" if by.get(rule) else "is no rule"]),
            *(f"{sorted(by[rule])[0]} names {rule}, which is no rule"
              for rule in sorted(set(by) - set(rules)))]


def report(rules: Iterable[str], by: dict[str, set[str]] | None = None) -> str:
    """One line: how many rules, how many by what, how many by nothing."""
    rules = list(rules)
    by = named() if by is None else by
    cases = sum(any(one.startswith("case ") for one in by.get(rule, ())) for rule in rules)
    left = unnamed(rules, by)
    return (f"{len(rules)} rules: {cases} named by conformance cases, "
            f"{len(rules) - cases - len(left)} by other tests only, {len(left)} by no test: "
            + (", ".join(left) or "none"))
