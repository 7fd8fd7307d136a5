# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst fuzz`: libFuzzer over every parser and the endpoint, under ASan and UBSan."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sstlab import build, packages
from sstlab.locks import exclusive
from sstlab.project import BUILD_FUZZ, ROOT, STATE, Failure, say
from sstlab.results import output_file, replace_text

SEEDS = ROOT / "codec" / "fuzz" / "corpus"
FOUND = STATE / "fuzz"
TOTALS = "totals.json"  # in FOUND
# Longest input of each target, bytes: what its packets need, and no more.
LENGTHS = {"ctrl": 96, "data": 512, "endpoint": 512, "icmp-quote": 384, "init": 576,
           "key-file": 512, "key-value": 256, "resp": 576, "segment": 384, "udp-shell": 384}
# Where features by the thousand are new, weighing inputs by rare ones takes a third of the time.
OPTIONS = {"endpoint": ("-entropic=0",)}
# Memory is not used again before some executions have passed, and what stays within a core's cache
# is quick. Stacks of allocations take a fifth of the time; repeating a finding by hand shows them.
ASAN_OPTIONS = ("detect_leaks=1:malloc_context_size=0:quarantine_size_mb=1:"
                "thread_local_quarantine_size_kb=64")
INTERRUPTED = 72  # exit status of libFuzzer after SIGINT
DEFAULT_SECONDS = 60
TARGETS = tuple(sorted(
    Path(line.split()[1]).stem for line in (ROOT / "sources.txt").read_text().splitlines()
    if line.startswith("fuzz-target ")))
STATUS = re.compile(r"^#(\d+)\t.*?cov: (\d+)", re.MULTILINE)
DONE = re.compile(r"stat::number_of_executed_units: (\d+)")
FINDING = re.compile(r"^(?:.*: not so: .*|.*ERROR: \S+: .*|.*runtime error: .*)$", re.MULTILINE)


@dataclass
class Outcome:
    """What came of one target."""

    target: str
    executions: int = 0
    seconds: float = 0.0
    coverage: int = 0
    inputs: int = 0
    findings: list[dict[str, str]] = field(default_factory=list)
    in_all: int = 0

    @property
    def rate(self) -> float:
        """Executions a second."""
        return self.executions / self.seconds if self.seconds > 0 else 0.0


