# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""The value of `key65280` in a host's SVCB record."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sst_reference import wire

FLAG_EARLY_SYN = 1
FLAG_EARLY_UDP = 2
FLAG_LAYOUT_U = 4
FLAG_STRICT = 8
MAX_ENTRIES = 4
ENTRY_LENGTH = 40


@dataclass(frozen=True)
class Entry:
    version: int
    suite: int
    key_id: int
    flags: int
    not_after: int
    public_key: bytes

    def usable(self, unix_ms: int) -> bool:
        """Within its time: "not_after(32, Unix s, 0 none)"."""
        return self.not_after == 0 or unix_ms // 1000 <= self.not_after


def build(entries: list[Entry]) -> bytes:
    """The value of these entries."""
    return b"".join(struct.pack(">BBBBBI", ENTRY_LENGTH, entry.version, entry.suite, entry.key_id,
                                entry.flags, entry.not_after) + entry.public_key
                    for entry in entries)


def parse(value: bytes) -> tuple[str, list[Entry]]:
    """Status and the entries of version 1 and suite 1.

    "Empty, truncated, trailing bytes, equal key_id and suite twice, zero or low-order key: the
    whole value is invalid = present but unusable". The first fault from the front names it.

    @return ok with at least one entry, or empty, truncated, trailing, too-many, duplicate,
            low-order, no-usable with none
    """
    if not value:
        return "empty", []
    entries: list[Entry] = []
    seen: set[tuple[int, int]] = set()
    count = 0
    while value:
        length, rest = value[0], value[1:]
        if len(rest) < length:
            return "truncated", []
        # "1 to 4 entries (skipped ones included)"
        if count == MAX_ENTRIES:
            return "too-many", []
        count += 1
        if length == 0:
            return "trailing", []
        entry, value = rest[:length], rest[length:]
        # "Unknown version or suite: skip the entry"
        if entry[0] != wire.VERSION:
            continue
        if length < 3:
            return "truncated", []
        suite, key_id = entry[1], entry[2]
        if (suite, key_id) in seen:
            return "duplicate", []
        seen.add((suite, key_id))
        if suite != wire.SUITE:
            continue
        if length != ENTRY_LENGTH:
            return "truncated" if length < ENTRY_LENGTH else "trailing", []
        if low_order(entry[8:40]):
            return "low-order", []
        entries.append(Entry(entry[0], suite, key_id, entry[3],
                             int.from_bytes(entry[4:8], "big"), entry[8:40]))
    return ("ok", entries) if entries else ("no-usable", [])


def low_order(key: bytes) -> bool:
    """Whether X25519 with any scalar gives 0: scalars are multiples of 8, one tells for all."""
    try:
        X25519PrivateKey.from_private_bytes(bytes(range(32))).exchange(
            X25519PublicKey.from_public_bytes(key))
    except ValueError:
        return True
    return False
