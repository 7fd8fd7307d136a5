# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The table of the states of a flow: what it names exists, and the figure shows all of it."""

from __future__ import annotations

from collections import defaultdict

from sstlab import flow_figure, flow_states, specification

TEXT = specification.SPECIFICATION.read_text()


def rows() -> dict[tuple[str, str], str]:
    """The cells of the table as the specification prints them."""
    found = specification.section(TEXT, "flow states")
    lines = found[found.index("| event |"):].split("\n\n")[0].splitlines()
    states = specification.cells(lines[0])[1:]
    return {(state, event.strip("`")): cell for line in lines[2:]
            for event, *cells in [specification.cells(line)]
            for state, cell in zip(states, cells, strict=True)}


def test_the_text_has_the_table() -> None:
    table = rows()
    assert set(table) == {(state, event) for state in flow_states.STATES
                          for event in flow_states.EVENTS}
    assert table["WAITING", "UP"] == "FLUSH → SST (CLI-12)"
    for (state, event), cell in table.items():
        assert bool(cell) == (event in flow_states.CELLS[state])


def test_rules_states_and_actions_exist() -> None:
    rules = specification.rules(TEXT)
    used = set()
    for state, events in flow_states.CELLS.items():
        for event in events:
            found = flow_states.cell(state, event)
            assert found is not None
            used.add(found[0])
            for rule in found[2]:
                assert rule in rules or rule == "Section 8.3", f"{state}, {event}: {rule}"
    assert used == set(flow_states.ACTIONS)
    assert set(flow_states.CELLS) == set(flow_states.STATES)
    assert {event for events in flow_states.CELLS.values() for event in events} \
        == set(flow_states.EVENTS)


def test_nothing_of_a_bound_flow_leaves_in_clear() -> None:
    stack = ("SYN", "SYN_AGAIN", "SYN_REOPEN", "DATAGRAM", "SEGMENT")
    for state in ("WAITING", "SST", "PEER", "FAILED", "TOMB", "PEER_TOMB"):
        for event in stack:
            found = flow_states.cell(state, event)
            assert found is None or found[0] != "PASS", f"{state}, {event}"


def test_a_peer_gets_nothing_that_was_opened_here() -> None:
    for state in ("WAITING", "SST", "FAILED", "TOMB"):
        for event in ("PEER_OPENS", "PEER_DATA"):
            assert flow_states.CELLS[state][event].startswith("DROP:")


def test_every_state_is_reached_and_left() -> None:
    reached = {"NONE"}
    for _ in flow_states.STATES:
        reached |= {following for (state, _), (_, following) in flow_states.changes().items()
                    if state in reached}
    assert reached == set(flow_states.STATES)
    ends = {"NONE"}
    for _ in flow_states.STATES:
        ends |= {state for (state, _), (_, following) in flow_states.changes().items()
                 if following in ends}
    assert ends == set(flow_states.STATES)


def test_the_figure_shows_every_change() -> None:
    figure = (specification.FIGURES / "flow-states.svg").read_text()
    assert figure == flow_figure.draw_flows()
    drawn = defaultdict(set)
    for edge, lines in flow_figure.labels().items():
        for line in lines:
            events, _, action = line.partition(": ")
            drawn[edge] |= {(event, action) for event in events.split(", ")}
            text = line if edge in flow_figure.ARROWS else f"{line} → {edge[1]}"
            assert f">{text}</text>" in figure
    wanted = defaultdict(set)
    for (state, event), (action, following) in flow_states.changes().items():
        wanted[state, following].add((event, action))
    assert drawn == wanted
    assert set(flow_figure.ARROWS) <= set(wanted)
