# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`python -m sst_conform`, which `./sst conform` calls; see doc/conformance.md."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from pathlib import Path

from sst_conform import cases as _cases  # noqa: F401  (registers the cases)
from sst_conform import report, runner, self_check
from sst_conform.case import GROUPS, Case
from sst_conform.process import Broken, Implementation, Refused, Unsupported
from sst_conform.runner import FAILED, Result

FOLDER = Path(__file__).resolve().parents[1]
INTERFACE = 1  # version of the adapter interface


class UsageError(Exception):
    """Asked for something unknown: exit status 2."""


def implementations(given: list[str], adapter: str | None) -> list[Implementation]:
    """The implementations named on the command line, by default those of this project."""
    known = {"reference": [sys.executable, str(FOLDER / "adapters" / "reference.py")]}
    if adapter:
        known["libsst"] = [adapter]
    chosen: list[Implementation] = []
    for text in given or list(reversed(known)):
        name, equals, command = text.partition("=")
        words = shlex.split(command) if equals else known.get(name)
        if not name or not words:
            raise UsageError(f"'{text}' is no NAME=COMMAND, nor one of {', '.join(sorted(known))}")
        if name in (one.name for one in chosen):
            raise UsageError(f"two implementations are named '{name}'")
        chosen.append(Implementation(name, words, python_environment()))
    return chosen


def python_environment() -> dict[str, str]:
    """The variables the adapters of this project written in Python run with."""
    return {**os.environ, "PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1"}


def chosen_cases(patterns: list[str]) -> list[Case]:
    """The cases the patterns fit."""
    for pattern in patterns:
        if not runner.choose([pattern]):
            raise UsageError(f"no case fits '{pattern}': neither its number nor its name; groups: "
                             f"{', '.join(GROUPS)}; --list names all")
    return runner.choose(patterns)


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="sst_conform", allow_abbrev=False)
    parser.add_argument("--implementation", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--case", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--junit", metavar="FILE", type=Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--lenient", action="store_true")
    parser.add_argument("--self-check", action="store_true")
    parser.add_argument("--libsst", metavar="FILE", help="the codec's adapter")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Runs what the command line asks for; the exit status."""
    options = parse(arguments)
    try:
        cases = chosen_cases(options.case)
        if options.list:
            print(report.table(cases))
            return 0
        if options.self_check:
            return self_check.main(python_environment(), FOLDER)
        chosen = implementations(options.implementation, options.libsst)
        for one in chosen:
            _greet(one)
    except UsageError as error:
        print(f"sst: {error}", file=sys.stderr)
        return 2
    results = _run(cases, chosen, options.lenient)
    print(report.matrix(results))
    if options.junit:
        report.write_junit(results, options.junit)
    print(f"\n{report.totals(results)}", flush=True)
    return 1 if any(result.status == FAILED for result in results) else 0


def _greet(implementation: Implementation) -> None:
    """Fails early where the command is none of an adapter."""
    try:
        answer = implementation.ask("hello")
    except (Broken, Refused, Unsupported) as error:
        raise UsageError(f"{implementation.name} does not answer hello: {error}") from error
    if answer.get("version") != INTERFACE:
        raise UsageError(f"{implementation.name} speaks version {answer.get('version')} of the "
                         f"adapter interface; this runner speaks {INTERFACE}")


def _run(cases: list[Case], chosen: list[Implementation], lenient: bool) -> list[Result]:
    total = sum(1 for _ in runner.plan(cases, chosen))
    done = 0
    last = 0.0
    is_shown = sys.stderr.isatty()

    def told(result: Result) -> None:
        nonlocal done, last
        done += 1
        if is_shown and time.monotonic() - last > 0.2:
            last = time.monotonic()
            print(f"\rconform {done}/{total} {result.case.name:40}", end="", file=sys.stderr)

    try:
        return runner.run(cases, chosen, lenient=lenient, told=told)
    finally:
        if is_shown:
            print("\r" + " " * 70 + "\r", end="", file=sys.stderr)
        for one in chosen:
            one.stop()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
