# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""matrix.png: rows are censors, columns carriage and policy, a square for each service."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib.axes import Axes  # noqa: E402  (the backend comes first)
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.legend_handler import HandlerTuple  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.patches import Patch, Rectangle  # noqa: E402

from sstlab.flows import read_flows  # noqa: E402
from sstlab.matrix import Grid, arrange  # noqa: E402
from sstlab.summary import Cell, summarize  # noqa: E402
from sstlab.words import CARRIAGE_NOTES, POLICY_NOTES, censor_words  # noqa: E402

# Sky blue and vermilion of Okabe and Ito, apart for every kind of color vision; lightness differs
# as well, and every square that is not plain blue carries a mark or a number.
THROUGH_COLOR = (0.72, 0.87, 0.96)
BLOCKED_COLOR = (0.84, 0.37, 0.0)
BETWEEN_LOW = (1.0, 0.95, 0.68)
BETWEEN_HIGH = (0.97, 0.72, 0.35)
GRAY = "#555555"
DOTS_PER_INCH = 130

# Lengths in inches; an axis unit is one square.
SQUARE = 0.29
GROUP_GAP = 0.9
LABELS = 4.75
HEADINGS = 0.95
NAMES = 0.55
TITLE = 0.8
LEGEND = 0.75
MARGIN = 0.15
MIN_WIDTH = 9.5
WIDE = 13.0
MIN_GROUP = 6.6


def draw(grid: Grid, path: Path) -> None:
    """Draws the matrix, one panel for each IP version."""
    units = len(grid.columns) * _step(grid) - GROUP_GAP
    body = len(grid.censors) * SQUARE
    width = max(LABELS + units * SQUARE + MARGIN, MIN_WIDTH)
    legend_columns = 3 if width > WIDE else 2
    height = TITLE + len(grid.ips) * (HEADINGS + body + NAMES) + LEGEND
    figure = Figure(figsize=(width, height))
    top = height - TITLE
    for ip in grid.ips:
        bottom = top - HEADINGS - body
        axes = figure.add_axes((LABELS / width, bottom / height, units * SQUARE / width,
                                body / height))
        _panel(axes, grid, ip)
        figure.text(MARGIN / width, (top - HEADINGS / 2) / height, f"IPv{ip}", fontsize=15,
                    fontweight="bold", va="center")
        top = bottom - NAMES
    flows = sorted({cell.flows for cell in grid.cells.values()})
    count = str(flows[0]) if len(flows) == 1 else f"{flows[0]} to {flows[-1]}"
    figure.text(0.5, 1 - 0.15 / height, "Which censor blocks which service?", ha="center",
                va="top", fontsize=16, fontweight="bold")
    figure.text(0.5, 1 - 0.5 / height, f"One square: {count} flows of one service behind one "
                "censor. Row: what the censor does. Column: how the service travels.",
                ha="center", va="top", fontsize=10.5)
    _legend(figure, legend_columns)
    figure.savefig(path, dpi=DOTS_PER_INCH)


def _step(grid: Grid) -> float:
    """Squares from the start of one column to that of the next: its heading needs room as well."""
    return max(len(grid.services), MIN_GROUP) + GROUP_GAP


