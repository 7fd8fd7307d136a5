# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The reference implementation: its parts against values from elsewhere, and two ends of it."""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("noise")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "conformance"))

from sst_reference import aead, keyvalue, noise, tokens, wire  # noqa: E402
from sst_reference import segment as seg  # noqa: E402
from sst_reference.endpoint import Endpoint  # noqa: E402
from sst_reference.limits import Bucket  # noqa: E402
from sst_reference.random import TestRandom  # noqa: E402
from sst_reference.state import SECOND, Action, Clock, Config, FlowKey, Request  # noqa: E402
from sst_reference.state import Tombstone  # noqa: E402
from sst_reference.tombstones import Tombstones  # noqa: E402
from sst_reference.wire import TCP, UDP  # noqa: E402
from sst_reference.window import Window  # noqa: E402
from sst_vectors import worked  # noqa: E402

SECRET = bytes(range(32))
UNIX = 1_800_000_000_000
NAME = "host.example"
PORT_U = 4433
V4 = (bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2]))
V6 = (bytes.fromhex("20010db8000000010000000000000001"),
      bytes.fromhex("20010db8000000020000000000000002"))


def tcp(source: int, destination: int, flags: int, sequence: int = 1, payload: bytes = b"",
        checksum: int = 0x1234) -> bytes:
    """A TCP segment; its checksum does not matter to who seals it."""
    return struct.pack(">HHIIBBHHH", source, destination, sequence, 0, 0x50, flags, 8192,
                       checksum, 0) + payload


def udp(source: int, destination: int, payload: bytes) -> bytes:
    """A UDP datagram."""
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0x1234) + payload


