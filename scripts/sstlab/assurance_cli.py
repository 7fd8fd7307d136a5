# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The commands that look for faults of the codec: fuzz, mutate, soak, coverage."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sstlab import coverage, fuzz, mutate, soak

MAX_SEED = 2**32 - 1


def add(commands: argparse._SubParsersAction,  # type: ignore[type-arg]
        number: Callable[[int, int], Callable[[str], int]], cores: int) -> None:
    """Adds them."""
    fuzzing = commands.add_parser(
        "fuzz", description="Runs libFuzzer with ASan and UBSan over every parser of the codec and "
                            "over the endpoint's state machines.\nWhat it learns stays in "
                            ".sst/fuzz/, and how much was executed in all.\nExit status 1 when "
                            "something was found.\nNeeds clang-14 and libclang-rt-14-dev.")
    fuzzing.add_argument("--seconds", type=number(1, 10**7), metavar="N",
                         help=f"for each target (default {fuzz.DEFAULT_SECONDS}; none with "
                              "--total)")
    fuzzing.add_argument("--total", type=number(1, 10**13), metavar="N",
                         help="until each target has N executions in all, earlier runs counted")
    fuzzing.add_argument("--target", action="append", choices=fuzz.TARGETS, metavar="NAME",
                         help=f"{', '.join(fuzz.TARGETS)}; may be repeated (default: all)")
    fuzzing.add_argument("--jobs", type=number(1, 4096), default=cores, metavar="N",
                         help="targets at a time (default: one a core)")
    fuzzing.add_argument("--json", metavar="FILE", help="write the figures there as well")
    fuzzing.set_defaults(run=fuzz.fuzz, parser=fuzzing)

    mutating = commands.add_parser(
        "mutate", description="Changes the codec in small ways, one at a time, and runs its tests "
                              "against each.\nPrints what survived. Exit status 1 when something "
                              "did that codec/test/mutants-equivalent.txt does not name.")
    mutating.add_argument("--files", action="append", metavar="PATTERN",
                          help="as 'epochs*' or 'codec/src/endpoint-*.cc'; may be repeated "
                               "(default: all, which takes many hours)")
    mutating.add_argument("--changed", action="store_true",
                          help="only files that differ from the last commit")
    mutating.add_argument("--lines", type=mutate.lines, metavar="A-B", help="only these lines")
    mutating.add_argument("--sample", type=mutate.share, metavar="SHARE",
                          help="only this share of the mutants, drawn at random, as 0.1; says "
                               "between what the share of all lies")
    mutating.add_argument("--seed", type=number(1, MAX_SEED), default=1, metavar="S",
                          help="of the draw (default 1)")
    mutating.add_argument("--resume", action="store_true",
                          help="take what .sst/mutate.jsonl holds and is still true: results for "
                               "files unchanged, survivors only with unchanged tests")
    mutating.add_argument("--jobs", type=number(1, 4096), default=cores, metavar="N",
                          help="mutants at a time (default: one a core)")
    mutating.add_argument("--json", metavar="FILE", help="write the figures there as well")
    mutating.set_defaults(run=mutate.mutate, parser=mutating)

    soaking = commands.add_parser(
        "soak", description="Runs endpoints against each other over a bad path, in virtual time:\n"
                            "  packets     loss, duplication, reordering, clock jumps, changing "
                            "keys, epochs\n  handshakes  handshakes with 30 % loss each way: share "
                            "done within 60 s\n  flood       10^5 INITs a second from spoofed "
                            "sources for 10 s, and a real client")
    soaking.add_argument("what", nargs="?", choices=["packets", "handshakes", "flood"],
                         default="packets", metavar="WHAT",
                         help="packets (default), handshakes or flood")
    soaking.add_argument("--packets", "--count", dest="count", type=number(0, 10**10), default=0,
                         metavar="N", help="segments, handshakes or INITs (default: 20 000 000, "
                                           "10 000, 1 000 000)")
    soaking.add_argument("--seed", type=number(1, MAX_SEED), default=1, metavar="S",
                         help="of all random draws (default 1)")
    soaking.add_argument("--json", metavar="FILE", help="write the figures there as well")
    soaking.set_defaults(run=soak.soak, parser=soaking)

    covering = commands.add_parser(
        "coverage", description="Builds the codec with gcov's counters, runs its tests and the "
                                "committed fuzz inputs and prints the share of lines run.")
    covering.add_argument("--missed", action="store_true", help="name the lines not run")
    covering.add_argument("--json", metavar="FILE", help="write the figures there as well")
    covering.set_defaults(run=coverage.coverage, parser=covering)
