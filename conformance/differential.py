# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Plays random scenarios on two implementations at once, and stops where they differ.

    python conformance/differential.py --adapter COMMAND... [--scenarios N] [--seed N]

The other implementation is the reference. A scenario is two hosts, both client and server, on a
path that loses, repeats, reorders and changes packets; answers are compared as those of vectors.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from sst_reference import keyvalue, noise, segment as seg  # noqa: E402
from sst_reference.wire import TCP, UDP  # noqa: E402
from sst_vectors.pair import ADDRESSES, SECOND, UNIX_MS, raw, tcp, udp  # noqa: E402
from sst_vectors.recorder import Adapter, Json, Unsupported, essential, shown  # noqa: E402

REFERENCE = [sys.executable, str(HERE / "adapters" / "reference.py")]
UDP_PORT = 4433
NAMES = ("one.example", "two.example")


class Difference(Exception):
    """Two implementations answered differently."""


def comparable(answer: Json) -> Json:
    """The essential part; packets in order in each session only, what becomes of waiting segments
    in any order.
    """
    out = essential(answer)
    actions = out.pop("actions", [])
    actions.sort(key=lambda action: (action["kind"] == "send", action.get("cookie", 0),
                                     action.get("packet", "")[:24 if not action.get("mark", True)
                                                              else 8]))
    return {**out, **({"actions": actions} if actions else {})}