class Pair:
    """A client and a server, and the path between them."""

    def __init__(self, addresses: tuple[bytes, bytes] = V4, layout: str = "auto", flags: int = 7,
                 seed: int = 1, client: Config | None = None, server: Config | None = None,
                 key_id: int = 5) -> None:
        self.addresses = addresses
        self.at = 100 * SECOND
        self.layout = layout
        self.client = Endpoint(client or Config(), TestRandom(seed))
        self.server = Endpoint(server or Config(), TestRandom(seed + 1))
        self.server.config.udp_port = PORT_U
        self.public = self.server.serve(key_id, flags, SECRET, self.clock(-30 * SECOND))
        self.value = keyvalue.build([keyvalue.Entry(1, 1, key_id, flags, 0, self.public)])
        self.delivered: dict[str, list[bytes]] = {"client": [], "server": []}
        self.reasons: list[str] = []
        self.log: list[tuple[str, Action]] = []
        self.lose: Callable[[str, bytes], bool] = lambda _who, _packet: False
        self.answers_keys = True

    def clock(self, after: int = 0) -> Clock:
        at = self.at + after
        return Clock(at, UNIX + at // 10**6)

    def end(self, who: str) -> tuple[Endpoint, bytes, bytes, str]:
        here, there = self.addresses
        if who == "client":
            return self.client, here, there, "server"
        return self.server, there, here, "client"

    def egress(self, who: str, protocol: int, segment: bytes, request: Request | None = None,
               cookie: int = 0) -> str:
        """A segment of the stack; what came of it."""
        end, local, peer, other = self.end(who)
        verdict = end.egress(protocol, local, peer, segment, self.clock(), request, 0, cookie)
        self.reasons.append(verdict.reason)
        if verdict.outcome == "send":
            self.arrive(other, verdict.protocol, verdict.mark, verdict.data)
        self.act(who)
        return verdict.outcome

    def arrive(self, who: str, protocol: int, marked: bool, packet: bytes) -> str:
        """A packet gets to one end, unless the path loses it."""
        if self.lose(who, packet):
            return "lost"
        end, local, peer, _other = self.end(who)
        verdict = end.ingress(protocol, local, peer, marked, packet, self.clock())
        self.reasons.append(verdict.reason)
        if verdict.outcome == "deliver":
            self.delivered[who].append(verdict.data)
        self.act(who)
        return verdict.outcome

    def act(self, who: str) -> None:
        end, _local, _peer, other = self.end(who)
        for action in end.poll():
            self.log.append((who, action))
            if action.kind == "send":
                self.arrive(other, action.protocol, action.mark, action.packet)
            elif action.kind == "resolve" and self.answers_keys:
                end.provide(action.name, action.peer, "keys", self.value, PORT_U, self.clock())
                self.act(who)

    def wait(self, seconds: float) -> None:
        """Time passes; both ends do what is due when it is."""
        until = self.at + int(seconds * SECOND)
        while True:
            due = [at for at in (self.client.next_deadline(), self.server.next_deadline())
                   if at is not None and at <= until]
            if not due:
                break
            self.at = max(self.at, min(due))
            for who in ("client", "server"):
                self.end(who)[0].tick(self.clock())
                self.act(who)
        self.at = until

    def request(self, policy: str = "require", **more: object) -> Request:
        return Request(policy, NAME, layout=self.layout, **more)  # type: ignore[arg-type]

    def connect(self, port: int = 1000) -> None:
        """TCP's three packets."""
        self.egress("client", TCP, tcp(port, 80, seg.SYN), self.request())
        self.egress("server", TCP, tcp(80, port, seg.SYN | seg.ACK))
        self.egress("client", TCP, tcp(port, 80, seg.ACK))

    def events(self, who: str) -> list[str]:
        return [action.event for where, action in self.log
                if where == who and action.kind == "event"]

    def session(self, who: str):  # noqa: ANN201
        return next(iter(self.end(who)[0].sessions.values()))


# ------------------------------------------------------------------------------------- parts


def test_rekey_gives_the_anchor() -> None:
    assert aead.rekey(SECRET).hex() == \
        "50835543a205b22c9323f2022bc4f67d838f90e61d5ccf33c4513e01f85b5042"


@pytest.mark.skipif("SST_VECTORS" not in os.environ, reason="SST_VECTORS is not set")
@pytest.mark.parametrize("name", ["snow-NK-SHA256.json", "cacophony-NK-SHA256.json"])
def test_noise_vectors(name: str) -> None:
    path = Path(os.environ["SST_VECTORS"]) / "noise" / name
    for vector in json.loads(path.read_text())["vectors"]:
        raw = {key: bytes.fromhex(value) for key, value in vector.items()
               if isinstance(value, str) and key != "protocol_name"}
        messages = [{key: bytes.fromhex(value) for key, value in message.items()}
                    for message in vector["messages"]]
        initiator = noise.Initiator(raw["init_prologue"], raw["init_remote_static"],
                                    raw["init_ephemeral"])
        assert initiator.write(messages[0]["payload"]) == messages[0]["ciphertext"]
        responder = noise.Responder(raw["resp_prologue"], raw["resp_static"],
                                    messages[0]["ciphertext"])
        assert responder.read() == messages[0]["payload"]
        second, keys = responder.write(messages[1]["payload"], raw["resp_ephemeral"])
        assert second == messages[1]["ciphertext"]
        assert initiator.read(second) == (messages[1]["payload"], keys)
        if "handshake_hash" in raw:
            assert keys.handshake_hash == raw["handshake_hash"]
        for place, message in enumerate(messages[2:]):
            key = (keys.to_responder, keys.to_initiator)[place % 2]
            sealed, tag = aead.seal(key, place // 2, b"", message["payload"])
            assert sealed + tag == message["ciphertext"]


def test_window_against_a_list() -> None:
    window, opened, top = Window(), set(), -1
    source = random.Random(7)
    for _ in range(20000):
        number = max(0, top + source.randint(-2100, 40))
        refused = number in opened or number <= top - 2048
        assert window.refuses(number) is refused
        if not refused:
            window.mark(number)
            opened.add(number)
            top = max(top, number)


def test_window_edges() -> None:
    window = Window()
    window.mark(5000)
    assert not window.refuses(5000 - 2047)
    assert window.refuses(5000 - 2048)
    assert window.refuses(5000)


def entry(**fields: object) -> bytes:
    values = {"version": 1, "suite": 1, "key_id": 1, "flags": 0, "not_after": 0,
              "public_key": noise.public_key(SECRET), **fields}
    return keyvalue.build([keyvalue.Entry(**values)])  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "status", "count"), [
    (entry(), "ok", 1),
    (entry() + entry(key_id=2), "ok", 2),
    (entry(version=2) + entry() + entry(suite=2), "ok", 1),
    (b"", "empty", 0),
    (b"\0", "trailing", 0),
    (entry()[:-1], "truncated", 0),
    (entry() + b"\x28", "truncated", 0),
    (b"\x29" + entry()[1:] + b"\0", "trailing", 0),
    (b"\x27" + entry()[1:-1], "truncated", 0),
    (b"\x02\x01\x02", "truncated", 0),
    (b"\x01\x02", "no-usable", 0),
    (entry() + entry(), "duplicate", 0),
    (entry(suite=2) + entry(suite=2), "duplicate", 0),
    (b"".join(entry(key_id=number) for number in range(5)), "too-many", 0),
    (entry(public_key=bytes(32)), "low-order", 0),
    (entry(public_key=b"\x01" + bytes(31)), "low-order", 0),
])
def test_key_value(value: bytes, status: str, count: int) -> None:
    found, entries = keyvalue.parse(value)
    assert (found, len(entries)) == (status, count)


