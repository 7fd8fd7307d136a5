# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Scenarios in which nothing goes wrong: handshakes, DATA, checksums, padding, ICMP, policies."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sst_reference import keyvalue, noise, segment as seg
from sst_reference.wire import TCP, UDP
from sst_vectors.pair import NAME, SECRET, Pair, raw, tcp, udp
from sst_vectors.recorder import Adapter, Case, Json

ACK = seg.ACK
COVERAGES = ("segment", "header", "ports")
NARROW: Json = {"allow_narrow_coverage": True}
OPTIONS = bytes.fromhex("020405b40402080a0000002a0000000001030307")


def handshakes(adapter: Adapter) -> Iterator[Case]:
    """INIT with a SYN, with nothing, with a datagram; RESP with the answer or without."""
    for ip in (4, 6):
        for layout in ("n", "u"):
            for kind in ("syn", "empty", "datagram") if ip == 4 else ("syn",):
                case = Case(f"{kind}, layout {layout.upper()}, IPv{ip}", adapter)
                pair = Pair(case, ip, layout, flags=4 if kind == "empty" else 7)
                protocol = UDP if kind == "datagram" else TCP
                segment = udp(40000, 53, b"question") if protocol == UDP else \
                    tcp(40000, 443, seg.SYN, options=OPTIONS)
                sent = pair.ask_keys(protocol, segment, early_udp=kind == "datagram")
                back = pair.carry("server", sent)
                if kind == "syn":
                    back += pair.sends(pair.egress(
                        "server", TCP, tcp(443, 40000, seg.SYN | ACK, options=OPTIONS)))
                elif kind == "datagram":
                    pair.at += 5_000_000
                    back += pair.sends(pair.tick("server"))
                pair.carry("client", back)
                pair.tick("client")
                flow = {"protocol": protocol, "local_port": 40000, "peer": pair.there,
                        "peer_port": 53 if protocol == UDP else 443}
                case.ask("find_flow", endpoint="client", flow=flow)
                pair.done()
                yield case
    case = Case("the answer of the stack does not fit into RESP", adapter)
    pair = Pair(case)
    pair.carry("server", pair.ask_keys(UDP, udp(40000, 53, b"question"), early_udp=True))
    pair.egress("server", UDP, udp(53, 40000, bytes(200)), cookie=9)
    pair.done()
    yield case
    case = Case("the same INIT again: the stored RESP", adapter)
    pair = Pair(case)
    sent = pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
    pair.carry("server", sent)
    pair.egress("server", TCP, tcp(443, 40000, seg.SYN | ACK))
    pair.carry("server", sent)
    pair.wait(1)
    pair.carry("server", pair.sends(pair.tick("client")))
    pair.done()
    yield case
    case = Case("INITs at 0, 1, 3, 7 s are the same, at 15 and 23 s fresh ones", adapter)
    pair = Pair(case)
    pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
    for seconds in (1, 2, 4, 8, 8):
        pair.wait(seconds)
        pair.tick("client")
    pair.done()
    yield case
    case = Case("a silent server is sent type 59 at 1, 2, 4 and 8 s", adapter)
    pair = Pair(case)
    pair.connect()
    for seconds in (1, 1, 2, 4, 8):
        pair.wait(seconds)
        pair.tick("client")
    pair.done()
    yield case
    case = Case("DATA of the server ends that", adapter)
    pair = Pair(case)
    pair.connect()
    pair.wait(1)
    pair.tick("client")
    pair.carry("client", pair.sends(pair.egress("server", TCP, tcp(443, 40000, ACK))))
    for seconds in (1, 2, 4):
        pair.wait(seconds)
        pair.tick("client")
    pair.done()
    yield case
    case = Case("AUTO: two INITs in layout N, then layout U", adapter)
    pair = Pair(case, layout="auto")
    pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
    for seconds in (1, 2, 4):
        pair.wait(seconds)
        pair.tick("client")
    pair.done()
    yield case


