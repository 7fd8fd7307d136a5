# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""A client and a server by the specification's text, every field of which can be set wrong.

What is right is computed by the modules below sst_reference; nothing here was recorded.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from sst_reference import aead, noise, wire
from sst_reference.wire import Refused

EVERYTHING = wire.EVERYTHING


@dataclass(frozen=True)
class Init:
    """What stands in an INIT."""

    outer: int = wire.TCP
    layout: int = wire.LAYOUT_N
    index: int = 0x11111111
    version: int = wire.VERSION
    suite: int = wire.SUITE
    key_id: int = 1
    reserved7: int = 0
    reserved8: int = 0
    guard: int = wire.GUARD
    reserved14: int = 0
    token: bytes = wire.ZERO_TOKEN
    time_ms: int = 0
    options: dict[int, bytes] = field(default_factory=dict)
    raw_options: bytes | None = None
    segment: bytes = b""
    type: int = wire.NOTHING
    size: int = 0  # of the packet; 0 the smallest allowed


@dataclass(frozen=True)
class Resp:
    """What stands in a RESP."""

    client_index: int = 0
    server_index: int = 0x22222222
    top_bits: int = 0
    reserved8: int = 0
    guard: int = wire.GUARD
    reserved14: int = 0
    status: int = 0
    time_ms: int = 0
    options: dict[int, bytes] = field(default_factory=dict)
    raw_options: bytes | None = None
    segment: bytes = b""
    type: int = wire.NOTHING
    size: int = 0


@dataclass(frozen=True)
class Opened:
    """What stands in a DATA packet."""

    number: int
    type: int
    segment: bytes
    padding: int
    n: int | None = None


class Session:
    """One end of an open session, keys in hand."""

    def __init__(self, layout: int, outer: int, own_index: int, peer_index: int,
                 send_key: bytes, receive_key: bytes, narrow: bool = False) -> None:
        self.layout = layout
        self.outer = outer  # of the INIT
        self.own_index = own_index
        self.peer_index = peer_index
        self.narrow = narrow
        self.next_number = 0
        self.send_keys = {0: send_key}
        self.receive_keys = {0: receive_key}

    def outer_of(self, inner_type: int) -> int:
        """The outer protocol of a packet: "the inner one for types 6 and 17"; 17 in layout U."""
        if self.layout == wire.LAYOUT_U:
            return wire.UDP
        return inner_type if inner_type in (wire.TCP, wire.UDP) else self.outer

    def seal(self, segment: bytes, inner_type: int = wire.TCP, *, number: int | None = None,
             index: int | None = None, padding: int = 0, n: int | None = None,
             outer: int | None = None, key: bytes | None = None) -> bytes:
        """A DATA body; the next number unless one is given."""
        if number is None:
            number, self.next_number = self.next_number, self.next_number + 1
        if n is None and self.narrow:
            n = EVERYTHING
        return aead.seal_data(
            layout=self.layout, outer=self.outer_of(inner_type) if outer is None else outer,
            index=self.peer_index if index is None else index, number=number,
            key=key or key_of(self.send_keys, number), inner_type=inner_type, segment=segment,
            n=n, padding=padding)

    def open(self, body: bytes, outer: int | None = None) -> Opened:
        """What a DATA body of the peer holds; Refused where it is not authentic."""
        data = wire.parse_data(self.layout, body, self.narrow)
        if data.index != self.own_index:
            raise Refused("unknown-index")
        content = aead.open_data(
            layout=self.layout,
            outer=outer if outer is not None and self.layout == wire.LAYOUT_N
            else wire.UDP if self.layout == wire.LAYOUT_U else self.outer,
            data=data, key=key_of(self.receive_keys, data.number))
        if data.n is not None and data.n < EVERYTHING:
            return Opened(data.number, content[-1], content[:-1] + data.rest, 0, data.n)
        segment, inner_type = wire.split_type(content)
        return Opened(data.number, inner_type, segment, len(content) - len(segment) - 1, data.n)

    def reversed(self) -> Session:
        """The other end of it."""
        other = Session(self.layout, self.outer, self.peer_index, self.own_index,
                        self.receive_keys[0], self.send_keys[0], self.narrow)
        return other


def key_of(keys: dict[int, bytes], number: int) -> bytes:
    """The key of a number's epoch, by as many REKEYs as it takes."""
    epoch = number >> aead.EPOCH_BITS
    known = max(one for one in keys if one <= epoch)
    while known < epoch:
        keys[known + 1] = aead.rekey(keys[known])
        known += 1
    return keys[epoch]


class Client:
    """A client's handshake."""

    def __init__(self, server_key: bytes, ephemeral: bytes) -> None:
        self.server_key = server_key
        self.ephemeral = ephemeral
        self.fields = Init()
        self._noise: noise.Initiator | None = None
        self.session: Session | None = None

    def init(self, fields: Init) -> bytes:
        """The INIT body."""
        self.fields = fields
        head = struct.pack(">IBBBBI", wire.KIND_INIT << 30 | fields.index, fields.version,
                           fields.suite, fields.key_id, fields.reserved7, fields.reserved8)
        content = _content(b"", fields, 32)
        self._noise = noise.Initiator(wire.prologue(fields.outer, fields.layout, head),
                                      self.server_key, self.ephemeral)
        return (head + struct.pack(">HH", fields.guard, fields.reserved14) + fields.token
                + self._noise.write(content))

    def read_resp(self, body: bytes) -> Resp:
        """What a RESP holds; then there is a session."""
        assert self._noise is not None
        parsed = wire.parse_resp(body)
        content, keys = self._noise.read(parsed.message)
        payload = wire.parse_payload(content, True)
        coverage = payload.options.get(wire.OPTION_COVERAGE, b"\0")
        self.session = Session(self.fields.layout, self.fields.outer, self.fields.index,
                               parsed.server_index, keys.to_responder, keys.to_initiator,
                               coverage != b"\0")
        assert payload.status is not None
        return Resp(parsed.client_index, parsed.server_index, status=payload.status,
                    time_ms=payload.time_ms, options=payload.options, segment=payload.segment,
                    type=payload.inner_type, size=len(body))