def test_random_discards_the_rest_of_a_block() -> None:
    import hashlib

    source = TestRandom(9, {"PORT": [b"\1\2"]})
    for block in range(2):
        digest = hashlib.sha256((9).to_bytes(8, "big") + b"INDEX" + block.to_bytes(8, "big"))
        assert source.fill("INDEX", 4) == digest.digest()[:4]
    assert source.fill("PORT", 2) == b"\1\2"
    assert len(source.fill("SECRET", 70)) == 70


def test_checksum_of_rfc_1071() -> None:
    assert seg.checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF ^ 0xDDF2


# ------------------------------------------------------------------------------------- two ends


@pytest.mark.parametrize("addresses", [V4, V6])
@pytest.mark.parametrize("layout", ["n", "u"])
@pytest.mark.parametrize("flags", [4, 7])
def test_tcp_both_ways(addresses: tuple[bytes, bytes], layout: str, flags: int) -> None:
    pair = Pair(addresses, layout, flags)
    pair.connect()
    assert pair.egress("client", TCP, tcp(1000, 80, seg.ACK, payload=b"question")) == "send"
    assert pair.egress("server", TCP, tcp(80, 1000, seg.ACK, payload=b"answer")) == "send"
    server, client = pair.delivered["server"], pair.delivered["client"]
    assert [seg.tcp_flags(one) for one in server] == [2, 16, 16]
    assert server[-1].endswith(b"question") and client[-1].endswith(b"answer")
    for one, ends in [*((one, addresses) for one in server),
                      *((one, addresses[::-1]) for one in client)]:
        assert seg.compute_checksum(TCP, one, *ends) == one
        assert seg.checksum(seg.pseudo_header(TCP, *ends, len(one)) + one) == 0
    assert set(pair.reasons) == {"none"}
    assert pair.session("client").layout == "nu".index(layout)


@pytest.mark.parametrize("coverage", [1, 2])
@pytest.mark.parametrize("layout", ["n", "u"])
def test_narrow_coverage(coverage: int, layout: str) -> None:
    pair = Pair(layout=layout, client=Config(allow_narrow_coverage=True),
                server=Config(allow_narrow_coverage=True))
    seen: list[bytes] = []
    pair.lose = lambda _who, packet: seen.append(packet) or False
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request(coverage=coverage))
    pair.egress("server", TCP, tcp(80, 1000, seg.SYN | seg.ACK))
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK, payload=b"in clear"))
    assert pair.delivered["server"][-1].endswith(b"in clear")
    assert seen[-1].endswith(b"in clear")
    assert set(pair.reasons) == {"none"}


def test_narrow_coverage_refused_by_the_server() -> None:
    pair = Pair(client=Config(allow_narrow_coverage=True))
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request(coverage=1), 9)
    assert not pair.client.sessions
    flow = pair.client.flow_info(FlowKey(TCP, 1000, V4[1], 80))
    assert (flow.state, flow.reason) == ("failed", "coverage")


def test_early_datagram_only_where_both_allow_it() -> None:
    for flags, asked, early in ((7, True, True), (7, False, False), (5, True, False)):
        pair = Pair(flags=flags)
        pair.egress("client", UDP, udp(1000, 53, b"q"), pair.request(early_udp=asked))
        assert len(pair.delivered["server"]) == 1
        assert (pair.session("server").state == "half") is early


def test_waiting_segments_leave_in_order() -> None:
    pair = Pair(flags=0)
    pair.answers_keys = False
    for number in range(5):
        pair.egress("client", UDP, udp(1000, 53, bytes([number])), pair.request(), number + 1)
    pair.client.provide(NAME, V4[1], "keys", pair.value, 0, pair.clock())
    pair.act("client")
    assert [one[-1] for one in pair.delivered["server"]] == [0, 1, 2, 3, 4]


