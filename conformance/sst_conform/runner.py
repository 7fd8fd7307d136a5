# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Runs cases with implementations."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sst_conform.case import CASES, NOBODY, PAIR, Absent, Case, Failed, Test
from sst_conform.process import Broken, Implementation, Refused, Unsupported
from sst_reference.wire import Refused as NotAuthentic

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True)
class Result:
    """How one run of a case ended."""

    case: Case
    role: str
    variant: str
    implementations: tuple[str, ...]
    status: str
    message: str
    seconds: float

    @property
    def title(self) -> str:
        """Which run it was."""
        if self.role == NOBODY:
            return f"{self.case.number} {self.case.name}"
        who = (" > ".join(self.implementations) if self.role == PAIR
               else f"{self.implementations[0]} as {self.role}")
        return f"{self.case.number} {self.case.name} [{who}, {self.variant}]"


def choose(patterns: Iterable[str]) -> list[Case]:
    """The cases whose number or name one of the patterns fits; all for no pattern."""
    patterns = list(patterns)
    cases = sorted(CASES, key=lambda one: one.number)
    return [one for one in cases if not patterns or any(
        pattern == one.group or fnmatch.fnmatchcase(str(one.number), pattern)
        or fnmatch.fnmatchcase(one.name, pattern) for pattern in patterns)]


def plan(cases: Iterable[Case], implementations: list[Implementation]
         ) -> Iterator[tuple[Case, str, str, list[Implementation]]]:
    """Every run: a pair case for all pairs of implementations, other cases for each."""
    for case in cases:
        for role, variant in case.runs():
            if role == NOBODY:
                yield case, role, variant, []
            elif role == PAIR:
                for client in implementations:
                    for server in implementations:
                        yield case, role, variant, [client, server]
            else:
                for implementation in implementations:
                    yield case, role, variant, [implementation]


def run(cases: Iterable[Case], implementations: list[Implementation], *, lenient: bool = False,
        told: Callable[[Result], None] = lambda _: None) -> list[Result]:
    """Runs them all."""
    results = []
    for case, role, variant, chosen in plan(cases, implementations):
        result = run_once(case, role, variant, chosen, lenient)
        results.append(result)
        told(result)
    return results


def run_once(case: Case, role: str, variant: str, implementations: list[Implementation],
             lenient: bool = False) -> Result:
    """One run of a case."""
    begin = time.monotonic()
    status, message = _run(case, Test(implementations, role, variant, lenient))
    return Result(case, role, variant, tuple(one.name for one in implementations), status, message,
                  time.monotonic() - begin)


def _run(case: Case, test: Test) -> tuple[str, str]:
    try:
        try:
            case.run(test)
            test.contract()
        finally:
            test.close()
    except (Unsupported, Absent) as reason:
        return SKIPPED, str(reason)
    except (Failed, Broken, Refused) as reason:
        return FAILED, str(reason)
    except NotAuthentic as reason:
        return FAILED, f"a packet is not what the text says: {reason}"
    except (LookupError, ValueError, TypeError, AssertionError) as reason:
        for one in test.implementations:
            one.stop()
        where = reason.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}" if where else "?"
        return FAILED, f"unlike what was expected: {type(reason).__name__}: {reason} ({place})"
    return PASSED, ""
