# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What a case is, and what it is told: checks, implementations, one variant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sst_conform.network import Host, Verdict, World
from sst_conform.process import Implementation
from sst_reference import wire

# Who plays what: PAIR two implementations both ends, EACH one implementation one end after the
# other, ALONE one that plays none, NOBODY no implementation at all.
PAIR = "pair"
CLIENT = "client"
SERVER = "server"
EACH = "client, server"
ALONE = "alone"
NOBODY = "nobody"

N4, N6, U4, U6 = "n4", "n6", "u4", "u6"
EVERY = (N4, N6, U4, U6)
NATIVE = (N4, N6)
SHAPED = (U4, U6)
V4 = (N4, U4)

GROUPS = ("normal", "boundary", "adversarial", "leak", "loss")


class Failed(Exception):
    """A check did not hold."""


class Absent(Exception):
    """What the case tests does not exist at this level or in this version: it is skipped."""


@dataclass(frozen=True)
class Case:
    """One case of the table in doc/conformance.md."""

    number: int
    name: str
    group: str
    roles: str
    rules: str
    variants: tuple[str, ...]
    run: Callable[[Test], None]

    @property
    def summary(self) -> str:
        """The first line of its description."""
        return (self.run.__doc__ or "").strip().splitlines()[0]

    def runs(self) -> Iterable[tuple[str, str]]:
        """Role and variant of every run."""
        roles = self.roles.split(", ")
        return [(role, variant) for role in roles for variant in self.variants]


CASES: list[Case] = []


def case(number: int, name: str, group: str, roles: str, rules: str,
         variants: Iterable[str] = EVERY) -> Callable[[Callable[[Test], None]],
                                                      Callable[[Test], None]]:
    """Registers a case; its docstring says in one line what has to hold."""
    def register(run: Callable[[Test], None]) -> Callable[[Test], None]:
        CASES.append(Case(number, name, group, roles, rules, tuple(variants), run))
        return run
    return register


class Test:
    """One run of a case."""

    __test__ = False  # not a test of pytest

    def __init__(self, implementations: list[Implementation], role: str, variant: str,
                 lenient: bool = False) -> None:
        self.implementations = implementations
        self.role = role
        self.variant = variant
        self.lenient = lenient
        self.world = World()
        self.hosts: list[Host] = []

    @property
    def layout(self) -> int:
        """The layout of this run."""
        return wire.LAYOUT_U if self.variant[0] == "u" else wire.LAYOUT_N

    @property
    def is_u(self) -> bool:
        """Whether this run is about layout U."""
        return self.layout == wire.LAYOUT_U

    @property
    def is_v6(self) -> bool:
        """Whether this run is about IPv6."""
        return self.variant[1] == "6"

    @property
    def policy(self) -> str:
        """What stands behind the slash of the variant."""
        return self.variant.partition("/")[2]

    @property
    def ip_header(self) -> int:
        """Bytes of the IP header."""
        return 40 if self.is_v6 else 20

    def address(self, host: int) -> str:
        """The address of a host of the simulated network; each in a network of its own."""
        return f"2001:db8:{host:x}::1" if self.is_v6 else f"198.18.{host}.1"

    def host(self, number: int, side: int, **options: Any) -> Host:
        """A host of implementation `side` (0 the client's or the only one, 1 the server's)."""
        host = Host(self.world, self.implementations[side], self.address(number),
                    **{"seed": number, **options})
        self.hosts.append(host)
        return host

    def again(self) -> Test:
        """The same run in a world of its own."""
        other = Test(self.implementations, self.role, self.variant, self.lenient)
        other.hosts = self.hosts
        return other

    def close(self) -> None:
        """Forgets all endpoints."""
        for host in self.hosts:
            host.destroy()

    # ------------------------------------------------------------------------------- checks

    def check(self, holds: object, what: str) -> None:
        """Fails unless it holds; `what` says what should be."""
        if not holds:
            raise Failed(what)

    def equal(self, got: object, wanted: object, what: str) -> None:
        """Fails unless both are the same."""
        if got != wanted:
            if isinstance(got, bytes) and isinstance(wanted, bytes):
                got, wanted = _difference(got, wanted)
            raise Failed(f"{what}: got {got}, wanted {wanted}")

    def outcome(self, verdict: Verdict, outcome: str, reason: str | None, what: str) -> None:
        """Fails unless a verdict is this; the reason counts unless --lenient."""
        if verdict.outcome != outcome:
            raise Failed(f"{what}: got '{verdict}', wanted '{outcome} {reason or ''}'".rstrip())
        self.reason(verdict.reason, reason, what)

    def reason(self, got: str, wanted: str | None, what: str) -> None:
        """Fails unless a reason's name is this; None any. Lenient: any."""
        if wanted is not None and not self.lenient and got != wanted:
            raise Failed(f"{what}: got reason '{got}', wanted '{wanted}'")

    def dropped(self, verdict: Verdict, reason: str | None, what: str) -> None:
        """Fails unless the packet was dropped for this reason."""
        self.outcome(verdict, "drop", reason, what)

    def not_accepted(self, verdict: Verdict, what: str) -> None:
        """Fails when the packet had an effect; dropped or handed up unchanged is both right."""
        if verdict.outcome not in ("drop", "pass"):
            raise Failed(f"{what}: got '{verdict}', wanted it dropped or left alone")

    def contract(self) -> None:
        """Fails when a host saw the interface's contract broken."""
        for host in self.hosts:
            if host.violations:
                raise Failed(f"{host.implementation.name}: {host.violations[0]}")


def _difference(got: bytes, wanted: bytes) -> tuple[str, str]:
    """Two byte strings around the first place where they differ."""
    at = next((i for i, pair in enumerate(zip(got, wanted)) if pair[0] != pair[1]),
              min(len(got), len(wanted)))
    return (f"{len(got)} bytes, at {at} {got[at:at + 12].hex()}",
            f"{len(wanted)} bytes, at {at} {wanted[at:at + 12].hex()}")
