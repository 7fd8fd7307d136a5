# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Shows that the cases can fail: each deliberate fault is found by the case meant for it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sst_conform import runner
from sst_conform.process import Implementation
from sst_conform.runner import FAILED, PASSED, Result

# Fault of adapters/broken.py -> name of the case meant for it.
FAULTS = {
    "nonce-reuse": "init-rtx-fresh-e",
    "policy-never-raised": "policy-raised",
    "failed-prolonged": "failed-not-prolonged",
    "damaged-in-clear": "malformed-egress",
    "groups-taken": "groups",
    "number-reuse": "data-both-ways-tcp",
    "no-replay-window": "dup-exact",
    "short-window": "window",
    "accepts-bit-flips": "bitflip-every-bit",
    "session-confusion": "session-confusion",
    "port-takeover": "cross-session-4tuple",
    "amplification": "amplification",
    "clear-port": "leak-rst-closed-port",
    "downgrade": "drop-flagged",
    "wrong-clock-window": "time-window",
    "early-replay": "replay-init",
    "no-limits": "half-open-flood",
    "retry-mac-unchecked": "forged-retry",
    "reset-without-token-check": "forged-reset",
    "unbound-index": "downgrade",
    "epoch-reuse": "pn-epoch-edge",
    "old-epoch-kept": "replay-data-after-epoch",
    "no-guard": "mss-clamp",
    "verify-after-advance": "forged-pn-far-future",
    "zero-shared-secret": "low-order-e",
    "udp-checksum-zero": "layout-u",
    "inner-checksum-ignored": "inner-refused",
    "options-in-disorder": "options",
    "guard-checked": "guard-rewritten",
    "trailing-bytes": "key-entries",
    "index-without-key": "hs-basic-syn",
    "large-resp": "resp-not-larger-than-init",
    "any-early-segment": "hs-empty-early",
    "session-for-each-flow": "two-flows-one-session",
    "pins-forgotten": "strip-dns",
    "keys-never-removed": "key-rotation-overlap",
    "no-reset": "close-and-reset-token",
    "no-coverage-check": "coverage",
    "no-tombstones": "leak-timewait",
    "remnants-open": "half-open-egress",
    "forgeries-uncounted": "leak-rtx-after-session-death",
    "clear-injection": "clear-on-sst-flow",
    "icmp-in-clear": "leak-icmp-unreachable",
    "small-handshake": "leak-size-syn-vs-udp-vs-rst",
    "wrong-overhead": "mtu",
    "any-early-data": "early-data-rules",
    "no-stop": "pn-hard-stop",
    "epoch-for-ever": "epoch-advance-both-sides",
    "late-answer": "answer-in-second-half",
    "one-init": "hs-30%-both-ways",
    "fewer-inits": "init-rtx-fresh-e",
    "unconfirmed": "first-data-lost",
    "confirms-if-busy": "confirmation",
    "endless-queue": "pending-queue",
    "long-tokens": "retry-token-life",
    "idle-for-ever": "idle-session",
    "short-tcp-idle": "server-push-after-2h-idle",
    "stale-icmp": "icmp-forged",
    "no-extension-headers": "ipv6-extension-headers",
    "no-site-limit": "limits-per-address",
    "marked-only": "flag-bleached",
    "no-padding": "padding-and-dummies",
    "abandon-ignored": "give-up",
    "address-unchecked": "wrong-layout",
    "icmp-of-any-version": "inner-icmp",
    "expired-keys": "key-choice",
    "dhcp-sealed": "never-touched",
    "long-pins": "pins-bounded",
    "same-e-other-bytes": "init-details",
    "failed-flows-forgotten": "failed-flow",
    "oversized-sent": "oversized",
    "questions-for-ever": "key-question",
}


@dataclass(frozen=True)
class Finding:
    """What became of one fault: the run that failed, and the same run without the fault."""

    fault: str
    case: str
    broken: Result | None
    unbroken: Result | None

    @property
    def is_found(self) -> bool:
        """The broken one fails a check, the unbroken one passes it."""
        return self.unbroken is not None and self.unbroken.status == PASSED

    @property
    def words(self) -> str:
        """The failure that found it, or why it counts as not found."""
        if self.broken is None or self.unbroken is None:
            return f"{self.case} passes with the fault"
        if self.unbroken.status != PASSED:
            return f"{self.unbroken.title}: the unbroken reference: {self.unbroken.message}"
        return f"{self.broken.title}: {self.broken.message}"


def check(environment: dict[str, str], folder: Path,
          faults: Iterable[str] = tuple(FAULTS)) -> Iterator[Finding]:
    """Each fault's case: runs of the broken reference until one fails, that one unbroken too."""
    unbroken = Implementation("reference", [sys.executable, str(folder / "adapters/reference.py")],
                              environment)
    try:
        for fault in faults:
            broken = Implementation(
                fault, [sys.executable, str(folder / "adapters/broken.py"), "--fault", fault],
                environment)
            try:
                yield _check(fault, FAULTS[fault], broken, unbroken)
            finally:
                broken.stop()
    finally:
        unbroken.stop()


def _check(fault: str, name: str, broken: Implementation, unbroken: Implementation) -> Finding:
    for case, role, variant, chosen in runner.plan(runner.choose([name]), [broken]):
        result = runner.run_once(case, role, variant, chosen)
        if result.status == FAILED:
            same = runner.run_once(case, role, variant, [unbroken] * len(chosen))
            return Finding(fault, name, result, same)
    return Finding(fault, name, None, None)


def main(environment: dict[str, str], folder: Path) -> int:
    """Prints what became of every fault; 0 when all are found."""
    found = missed = 0
    width = max(map(len, FAULTS))
    for finding in check(environment, folder):
        found += finding.is_found
        missed += not finding.is_found
        print(f"{'found' if finding.is_found else 'MISSED':7}{finding.fault:{width}}  "
              f"{finding.words.splitlines()[0][:200]}", flush=True)
    print(f"\n{found} faults found, {missed} missed")
    return 1 if missed else 0
