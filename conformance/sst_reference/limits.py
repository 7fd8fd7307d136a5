# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""What keeps a server's work bounded: buckets per address, and the secrets of RETRY tokens.

A bucket for each site and area, without bound: the fixed tables of a real endpoint differ from this
only where two of them share a bucket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sst_reference import random, tokens
from sst_reference.random import TestRandom

SECOND = 10**9
SLOT = 120 * SECOND


def site(address: bytes) -> bytes:
    """"IPv4 address or IPv6 /64"."""
    return address if len(address) == 4 else address[:8]


def area(address: bytes) -> bytes:
    """"The first 48 bits of an IPv6 address"."""
    return address[:6]


class Bucket:
    """So many a second, a burst of one second."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._credit = rate * SECOND
        self._at = 0

    def _fill(self, now: int) -> None:
        self._credit = min(self._rate * SECOND, self._credit + (now - self._at) * self._rate)
        self._at = now

    def empty(self, now: int) -> bool:
        self._fill(now)
        return self._credit < SECOND

    def take(self, now: int) -> bool:
        """False when it is empty."""
        if self.empty(now):
            return False
        self._credit -= SECOND
        return True


class SiteTable:
    """A bucket and a number of half-open sessions for each site, or each area."""

    def __init__(self, rate: int, part: Callable[[bytes], bytes] = site) -> None:
        self._rate = rate
        self._part = part
        self._buckets: dict[bytes, Bucket] = {}
        self._half_open: Counter[bytes] = Counter()

    def bucket(self, address: bytes) -> Bucket:
        return self._buckets.setdefault(self._part(address), Bucket(self._rate))

    def half_open(self, address: bytes) -> int:
        """Half-open sessions that count with this address."""
        return self._half_open[self._part(address)]

    def count(self, address: bytes, change: int) -> None:
        """A half-open session more or less."""
        self._half_open[self._part(address)] += change


class RetrySecrets:
    """"Token = HMAC(secret of 120 s, client address | key_id | slot), two slots"."""

    def __init__(self, source: TestRandom) -> None:
        self._source = source
        self._secrets: dict[int, bytes] = {}

    def _secret(self, now: int) -> int:
        slot = now // SLOT
        self._secrets = {kept: secret for kept, secret in self._secrets.items()
                         if kept >= slot - 1}
        if slot not in self._secrets:
            self._secrets[slot] = self._source.fill(random.RETRY, 32)
        return slot

    def make(self, client: bytes, key_id: int, now: int) -> bytes:
        """A token of this slot."""
        slot = self._secret(now)
        return tokens.retry_token(self._secrets[slot], client, key_id, slot)

    def valid(self, token: bytes, client: bytes, key_id: int, now: int) -> bool:
        """Made in this slot or the one before."""
        if not any(token):
            return False
        self._secret(now)
        return any([tokens.same(token, tokens.retry_token(secret, client, key_id, slot))
                    for slot, secret in self._secrets.items()])