def data(adapter: Adapter) -> Iterator[Case]:
    """DATA of TCP and UDP both ways in every coverage, layout, IP version, and some sizes."""
    for ip in (4, 6):
        for layout in ("n", "u"):
            for coverage in COVERAGES:
                case = Case(f"coverage {coverage}, layout {layout.upper()}, IPv{ip}", adapter)
                pair = Pair(case, ip, layout, client=NARROW, server=NARROW)
                pair.connect(coverage=coverage)
                pair.carry("server", pair.sends(pair.egress(
                    "client", TCP, tcp(40000, 443, ACK, payload=bytes(range(37))))))
                pair.carry("client", pair.sends(pair.egress(
                    "server", TCP, tcp(443, 40000, ACK | seg.FIN, options=OPTIONS))))
                pair.carry("server", pair.sends(pair.egress(
                    "client", UDP, udp(40001, 53, b""), request=pair.request(coverage=coverage))))
                pair.carry("client", pair.sends(pair.egress(
                    "server", UDP, udp(53, 40001, b"answer"))))
                pair.carry("server", pair.sends(pair.egress(
                    "client", UDP, udp(40001, 53, bytes(range(29))))))
                pair.done()
                yield case
    case = Case("a full segment of an MTU of 576", adapter)
    pair = Pair(case)
    pair.connect()
    payload = bytes(number % 251 for number in range(576 - 20 - 27 - 20))
    pair.carry("server", pair.sends(pair.egress(
        "client", TCP, tcp(40000, 443, ACK, payload=payload), mtu=576)))
    pair.done()
    yield case
    case = Case("unmarked DATA and RESP are accepted, and a guard that was rewritten", adapter)
    pair = Pair(case)
    sent = pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
    pair.carry("server", sent)
    answer = pair.egress("server", TCP, tcp(443, 40000, seg.SYN | ACK))
    pair.ingress("client", TCP, False, bytes.fromhex(answer["packet"]))
    packet = bytes.fromhex(pair.egress("client", TCP, tcp(40000, 443, ACK))["packet"])
    pair.ingress("server", TCP, False, packet[:12] + b"\xab\xcd" + packet[14:])
    pair.done()
    yield case


def checksums(adapter: Adapter) -> Iterator[Case]:
    """Zero inside, restored outside, or left zero where checksums are not in use."""
    for ip in (4, 6):
        for restore in (True, False) if ip == 4 else (True,):
            case = Case(f"IPv{ip}, checksums {'restored' if restore else 'not in use'}", adapter)
            config: Json = {"restore_checksums": restore}
            pair = Pair(case, ip, client=config, server=config)
            pair.connect()
            for protocol, segment in (
                    (TCP, tcp(40000, 443, ACK, payload=b"odd")),
                    (UDP, udp(40001, 53, b"a checksum")),
                    (UDP, udp(40001, 53, b"none", checksum=0))):
                request = pair.request() if protocol == UDP else None
                pair.carry("server", pair.sends(pair.egress("client", protocol, segment,
                                                            request=request)))
            pair.done()
            yield case
    case = Case("a UDP checksum of zero becomes 0xffff", adapter)
    pair = Pair(case)
    pair.connect()
    plain = udp(40001, 53, b"\0\0")
    rest = int.from_bytes(seg.compute_checksum(UDP, plain, raw(pair.here), raw(pair.there))[6:8],
                          "big")
    pair.carry("server", pair.sends(pair.egress(
        "client", UDP, plain[:8] + rest.to_bytes(2, "big"), request=pair.request())))
    pair.done()
    yield case


def padding(adapter: Adapter) -> Iterator[Case]:
    """Padding to a multiple, to the path MTU, and what it must not go beyond; dummies."""
    for layout, wanted in (("n", 128), ("n", "mtu"), ("u", 128)):
        case = Case(f"{wanted}, layout {layout.upper()}", adapter)
        pair = Pair(case, layout=layout, client={"padding": wanted})
        pair.mtu = 200
        pair.connect()
        for size in (5, 110, 170):
            pair.egress("client", TCP, tcp(40000, 443, ACK, payload=bytes(size)))
        pair.done()
        yield case
    case = Case("no padding with narrow coverage", adapter)
    pair = Pair(case, client={"padding": 256, **NARROW}, server=NARROW)
    pair.connect(coverage="ports")
    pair.egress("client", TCP, tcp(40000, 443, ACK, payload=b"clear"))
    pair.done()
    yield case
    for layout in ("n", "u"):
        case = Case(f"dummies, layout {layout.upper()}", adapter)
        pair = Pair(case, layout=layout)
        pair.connect()
        for size in (26, 27, 33, 100):
            answer = case.ask("dummy", endpoint="client", index=pair.client_index, size=size,
                              now=pair.now())
            if answer["ok"]:
                pair.carry("server", pair.sends(answer))
        pair.done()
        yield case


