# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Scenarios at the edges: epochs, RETRY, RESET, and packets that have to be refused."""

from __future__ import annotations

from collections.abc import Iterator

from sst_reference import segment as seg, tokens, wire
from sst_reference.wire import TCP, UDP
from sst_vectors.pair import SECRET, Pair, raw, tcp, udp
from sst_vectors.recorder import Adapter, Case, Json

ACK = seg.ACK
STOP = 2**32 - 2**16
FORMS = 12  # INITs that are wrong before they are opened
DATA_FORMS = 12  # the like of DATA, and two more
NARROW: Json = {"allow_narrow_coverage": True}


def epochs(adapter: Adapter) -> Iterator[Case]:
    """Epochs by numbers and by time, the epoch before, numbers far ahead, answers of type 59."""
    for layout in ("n", "u"):
        case = Case(f"epochs by numbers, layout {layout.upper()}", adapter)
        pair = Pair(case, layout=layout)
        pair.connect()
        for epoch in (1, 2) if layout == "n" else (1,):
            for number in ((epoch << 24) - 1, epoch << 24):
                case.ask("skip", endpoint="client", index=pair.client_index, number=number)
                pair.carry("server", pair.sends(pair.egress(
                    "client", TCP, tcp(40000, 443, ACK, payload=bytes([epoch])))))
            case.ask("skip", endpoint="client", index=pair.client_index,
                     number=(epoch + 1 << 24) + 1)
            case.ask("skip", endpoint="client", index=pair.client_index, number=5)
            case.ask("skip", endpoint="client", index=pair.client_index, number=epoch + 1 << 24)
            pair.egress("client", TCP, tcp(40000, 443, ACK))
            pair.wait(1)
            pair.carry("client", pair.sends(pair.tick("server")))
        pair.carry("server", pair.sends(pair.egress("client", TCP, tcp(40000, 443, ACK))))
        flow = {"protocol": TCP, "local_port": 40000, "peer": pair.there, "peer_port": 443}
        case.ask("find_flow", endpoint="client", flow=flow)
        pair.done()
        yield case
    case = Case("epochs by time, and the one before for 3 s", adapter)
    pair = Pair(case)
    pair.connect()
    late = [pair.sends(pair.egress("client", TCP, tcp(40000, 443, ACK, 1001 + number)))
            for number in range(3)]
    pair.wait(899)
    pair.tick("client")
    pair.carry("server", pair.sends(pair.egress("client", TCP, tcp(40000, 443, ACK))))
    pair.wait(1)
    pair.tick("client")
    pair.carry("server", pair.sends(pair.egress("client", TCP, tcp(40000, 443, ACK))))
    pair.wait(2)
    pair.carry("server", late[0])
    pair.carry("server", late[0])
    pair.wait(0.999)
    pair.carry("server", late[1])
    pair.wait(0.001)
    pair.carry("server", late[2])
    pair.done()
    yield case
    case = Case("the second half of an epoch is answered, type 59 in it is not", adapter)
    pair = Pair(case)
    pair.connect()
    pair.carry("client", pair.sends(pair.egress("server", TCP, tcp(443, 40000, ACK))))
    pair.wait(0.25)
    pair.arrive("server", pair.data(0x7FFFFF, TCP, tcp(40000, 443, ACK, checksum=0)))
    pair.wait(2)
    pair.tick("server")
    pair.arrive("server", pair.data(0x800000, TCP, tcp(40000, 443, ACK, checksum=0)))
    pair.tick("server")
    pair.arrive("server", pair.data(0x800001, 59, b""))
    pair.wait(2)
    pair.tick("server")
    pair.done()
    yield case
    case = Case("the replay window, and numbers nobody sends", adapter)
    pair = Pair(case)
    pair.connect()
    for number in (5000, 5000, 5000 - 2047, 5000 - 2048, 5000 - 2047, 4999, 0, 5001):
        pair.arrive("server", pair.data(number, TCP, tcp(40000, 443, ACK, checksum=0)))
    pair.arrive("server", pair.data(4000, TCP, tcp(40000, 443, ACK, checksum=0)), marked=False)
    pair.arrive("server", pair.data(4000, TCP, tcp(40000, 443, ACK, checksum=0)), marked=False)
    for number in (2 << 24, STOP - 1, STOP, 2**32 - 1):
        pair.arrive("server", pair.data(number, TCP, tcp(40000, 443, ACK, checksum=0)))
    wrong = bytearray(pair.data(1 << 24, TCP, tcp(40000, 443, ACK, checksum=0)))
    wrong[-1] ^= 1
    pair.arrive("server", bytes(wrong))
    pair.arrive("server", pair.data(5002, TCP, tcp(40000, 443, ACK, checksum=0)))
    pair.arrive("server", pair.data(1 << 24, TCP, tcp(40000, 443, ACK, checksum=0)))
    pair.done()
    yield case


