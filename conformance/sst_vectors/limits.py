# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Scenarios in which something is full, used up, over or not to be had; packets are well formed."""

from __future__ import annotations

from collections.abc import Iterator

from sst_reference import keyvalue, noise, segment as seg
from sst_reference.wire import NOTHING, TCP, UDP
from sst_vectors.pair import KEY_ID, NAME, UDP_PORT, Pair, tcp, udp
from sst_vectors.recorder import Adapter, Case

ACK = seg.ACK
GRE = 47
DRAWS = 64  # of a port, at most
QUEUE_PACKETS = 64
CLOSED = ("session-closed",)


def limits(adapter: Adapter) -> Iterator[Case]:
    """Full tables, used up numbers and limits, sessions that end, what cannot be had."""
    for part in (_ports, _sessions, _flows, _amplification, _queue, _marked, _init_rate, _areas,
                 _layout, _failures, _idle, _clock, _ends):
        yield from part(adapter)


def _ports(adapter: Adapter) -> Iterator[Case]:
    """PORT-2."""
    case = Case("port-collision: 64 draws of a port, all taken", adapter)
    pair = Pair(case)
    case.ask("create", endpoint="server", seed=2, config={"udp_port": UDP_PORT},
             random={"PORT": ["0000"] * (DRAWS - 1) + ["4000"] + ["0000"] * (DRAWS - 1) + ["0001"]})
    case.ask("add_server_key", endpoint="server", key_id=KEY_ID, flags=7,
             secret=bytes(range(1, 33)).hex(), now=pair.now(-30 * 10**9))
    case.ask("uses_in_clear", endpoint="server", flows=[
        {"protocol": TCP, "local_port": 443, "peer": pair.here, "peer_port": port}
        for port in (40000, 40001, 49152)])
    pair.carry("client", pair.carry("server", pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))))
    case.note = "the last of 64 draws is free"
    pair.carry("server", pair.sends(pair.egress(
        "client", TCP, tcp(40001, 443, seg.SYN), request=pair.request())))
    pair.done()
    yield case