def about(pair: Pair, packet: bytes, kind: tuple[int, int], rest: bytes, marked: bool,
          quoted: int, source: str | None = None) -> bytes:
    """An ICMP error of a router, quoting a packet of the client."""
    here, there = raw(pair.here), raw(pair.there)
    header = bytearray(seg.ip_header(17 if pair.layout == "u" else TCP,
                                     raw(source) if source else here, there, len(packet)))
    if marked and pair.ip == 4:
        header[6] |= 0x80
    elif marked:
        header[:2] = (0x6AC0).to_bytes(2, "big")
    if pair.ip == 4:
        header[10:12] = bytes(2)
        header[10:12] = seg.checksum(bytes(header)).to_bytes(2, "big")
    return bytes(kind) + bytes(2) + rest + bytes(header) + packet[:quoted]


def icmp(adapter: Adapter) -> Iterator[Case]:
    """ICMP about our packets from the wire, and ICMP of the stack inside a session."""
    for ip, layout in ((4, "n"), (6, "n"), (4, "u")):
        case = Case(f"about our packets, layout {layout.upper()}, IPv{ip}", adapter)
        pair = Pair(case, ip, layout)
        pair.connect()
        router = {4: "203.0.113.9", 6: "2001:db8:9::9"}[ip]
        protocol, big, gone = {4: (1, (3, 4), (11, 0)), 6: (58, (2, 0), (3, 0))}[ip]
        marked = layout == "n"
        packet = bytes.fromhex(pair.egress(
            "client", TCP, tcp(40000, 443, ACK, 4711, bytes(64)), mtu=1500)["packet"])
        for mtu in (1400, 1450, 60, 0):
            rest = mtu.to_bytes(4, "big")
            pair.ingress("client", protocol, False,
                         about(pair, packet, big, rest, marked, 16), router)
        pair.ingress("client", protocol, False,
                     about(pair, packet, gone, bytes(4), marked, 32), router)
        flow = {"protocol": TCP, "local_port": 40000, "peer": pair.there, "peer_port": 443}
        case.ask("segment_size", endpoint="client", flow=flow, mtu=1500)
        at = 8 if layout == "u" else 0
        for offset, value in ((at + 3, packet[at + 3] ^ 1), (at + 4, 9), (at, 0x40 | packet[at])):
            wrong = packet[:offset] + bytes([value]) + packet[offset + 1:]
            pair.ingress("client", protocol, False,
                         about(pair, wrong, gone, bytes(4), marked, 16), router)
        pair.ingress("client", protocol, False,
                     about(pair, packet, gone, bytes(4), marked, 7), router)
        pair.ingress("client", protocol, False,
                     about(pair, packet, gone, bytes(4), marked, 16,
                           {4: "192.0.2.77", 6: "2001:db8:1::77"}[ip]), router)
        pair.done()
        yield case
    for ip in (4, 6):
        case = Case(f"of the stack, inside, IPv{ip}", adapter)
        pair = Pair(case, ip)
        pair.carry("client", pair.carry("server", pair.ask_keys(UDP, udp(40000, 53, b"q"))))
        sent = pair.egress("client", UDP, udp(40000, 53, b"q2"))
        heard = pair.ingress("server", UDP, True, bytes.fromhex(sent["packet"]))
        here, there = raw(pair.here), raw(pair.there)
        quoted = bytes.fromhex(heard["segment"])
        kind = bytes.fromhex("0303c0de00000000" if ip == 4 else "0104c0de00000000")
        error = kind + seg.ip_header(UDP, here, there, len(quoted)) + quoted
        pair.carry("client", pair.sends(pair.egress("server", 1 if ip == 4 else 58, error)))
        other = kind + seg.ip_header(UDP, here, there, len(quoted)) + quoted[:1] + b"\1" \
            + quoted[2:]
        pair.egress("server", 1 if ip == 4 else 58, other)
        pair.done()
        yield case