def retry(adapter: Adapter) -> Iterator[Case]:
    """RETRY above a limit, the INIT with its token, tokens that are not valid, RETRYs that lie."""
    for ip, layout in ((4, "n"), (4, "u")):
        case = Case(f"asked for, layout {layout.upper()}, IPv{ip}", adapter)
        pair = Pair(case, ip, layout, server={"max_half_open": 0})
        answered = pair.carry("server", pair.ask_keys(TCP, tcp(40000, 443, seg.SYN)))
        with_token = pair.carry("client", answered)
        pair.carry("client", answered)
        pair.carry("server", with_token)
        pair.carry("client", pair.sends(pair.egress("server", TCP,
                                                    tcp(443, 40000, seg.SYN | ACK))))
        pair.done()
        yield case
    case = Case("the rate of a site", adapter)
    pair = Pair(case, server={"site_init_rate": 2})
    for number in range(3):
        body = pair.crafted_init(pair.payload(), index=number, ephemeral=bytes([number + 1] * 32))
        pair.arrive("server", body)
    pair.wait(0.5)
    body = pair.crafted_init(pair.payload(), index=9, ephemeral=bytes([9] * 32))
    pair.arrive("server", body)
    pair.done()
    yield case
    case = Case("a token in its slot, in the next, and after that; for another key_id", adapter)
    pair = Pair(case, server={"max_half_open": 0})
    case.ask("add_server_key", endpoint="server", key_id=6, flags=0, secret="07" * 32,
             now=pair.now())
    body = pair.crafted_init(pair.payload())
    retry_ = bytes.fromhex(pair.sends(pair.arrive("server", body))[0]["packet"])
    token = retry_[16:32]
    other = wire.init_head(1, 6)
    pair.arrive("server", pair.crafted_init(pair.payload(), head=other, token=token))
    for number, seconds in enumerate((19.9, 119.9, 0.2)):
        pair.wait(seconds)
        body = pair.crafted_init(pair.payload(), index=number, ephemeral=bytes([number + 1] * 32),
                                 token=token)
        pair.arrive("server", body)
    pair.done()
    yield case
    case = Case("limits behind a valid token", adapter)
    pair = Pair(case, server={"max_half_open": 0, "site_init_rate": 3, "site_half_open": 2})
    retry_ = bytes.fromhex(pair.sends(
        pair.arrive("server", pair.crafted_init(pair.payload())))[0]["packet"])
    for number in range(4):
        pair.wait(0.4 if number == 3 else 0)
        body = pair.crafted_init(pair.payload(), index=number, token=retry_[16:32],
                                 ephemeral=bytes([number + 1] * 32))
        pair.arrive("server", body)
    pair.done()
    yield case
    case = Case("RETRYs the client does not honor", adapter)
    pair = Pair(case)
    sent = pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
    init = bytes.fromhex(sent[0]["packet"])
    index = wire.index_of(init)

    def made(token: bytes, place: int = index, ephemeral: bytes = init[32:64]) -> bytes:
        head = wire.ctrl_head(place, wire.SUB_RETRY)
        return head + token + tokens.retry_mac(pair.public, head, token, ephemeral)

    one = made(b"\1" * 16)
    pair.arrive("client", one[:-1] + bytes([one[-1] ^ 1]))
    pair.arrive("client", made(b"\1" * 16, ephemeral=bytes(32)))
    pair.arrive("client", made(b"\1" * 16, place=index ^ 1))
    pair.ingress("client", TCP, True, one, "198.51.100.77")
    pair.arrive("client", one[:12] + b"\xff\xff" + one[14:])
    for number in (1, 2, 3, 4, 5):
        pair.arrive("client", made(bytes([number] * 16)))
    pair.wait(1)
    pair.tick("client")
    pair.done()
    yield case


