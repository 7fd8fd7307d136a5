# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""What is carried: TCP and UDP segments and ICMP errors, their checksums, and quoted packets.

Addresses are 4 or 16 raw bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from sst_reference import wire
from sst_reference.wire import ICMP, ICMP6, TCP, UDP, Refused

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

CHECKSUM_AT = {TCP: 16, UDP: 6, ICMP: 2, ICMP6: 2}
MINIMUM = {TCP: 20, UDP: 8, ICMP: 8, ICMP6: 8}
ICMP_HEADER = 8

# Inside a session: "types 3, 4, 5, 11 and 12 of ICMP, types below 128 of ICMPv6" (TYPE-4).
ICMP_ERRORS = {ICMP: (3, 4, 5, 11, 12), ICMP6: tuple(range(128))}
# From the wire: "ICMP types 3, 11 and 12 and ICMPv6 types 1 to 4" (ICMP-1).
ICMP_ABOUT_US = {ICMP: (3, 11, 12), ICMP6: (1, 2, 3, 4)}
EXTENSION_HEADERS = (0, 43, 60)
FRAGMENT_HEADER = 44


def ports(segment: bytes) -> tuple[int, int]:
    """Source and destination port."""
    return wire.udp_ports(segment)


def with_ports(segment: bytes, source: int | None = None, destination: int | None = None) -> bytes:
    """The same segment with another port."""
    old = ports(segment)
    new = (old[0] if source is None else source, old[1] if destination is None else destination)
    return struct.pack(">HH", *new) + segment[4:]


def tcp_flags(segment: bytes) -> int:
    """The low byte of the flags."""
    return segment[13]


def tcp_sequence(segment: bytes) -> int:
    """The sequence number."""
    return int.from_bytes(segment[4:8], "big")


def tcp_header(segment: bytes) -> int:
    """Bytes of the TCP header as its data offset says."""
    return segment[12] >> 4 << 2


def tcp_acknowledged(segment: bytes) -> int:
    """The acknowledgment number."""
    return int.from_bytes(segment[8:12], "big")


def is_syn_ack(segment: bytes) -> bool:
    """The answer to an opening segment: SYN and ACK without RST."""
    return tcp_flags(segment) & (SYN | ACK | RST) == SYN | ACK


def is_syn(segment: bytes) -> bool:
    """An opening segment: SYN without ACK and RST."""
    return tcp_flags(segment) & (SYN | ACK | RST) == SYN


def is_bare_syn(segment: bytes) -> bool:
    """"A SYN without ACK, RST, FIN and payload": what may be early data."""
    return (is_syn(segment) and not tcp_flags(segment) & FIN
            and tcp_header(segment) == len(segment))


# ------------------------------------------------------------------------------------- checksums


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def pseudo_header(protocol: int, source: bytes, destination: bytes, length: int) -> bytes:
    """Of IPv4 or IPv6, after the addresses."""
    if len(source) == 4:
        return source + destination + struct.pack(">BBH", 0, protocol, length)
    return source + destination + struct.pack(">IHBB", length, 0, 0, protocol)


def with_checksum(protocol: int, segment: bytes, value: int) -> bytes:
    """The segment with this checksum; as it is where too short."""
    at = CHECKSUM_AT[protocol]
    if len(segment) < at + 2:
        return segment
    return segment[:at] + value.to_bytes(2, "big") + segment[at + 2:]


def without_checksum(protocol: int, segment: bytes) -> bytes:
    """"The L4 checksum is set to zero in the segment before it is split or sealed"."""
    return with_checksum(protocol, segment, 0)


def compute_checksum(protocol: int, segment: bytes, source: bytes, destination: bytes) -> bytes:
    """The segment with its checksum as RFC 9293, 768, 792 and 4443 have it."""
    segment = without_checksum(protocol, segment)
    pseudo = b"" if protocol == ICMP else pseudo_header(protocol, source, destination,
                                                        len(segment))
    value = checksum(pseudo + segment)
    if protocol == UDP and value == 0:
        value = 0xFFFF
    return with_checksum(protocol, segment, value)


def check_inner(protocol: int, segment: bytes) -> None:
    """Raises inner-length, inner-checksum or inner-type for what must not be delivered.

    "Non-zero inside: drop `inner-checksum`. UDP length unequal to the segment's: drop
    `inner-length`."
    """
    # "An inner ICMP message MUST be an error that quotes a packet" (TYPE-4)
    if protocol in ICMP_ERRORS and segment and segment[0] not in ICMP_ERRORS[protocol]:
        raise Refused("inner-type")
    check_form(protocol, segment)
    at = CHECKSUM_AT[protocol]
    if any(segment[at:at + 2]):
        raise Refused("inner-checksum")


def check_form(protocol: int, segment: bytes) -> None:
    """Raises inner-length: "a TCP segment shorter than 20 bytes or than its data offset says, or
    whose data offset is below 5, a UDP datagram shorter than 8 bytes or whose length field is not
    its length, and an ICMP message or quote cut before the quoted ports" (TYPE-7).
    """
    good = len(segment) >= MINIMUM[protocol]
    if good and protocol == TCP:
        good = 20 <= tcp_header(segment) <= len(segment)
    elif good and protocol == UDP:
        good = int.from_bytes(segment[4:6], "big") == len(segment)
    elif good:
        good = parse_icmp(protocol, segment) is not None
    if not good:
        raise Refused("inner-length")