def flows(adapter: Adapter) -> Iterator[Case]:
    """Port translation, clear segments, tombstones, policies, pins."""
    case = Case("a tuple the server's stack uses in clear is translated", adapter)
    pair = Pair(case)
    case.ask("uses_in_clear", endpoint="server", flows=[
        {"protocol": TCP, "local_port": 443, "peer": pair.here, "peer_port": 40000}])
    sent = pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
    answer = pair.ingress("server", TCP, True, bytes.fromhex(sent[0]["packet"]))
    alias = int(answer["segment"][:4], 16)
    pair.carry("client", pair.sends(pair.egress("server", TCP,
                                                tcp(443, alias, seg.SYN | ACK))))
    pair.carry("server", pair.sends(pair.egress("client", TCP, tcp(40000, 443, ACK))))
    pair.done()
    yield case
    case = Case("clear segments around a bound flow, and its tombstone", adapter)
    pair = Pair(case)
    pair.connect()
    pair.ingress("client", TCP, False, tcp(443, 40000, seg.RST))
    pair.ingress("client", TCP, False, tcp(443, 40001, seg.RST))
    pair.egress("server", TCP, tcp(443, 40000, seg.SYN))
    pair.egress("client", TCP, tcp(40000, 443, ACK | seg.FIN))
    pair.wait(240)
    pair.tick("client")
    pair.egress("client", TCP, tcp(40000, 443, ACK))
    pair.ingress("client", TCP, False, tcp(443, 40000, seg.SYN))
    pair.egress("client", TCP, tcp(40000, 443, ACK))
    pair.egress("client", TCP, tcp(40000, 443, seg.SYN, 7))
    pair.egress("client", TCP, tcp(40000, 443, ACK))
    pair.done()
    yield case
    yield from _taken_tuples(adapter)
    for policy in ("opportunistic", "require"):
        for answer in ("absent", "unusable", "timeout"):
            case = Case(f"{policy}, the answer is {answer}", adapter)
            pair = Pair(case)
            pair.egress("client", TCP, tcp(40000, 443, seg.SYN), cookie=1,
                        request=pair.request(policy))
            case.ask("provide_keys", endpoint="client", name=NAME, address=pair.there,
                     answer=answer, now=pair.now())
            pair.wait(3)
            pair.tick("client")
            pair.egress("client", TCP, tcp(40000, 443, ACK))
            pair.egress("client", TCP, tcp(40001, 443, seg.SYN), cookie=2,
                        request=pair.request(policy))
            pair.done()
            yield case
    case = Case("opportunistic, no RESP in 3 s; a SYN repeated meanwhile", adapter)
    pair = Pair(case)
    pair.ask_keys(TCP, tcp(40000, 443, seg.SYN), policy="opportunistic")
    pair.wait(1)
    pair.tick("client")
    pair.egress("client", TCP, tcp(40000, 443, seg.SYN), request=pair.request("opportunistic"))
    pair.wait(2)
    pair.tick("client")
    pair.egress("client", TCP, tcp(40000, 443, ACK), request=pair.request("opportunistic"))
    pair.done()
    yield case
    case = Case("pin: a name seen with the strict flag", adapter)
    pair = Pair(case, flags=15)
    pair.ask_keys(TCP, tcp(40000, 443, seg.SYN), policy="pin")
    case.ask("pins", endpoint="client")
    case.ask("abandon", endpoint="client", now=pair.now(), flow={
        "protocol": TCP, "local_port": 40000, "peer": pair.there, "peer_port": 443})
    pair.wait(90000)
    pair.tick("client")
    pair.egress("client", TCP, tcp(40001, 443, seg.SYN), request=pair.request("pin"), cookie=3)
    case.ask("provide_keys", endpoint="client", name=NAME, address=pair.there, answer="absent",
             now=pair.now())
    pair.done()
    yield case


