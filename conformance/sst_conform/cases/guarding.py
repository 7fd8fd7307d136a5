# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What strangers must not get, keep or use up: tuples, tombstones, tables, pins, old INITs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sst_conform import craft, segments
from sst_conform.bench import NO_LIMITS, ClientBench, ServerBench, established, key_value, secret
from sst_conform.case import CLIENT, EACH, N4, SERVER, Test, case
from sst_conform.network import Packet, Verdict
from sst_conform.observer import UDP_PORT, body_of
from sst_conform.segments import ACK, FIN, RST, SYN, Route
from sst_reference import keyvalue, wire
from sst_reference.random import PORT, TestRandom
from sst_reference.wire import TCP, UDP

BOUNDARY, ADVERSARIAL, LEAK = "boundary", "adversarial", "leak"
FRIEND = "friend.example"
FORGERIES = {"max_failed_opens": 2}
RETRY_FIRST = {**NO_LIMITS, "max_half_open": 0}
MONTH_MS = 30 * 86400 * 1000


def _clear(bench: ServerBench | ClientBench, flags: int, sequence: int) -> Verdict:
    """The peer sends a segment of the flow in clear."""
    content = segments.tcp(bench.inbound, flags, sequence=sequence)
    return bench.host.receive(Packet(bench.peer, bench.local, TCP, False, content))


def _answer(bench: ServerBench | ClientBench, flags: int, acknowledged: int) -> Verdict:
    """The stack sends a segment of the flow with this acknowledgment."""
    content = segments.tcp(bench.outbound, flags, sequence=70, acknowledged=acknowledged)
    return bench.host.send(TCP, bench.peer, content)


def _broken(bench: ServerBench | ClientBench) -> None:
    """Forgeries close the session; its flows leave tombstones."""
    closed = len(bench.host.saw("session-closed"))
    for _ in range(FORGERIES["max_failed_opens"]):
        bench.inject(bench.session.seal(bench.inner(b"forged"), key=bytes(32)))
    bench.test.equal(len(bench.host.saw("session-closed")) - closed, 1,
                     "sessions closed by forgeries")


def _neighbour(bench: ServerBench) -> None:
    """Somebody else behind the same address opens a session, with a flow of its own."""
    route = bench.inbound
    bench.inbound = replace(route, source_port=50005)
    bench.establish()
    bench.inbound = route


# ---------------------------------------------------------------------------------- flows


@case(118, "datagram-for-a-name", ADVERSARIAL, SERVER, "FLOW-13, FLOW-3, SES-4, POL-1")
def datagram_for_a_name(test: Test) -> None:
    """What the host sends to a name does not go to whoever sent the first datagram of the tuple."""
    for policy in ("require", "pin"):
        bench = ServerBench(test.again())
        stranger = bench.establish()
        keys = craft.Server(secret(5), secret(6))
        flags = keyvalue.FLAG_STRICT | (keyvalue.FLAG_LAYOUT_U if test.is_u else 0)
        bench.host.learn(FRIEND, bench.peer, key_value(keys.public, 4, flags),
                         UDP_PORT if test.is_u else 0)
        own = Route(bench.local, 43000, bench.peer, 53)
        first = segments.without_checksum(UDP, segments.udp(own.reversed(), b"me first"))
        test.outcome(bench.seal(first, UDP), "deliver", None, "the stranger's datagram")

        def send(payload: bytes, asked: str = "", name: str = FRIEND, *, host: Any = bench.host,
                 route: Route = own) -> Verdict:
            request = {"policy": asked, "name": name, "layout": "u" if test.is_u else "n"}
            return host.send(UDP, route.destination, segments.udp(route, payload),
                             request if asked else None)

        for what, asked, name in (("nothing is asked", "", ""), ("no name", "require", ""),
                                  ("opportunistic", "opportunistic", FRIEND)):
            test.outcome(send(b"answer", asked, name), "send", None, f"a datagram, {what}")
            test.equal(segments.payload(UDP, bench.opened().segment), b"answer",
                       f"what the stranger reads, {what}")
        data = len(bench.packets(wire.KIND_DATA))
        test.outcome(send(b"secret", policy), "wait", None, f"a datagram for the name, {policy}")
        test.equal(len(bench.packets(wire.KIND_DATA)), data, "DATA in the stranger's session")
        test.dropped(bench.seal(first, UDP), "flow-bound", "the stranger's next datagram")
        packet = bench.packets(wire.KIND_INIT)[-1]
        body = body_of(packet)
        assert body is not None
        keys.read_init(packet.protocol, test.layout, body)
        ports = {"source_port": UDP_PORT, "destination_port": wire.udp_ports(packet.data)[0]} \
            if test.is_u else {}
        resp = keys.resp(craft.Resp(server_index=0x2BCDEF0, time_ms=bench.world.unix_ms))
        test.outcome(bench.inject(resp, protocol=packet.protocol, **ports), "consumed", None,
                     "the RESP of the name's server")
        packet = bench.packets(wire.KIND_DATA)[-1]
        body = body_of(packet)
        assert keys.session is not None and body is not None
        opened = keys.session.open(body, packet.protocol)
        test.equal(segments.payload(UDP, opened.segment), b"secret", "what the name's server reads")
        bench.session = stranger
        test.outcome(bench.reply(b"other"), "send", None, "the stranger's other flow")
        test.equal(bench.clear(), [], "packets in clear")


