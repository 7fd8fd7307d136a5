# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The command line of ./sst."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from sstlab import (assurance_cli, bench, bench_codec, build, conform, environment, keys, study,
                    testing)
from sstlab.campaign import core_count
from sstlab.project import Failure, UsageError, say

DESCRIPTION = """\
ns3-sst: hiding which service a packet belongs to, measured in ns-3.

  ./sst run             measure which censor blocks which service, with and without SST
  ./sst test            run every test
  ./sst conform         run the conformance cases against the codec, the reference or your own
  ./sst bench simulator measure what SST's cryptography costs a simulation
  ./sst bench codec     measure the codec against raw libsodium
  ./sst key COMMAND     make, show and publish a server's keys: ./sst key --help
  ./sst fuzz            look for inputs that break the codec: libFuzzer, ASan, UBSan
  ./sst mutate          change the codec in small ways and count what its tests notice
  ./sst soak            long runs over a bad path, handshakes under loss, a flood of INITs
  ./sst coverage        lines of the codec that its tests run
  ./sst setup           install and build everything without running anything
  ./sst report DIR      write summary.csv, matrix.png and report.html of a study anew
  ./sst plot DIR        draw matrix.png of a study anew

Every command first sets up what it needs: missing system packages (as root or by sudo, named before
they are installed), Python packages in .venv/, programs in build/. Nothing is done twice.
Results go to standard output, everything else to standard error.
Exit status: 0 done, 1 something failed, 2 asked for something unknown or not to be had, 130 Ctrl-C.
"""
MAX_SEED = 2**32 - 1
MAX_FLOWS = 10000


class Parser(argparse.ArgumentParser):
    """An argument parser that answers an unknown option with the allowed ones."""

    def __init__(self, **options: object) -> None:
        super().__init__(allow_abbrev=False,
                         formatter_class=argparse.RawDescriptionHelpFormatter,
                         **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments"):
            known = [name for name in self._option_string_actions if name.startswith("--")]
            message += f"; known: {', '.join(known)}"
        self.exit(2, f"{self.prog}: {message}\nSee {self.prog} --help\n")

    def parse(self, arguments: list[str]) -> argparse.Namespace:
        """Parses; what a command does not know is answered by that command."""
        options, unknown = self.parse_known_args(arguments)
        if unknown:
            parser = getattr(options, "parser", self)
            parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        options.arguments = arguments
        return options


def number(low: int, high: int) -> Callable[[str], int]:
    """A type of argument: an integer between `low` and `high`."""
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"'{text}' is no number from {low} to {high}")
        return value
    return parse


def names(text: str) -> list[str]:
    """A type of argument: names separated by commas, each once."""
    values = [value.strip() for value in text.split(",")]
    if not all(values):
        raise argparse.ArgumentTypeError(f"'{text}' holds an empty name")
    return list(dict.fromkeys(values))


def versions(text: str) -> list[int]:
    """A type of argument: IP versions separated by commas."""
    for value in names(text):
        if value not in ("4", "6"):
            raise argparse.ArgumentTypeError(f"unknown IP version '{value}'; known: 4, 6")
    return sorted({int(value) for value in names(text)})


def folder_name(text: str) -> str:
    """A type of argument: the name of a folder, without a path."""
    if not text or text in (".", "..", "latest") or "/" in text or text.startswith("."):
        raise argparse.ArgumentTypeError(f"'{text}' cannot be the name of a folder of results; "
                                         "for another place use --out")
    return text


def make_parser() -> Parser:
    """All commands and their options."""
    parser = Parser(prog="./sst", description=DESCRIPTION, usage="./sst COMMAND [OPTIONS]",
                    epilog="./sst COMMAND --help explains the options of a command.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True,
                                     prog="./sst", help=argparse.SUPPRESS)
    _add_run(commands)

    test = commands.add_parser(
        "test", description="Runs every test: codec, ns-3 suites, parsers fed with random bytes "
                            "under ASan and UBSan, Python.\nThird-party test vectors are read from "
                            "the folder that SST_VECTORS names; skipped without it.\nTests with "
                            "real DNS servers need Debian's packages knot and unbound.")
    test.add_argument("--fast", action="store_true",
                      help="leave out the build with sanitizers, what runs in it, and slow tests")
    test.set_defaults(run=testing.test, parser=test)

    _add_conform(commands)

    benches = commands.add_parser(
        "bench", description="Measures what SST costs: `simulator` the user time of simulations "
                             "with its cryptography over that of plain ns-3,\n`codec` sealing, "
                             "opening, handshakes and memory against raw libsodium.")
    kinds = benches.add_subparsers(dest="what", metavar="simulator|codec", required=True,
                                   prog="./sst bench", help=argparse.SUPPRESS)
    simulator = kinds.add_parser(
        "simulator", description="User time of a simulation with SST over plain ns-3.")
    simulator.add_argument("--topologies", type=names, metavar="A,B",
                           help=f"of {', '.join(bench.TOPOLOGIES)} (default: all)")
    simulator.add_argument("--program", help=argparse.SUPPRESS)
    simulator.set_defaults(run=bench.simulator, parser=simulator)
    codec = kinds.add_parser(
        "codec", description="Time of sealing and opening in every coverage, by size and sessions, "
                             "against raw libsodium in the same run;\nhandshakes, refused INITs, "
                             "memory of sessions and flows. Takes some minutes.")
    codec.add_argument("--quick", action="store_true",
                       help="only what the wanted figures need")
    codec.add_argument("--plot", metavar="FILE", help="draw the ratios into this PNG file")
    codec.set_defaults(run=bench_codec.codec, parser=codec)
    for command in (simulator, codec):
        command.add_argument("--json", metavar="FILE", help="write the measurements there as well")
        command.add_argument("--rounds", type=number(1, 1000), default=7,
                             help="measurements of each kind (default 7)")

    # sst-key knows its own options: main() hands them over unread.
    commands.add_parser("key", add_help=False)

    assurance_cli.add(commands, number, core_count())

    setup = commands.add_parser("setup",
                                description="Installs what is missing and builds everything.")
    setup.set_defaults(run=_setup, parser=setup)

    for name, run, words in (("report", study.report,
                              "Writes summary.csv, matrix.png and report.html anew from flows.csv "
                              "and run.json, and prints the matrix."),
                             ("plot", study.plot, "Draws matrix.png anew from flows.csv.")):
        command = commands.add_parser(name, description=words)
        command.add_argument("folder", metavar="DIR", help="a folder of results, as results/latest")
        command.set_defaults(run=run, parser=command)
    return parser


