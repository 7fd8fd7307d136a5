# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""What flows that ended leave behind: tombstones, in four kinds with a bound each."""

from __future__ import annotations

from collections.abc import Iterator

from sst_reference.state import FlowKey, Tombstone


class Tombstones:
    """"Of flows opened here and of flows that peers opened apart, and of each those for 24 h apart
    from shorter ones: up to 65536 for 24 h, 16384 shorter ones. In each of these four the one put
    there first makes room." (TOMB-5)
    """

    def __init__(self, bound: int) -> None:
        self._bounds = {True: bound, False: max(1, bound // 4)}  # by whether it is for 24 h
        self._kinds: dict[tuple[bool, bool], dict[FlowKey, Tombstone]] = {
            (opened_here, is_long): {} for opened_here in (True, False)
            for is_long in (True, False)}

    def put(self, key: FlowKey, stone: Tombstone) -> None:
        """In the place of the one that is there."""
        self.pop(key)
        kind = self._kinds[(stone.opened_here, stone.is_long)]
        kind[key] = stone
        if len(kind) > self._bounds[stone.is_long]:
            del kind[next(iter(kind))]

    def get(self, key: FlowKey) -> Tombstone | None:
        """The one of this tuple."""
        return next((kind[key] for kind in self._kinds.values() if key in kind), None)

    def pop(self, key: FlowKey) -> Tombstone | None:
        """The one that was there."""
        for kind in self._kinds.values():
            if key in kind:
                return kind.pop(key)
        return None

    def __iter__(self) -> Iterator[FlowKey]:
        return (key for kind in self._kinds.values() for key in kind)

    def values(self) -> Iterator[Tombstone]:
        """All of them."""
        return (stone for kind in self._kinds.values() for stone in kind.values())
