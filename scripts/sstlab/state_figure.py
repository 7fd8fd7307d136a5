# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""A state machine as an SVG figure: states from top to bottom, one edge for each pair of states."""

from __future__ import annotations

from html import escape

from sstlab.codec_text import Machine

# What changes nothing and does nothing is not drawn.
SILENT_LOOPS = ("REFUSE", "IGNORE")

# Lengths in user units.
WIDTH = 980
MIDDLE = 470
BOX = (130, 44)
STEP = 150
TOP = 95
LINE = 17
LANE = 26
LEFT_LANE = 150
RIGHT_LANE = 880
LOOP = 46

HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
font-family="Helvetica, Arial, sans-serif" font-size="14">
<title>{title}</title>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" \
orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="#333"/></marker></defs>
<rect width="{width}" height="{height}" fill="white"/>
<text x="{middle}" y="32" text-anchor="middle" font-size="19" font-weight="bold">{title}</text>
<text x="{middle}" y="55" text-anchor="middle" fill="#555">{note}</text>
"""
NOTE = "event: action; what is refused or ignored without a change of state is left out"


def draw(machine: Machine, title: str, silent: str) -> str:
    """The figure; an action `silent` that changes no state is left out."""
    states = list(machine.states)
    edges = _edges(machine, {silent, *SILENT_LOOPS})
    height = TOP + STEP * (len(states) - 1) + 70
    out = [HEAD.format(width=WIDTH, height=height, middle=WIDTH // 2, title=escape(title),
                       note=NOTE)]
    far = [edge for edge in edges if _span(states, edge) > 1]
    right = [edge for edge in far if edge[1] == states[-1]]
    left = [edge for edge in far if edge[1] != states[-1]]
    for (begin, end), labels in edges.items():
        span = _span(states, (begin, end))
        y = TOP + STEP * states.index(begin)
        if span == 0:
            out.append(_loop(y, labels))
        elif span == 1:
            out.append(_down(y, labels))
        elif (begin, end) in right:
            out.append(_side(y, TOP + STEP * states.index(end), labels, right.index((begin, end)),
                             len(right), 1))
        else:
            out.append(_side(y, TOP + STEP * states.index(end), labels, left.index((begin, end)),
                             len(left), -1))
    for number, state in enumerate(states):
        y = TOP + STEP * number
        out.append(f'<rect x="{MIDDLE - BOX[0] // 2}" y="{y - BOX[1] // 2}" width="{BOX[0]}" '
                   f'height="{BOX[1]}" rx="10" fill="#e8f1fa" stroke="#333" stroke-width="1.5"/>\n'
                   f'<text x="{MIDDLE}" y="{y + 5}" text-anchor="middle" font-weight="bold" '
                   f'font-size="16">{state}</text>\n')
    return "".join(out) + "</svg>\n"


def _edges(machine: Machine, silent: set[str]) -> dict[tuple[str, str], list[str]]:
    """For each pair of states its labels: the events that take the same action in one line."""
    grouped: dict[tuple[str, str], dict[str, list[str]]] = {}
    for (state, event), (action, following) in machine.steps.items():
        if state != following or action not in silent:
            grouped.setdefault((state, following), {}).setdefault(action, []).append(event)
    return {edge: [f"{', '.join(events)}: {action}" for action, events in actions.items()]
            for edge, actions in grouped.items()}


def _span(states: list[str], edge: tuple[str, str]) -> int:
    """How many states an edge goes on; edges that go back count as far ones."""
    span = states.index(edge[1]) - states.index(edge[0])
    return span if span >= 0 else len(states)


def _path(data: str) -> str:
    return (f'<path d="{data}" fill="none" stroke="#333" stroke-width="1.5" '
            'marker-end="url(#tip)"/>\n')


def _text(x: int, y: int, lines: list[str], anchor: str = "start") -> str:
    return "".join(f'<text x="{x}" y="{y + LINE * number}" text-anchor="{anchor}">{escape(line)}'
                   "</text>\n" for number, line in enumerate(lines))


def _down(y: int, labels: list[str]) -> str:
    """To the next state."""
    begin, end = y + BOX[1] // 2, y + STEP - BOX[1] // 2
    first = (begin + end) // 2 + 5 - LINE * (len(labels) - 1) // 2
    return _path(f"M{MIDDLE} {begin}V{end}") + _text(MIDDLE + 12, first, labels)


def _loop(y: int, labels: list[str]) -> str:
    """To the same state, on the left."""
    edge = MIDDLE - BOX[0] // 2
    return (_path(f"M{edge} {y + 4}C{edge - LOOP} {y},{edge - LOOP} {y + 30},{edge} {y + 16}")
            + _text(edge - LOOP, y + 12, labels, "end"))


def _side(y: int, target: int, labels: list[str], number: int, count: int, side: int) -> str:
    """Past other states: to the last one on the right, to any other on the left."""
    edge = MIDDLE + side * BOX[0] // 2
    lane = RIGHT_LANE + LANE * (count - 1 - number) if side > 0 else LEFT_LANE - LANE * number
    begin = y if side > 0 else y - 10
    end = target - 14 + 10 * (count - 1 - number) if side > 0 else target - 12
    text = _text(edge + side * 12, begin - 7 - LINE * (len(labels) - 1), labels,
                 "start" if side > 0 else "end")
    return _path(f"M{edge} {begin}H{lane}V{end}H{edge}") + text