def test_queue_drops_the_oldest() -> None:
    pair = Pair()
    pair.answers_keys = False
    for number in range(66):
        pair.egress("client", UDP, udp(1000, 53, b""), pair.request(), number + 1)
    dropped = [action.cookie for _who, action in pair.log if action.kind == "drop"]
    assert dropped == [1, 2]


@pytest.mark.parametrize("seed", range(8))
def test_handshake_and_data_over_a_lossy_path(seed: int) -> None:
    pair = Pair(seed=seed, layout="un"[seed % 2])
    source = random.Random(seed)
    pair.lose = lambda _who, _packet: source.random() < 0.3
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
    for _ in range(60):
        pair.wait(1)
        pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
        if pair.session("client").state == "up":
            break
    assert pair.session("client").state == "up"
    for _ in range(40):
        pair.egress("client", TCP, tcp(1000, 80, seg.ACK, payload=b"x"))
    assert any(one.endswith(b"x") for one in pair.delivered["server"])


def test_init_is_repeated_byte_for_byte_then_fresh() -> None:
    pair = Pair(layout="n")
    sent: list[tuple[int, bytes]] = []
    pair.lose = lambda who, packet: sent.append((pair.at // SECOND - 100, packet)) or True
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
    pair.wait(310)
    assert [at for at, _packet in sent] == [0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63, 123, 183,
                                             243]
    packets = [packet for _at, packet in sent]
    assert len(set(packets[:4])) == 1 and len({packet[32:64] for packet in packets[3:]}) == 11
    assert pair.client.flow_info(FlowKey(TCP, 1000, V4[1], 80)).reason == "handshake-timeout"
    assert ("flow-failed", "handshake-timeout") in [
        (action.event, action.reason) for _who, action in pair.log]


def test_layout_u_when_n_gives_no_answer() -> None:
    pair = Pair()
    pair.lose = lambda _who, packet: len(packet) == 256
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
    pair.wait(2.9)
    assert pair.session("client").layout == wire.LAYOUT_N
    pair.wait(0.2)
    assert pair.session("client").layout == wire.LAYOUT_U
    assert pair.session("client").state == "up"
    pair.egress("client", TCP, tcp(1001, 80, seg.SYN), pair.request())
    assert len(pair.client.sessions) == 1
    pair.wait(7500 + 130)
    assert not pair.client.sessions
    pair.egress("client", TCP, tcp(1002, 80, seg.SYN), pair.request())
    assert pair.session("client").layout == wire.LAYOUT_U


def test_server_follows_the_source_port_of_the_newest_packet() -> None:
    pair = Pair(layout="u")
    pair.connect()
    client, server = pair.session("client"), pair.session("server")
    first = client.own_port
    client.own_port = 40000
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    assert server.peer_port == 40000 != first
    held: list[bytes] = []
    client.own_port = 40001
    pair.lose = lambda _who, packet: held.append(packet) or True
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    client.own_port = 40002
    pair.lose = lambda _who, _packet: False
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    assert pair.arrive("server", UDP, False, held[0]) == "deliver"
    assert server.peer_port == 40002


def test_opportunistic_falls_back_after_three_seconds() -> None:
    pair = Pair(layout="n")
    pair.lose = lambda _who, _packet: True
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request("opportunistic"), 7)
    pair.wait(3)
    passed = [(action.cookie, action.reason) for _who, action in pair.log
              if action.kind == "pass"]
    assert passed == [(7, "handshake-timeout")]
    assert not pair.client.sessions
    assert pair.egress("client", TCP, tcp(1000, 80, seg.ACK)) == "pass"


def test_pin_is_remembered() -> None:
    pair = Pair(flags=15)
    assert pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request("pin")) == "wait"
    assert NAME in pair.client.pins
    other = Pair()
    other.answers_keys = False
    other.client.pins = dict(pair.client.pins)
    other.egress("client", TCP, tcp(1000, 80, seg.SYN), other.request("pin"))
    other.client.provide(NAME, V4[1], "absent", b"", 0, other.clock())
    assert other.client.flow_info(FlowKey(TCP, 1000, V4[1], 80)).state == "failed"