def reset(adapter: Adapter) -> Iterator[Case]:
    """RESET for an unknown index, what a client does with it, and with wrong ones."""
    for ip, layout in ((4, "n"), (4, "u"), (6, "n")):
        case = Case(f"layout {layout.upper()}, IPv{ip}", adapter)
        pair = Pair(case, ip, layout)
        pair.connect()
        case.ask("destroy", endpoint="server")
        case.ask("create", endpoint="server", seed=99, config={"udp_port": 4433})
        case.ask("add_server_key", endpoint="server", key_id=5, flags=7, secret=SECRET.hex(),
                 now=pair.now())
        short = pair.egress("client", TCP, tcp(40000, 443, ACK))
        answered = pair.carry("server", pair.sends(short))
        if answered:
            right = bytes.fromhex(answered[0]["packet"])
            pair.arrive("client", right[:-1] + bytes([right[-1] ^ 1]))
            pair.carry("client", answered)
            pair.carry("client", answered)
        pair.egress("client", TCP, tcp(40000, 443, ACK))
        pair.done()
        yield case
    case = Case("smaller than its trigger, ten a second, with the key the index names", adapter)
    pair = Pair(case, key_id=6)
    case.ask("add_server_key", endpoint="server", key_id=9, flags=7, secret="07" * 32,
             now=pair.now())
    for key_bits in range(4):
        for size in (32, 33):
            pair.arrive("server", wire.data_head(key_bits << 28 | 77, 1).ljust(size, b"\5"))
    for _ in range(9):
        pair.arrive("server", wire.data_head(2 << 28 | 78, 1).ljust(40, b"\5"))
    pair.wait(0.1)
    pair.arrive("server", wire.data_head(2 << 28 | 78, 1).ljust(40, b"\5"))
    pair.arrive("server", wire.data_head(2 << 28 | 78, 1).ljust(40, b"\5"))
    pair.wait(1)
    pair.arrive("server", wire.data_head(2 << 28 | 78, 1).ljust(40, b"\5"), marked=False)
    for kind in (wire.KIND_RESP, wire.KIND_CTRL):
        body = bytes([kind << 6 | 0x20]) + wire.data_head(78, 1)[1:].ljust(63, b"\5")
        pair.arrive("server", body)
    pair.done()
    yield case


def _changed(packet: bytes, at: int, value: int) -> bytes:
    return packet[:at] + bytes([value]) + packet[at + 1:]


