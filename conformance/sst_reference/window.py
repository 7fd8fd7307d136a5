# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""The replay window, the obvious way: a set of the numbers met."""

from __future__ import annotations

SIZE = 2048


class Window:
    """Numbers of one epoch, of which the last 2048 below the highest may still come."""

    def __init__(self) -> None:
        self._top = -1
        self._seen: set[int] = set()

    def refuses(self, number: int) -> bool:
        """Met before, or too old to tell."""
        return number in self._seen or number <= self._top - SIZE

    def mark(self, number: int) -> None:
        """To be called only after the tag verified."""
        self._top = max(self._top, number)
        self._seen.add(number)
        if len(self._seen) > 2 * SIZE:
            self._seen = {kept for kept in self._seen if kept > self._top - SIZE}