class Server:
    """A server's handshake."""

    def __init__(self, static: bytes, ephemeral: bytes) -> None:
        self.static = static
        self.ephemeral = ephemeral
        self.init = Init()
        self._noise: noise.Responder | None = None
        self.session: Session | None = None

    @property
    def public(self) -> bytes:
        """The key DNS holds."""
        return noise.public_key(self.static)

    def read_init(self, outer: int, layout: int, body: bytes) -> Init:
        """What an INIT holds."""
        parsed = wire.parse_init(body)
        self._noise = noise.Responder(wire.prologue(outer, layout, body[:12]), self.static,
                                      parsed.message)
        payload = wire.parse_payload(self._noise.read(), False)
        self.init = Init(outer, layout, parsed.index, key_id=parsed.key_id, token=parsed.token,
                         time_ms=payload.time_ms, options=payload.options,
                         segment=payload.segment, type=payload.inner_type, size=len(body))
        return self.init

    def resp(self, fields: Resp, token: bytes = bytes(range(16))) -> bytes:
        """The RESP body; options 1 and 5 are added, the coverage asked for is granted."""
        assert self._noise is not None
        options = {wire.OPTION_RESET_TOKEN: token,
                   wire.OPTION_SERVER_INDEX: fields.server_index.to_bytes(4, "big")}
        if wire.OPTION_COVERAGE in self.init.options:
            options[wire.OPTION_COVERAGE] = self.init.options[wire.OPTION_COVERAGE]
        fields = replace(fields, options={**options, **fields.options},
                         client_index=fields.client_index or self.init.index)
        content = _content(bytes([fields.status]), fields, 16)
        message, keys = self._noise.write(content, self.ephemeral)
        self.session = Session(self.init.layout, self.init.outer, fields.server_index,
                               self.init.index, keys.to_initiator, keys.to_responder,
                               fields.options.get(wire.OPTION_COVERAGE, b"\0") != b"\0")
        return struct.pack(">IIIHH", wire.KIND_RESP << 30 | fields.client_index,
                           fields.top_bits << 30 | fields.server_index, fields.reserved8,
                           fields.guard, fields.reserved14) + message


def _content(status: bytes, fields: Init | Resp, ephemeral_at: int) -> bytes:
    """P1 or P2, padded."""
    options = (wire.pack_options(fields.options) if fields.raw_options is None
               else fields.raw_options)
    content = (status + struct.pack(">QH", fields.time_ms, len(options)) + options
               + fields.segment + bytes([fields.type]))
    head = ephemeral_at + 32 + wire.TAG
    size = fields.size
    if not size:
        size = max(wire.HANDSHAKE_MINIMUM, head + len(content))
        size += -size % wire.HANDSHAKE_MULTIPLE
    return content + bytes(max(0, size - head - len(content)))


def init_of_zero(fields: Init, server_key: bytes, point: bytes) -> bytes:
    """An INIT whose e is a point of low order: the shared secret is 0, which anyone can compute.

    It is authentic to a server that does not refuse the result 0.
    """
    head = struct.pack(">IBBBBI", wire.KIND_INIT << 30 | fields.index, fields.version,
                       fields.suite, fields.key_id, 0, 0)
    hashed = hashlib.sha256(noise.NAME + wire.prologue(fields.outer, fields.layout, head)).digest()
    hashed = hashlib.sha256(hashed + server_key).digest()
    hashed = hashlib.sha256(hashed + point).digest()
    key = _mix_key(noise.NAME, bytes(32))[1]
    sealed, tag = aead.seal(key, 0, hashed, _content(b"", fields, 32))
    return (head + struct.pack(">HH", wire.GUARD, 0) + fields.token + point + sealed + tag)


def resp_of_zero(fields: Resp, init_fields: Init, init: bytes, static: bytes,
                 point: bytes) -> bytes:
    """A RESP whose e is a point of low order: ee is 0. Authentic to a client that lets 0 pass."""
    public = noise.public_key(static)
    prologue = wire.prologue(init_fields.outer, init_fields.layout, init[:12])
    hashed = hashlib.sha256(noise.NAME + prologue).digest()
    hashed = hashlib.sha256(hashed + public).digest()
    hashed = hashlib.sha256(hashed + init[32:64]).digest()
    hashed = hashlib.sha256(hashed + init[64:]).digest()
    chaining = _mix_key(noise.NAME, exchange(static, init[32:64]))[0]
    hashed = hashlib.sha256(hashed + point).digest()
    key = _mix_key(chaining, bytes(32))[1]
    sealed, tag = aead.seal(key, 0, hashed, _content(bytes([fields.status]), fields, 16))
    return struct.pack(">IIIHH", wire.KIND_RESP << 30 | fields.client_index, fields.server_index,
                       0, wire.GUARD, 0) + point + sealed + tag


def exchange(secret: bytes, public: bytes) -> bytes:
    """X25519."""
    return X25519PrivateKey.from_private_bytes(secret).exchange(
        X25519PublicKey.from_public_bytes(public))


def _mix_key(chaining: bytes, material: bytes) -> tuple[bytes, bytes]:
    """Noise HKDF with two outputs."""
    secret = hmac.new(chaining, material, hashlib.sha256).digest()
    first = hmac.new(secret, b"\1", hashlib.sha256).digest()
    return first, hmac.new(secret, first + b"\2", hashlib.sha256).digest()
