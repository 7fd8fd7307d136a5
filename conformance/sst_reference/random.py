# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""The deterministic source "sst-test-random": a stream of blocks for each purpose."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

INDEX = "INDEX"
EPHEMERAL = "EPHEMERAL"
SECRET = "SECRET"
PORT = "PORT"
RETRY = "RETRY"
PURPOSES = (INDEX, EPHEMERAL, SECRET, PORT, RETRY)


class TestRandom:
    """Block i of a stream is SHA-256(seed(8 bytes BE) | purpose | i(8 bytes BE))."""

    __test__ = False  # not a test of pytest

    def __init__(self, seed: int, first: Mapping[str, Sequence[bytes]] | None = None) -> None:
        """@param first what a purpose gives before its stream begins, one a draw"""
        self._seed = (seed % 2**64).to_bytes(8, "big")
        self._next = dict.fromkeys(PURPOSES, 0)
        self._first = {purpose: list(draws) for purpose, draws in (first or {}).items()}

    def fill(self, purpose: str, size: int) -> bytes:
        """`size` bytes: as many new whole blocks as that takes, the rest of them discarded."""
        if self._first.get(purpose):
            given = self._first[purpose].pop(0)
            if len(given) != size:
                raise ValueError(f"a draw of {purpose} takes {size} bytes, {len(given)} are given")
            return given
        out = b""
        while len(out) < size:
            block = self._next[purpose].to_bytes(8, "big")
            out += hashlib.sha256(self._seed + purpose.encode() + block).digest()
            self._next[purpose] += 1
        return out[:size]
