# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Packets as bytes: the four kinds in both layouts, and what is sealed inside INIT and RESP.

`body` is everything from offset 0 of the protocol's pictures; in layout U a UDP header stands
before it. Builders take what is valid; parsers take anything and raise Refused with a reason.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

LAYOUT_N = 0
LAYOUT_U = 1

ICMP = 1
TCP = 6
UDP = 17
ICMP6 = 58
NOTHING = 59

KIND_DATA = 0
KIND_INIT = 1
KIND_RESP = 2
KIND_CTRL = 3

VERSION = 1
SUITE = 1
GUARD = 0x5010
INDEX_MASK = 0x3FFFFFFF
ZERO_TOKEN = bytes(16)
SUB_RETRY = 1
SUB_RESET = 2

COVERAGE_SEGMENT = 0
COVERAGE_HEADER = 1
COVERAGE_PORTS = 2
EVERYTHING = 255

OPTION_RESET_TOKEN = 1
OPTION_COVERAGE = 3
OPTION_SERVER_INDEX = 5
OPTION_LENGTHS = {OPTION_RESET_TOKEN: 16, OPTION_COVERAGE: 1, OPTION_SERVER_INDEX: 4}

STATUS_EARLY_ACCEPTED = 1
STATUS_CLOCK_OUTSIDE = 2

HANDSHAKE_MINIMUM = 256
HANDSHAKE_MULTIPLE = 64
UDP_HEADER = 8
SKELETON = 16
TAG = 16
INIT_EPHEMERAL = 32
RESP_EPHEMERAL = 16
RETRY_SIZE = 48
RESET_SIZE = 32

# Bytes of the IP packet beyond the IP header and the segment; narrow coverage takes one more.
OVERHEAD = {LAYOUT_N: 27, LAYOUT_U: 33}


