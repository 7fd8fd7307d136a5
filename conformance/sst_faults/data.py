# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""DATA: packet numbers, replay windows, epochs, keys, content, padding, coverage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from sst_reference import aead, core, epochs, ingress, segment, window, wire
from sst_reference.endpoint import Endpoint
from sst_reference.epochs import Epochs
from sst_reference.state import SECOND
from sst_reference.window import Window
from sst_reference.wire import Refused

from sst_faults.registry import Function, add, constant, fault, replace, without

# ------------------------------------------------------------------------------------- numbers


@fault("number-reuse", "data-both-ways-tcp")
def number_reuse() -> None:
    """Every packet number is used twice."""
    def make(take: Function) -> Function:
        def twice(self: Epochs, now: int) -> tuple[int, bytes]:
            number, key = take(self, now)
            self.taken = not getattr(self, "taken", False)  # type: ignore[attr-defined]
            self.next -= self.taken  # type: ignore[attr-defined]
            return number, key
        return twice
    replace(Epochs, "take", make)


@fault("numbers-from-one", "pn-0")
def numbers_from_one() -> None:
    """The first packet number is 1."""
    def make(begin: Function) -> Function:
        def changed(self: Epochs, *arguments: Any) -> None:
            begin(self, *arguments)
            self.next = 1
        return changed
    replace(Epochs, "__init__", make)


@fault("resent-as-sealed", "transfer")
def resent_as_sealed() -> None:
    """A TCP segment that the stack repeats leaves as the packet it was, number included."""
    def make(seal: Function) -> Function:
        def kept(self: Any, flow: Any, content: bytes, told: int) -> Any:
            if flow.key.protocol != wire.TCP:
                return seal(self, flow, content, told)
            packets = flow.__dict__.setdefault("packets", {})
            if content not in packets:
                packets[content] = seal(self, flow, content, told)
            return packets[content]
        return kept
    replace(Endpoint, "seal_segment", make)


@fault("no-replay-window", "dup-exact")
def no_replay_window() -> None:
    """A packet is opened as often as it comes."""
    replace(Window, "refuses", lambda _: lambda self, number: False)


@fault("zero-never-seen", "pn-0")
def zero_never_seen() -> None:
    """The window takes number 0 for nothing seen yet."""
    replace(Window, "refuses", lambda refuses: lambda self, number: bool(number)
            and refuses(self, number))


@fault("few-numbers-kept", "reorder-1000")
def few_numbers_kept() -> None:
    """Of the numbers met the last 512 are kept, and what is below all of them is refused."""
    def make_mark(mark: Function) -> Function:
        def kept(self: Any, number: int) -> None:
            mark(self, number)
            self.last = [*getattr(self, "last", []), number][-512:]
        return kept

    def make_refuses(refuses: Function) -> Function:
        def few(self: Any, number: int) -> bool:
            last = getattr(self, "last", [])
            return refuses(self, number) or len(last) == 512 and number < min(last)
        return few
    replace(Window, "mark", make_mark)
    replace(Window, "refuses", make_refuses)


def _window_asked(name: str, words: str, first: bool) -> None:
    """The fault that the mark does not say when the window is asked."""
    add(name, "pn-0", words, lambda: replace(
        Epochs, "open", lambda open_: lambda self, number, now, _, open_with: open_(
            self, number, now, first, open_with)))


_window_asked("window-asked-last", "A marked packet is opened before its number is looked up.",
              False)
_window_asked("unmarked-replays-go-up", "An unmarked packet is looked up before it is opened.",
              True)

add("short-window", "window", "The replay window is half as long.", constant(window, "SIZE", 1024))

# ------------------------------------------------------------------------------------- epochs


@fault("verify-after-advance", "forged-pn-far-future")
def verify_after_advance() -> None:
    """A number of the next epoch advances before its tag is verified."""
    def make(open_: Function) -> Function:
        def hasty(self: Any, number: int, now: int, *arguments: Any) -> Any:
            if number >> aead.EPOCH_BITS == self.epoch + 1:
                self._advance(now)
            return open_(self, number, now, *arguments)
        return hasty
    replace(Epochs, "open", make)


add("epoch-reuse", "pn-epoch-edge", "Every epoch has the key of the first.",
    constant(aead, "rekey", lambda key: key))
add("old-epoch-kept", "replay-data-after-epoch", "The key of the epoch before is kept for good.",
    constant(Epochs, "forget_old", lambda self, now: None))
add("no-stop", "pn-hard-stop", "Packet numbers end at 2^32.", constant(epochs, "STOP", 2**32))
add("epoch-for-ever", "epoch-advance-both-sides", "Time does not end an epoch.",
    constant(epochs, "EPOCH_TIME", 10**6 * SECOND))
add("late-answer", "answer-in-second-half", "What an epoch owes the peer waits for 30 s.",
    constant(ingress, "ANSWER_AFTER", 30 * SECOND))

# ------------------------------------------------------------------------------------- keys


@fault("accepts-bit-flips", "bitflip-every-bit")
def accepts_bit_flips() -> None:
    """The tag of DATA is not verified."""
    def unverified(key: bytes, number: int, _associated: bytes, sealed: bytes,
                   _tag: bytes) -> bytes:
        counter = (1).to_bytes(4, "little")
        cipher = Cipher(ChaCha20(key, counter + aead.nonce(number)), None)
        return cipher.decryptor().update(sealed)
    replace(aead, "open_", lambda _: unverified)