# ------------------------------------------------------------------------------------- epochs


def test_epochs_by_numbers_and_their_answers() -> None:
    pair = Pair()
    pair.connect()
    client, server = pair.session("client"), pair.session("server")
    for epoch in range(1, 4):
        assert pair.client.skip(client.index, epoch << 24) is None
        pair.egress("client", TCP, tcp(1000, 80, seg.ACK, payload=bytes([epoch])))
        assert client.epochs.epoch == server.epochs.epoch == epoch
        assert not client.epochs.opened and server.epochs.opened
        assert pair.client.skip(client.index, (epoch + 1 << 24) + 1) == "order"
        pair.wait(1)
        assert client.epochs.opened
    assert [one[-1] for one in pair.delivered["server"][-3:]] == [1, 2, 3]
    assert set(pair.reasons) == {"none"}


def test_no_second_step_before_the_peer_was_heard() -> None:
    pair = Pair()
    pair.connect()
    index = pair.session("client").index
    pair.lose = lambda who, _packet: who == "client"
    pair.client.skip(index, 1 << 24)
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    pair.client.skip(index, 2 << 24)
    assert pair.egress("client", TCP, tcp(1000, 80, seg.ACK)) == "drop"
    assert pair.reasons[-1] == "number-exhausted"
    assert pair.client.sessions


def test_epochs_by_time_and_the_old_one_for_three_seconds() -> None:
    pair = Pair()
    pair.connect()
    held: list[bytes] = []
    pair.lose = lambda _who, packet: held.append(packet) or True
    for _ in range(2):
        pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    pair.lose = lambda _who, _packet: False
    pair.wait(899.5)
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    assert pair.session("client").epochs.epoch == 0
    pair.wait(1)
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    assert pair.session("server").epochs.epoch == 1
    pair.wait(2.9)
    assert pair.arrive("server", TCP, True, held[0]) == "deliver"
    assert pair.arrive("server", TCP, True, held[0]) == "drop"
    pair.wait(0.2)
    assert pair.arrive("server", TCP, True, held[1]) == "drop"
    assert pair.reasons[-1] == "old-epoch"


def test_numbers_of_epochs_far_ahead_cost_nothing() -> None:
    pair = Pair()
    pair.connect()
    server = pair.session("server")
    for number, reason in ((1 << 24, "decrypt"), (2 << 24, "epoch-ahead"),
                           (2**32 - 2**16 - 1, "epoch-ahead"),
                           (2**32 - 2**16, "number-exhausted"), (2**32 - 1, "number-exhausted")):
        packet = aead.seal_data(layout=0, outer=TCP, index=server.index, number=number,
                                key=bytes(32), inner_type=TCP, segment=b"")
        assert pair.arrive("server", TCP, True, packet) == "drop"
        assert pair.reasons[-1] == reason
    assert server.epochs.epoch == 0


def test_hard_stop_closes_the_session() -> None:
    pair = Pair()
    pair.connect()
    client = pair.session("client")
    client.epochs.epoch, client.epochs.next = 255, 2**32 - 2**16
    assert pair.egress("client", TCP, tcp(1000, 80, seg.ACK)) == "drop"
    assert pair.reasons[-1] == "number-exhausted"
    assert pair.egress("client", TCP, tcp(1000, 80, seg.ACK)) == "drop"
    assert pair.reasons[-1] == "tombstone"


# ------------------------------------------------------------------------------------- control


@pytest.mark.parametrize("layout", ["n", "u"])
def test_retry_instead_of_state(layout: str) -> None:
    pair = Pair(layout=layout, server=Config(max_half_open=0))
    pair.connect()
    assert "retry-sent" in pair.reasons
    assert pair.session("client").state == pair.session("server").state == "up"


def test_retries_without_end() -> None:
    pair = Pair(layout="n")
    pair.lose = lambda who, _packet: who == "server"
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
    session = pair.session("client")
    outcomes = []
    for number in [1, 1, 2, 3, 4, 5]:
        head, token = wire.ctrl_head(session.index, 1), bytes([number] * 16)
        mac = tokens.retry_mac(pair.public, head, token, session.init[32:64])
        outcomes.append((pair.arrive("client", TCP, True, head + token + mac),
                         pair.reasons[-1]))
    assert outcomes == [("consumed", "none"), ("drop", "replay"), ("consumed", "none"),
                        ("consumed", "none"), ("consumed", "none"), ("drop", "retry-limit")]
    head = wire.ctrl_head(session.index, 1)
    assert pair.arrive("client", TCP, True, head + bytes(32)) == "drop"
    assert pair.reasons[-1] == "ctrl-mac"


