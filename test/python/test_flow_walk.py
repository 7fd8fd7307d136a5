# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Every cell of the table of the states of a flow, played with the codec and the reference."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from conftest import ROOT

from sstlab import flow_states

pytest.importorskip("noise")
CONFORMANCE = ROOT / "conformance"
sys.path.insert(0, str(CONFORMANCE))

from sst_conform import craft, segments  # noqa: E402
from sst_conform.__main__ import python_environment  # noqa: E402
from sst_conform.bench import NAME, ServerBench, key_value, secret  # noqa: E402
from sst_conform.case import SERVER, Test  # noqa: E402
from sst_conform.network import Flow, Packet, Verdict  # noqa: E402
from sst_conform.process import Implementation  # noqa: E402
from sst_conform.segments import ACK, RST, SYN, Route  # noqa: E402
from sst_reference import wire  # noqa: E402
from sst_reference.wire import TCP, UDP  # noqa: E402

ADAPTER = ROOT / "build" / "bin" / "sst-conform-adapter"
COMMANDS = {"reference": [sys.executable, str(CONFORMANCE / "adapters" / "reference.py")],
            "libsst": [str(ADAPTER)]}
OTHER = "other.example"
AGAIN, NEW = 1000, 777777  # sequence numbers of SYNs
# What the stack or the network sees of an action; of others there is no verdict.
OUTCOMES = {"PASS": {"pass"}, "PASS_UP": {"pass"}, "DROP": {"drop"}, "BEGIN": {"wait", "send"},
            "ABSORB": {"consumed"}, "QUEUE": {"wait"}, "SEAL": {"send"}, "DELIVER": {"deliver"},
            "BIND": {"deliver"}, "TRANSLATE": {"deliver"}, "UNBIND": {"pass"}}