@fault("tried-in-other-sessions", "index-swap")
def tried_in_other_sessions() -> None:
    """What does not open in the session of its index is tried in the peer's other ones."""
    def make(take: Function) -> Function:
        def lenient(self: Any, layout: int, outer: int, local: bytes, peer: bytes, sure: bool,
                    body: bytes, ports: tuple[int, int]) -> Any:
            try:
                return take(self, layout, outer, local, peer, sure, body, ports)
            except Refused as refused:
                if refused.reason != "decrypt":
                    raise
                for other in list(self.sessions.values()):
                    if other.peer != peer or other.index == wire.index_of(body):
                        continue
                    moved = other.index.to_bytes(4, "big") + body[4:]
                    try:
                        return take(self, layout, outer, local, peer, sure, moved, ports)
                    except Refused:
                        continue
                raise
        return lenient
    replace(Endpoint, "_data", make)


@fault("either-key-opens", "role-reflection")
def either_key_opens() -> None:
    """What the receiving key does not open is tried with the sending key."""
    def make(open_: Function) -> Function:
        def either(self: Any, number: int, now: int, check: bool,
                   open_with: Callable[[bytes], bytes]) -> Any:
            def both(key: bytes) -> bytes:
                try:
                    return open_with(key)
                except Refused:
                    return open_with(self._send_key)
            return open_(self, number, now, check, both)
        return either
    replace(Epochs, "open", make)


add("forgeries-uncounted", "leak-rtx-after-session-death", "Forgeries never close a session.",
    without("_count_forgery"))

# ------------------------------------------------------------------------------------- content


@fault("inner-checksum-ignored", "inner-refused")
def inner_checksum_ignored() -> None:
    """A checksum inside need not be zero."""
    replace(segment, "check_inner", lambda check: lambda protocol, content: check(
        protocol, segment.without_checksum(protocol, content)))


@fault("udp-without-checksum", "data-udp")
def udp_without_checksum() -> None:
    """A datagram is handed up with checksum zero, as IPv4 allows."""
    def make(incoming: Function) -> Function:
        def lazy(self: Any, flow: Any, content: bytes) -> bytes:
            content = incoming(self, flow, content)
            if flow.key.protocol == wire.UDP:
                content = segment.without_checksum(wire.UDP, content)
            return content
        return lazy
    replace(Endpoint, "incoming", make)


@fault("checksum-of-zero", "data-udp")
def checksum_of_zero() -> None:
    """A UDP checksum that comes out as zero is not sent as 0xffff."""
    def make(compute: Function) -> Function:
        def plain(protocol: int, content: bytes, *addresses: bytes) -> bytes:
            content = compute(protocol, content, *addresses)
            if protocol == wire.UDP and content[6:8] == b"\xff\xff":
                content = segment.without_checksum(protocol, content)
            return content
        return plain
    replace(segment, "compute_checksum", make)


add("empty-datagrams-refused", "data-udp", "A datagram has to carry something.",
    constant(segment, "MINIMUM", {**segment.MINIMUM, wire.UDP: 9}))
add("oversized-sent", "oversized", "A packet may be longer than IP carries.",
    constant(core, "LARGEST_PACKET", 10**6))
add("wrong-overhead", "mtu", "The overhead is counted without the type.",
    constant(wire, "OVERHEAD", {wire.LAYOUT_N: 24, wire.LAYOUT_U: 30}))

# ------------------------------------------------------------------------------------- padding


@fault("padding-up-to-255", "padding")
def padding_up_to_255() -> None:
    """At most 255 zeros are taken off behind the type."""
    def make(split: Function) -> Function:
        def short(content: bytes) -> tuple[bytes, int]:
            zeros = len(content) - len(content.rstrip(b"\0"))
            if zeros > 255:
                raise Refused("inner-type")
            cut: tuple[bytes, int] = split(content)
            return cut
        return short
    replace(wire, "split_type", make)


@fault("padding-of-the-host-only", "padding-asked")
def padding_of_the_host_only() -> None:
    """The padding that a flow asks for is not looked at."""
    def make(padding_for: Function) -> Function:
        def changed(self: Any, session: Any, flow: Any, size: int, told: int) -> Any:
            if flow is not None:
                told = told or flow.told_mtu
            return padding_for(self, session, None, size, told)
        return changed
    replace(Endpoint, "padding_for", make)


add("no-padding", "padding-and-dummies", "Nothing is padded.", without("padding_for", 0))

# ------------------------------------------------------------------------------------- coverage


@fault("narrow-icmp", "padding-asked")
def narrow_icmp() -> None:
    """With narrow coverage 8 bytes of an ICMP message are sealed, like a UDP header."""
    def make(sealed_bytes: Function) -> Any:
        def narrow(coverage: int, inner_type: int, content: bytes) -> int:
            if inner_type in (wire.ICMP, wire.ICMP6):
                return 8
            return int(sealed_bytes(coverage, inner_type, content))
        return staticmethod(narrow)
    replace(Endpoint, "sealed_bytes", make)


add("no-coverage-check", "coverage", "Less than the agreed coverage is taken.",
    without("_check_coverage"))
