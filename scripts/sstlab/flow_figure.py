# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The states of a flow as an SVG figure: an arrow where a flow goes on, a line of text where it
begins anew or is forgotten.
"""

from __future__ import annotations

from html import escape

from sstlab.flow_states import STATES, changes

WIDTH, HEIGHT = 1220, 765
BOX = (130, 44)
LINE = 17
# Where the middle of each state stands.
PLACES = {"NONE": (690, 95), "WAITING": (430, 240), "PEER": (970, 240), "CLEAR": (150, 440),
          "FAILED": (430, 440), "SST": (710, 440), "TOMB": (710, 650), "PEER_TOMB": (970, 650)}
# Arrows: how far they are moved sideways, where their text stands and how it is anchored.
ARROWS = {
    ("NONE", "WAITING"): (0, (540, 150), "end"),
    ("NONE", "PEER"): (0, (850, 150), "start"),
    ("WAITING", "CLEAR"): (0, (275, 330), "end"),
    ("WAITING", "FAILED"): (0, (422, 400), "end"),
    ("WAITING", "SST"): (0, (580, 330), "start"),
    ("SST", "TOMB"): (0, (722, 590), "start"),
    ("PEER", "PEER_TOMB"): (-20, (942, 350), "end"),
    ("PEER_TOMB", "PEER"): (20, (1002, 560), "start"),
}
# Where the lines of text of a state begin.
TEXTS = {"PEER": (1002, 285, "start"), "CLEAR": (150, 484, "middle"),
         "FAILED": (430, 484, "middle"), "SST": (722, 484, "start"), "TOMB": (710, 694, "middle"),
         "PEER_TOMB": (990, 694, "middle")}

HEAD = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" \
font-family="Helvetica, Arial, sans-serif" font-size="13">
<title>States of a flow</title>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" \
orient="auto"><path d="M0 0 10 5 0 10z" fill="#333"/></marker></defs>
<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>
<text x="{WIDTH // 2}" y="32" text-anchor="middle" font-size="19" font-weight="bold">\
States of a flow</text>
<text x="{WIDTH // 2}" y="55" text-anchor="middle" fill="#555">event: action; left: opened here, \
right: opened by a peer; what changes no state is left out</text>
"""


def labels() -> dict[tuple[str, str], list[str]]:
    """For each change of state its lines: the events that take the same action in one."""
    grouped: dict[tuple[str, str], dict[str, list[str]]] = {}
    for (state, event), (action, following) in changes().items():
        grouped.setdefault((state, following), {}).setdefault(action, []).append(event)
    return {edge: [f"{', '.join(events)}: {action}" for action, events in actions.items()]
            for edge, actions in grouped.items()}


def _text(place: tuple[int, int], anchor: str, lines: list[str]) -> str:
    x, y = place
    return "".join(f'<text x="{x}" y="{y + LINE * number}" text-anchor="{anchor}">{escape(line)}'
                   "</text>\n" for number, line in enumerate(lines))


def draw_flows() -> str:
    """The figure."""
    out = [HEAD]
    others: dict[str, list[str]] = {}
    for (state, following), lines in labels().items():
        if (state, following) not in ARROWS:
            others.setdefault(state, []).extend(f"{line} → {following}" for line in lines)
            continue
        aside, place, anchor = ARROWS[state, following]
        (x, y), (to_x, to_y) = PLACES[state], PLACES[following]
        half = BOX[1] // 2 if to_y > y else -BOX[1] // 2
        out.append(f'<path d="M{x + aside} {y + half}L{to_x + aside} {to_y - half}" fill="none" '
                   'stroke="#333" stroke-width="1.5" marker-end="url(#tip)"/>\n')
        out.append(_text(place, anchor, lines))
    for state, lines in others.items():
        x, y, anchor = TEXTS[state]
        out.append(_text((x, y), anchor, lines))
    for state in STATES:
        x, y = PLACES[state]
        out.append(f'<rect x="{x - BOX[0] // 2}" y="{y - BOX[1] // 2}" width="{BOX[0]}" '
                   f'height="{BOX[1]}" rx="10" fill="#e8f1fa" stroke="#333" stroke-width="1.5"/>\n'
                   f'<text x="{x}" y="{y + 5}" text-anchor="middle" font-weight="bold" '
                   f'font-size="16">{state}</text>\n')
    return "".join(out) + "</svg>\n"