def _inits(pair: Pair) -> Iterator[tuple[str, bytes]]:
    """Malformed INITs, from offset 0."""
    good = pair.crafted_init(pair.payload())
    head = wire.init_head
    yield "one byte missing", good[:-1]
    yield "192 bytes", good[:192]
    yield "a multiple of 32", good + bytes(32)
    yield "version 2", _changed(good, 4, 2)
    yield "suite 2", _changed(good, 5, 2)
    yield "unknown key_id", _changed(good, 6, 77)
    yield "byte 7 not zero", _changed(good, 7, 1)
    yield "bytes 8 to 11 not zero", _changed(good, 11, 1)
    yield "bytes 14, 15 not zero", _changed(good, 15, 0x80)
    yield "another index", _changed(good, 3, good[3] ^ 1)
    yield "wrong tag", _changed(good, 255, good[255] ^ 1)
    yield "e of low order", good[:32] + bytes(32) + good[64:]
    yield "e of order 8", good[:32] + bytes.fromhex(
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800") + good[64:]
    now = pair.payload()[:8]
    bad = {
        "options_length beyond P1": now + b"\xff\xff" + bytes(165) + b"\x3b",
        "an option beyond the options": now + b"\0\3\1\xff\0" + b"\x3b".ljust(163, b"\0"),
        "half an option": now + b"\0\1\3" + b"\x3b".ljust(165, b"\0"),
        "options not ascending": now + b"\0\6\x09\1\0\3\1\0" + b"\x3b".ljust(160, b"\0"),
        "an option twice": now + b"\0\6\3\1\0\3\1\0" + b"\x3b".ljust(160, b"\0"),
        "coverage of two bytes": now + b"\0\4\3\2\0\0" + b"\x3b".ljust(162, b"\0"),
        "coverage 3": now + b"\0\3\3\1\3" + b"\x3b".ljust(163, b"\0"),
        "no type": now + bytes(168),
        "type 41": now + b"\0\0\x29".ljust(168, b"\0"),
        "type 1": now + b"\0\0" + bytes(20) + b"\1".ljust(146, b"\0"),
    }
    for number, (name, plain) in enumerate(bad.items()):
        yield name, pair.crafted_init(plain, ephemeral=bytes([64 + number] * 32))
    segments = {
        "a SYN of 19 bytes": (TCP, bytes(12) + b"\x50\2" + bytes(4) + b"\1"),
        "a checksum that is not zero": (TCP, tcp(40000, 443, seg.SYN, checksum=1)),
        "a data offset below 5": (TCP, _changed(tcp(1, 2, seg.SYN, checksum=0), 12, 0x40)),
        "a data offset beyond": (TCP, _changed(tcp(1, 2, seg.SYN, checksum=0), 12, 0x60)),
        "a datagram in a TCP packet": (UDP, udp(1, 2, b"x", checksum=0)),
    }
    for number, (name, (protocol, segment)) in enumerate(segments.items()):
        yield name, pair.crafted_init(pair.payload(protocol, segment),
                                      ephemeral=bytes([96 + number] * 32))
    yield "unknown options are ignored", pair.crafted_init(
        pair.payload(options={2: b"", 77: b"abc"}), head=head(5, pair.key_id),
        ephemeral=bytes([120] * 32))


def _data(pair: Pair) -> Iterator[tuple[str, bytes, int]]:
    """DATA for the server that is authentic and wrong, or not authentic; its outer protocol."""
    good = pair.data(100, TCP, tcp(40000, 443, ACK, checksum=0))
    at = wire.UDP_HEADER if pair.layout == "u" else 0
    for name, byte in (("index", 3), ("number", 7), ("tag", 8), ("ciphertext", 27)):
        yield f"one bit of the {name}", _changed(good, at + byte, good[at + byte] ^ 1), TCP
    yield "another outer protocol", good, UDP
    cut = {"n": 26, "u": 24}[pair.layout]
    body = good[at:]
    for size in (cut, 16, 15, 4, 0):
        yield f"cut to {size} bytes", pair.wrap(body[:size]), TCP
    inside = [
        ("type 41", 41, b"abc"), ("type 58", 58, bytes(48)),
        ("TCP of 19 bytes", TCP, tcp(40000, 443, ACK, checksum=0)[:19]),
        ("a data offset of 4", TCP, _changed(tcp(40000, 443, ACK, checksum=0), 12, 0x40)),
        ("a data offset beyond the end", TCP, _changed(tcp(1, 443, ACK, checksum=0), 12, 0xF0)),
        ("a checksum inside", TCP, tcp(40000, 443, ACK, checksum=1)),
        ("a UDP length too large", UDP, udp(1, 2, b"ab", checksum=0)[:-1]),
        ("a UDP length too small", UDP, udp(1, 2, b"ab", checksum=0) + b"c"),
        ("UDP of 7 bytes", UDP, udp(1, 2, b"", checksum=0)[:7]),
        ("a checksum inside UDP", UDP, udp(1, 2, b"")),
        ("ICMP that is no error", 1, b"\x08" + bytes(60)),
        ("ICMP without quote", 1, b"\x03\x03" + bytes(6)),
    ]
    for number, (name, inner_type, segment) in enumerate(inside):
        yield name, pair.data(200 + number, inner_type, segment), \
            inner_type if inner_type == UDP else TCP
    yield "nothing but zeros", pair.data(300, 0, bytes(20)), TCP
    quote = seg.ip_header(UDP, raw(pair.there), raw(pair.here), 8) + udp(1, 2, b"")
    yield "ICMP about no flow", pair.data(301, 1, b"\x03\x03" + bytes(6) + quote), TCP
    wrong = pair.data(302, 59, b"content", outer=UDP)
    yield "type 59 with another outer protocol than INIT", wrong, UDP
    yield "type 59 with content", pair.data(303, 59, b"content"), TCP
    yield "TCP in an authentic packet of UDP", pair.data(
        304, TCP, tcp(40000, 443, ACK, checksum=0), outer=UDP), UDP


def _resps(pair: Pair, resp: bytes) -> Iterator[tuple[str, bytes]]:
    """RESPs that lie outside of the AEAD, from offset 0."""
    yield "one byte missing", resp[:-1]
    yield "a byte drawn as zero", _changed(resp, 8, 1)
    yield "bytes 14, 15 not zero", _changed(resp, 14, 1)
    yield "the first bits of the server index", _changed(resp, 4, resp[4] | 0x80)
    yield "another server index", _changed(resp, 7, resp[7] ^ 1)
    yield "another client index", _changed(resp, 3, resp[3] ^ 1)
    yield "wrong tag", _changed(resp, 255, resp[255] ^ 1)
    yield "e of low order", resp[:16] + bytes(32) + resp[48:]
    yield "longer than INIT", resp + bytes(64)


def _ctrls(pair: Pair) -> Iterator[tuple[str, bytes]]:
    """CTRLs with a wrong form, from offset 0."""
    good = wire.build_retry(pair.client_index, bytes(16), bytes(16))
    yield "sub 3", _changed(good, 5, 3)
    yield "version 2", _changed(good, 4, 2)
    yield "RETRY of 47 bytes", good[:-1]
    yield "RETRY of 49 bytes", good + b"\0"
    yield "RETRY, byte 6 not zero", _changed(good, 6, 1)
    yield "RETRY, byte 15 not zero", _changed(good, 15, 1)
    yield "RETRY for a session that is UP", good
    yield "RESET of 33 bytes", wire.build_reset(pair.server_index, bytes(17))
    yield "RESET for no session", wire.build_reset(pair.server_index ^ 1, bytes(16))
    yield "RESET with a wrong token", wire.build_reset(pair.server_index, bytes(16))


def refusals(adapter: Adapter) -> Iterator[Case]:
    """Malformed and hostile packets, each with the reason under which it is refused."""
    for ip, layout in ((4, "n"), (6, "n"), (4, "u")):
        where = f"layout {layout.upper()}, IPv{ip}"
        pair = Pair(Case("", adapter), ip, layout)
        crafted = list(_inits(pair))
        pair.done()
        case = Case(f"INIT, {where}", adapter)
        pair = Pair(case, ip, layout)
        for case.note, body in crafted if (ip, layout) == (4, "n") else crafted[:FORMS]:
            if layout == "u":
                body = seg.udp_packet(50000, 4433, body, raw(pair.here), raw(pair.there))
            pair.arrive("server", body)
        pair.done()
        yield case

        case = Case(f"DATA, {where}", adapter)
        pair = Pair(case, ip, layout)
        pair.connect()
        crafted_data = list(_data(pair))
        for case.note, packet, outer in crafted_data if ip == 4 else crafted_data[:DATA_FORMS]:
            pair.arrive("server", packet, outer)
        case.note = "another source"
        pair.ingress("server", 17 if layout == "u" else TCP, layout == "n",
                     pair.data(400, TCP, tcp(40000, 443, ACK, checksum=0)),
                     {4: "192.0.2.99", 6: "2001:db8:1::99"}[ip])
        pair.done()
        yield case

        case = Case(f"RESP and CTRL, {where}", adapter)
        pair = Pair(case, ip, layout)
        sent = pair.ask_keys(TCP, tcp(40000, 443, seg.SYN))
        pair.init = bytes.fromhex(sent[0]["packet"])
        pair.carry("server", sent)
        pair.resp = bytes.fromhex(pair.egress(
            "server", TCP, tcp(443, 40000, seg.SYN | ACK))["packet"])
        resp = pair.body(pair.resp)
        case.note = "DATA before RESP"
        pair.arrive("client", pair.data(0, TCP, tcp(443, 40000, ACK, checksum=0), "client"))
        for case.note, body in _resps(pair, resp) if (ip, layout) == (4, "n") else ():
            pair.arrive("client", pair.wrap(body, "client"))
        case.note = "another outer protocol (layout N)"
        pair.ingress("client", 17, layout == "n", pair.resp)
        pair.arrive("client", pair.resp)
        case.note = "the same RESP again"
        pair.arrive("client", pair.resp)
        for case.note, body in _ctrls(pair):
            pair.arrive("client", pair.wrap(body, "client"))
        pair.done()
        yield case
    case = Case("narrow coverage: n too small, other types, too short", adapter)
    pair = Pair(case, client=NARROW, server=NARROW)
    pair.connect(coverage="header")
    plain = tcp(40000, 443, ACK, checksum=0, payload=b"payload")
    for number, n in enumerate((20, 27, 255, 19, 4, 0)):
        pair.arrive("server", pair.data(100 + number, TCP, plain, n=n))
    pair.arrive("server", pair.data(200, UDP, udp(1, 53, b"abc", checksum=0), n=8), UDP)
    pair.arrive("server", pair.data(201, UDP, udp(1, 53, b"abc", checksum=0), n=7), UDP)
    pair.arrive("server", pair.data(202, 59, b"abcd", n=4))
    pair.arrive("server", pair.data(203, 0, b"abcd", n=4))
    pair.arrive("server", pair.data(204, 59, b"", n=255, padding=9))
    pair.arrive("server", _changed(pair.data(205, TCP, plain, n=20), 26, 40))
    pair.arrive("server", pair.data(206, TCP, plain, n=20)[:27])
    pair.done()
    yield case
    case = Case("narrow coverage that the server refuses", adapter)
    pair = Pair(case, client=NARROW)
    sent = pair.ask_keys(TCP, tcp(40000, 443, seg.SYN), coverage="ports")
    pair.carry("client", pair.carry("server", sent))
    pair.egress("client", TCP, tcp(40000, 443, seg.SYN))
    pair.done()
    yield case
    case = Case("early data that is refused: clocks, start, seen before, not a pure SYN", adapter)
    pair = Pair(case, flags=5)
    pair.at -= 29 * 10**9
    syn = tcp(40000, 443, seg.SYN, checksum=0)
    plans = [(syn, TCP, 0), (syn, TCP, 30 * 10**9), (syn, TCP, 0),
             (tcp(40001, 443, ACK, checksum=0), TCP, 0),
             (tcp(40002, 443, seg.SYN, payload=b"x", checksum=0), TCP, 0),
             (udp(40003, 53, b"x", checksum=0), UDP, 0)]
    for number, (segment, protocol, after) in enumerate(plans):
        pair.at += after
        pair.arrive("server", pair.crafted_init(
            pair.payload(protocol, segment), protocol, index=number,
            ephemeral=bytes([number + 1] * 32)), protocol)
    for number, offset in enumerate((-10000, -10001, 10000, 10001)):
        pair.arrive("server", pair.crafted_init(
            pair.payload(TCP, tcp(41000 + number, 443, seg.SYN, checksum=0), offset_ms=offset),
            index=50 + number, ephemeral=bytes([50 + number] * 32)))
    body = pair.crafted_init(pair.payload(TCP, tcp(42000, 443, seg.SYN, checksum=0)),
                             ephemeral=bytes([70] * 32))
    pair.arrive("server", body)
    pair.arrive("server", _changed(body, 200, body[200] ^ 1))
    pair.ingress("server", TCP, True, body, "192.0.2.50")
    pair.done()
    yield case