def test_token_lives_for_two_slots() -> None:
    pair = Pair()
    secrets = pair.server.secrets
    token = secrets.make(V4[0], 5, 10 * SECOND)
    assert secrets.valid(token, V4[0], 5, 239 * SECOND)
    assert not secrets.valid(token, V4[1], 5, 239 * SECOND)
    assert not secrets.valid(token, V4[0], 6, 239 * SECOND)
    assert not secrets.valid(token, V4[0], 5, 240 * SECOND)


@pytest.mark.parametrize("layout", ["n", "u"])
def test_reset_after_the_server_forgot(layout: str) -> None:
    pair = Pair(layout=layout)
    pair.connect()
    pair.server = Endpoint(Config(udp_port=PORT_U), TestRandom(77))
    pair.server.serve(5, 7, SECRET, pair.clock())
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK, payload=b"a longer segment"))
    assert pair.reasons[-2:] == ["unknown-index", "reset"] or "reset" in pair.reasons
    assert not pair.client.sessions
    assert pair.egress("client", TCP, tcp(1000, 80, seg.ACK)) == "drop"
    assert pair.reasons[-1] == "tombstone"
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN, 99), pair.request())
    assert pair.session("client").state != "closed"


def test_reset_is_smaller_than_its_trigger_and_rare() -> None:
    pair = Pair()
    index = (5 & 3) << 28 | 7
    short = wire.build_data(0, wire.data_head(index, 0), bytes(16), None, bytes(6), b"")
    assert len(short) == 32
    pair.arrive("server", TCP, True, short)
    sent = lambda: sum(action.kind == "send" for who, action in pair.log)  # noqa: E731
    assert sent() == 0
    for _ in range(20):
        pair.arrive("server", TCP, True, short + b"\0")
    assert sent() == 10
    pair.at += SECOND
    pair.arrive("server", TCP, True, short + b"\0")
    assert sent() == 11


# ------------------------------------------------------------------------------------- flows


def other_client(pair: Pair, seed: int) -> Pair:
    """Another client behind the same address."""
    twin = Pair(seed=seed)
    twin.server, twin.public, twin.at = pair.server, pair.public, pair.at
    twin.value = pair.value
    return twin


def test_same_ports_behind_one_address_are_translated() -> None:
    one = Pair()
    one.connect()
    two = other_client(one, 50)
    two.egress("client", TCP, tcp(1000, 80, seg.SYN), two.request())
    alias, _port = seg.ports(two.delivered["server"][-1])
    assert alias != 1000 and alias >= 49152
    two.egress("server", TCP, tcp(80, alias, seg.SYN | seg.ACK))
    assert seg.ports(two.delivered["client"][-1]) == (80, 1000)
    two.egress("client", TCP, tcp(1000, 80, seg.ACK, payload=b"two"))
    assert seg.ports(two.delivered["server"][-1]) == (alias, 80)
    one.egress("client", TCP, tcp(1000, 80, seg.ACK, payload=b"one"))
    assert seg.ports(one.delivered["server"][-1]) == (1000, 80)
    assert set(one.reasons + two.reasons) == {"none"}


def test_a_tuple_in_clear_is_translated() -> None:
    pair = Pair()
    pair.server.in_clear.add(FlowKey(TCP, 80, V4[0], 1000))
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
    assert seg.ports(pair.delivered["server"][-1])[0] >= 49152


def test_a_session_of_the_peer_never_carries_a_flow_opened_here() -> None:
    pair = Pair()
    pair.connect()
    pair.server.egress(TCP, V4[1], V4[0], tcp(81, 1001, seg.SYN), pair.clock(),
                       Request("require", "client.example"))
    pair.server.poll()
    client = pair.session("client")
    outer, packet = pair.client.seal(client, TCP, tcp(1001, 81, seg.SYN, checksum=0))
    assert pair.arrive("server", outer, True, packet) == "drop"
    assert pair.reasons[-1] == "flow-bound"


