# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Keys, packet numbers and epochs of one session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sst_reference import aead
from sst_reference.aead import EPOCH_BITS, STOP
from sst_reference.wire import Refused
from sst_reference.window import Window

SECOND = 10**9
LAST_EPOCH = 255
EPOCH_TIME = 900 * SECOND
EPOCH_RESERVE = 32
OLD_EPOCH_TIME = 3 * SECOND
SECOND_HALF = 1 << EPOCH_BITS - 1


class Rejected(Refused):
    """A packet that is authentic and refused all the same: dropped whether marked or not."""


class Exhausted(Exception):
    """The sender would need a number at or above the hard stop: the session closes."""


@dataclass
class Receiving:
    """What is held to open packets of one epoch."""

    key: bytes
    window: Window
    end: int | None = None  # of E-1, once a packet of E was opened


class Epochs:
    """"An endpoint has one epoch E: the larger of the one it sends in and the highest it has
    opened; it never sends in a lower one."
    """

    def __init__(self, send_key: bytes, receive_key: bytes, now: int) -> None:
        self.epoch = 0
        self.next = 0
        self.opened = False
        self._send_key = send_key
        self._current = Receiving(receive_key, Window())
        self._previous: Receiving | None = None
        self._entered = now

    @property
    def may_step(self) -> bool:
        """"Not to E+1 before a packet of epoch E from the peer was opened (E > 0)"."""
        return self.epoch == 0 or self.opened

    def skip(self, number: int) -> bool:
        """Leave numbers out; false where that is backward or beyond the next epoch's first."""
        if not self.next <= number <= self.epoch + 1 << EPOCH_BITS:
            return False
        self.next = number
        return True

    def _advance(self, now: int) -> None:
        # "Send key = REKEY, receive key = REKEY, old receive state becomes E-1's (the older one
        # is wiped), next send number = max(next, E<<24), entered = now."
        self._send_key = aead.rekey(self._send_key)
        self._previous = self._current
        self._current = Receiving(aead.rekey(self._current.key), Window())
        self.epoch += 1
        self.next = max(self.next, self.epoch << EPOCH_BITS)
        self._entered = now
        self.opened = False

    def take(self, now: int) -> tuple[int, bytes]:
        """The number of the next packet and its key; raises number-exhausted, or Exhausted."""
        if self.next >= STOP:
            raise Exhausted
        used_up = self.next >> EPOCH_BITS > self.epoch
        # "The sender steps when an epoch's numbers are used up or after 15 minutes in it (not
        # when fewer than 32 epochs remain)"
        old = (now - self._entered >= EPOCH_TIME
               and LAST_EPOCH - self.epoch >= EPOCH_RESERVE)
        if used_up and not self.may_step:
            raise Refused("number-exhausted")
        if (used_up or old) and self.may_step:
            self._advance(now)
        number = self.next
        self.next += 1
        return number, self._send_key

    def forget_old(self, now: int) -> None:
        """E-1 is held "until 3 s after the first packet opened in E"."""
        if self._previous is not None and self._previous.end is not None \
                and now >= self._previous.end:
            self._previous = None

    def open(self, number: int, now: int, early_replay_check: bool,
             open_with: Callable[[bytes], bytes]) -> tuple[bytes, bool]:
        """What was sealed, and whether that advanced E.

        @param early_replay_check look the number up before the AEAD too
        @param open_with opens the packet with a key; raises decrypt
        """
        if number >= STOP:
            raise Refused("number-exhausted")
        self.forget_old(now)
        epoch = number >> EPOCH_BITS
        if epoch > self.epoch + 1:
            raise Refused("epoch-ahead")
        if epoch == self.epoch + 1:
            state = Receiving(aead.rekey(self._current.key), Window())
        elif epoch == self.epoch:
            state = self._current
        elif epoch == self.epoch - 1 and self._previous is not None:
            state = self._previous
        else:
            raise Refused("old-epoch")
        if early_replay_check and state.window.refuses(number):
            raise Refused("replay")
        content = open_with(state.key)
        if state.window.refuses(number):
            raise Rejected("replay")
        advanced = epoch > self.epoch
        if advanced:
            self._advance(now)
        if epoch == self.epoch:
            state = self._current
            if not self.opened:
                self.opened = True
                if self._previous is not None:
                    self._previous.end = now + OLD_EPOCH_TIME
        # "each with its own replay window of 2048, moved only after the tag verified"
        state.window.mark(number)
        return content, advanced