# "Over" is known by what was seen on the flow: who sent what, peer or stack.
HISTORIES: tuple[tuple[str, tuple[tuple[str, int], ...], bool], ...] = (
    ("nothing", (), False),
    ("FIN of the peer", (("peer", FIN | ACK),), False),
    ("FIN of the stack", (("stack", FIN | ACK),), False),
    ("FIN of the peer twice", (("peer", FIN | ACK), ("peer", FIN | ACK)), False),
    ("FIN both ways", (("stack", FIN | ACK), ("peer", FIN | ACK)), True),
    ("RST of the peer", (("peer", RST),), True),
    ("RST of the stack", (("stack", RST | ACK),), True),
    ("RST, then SYN", (("peer", RST), ("peer", SYN)), False),
    ("FIN both ways, then SYN and one FIN",
     (("stack", FIN | ACK), ("peer", FIN | ACK), ("peer", SYN), ("peer", FIN | ACK)), False),
)


@case(119, "tombstone-not-over", ADVERSARIAL, SERVER, "TOMB-2, PORT-1, FLOW-5, TOMB-1, SES-11")
def not_over(test: Test) -> None:
    """Somebody else's SYN takes the tuple of a connection that was over, and no other."""
    for at, (what, history, over) in enumerate(HISTORIES):
        bench = ServerBench(test.again(), FORGERIES)
        drawn = TestRandom(bench.host.seed)
        bench.establish()
        for who, flags in history:
            if who == "peer":
                bench.seal(bench.inner(flags=flags))
            else:
                bench.reply(flags=flags)
        _broken(bench)
        test.dropped(bench.reply(b"late"), "tombstone", f"a segment of the stack, {what}")
        _neighbour(bench)
        test.dropped(bench.push(b"middle"), "tombstone",
                     f"a neighbour's segment that opens nothing, {what}")
        early = bool(at % 2)
        verdict = bench.inject(bench.syn()) if early else bench.seal(bench.inner(flags=SYN))
        test.outcome(verdict, "deliver", None, f"a neighbour's SYN, {what}, early {early}")
        alias = 49152 + int.from_bytes(drawn.fill(PORT, 2), "big") % 16384
        test.equal(segments.ports(verdict.data)[0],
                   bench.inbound.source_port if over else alias, f"its port, {what}")
        if over:
            if early:
                bench.reply(flags=SYN | ACK)
                bench.read_resp()
            test.outcome(bench.reply(b"new"), "send", None, f"a segment of the new flow, {what}")
        else:
            test.dropped(bench.reply(b"late"), "tombstone",
                         f"a segment of the old connection after the SYN, {what}")
        test.equal(bench.clear(), [], f"packets in clear, {what}")