def test_clear_segments_of_bound_flows_are_dropped() -> None:
    pair = Pair()
    pair.connect()
    assert pair.arrive("client", TCP, False, tcp(80, 1000, seg.RST)) == "drop"
    assert pair.reasons[-1] == "clear-on-sst-flow"
    assert pair.arrive("client", TCP, False, tcp(80, 999, seg.RST)) == "pass"


def test_a_lapsed_half_session_keeps_its_egress_shut() -> None:
    pair = Pair()
    pair.lose = lambda who, _packet: who == "client"
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
    pair.egress("server", TCP, tcp(80, 1000, seg.SYN | seg.ACK))
    pair.lose = lambda _who, _packet: True
    pair.wait(10.1)
    assert not pair.server.sessions
    assert pair.egress("server", TCP, tcp(80, 1000, seg.SYN | seg.ACK)) == "drop"
    assert pair.reasons[-1] == "tombstone"


# TOMB-5
def test_four_kinds_of_tombstones_each_make_room_for_their_own() -> None:
    stones = Tombstones(65536)
    kinds = [(opened_here, is_long) for opened_here in (True, False) for is_long in (True, False)]
    for kind, (opened_here, is_long) in enumerate(kinds):
        for at in range(65537):
            stones.put(FlowKey(TCP, kind, V4[1], at),
                       Tombstone(SECOND, opened_here, is_long, False))
    for kind, (_, is_long) in enumerate(kinds):
        kept = [key.peer_port for key in stones if key.local_port == kind]
        assert kept == list(range(65537))[-65536 if is_long else -16384:]


# RETRY-20, RETRY-21
def test_rates_of_inits_with_a_token() -> None:
    def held(bucket: Bucket) -> int:
        return next(count for count in range(20000) if not bucket.take(0))

    end = Endpoint(Config(), TestRandom(1))
    assert held(end.proven_bucket) == 11600
    assert held(end.areas.bucket(V6[0])) == 725
    assert held(end.init_bucket) == 2900


# FLOW-12, FLOW-13, TOMB-4
def test_where_a_new_flow_is_refused_a_tombstone_stays() -> None:
    pair = Pair()
    pair.connect()
    narrow = Request("require", NAME, wire.COVERAGE_HEADER)
    pair.egress("client", UDP, udp(1001, 53, b"question"), pair.request())
    pair.egress("server", UDP, udp(53, 1001, b"answer"), narrow)
    assert pair.reasons[-1] == "coverage"
    pair.egress("server", UDP, udp(53, 1001, b"answer"))
    assert pair.reasons[-1] == "tombstone"
    pair = Pair()
    pair.answers_keys = False
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
    pair.client.provide(NAME, V4[1], "absent", b"", 0, pair.clock())
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN, 2), narrow)
    assert pair.reasons[-1] == "coverage"
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    assert pair.reasons[-1] == "tombstone"


def test_replayed_init_is_not_early_data_again() -> None:
    pair = Pair(layout="n")
    inits: list[bytes] = []
    pair.lose = lambda who, packet: inits.append(packet) or False if who == "server" else True
    pair.egress("client", TCP, tcp(1000, 80, seg.SYN), pair.request())
    assert len(pair.delivered["server"]) == 1
    pair.at += 11 * SECOND
    pair.server.tick(pair.clock())
    pair.arrive("server", TCP, True, inits[0])
    assert len(pair.delivered["server"]) == 1
    assert "time-window" in pair.reasons


# ------------------------------------------------------------------------------------- the rest


def icmp_about(local: bytes, peer: bytes, packet: bytes, mtu: int, quoted: int = 8) -> bytes:
    """"Fragmentation needed", quoting a marked packet."""
    header = bytearray(seg.ip_header(TCP, local, peer, len(packet)))
    header[6] |= 0x80
    message = struct.pack(">BBHHH", 3, 4, 0, 0, mtu) + bytes(header) + packet[:quoted]
    return message