class Scenario:
    """One random walk."""

    def __init__(self, seed: int, adapters: list[Adapter], steps: int, longest: float) -> None:
        self.random = random.Random(seed)
        self.adapters = adapters
        self.steps = steps
        self.waits = [wait for wait in (0.001, 0.1, 1, 5, 20, 100, 1000) if wait <= longest]
        self.log: list[Json] = []
        self.at = 100 * SECOND
        self.unix = UNIX_MS
        self.addresses = ADDRESSES[self.random.choice((4, 6))]
        self.flying: list[tuple[int, Json]] = []  # to which host
        self.old: list[tuple[int, Json]] = []
        self.asked: list[tuple[int, str]] = []
        self.values: dict[int, bytes] = {}
        self.due: list[int | None] = [None, None]
        self.policies: dict[tuple[int, int, int, int], str] = {}  # last asked for a flow
        self.ports_u = [self.random.choice((0, UDP_PORT, UDP_PORT)) for _ in (0, 1)]
        self.mtu = self.random.choice((0, 1500, 1280, 600))
        self.layouts = [self.random.choice(("auto", "auto", "n", "u")) for _ in (0, 1)]
        self.narrow = self.random.random() < 0.3
        self.coverages = [{name: self.random.choice(("segment", "header", "ports"))
                           for name in NAMES} for _ in (0, 1)]

    def now(self) -> Json:
        """A millisecond later in each call: nothing says which of two timers that end together
        comes first.
        """
        self.at += 10**6
        if self.random.random() < 0.01:
            return {"monotonic_ns": self.at - 5 * 10**6, "unix_ms": self.unix + self.at // 10**6}
        return {"monotonic_ns": self.at, "unix_ms": self.unix + self.at // 10**6}

    def ask(self, op: str, **fields: Any) -> Json:
        request = {"op": op, **fields}
        answers = [adapter.ask(request) for adapter in self.adapters]
        self.log.append(request)
        kept = [comparable(answer) for answer in answers]
        if request.get("marked") is False and kept[0].get("outcome") == "pass":
            for one in kept:
                one.pop("reason", None)
        if kept[0] != kept[1]:
            raise Difference(f"step {len(self.log)}: {json.dumps(request)}\n"
                             f"  reference {shown(kept[0])}\n  other     {shown(kept[1])}")
        return answers[0]

    def host(self, number: int) -> Json:
        return {"endpoint": f"host{number}", "local": self.addresses[number],
                "peer": self.addresses[1 - number]}

    def take(self, number: int, answer: Json) -> None:
        """Packets and questions of an answer."""
        sent = [answer] if answer.get("outcome") == "send" else []
        for action in answer.get("actions", []):
            if action["kind"] == "send":
                sent.append(action)
            elif action["kind"] == "resolve":
                self.asked.append((number, action["name"]))
        self.flying += [(1 - number, one) for one in sent]
        if "next_ns" in answer:
            self.due[number] = answer["next_ns"]

    # --------------------------------------------------------------------------- steps

    def play(self) -> None:
        for number in (0, 1):
            config: Json = {"udp_port": self.random.choice((0, UDP_PORT)),
                            "allow_narrow_coverage": self.narrow,
                            "accept_unmarked_init": self.random.random() < 0.3}
            if self.random.random() < 0.3:
                config["max_half_open"] = 0
            if self.random.random() < 0.2:
                config["padding"] = self.random.choice((64, 1000, "mtu"))
            if self.random.random() < 0.1:
                config["max_failed_opens"] = 3
            self.ask("create", endpoint=f"host{number}", seed=self.random.randrange(2**32),
                     config=config)
            entries = []
            for _ in range(self.random.randint(1, 2)):
                key_id = self.random.randrange(256)
                if any(entry.key_id == key_id for entry in entries):
                    continue
                secret = self.random.randbytes(32)
                flags = self.random.randrange(16)
                created = {"created_ms": self.now()["unix_ms"]} if self.random.random() < 0.7 \
                    else {}
                self.ask("add_server_key", endpoint=f"host{number}", key_id=key_id, flags=flags,
                         secret=secret.hex(), now=self.now(), **created)
                entries.append(keyvalue.Entry(1, 1, key_id, flags, 0, noise.public_key(secret)))
            self.values[1 - number] = keyvalue.build(entries)
        acts = [(self.egress, 8), (self.carry, 14), (self.answer, 4), (self.wait, 5),
                (self.tamper, 3), (self.replay, 1), (self.question, 1), (self.skip, 1),
                (self.dummy, 1), (self.abandon, 1), (self.clear, 1), (self.icmp, 1),
                (self.icmp_out, 1)]
        for _ in range(self.steps):
            act = self.random.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
            act()
        for number in (0, 1):
            self.ask("destroy", endpoint=f"host{number}")

    def ports(self) -> tuple[int, int]:
        if self.random.random() < 0.01:
            return self.random.choice(((68, 67), (40000, 67), (546, 547)))
        return self.random.choice((40000, 40001)), self.random.choice((443, 53))

    def strange(self, number: int) -> Json:
        """Addresses of a packet or segment: those of the host, sometimes a second one of it, or a
        group.
        """
        fields = self.host(number)
        four = "." in fields["local"]
        if self.random.random() < 0.03:
            fields["local"] = "192.0.2.77" if four else "2001:db8:1::77"
        elif self.random.random() < 0.01:
            fields[self.random.choice(("local", "peer"))] = "224.0.0.1" if four else "ff02::1"
        return fields

    def damaged(self, segment: bytes) -> bytes:
        """Mostly as it is."""
        if self.random.random() < 0.04:
            return segment[:self.random.choice((0, 3, 4, 7, 12, 19))]
        if self.random.random() < 0.02 and len(segment) > 12:
            return segment[:12] + bytes([self.random.choice((0x40, 0xF0))]) + segment[13:]
        return segment

    def flow(self, number: int) -> Json:
        """Of the few in use here."""
        client, server = self.ports()
        local, peer = (client, server) if self.random.random() < 0.5 else (server, client)
        return {"protocol": self.random.choice((TCP, UDP)), "local_port": local,
                "peer": self.addresses[1 - number], "peer_port": peer}

    def segment(self, protocol: int, source: int, destination: int) -> bytes:
        size = self.random.choice((0, 0, 1, 30, 200, 1300))
        if protocol == UDP:
            return udp(source, destination, bytes(size))
        flags = self.random.choice((seg.SYN, seg.SYN, seg.SYN | seg.ACK, seg.ACK, seg.ACK,
                                    seg.ACK | seg.FIN, seg.RST))
        return tcp(source, destination, flags, self.random.choice((1000, 1000, 5000)),
                   bytes(0 if flags & seg.SYN else size))

    def policy(self, place: tuple[int, int, int, int]) -> str:
        """Mostly what was asked for the flow before."""
        if place not in self.policies or self.random.random() < 0.15:
            self.policies[place] = self.random.choice(("opportunistic", "require", "require",
                                                       "pin"))
        return self.policies[place]

    def egress(self) -> None:
        number = self.random.randrange(2)
        flow = self.flow(number)
        segment = self.segment(flow["protocol"], flow["local_port"], flow["peer_port"])
        more: Json = {"mtu": self.mtu}
        if self.random.random() < 0.6:
            place = (number, flow["protocol"], flow["local_port"], flow["peer_port"])
            name = self.random.choice(NAMES)
            more["request"] = {
                "policy": self.policy(place),
                "name": name,
                "layout": self.layouts[number],
                "early_udp": self.random.random() < 0.5}
            if self.narrow:
                # One for each name: an answer that opens two sessions at once leaves open which
                # of them comes first for ever after.
                more["request"]["coverage"] = self.coverages[number][name]
        if self.random.random() < 0.01:
            flow["protocol"] = 47
        answer = self.ask("egress", **self.strange(number), protocol=flow["protocol"],
                          segment=self.damaged(segment).hex(), cookie=len(self.log) + 1,
                          now=self.now(), **more)
        self.take(number, answer)

    def arrive(self, number: int, one: Json, **changes: Any) -> None:
        fields = {"protocol": one["protocol"], "marked": one["mark"], "packet": one["packet"],
                  **self.host(number), **changes}
        answer = self.ask("ingress", **fields, now=self.now())
        self.take(number, answer)
        # The stack answers what it was given, more often than not.
        if answer.get("outcome") == "deliver" and answer["protocol"] in (TCP, UDP) \
                and self.random.random() < 0.7:
            source, destination = seg.ports(bytes.fromhex(answer["segment"]))
            flags = seg.ACK
            if answer["protocol"] == TCP and seg.is_syn(bytes.fromhex(answer["segment"])):
                flags = seg.SYN | seg.ACK
            back = tcp(destination, source, flags) if answer["protocol"] == TCP else \
                udp(destination, source, bytes(self.random.choice((4, 300))))
            self.take(number, self.ask("egress", **self.host(number),
                                       protocol=answer["protocol"], segment=back.hex(),
                                       mtu=self.mtu,
                                       cookie=len(self.log) + 1, now=self.now()))

    def carry(self) -> None:
        if not self.flying:
            return
        place = 0 if self.random.random() < 0.8 else self.random.randrange(len(self.flying))
        number, one = self.flying.pop(place)
        self.old.append((number, one))
        fate = self.random.random()
        if fate < 0.05:
            return
        if fate < 0.15:
            self.arrive(number, one, marked=not one["mark"])
        else:
            self.arrive(number, one)

    def replay(self) -> None:
        if self.old:
            self.arrive(*self.random.choice(self.old))

    def tamper(self) -> None:
        if not self.old:
            return
        number, one = self.random.choice(self.old)
        packet = bytearray.fromhex(one["packet"])
        change = self.random.randrange(4)
        if change == 0:
            packet = packet[:self.random.randrange(len(packet))]
        elif change == 1:
            packet += bytes(self.random.choice((1, 64)))
        else:
            at = self.random.randrange(min(len(packet), self.random.choice((16, 2000))))
            packet[at] ^= 1 << self.random.randrange(8)
        self.arrive(number, one, packet=bytes(packet).hex())

    def answer(self) -> None:
        if not self.asked:
            return
        number, name = self.asked.pop(0)
        kind = self.random.choices(("keys", "absent", "unusable", "timeout"), (12, 1, 1, 1))[0]
        port = self.ports_u[number]
        if self.random.random() < 0.1:
            port = self.random.choice((0, UDP_PORT, UDP_PORT + 1))
        more = {"value": self.values[number].hex(), "udp_port": port} if kind == "keys" else {}
        self.take(number, self.ask("provide_keys", endpoint=f"host{number}", name=name,
                                   address=self.addresses[1 - number], answer=kind,
                                   now=self.now(), **more))

    def wait(self) -> None:
        """To the next deadline, or for a while; every deadline on the way is met."""
        target = self.at + int(self.random.choice(self.waits) * SECOND)
        for _ in range(200):
            due = [at for at in self.due if at is not None and at <= target]
            if not due:
                break
            self.at = max(self.at, min(due))
            self.tick()
        self.at = max(self.at, target)
        self.tick()

    def tick(self) -> None:
        for number in (0, 1):
            self.take(number, self.ask("tick", endpoint=f"host{number}", now=self.now()))

    def question(self) -> None:
        number = self.random.randrange(2)
        flow = self.flow(number)
        self.ask("find_flow", endpoint=f"host{number}", flow=flow)
        self.ask("segment_size", endpoint=f"host{number}", flow=flow, mtu=1400)
        self.ask("pins", endpoint=f"host{number}")

    def session(self, number: int) -> Json:
        return self.ask("find_flow", endpoint=f"host{number}", flow=self.flow(number))

    def skip(self) -> None:
        number = self.random.randrange(2)
        info = self.session(number)
        if info["state"] == "sst":
            target = self.random.choice((info["number"] + 100, info["number"] | 0x800000,
                                         info["epoch"] + 1 << 24))
            self.ask("skip", endpoint=f"host{number}", index=info["index"], number=target)

    def dummy(self) -> None:
        number = self.random.randrange(2)
        info = self.session(number)
        if info["state"] == "sst":
            answer = self.ask("dummy", endpoint=f"host{number}", index=info["index"],
                              size=self.random.choice((20, 40, 500)), now=self.now())
            if answer["ok"]:
                self.take(number, answer)

    def abandon(self) -> None:
        number = self.random.randrange(2)
        self.take(number, self.ask("abandon", endpoint=f"host{number}", flow=self.flow(number),
                                   now=self.now()))

    def clear(self) -> None:
        number = self.random.randrange(2)
        flow = self.flow(number)
        segment = self.segment(flow["protocol"], flow["peer_port"], flow["local_port"])
        self.take(number, self.ask("ingress", **self.strange(number), protocol=flow["protocol"],
                                   marked=self.random.random() < 0.2,
                                   packet=self.damaged(segment).hex(),
                                   now=self.now()))

    def icmp(self) -> None:
        """A router answers an old packet."""
        if not self.old:
            return
        number, one = self.random.choice(self.old)
        sender = 1 - number
        here, there = (raw(self.addresses[side]) for side in (sender, number))
        four = len(here) == 4
        packet = bytes.fromhex(one["packet"])
        header = bytearray(seg.ip_header(one["protocol"], here, there, len(packet)))
        if one["mark"] and four:
            header[6] |= 0x80
        elif one["mark"]:
            header[:2] = (0x6AC0).to_bytes(2, "big")
        kinds = ((3, 4), (3, 1), (11, 0)) if four else ((2, 0), (1, 3), (3, 0))
        rest = self.random.choice((0, 900, 1300, 1400)).to_bytes(4, "big")
        message = bytes(self.random.choice(kinds)) + bytes(2) + rest + bytes(header) \
            + packet[:self.random.choice((0, 3, 8, 8, 16, 40))]
        fields = {**self.host(sender), "peer": "203.0.113.9" if four else "2001:db8:9::9"}
        self.take(sender, self.ask("ingress", **fields, protocol=1 if four else 58, marked=False,
                                   packet=message.hex(), now=self.now()))

    def icmp_out(self) -> None:
        """The stack complains about a segment it was given."""
        number = self.random.randrange(2)
        flow = self.flow(number)
        here, there = (raw(self.addresses[side]) for side in (number, 1 - number))
        four = len(here) == 4
        inner = self.segment(flow["protocol"], flow["peer_port"], flow["local_port"])[:60]
        kind = bytes.fromhex("0303c0de00000000" if four else "0104c0de00000000")
        message = kind + seg.ip_header(flow["protocol"], there, here, len(inner)) + inner
        self.take(number, self.ask("egress", **self.host(number), protocol=1 if four else 58,
                                   segment=message.hex(), mtu=self.mtu, now=self.now()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adapter", nargs="+", required=True, help="command to run")
    parser.add_argument("--scenarios", type=int, default=100)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=1000, help="longest wait, in seconds")
    parser.add_argument("--differences", type=int, default=1, help="stop after so many")
    parser.add_argument("--log", type=Path, help="requests of the last scenario that differs")
    given = parser.parse_args()
    adapters = [Adapter(REFERENCE), Adapter(given.adapter)]
    found = 0
    for seed in range(given.seed, given.seed + given.scenarios):
        scenario = Scenario(seed, adapters, given.steps, given.longest)
        try:
            scenario.play()
        except (Difference, Unsupported) as difference:
            print(f"scenario {seed}, {difference}", flush=True)
            found += 1
            if given.log:
                given.log.write_text("".join(json.dumps(request) + "\n"
                                             for request in scenario.log))
            if found == given.differences:
                break
            for adapter in adapters:
                adapter.close()
            adapters = [Adapter(REFERENCE), Adapter(given.adapter)]
    for adapter in adapters:
        adapter.close()
    print(f"{seed - given.seed + 1} scenarios, {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