def _sessions(adapter: Adapter) -> Iterator[Case]:
    """SES-8, and a client's table."""
    case = Case("sessions-full: of a server", adapter)
    pair = Pair(case, server={"max_sessions": 1})
    for number in (1, 2):
        pair.arrive("server", pair.crafted_init(pair.payload(), index=number,
                                                ephemeral=bytes([number] * 32)))
    pair.done()
    yield case
    case = Case("sessions-full: a sixteenth for a site, seven eighths for all peers", adapter)
    pair = Pair(case, server={"max_sessions": 32})
    for number, place in enumerate((1, 1, 1, *(2 + at // 2 for at in range(26)), 99)):
        pair.ingress("server", TCP, True, pair.crafted_init(
            pair.payload(), index=number, ephemeral=bytes([number + 1] * 32)),
            peer=f"203.0.113.{place}")
    case.ask("counts", endpoint="server")
    pair.done()
    yield case
    case = Case("sessions-full: of a client", adapter)
    pair = Pair(case, client={"max_sessions": 1})
    pair.connect()
    for number, policy in enumerate(("require", "opportunistic")):
        case.note = "another layout needs another session"
        pair.egress("client", TCP, tcp(40001 + number, 443, seg.SYN),
                    request={**pair.request(policy), "layout": "u"}, cookie=number + 2)
    pair.done()
    yield case


def _flows(adapter: Adapter) -> Iterator[Case]:
    """FLOW-8, FLOW-9."""
    case = Case("flows-full: of one peer address, a sixteenth of all", adapter)
    pair = Pair(case, client={"max_flows": 32}, server={"max_flows": 16})
    pair.connect()
    case.note = "the client has room for two flows of this address, the server for one"
    pair.carry("server", pair.sends(pair.egress(
        "client", UDP, udp(40001, 53, b"two"), request=pair.request())))
    pair.egress("client", UDP, udp(40002, 53, b"three"), request=pair.request())
    pair.done()
    yield case
    case = Case("flows-full: of a session", adapter)
    pair = Pair(case, server={"max_flows_per_session": 1})
    pair.connect()
    pair.carry("server", pair.sends(pair.egress(
        "client", UDP, udp(40001, 53, b"two"), request=pair.request())))
    pair.done()
    yield case
    case = Case("flows-full: early data is refused, the handshake goes on", adapter)
    pair = Pair(case, server={"max_flows": 0})
    pair.carry("client", pair.carry("server", pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))))
    pair.done()
    yield case


def _amplification(adapter: Adapter) -> Iterator[Case]:
    """SRV-12, SRV-13."""
    for ip, layout in ((4, "n"), (6, "u")):
        case = Case(f"amplification: layout {layout.upper()}, IPv{ip}", adapter)
        pair = Pair(case, ip, layout)
        sent = pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
        pair.carry("server", sent)
        header, around = {4: 20, 6: 40}[ip], {"n": 27, "u": 33}[layout]
        init = len(sent[0]["packet"]) // 2 + header
        case.note = "RESP"
        resp = pair.egress("server", TCP, tcp(443, 40000, seg.SYN | ACK))
        left = 3 * init - len(resp["packet"]) // 2 - header
        fits = left - header - around - 20
        case.note = "one byte more than three times what came"
        pair.egress("server", TCP, tcp(443, 40000, ACK, payload=bytes(fits + 1)))
        case.note = "three times what came"
        pair.egress("server", TCP, tcp(443, 40000, ACK, payload=bytes(fits)))
        pair.egress("server", TCP, tcp(443, 40000, ACK))
        case.note = "an INIT again counts: RESP again, and two more of its size"
        pair.carry("server", sent)
        pair.egress("server", TCP, tcp(443, 40000, ACK))
        pair.done()
        yield case


def _queue(adapter: Adapter) -> Iterator[Case]:
    """QUEUE-2."""
    case = Case("queue-overflow: the 65th waiting segment takes the place of the first", adapter)
    pair = Pair(case)
    for number in range(QUEUE_PACKETS + 1):
        request = pair.request() if number == 0 else None
        pair.egress("client", UDP, udp(40000, 53, b""), request=request, cookie=number + 1)
    case.ask("counts", endpoint="client")
    pair.done()
    yield case


def _marked(adapter: Adapter) -> Iterator[Case]:
    """Section 9.2, row 2."""
    for ip, up in ((4, True), (6, False)):
        case = Case(f"marked-unknown: IPv{ip}, marked_unknown_up {str(up).lower()}", adapter)
        pair = Pair(case, ip, server={"marked_unknown_up": up})
        for marked in (True, False):
            pair.ingress("server", GRE, marked, bytes(range(40)))
        pair.done()
        yield case


def _init_rate(adapter: Adapter) -> Iterator[Case]:
    """RETRY-9."""
    case = Case("init-rate: more INITs with a valid token than a site may send", adapter)
    pair = Pair(case, server={"max_half_open": 0, "site_init_rate": 1})
    sent = pair.sends(pair.arrive("server", pair.crafted_init(pair.payload())))
    token = bytes.fromhex(sent[0]["packet"])[16:32]
    for number, seconds in enumerate((0, 0, 0.999, 0.001)):
        pair.wait(seconds)
        pair.arrive("server", pair.crafted_init(pair.payload(), index=number, token=token,
                                                ephemeral=bytes([number + 1] * 32)))
    pair.done()
    yield case


def _areas(adapter: Adapter) -> Iterator[Case]:
    """RETRY-20."""
    for what, config in (("half-open-full", {"max_half_open_validated": 8}),
                         ("init-rate", {"init_rate": 8})):
        case = Case(f"{what}: more INITs with a valid token than an area may send", adapter)
        pair = Pair(case, 6, server={"max_half_open": 0, **config})
        for number, site in enumerate(("a:1", "a:2", "a:3", "b:1")):
            place = f"2001:db8:{site}::1"
            body = {"payload": pair.payload(), "index": number,
                    "ephemeral": bytes([number + 1] * 32)}
            sent = pair.sends(pair.ingress("server", TCP, True, pair.crafted_init(**body),
                                           peer=place))
            token = bytes.fromhex(sent[0]["packet"])[16:32]
            pair.ingress("server", TCP, True, pair.crafted_init(token=token, **body), peer=place)
        pair.done()
        yield case


def _layout(adapter: Adapter) -> Iterator[Case]:
    """UDP-8, POL-2."""
    for what, flags, port in (("no port", 7, 0), ("no flag", 3, UDP_PORT)):
        for policy in ("require", "opportunistic"):
            case = Case(f"layout-unsupported: {what}, {policy}", adapter)
            pair = Pair(case, layout="u", flags=flags)
            pair.ask_keys(TCP, tcp(40000, 443, seg.SYN), udp_port=port, policy=policy)
            pair.egress("client", TCP, tcp(40000, 443, ACK))
            pair.egress("client", TCP, tcp(40001, 443, seg.SYN), request=pair.request(policy))
            pair.done()
            yield case
    case = Case("layout-unsupported: no free port in 64 draws", adapter)
    pair = Pair(case, layout="u")
    case.ask("create", endpoint="client", seed=1, config={},
             random={"PORT": ["0000"] * (DRAWS + 1)})
    pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
    pair.egress("client", TCP, tcp(40001, 443, seg.SYN), cookie=2,
                request={**pair.request(), "name": "other.example"})
    second = keyvalue.build([keyvalue.Entry(1, 1, KEY_ID, 7, 0, noise.public_key(bytes([7] * 32)))])
    case.ask("provide_keys", endpoint="client", name="other.example", address=pair.there,
             answer="keys", value=second.hex(), udp_port=UDP_PORT, now=pair.now())
    pair.done()
    yield case


def _failures(adapter: Adapter) -> Iterator[Case]:
    """AEAD-9, SES-11."""
    case = Case("too-many-failures: the third that does not open", adapter, CLOSED)
    pair = Pair(case, server={"max_failed_opens": 3})
    pair.connect()
    good = pair.data(100, TCP, tcp(40000, 443, ACK, checksum=0))
    for number in range(3):
        pair.arrive("server", good[:-1] + bytes([good[-1] ^ 1 << number]))
    case.note = "the authentic one comes too late"
    pair.arrive("server", good)
    pair.egress("server", TCP, tcp(443, 40000, ACK))
    case.ask("counts", endpoint="server")
    pair.done()
    yield case


def _idle(adapter: Adapter) -> Iterator[Case]:
    """SES-7. An implementation may look for what is idle as seldom as every 10 s."""
    case = Case("idle: no flows, and no packet for 120 s", adapter, CLOSED)
    pair = Pair(case, flags=4)
    sent = pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
    pair.init = bytes.fromhex(sent[0]["packet"])
    pair.resp = bytes.fromhex(pair.carry("server", sent)[0]["packet"])
    pair.arrive("server", pair.data(0, NOTHING, b""))
    for seconds in (119, 11):
        pair.wait(seconds)
        pair.tick("server")
        case.ask("counts", endpoint="server")
    pair.arrive("server", pair.data(1, NOTHING, b""))
    pair.done()
    yield case
    case = Case("idle: at the end of the only flow", adapter, CLOSED)
    pair = Pair(case)
    pair.carry("client", pair.carry("server", pair.ask_keys(
        UDP, udp(40000, 53, b"question"), early_udp=True)))
    pair.carry("client", pair.sends(pair.egress("server", UDP, udp(53, 40000, b"answer"))))
    pair.carry("server", pair.sends(pair.egress("client", UDP, udp(40000, 53, b"more"))))
    pair.carry("client", pair.sends(pair.egress("server", UDP, udp(53, 40000, b"last"))))
    for seconds in (299, 11):
        pair.wait(seconds)
        for who in ("client", "server"):
            pair.tick(who)
            case.ask("counts", endpoint=who)
    pair.egress("client", UDP, udp(40000, 53, b"late"))
    pair.done()
    yield case


def _clock(adapter: Adapter) -> Iterator[Case]:
    """EARLY-12."""
    case = Case("early-replay: the server's Unix time was set back", adapter)
    pair = Pair(case)
    for number, offset in enumerate((0, -10_000, -10_001)):
        pair.unix_offset_ms = offset
        pair.arrive("server", pair.crafted_init(
            pair.payload(TCP, tcp(40000 + number, 443, seg.SYN, checksum=0)), index=number,
            ephemeral=bytes([number + 1] * 32)))
        pair.egress("server", TCP, tcp(443, 40000 + number, seg.SYN | ACK))
    pair.done()
    yield case


def _ends(adapter: Adapter) -> Iterator[Case]:
    """SRV-8; FLOW-6, FLOW-12, TOMB-1; SRV-14, INIT-2; EGR-1."""
    case = Case("handshake-timeout: a half-open session after 10 s, its flow shut for 240 s",
                adapter, CLOSED)
    pair = Pair(case)
    pair.carry("server", pair.ask_keys(TCP, tcp(40000, 443, seg.SYN)))
    for seconds in (9.999, 0.001, 239.999, 0.001):
        pair.wait(seconds)
        pair.tick("server")
        pair.egress("server", TCP, tcp(443, 40000, seg.SYN | ACK))
    pair.done()
    yield case
    case = Case("tombstone: a TCP flow after 2 h 4 min", adapter)
    pair = Pair(case)
    pair.connect()
    for seconds in (7439, 7441):
        pair.wait(seconds)
        pair.egress("client", TCP, tcp(40000, 443, ACK))
    pair.done()
    yield case
    case = Case("tombstone: a TCP flow that failed, after 60 s", adapter)
    pair = Pair(case)
    pair.egress("client", TCP, tcp(40000, 443, seg.SYN), request=pair.request(), cookie=1)
    case.ask("provide_keys", endpoint="client", name=NAME, address=pair.there, answer="absent",
             now=pair.now())
    for seconds in (59, 2, 230, 20):
        pair.wait(seconds)
        pair.egress("client", TCP, tcp(40000, 443, ACK))
    pair.done()
    yield case
    case = Case("key-id: a key that was removed, its session goes on", adapter)
    pair = Pair(case)
    pair.connect()
    case.ask("remove_server_key", endpoint="server", key_id=KEY_ID)
    pair.arrive("server", pair.crafted_init(pair.payload()))
    pair.carry("server", pair.sends(pair.egress("client", TCP, tcp(40000, 443, ACK))))
    pair.done()
    yield case
    case = Case("an RST of the stack is sealed", adapter)
    pair = Pair(case)
    pair.connect()
    pair.carry("client", pair.sends(pair.egress("server", TCP, tcp(443, 40000, seg.RST))))
    pair.done()
    yield case
    case = Case("DHCP leaves as it is", adapter)
    pair = Pair(case)
    pair.egress("client", UDP, udp(68, 67, b"discover"), request=pair.request())
    pair.done()
    yield case
