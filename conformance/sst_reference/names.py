# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""What is known of names: their keys, open questions, pins, and what a policy makes of it."""

from __future__ import annotations

from sst_reference.flows import Flows
from sst_reference.keyvalue import FLAG_STRICT, Entry
from sst_reference.state import SECOND, Flow, Keys, Question, Request

KEY_WAIT = 30 * SECOND
KEPT = {"keys": 24 * 3600 * SECOND, "absent": 60 * SECOND, "unusable": 60 * SECOND,
        "timeout": 10 * SECOND}
MAX_KEY_ANSWERS = 4096
PIN_MS = 30 * 86400 * 1000


class Names(Flows):
    """"Keys belong to (name, address), never to an address alone (F9)."""

    def opportunistic(self, flow: Flow) -> bool:
        """"Pinned: behaves as `require`; not pinned: as `opportunistic`"."""
        return flow.request.policy == "opportunistic" \
            or flow.request.policy == "pin" and not self.pinned(flow.pin_name)

    def strict(self, request: Request) -> bool:
        """`require`, or `pin` for a name that is pinned now."""
        return request.policy == "require" \
            or request.policy == "pin" and self.pinned(request.name)

    def pinned(self, name: str) -> bool:
        return bool(name) and self.now.unix_ms < self.pins.get(name, 0)

    def _pin(self, name: str, entries: list[Entry]) -> None:
        """"Max over seen usable entries with flag bit 3 of (not_after, or now when 0)" and 30
        days more.
        """
        for entry in entries if name else []:
            if entry.flags & FLAG_STRICT and entry.usable(self.now.unix_ms):
                self.keep_pin(name, (entry.not_after * 1000 or self.now.unix_ms) + PIN_MS)

    def keep_pin(self, name: str, until: int) -> None:
        """"One that is over, otherwise the one whose name was seen with the flag least lately,
        makes room" (PIN-4). Of two ends of a name the later counts.
        """
        until = max(until, self.pins.pop(name, 0))
        self.pins[name] = until
        while len(self.pins) > self.config.max_pins:
            over = (pinned for pinned in self.pins if not self.pinned(pinned))
            del self.pins[next(over, next(iter(self.pins)))]

    def kept_pins(self) -> dict[str, int]:
        """The pins that are not over, least lately seen first."""
        return {name: until for name, until in self.pins.items() if self.pinned(name)}

    def remember(self, name: str, address: bytes, answer: str, entries: list[Entry],
                 udp_port: int) -> Keys:
        """An answer; no answer does not replace keys."""
        old = self.kept_keys(name, address)
        # "A value of which no entry is usable MUST count as present but unusable." (KEYQ-7)
        if answer == "keys" and not any(entry.usable(self.now.unix_ms) for entry in entries):
            answer = "unusable"
        keys = Keys(answer, entries, udp_port, self.now.monotonic_ns + KEPT[answer])
        if answer == "keys":
            self._pin(name, entries)
        first = keys.first_usable(self.now.unix_ms)
        former = old.first_usable(self.now.unix_ms) if old is not None else None
        if old is not None and old.came_up_in_u and first is not None and former is not None \
                and first.public_key == former.public_key:
            keys.came_up_in_u = True
        if not (answer == "timeout" and old is not None and old.answer == "keys"):
            self.known.pop((name, address), None)
            self.known[(name, address)] = keys
            if len(self.known) > MAX_KEY_ANSWERS:
                # "The one that ends first MUST make room."
                del self.known[min(self.known, key=lambda place: self.known[place].until_ns)]
        self.questions = {group: question for group, question in self.questions.items()
                          if group[:2] != (name, address)}
        return keys

    def kept_keys(self, name: str, address: bytes) -> Keys | None:
        keys = self.known.get((name, address))
        if keys is not None and self.now.monotonic_ns >= keys.until_ns:
            del self.known[(name, address)]
            return None
        return keys

    def ask(self, flow: Flow) -> None:
        """"Flows that ask for the same name, addresses, coverage, padding and layout while a
        question is open MUST wait for it together, up to 1024; one for which no flow waits any more
        MUST be forgotten" (KEYQ-12).
        """
        request = flow.request
        group = (request.name, flow.key.peer, flow.local, request.coverage, request.padding,
                 request.layout)
        question = self.questions.get(group)
        waiting = sum(1 for other in self.flows.values()
                      if other.question is question and other.state == "waiting"
                      and other.session is None)
        if question is None or not 0 < waiting < self.config.max_flows_per_session:
            question = self.questions[group] = Question(self.now.monotonic_ns)
            self.act("resolve", name=request.name, peer=flow.key.peer)
        flow.question = question
