# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""The short authenticators outside Noise: RETRY token and mac, RESET token."""

from __future__ import annotations

import hashlib
import hmac

from sst_reference import wire

def mac16(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256, its first 16 bytes."""
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()[:16]


def same(one: bytes, other: bytes) -> bool:
    """In constant time."""
    return hmac.compare_digest(one, other)


def retry_token(secret: bytes, client: bytes, key_id: int, slot: int) -> bytes:
    """`HMAC(secret of 120 s, client address | key_id | slot)`, the slot in 64 bits."""
    return mac16(secret, client, bytes([key_id]), slot.to_bytes(8, "big"))


def retry_mac(public_key: bytes, head: bytes, token: bytes, ephemeral: bytes) -> bytes:
    """`HMAC(server public key, "SSTv1 retry" | RETRY bytes 0..15 | token | e)`.

    @param head bytes 0..15; the guard in them, which routers may rewrite, counts as 0x5010
    """
    head = head[:12] + wire.GUARD.to_bytes(2, "big") + head[14:16]
    return mac16(public_key, b"SSTv1 retry", head, token, ephemeral)


def reset_key(static: bytes) -> bytes:
    """`K_reset = HMAC-SHA256(static private key, "SSTv1 reset")`."""
    return hmac.new(static, b"SSTv1 reset", hashlib.sha256).digest()


def reset_token(static: bytes, server_index: int, peer: bytes) -> bytes:
    """`HMAC-SHA256(K_reset, server index | peer address)[16]`, the index in 32 bits."""
    return mac16(reset_key(static), server_index.to_bytes(4, "big"), peer)
