# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""One exchange with every value between: for whoever looks for the first byte that differs.

The handshake is computed a second time here, token by token with HMAC and hash alone, and
compared with what the library behind the reference makes of it.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sst_reference import aead, keyvalue, noise, segment as seg, tokens, wire
from sst_reference.endpoint import Endpoint
from sst_reference.random import TestRandom
from sst_reference.state import Clock, Config, Request
from sst_reference.wire import TCP
from sst_vectors.pair import (ADDRESSES, CLIENT_SEED, KEY_ID, NAME, SECRET, SERVER_SEED, START_NS,
                              UNIX_MS, raw, tcp)

Values = list[tuple[str, Any]]


def dh(secret: bytes, public: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).exchange(
        X25519PublicKey.from_public_bytes(public))


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hkdf(chaining: bytes, material: bytes) -> tuple[bytes, bytes]:
    """HKDF of Noise with two outputs."""
    temporary = hmac.digest(chaining, material, "sha256")
    one = hmac.digest(temporary, b"\1", "sha256")
    return one, hmac.digest(temporary, one + b"\2", "sha256")


class Symmetric:
    """h, ck and k of Noise, noted after each step."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.hash = self.chaining = noise.NAME.ljust(32, b"\0")
        self.key = b""

    def note(self, step: str) -> None:
        self._values.append((f"h after {step}", self.hash))
        self._values.append((f"ck after {step}", self.chaining))
        if self.key:
            self._values.append((f"k after {step}", self.key))

    def mix_hash(self, data: bytes) -> None:
        self.hash = digest(self.hash + data)

    def mix_key(self, material: bytes) -> None:
        self.chaining, self.key = hkdf(self.chaining, material)

    def seal(self, plain: bytes) -> bytes:
        sealed = b"".join(aead.seal(self.key, 0, self.hash, plain))
        self.mix_hash(sealed)
        return sealed


def handshake(values: Values, prologue: bytes, static: bytes, client_e: bytes, plain1: bytes,
              server_e: bytes, plain2: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Both messages and both keys, every step noted."""
    state = Symmetric(values)
    state.note("the protocol name")
    state.mix_hash(prologue)
    state.note("the prologue")
    server_public = noise.public_key(static)
    state.mix_hash(server_public)
    state.note("the server's static key")
    public1 = noise.public_key(client_e)
    state.mix_hash(public1)
    state.note("e of INIT")
    shared = dh(client_e, server_public)
    values.append(("X25519 of es", shared))
    state.mix_key(shared)
    state.note("es")
    sealed1 = state.seal(plain1)
    values.append(("AEAD(P1)", sealed1))
    state.note("AEAD(P1)")
    public2 = noise.public_key(server_e)
    state.mix_hash(public2)
    state.note("e of RESP")
    shared = dh(server_e, public1)
    values.append(("X25519 of ee", shared))
    state.mix_key(shared)
    state.note("ee")
    sealed2 = state.seal(plain2)
    values.append(("AEAD(P2)", sealed2))
    state.note("AEAD(P2)")
    one, two = hkdf(state.chaining, b"")
    return public1 + sealed1, public2 + sealed2, one, two


def data_values(values: Values, name: str, packet: bytes, key: bytes, outer: int,
                layout: int) -> None:
    """What is between a DATA packet and its segment."""
    body = packet[wire.UDP_HEADER:] if layout else packet
    data = wire.parse_data(layout, body, False)
    associated = aead.data_associated(outer, layout, data.head, None, b"")
    plain = aead.open_data(layout=layout, outer=outer, data=data, key=key)
    values += [(f"{name}: nonce", aead.nonce(data.number)),
               (f"{name}: associated data", associated), (f"{name}: plaintext", plain),
               (f"{name}: ciphertext", data.sealed), (f"{name}: tag", data.tag),
               (f"{name}: packet", packet)]


