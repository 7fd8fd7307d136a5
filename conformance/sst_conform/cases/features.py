# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""A stock Noise library, coverage, padding, queues, options, early data, limits."""

from __future__ import annotations

import warnings

from noise.connection import Keypair, NoiseConnection
from sst_conform import segments
from sst_conform.bench import (NO_LIMITS, Bench, ClientBench, ServerBench, established,
                               secret)
from sst_conform.case import CLIENT, EACH, N4, SERVER, U4, U6, V4, Test, case
from sst_conform.network import Packet
from sst_conform.process import Refused
from sst_conform.segments import ACK, FIN, RST, SYN, Route
from sst_reference import aead, wire
from sst_reference.wire import TCP, UDP, Payload

NORMAL, BOUNDARY, ADVERSARIAL = "normal", "boundary", "adversarial"
NOISE_NAME = b"Noise_NK_25519_ChaChaPoly_SHA256"


def _library(test: Test, bench: Bench, head: bytes) -> NoiseConnection:
    """A connection of the library, in the role the implementation does not play."""
    connection = NoiseConnection.from_name(NOISE_NAME)
    connection.set_prologue(wire.prologue(bench.outer, test.layout, head))
    if isinstance(bench, ServerBench):
        connection.set_as_initiator()
        connection.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, bench.public)
    else:
        connection.set_as_responder()
        connection.set_keypair_from_private_bytes(Keypair.STATIC, secret(1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection.start_handshake()
    return connection


@case(63, "noise-library", NORMAL, EACH, "NOISE-1, NOISE-2, AEAD-1, AEAD-2, AEAD-4")
def noise_library(test: Test) -> None:
    """A live handshake and DATA with a stock Noise library as the other end."""
    if test.role == SERVER:
        server = ServerBench(test)
        bench: Bench = server
        own, other = 0x12345, 0
        head = wire.init_head(own, 1)
        library = _library(test, bench, head)
        syn = Payload(bench.world.unix_ms, TCP, bench.inner(flags=SYN))
        body = wire.build_init(head, wire.ZERO_TOKEN,
                               bytes(library.write_message(wire.pack_payload(syn))))
        test.outcome(bench.inject(body), "deliver", None, "an INIT by the library")
        bench.reply(flags=SYN | ACK)
        resp = wire.parse_resp(bench.bodies(wire.KIND_RESP)[0])
        payload = wire.parse_payload(bytes(library.read_message(resp.message)), True)
        other = resp.server_index
        test.equal(payload.inner_type, TCP, "type in RESP")
    else:
        client = ClientBench(test)
        bench = client
        client.connect()
        init = client.read_init()
        body = client.bodies(wire.KIND_INIT)[0]
        library = _library(test, bench, body[:12])
        payload = wire.parse_payload(bytes(library.read_message(body[32:])), False)
        test.equal(payload.inner_type, TCP, "type in INIT")
        own, other = 0x54321, init.index
        answer = Payload(bench.world.unix_ms, TCP, bench.inner(flags=SYN | ACK), {
            wire.OPTION_RESET_TOKEN: bytes(16),
            wire.OPTION_SERVER_INDEX: own.to_bytes(4, "big")}, 1)
        message = bytes(library.write_message(wire.pack_payload(answer)))
        verdict = bench.inject(wire.build_resp(other, own, message))
        test.outcome(verdict, "deliver", None, "a RESP by the library")
    state = library.noise_protocol
    head = wire.data_head(other, 0)
    associated = bytes([bench.outer, test.layout]) + head
    sealed = state.cipher_state_encrypt.encrypt_with_ad(associated,
                                                        bench.inner(b"library") + b"\6")
    body = wire.build_data(test.layout, head, sealed[-16:], None, sealed[:-16], b"")
    bench.delivered(bench.inject(body), b"library", "DATA by the library")
    bench.reply(b"codec")
    found = bench.bodies(wire.KIND_DATA)
    data = wire.parse_data(test.layout, found[-1], False)
    test.equal(data.index, own, "index of the answer")
    state.cipher_state_decrypt.set_nonce(data.number)
    associated = bytes([bench.outer, test.layout]) + data.head
    content = bytes(state.cipher_state_decrypt.decrypt_with_ad(associated,
                                                              data.sealed + data.tag))
    test.equal(segments.payload(TCP, wire.split_type(content)[0]), b"codec",
               "DATA read by the library")


@case(65, "coverage", NORMAL, EACH,
      "COV-1, COV-2, COV-3, COV-4, COV-5, NARROW-1, NARROW-4, NARROW-5, CLI-11, EARLY-9", V4)
def coverage(test: Test) -> None:
    """Narrow coverage seals n bytes and protects the rest; less than agreed is dropped."""
    allowed = {"allow_narrow_coverage": True}
    for name, value, n in (("header", 1, 20), ("ports", 2, 4)):
        if test.role == CLIENT:
            client = ClientBench(test.again(), allowed)
            client.establish(coverage=name)
            test.equal(client.seen.options, {wire.OPTION_COVERAGE: bytes([value])},
                       f"options of the INIT, coverage {name}")
            bench: Bench = client
        else:
            server = ServerBench(test.again(), allowed)
            server.establish(options={wire.OPTION_COVERAGE: bytes([value])})
            bench = server
        test.equal(bench.state()["coverage"], name, "coverage in force")
        bench.reply(b"half open, half sealed")
        test.equal(bench.opened().n, n, f"n of a segment, coverage {name}")
        test.equal(len(bench.packets()[-1].data), 20 + 22 + wire.OVERHEAD[test.layout] + 1,
                   "bytes of the packet")
        test.check(bench.packets()[-1].data.endswith(b"half open, half sealed"),
                   "the payload is in clear")
        for wider in (n, 22, 255):
            bench.delivered(bench.push(b"payload", n=wider), b"payload", f"n = {wider}")
        test.dropped(bench.push(b"payload", n=n - 1), "coverage", f"n = {n - 1}")
        test.dropped(bench.seal(b"", wire.NOTHING, n=0), "coverage", "type 59 with n = 0")
        body = bench.session.seal(bench.inner(b"payload"), n=n)
        test.dropped(bench.inject(body[:-1] + b"!"), "decrypt", "a rest that was changed")
        test.dropped(bench.inject(body[:wire.OVERHEAD[wire.LAYOUT_N] - 2]), "length",
                     "fewer bytes than n says")
    if test.role == CLIENT:
        client = ClientBench(test.again(), allowed)
        client.connect(coverage="header")
        client.read_init()
        refusal = client.resp(options={wire.OPTION_COVERAGE: b"\0"})
        test.dropped(client.inject(refusal), "coverage", "a RESP that grants less than asked")
        test.equal(client.state()["state"], "failed", "state of the flow")
        test.dropped(ClientBench(test.again()).connect(coverage="ports"), "coverage",
                     "narrow coverage where it is not allowed")
    else:
        server = ServerBench(test.again())
        verdict = server.inject(server.syn(options={wire.OPTION_COVERAGE: b"\1"}))
        test.outcome(verdict, "consumed", "coverage", "a server that allows none")
        resp = server.read_resp()
        test.equal((resp.options.get(wire.OPTION_COVERAGE, b"\0"), resp.status & 1), (b"\0", 0),
                   "coverage and early data in its RESP")


@case(66, "padding-and-dummies", NORMAL, EACH, "PAD-2, PAD-3, PAD-4, PAD-6", V4)
def padding_and_dummies(test: Test) -> None:
    """DATA is padded to a multiple or to the MTU, never beyond; dummies have the size asked for."""
    for setting in (2, 64, 1000, "mtu"):
        bench = established(test.again(), {"padding": setting})
        for size in (0, 1, 50, 700, 1300):
            bench.reply(bytes(size), mtu=1500)
            packet = bench.packets(wire.KIND_DATA)[-1]
            least = size + 20 + wire.OVERHEAD[test.layout]
            if setting == "mtu":
                wanted = 1480
            else:
                wanted = min(least + -least % int(setting), 1480)
            test.equal(len(packet.data), wanted, f"{size} bytes padded to {setting}")
            test.equal(len(bench.opened().segment), size + 20, "bytes of the segment")
    bench = established(test.again())
    index = bench.state()["index"]
    least = 27 if not test.is_u else 33
    for size in (least, 100, 1400):
        bench.host.act("dummy", index=index, size=size)
        test.equal(len(bench.packets()[-1].data), size, "bytes of a dummy")
        test.equal((bench.opened().type, bench.opened().segment), (wire.NOTHING, b""),
                   "what a dummy holds")
    for wrong, size in ((index, least - 1), (index ^ 1, 100)):
        try:
            bench.host.act("dummy", index=wrong, size=size)
        except Refused:
            continue
        test.check(False, f"a dummy of {size} bytes for index {wrong} is refused")


@case(67, "clear-on-sst-flow", ADVERSARIAL, EACH, "ING-6, ING-7")
def clear_segments(test: Test) -> None:
    """A forged RST or datagram in clear does not reach a flow that is bound to a session."""
    bench = established(test)
    for flags in (RST, RST | ACK, ACK, FIN | ACK, SYN, SYN | ACK):
        forged = segments.tcp(bench.inbound, flags, b"" if flags != ACK else b"injected")
        verdict = bench.host.receive(Packet(bench.peer, bench.local, TCP, False, forged))
        test.dropped(verdict, "clear-on-sst-flow", f"a clear segment with flags {flags}")
    other = Route(bench.peer, 7777, bench.local, 8888)
    verdict = bench.host.receive(Packet(bench.peer, bench.local, TCP, False,
                                        segments.tcp(other, SYN)))
    test.outcome(verdict, "pass", None, "a clear segment of another flow")
    bench.delivered(bench.push(b"alive"), b"alive", "DATA afterwards")
    if test.role == SERVER:
        half = ServerBench(test.again())
        half.inject(half.syn())
        half.reply(flags=SYN | ACK)
        clear = Packet(half.peer, half.local, TCP, False, segments.tcp(half.inbound, ACK))
        test.dropped(half.host.receive(clear), "clear-on-sst-flow", "a clear ACK in HALF")
        clear = Packet(half.peer, half.local, TCP, False, segments.tcp(half.inbound, SYN))
        test.outcome(half.host.receive(clear), "pass", None, "a clear SYN releases the tuple")


@case(68, "pending-queue", BOUNDARY, CLIENT, "QUEUE-1, QUEUE-2, CLI-12")
def pending_queue(test: Test) -> None:
    """While the session is pending segments wait in order; what is too much drops the oldest."""
    bench = ClientBench(test)
    for at in range(70):
        verdict = bench.host.send(UDP, bench.peer, segments.udp(bench.outbound, b"%02d" % at),
                                  bench.request())
        test.outcome(verdict, "wait", None, f"datagram {at}")
    test.equal([cookie for cookie, _ in bench.host.dropped], list(range(1, 7)),
               "segments dropped")
    for _, reason in bench.host.dropped:
        test.reason(reason, "queue-overflow", "of a dropped segment")
    bench.read_init()
    test.equal(bench.seen.type, wire.NOTHING, "type in INIT: the socket did not ask for early data")
    test.outcome(bench.inject(bench.resp(), protocol=bench.seen.outer), "consumed", None, "RESP")
    found = [bench.opened(at) for at in range(len(bench.packets(wire.KIND_DATA)))]
    test.equal([segments.payload(UDP, one.segment) for one in found],
               [b"%02d" % at for at in range(6, 70)], "datagrams after RESP")
    test.equal([one.number for one in found], list(range(64)), "their numbers")
    test.equal(bench.host.open_cookies(), [], "segments still waiting")


@case(69, "resp-once", ADVERSARIAL, CLIENT, "CLI-8, CLI-9, CLI-12, CLI-13, RESP-3, AEAD-6")
def resp_once(test: Test) -> None:
    """A second RESP, a longer one, one in another protocol, and DATA too early have no effect."""
    bench = ClientBench(test)
    bench.connect()
    bench.read_init()
    long = bench.resp(size=320)
    test.dropped(bench.inject(long), "length", "a RESP longer than its INIT")
    if not test.is_u:
        test.dropped(bench.inject(bench.resp(), protocol=UDP), "protocol-mismatch",
                     "a RESP in another outer protocol")
    elsewhere = bench.inject(bench.resp(), source=test.address(6))
    test.not_accepted(elsewhere, "a RESP from another address")
    right = bench.resp()
    early = bench.session.seal(bench.inner(b"early"), number=9)
    test.dropped(bench.inject(early), "unexpected", "DATA before RESP")
    test.outcome(bench.inject(right), "consumed", None, "the RESP")
    test.dropped(bench.inject(right), "replay", "the same RESP again")
    test.dropped(bench.inject(bench.resp(server_index=0x3333333)), "unexpected", "another RESP")
    found = bench.packets(wire.KIND_DATA)
    test.equal(len(found), 1, "packets after RESP")
    bench = ClientBench(test.again())
    bench.connect()
    bench.read_init()
    bench.inject(bench.resp())
    opened = bench.opened()
    test.equal((opened.type, opened.number, opened.padding), (wire.NOTHING, 0, 0),
               "the packet sent at once after an empty RESP")


@case(70, "options", BOUNDARY, EACH, "OPT-1, OPT-2, OPT-3, OPT-4")
def options(test: Test) -> None:
    """Unknown options are ignored; disorder, wrong lengths and unknown coverage are refused."""
    good = (b"\x09\x02ab", b"\xff\x00", b"\x04\x03abc\x06\x00")
    wrong = {b"\x09\x00\x08\x00": "options", b"\x09\x00\x09\x00": "options",
             b"\x03\x02\0\0": "options", b"\x03\x00": "options", b"\x09\x05ab": "options",
             b"\x09": "options", b"\x03\x01\x03": "coverage"}
    if test.role == SERVER:
        bench = ServerBench(test, NO_LIMITS)
        for raw in good:
            test.outcome(bench.inject(bench.syn(raw_options=raw)), "deliver", None,
                         f"an INIT with options {raw.hex()}")
        answers = len(bench.host.sent)
        for raw, reason in wrong.items():
            test.dropped(bench.inject(bench.init(raw_options=raw)), reason,
                         f"an INIT with options {raw.hex()}")
        test.equal(len(bench.host.sent), answers, "answers to malformed INITs")
        return
    for raw in good:
        client = ClientBench(test.again())
        client.connect()
        client.read_init()
        body = client.resp(raw_options=_resp_options(raw))
        test.outcome(client.inject(body), "consumed", None, f"a RESP with options {raw.hex()}")
    client = ClientBench(test.again())
    client.connect()
    client.read_init()
    for raw, reason in wrong.items():
        if raw == b"\x03\x01\x03":
            continue  # ends the session: COV-1
        body = client.resp(raw_options=_resp_options(raw))
        test.dropped(client.inject(body), reason, f"a RESP with options {raw.hex()}")


def _resp_options(raw: bytes) -> bytes:
    """Options 1 and 5 with others at their place."""
    token = b"\1\x10" + bytes(16)
    index = b"\5\4" + (0x22222222).to_bytes(4, "big")
    if raw[0] == 4:
        return token + raw[:5] + index + raw[5:]
    return token + raw + index if raw[0] < 5 else token + index + raw


@case(71, "answer-in-second-half", BOUNDARY, EACH, "EPOCH-13, EPOCH-14", (N4, U4))
def second_half(test: Test) -> None:
    """Who hears the second half of an epoch, or a new one, shows within 1 s that it is there."""
    half = 1 << aead.EPOCH_BITS - 1
    bench = established(test)
    bench.tick(5)
    bench.push(b"first half", number=half - 1)
    bench.tick(5)
    before = len(bench.packets())
    test.equal(len(bench.packets()), before, "answers to the first half")
    bench.push(b"second half", number=half)
    bench.tick(0.01)
    test.equal(len(bench.packets()), before + 1, "answers after 5 s of silence")
    opened = bench.opened()
    test.equal((opened.type, opened.segment, opened.padding), (wire.NOTHING, b"", 0), "the answer")
    bench.push(b"again", number=half + 1)
    bench.tick(0.98)
    test.equal(len(bench.packets()), before + 1, "answers within 1 s of the last packet")
    bench.tick(0.04)
    test.equal(len(bench.packets()), before + 2, "answers after 1 s")
    bench.tick(2)
    bench.seal(b"", wire.NOTHING, number=half + 2)
    bench.tick(5)
    test.equal(len(bench.packets()), before + 2, "answers to type 59")
    bench.push(b"and more", number=half + 3)
    bench.reply(b"an answer of the stack")
    bench.tick(5)
    test.equal(len(bench.packets()) - before, 4, "one at once, and the stack's own")


@case(72, "early-data-rules", BOUNDARY, SERVER, "EARLY-1, EARLY-8, EARLY-10, SRV-6")
def early_rules(test: Test) -> None:
    """What may not be early data is refused, and the handshake completes all the same."""
    for what, flags, payload, key_flags, accepted in (
            ("a pure SYN", SYN, b"", 1, True), ("a SYN with payload", SYN, b"fast open", 1, False),
            ("a SYN-ACK", SYN | ACK, b"", 1, False), ("an RST", RST, b"", 1, False),
            ("an ACK", ACK, b"", 1, False), ("a datagram", 0, b"udp", 3, True),
            ("a datagram under a key without the flag", 0, b"udp", 1, False)):
        bench = ServerBench(test.again(), flags=key_flags)
        protocol = TCP if flags else UDP
        content = bench.inner(payload, flags) if flags else segments.without_checksum(
            UDP, segments.udp(bench.inbound, payload))
        body = bench.init(segment=content, type=protocol, outer=UDP if test.is_u else protocol)
        verdict = bench.inject(body, protocol=protocol)
        test.equal(verdict.outcome, "deliver" if accepted else "consumed", what)
        bench.tick(0.01)
        resp = bench.read_resp()
        test.equal(resp.status, int(accepted), f"status for {what}")
        test.outcome(bench.seal(b"", wire.NOTHING), "consumed", None, f"DATA after {what}")


@case(73, "idle-session", BOUNDARY, EACH, "SES-7", (N4, U6))
def idle_session(test: Test) -> None:
    """A session without flows is given up after 120 s of silence, not before."""
    bench = established(test)
    bench.reply(flags=RST)
    bench.tick(239)
    bench.seal(b"", wire.NOTHING)
    bench.tick(2)
    bench.host.act("tick")
    for _ in range(3):
        bench.jump(100)
        test.outcome(bench.seal(b"", wire.NOTHING), "consumed", None, "a dummy after 100 s")
    bench.jump(121)
    bench.host.act("tick")
    test.not_accepted(bench.seal(b"", wire.NOTHING), "a dummy after 121 s")
    closed = bench.host.saw("session-closed")
    test.equal(len(closed), 1, "sessions closed")
    test.reason(closed[0]["reason"], "idle", "of the closing")


@case(74, "limits-per-address", ADVERSARIAL, SERVER,
      "RETRY-7, RETRY-8, RETRY-9, RETRY-10, RETRY-17", (N4, U6))
def site_limits(test: Test) -> None:
    """One address cannot take more than its share; a token opens a second share, no more."""
    bench = ServerBench(test)
    for at in range(50):
        test.outcome(bench.inject(bench.init()), "consumed", "none", f"INIT {at + 1}")
    init = bench.init()
    test.outcome(bench.inject(init), "consumed", "retry-sent", "INIT 51 within a second")
    token = bench.bodies(wire.KIND_CTRL)[0][16:32]
    neighbour = "2001:db8:2::2" if test.is_v6 else None
    if neighbour:
        verdict = bench.inject(bench.init(), source=neighbour)
        test.outcome(verdict, "consumed", "retry-sent", "an INIT from the same /64")
    far = bench.inject(bench.init(), source=test.address(200))
    test.outcome(far, "consumed", "none", "an INIT from another site")
    test.outcome(bench.inject(wire.with_token(init, token)), "consumed", "none",
                 "the INIT with its token")
    wrong = wire.with_token(bench.init(), bytes([token[0] ^ 1]) + token[1:])
    test.outcome(bench.inject(wrong), "consumed", "retry-sent", "an INIT with a wrong token")
    for at in range(2, 51):
        verdict = bench.inject(bench.init(token=token))
        test.outcome(verdict, "consumed", "none", f"INIT {at} with a token")
    test.dropped(bench.inject(bench.init(token=token)), "init-rate", "INIT 51 with a token")
    bench.tick(1)
    for at in range(14):
        test.outcome(bench.inject(bench.init()), "consumed", "none", f"half-open {51 + at}")
    test.outcome(bench.inject(bench.init()), "consumed", "retry-sent", "half-open 65 of a site")
    for _ in range(14):
        bench.inject(bench.init(token=token))
    test.dropped(bench.inject(bench.init(token=token)), "half-open-full",
                 "half-open 65 of a site, with a token")


@case(75, "retry-token-life", BOUNDARY, SERVER, "RETRY-11, RETRY-12, RETRY-13")
def token_life(test: Test) -> None:
    """A token opens for its address and key in its slot and the next; then it does not."""
    bench = ServerBench(test, {"max_half_open": 0})
    bench.world.now_ns += -bench.world.now_ns % (120 * 10**9)
    init = bench.init()
    test.outcome(bench.inject(init), "consumed", "retry-sent", "an INIT without room")
    token = bench.bodies(wire.KIND_CTRL)[0][16:32]
    elsewhere = bench.inject(bench.init(token=token), source=test.address(200))
    test.outcome(elsewhere, "consumed", "retry-sent", "the token from another address")
    bench.jump(239.9)
    test.outcome(bench.inject(bench.init(token=token)), "consumed", "none",
                 "the token in the next slot")
    bench.jump(0.2)
    test.outcome(bench.inject(bench.init(token=token)), "consumed", "retry-sent",
                 "the token two slots later")

