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
from sst_faults import FAULTS


@dataclass(frozen=True)
class Finding:
    """What became of one fault: the run that failed, and the same run without the fault.

    A run in which the broken process ends shows nothing about a check: `unbroken` is None then.
    """

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
        if self.broken is None:
            return f"{self.case} passes with the fault"
        if self.unbroken is None:
            return f"{self.broken.title}: no check failed, {self.broken.message}"
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
                yield _check(fault, FAULTS[fault].case, broken, unbroken)
            finally:
                broken.stop()
    finally:
        unbroken.stop()


def _check(fault: str, name: str, broken: Implementation, unbroken: Implementation) -> Finding:
    for case, role, variant, chosen in runner.plan(runner.choose([name]), [broken]):
        result = runner.run_once(case, role, variant, chosen)
        if result.status == FAILED and not broken.is_running():
            return Finding(fault, name, result, None)
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