def test_icmp_about_our_packets() -> None:
    pair = Pair(layout="n")
    pair.connect()
    seen: list[bytes] = []
    pair.lose = lambda _who, packet: seen.append(packet) or True
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK, 4711, b"x" * 1400))
    here, there = V4
    message = icmp_about(here, there, seen[0], 1000)
    verdict = pair.client.ingress(1, here, bytes([192, 0, 2, 254]), False, message, pair.clock())
    assert verdict.outcome == "deliver"
    quote = seg.parse_icmp(1, verdict.data)
    assert quote is not None and quote.ports == (1000, 80)
    assert seg.tcp_sequence(quote.payload) == 4711
    assert int.from_bytes(verdict.data[6:8], "big") == 1000 - 27
    assert seg.checksum(verdict.data) == 0
    assert pair.client.segment_size(FlowKey(TCP, 1000, there, 80), 1500) == 1000 - 20 - 27
    forged = bytearray(message)
    forged[8 + 20 + 3] ^= 1
    assert pair.client.ingress(1, here, there, False, bytes(forged), pair.clock()).reason \
        == "icmp-forged"


def test_icmp_of_the_stack_goes_inside() -> None:
    pair = Pair()
    pair.egress("client", UDP, udp(1000, 53, b"q"), pair.request(early_udp=True))
    here, there = V4
    heard = pair.delivered["server"][-1]
    error = struct.pack(">BBHI", 3, 3, 0x1234, 0) \
        + seg.ip_header(UDP, here, there, len(heard)) + heard
    assert pair.egress("server", 1, error) == "send"
    got = pair.delivered["client"][-1]
    quote = seg.parse_icmp(1, got)
    assert got[:2] == b"\x03\x03" and quote is not None and quote.ports == (1000, 53)
    assert seg.checksum(got) == 0


@pytest.mark.parametrize(("padding", "size"), [(128, 128), ("mtu", 1260), ("none", 55)])
def test_padding(padding: int | str, size: int) -> None:
    pair = Pair(layout="n", client=Config(padding=padding))
    pair.connect()
    sizes: list[int] = []
    pair.lose = lambda _who, packet: sizes.append(len(packet)) or False
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK, payload=b"8 bytes."))
    assert sizes == [size]
    assert pair.delivered["server"][-1].endswith(b"8 bytes.")


def test_dummies() -> None:
    pair = Pair(layout="u")
    pair.connect()
    index = pair.session("client").index
    assert pair.client.send_dummy(index, 32, pair.clock()) == "length"
    assert pair.client.send_dummy(index, 33, pair.clock()) is None
    assert [len(action.packet) for action in pair.client.poll()] == [33]


def test_hostile_packets_never_raise() -> None:
    """Random edits of valid packets, in every state of both ends."""
    source = random.Random(3)
    for layout in ("n", "u"):
        pair = Pair(layout=layout, server=Config(accept_unmarked_init=True))
        kept: list[tuple[str, bytes]] = []
        pair.lose = lambda who, packet, kept=kept: kept.append((who, packet)) or False
        pair.connect()
        pair.egress("server", TCP, tcp(80, 1000, seg.ACK, payload=b"data"))
        pair.lose = lambda _who, _packet: False
        for _ in range(1500):
            who, packet = source.choice(kept)
            edited = bytearray(packet[:source.choice([len(packet), source.randrange(300)])])
            for _ in range(source.randrange(1, 4)):
                if edited:
                    edited[source.randrange(len(edited))] = source.randrange(256)
            pair.arrive(who, source.choice([1, 6, 17, 58, 50]), source.random() < 0.5,
                        bytes(edited))
            pair.egress(who, source.choice([1, 6, 17]), bytes(edited))


def test_every_flipped_bit_of_data_but_the_guard_is_noticed() -> None:
    pair = Pair(layout="n")
    pair.connect()
    seen: list[bytes] = []
    pair.lose = lambda _who, packet: seen.append(packet) or True
    pair.egress("client", TCP, tcp(1000, 80, seg.ACK))
    pair.lose = lambda _who, _packet: False
    packet = seen[0]
    for bit in range(len(packet) * 8):
        if 96 <= bit < 112:
            continue
        edited = bytearray(packet)
        edited[bit // 8] ^= 0x80 >> bit % 8
        assert pair.arrive("server", TCP, True, bytes(edited)) != "deliver"
    assert pair.arrive("server", TCP, True, packet[:12] + b"\0\0" + packet[14:]) == "deliver"


# ------------------------------------------------------------------------------------- vectors


def test_the_reference_answers_as_the_vectors_say() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "conformance" / "vectors.py"), "check"],
                          capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_worked_exchange_is_the_stored_one() -> None:
    stored = json.loads((ROOT / "vectors" / "worked.json").read_text(encoding="utf-8"))
    assert worked.exchange() == stored
