# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What a study found, said in words from its rows: what blocks SST, and what deviates and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sstlab.flows import Flow
from sstlab.matrix import Grid
from sstlab.summary import Cell
from sstlab.words import reason_words

SUBJECT = ("sst-segment", "require")


@dataclass(frozen=True)
class Verdict:
    """How one carriage fared against one censor, over all services and both IP versions."""

    censor: str
    blocked: int
    flows: int
    fully: list[str]
    partly: list[str]
    fell_back: int
    exposed: int

    @property
    def blocks(self) -> bool:
        """Whether the censor blocks some service as a whole."""
        return bool(self.fully)


@dataclass(frozen=True)
class Deviation:
    """A cell whose flows did not all meet the same end, and the flows that stand apart."""

    cell: Cell
    few_blocked: bool
    flows: list[Flow]

    def why(self) -> str:
        """The reasons of the flows that stand apart, counted."""
        if not self.few_blocked:
            return f"{len(self.flows)} got through" + _imitation(self.flows)
        counts = Counter(flow.reason for flow in self.flows)
        said = "; ".join(f"{count} x {reason or 'failed'} ({reason_words(reason)})"
                         for reason, count in counts.most_common())
        if self.cell.censor == "none":
            said += ": packets lost on the way, nobody interferes"
        return said + _imitation(self.flows)


def _imitation(flows: Sequence[Flow]) -> str:
    count = sum(imitates(flow) for flow in flows)
    return (f"; {count} with a session index that reads as a listed port by chance"
            if count else "")


def imitates(flow: Flow) -> bool:
    """Whether the first bytes of an SST flow read as a port the censor lists."""
    return flow.imitates not in ("", "0")


def verdicts(grid: Grid, column: tuple[str, str]) -> list[Verdict]:
    """How one column fared against each censor it met."""
    found = []
    for censor in grid.censors:
        cells = [cell for service in grid.services for ip in grid.ips
                 if (cell := grid.at(service, column, censor, ip))]
        if not cells:
            continue
        by_service: dict[str, list[Cell]] = defaultdict(list)
        for cell in cells:
            by_service[cell.service].append(cell)
        fully = [name for name, group in by_service.items()
                 if all(2 * cell.blocked > cell.flows for cell in group)]
        partly = [name for name, group in by_service.items()
                  if name not in fully and any(cell.blocked for cell in group)]
        found.append(Verdict(censor, sum(cell.blocked for cell in cells),
                             sum(cell.flows for cell in cells), fully, partly,
                             round(sum(cell.fell_back_rate * cell.flows for cell in cells)),
                             round(sum(cell.exposed_rate * cell.flows for cell in cells))))
    return found


def deviations(cells: Iterable[Cell], flows: Iterable[Flow]) -> list[Deviation]:
    """The cells whose blocked_rate is neither 0 nor 1, and flows blocked where nobody censors."""
    by_cell: dict[tuple[str, str, str, str, int], list[Flow]] = defaultdict(list)
    for flow in flows:
        by_cell[flow.cell].append(flow)
    found = []
    for cell in cells:
        uniform = cell.blocked in (0, cell.flows)
        if uniform and not (cell.censor == "none" and cell.blocked):
            continue
        few_blocked = 2 * cell.blocked <= cell.flows or cell.censor == "none"
        key = (cell.service, cell.carriage, cell.policy, cell.censor, cell.ip)
        apart = [flow for flow in by_cell[key] if flow.blocked == few_blocked]
        found.append(Deviation(cell, few_blocked, sorted(apart, key=lambda flow:
                                                         (flow.seed, flow.flow))))
    return found


def sentences(grid: Grid) -> list[str]:
    """Two or three lines for the terminal: what blocks SST, and what does not."""
    if SUBJECT not in grid.columns:
        return []
    found = verdicts(grid, SUBJECT)
    blocking = [verdict.censor for verdict in found if verdict.blocks]
    passing = [verdict.censor for verdict in found if not verdict.blocks]
    lines = []
    if passing:
        lines.append(f"{' / '.join(SUBJECT)} gets through: {', '.join(passing)}")
    if blocking:
        lines.append(f"{' / '.join(SUBJECT)} is blocked by: {', '.join(blocking)}")
    return lines