class Refused(Exception):
    """A packet that is not what it has to be; `reason` is a name of the closed set."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Init:
    index: int
    key_id: int
    token: bytes
    ephemeral: bytes
    message: bytes  # what Noise reads: e | AEAD(P1)


@dataclass(frozen=True)
class Resp:
    client_index: int
    server_index: int
    message: bytes  # what Noise reads: e | AEAD(P2)


@dataclass(frozen=True)
class Data:
    index: int
    number: int
    head: bytes  # bytes 0..7, authenticated
    tag: bytes
    n: int | None  # None: the session has no narrow coverage
    sealed: bytes
    rest: bytes  # of the segment, in clear


@dataclass(frozen=True)
class Ctrl:
    index: int
    sub: int
    head: bytes  # bytes 0..15 as received
    token: bytes
    mac: bytes


@dataclass
class Payload:
    """P1 or P2."""

    time_ms: int
    inner_type: int = NOTHING
    segment: bytes = b""
    options: dict[int, bytes] = field(default_factory=dict)
    status: int | None = None  # None in P1


def kind_of(body: bytes) -> int:
    """T, the first two bits."""
    return body[0] >> 6


def index_of(body: bytes) -> int:
    """The 30 bits after T."""
    return int.from_bytes(body[:4], "big") & INDEX_MASK


# ------------------------------------------------------------------------------------- INIT


def init_head(index: int, key_id: int, version: int = VERSION, suite: int = SUITE) -> bytes:
    """INIT bytes 0..11: `T(2) | client index(30)`, `version | suite | key_id | 0`, `0(32)`."""
    return struct.pack(">IBBBBI", KIND_INIT << 30 | index, version, suite, key_id, 0, 0)


def prologue(outer: int, layout: int, head: bytes) -> bytes:
    """`"SSTv1" | outer protocol(8) | layout(8: N=0, U=1) | INIT bytes 0..11`."""
    return b"SSTv1" + bytes([outer, layout]) + head


def build_init(head: bytes, token: bytes, message: bytes) -> bytes:
    """`head | 0x5010 | 0(16) | token(16) | e(32) | AEAD(P1)`."""
    return head + struct.pack(">HH", GUARD, 0) + token + message


def with_token(body: bytes, token: bytes) -> bytes:
    """The same INIT with another token, which lies outside every AEAD."""
    return body[:16] + token + body[32:]


def without_guard(body: bytes) -> bytes:
    """What is compared of two packets that have to be the same: routers may rewrite the guard."""
    return body[:12] + body[14:]


def parse_init(body: bytes) -> Init:
    """Raises length, version, suite or reserved."""
    if len(body) < HANDSHAKE_MINIMUM or len(body) % HANDSHAKE_MULTIPLE:
        raise Refused("length")
    if body[4] != VERSION:
        raise Refused("version")
    if body[5] != SUITE:
        raise Refused("suite")
    # "Fields drawn as 0 must be 0 in INIT, RESP, CTRL, else drop `reserved`."
    if body[7] or any(body[8:12]) or any(body[14:16]):
        raise Refused("reserved")
    return Init(index_of(body), body[6], body[16:32], body[32:64], body[32:])


# ------------------------------------------------------------------------------------- RESP


def build_resp(client_index: int, server_index: int, message: bytes) -> bytes:
    """`T | client index`, `00 | server index`, `0(32)`, `0x5010 | 0(16)`, `e(32)`, `AEAD(P2)`."""
    return struct.pack(">IIIHH", KIND_RESP << 30 | client_index, server_index, 0, GUARD,
                       0) + message


def parse_resp(body: bytes) -> Resp:
    """Raises length or reserved."""
    if len(body) < HANDSHAKE_MINIMUM or len(body) % HANDSHAKE_MULTIPLE:
        raise Refused("length")
    if body[4] >> 6 or any(body[8:12]) or any(body[14:16]):
        raise Refused("reserved")
    return Resp(index_of(body), int.from_bytes(body[4:8], "big"), body[16:])


# ------------------------------------------------------------------------------------- DATA


def data_head(index: int, number: int) -> bytes:
    """DATA bytes 0..7: `T(2) | receiver index(30)`, `packet number(32)`."""
    return struct.pack(">II", index, number)


def build_data(layout: int, head: bytes, tag: bytes, n: int | None, sealed: bytes,
               rest: bytes) -> bytes:
    """N: `tag[0..3]` at 8, the guard at 12, `tag[4..15]` at 14; U: the tag at 8, no guard."""
    narrow = b"" if n is None else bytes([n])
    if layout == LAYOUT_N:
        return head + tag[:4] + struct.pack(">H", GUARD) + tag[4:] + narrow + sealed + rest
    return head + tag + narrow + sealed + rest


def parse_data(layout: int, body: bytes, narrow: bool) -> Data:
    """Raises length."""
    start = 26 if layout == LAYOUT_N else 24
    # At least the type is sealed.
    if len(body) < start + (2 if narrow else 1):
        raise Refused("length")
    tag = body[8:12] + body[14:26] if layout == LAYOUT_N else body[8:24]
    n = None
    sealed, rest = body[start:], b""
    if narrow:
        n = body[start]
        sealed = body[start + 1:]
        # "n < 255: AEAD(first n bytes of the segment | type), exactly n+1 bytes, no padding |
        # rest of the segment in clear"
        if n < EVERYTHING:
            if len(sealed) < n + 1:
                raise Refused("length")
            sealed, rest = sealed[:n + 1], sealed[n + 1:]
    return Data(index_of(body), int.from_bytes(body[4:8], "big"), body[:8], tag, n, sealed, rest)


# ------------------------------------------------------------------------------------- CTRL


def ctrl_head(index: int, sub: int) -> bytes:
    """CTRL bytes 0..15."""
    return struct.pack(">IBBHIHH", KIND_CTRL << 30 | index, VERSION, sub, 0, 0, GUARD, 0)


def build_retry(index: int, token: bytes, mac: bytes) -> bytes:
    """`sub 1 RETRY: token(16) mac(16), 48 bytes in all`."""
    return ctrl_head(index, SUB_RETRY) + token + mac


def build_reset(index: int, token: bytes) -> bytes:
    """`sub 2 RESET: token(16), 32 bytes in all`."""
    return ctrl_head(index, SUB_RESET) + token


def parse_ctrl(body: bytes) -> Ctrl:
    """Raises length, version, reserved or ctrl-unknown, in the order of PKT-9."""
    if len(body) < SKELETON:
        raise Refused("length")
    if body[4] != VERSION:
        raise Refused("version")
    if any(body[6:12]) or any(body[14:16]):
        raise Refused("reserved")
    size = {SUB_RETRY: RETRY_SIZE, SUB_RESET: RESET_SIZE}.get(body[5])
    if size is None:
        raise Refused("ctrl-unknown")
    # "Sizes exact: RETRY 48, RESET 32, else `length`."
    if len(body) != size:
        raise Refused("length")
    return Ctrl(index_of(body), body[5], body[:16], body[16:32], body[32:48])


# ------------------------------------------------------------------------------------- P1, P2


def pack_options(options: dict[int, bytes]) -> bytes:
    """`option = type(8) | length(8) | value, types strictly ascending`."""
    return b"".join(bytes([kind, len(value)]) + value for kind, value in sorted(options.items()))


def parse_options(data: bytes) -> dict[int, bytes]:
    """Raises options, or coverage. "Unknown ignored; a known one of wrong length refused"."""
    found: dict[int, bytes] = {}
    last = -1
    while data:
        if len(data) < 2 or len(data) < 2 + data[1] or data[0] <= last:
            raise Refused("options")
        last, value, data = data[0], data[2:2 + data[1]], data[2 + data[1]:]
        if last in OPTION_LENGTHS:
            if len(value) != OPTION_LENGTHS[last]:
                raise Refused("options")
            if last == OPTION_COVERAGE and value[0] > COVERAGE_PORTS:
                raise Refused("coverage")
            found[last] = value
    return found


def pack_payload(payload: Payload) -> bytes:
    """P1 or P2, padded with zeros so that the whole packet is as long as it has to be.

    "INIT packet from offset 0: at least 256 bytes, a multiple of 64. RESP packet: the same".
    """
    options = pack_options(payload.options)
    content = b"" if payload.status is None else bytes([payload.status])
    content += struct.pack(">QH", payload.time_ms, len(options)) + options
    content += payload.segment + bytes([payload.inner_type])
    start = INIT_EPHEMERAL if payload.status is None else RESP_EPHEMERAL
    size = max(HANDSHAKE_MINIMUM, start + 32 + len(content) + TAG)
    size += -size % HANDSHAKE_MULTIPLE
    return content + bytes(size - start - 32 - TAG - len(content))


def parse_payload(content: bytes, with_status: bool) -> Payload:
    """Raises options, coverage or inner-type."""
    status = None
    if with_status:
        status, content = content[0], content[1:]
    time_ms, length = struct.unpack(">QH", content[:10])
    content = content[10:]
    if length > len(content):
        raise Refused("options")
    options = parse_options(content[:length])
    segment, inner_type = split_type(content[length:])
    return Payload(time_ms, inner_type, segment, options, status)


def split_type(content: bytes) -> tuple[bytes, int]:
    """`segment | type(1) | 00*`: the type is the last byte that is not zero."""
    content = content.rstrip(b"\0")
    if not content:
        raise Refused("inner-type")
    return content[:-1], content[-1]


# ------------------------------------------------------------------------------------- layout U


def udp_ports(packet: bytes) -> tuple[int, int]:
    """Source and destination port."""
    return int.from_bytes(packet[:2], "big"), int.from_bytes(packet[2:4], "big")


def parse_udp(packet: bytes) -> bytes:
    """The body behind a UDP header; raises length. The checksum is not verified: the AEAD is."""
    if len(packet) < UDP_HEADER or int.from_bytes(packet[4:6], "big") != len(packet):
        raise Refused("length")
    return packet[UDP_HEADER:]
