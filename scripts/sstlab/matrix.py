# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The cells of a study in order, and the matrix the terminal shows."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sstlab.campaign import DEFAULT_CENSORS
from sstlab.summary import Cell
from sstlab.words import carriage_title

MAX_WIDTH = 100
THROUGH, EXPOSED, FELL_BACK, BLOCKED, EMPTY = ".", "o", "c", "#", " "
_COLORS = {THROUGH: "32", EXPOSED: "33", FELL_BACK: "33", BLOCKED: "31"}
_ORDERS = {
    "service": ("http", "tls", "ssh", "smtp", "dns", "rtp", "bulk"),
    "carriage": ("plain", "sst-segment", "sst-ports"),
    "policy": ("off", "opportunistic", "require"),
    "censor": DEFAULT_CENSORS,
}


@dataclass(frozen=True)
class Grid:
    """The cells of a study by place: rows are censors, columns carriage and policy."""

    services: list[str]
    columns: list[tuple[str, str]]
    censors: list[str]
    ips: list[int]
    cells: dict[tuple[str, str, str, str, int], Cell]

    def at(self, service: str, column: tuple[str, str], censor: str, ip: int) -> Cell | None:
        """One cell, or None where it was not run."""
        return self.cells.get((service, *column, censor, ip))


def arrange(cells: Iterable[Cell]) -> Grid:
    """Brings the cells into the order in which people read them."""
    cells = list(cells)
    carriages = _ordered("carriage", {cell.carriage for cell in cells})
    policies = _ordered("policy", {cell.policy for cell in cells})
    present = {(cell.carriage, cell.policy) for cell in cells}
    return Grid(_ordered("service", {cell.service for cell in cells}),
                [(carriage, policy) for carriage in carriages for policy in policies
                 if (carriage, policy) in present],
                _ordered("censor", {cell.censor for cell in cells}),
                sorted({cell.ip for cell in cells}),
                {(cell.service, cell.carriage, cell.policy, cell.censor, cell.ip): cell
                 for cell in cells})


def _ordered(what: str, values: set[str]) -> list[str]:
    order = _ORDERS[what]
    return sorted(values, key=lambda value: (order.index(value) if value in order else len(order),
                                             value))


def symbol(cell: Cell | None) -> str:
    """One character for a cell: through hidden, through exposed, fell back, blocked, or tenths."""
    if cell is None:
        return EMPTY
    if cell.blocked == cell.flows:
        return BLOCKED
    if cell.blocked:
        return str(min(9, max(1, round(10 * cell.blocked_rate))))
    if cell.fell_back_rate > 0:
        return FELL_BACK
    return EXPOSED if cell.exposed_rate > 0 else THROUGH


def letters(services: Sequence[str]) -> dict[str, str]:
    """A letter for each service, the first of its own that is still free."""
    given: dict[str, str] = {}
    for service in services:
        pool = [*service.upper(), *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
        given[service] = next((letter for letter in pool
                               if letter.isalnum() and letter not in given.values()), "?")
    return given


def render(grid: Grid, *, color: bool) -> str:
    """The matrix and its legend, at most MAX_WIDTH columns wide."""
    letter = letters(grid.services)
    rows = _rows(grid)
    label = max(len("censor"), *(len(name) for name, _ in rows)) + 1
    gap = " "
    if label + len(grid.columns) * (2 * len(grid.services) + 1) > MAX_WIDTH:
        gap = ""
    titles = [[carriage, policy if policy != "off" else ""] for carriage, policy in grid.columns]
    width = max(len(gap.join(grid.services and letter.values())),
                *(len(part) for title in titles for part in title)) + 2
    lines = []
    for part in range(2):
        lines.append("".ljust(label) + "".join(title[part].ljust(width) for title in titles))
    heads = gap.join(letter.values()).ljust(width) * len(grid.columns)
    lines.append("censor".ljust(label) + heads)
    for name, ip in rows:
        cells = "".join(
            _paint(gap.join(symbol(grid.at(service, column, name.split()[0], ip))
                            for service in grid.services).ljust(width), color)
            for column in grid.columns)
        lines.append(name.ljust(label) + cells)
    lines += ["", *_legend(letter, len(rows) > len(grid.censors), grid.ips)]
    return "\n".join(line.rstrip() for line in lines)


def _rows(grid: Grid) -> list[tuple[str, int]]:
    """One row a censor; one for each IP version where they look different."""
    rows: list[tuple[str, int]] = []
    for censor in grid.censors:
        seen = {tuple(symbol(grid.at(service, column, censor, ip))
                      for column in grid.columns for service in grid.services)
                for ip in grid.ips}
        if len(seen) == 1:
            rows.append((censor, grid.ips[0]))
        else:
            rows += [(f"{censor} v{ip}", ip) for ip in grid.ips]
    return rows


def _legend(letter: dict[str, str], split: bool, ips: Sequence[int]) -> list[str]:
    services = "  ".join(f"{short} {name}" for name, short in letter.items())
    versions = " and ".join(f"IPv{ip}" for ip in ips)
    if len(ips) > 1:
        versions += ": one row where they agree" + (", v4 and v6 where not" if split else "")
    return [f"{THROUGH} all got through, service hidden   {EXPOSED} got through, port or name seen "
            "by the censor",
            f"{FELL_BACK} got through by falling back to clear   {BLOCKED} all blocked   1-9 that "
            "many tenths blocked",
            f"{services}   ({versions})"]


def _paint(text: str, color: bool) -> str:
    if not color:
        return text
    return "".join(f"\x1b[{_COLORS.get(char, '35')}m{char}\x1b[0m" if char.strip() else char
                   for char in text)


def wants_color() -> bool:
    """Whether standard output is a terminal that may be painted (https://no-color.org)."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def headings(grid: Grid) -> list[str]:
    """The columns in words."""
    return [carriage_title(*column) for column in grid.columns]
