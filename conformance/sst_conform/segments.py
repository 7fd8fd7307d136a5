# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""TCP and UDP segments and ICMP messages, as a stack makes them."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

from sst_reference import segment as inner
from sst_reference.wire import ICMP, ICMP6, TCP, UDP

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def raw(address: str) -> bytes:
    """4 or 16 bytes."""
    return ipaddress.ip_address(address).packed


@dataclass(frozen=True)
class Route:
    """From where to where a segment goes."""

    source: str
    source_port: int
    destination: str
    destination_port: int

    def reversed(self) -> Route:
        """The way back."""
        return Route(self.destination, self.destination_port, self.source, self.source_port)

    @property
    def is_v6(self) -> bool:
        """Whether the addresses are of IPv6."""
        return ":" in self.source


def with_checksum(protocol: int, segment: bytes, route: Route) -> bytes:
    """The segment with the right checksum."""
    return inner.compute_checksum(protocol, segment, raw(route.source), raw(route.destination))


def without_checksum(protocol: int, segment: bytes) -> bytes:
    """As it is sealed: the checksum is zero."""
    return inner.without_checksum(protocol, segment)


def tcp(route: Route, flags: int, payload: bytes = b"", *, sequence: int = 1000,
        acknowledged: int = 0, options: bytes = b"") -> bytes:
    """A TCP segment."""
    options += bytes(-len(options) % 4)
    header = struct.pack(">HHIIBBHHH", route.source_port, route.destination_port,
                         sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF,
                         (20 + len(options)) // 4 << 4, flags, 65535, 0, 0)
    return with_checksum(TCP, header + options + payload, route)


def udp(route: Route, payload: bytes) -> bytes:
    """A UDP datagram."""
    header = struct.pack(">HHHH", route.source_port, route.destination_port, 8 + len(payload), 0)
    return with_checksum(UDP, header + payload, route)


def unreachable(quoted_route: Route, protocol: int, quoted: bytes, code: int = 3) -> bytes:
    """Port unreachable: what the receiver of `quoted` sends back; IPv6 type 1 code 4."""
    packet = ip_packet(quoted_route, protocol, quoted)
    return icmp_error(quoted_route.reversed(), (1, 4) if quoted_route.is_v6 else (3, code), packet)


def icmp_error(route: Route, kind: tuple[int, int], packet: bytes, word: int = 0) -> bytes:
    """An ICMP error about `packet`, which begins with its IP header; `word`: bytes 4 to 7."""
    message = struct.pack(">BBHI", kind[0], kind[1], 0, word) + packet
    return with_checksum(ICMP6 if route.is_v6 else ICMP, message, route)


def extension_headers(kinds: tuple[int, ...], protocol: int) -> bytes:
    """IPv6 extension headers of these types, 8 bytes each, as `ip_packet` takes them."""
    following = (*kinds[1:], protocol)
    headers = b"".join(bytes([one, 0, 1, 4, 0, 0, 0, 0]) if kind != 43
                       else bytes([one, 0, 253, 0, 0, 0, 0, 0])
                       for kind, one in zip(kinds, following))
    return bytes(kinds[:1]) + headers


def ip_packet(route: Route, protocol: int, data: bytes, *, marked: bool = False,
              extension: bytes = b"", size: int | None = None) -> bytes:
    """An IP packet; `extension`: IPv6 extension headers, the first's type in front of them."""
    length = len(data) + max(0, len(extension) - 1) if size is None else size
    source, destination = raw(route.source), raw(route.destination)
    if route.is_v6:
        word = 6 << 28 | (0xAC << 20 if marked else 0)
        following = extension[0] if extension else protocol
        return struct.pack(">IHBB", word, length, following, 64) + source + destination \
            + extension[1:] + data
    flags = 0xC000 if marked else 0x4000
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, flags, 64, protocol, 0)
    total = inner.checksum(header + source + destination)
    return header[:10] + total.to_bytes(2, "big") + source + destination + data


def icmp_of(address: str) -> int:
    """ICMP or ICMPv6."""
    return ICMP6 if ":" in address else ICMP


def ports(segment: bytes) -> tuple[int, int]:
    """Source and destination port."""
    source, destination = struct.unpack(">HH", segment[:4])
    return source, destination


def flags(segment: bytes) -> int:
    """The flags of a TCP segment."""
    return segment[13]


def sequence(segment: bytes) -> int:
    """The sequence number of a TCP segment."""
    return int.from_bytes(segment[4:8], "big")


def payload(protocol: int, segment: bytes) -> bytes:
    """What a segment carries."""
    return segment[(segment[12] >> 4) * 4:] if protocol == TCP else segment[8:]


def checksum_is_right(protocol: int, segment: bytes, route: Route) -> bool:
    """Whether a delivered segment has the checksum its stack expects."""
    return with_checksum(protocol, segment, route) == segment
