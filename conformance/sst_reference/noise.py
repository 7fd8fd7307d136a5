# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""`Noise_NK_25519_ChaChaPoly_SHA256`, unmodified, by the library noiseprotocol.

The library draws ephemerals of its own; here they are handed in. Its objects are spent by a
message that fails, therefore each reading builds the state again from what it depends on.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from noise.connection import Keypair, NoiseConnection

from sst_reference.wire import Refused

NAME = b"Noise_NK_25519_ChaChaPoly_SHA256"


@dataclass(frozen=True)
class Keys:
    """What split() gives: the first key for the initiator's packets, the second for the others."""

    to_responder: bytes
    to_initiator: bytes
    handshake_hash: bytes


def public_key(secret: bytes) -> bytes:
    """The X25519 public key of a scalar."""
    private = X25519PrivateKey.from_private_bytes(secret)
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Initiator:
    """The client's half, for one ephemeral."""

    def __init__(self, prologue: bytes, responder: bytes, ephemeral: bytes) -> None:
        self.prologue = prologue
        self.responder = responder
        self.ephemeral = ephemeral
        self.payload = b""

    def _started(self) -> tuple[NoiseConnection, bytes]:
        noise = NoiseConnection.from_name(NAME)
        noise.set_as_initiator()
        noise.set_prologue(self.prologue)
        noise.set_keypair_from_private_bytes(Keypair.EPHEMERAL, self.ephemeral)
        noise.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, self.responder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of ephemerals that are handed in
            noise.start_handshake()
        try:
            return noise, bytes(noise.write_message(self.payload))
        except ValueError:
            raise Refused("low-order") from None

    def write(self, payload: bytes) -> bytes:
        """Message 1, `e | AEAD(payload)`; raises low-order."""
        self.payload = payload
        return self._started()[1]

    def read(self, message: bytes) -> tuple[bytes, Keys]:
        """The payload of message 2, and the keys; raises low-order or decrypt."""
        noise = self._started()[0]
        return _read(noise, message), _keys(noise, True)


class Responder:
    """The server's half, for one message 1."""

    def __init__(self, prologue: bytes, static: bytes, message: bytes) -> None:
        self.prologue = prologue
        self.static = static
        self.message = message

    def _started(self, ephemeral: bytes | None) -> NoiseConnection:
        noise = NoiseConnection.from_name(NAME)
        noise.set_as_responder()
        noise.set_prologue(self.prologue)
        noise.set_keypair_from_private_bytes(Keypair.STATIC, self.static)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if ephemeral is not None:
                noise.set_keypair_from_private_bytes(Keypair.EPHEMERAL, ephemeral)
            noise.start_handshake()
        return noise

    def read(self) -> bytes:
        """The payload of message 1; raises low-order or decrypt."""
        return _read(self._started(None), self.message)

    def write(self, payload: bytes, ephemeral: bytes) -> tuple[bytes, Keys]:
        """Message 2 and the keys; raises low-order."""
        noise = self._started(ephemeral)
        _read(noise, self.message)
        try:
            message = bytes(noise.write_message(payload))
        except ValueError:
            raise Refused("low-order") from None
        return message, _keys(noise, False)


def _read(noise: NoiseConnection, message: bytes) -> bytes:
    try:
        return bytes(noise.read_message(message))
    except InvalidTag:
        raise Refused("decrypt") from None
    except ValueError:
        # "X25519 result 0: drop."
        raise Refused("low-order") from None


def _keys(noise: NoiseConnection, initiator: bool) -> Keys:
    state = noise.noise_protocol
    own, other = state.cipher_state_encrypt.k, state.cipher_state_decrypt.k
    first, second = (own, other) if initiator else (other, own)
    return Keys(first, second, bytes(noise.get_handshake_hash()))