def _panel(axes: Axes, grid: Grid, ip: int) -> None:
    """One IP version."""
    step = _step(grid)
    ticks, names = [], []
    for number, column in enumerate(grid.columns):
        left = number * step + (step - GROUP_GAP - len(grid.services)) / 2
        for index, service in enumerate(grid.services):
            ticks.append(left + index + 0.5)
            names.append(service)
            for row, censor in enumerate(grid.censors):
                cell = grid.at(service, column, censor, ip)
                if cell is not None:
                    _square(axes, left + index, row, cell)
        _heading(axes, left + len(grid.services) / 2, *column)
    axes.set_xlim(0, len(grid.columns) * step - GROUP_GAP)
    axes.set_ylim(len(grid.censors), 0)
    axes.set_xticks(ticks, names, rotation=90, fontsize=8)
    axes.set_yticks([])
    axes.tick_params(length=0)
    for row, censor in enumerate(grid.censors):
        name = axes.annotate(censor, (0, row + 0.5), (-7, 0), textcoords="offset points",
                             ha="right", va="center", fontsize=9.5, fontweight="bold",
                             annotation_clip=False)
        words = "both of these rules" if "+" in censor else censor_words(censor)
        axes.annotate(words, (0, 0.5), (-8, 0), xycoords=name, textcoords="offset points",
                      ha="right", va="center", fontsize=8.5, color=GRAY, annotation_clip=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _heading(axes: Axes, middle: float, carriage: str, policy: str) -> None:
    """The heading of a column: carriage and policy, each with a few words."""
    lines = [(carriage, "bold", "black", 10.5),
             (CARRIAGE_NOTES.get(carriage, ""), "normal", GRAY, 8.5)]
    if policy != "off":
        lines += [(policy, "bold", "black", 10.5),
                  (POLICY_NOTES.get(policy, ""), "normal", GRAY, 8.5)]
    offset = 4.0
    for text, weight, color, size in reversed(lines):
        axes.annotate(text, (middle, 0), (0, offset), textcoords="offset points", ha="center",
                      va="bottom", fontsize=size, fontweight=weight, color=color,
                      annotation_clip=False)
        offset += size + 3.5


def _square(axes: Axes, left: float, top: float, cell: Cell) -> None:
    """One cell: its color is the blocked share, its marks what the censor could see."""
    rate = cell.blocked_rate
    color = (THROUGH_COLOR if not cell.blocked else
             BLOCKED_COLOR if cell.blocked == cell.flows else
             tuple(a + (b - a) * rate for a, b in zip(BETWEEN_LOW, BETWEEN_HIGH, strict=True)))
    axes.add_patch(Rectangle((left + 0.04, top + 0.04), 0.92, 0.92, facecolor=color,
                             edgecolor="none"))
    middle = (left + 0.5, top + 0.5)
    if cell.blocked == cell.flows:
        axes.plot(*middle, marker="x", markersize=6, color="white", markeredgewidth=1.6)
    elif cell.blocked:
        axes.text(*middle, f"{rate:.2f}".lstrip("0"), ha="center", va="center", fontsize=6.5,
                  color="black")
    elif cell.fell_back_rate > 0:
        axes.plot(*middle, marker="v", markersize=6.5, color="black")
    elif cell.exposed_rate > 0:
        axes.plot(*middle, marker="o", markersize=5, markerfacecolor="none", color="black",
                  markeredgewidth=1.1)


def _legend(figure: Figure, columns: int) -> None:
    """What colors and marks mean; each mark stands on the color it is met on."""
    through = Patch(facecolor=THROUGH_COLOR)
    blocked = Patch(facecolor=BLOCKED_COLOR)
    between = Patch(facecolor=BETWEEN_HIGH)
    ring = Line2D([], [], marker="o", markersize=5, markerfacecolor="none", color="black",
                  linestyle="none")
    triangle = Line2D([], [], marker="v", markersize=6.5, color="black", linestyle="none")
    cross = Line2D([], [], marker="x", markersize=6, markeredgewidth=1.6, color="white",
                   linestyle="none")
    meanings = [((through,), "0 of the flows blocked, service hidden from the censor"),
                ((through, ring), "0 blocked, but the censor saw port or name"),
                ((through, triangle), "0 blocked, by falling back to clear (seen as well)"),
                ((blocked, cross), "1: every flow blocked"),
                ((between,), "in between: the share blocked, as .50")]
    figure.legend([handle for handle, _ in meanings], [label for _, label in meanings],
                  loc="lower center", ncols=columns, fontsize=9.5, frameon=False,
                  handlelength=1.3, handleheight=1.3,
                  handler_map={tuple: HandlerTuple(ndivide=1)})


def main() -> None:
    """Draws DIR/flows.csv as FILE: python -m sstlab.figure DIR FILE."""
    folder, file = map(Path, sys.argv[1:3])
    draw(arrange(summarize(read_flows(folder / "flows.csv"))), file)


if __name__ == "__main__":
    main()