@case(120, "udp-tombstone", ADVERSARIAL, SERVER, "TOMB-2, PORT-1, SES-11")
def udp_tombstone(test: Test) -> None:
    """A neighbour's datagram does not take the tuple of a UDP flow that left a tombstone."""
    bench = ServerBench(test, FORGERIES)
    alias = 49152 + int.from_bytes(TestRandom(bench.host.seed).fill(PORT, 2), "big") % 16384
    bench.establish()
    route = Route(bench.peer, 5354, bench.local, 5353)
    datagram = segments.without_checksum(UDP, segments.udp(route, b"hello"))
    test.outcome(bench.seal(datagram, UDP), "deliver", None, "a datagram")
    _broken(bench)
    _neighbour(bench)
    verdict = bench.seal(datagram, UDP)
    test.outcome(verdict, "deliver", None, "a neighbour's datagram")
    test.equal(segments.ports(verdict.data)[0], alias, "its port")
    late = segments.udp(route.reversed(), b"late")
    test.dropped(bench.host.send(UDP, bench.peer, late), "tombstone", "the stack's datagram")
    answer = segments.udp(replace(route, source_port=alias).reversed(), b"answer")
    test.outcome(bench.host.send(UDP, bench.peer, answer), "send", None, "its answer to the other")
    test.equal(segments.ports(bench.opened().segment)[1], route.source_port, "port inside")
    bench.tick(301)
    test.outcome(bench.host.send(UDP, bench.peer, late), "pass", None, "a datagram after 301 s")


@case(121, "clear-syn-at-a-tombstone", LEAK, EACH, "TOMB-6, TOMB-1, TOMB-3")
def clear_syn(test: Test) -> None:
    """A forged SYN opens no way into the clear; the stack's SYN-ACK to a true one does."""
    for over, sequence in ((False, 6000), (True, 2**32 - 1)):
        bench = established(test.again(), FORGERIES)
        assert isinstance(bench, (ServerBench, ClientBench))
        if over:
            bench.reply(flags=RST)
        _broken(bench)
        following = (sequence + 1) % 2**32
        test.dropped(_answer(bench, SYN | ACK, 1), "tombstone", "SYN-ACK before any SYN")
        test.outcome(_clear(bench, SYN, 5000), "pass", None, "a SYN in clear")
        for flags, acknowledged in ((ACK, 5001), (RST | ACK, 5001), (FIN | ACK, 5001),
                                    (SYN | ACK, 5000), (SYN | ACK, 5002)):
            test.dropped(_answer(bench, flags, acknowledged), "tombstone",
                         f"a segment with flags {flags} that acknowledges {acknowledged}")
        test.outcome(_clear(bench, ACK, 8000), "pass", None, "another segment in clear")
        test.dropped(_answer(bench, SYN | ACK, 8001), "tombstone", "SYN-ACK to what opens nothing")
        test.outcome(_clear(bench, SYN, sequence), "pass", None, "a second SYN in clear")
        test.dropped(_answer(bench, SYN | ACK, 5001), "tombstone", "SYN-ACK to the first SYN")
        test.equal(bench.clear(), [], "packets in clear")
        if test.role == CLIENT:
            test.dropped(_answer(bench, SYN | ACK, following), "tombstone",
                         "SYN-ACK on the tuple of a flow opened here")
            continue
        test.outcome(_answer(bench, SYN | ACK, following), "pass", None, "SYN-ACK to the last SYN")
        test.outcome(_clear(bench, ACK, following), "pass", None, "the peer's ACK")
        test.outcome(_answer(bench, ACK, 9000), "pass", None, "what the stack sends then")


@case(122, "tombstones-apart", ADVERSARIAL, SERVER, "TOMB-5, TOMB-1, SRV-8, FLOW-6")
def tombstones_apart(test: Test) -> None:
    """Half-open sessions push out each other's tombstones, not those of connections."""
    bench = ServerBench(test, {**NO_LIMITS, **FORGERIES, "max_tombstones": 8})
    lasting = [replace(bench.inbound, source_port=41000 + at) for at in range(9)]
    for bench.inbound in lasting:
        bench.establish()
        _broken(bench)
    short = [replace(bench.inbound, source_port=42000 + at) for at in range(4)]
    for route in short:
        test.outcome(bench.inject(bench.syn(route)), "deliver", None, "the SYN of a flood")
        bench.tick(0.1)
    bench.tick(11)
    bench.host.act("tick")
    test.equal(bench.host.ask("counts")["half_open"], 0, "half-open sessions after 11 s")

    def outcomes(routes: list[Route]) -> list[str]:
        return [bench.host.send(TCP, bench.peer, segments.tcp(route.reversed(), ACK)).outcome
                for route in routes]

    test.equal(outcomes(lasting), ["pass"] + 8 * ["drop"], "nine for 24 h, where there is room for "
               "eight: the first one made room")
    test.equal(outcomes(short), ["pass", "pass", "drop", "drop"], "four for 240 s, where there is "
               "room for two")
    _own_tombstones(test)


