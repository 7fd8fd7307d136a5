# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""ChaCha20-Poly1305 as SST uses it: nonce, associated data, REKEY, and the DATA packet."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sst_reference import wire
from sst_reference.wire import Refused

EPOCH_BITS = 24
STOP = 2**32 - 2**16


def nonce(number: int) -> bytes:
    """`0(32) | LE64(packet number)`."""
    return bytes(4) + number.to_bytes(8, "little")


def rekey(key: bytes) -> bytes:
    """Noise REKEY: the first 32 bytes of ENCRYPT(k, 2^64 - 1, empty, 32 zeros)."""
    return ChaCha20Poly1305(key).encrypt(nonce(2**64 - 1), bytes(32), b"")[:32]


def epoch_key(key: bytes, epoch: int) -> bytes:
    """The key of an epoch from that of epoch 0."""
    for _ in range(epoch):
        key = rekey(key)
    return key


def seal(key: bytes, number: int, associated: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Ciphertext and tag."""
    sealed = ChaCha20Poly1305(key).encrypt(nonce(number), content, associated)
    return sealed[:-wire.TAG], sealed[-wire.TAG:]


def open_(key: bytes, number: int, associated: bytes, sealed: bytes, tag: bytes) -> bytes:
    """The content; raises decrypt."""
    try:
        return ChaCha20Poly1305(key).decrypt(nonce(number), sealed + tag, associated)
    except InvalidTag:
        raise Refused("decrypt") from None


def data_associated(outer: int, layout: int, head: bytes, n: int | None, rest: bytes) -> bytes:
    """`outer protocol | layout | bytes 0..7, and with narrow coverage | n | rest`."""
    narrow = b"" if n is None else bytes([n]) + rest
    return bytes([outer, layout]) + head + narrow


def seal_data(*, layout: int, outer: int, index: int, number: int, key: bytes, inner_type: int,
              segment: bytes, n: int | None = None, padding: int = 0) -> bytes:
    """A DATA body.

    @param key of the number's epoch
    @param n None in a session without narrow coverage; else the bytes sealed, 255 all
    @param padding zeros after the type; only where everything is sealed
    """
    head = wire.data_head(index, number)
    cut = len(segment) if n is None or n == wire.EVERYTHING else n
    content = segment[:cut] + bytes([inner_type]) + bytes(padding)
    rest = segment[cut:]
    sealed, tag = seal(key, number, data_associated(outer, layout, head, n, rest), content)
    return wire.build_data(layout, head, tag, n, sealed, rest)


def open_data(*, layout: int, outer: int, data: wire.Data, key: bytes) -> bytes:
    """What was sealed, `segment | type | 00*` or its first n bytes and the type; raises decrypt."""
    associated = data_associated(outer, layout, data.head, data.n, data.rest)
    return open_(key, data.number, associated, data.sealed, data.tag)