def udp_packet(source_port: int, destination_port: int, body: bytes, source: bytes,
               destination: bytes) -> bytes:
    """Layout U: "outer protocol 17 with a valid UDP header (checksum computed)"."""
    header = struct.pack(">HHHH", source_port, destination_port, len(body) + wire.UDP_HEADER, 0)
    return compute_checksum(UDP, header + body, source, destination)


# ------------------------------------------------------------------------------------- ICMP


@dataclass(frozen=True)
class Quote:
    """The packet an ICMP error is about."""

    protocol: int
    source: bytes
    destination: bytes
    marked: bool
    header: bytes  # the IP header with its extension headers
    payload: bytes  # as much as is quoted

    @property
    def ports(self) -> tuple[int, int]:
        return ports(self.payload)


def parse_icmp(protocol: int, message: bytes, from_the_wire: bool = False) -> Quote | None:
    """The quote of an ICMP error, None for everything else, and where less than ports is quoted.

    @param from_the_wire the quoted packet may be a first fragment
    """
    if len(message) < ICMP_HEADER or message[0] not in ICMP_ERRORS[protocol]:
        return None
    quote = parse_ip(message[ICMP_HEADER:], 4 if protocol == ICMP else 6, from_the_wire)
    return quote if quote is not None and len(quote.payload) >= 4 else None


def quotes_marked(protocol: int, message: bytes, source: bytes) -> bool:
    """Whether an error with no ports in its quote is about a marked packet from here: of TCP or
    UDP, or of what nobody can tell.
    """
    packet = message[ICMP_HEADER:]
    if protocol == ICMP:
        size = (packet[0] & 15) * 4 if packet else 0
        return len(packet) >= 20 and packet[0] >> 4 == 4 and 20 <= size <= len(packet) \
            and packet[12:16] == source and bool(packet[6] & 0x80) and packet[9] in (TCP, UDP)
    if len(packet) < 40 or packet[0] >> 4 != 6 or packet[8:24] != source \
            or int.from_bytes(packet[:2], "big") >> 4 & 0xFC != 0xAC:
        return False
    following, at = packet[6], 40
    while following in (*EXTENSION_HEADERS, FRAGMENT_HEADER):
        if len(packet) < at + 8:
            return True
        fragment = following == FRAGMENT_HEADER
        later = fragment and int.from_bytes(packet[at + 2:at + 4], "big") >> 3 != 0
        following, size = packet[at], 8 if fragment else 8 + packet[at + 1] * 8
        if later:
            break
        if at + size > len(packet):
            return True
        at += size
    return following in (TCP, UDP)


def parse_ip(packet: bytes, version: int, from_the_wire: bool) -> Quote | None:
    """A whole or cut IP packet; None where the header is not that of one, or of a fragment."""
    if version == 4:
        size = (packet[0] & 15) * 4 if packet else 0
        if len(packet) < 20 or packet[0] >> 4 != 4 or not 20 <= size <= len(packet):
            return None
        if int.from_bytes(packet[6:8], "big") & 0x1FFF:
            return None
        return Quote(packet[9], packet[12:16], packet[16:20], bool(packet[6] & 0x80),
                     packet[:size], packet[size:])
    if len(packet) < 40 or packet[0] >> 4 != 6:
        return None
    protocol, size = packet[6], 40
    while protocol in EXTENSION_HEADERS or protocol == FRAGMENT_HEADER and from_the_wire:
        if len(packet) < size + 8:
            return None
        fragment = protocol == FRAGMENT_HEADER
        if fragment and int.from_bytes(packet[size + 2:size + 4], "big") >> 3:
            return None  # not the first: nothing of the transport header is in it
        protocol, size = packet[size], size + (8 if fragment else 8 + packet[size + 1] * 8)
        if size > len(packet):
            return None
    traffic_class = int.from_bytes(packet[:2], "big") >> 4 & 0xFF
    # The mark's default: DSCP 43.
    return Quote(protocol, packet[8:24], packet[24:40], traffic_class & 0xFC == 0xAC,
                 packet[:size], packet[size:])


def rebuild_icmp(message: bytes, quote: Quote, header: bytes, payload: bytes) -> bytes:
    """The message with another IP header and payload in its quote."""
    assert len(message) == ICMP_HEADER + len(quote.header) + len(quote.payload)
    return message[:ICMP_HEADER] + header + payload


def with_addresses(header: bytes, source: bytes, destination: bytes) -> bytes:
    """A quoted IP header with other addresses; that of IPv4 gets its checksum."""
    if len(source) == 16:
        return header[:8] + source + destination + header[40:]
    header = header[:10] + bytes(2) + source + destination + header[20:]
    return header[:10] + checksum(header).to_bytes(2, "big") + header[12:]


def ip_header(protocol: int, source: bytes, destination: bytes, length: int) -> bytes:
    """The shortest header of a packet with `length` bytes behind it; IPv4: DF."""
    if len(source) == 4:
        header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64, protocol, 0)
        return with_addresses(header + bytes(8), source, destination)
    return struct.pack(">IHBB", 6 << 28, length, protocol, 64) + source + destination