def _taken_tuples(adapter: Adapter) -> Iterator[Case]:
    """TOMB-2, TOMB-6, PORT-1; FLOW-13."""
    for what, last in (("not over", seg.ACK | seg.FIN), ("over", seg.RST)):
        case = Case(f"the tombstone of a peer's flow that was {what}, and another client's SYN",
                    adapter)
        pair = Pair(case, server={"max_failed_opens": 1})
        pair.connect()
        pair.carry("server", pair.sends(pair.egress("client", TCP, tcp(40000, 443, last))))
        case.note = "a forgery closes the session"
        good = pair.data(100, TCP, tcp(40000, 443, ACK, checksum=0))
        pair.arrive("server", good[:-1] + bytes([good[-1] ^ 1]))
        pair.egress("server", TCP, tcp(443, 40000, ACK))
        syn = pair.payload(TCP, tcp(40000, 443, seg.SYN, 7, checksum=0))
        answer = pair.arrive("server", pair.crafted_init(syn))
        seen = int(answer["segment"][:4], 16)
        pair.egress("server", TCP, tcp(443, seen, seg.SYN | ACK))
        pair.egress("server", TCP, tcp(443, 40000, ACK))
        pair.done()
        yield case
    case = Case("the tombstone of a peer's flow, and a SYN in clear", adapter)
    pair = Pair(case, server={"max_failed_opens": 1})
    pair.connect()
    good = pair.data(100, TCP, tcp(40000, 443, ACK, checksum=0))
    pair.arrive("server", good[:-1] + bytes([good[-1] ^ 1]))
    for sequence in (1999, 1998, 1999):
        pair.ingress("server", TCP, False, tcp(40000, 443, seg.SYN, sequence))
        for flags in (ACK, seg.RST | ACK):
            pair.egress("server", TCP, tcp(443, 40000, flags))
        if sequence == 1998:
            case.note = "it acknowledges the SYN before"
            pair.egress("server", TCP, tcp(443, 40000, seg.SYN | ACK))
    pair.egress("server", TCP, tcp(443, 40000, seg.SYN | ACK))
    pair.egress("server", TCP, tcp(443, 40000, ACK))
    pair.done()
    yield case
    case = Case("a datagram for a name on a tuple that a peer bound", adapter)
    pair = Pair(case)
    pair.connect()
    first = udp(53, 43000, b"me first", checksum=0)
    pair.arrive("server", pair.data(100, UDP, first), protocol=UDP)
    case.ask("provide_keys", endpoint="server", name=NAME, address=pair.here, answer="keys",
             value=pair.value.hex(), now=pair.now())
    pair.egress("server", UDP, udp(43000, 53, b"for whoever asked"))
    pair.egress("server", UDP, udp(43000, 53, b"for the name"), request=pair.request(), cookie=1)
    pair.arrive("server", pair.data(101, UDP, first), protocol=UDP)
    pair.done()
    yield case


def key_values(adapter: Adapter) -> Iterator[Case]:
    """Values of key65280, valid and refused."""
    key = noise.public_key(SECRET)

    def entry(version: int = 1, suite: int = 1, key_id: int = 1, flags: int = 0,
              not_after: int = 0, public: bytes = key, length: int | None = None) -> bytes:
        rest = struct.pack(">BBBBI", version, suite, key_id, flags, not_after) + public
        return bytes([len(rest) if length is None else length]) + rest

    low = ["00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f",
           "ee" + "ff" * 30 + "7f",
           "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
           "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"]
    values = {
        "one entry": entry(),
        "four entries": b"".join(entry(key_id=number) for number in range(4)),
        "unknown flags and a time": entry(flags=0xF7, not_after=0x6B36EC80),
        "unknown version and suite skipped": entry(version=2) + entry(suite=9) + entry(key_id=3),
        "an unknown version of any length": b"\x01\x02" + b"\x03\x07\x01\x01" + entry(),
        "an unknown suite of any length": b"\x03\x01\x02\x01" + entry(),
        "equal key_id in different suites": entry(suite=2) + entry(),
        "empty": b"",
        "entry of length 0": b"\0" + entry(),
        "cut": entry()[:-1],
        "a length byte alone": entry() + b"\x28",
        "one byte too many": entry() + b"\0",
        "suite 1, 39 bytes": entry(public=key[:-1]),
        "suite 1, 41 bytes": entry(public=key + b"\0"),
        "version 1, 2 bytes": b"\x02\x01\x02",
        "version 1, 1 byte": b"\x01\x01",
        "five entries": b"".join(entry(key_id=number) for number in range(5)),
        "five entries, the last unknown": b"".join(entry(key_id=number) for number in range(4))
                                          + entry(version=2),
        "equal key_id": entry() + entry(not_after=1),
        "equal key_id of an unknown suite": entry(suite=2) + entry(suite=2) + entry(key_id=3),
        "only unknown ones": entry(version=2) + entry(suite=2),
        **{f"low order {place}": entry(public=bytes.fromhex(text))
           for place, text in enumerate(low)},
        "low order, high bit set": entry(public=bytes(31) + b"\x80"),
    }
    for name, value in values.items():
        case = Case(name, adapter)
        case.ask("parse_key_value", value=value.hex())
        yield case
    case = Case("which entry a client uses", adapter)
    pair = Pair(case)
    second = pair.now()["unix_ms"] // 1000
    pair.egress("client", TCP, tcp(40000, 443, seg.SYN), request=pair.request(), cookie=1)
    value = keyvalue.build([keyvalue.Entry(1, 1, 9, 7, second - 1, key),
                            keyvalue.Entry(1, 1, 5, 7, second, key)])
    pair.case.ask("provide_keys", endpoint="client", name=NAME, address=pair.there, answer="keys",
                  value=value.hex(), now=pair.now())
    pair.done()
    yield case