def _add_run(commands: argparse._SubParsersAction[Parser]) -> None:
    run = commands.add_parser(
        "run", description="Measures which censor blocks which service: services x carriages x "
                           "policies x censors x IP versions,\non all cores. Prints a matrix and "
                           "writes results/NAME/: report.html (start there), matrix.png,\n"
                           "summary.csv, flows.csv, run.json. results/latest points to the last "
                           "one.\nThe scenario protocol-limits shows epochs, colliding ports, RETRY "
                           "and layout U at work; it takes\n--seed, --out and --jobs.")
    run.add_argument("scenario", nargs="?", default=study.SCENARIOS[0], choices=study.SCENARIOS,
                     metavar="SCENARIO",
                     help=f"{', '.join(study.SCENARIOS)} (default: the first)")
    run.add_argument("--quick", action="store_true",
                     help=f"{study.QUICK_FLOWS} flows of a service instead of "
                          f"{study.DEFAULT_FLOWS}: under a minute once built")
    run.add_argument("--name", type=folder_name,
                     help="folder below results/ (default: follows from the options)")
    run.add_argument("--out", metavar="DIR", help="write the results into DIR instead")
    run.add_argument("--flows", type=number(1, MAX_FLOWS), metavar="N",
                     help="flows of each service in each run")
    run.add_argument("--seed", type=number(1, MAX_SEED), default=study.DEFAULT_SEED, metavar="S",
                     help="of all random draws; the same seed gives the same flows.csv "
                          f"(default {study.DEFAULT_SEED})")
    known = study.DOCUMENTED
    for option, allowed, note in (
            ("--censors", known.censors, "; '+' combines, as in dns-strip+port-drop"),
            ("--carriages", known.carriages, ""),
            ("--policies", known.policies, "; off is for plain alone"),
            ("--services", known.services, "")):
        run.add_argument(option, type=names, metavar="A,B",
                         help=f"{', '.join(allowed)}{note} (default: all)")
    run.add_argument("--ip", type=versions, metavar="4,6", help="IP versions (default: both)")
    run.add_argument("--jobs", type=number(1, 4096), default=core_count(), metavar="N",
                     help="runs at a time (default: one a core)")
    run.add_argument("--program", metavar="FILE",
                     help="use this scenario program instead of building one; leaves "
                          "results/latest as it is")
    run.set_defaults(run=study.run, parser=run)


def _add_conform(commands: argparse._SubParsersAction[Parser]) -> None:
    command = commands.add_parser(
        "conform", description="Runs the conformance cases with every implementation and every "
                               "pair of them; prints a matrix, then\nwhat failed. "
                               "doc/conformance.md says how to test an implementation of your own."
                               "\nExit status: 0 "
                               "nothing failed, 1 a case failed, 2 asked for something unknown.")
    command.add_argument("--implementation", action="append", default=[], metavar="NAME=COMMAND",
                         help="an adapter to test, or libsst or reference by name alone; can be "
                              "given again (default: libsst and reference)")
    command.add_argument("--case", action="append", default=[], metavar="PATTERN",
                         help="number, name or group; * and ? are wild; can be given again "
                              "(default: all)")
    command.add_argument("--junit", metavar="FILE", help="write the results as JUnit XML")
    command.add_argument("--list", action="store_true", help="list the cases and do nothing else")
    command.add_argument("--lenient", action="store_true",
                         help="do not compare the names of drop reasons")
    command.add_argument("--self-check", action="store_true",
                         help="show that deliberate faults of the reference are found")
    command.set_defaults(run=conform.conform, parser=command)


def _setup(_: argparse.Namespace) -> int:
    """`./sst setup`."""
    environment.ensure_environment()
    with build.ensure_built([]):
        say("everything is set up")
    return 0


def _end(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Runs one command; returns the exit status."""
    signal.signal(signal.SIGTERM, _end)
    try:
        if arguments[:1] == ["key"]:
            return keys.key(arguments[1:])
        options = make_parser().parse(arguments)
        return int(options.run(options))
    except UsageError as error:
        say(str(error))
        return 2
    except Failure as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; nothing half-written is kept")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        say(f"{error.strerror}: {error.filename}" if error.filename else str(error))
        return 1