class Walk(ServerBench):
    """A host between a peer's sessions and its own; one tuple is looked at."""

    def __init__(self, test: Test, protocol: int) -> None:
        super().__init__(test, {"max_failed_opens": 2})
        self.transport = protocol
        self.tuple = Route(self.peer, 443, self.local, 43000)
        self.keys = craft.Server(secret(5), secret(6))
        self.policy = "require"
        self.learned = 0

    # ------------------------------------------------------------------------ what is sent

    def segment(self, flags: int, *, out: bool, sequence: int = AGAIN,
                acknowledged: int = 0) -> bytes:
        """A segment or datagram of the tuple."""
        route = self.tuple.reversed() if out else self.tuple
        if self.transport == UDP:
            return segments.udp(route, b"")
        return segments.tcp(route, flags, sequence=sequence, acknowledged=acknowledged)

    def out(self, flags: int, asked: bool, sequence: int = AGAIN, acknowledged: int = 0) -> Verdict:
        """The stack sends."""
        request = {"policy": self.policy, "name": NAME, "layout": "n"} if asked else None
        content = self.segment(flags, out=True, sequence=sequence, acknowledged=acknowledged)
        return self.host.send(self.transport, self.peer, content, request)

    def in_clear(self, flags: int) -> Verdict:
        """The peer sends in clear."""
        content = self.segment(flags, out=False)
        return self.host.receive(Packet(self.peer, self.local, self.transport, False, content))

    def inside(self, session: craft.Session, flags: int) -> Verdict:
        """A peer sends in a session."""
        content = segments.without_checksum(self.transport, self.segment(flags, out=False))
        body = session.seal(content, self.transport)
        return self.inject(body, protocol=session.outer_of(self.transport))

    # ---------------------------------------------------------------------------- sessions

    def peers(self, port: int) -> craft.Session:
        """A session of a peer that is UP, with a flow of its own."""
        self.inbound = Route(self.peer, port, self.local, 443)
        return self.establish()

    def own(self, name: str, keys: craft.Server, port: int) -> craft.Session:
        """A session opened here that is UP, with a flow of its own."""
        self.host.learn(name, self.peer, key_value(keys.public, 4))
        route = Route(self.local, port, self.peer, 443)
        self.host.send(TCP, self.peer, segments.tcp(route, SYN),
                       {"policy": "require", "name": name, "layout": "n"})
        packet = self.packets(wire.KIND_INIT)[-1]
        keys.read_init(packet.protocol, 0, packet.data)
        self.inject(keys.resp(craft.Resp(status=1, time_ms=self.world.unix_ms)))
        assert keys.session is not None
        return keys.session

    def learn(self) -> None:
        """The key of the name is known, and none of its sessions is open."""
        self.learned += 1
        self.keys = craft.Server(secret(7000 + self.learned), secret(8000 + self.learned))
        self.host.learn(NAME, self.peer, key_value(self.keys.public, 4))

    def answer(self) -> None:
        """RESP to the last INIT."""
        packet = self.packets(wire.KIND_INIT)[-1]
        self.keys.read_init(packet.protocol, 0, packet.data)
        self.inject(self.keys.resp(craft.Resp(status=1, time_ms=self.world.unix_ms)),
                    protocol=packet.protocol)
        assert self.keys.session is not None
        self.session = self.keys.session

    def forge(self) -> None:
        """Two forgeries close the session."""
        for _ in range(2):
            content = segments.without_checksum(self.transport, self.segment(ACK, out=False))
            self.inject(self.session.seal(content, self.transport, key=bytes(32)),
                        protocol=self.transport)

    # ------------------------------------------------------------------------------ states

    def reach(self, state: str, event: str) -> None:
        """Puts the tuple into a state, in a way that suits the event."""
        if event == "FALL_BACK" or (event == "DATAGRAM" and state == "CLEAR"):
            self.policy = "opportunistic"
        if state in ("WAITING", "SST", "TOMB"):
            self.learn()
            self.out(SYN, True)
            if state != "WAITING":
                self.answer()
            if state == "TOMB":
                self.forge()
        elif state in ("PEER", "PEER_TOMB"):
            if event in ("HALF_SYN", "HALF_ENDS"):
                content = segments.without_checksum(TCP, self.segment(SYN, out=False))
                self.inject(self.init(segment=content, type=TCP))
                self.out(SYN | ACK, False)
                return
            self.session = self.peers(50001)
            self.inside(self.session, SYN)
            if event.startswith("OVER"):
                self.out(ACK, False)
            if event == "PEER_ENDED":
                self.out(RST, False)
            if state == "PEER_TOMB":
                self.forge()
        elif state in ("CLEAR", "FAILED"):
            self.policy = "opportunistic" if state == "CLEAR" else "require"
            self.out(SYN, True)
            self.host.learn_nothing(NAME, self.peer, "absent")

    def where(self) -> str:
        """Where the tuple stands."""
        flow = self.host.flow(Flow(self.transport, 43000, self.peer, 443))
        known = {"waiting": "WAITING", "clear": "CLEAR", "failed": "FAILED",
                 "sst": "SST" if flow.get("client") else "PEER"}
        if flow["state"] != "none":
            return known[flow["state"]]
        if self.out(ACK, False).outcome == "pass":
            return "NONE"
        stranger = self.peers(50009)
        return "TOMB" if self.inside(stranger, SYN).outcome == "drop" else "PEER_TOMB"

    # ------------------------------------------------------------------------------ events

    def happen(self, state: str, event: str) -> Verdict | None:
        """Lets the event come."""
        if event in ("SYN", "DATAGRAM", "SYN_REOPEN") and state != "WAITING":
            if event == "SYN_REOPEN":
                self.out(RST, False)
            self.learn()
            if state == "CLEAR":
                self.policy = "require"
        if event in ("PEER_OPENS", "PEER_ENDED", "PEER_DATA"):
            return self.inside(self.peers(50005), ACK if event == "PEER_DATA" else SYN)
        if event == "SYN_ACK":
            self.in_clear(SYN)
            return self.out(SYN | ACK, False, acknowledged=AGAIN + 1)
        if event == "STRAY":
            return self.inside(self.own(OTHER, craft.Server(secret(15), secret(16)), 43007), ACK)
        if event in ("FALL_BACK", "FAIL", "HALF_ENDS"):
            for _ in range({"FALL_BACK": 4, "FAIL": 305, "HALF_ENDS": 11}[event]):
                self.tick(1)
            return None
        if event in ("OVER_TCP", "OVER_UDP"):
            self.jump({"FAILED": 61, "TOMB": 86401, "PEER_TOMB": 86401}.get(
                state, 301 if event == "OVER_UDP" else 7441))
            self.out(ACK, False)  # an entry may stay until it is met
            return None
        if event == "UP":
            return self.answer()
        if event == "CLOSED":
            return self.forge()
        if event == "GIVE_UP":
            self.host.act("abandon",
                          flow=Flow(self.transport, 43000, self.peer, 443).fields())
            return None
        return {
            "SYN": lambda: self.out(SYN, True, NEW),
            "SYN_AGAIN": lambda: self.out(SYN, True),
            "SYN_REOPEN": lambda: self.out(SYN, True, NEW),
            "SYN_PLAIN": lambda: self.out(SYN, False, NEW),
            "DATAGRAM": lambda: self.out(0, True),
            "SEGMENT": lambda: self.out(ACK, False),
            "DATA": lambda: self.own_data(state),
            "CLEAR_SYN": lambda: self.in_clear(SYN),
            "HALF_SYN": lambda: self.in_clear(SYN),
            "CLEAR_DATA": lambda: self.in_clear(ACK),
        }[event]()

    def own_data(self, state: str) -> Verdict:
        """DATA in the flow's session; before RESP it is one that the client cannot open yet."""
        if state != "WAITING":
            return self.inside(self.session, ACK)
        packet = self.packets(wire.KIND_INIT)[-1]
        self.keys.read_init(packet.protocol, 0, packet.data)
        self.keys.resp(craft.Resp(status=1, time_ms=self.world.unix_ms))
        assert self.keys.session is not None
        return self.inside(self.keys.session, ACK)


@pytest.fixture(scope="module", params=sorted(COMMANDS))
def implementation(request: pytest.FixtureRequest) -> Iterator[Implementation]:
    if request.param == "libsst" and not ADAPTER.exists():
        pytest.skip("the codec's adapter is not built")
    found = Implementation(request.param, COMMANDS[request.param], python_environment())
    yield found
    found.stop()


@pytest.mark.parametrize(("state", "event"), [(state, event) for state, events
                                              in flow_states.CELLS.items() for event in events])
def test_the_cell_is_what_happens(implementation: Implementation, state: str, event: str) -> None:
    wanted = flow_states.cell(state, event)
    assert wanted is not None
    action, following, _ = wanted
    test = Test([implementation], SERVER, "n4")
    walk = Walk(test, UDP if event in ("DATAGRAM", "OVER_UDP") else TCP)
    walk.reach(state, event)
    verdict = walk.happen(state, event)
    if action in OUTCOMES:
        assert verdict is not None
        assert verdict.outcome in OUTCOMES[action], verdict.reason
    if action in ("BIND", "TRANSLATE"):
        assert (segments.ports(verdict.data)[0] == 443) == (action == "BIND")
    assert walk.where() == following
    test.close()
