# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""A client and a server in one adapter process, and packets made by hand between them."""

from __future__ import annotations

import ipaddress
import struct
from typing import Any

from sst_reference import aead, keyvalue, noise, segment as seg, wire
from sst_reference.random import TestRandom
from sst_reference.wire import LAYOUT_N, LAYOUT_U, TCP
from sst_vectors.recorder import Case, Json

SECOND = 10**9
UNIX_MS = 1_800_000_000_000
START_NS = 100 * SECOND
NAME = "host.example"
ADDRESSES = {4: ("192.0.2.1", "198.51.100.2"), 6: ("2001:db8:1::1", "2001:db8:2::2")}
UDP_PORT = 4433
KEY_ID = 5
SECRET = bytes(range(1, 33))
CLIENT_SEED = 1
SERVER_SEED = 2


def raw(text: str) -> bytes:
    return ipaddress.ip_address(text).packed


def tcp(source: int, destination: int, flags: int, sequence: int = 1000, payload: bytes = b"",
        options: bytes = b"", checksum: int = 0xC0DE) -> bytes:
    """A TCP segment."""
    offset = (20 + len(options)) // 4 << 4
    return struct.pack(">HHIIBBHHH", source, destination, sequence, 2000, offset, flags, 65535,
                       checksum, 0) + options + payload


def udp(source: int, destination: int, payload: bytes, checksum: int = 0xC0DE) -> bytes:
    """A UDP datagram."""
    return struct.pack(">HHHH", source, destination, 8 + len(payload), checksum) + payload