def one_exchange(layout: str) -> dict[str, Any]:
    """Handshake with a SYN, DATA both ways, epoch 1; in layout N RETRY and RESET too."""
    here, there = (raw(text) for text in ADDRESSES[4])
    number = wire.LAYOUT_U if layout == "u" else wire.LAYOUT_N
    outer = 17 if layout == "u" else TCP
    values: Values = [
        ("seed of the client", CLIENT_SEED), ("seed of the server", SERVER_SEED),
        ("client address", ADDRESSES[4][0]), ("server address", ADDRESSES[4][1]),
        ("server static private key", SECRET), ("server static public key",
                                                noise.public_key(SECRET)),
        ("key_id", KEY_ID), ("Unix time in ms, both ends", UNIX_MS + START_NS // 10**6)]
    now = Clock(START_NS, UNIX_MS + START_NS // 10**6)
    client = Endpoint(Config(), TestRandom(CLIENT_SEED))
    server = Endpoint(Config(udp_port=4433), TestRandom(SERVER_SEED))
    public = server.serve(KEY_ID, 7, SECRET, Clock(now.monotonic_ns - 30 * 10**9,
                                                   now.unix_ms - 30000))
    assert public is not None
    syn = tcp(40000, 443, seg.SYN)
    client.egress(TCP, here, there, syn, now, Request("require", NAME, layout=layout))
    client.poll()
    client.provide(NAME, there, "keys",
                   keyvalue.build([keyvalue.Entry(1, 1, KEY_ID, 7, 0, public)]), 4433, now)
    init = client.poll()[0]
    server.ingress(outer, there, here, init.mark, init.packet, now)
    syn_ack = tcp(443, 40000, seg.SYN | seg.ACK)
    resp = server.egress(TCP, there, here, syn_ack, now)
    client.ingress(outer, here, there, resp.mark, resp.data, now)
    upward = client.egress(TCP, here, there, tcp(40000, 443, seg.ACK, 1001, b"question"), now)
    server.ingress(outer, there, here, upward.mark, upward.data, now)
    downward = server.egress(TCP, there, here, tcp(443, 40000, seg.ACK, 1001, b"answer"), now)
    session = next(iter(client.sessions.values()))
    client.skip(session.index, 1 << 24)
    later = client.egress(TCP, here, there, tcp(40000, 443, seg.ACK, 1009), now)

    cut = wire.UDP_HEADER if layout == "u" else 0
    init_body, resp_body = init.packet[cut:], resp.data[cut:]
    prologue = wire.prologue(outer, number, init_body[:12])
    client_e = TestRandom(CLIENT_SEED).fill("EPHEMERAL", 32)
    server_e = TestRandom(SERVER_SEED).fill("EPHEMERAL", 32)
    initiator = noise.Initiator(prologue, public, client_e)
    plain1 = noise.Responder(prologue, SECRET, init_body[32:]).read()
    initiator.payload = plain1
    plain2, keys = initiator.read(resp_body[16:])
    values += [("client index", f"{wire.index_of(init_body):08x}"),
               ("client ephemeral private key", client_e), ("prologue", prologue),
               ("P1", plain1), ("server index", f"{int.from_bytes(resp_body[4:8], 'big'):08x}"),
               ("server ephemeral private key", server_e), ("P2", plain2)]
    if layout == "u":
        values.append(("client port (first draw of PORT)", wire.udp_ports(init.packet)[0]))
    message1, message2, one, two = handshake(values, prologue, SECRET, client_e, plain1, server_e,
                                             plain2)
    # The library and the steps above have to agree.
    assert init_body[32:] == message1 and resp_body[16:] == message2
    assert (keys.to_responder, keys.to_initiator) == (one, two)
    values += [("key from client to server, epoch 0", one),
               ("key from server to client, epoch 0", two),
               ("INIT", init.packet), ("RESP", resp.data)]
    data_values(values, "DATA 0 of the client", upward.data, one, outer, number)
    data_values(values, "DATA 0 of the server", downward.data, two, outer, number)
    values.append(("key from client to server, epoch 1 (REKEY)", aead.rekey(one)))
    data_values(values, "DATA 0x1000000 of the client", later.data, aead.rekey(one), outer, number)
    index = int.from_bytes(resp_body[4:8], "big")
    reset_token = tokens.reset_token(SECRET, index, here)
    values += [("K_reset", tokens.reset_key(SECRET)),
               ("reset token: input", index.to_bytes(4, "big") + here),
               ("reset token", reset_token),
               ("RESET, from offset 0", wire.build_reset(index, reset_token))]
    secret = TestRandom(SERVER_SEED).fill("RETRY", 32)
    slot = START_NS // (120 * 10**9)
    token = tokens.retry_token(secret, here, KEY_ID, slot)
    head = wire.ctrl_head(wire.index_of(init_body), wire.SUB_RETRY)
    values += [("RETRY secret of the slot", secret), ("slot", slot),
               ("RETRY token: input", here + bytes([KEY_ID]) + slot.to_bytes(8, "big")),
               ("RETRY token", token),
               ("RETRY mac: input", b"SSTv1 retry" + head + token + init_body[32:64]),
               ("RETRY mac", tokens.retry_mac(public, head, token, init_body[32:64])),
               ("RETRY, from offset 0", wire.build_retry(
                   wire.index_of(init_body), token,
                   tokens.retry_mac(public, head, token, init_body[32:64])))]
    return {"name": f"layout {layout.upper()}",
            "values": [[name, value.hex() if isinstance(value, bytes) else value]
                       for name, value in values]}


def exchange() -> dict[str, Any]:
    """Both layouts, and REKEY of a known key."""
    return {"description": "One exchange in each layout, with every value between",
            "specification": "Appendix A",
            "rekey": {"key": bytes(range(32)).hex(),
                      "epoch 1": aead.rekey(bytes(range(32))).hex()},
            "exchanges": [one_exchange("n"), one_exchange("u")]}


def markdown(worked: dict[str, Any], width: int = 64) -> str:
    """For the appendix of the specification."""
    lines = [f"REKEY of `{worked['rekey']['key']}` is `{worked['rekey']['epoch 1']}`."]
    for part in worked["exchanges"]:
        lines += ["", "### L" + part["name"][1:], "", "```"]
        for name, value in part["values"]:
            text = str(value)
            if len(name) + 2 + len(text) <= 100:
                lines.append(f"{name}: {text}")
                continue
            lines.append(f"{name}:")
            lines += ["  " + text[at:at + width] for at in range(0, len(text), width)]
        lines.append("```")
    return "\n".join(lines)