def _own_tombstones(test: Test) -> None:
    """Tombstones of flows opened here stay, whatever peers leave behind."""
    bench = ServerBench(test.again(), {**NO_LIMITS, **FORGERIES, "max_tombstones": 4})
    own = Route(bench.local, 43000, bench.peer, 443)
    bench.host.send(TCP, bench.peer, segments.tcp(own, SYN),
                    {"policy": "require", "name": FRIEND, "layout": "n"})
    bench.host.learn_nothing(FRIEND, bench.peer, "absent")
    bench.tick(61)
    for at in range(5):
        test.dropped(bench.host.send(TCP, bench.peer, segments.tcp(own, ACK)), "tombstone",
                     f"a segment of the flow opened here, peers having left {2 * at}")
        bench.inbound = replace(bench.inbound, source_port=41000 + at)
        bench.establish()
        _broken(bench)
        bench.inject(bench.syn(replace(bench.inbound, source_port=42000 + at)))
        bench.tick(11)


@case(123, "failed-flow-tombstone", LEAK, CLIENT, "FLOW-12, TOMB-1, TOMB-2")
def failed_tombstone(test: Test) -> None:
    """What a stack repeats of a connection that failed does not leave in clear after 60 s."""
    bench = ClientBench(test, learn=False)
    datagram = replace(bench.outbound, source_port=5555)
    bench.connect()
    bench.host.send(UDP, bench.peer, segments.udp(datagram, b"x"), bench.request())
    bench.host.learn_nothing("server.example", bench.peer, "absent")
    bench.tick(59.9)
    test.dropped(bench.reply(b"data"), "no-key", "a segment after 59.9 s")
    bench.tick(0.2)
    test.dropped(bench.reply(b"data"), "tombstone", "a segment after 60.1 s")
    test.equal(bench.state()["state"], "none", "state then")
    late = bench.host.send(UDP, bench.peer, segments.udp(datagram, b"x"))
    test.outcome(late, "pass", None, "a datagram after 60.1 s, for which nothing is asked")
    sent = len(bench.clear())
    bench.tick(239.8)
    test.dropped(bench.reply(b"data"), "tombstone", "a segment after 299.9 s")
    test.equal(len(bench.clear()), sent, "more packets in clear")
    bench.tick(12)
    test.outcome(bench.reply(b"data"), "pass", None, "a segment after 312 s")
    again = ClientBench(test.again(), learn=False)
    again.connect()
    again.host.learn_nothing("server.example", again.peer, "absent")
    again.tick(61)
    again.learn()
    test.outcome(again.connect(), "wait", None, "the same SYN again after 61 s")
    test.equal(len(again.packets(wire.KIND_INIT)), 1, "INITs then")


# --------------------------------------------------------------------------------- tables


