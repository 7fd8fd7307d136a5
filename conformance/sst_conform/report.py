# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What a run found: a matrix for the terminal, JUnit XML for machines, the list of cases."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from sst_conform.case import NOBODY, PAIR, Case
from sst_conform.runner import FAILED, PASSED, SKIPPED, Result

WORDS = {PASSED: "ok", FAILED: "FAIL", SKIPPED: "skip"}


def matrix(results: list[Result]) -> str:
    """Cases down, implementations and pairs of them across, failures and skips explained."""
    columns = _columns(results)
    cases = list(dict.fromkeys(result.case for result in results))
    width = max((len(f"{one.number:2} {one.name}") for one in cases), default=0)
    lines = []
    if columns:
        lines.append(" " * width + "  " + "  ".join(columns))
    for case in cases:
        own = [result for result in results if result.case == case]
        cells = []
        for column in columns:
            statuses = {one.status for one in own if _column(one) == column}
            cells.append(_word(statuses).ljust(len(column)))
        if own[0].role == NOBODY:
            cells = [WORDS[own[0].status]]
        lines.append(f"{f'{case.number:2} {case.name}':{width}}  {'  '.join(cells)}".rstrip())
    for status in (SKIPPED, FAILED):
        lines += _explained(results, status)
    return "\n".join(lines)


def totals(results: Iterable[Result]) -> str:
    """The last line."""
    count = Counter(result.status for result in results)
    return f"{count[PASSED]} passed, {count[FAILED]} failed, {count[SKIPPED]} skipped"


def write_junit(results: list[Result], file: Path) -> None:
    """One testsuite, a testcase for every run; classname is the group of the case."""
    count = Counter(result.status for result in results)
    suite = ElementTree.Element(
        "testsuite", name="sst-conform", tests=str(len(results)), failures=str(count[FAILED]),
        skipped=str(count[SKIPPED]), time=f"{sum(one.seconds for one in results):.3f}")
    for result in results:
        element = ElementTree.SubElement(
            suite, "testcase", classname=f"conform.{result.case.group}", name=result.title,
            time=f"{result.seconds:.3f}")
        properties = ElementTree.SubElement(element, "properties")
        ElementTree.SubElement(properties, "property", name="rules", value=result.case.rules)
        if result.status != PASSED:
            kind = "failure" if result.status == FAILED else "skipped"
            ElementTree.SubElement(element, kind, message=result.message)
    ElementTree.indent(suite)
    file.write_text(ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n")


def table(cases: Iterable[Case]) -> str:
    """The cases as rows of a Markdown table, as doc/conformance.md has them."""
    lines = ["| # | case | group | roles | variants | rules | what has to hold |",
             "|---|---|---|---|---|---|---|"]
    for case in cases:
        variants = ", ".join(case.variants)
        lines.append(f"| {case.number} | `{case.name}` | {case.group} | {case.roles} | {variants} "
                     f"| {case.rules} | {case.summary} |")
    return "\n".join(lines)


def _column(result: Result) -> str | None:
    if result.role == NOBODY:
        return None
    return ">".join(result.implementations) if result.role == PAIR else result.implementations[0]


def _columns(results: list[Result]) -> list[str]:
    found = {_column(result): result.role == PAIR for result in results if _column(result)}
    return sorted((one for one in found if one), key=lambda one: found[one])


def _word(statuses: set[str]) -> str:
    for status in (FAILED, PASSED, SKIPPED):
        if status in statuses:
            return WORDS[status]
    return "."


def _explained(results: list[Result], status: str) -> list[str]:
    lines = [f"  {WORDS[status]}  {one.title}: {one.message}"
             for one in results if one.status == status]
    return ["", *lines] if lines else []
