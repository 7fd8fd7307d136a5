# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The states of a flow: the one place from which table and figure of the specification are made.

The codec has no such table: a flow is an entry of the flow table, a tombstone, or nothing. What is
written here is what the rules named in each cell say.
"""

from __future__ import annotations

from sstlab.project import Failure

STATES = {
    "NONE": "no entry: the tuple is the stack's own business",
    "WAITING": "opened here; its session is in RESOLVE or INIT",
    "SST": "opened here; its session is UP",
    "PEER": "bound by a session that a peer opened, in HALF or UP",
    "CLEAR": "opened here, fell back",
    "FAILED": "opened here, got no session or lost it before UP",
    "TOMB": "tombstone of a flow opened here",
    "PEER_TOMB": "tombstone of a flow that a peer opened",
}

EVENTS = {
    "SYN": "opening segment of the stack that asks for SST, with another sequence number than the "
           "flow's first one",
    "SYN_AGAIN": "the flow's first opening segment again",
    "SYN_REOPEN": "SYN on a flow that saw FIN or RST",
    "SYN_PLAIN": "opening segment of the stack that does not ask for SST, with another sequence "
                 "number",
    "DATAGRAM": "datagram that asks for SST: in CLEAR and at a tombstone one that must be sealed "
                "(`require`, or `pin` and the name is pinned), in PEER one that names its peer too; "
                "others are SEGMENT",
    "SYN_ACK": "the stack acknowledges the last CLEAR_SYN with SYN and ACK, at a tombstone of a "
               "peer's flow; others are SEGMENT",
    "SEGMENT": "any other segment of the stack",
    "DATA": "authentic segment of the flow's own session",
    "PEER_OPENS": "authentic opening segment or datagram of another session that the peer opened",
    "PEER_DATA": "any other authentic TCP segment of such a session",
    "STRAY": "authentic segment of a session opened here that is not the flow's",
    "CLEAR_SYN": "opening segment of the peer in clear",
    "CLEAR_DATA": "any other segment of the peer in clear",
    "HALF_SYN": "CLEAR_SYN while the flow's session is in HALF",
    "UP": "its session came UP, or the one it joined is UP",
    "FALL_BACK": "3 s, no key, no answer, no layout U: `opportunistic`, and name not pinned",
    "FAIL": "the same otherwise, end of the handshake, refused coverage",
    "GIVE_UP": "the socket gives the flow up",
    "HALF_ENDS": "its session lapsed in HALF",
    "CLOSED": "its session closed: forgeries, RESET, no number left",
    "PEER_ENDED": "PEER_OPENS where the old connection was over: RST, or FIN both ways",
    "OVER_TCP": "the time of the entry is over, TCP",
    "OVER_UDP": "the same, UDP",
}

ACTIONS = {
    "PASS": "leaves in clear",
    "PASS_UP": "goes up unchanged",
    "DROP": "dropped with the rule's reason",
    "BEGIN": "new flow: joins a session, or begins one; WAITING lasts no time when that is UP",
    "ABSORB": "consumed without a reason: the same one waits",
    "QUEUE": "waits in the session's queue",
    "SEAL": "sealed; in WAIT as answer in RESP",
    "DELIVER": "handed up",
    "BIND": "the session gets the flow; handed up",
    "TRANSLATE": "gets a flow with another peer port; this one stays as it is",
    "FLUSH": "what waits is sealed",
    "RELEASE": "what waits leaves in clear",
    "DISCARD": "what waits is dropped",
    "UNBIND": "the flow is forgotten, the segment goes up",
    "BURY": "the flow is forgotten, a tombstone stays",
    "FORGET": "the entry goes",
}

# state -> event -> "ACTION [-> STATE]: rules". What is not here cannot come.
CELLS = {
    "NONE": {
        "SYN": "BEGIN -> WAITING: SES-1",
        "SYN_PLAIN": "PASS: GEN-2",
        "DATAGRAM": "BEGIN -> WAITING: SES-1",
        "SEGMENT": "PASS: GEN-2",
        "PEER_OPENS": "BIND -> PEER: FLOW-2",
        "PEER_DATA": "BIND -> PEER: FLOW-2",
        "STRAY": "DROP: FLOW-4",
        "CLEAR_SYN": "PASS_UP: GEN-2",
        "CLEAR_DATA": "PASS_UP: GEN-2",
    },
    "WAITING": {
        "SYN": "QUEUE: QUEUE-1",
        "SYN_AGAIN": "ABSORB: QUEUE-1",
        "SYN_PLAIN": "QUEUE: EGR-3",
        "DATAGRAM": "QUEUE: QUEUE-1",
        "SEGMENT": "QUEUE: QUEUE-1",
        "DATA": "DROP: CLI-13",
        "PEER_OPENS": "DROP: FLOW-3",
        "PEER_DATA": "DROP: FLOW-3",
        "STRAY": "DROP: FLOW-3",
        "CLEAR_SYN": "DROP: ING-6, ING-8",
        "CLEAR_DATA": "DROP: ING-6, ING-8",
        "UP": "FLUSH -> SST: CLI-12",
        "FALL_BACK": "RELEASE -> CLEAR: POL-1, POL-2, POL-3",
        "FAIL": "DISCARD -> FAILED: POL-4, CLI-5, CLI-11",
        "GIVE_UP": "DISCARD -> FAILED: QUEUE-3",
    },
    "SST": {
        "SYN": "SEAL: EGR-1",
        "SYN_AGAIN": "SEAL: EGR-1",
        "SYN_REOPEN": "BEGIN -> WAITING: FLOW-10",
        "SYN_PLAIN": "SEAL: EGR-3",
        "DATAGRAM": "SEAL: EGR-1",
        "SEGMENT": "SEAL: EGR-1, EGR-3",
        "DATA": "DELIVER: SES-6",
        "PEER_OPENS": "DROP: FLOW-3",
        "PEER_DATA": "DROP: FLOW-3",
        "STRAY": "DROP: FLOW-3",
        "CLEAR_SYN": "DROP: ING-6",
        "CLEAR_DATA": "DROP: ING-6",
        "CLOSED": "BURY -> TOMB: SES-11, RESET-11",
        "OVER_TCP": "BURY -> TOMB: FLOW-6",
        "OVER_UDP": "FORGET -> NONE: FLOW-7",
    },
    "PEER": {
        "SYN": "DROP: FLOW-11",
        "SYN_AGAIN": "DROP: FLOW-11",
        "SYN_REOPEN": "BEGIN -> WAITING: FLOW-10",
        "SYN_PLAIN": "DROP: FLOW-11",
        "DATAGRAM": "BEGIN -> WAITING: FLOW-13",
        "SEGMENT": "SEAL: EGR-1, EGR-3, SRV-9",
        "DATA": "DELIVER: PORT-6",
        "PEER_OPENS": "TRANSLATE: PORT-1",
        "PEER_DATA": "TRANSLATE: PORT-1",
        "STRAY": "DROP: FLOW-4",
        "CLEAR_SYN": "DROP: ING-6",
        "CLEAR_DATA": "DROP: ING-6",
        "HALF_SYN": "UNBIND -> NONE: ING-7",
        "HALF_ENDS": "BURY -> PEER_TOMB: SRV-8",
        "CLOSED": "BURY -> PEER_TOMB: SES-11",
        "OVER_TCP": "BURY -> PEER_TOMB: FLOW-6",
        "OVER_UDP": "FORGET -> NONE: FLOW-7",
    },
    "CLEAR": {
        "SYN": "BEGIN -> WAITING: POL-6",
        "SYN_AGAIN": "PASS: POL-6",
        "SYN_PLAIN": "PASS -> NONE: POL-6",
        "DATAGRAM": "BEGIN -> WAITING: POL-6",
        "SEGMENT": "PASS: POL-6",
        "PEER_OPENS": "TRANSLATE: PORT-1, PORT-8",
        "PEER_DATA": "TRANSLATE: PORT-1, PORT-8",
        "STRAY": "DROP: FLOW-4",
        "CLEAR_SYN": "PASS_UP: GEN-2",
        "CLEAR_DATA": "PASS_UP: GEN-2",
        "OVER_TCP": "FORGET -> NONE: POL-6",
        "OVER_UDP": "FORGET -> NONE: POL-6",
    },
    "FAILED": {
        "SYN": "BEGIN -> WAITING: FLOW-12",
        "SYN_AGAIN": "DROP: FLOW-12",
        "SYN_PLAIN": "PASS -> NONE: FLOW-12",
        "DATAGRAM": "DROP: FLOW-12",
        "SEGMENT": "DROP: FLOW-12",
        "PEER_OPENS": "DROP: FLOW-3",
        "PEER_DATA": "DROP: FLOW-3",
        "STRAY": "DROP: FLOW-3",
        "CLEAR_SYN": "PASS_UP: GEN-2",
        "CLEAR_DATA": "PASS_UP: GEN-2",
        "OVER_TCP": "BURY -> TOMB: FLOW-12",
        "OVER_UDP": "FORGET -> NONE: FLOW-12",
    },
    "TOMB": {
        "SYN": "BEGIN -> WAITING: TOMB-2, TOMB-4",
        "SYN_PLAIN": "PASS -> NONE: Section 8.3",
        "DATAGRAM": "BEGIN -> WAITING: TOMB-2, TOMB-4",
        "SEGMENT": "DROP: TOMB-1",
        "PEER_OPENS": "DROP: FLOW-3, TOMB-3",
        "PEER_DATA": "DROP: FLOW-3, TOMB-3",
        "STRAY": "DROP: FLOW-4",
        "CLEAR_SYN": "PASS_UP: GEN-2, TOMB-3",
        "CLEAR_DATA": "PASS_UP: GEN-2",
        "OVER_TCP": "FORGET -> NONE: FLOW-6, SES-11",
        "OVER_UDP": "FORGET -> NONE: SES-11, RESET-11",
    },
    "PEER_TOMB": {
        "SYN": "BEGIN -> WAITING: TOMB-2, TOMB-4",
        "SYN_PLAIN": "PASS -> NONE: Section 8.3",
        "DATAGRAM": "BEGIN -> WAITING: TOMB-2, TOMB-4",
        "SEGMENT": "DROP: TOMB-1",
        "PEER_OPENS": "TRANSLATE: PORT-1",
        "PEER_ENDED": "BIND -> PEER: TOMB-2",
        "PEER_DATA": "DROP: FLOW-5",
        "STRAY": "DROP: FLOW-4",
        "SYN_ACK": "PASS -> NONE: TOMB-6",
        "CLEAR_SYN": "PASS_UP: TOMB-6",
        "CLEAR_DATA": "PASS_UP: GEN-2",
        "OVER_TCP": "FORGET -> NONE: FLOW-6, SRV-8",
        "OVER_UDP": "FORGET -> NONE: SES-11, SRV-8",
    },
}


def cell(state: str, event: str) -> tuple[str, str, list[str]] | None:
    """Action, next state and rules of a cell; None when the event cannot come in this state."""
    text = CELLS[state].get(event)
    if text is None:
        return None
    step, _, rules = text.partition(": ")
    action, _, following = step.partition(" -> ")
    if action not in ACTIONS or (following or state) not in STATES or not rules:
        raise Failure(f"the states of a flow: '{text}' of {state}, {event} is not understood")
    return action, following or state, rules.split(", ")


def tables() -> str:
    """The tables in Markdown."""
    for state, events in CELLS.items():
        if unknown := set(events) - set(EVENTS):
            raise Failure(f"the states of a flow: {state} names {', '.join(sorted(unknown))}")
    lines = ["| state | meaning |", "|---|---|"]
    lines += [f"| {name} | {meaning} |" for name, meaning in STATES.items()]
    lines += ["", "| event | " + " | ".join(STATES) + " |", "|---" * (len(STATES) + 1) + "|"]
    for event in EVENTS:
        row = [f"`{event}`"]
        for state in STATES:
            found = cell(state, event)
            if found is None:
                row.append("")
                continue
            action, following, rules = found
            arrow = "" if following == state else f" → {following}"
            row.append(f"{action}{arrow} ({', '.join(rules)})")
        lines.append("| " + " | ".join(row) + " |")
    for title, meanings in (("event", EVENTS), ("action", ACTIONS)):
        lines += ["", f"| {title} | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {meaning} |" for name, meaning in meanings.items()]
    return "\n".join(lines) + "\n"


def changes() -> dict[tuple[str, str], tuple[str, str]]:
    """(state, event) -> (action, next state) where the state changes."""
    found = {(state, event): cell(state, event) for state in STATES for event in EVENTS}
    return {place: step[:2] for place, step in found.items()
            if step is not None and step[1] != place[0]}
