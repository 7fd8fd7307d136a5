# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Locks between several ./sst of one checkout."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sstlab.project import STATE, say


class Lock:
    """A lock file below .sst/, held by one process alone or shared by several.

    The operating system releases it when the process ends, however it ends.
    """

    def __init__(self, name: str) -> None:
        STATE.mkdir(exist_ok=True)
        self._path = STATE / f"{name}.lock"
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)

    def acquire(self, *, shared: bool = False, purpose: str = "") -> None:
        """Waits until the lock is free; says so when it has to wait."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another ./sst of this checkout {purpose}".rstrip())
            fcntl.flock(self._file, kind)

    def release(self) -> None:
        """Gives the lock up and closes its file."""
        os.close(self._file)


@contextmanager
def exclusive(name: str, purpose: str = "") -> Iterator[None]:
    """Holds lock `name` alone for the body of a with statement."""
    lock = Lock(name)
    lock.acquire(purpose=purpose)
    try:
        yield
    finally:
        lock.release()
