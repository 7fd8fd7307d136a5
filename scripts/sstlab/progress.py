# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Progress on standard error: a bar on a terminal, a line every ten seconds without one."""

from __future__ import annotations

import shutil
import sys
import time

LINE_EVERY_S = 10.0
DRAW_EVERY_S = 0.1
BAR_WIDTH = 24


class Progress:
    """Shows how many of `total` steps are done."""

    def __init__(self, what: str, total: int, unit: str) -> None:
        self._what = what
        self._total = total
        self._unit = unit
        self._terminal = sys.stderr.isatty()
        self._start = time.monotonic()
        self._shown = self._start
        self._drawn = False

    def update(self, done: int, total: int | None = None, detail: str = "") -> None:
        """Shows the state, unless it was shown a moment ago."""
        self._total = total if total is not None else self._total
        now = time.monotonic()
        every = DRAW_EVERY_S if self._terminal else LINE_EVERY_S
        last = self._terminal and done >= self._total
        if now - self._shown < every and not last:
            return
        self._shown = now
        if self._terminal:
            self._draw(done, now, detail)
        else:
            print(f"sst: {self._what}: {self._text(done, now)} {detail}".rstrip(),
                  file=sys.stderr, flush=True)

    def finish(self) -> None:
        """Removes the bar, so that what follows starts on an empty line."""
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False

    def _text(self, done: int, now: float) -> str:
        elapsed = now - self._start
        text = f"{done}/{self._total} {self._unit}, {_minutes(elapsed)}"
        if 0 < done < self._total and elapsed > 2:
            text += f", about {_minutes(elapsed / done * (self._total - done))} left"
        return text

    def _draw(self, done: int, now: float, detail: str) -> None:
        share = done / self._total if self._total else 1.0
        bar = "#" * int(share * BAR_WIDTH)
        line = f"{self._what} [{bar:-<{BAR_WIDTH}}] {self._text(done, now)}  {detail}"
        width = shutil.get_terminal_size().columns
        print(f"\r\x1b[K{line[:width - 1]}", end="", file=sys.stderr, flush=True)
        self._drawn = True


def _minutes(seconds: float) -> str:
    """Seconds as M:SS."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
