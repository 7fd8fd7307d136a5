# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Shows that the cases can fail: each deliberate fault is found by the case meant for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sst_conform import runner
from sst_conform.process import Implementation
from sst_conform.runner import FAILED, PASSED, Result

# Fault of adapters/broken.py -> name of the case meant for it.
FAULTS = {
    "nonce-reuse": "init-rtx-fresh-e",
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
}


@dataclass(frozen=True)
class Finding:
    """What became of one fault."""

    fault: str
    case: str
    broken: list[Result]
    unbroken: list[Result]

    @property
    def is_found(self) -> bool:
        """The broken one fails a check, the unbroken one passes all."""
        return (any(one.status == FAILED for one in self.broken)
                and all(one.status == PASSED for one in self.unbroken))

    @property
    def words(self) -> str:
        """The failure that found it, or why it counts as not found."""
        failed = [one for one in self.broken if one.status == FAILED]
        wrong = [one for one in self.unbroken if one.status != PASSED]
        if wrong:
            return f"the unbroken reference does not pass: {wrong[0].title}: {wrong[0].message}"
        return f"{failed[0].title}: {failed[0].message}" if failed else "NOT FOUND"


def check(environment: dict[str, str], folder: Path) -> Iterator[Finding]:
    """Every fault's case, with the broken and with the unbroken reference."""
    unbroken = Implementation("reference", [sys.executable, str(folder / "adapters/reference.py")],
                              environment)
    passed: dict[str, list[Result]] = {}
    try:
        for fault, name in FAULTS.items():
            cases = runner.choose([name])
            if name not in passed:
                passed[name] = runner.run(cases, [unbroken])
            broken = Implementation(
                fault, [sys.executable, str(folder / "adapters/broken.py"), "--fault", fault],
                environment)
            try:
                yield Finding(fault, name, runner.run(cases, [broken]), passed[name])
            finally:
                broken.stop()
    finally:
        unbroken.stop()


def main(environment: dict[str, str], folder: Path) -> int:
    """Prints what became of every fault; 0 when all are found."""
    found = missed = 0
    width = max(map(len, FAULTS))
    for finding in check(environment, folder):
        found += finding.is_found
        missed += not finding.is_found
        print(f"{'found' if finding.is_found else 'MISSED':7}{finding.fault:{width}}  "
              f"{finding.words[:200]}", flush=True)
    print(f"\n{found} faults found, {missed} missed")
    return 1 if missed else 0