class Pair:
    """Plays a scenario; what the client sends is carried to the server by hand or at once."""

    def __init__(self, case: Case, ip: int = 4, layout: str = "n", flags: int = 7,
                 client: Json | None = None, server: Json | None = None,
                 key_id: int = KEY_ID) -> None:
        self.case = case
        self.at = START_NS
        self.unix_offset_ms = 0  # of a clock that was set
        self.layout = layout
        self.ip = ip
        self.key_id = key_id
        self.here, self.there = ADDRESSES[ip]
        self.ends = {"client": (self.here, self.there), "server": (self.there, self.here)}
        self.client_random = TestRandom(CLIENT_SEED)
        self.mtu: int | None = None  # told with every segment
        self.init = b""
        self.resp = b""
        case.ask("create", endpoint="client", seed=CLIENT_SEED, config=client or {})
        case.ask("create", endpoint="server", seed=SERVER_SEED,
                 config={"udp_port": UDP_PORT, **(server or {})})
        answer = case.ask("add_server_key", endpoint="server", key_id=key_id, flags=flags,
                          secret=SECRET.hex(), now=self.now(-30 * SECOND))
        self.public = bytes.fromhex(answer["public"])
        self.value = keyvalue.build([keyvalue.Entry(1, 1, key_id, flags, 0, self.public)])

    def done(self) -> None:
        for who in ("client", "server"):
            self.case.ask("destroy", endpoint=who)

    def now(self, after: int = 0) -> Json:
        at = self.at + after
        return {"monotonic_ns": at, "unix_ms": UNIX_MS + at // 10**6 + self.unix_offset_ms}

    def wait(self, seconds: float) -> None:
        self.at += int(seconds * SECOND)

    # --------------------------------------------------------------------------- steps

    def egress(self, who: str, protocol: int, segment: bytes, **more: Any) -> Json:
        local, peer = self.ends[who]
        more.setdefault("mtu", self.mtu)
        return self.case.ask("egress", endpoint=who, protocol=protocol, local=local, peer=peer,
                             segment=segment.hex(), now=self.now(), **more)

    def ingress(self, who: str, protocol: int, marked: bool, packet: bytes,
                peer: str | None = None) -> Json:
        local, other = self.ends[who]
        return self.case.ask("ingress", endpoint=who, protocol=protocol, local=local,
                             peer=peer or other, marked=marked, packet=packet.hex(),
                             now=self.now())

    def tick(self, who: str) -> Json:
        return self.case.ask("tick", endpoint=who, now=self.now())

    def request(self, policy: str = "require", **more: Any) -> Json:
        return {"policy": policy, "name": NAME, "layout": self.layout, **more}

    def ask_keys(self, protocol: int, segment: bytes, udp_port: int = UDP_PORT,
                 **request: Any) -> list[Json]:
        """A flow of the client; the sends after its keys came."""
        self.egress("client", protocol, segment, request=self.request(**request), cookie=1)
        answer = self.case.ask("provide_keys", endpoint="client", name=NAME, address=self.there,
                               answer="keys", value=self.value.hex(), udp_port=udp_port,
                               now=self.now())
        return self.sends(answer)

    @staticmethod
    def sends(answer: Json) -> list[Json]:
        """Packets an answer sends: the verdict's first."""
        out = [answer] if answer.get("outcome") == "send" else []
        return out + [action for action in answer.get("actions", []) if action["kind"] == "send"]

    def carry(self, who: str, sent: list[Json]) -> list[Json]:
        """Packets reach one end; what it sends then."""
        out = []
        for one in sent:
            answer = self.ingress(who, one["protocol"], one["mark"], bytes.fromhex(one["packet"]))
            out += self.sends(answer)
        return out

    def connect(self, port: int = 40000, **request: Any) -> None:
        """The handshake with a SYN, and the first DATA."""
        sent = self.ask_keys(TCP, tcp(port, 443, seg.SYN), **request)
        self.init = bytes.fromhex(sent[0]["packet"])
        answered = self.carry("server", sent)
        syn_ack = self.egress("server", TCP, tcp(443, port, seg.SYN | seg.ACK))
        answered += self.sends(syn_ack)
        self.resp = bytes.fromhex(answered[0]["packet"])
        sent = self.carry("client", answered)
        acked = self.egress("client", TCP, tcp(port, 443, seg.ACK, 1001))
        self.carry("server", sent + self.sends(acked))

    # --------------------------------------------------------------------------- by hand

    def body(self, packet: bytes) -> bytes:
        return packet[wire.UDP_HEADER:] if self.layout == "u" else packet

    @property
    def layout_number(self) -> int:
        return LAYOUT_U if self.layout == "u" else LAYOUT_N

    def keys(self) -> noise.Keys:
        """Of the session that `connect` made: both ends' randomness is known."""
        init, resp = self.body(self.init), self.body(self.resp)
        outer = 17 if self.layout == "u" else TCP
        initiator = noise.Initiator(wire.prologue(outer, self.layout_number, init[:12]),
                                    self.public, self.client_random.fill("EPHEMERAL", 32))
        responder = noise.Responder(initiator.prologue, SECRET, init[32:])
        initiator.payload = responder.read()
        return initiator.read(resp[16:])[1]

    @property
    def server_index(self) -> int:
        return int.from_bytes(self.body(self.resp)[4:8], "big")

    @property
    def client_index(self) -> int:
        return wire.index_of(self.body(self.resp))

    def wrap(self, body: bytes, to: str = "server") -> bytes:
        """A body as a packet of the pair's layout."""
        if self.layout == "n":
            return body
        client_port = wire.udp_ports(self.init)[0]
        ports = (client_port, UDP_PORT) if to == "server" else (UDP_PORT, client_port)
        source, destination = self.ends["client" if to == "server" else "server"]
        return seg.udp_packet(*ports, body, raw(source), raw(destination))

    def data(self, number: int, inner_type: int, segment: bytes, to: str = "server",
             **more: Any) -> bytes:
        """A DATA packet for one end, sealed with the right key."""
        keys = self._keys = getattr(self, "_keys", None) or self.keys()
        key = keys.to_responder if to == "server" else keys.to_initiator
        outer = more.pop("outer", inner_type if inner_type in (6, 17) else TCP)
        body = aead.seal_data(layout=self.layout_number,
                              outer=17 if self.layout == "u" else outer,
                              index=self.server_index if to == "server" else self.client_index,
                              number=number, key=aead.epoch_key(key, number >> 24),
                              inner_type=inner_type, segment=segment, **more)
        return self.wrap(body, to)

    def arrive(self, who: str, packet: bytes, protocol: int = TCP, marked: bool = True) -> Json:
        """A packet made by hand, as the pair's layout has it."""
        if self.layout == "u":
            return self.ingress(who, 17, False, packet)
        return self.ingress(who, protocol, marked, packet)

    def crafted_init(self, payload: bytes, outer: int = TCP, index: int = 0x123456,
                     ephemeral: bytes = bytes(range(32, 64)), head: bytes | None = None,
                     token: bytes = wire.ZERO_TOKEN) -> bytes:
        """An INIT with any P1."""
        head = head or wire.init_head(index, self.key_id)
        outer = 17 if self.layout == "u" else outer
        initiator = noise.Initiator(wire.prologue(outer, self.layout_number, head), self.public,
                                    ephemeral)
        return wire.build_init(head, token, initiator.write(payload))

    def payload(self, inner_type: int = 59, segment: bytes = b"",
                options: dict[int, bytes] | None = None, offset_ms: int = 0) -> bytes:
        """A P1 of now."""
        return wire.pack_payload(wire.Payload(self.now()["unix_ms"] + offset_ms, inner_type,
                                              segment, options or {}))