@case(124, "share-of-a-site", ADVERSARIAL, SERVER, "SES-12, SES-13, SES-9")
def share_of_a_site(test: Test) -> None:
    """A site gets a sixteenth of the sessions, all peers together seven eighths."""
    bench = ServerBench(test, {**NO_LIMITS, "max_sessions": 32})

    def opens(source: str) -> Verdict:
        return bench.inject(bench.init(), source=source)

    def asks(at: int) -> Verdict:
        """The host opens a session to another name of the peer."""
        name = f"n{at}.example"
        route = Route(bench.local, 43000 + at, test.address(2), 443)
        bench.host.learn(name, route.destination,
                         key_value(craft.Server(secret(900 + at), secret(1)).public, 4,
                                   keyvalue.FLAG_LAYOUT_U if test.is_u else 0),
                         UDP_PORT if test.is_u else 0)
        return bench.host.send(TCP, route.destination, segments.tcp(route, SYN), {
            "policy": "require", "name": name, "layout": "u" if test.is_u else "n"})

    test.outcome(asks(0), "wait", None, "a session opened here")
    for at in range(2):
        test.outcome(opens(bench.peer), "consumed", "none", f"session {at + 1} of a site")
    test.dropped(opens(bench.peer), "sessions-full", "the third one")
    if test.is_v6:
        test.dropped(opens("2001:db8:2::2"), "sessions-full", "one of the same /64")
        test.outcome(opens("2001:db8:2:1::1"), "consumed", "none", "one of the next /64")
    else:
        test.outcome(opens("198.18.2.2"), "consumed", "none", "one of the next address")
    for at in range(24):
        test.outcome(opens(test.address(10 + at // 2)), "consumed", "none", "one of another site")
    test.equal(bench.host.ask("counts")["sessions"], 28, "sessions in all")
    test.dropped(opens(test.address(99)), "sessions-full", "one more, of a site without any")
    for at in range(1, 5):
        test.outcome(asks(at), "wait", None, "another session opened here")
    test.dropped(asks(5), "sessions-full", "a session opened here beyond the last")


@case(125, "flows-kept-free", ADVERSARIAL, SERVER, "FLOW-14, FLOW-9, EARLY-9")
def flows_kept_free(test: Test) -> None:
    """Peers leave an eighth of the flows to what the host opens itself."""
    bench = ServerBench(test, {**NO_LIMITS, "max_flows": 16})
    bench.establish()
    session, sources = bench.session, [test.address(10 + at) for at in range(14)]
    verdicts = [bench.inject(bench.syn(), source=source) for source in sources]
    test.equal([(one.outcome, one.reason) for one in verdicts],
               13 * [("deliver", "none")] + [("consumed", "flows-full")],
               "SYNs of fourteen other sites as early data")
    bench.session = session
    second = replace(bench.inbound, source_port=50005)
    test.dropped(bench.seal(bench.inner(flags=SYN, route=second)), "flows-full",
                 "a SYN of another flow of the first site")
    for number, outcome in ((60, "wait"), (61, "wait"), (62, "drop")):
        route = Route(bench.local, 43000, test.address(number), 443)
        verdict = bench.host.send(TCP, route.destination, segments.tcp(route, SYN),
                                  {"policy": "require", "name": FRIEND})
        test.outcome(verdict, outcome, "flows-full" if outcome == "drop" else None,
                     f"a flow opened here, to {route.destination}")


def _token(bench: ServerBench, source: str) -> bytes:
    """A token for this address, of a server that asks everybody for one."""
    verdict = bench.inject(bench.init(), source=source)
    bench.test.outcome(verdict, "consumed", "retry-sent", "an INIT without a token")
    return bench.bodies(wire.KIND_CTRL)[-1][16:32]


def _enters(bench: ServerBench, source: str, **fields: Any) -> Verdict:
    """An INIT of this address with a valid token."""
    return bench.inject(bench.init(token=_token(bench, source), **fields), source=source)


@case(126, "share-of-an-area", ADVERSARIAL, SERVER, "RETRY-20, RETRY-10")
def share_of_an_area(test: Test) -> None:
    """The sites of a /48 together get a quarter of the half-open sessions, and of the rate."""
    bench = ServerBench(test, {**RETRY_FIRST, "max_half_open_validated": 18})

    def site(at: int, area: int = 0) -> str:
        """An address of a site of its own; IPv4: the same one."""
        return f"2001:db8:{area + 0xaa00:x}:{at:x}::1" if test.is_v6 else f"198.19.{area}.1"

    def full(at: int, what: str) -> None:
        verdict = _enters(bench, site(at))
        if test.is_v6:
            test.dropped(verdict, "half-open-full", what)
        else:
            test.outcome(verdict, "consumed", "none", "IPv4 has no areas")

    for at in range(5):
        test.outcome(_enters(bench, site(at)), "consumed", "none", f"half-open session {at + 1}")
    last = bench.client
    full(5, "the sixth of an area")
    test.outcome(_enters(bench, site(0, 1)), "consumed", "none", "one of another area")
    resp = last.read_resp(next(body for body in reversed(bench.bodies(wire.KIND_RESP))
                               if wire.index_of(body) == last.fields.index))
    test.equal(resp.type, wire.NOTHING, "type of its RESP")
    assert last.session is not None
    body = last.session.seal(b"", wire.NOTHING)
    test.outcome(bench.inject(body, source=site(4), protocol=bench.outer), "consumed", None,
                 "the first DATA of one of them")
    test.outcome(_enters(bench, site(6)), "consumed", "none", "one more, another one being UP")
    full(7, "and one more")
    bench.tick(10.1)
    bench.host.act("tick")
    test.equal(bench.host.ask("counts")["half_open"], 0, "half-open sessions after 10.1 s")
    for at in range(5):
        test.outcome(_enters(bench, site(at)), "consumed", "none", "one after they lapsed")
    full(5, "the sixth after they lapsed")
    for at in range(18 - bench.host.ask("counts")["half_open"]):
        test.outcome(_enters(bench, site(0, at + 2)), "consumed", "none", "one of other areas")
    test.dropped(_enters(bench, site(0, 99)), "half-open-full", "one beyond all")
    _rate_of_an_area(test, site)


def _rate_of_an_area(test: Test, site: Any) -> None:
    """A quarter of the rate of all without a token; half-open sessions are looked at first."""
    bench = ServerBench(test.again(), {**RETRY_FIRST, "init_rate": 8,
                                       "max_half_open_validated": 12})
    wanted = "init-rate" if test.is_v6 else "none"
    for at in range(3):
        verdict = _enters(bench, site(at))
        test.outcome(verdict, "drop" if at == 2 and test.is_v6 else "consumed",
                     wanted if at == 2 else "none", f"INIT {at + 1} of an area at once")
    test.outcome(_enters(bench, site(0, 1)), "consumed", "none", "one of another area")
    bench.tick(0.55)
    test.outcome(_enters(bench, site(3)), "consumed", "none", "one half a second later")
    if test.is_v6:
        test.dropped(_enters(bench, site(4)), "half-open-full",
                     "the fourth half-open session of the area, whose bucket is empty too")


@case(127, "rate-with-tokens", ADVERSARIAL, SERVER, "RETRY-21, RETRY-9, RETRY-20")
def rate_with_tokens(test: Test) -> None:
    """Four times the rate without a token enters with one; what is refused takes nothing."""
    bench = ServerBench(test, {**RETRY_FIRST, "init_rate": 4, "site_init_rate": 1})
    test.outcome(_enters(bench, bench.peer), "consumed", "none", "the first INIT with a token")
    for _ in range(20):
        test.dropped(_enters(bench, bench.peer), "init-rate", "another one of the same site")
    for at in range(15):
        test.outcome(_enters(bench, test.address(10 + at)), "consumed", "none",
                     f"INIT {at + 2} with a token")
    test.dropped(_enters(bench, test.address(40)), "init-rate", "INIT 17 with a token at once")
    bench.tick(0.07)
    test.outcome(_enters(bench, test.address(40)), "consumed", "none",
                 "the same site 70 ms later: nothing was taken from its bucket")
    test.dropped(_enters(bench, test.address(41)), "init-rate", "the one after it")


# ------------------------------------------------------------------------- clocks and pins


@case(128, "clock-set-back", ADVERSARIAL, SERVER, "EARLY-12, EARLY-10, SRV-6")
def clock_set_back(test: Test) -> None:
    """Old INITs are fresh again by a clock that was set back; their early data is refused."""
    bench = ServerBench(test, NO_LIMITS)
    recorded = bench.syn()
    test.outcome(bench.inject(recorded), "deliver", None, "an INIT")
    bench.reply(flags=SYN | ACK)
    bench.read_resp()
    bench.push(b"")
    bench.tick(3600)
    bench.host.act("tick")
    bench.world.unix_offset_ms -= 3600_000
    test.outcome(bench.inject(recorded), "consumed", "early-replay", "the same INIT an hour later")
    resp = bench.read_resp()
    test.equal((resp.status, resp.type), (0, wire.NOTHING), "status and type of its RESP")
    test.equal(len([one for one in bench.host.received if one.sealed and
                    segments.flags(one.data) & SYN]), 1, "SYNs handed up")

    def fresh() -> Verdict:
        route = replace(bench.inbound, source_port=bench.inbound.source_port + 1)
        bench.inbound = route
        return bench.inject(bench.syn())

    test.outcome(fresh(), "consumed", "early-replay", "early data of an honest client")
    bench.read_resp()
    test.outcome(bench.push(b""), "deliver", None, "its handshake completes")
    bench.world.unix_offset_ms += 3600_000 - 10_001
    test.outcome(fresh(), "consumed", "early-replay", "10.001 s behind")
    bench.world.unix_offset_ms += 1
    test.outcome(fresh(), "deliver", None, "10 s behind")
    bench.world.unix_offset_ms += 20_000
    test.outcome(fresh(), "deliver", None, "10 s ahead of all before")
    bench.world.unix_offset_ms -= 10_001
    test.outcome(fresh(), "consumed", "early-replay", "10.001 s behind that")
    _before_the_start(test)


def _before_the_start(test: Test) -> None:
    """What the clock said before the server had its first key does not count."""
    bench = ServerBench(test.again(), NO_LIMITS)
    bench.host.ask("create", seed=bench.host.seed, config=bench.host.config)
    bench.host.act("tick")
    bench.world.unix_offset_ms -= 3600_000
    bench.host.serve(bench.static, bench.key_id, 3)
    test.outcome(bench.inject(bench.syn()), "deliver", None,
                 "early data, the clock having been set back before the start")


@case(129, "pins-by-use", ADVERSARIAL, CLIENT, "PIN-4, PIN-1, PIN-5", (N4,))
def pins_by_use(test: Test) -> None:
    """Names of strangers that never end do not keep a name out that is seen again and again."""
    bench = ClientBench(test, {"max_pins": 3}, learn=False)
    start = bench.world.unix_ms

    def see(name: str, not_after: int = 0) -> None:
        bench.host.learn(name, bench.peer, key_value(bench.server.public, 1,
                                                     keyvalue.FLAG_STRICT, not_after))

    def names() -> list[str]:
        return [one["name"] for one in bench.host.ask("pins")["pins"]]

    for name in ("a.example", "b.example", "c.example"):
        see(name, 2**32 - 1)
    see("mine.example", start // 1000 + 10)
    test.equal(names(), ["b.example", "c.example", "mine.example"], "pins, least lately seen first")
    see("b.example", start // 1000 + 5)
    test.equal(names(), ["c.example", "mine.example", "b.example"], "pins, one being seen again")
    ends = {one["name"]: one["until_ms"] for one in bench.host.ask("pins")["pins"]}
    test.equal(ends["b.example"], (2**32 - 1) * 1000 + MONTH_MS, "the later of its two ends")
    bench.host.learn("c.example", bench.peer, key_value(bench.server.public, 1, 0, 2**32 - 1))
    test.equal(names(), ["c.example", "mine.example", "b.example"],
               "pins, one having been seen without the flag")
    bench.jump(30 * 86400 + 11)
    bench.host.act("tick")
    test.equal(names(), ["c.example", "b.example"], "pins that are not over")
    see("d.example")
    test.equal(names(), ["c.example", "b.example", "d.example"],
               "pins after one that is over made room")
    see("e.example")
    test.equal(names(), ["b.example", "d.example", "e.example"],
               "pins after the one seen least lately made room")
    restarted = ClientBench(test.again(), {"max_pins": 3}, learn=False)
    until = start + 2 * MONTH_MS
    kept = [(name, until + at) for at, name in enumerate(("p.example", "q.example", "r.example",
                                                          "s.example", "q.example"))]
    restarted.host.ask("set_pins", pins=[{"name": name, "until_ms": end} for name, end in kept])
    restarted.host.act("tick")
    test.equal([(one["name"], one["until_ms"]) for one in restarted.host.ask("pins")["pins"]],
               [kept[2], kept[3], kept[4]], "pins taken over a restart, in their order")
    test.equal(bench.clear(), [], "packets in clear")