class Programs:
    """The targets that run now; ended together."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._ended = False

    def call(self, command: list[str]) -> tuple[int, str]:
        """Runs a target; its exit status and what it said."""
        variables = {**os.environ, "ASAN_OPTIONS": ASAN_OPTIONS}
        with tempfile.TemporaryFile("w+") as words:
            with self._guard:
                if self._ended:
                    return INTERRUPTED, ""
                program = subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT,
                                           env=variables, text=True)
                self._running.add(program)
            code = program.wait()
            with self._guard:
                self._running.remove(program)
            words.seek(0)
            return code, words.read()

    def end(self) -> None:
        """Ends what runs, and lets nothing begin any more."""
        with self._guard:
            self._ended = True
            for program in self._running:
                program.send_signal(signal.SIGINT)


def fuzz(options: Namespace) -> int:
    """Builds with clang, runs every target, prints a table; 1 when something was found."""
    target_file = output_file("--json", options.json)
    chosen = options.target or list(TARGETS)
    seconds = options.seconds or (None if options.total else DEFAULT_SECONDS)
    with exclusive("setup", "to set up"):
        packages.ensure_packages(packages.NEEDS + packages.FUZZ_NEEDS)
    commit = codec_commit()
    with build.ensure_built([f"fuzz-{name}" for name in chosen], kind=build.FUZZ):
        limits = [f"{seconds} s each"] if seconds else []
        limits += [f"to {options.total:,} executions in all"] if options.total else []
        say(f"fuzzing {', '.join(chosen)}: {', '.join(limits)}, {options.jobs} at a time")
        programs = Programs()
        pool = ThreadPoolExecutor(options.jobs)
        try:
            outcomes = list(pool.map(
                lambda name: _run(name, seconds, options.total, commit, programs), chosen))
        except KeyboardInterrupt:
            say("ending the targets; what they executed counts")
            raise
        finally:
            programs.end()
            pool.shutdown(cancel_futures=True)
    _print(outcomes)
    if target_file:
        totals = read_totals()
        rows = [{**asdict(outcome), "executions_per_second": round(outcome.rate),
                 "by_commit": totals.get(outcome.target, [])} for outcome in outcomes]
        replace_text(target_file, json.dumps({"targets": rows}, indent=2) + "\n")
    return 1 if any(outcome.findings for outcome in outcomes) else 0


def _run(name: str, seconds: int | None, total: int | None, commit: str,
         programs: Programs) -> Outcome:
    """One target for that long, or until it has that many executions in all. libFuzzer ends at the
    first finding: it is started again then, as long as there is something left."""
    corpus = FOUND / "corpus" / name
    artifacts = FOUND / "findings" / name
    corpus.mkdir(parents=True, exist_ok=True)
    artifacts.mkdir(parents=True, exist_ok=True)
    outcome = Outcome(name, in_all=in_all(read_totals(), name))
    begin = time.monotonic()
    while len(outcome.findings) < 3:
        limits = []
        if seconds is not None:
            left = round(seconds - (time.monotonic() - begin))
            limits.append(f"-max_total_time={left}")
            if left <= 0:
                break
        if total is not None:
            limits.append(f"-runs={total - outcome.in_all}")
            if outcome.in_all >= total:
                break
        command = [str(BUILD_FUZZ / "bin" / f"fuzz-{name}"), *limits,
                   f"-max_len={LENGTHS.get(name, 512)}", "-print_final_stats=1", "-timeout=10",
                   "-rss_limit_mb=2048", f"-artifact_prefix={artifacts}/", *OPTIONS.get(name, ()),
                   str(corpus)]
        if (SEEDS / name).is_dir():
            command.append(str(SEEDS / name))
        started = time.monotonic()
        code, words = programs.call(command)
        outcome.seconds += time.monotonic() - started
        before = outcome.executions
        _read(outcome, words)
        ended_well = code in (0, INTERRUPTED)
        outcome.in_all = add_to_total(name, commit, outcome.executions - before,
                                      0 if ended_well else 1)
        if ended_well:
            break
        outcome.findings.append(_finding(name, words, command))
    outcome.inputs = sum(1 for _ in corpus.iterdir())
    return outcome


def codec_commit() -> str:
    """The last commit that changed the codec, with a + where it is changed since."""
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments, "--", "codec"],
                              capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""
    try:
        commit = git("log", "-1", "--format=%h")
        return (commit or "unknown") + ("+" if git("status", "--porcelain") else "")
    except OSError:
        return "unknown"


def read_totals() -> dict[str, list[dict[str, Any]]]:
    """What every target executed in all runs, and with how many findings, by commit of the codec,
    in the order in which they came."""
    file = FOUND / TOTALS
    if not file.exists():
        return {}
    try:
        totals = json.loads(file.read_text())
        for name in totals:
            in_all(totals, name)
        return dict(totals)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Failure(f"{file} is not what ./sst fuzz wrote ({error}); remove it to count anew"
                      ) from None


def in_all(totals: dict[str, list[dict[str, Any]]], name: str) -> int:
    """Executions of a target in all runs."""
    return sum(int(line["executions"]) for line in totals.get(name, []))


def add_to_total(name: str, commit: str, executions: int, findings: int) -> int:
    """Keeps what a target executed; returns its executions in all."""
    with exclusive("fuzz-totals"):
        totals = read_totals()
        lines = totals.setdefault(name, [])
        if not lines or lines[-1]["commit"] != commit:
            lines.append({"commit": commit, "executions": 0, "findings": 0})
        lines[-1]["executions"] += executions
        lines[-1]["findings"] += findings
        replace_text(FOUND / TOTALS, json.dumps(totals, indent=2) + "\n")
        return in_all(totals, name)


def _read(outcome: Outcome, words: str) -> None:
    done = DONE.search(words)
    states = STATUS.findall(words)
    outcome.executions += int(done[1]) if done else int(states[-1][0]) if states else 0
    outcome.coverage = max(outcome.coverage, int(states[-1][1]) if states else 0)


def _finding(name: str, words: str, command: list[str]) -> dict[str, str]:
    """What was found, the input and how to repeat it."""
    said = FINDING.search(words)
    written = re.search(r"Test unit written to (\S+)", words)
    if written is None:
        raise Failure(f"{' '.join(command)} failed:\n" + "\n".join(words.splitlines()[-20:]))
    return {"what": said[0].strip() if said else "ended abnormally", "input": written[1],
            "repeat": f"{command[0]} {written[1]}"}


def _print(outcomes: list[Outcome]) -> None:
    print(f"{'target':<12}{'executions':>14}{'exec/s':>10}{'coverage':>10}{'inputs':>8}"
          f"{'findings':>10}{'in all':>16}")
    for outcome in outcomes:
        print(f"{outcome.target:<12}{outcome.executions:>14,}{outcome.rate:>10,.0f}"
              f"{outcome.coverage:>10,}{outcome.inputs:>8,}{len(outcome.findings):>10}"
              f"{outcome.in_all:>16,}")
    for outcome in outcomes:
        for finding in outcome.findings:
            print(f"\n{outcome.target}: {finding['what']}\n  input:  {finding['input']}\n"
                  f"  repeat: {finding['repeat']}")
