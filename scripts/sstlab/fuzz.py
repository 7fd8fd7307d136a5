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
import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sstlab import build, packages
from sstlab.locks import exclusive
from sstlab.project import BUILD_FUZZ, ROOT, STATE, Failure, say
from sstlab.results import output_file, replace_text

SEEDS = ROOT / "codec" / "fuzz" / "corpus"
FOUND = STATE / "fuzz"
# Longest input of each target, bytes: what its packets need, and no more.
LENGTHS = {"ctrl": 96, "data": 512, "endpoint": 512, "icmp-quote": 384, "init": 576,
           "key-file": 512, "key-value": 256, "resp": 576, "segment": 384, "udp-shell": 384}
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

    @property
    def rate(self) -> float:
        """Executions a second."""
        return self.executions / self.seconds if self.seconds > 0 else 0.0


def fuzz(options: Namespace) -> int:
    """Builds with clang, runs every target, prints a table; 1 when something was found."""
    target_file = output_file("--json", options.json)
    chosen = options.target or list(TARGETS)
    with exclusive("setup", "to set up"):
        packages.ensure_packages(packages.NEEDS + packages.FUZZ_NEEDS)
    with build.ensure_built([f"fuzz-{name}" for name in chosen], kind=build.FUZZ):
        say(f"fuzzing {', '.join(chosen)}: {options.seconds} s each, {options.jobs} at a time")
        pool = ThreadPoolExecutor(options.jobs)
        try:
            outcomes = list(pool.map(lambda name: _run(name, options.seconds), chosen))
        finally:
            pool.shutdown(cancel_futures=True)
    _print(outcomes)
    if target_file:
        rows = [{**asdict(outcome), "executions_per_second": round(outcome.rate)}
                for outcome in outcomes]
        replace_text(target_file, json.dumps({"targets": rows}, indent=2) + "\n")
    return 1 if any(outcome.findings for outcome in outcomes) else 0


def _run(name: str, seconds: int) -> Outcome:
    """One target for that long. libFuzzer ends at the first finding: it is started again then,
    as long as there is time."""
    corpus = FOUND / "corpus" / name
    artifacts = FOUND / "findings" / name
    corpus.mkdir(parents=True, exist_ok=True)
    artifacts.mkdir(parents=True, exist_ok=True)
    outcome = Outcome(name)
    end = time.monotonic() + seconds
    while (left := round(end - time.monotonic())) > 0 and len(outcome.findings) < 3:
        command = [str(BUILD_FUZZ / "bin" / f"fuzz-{name}"), f"-max_total_time={left}",
                   f"-max_len={LENGTHS.get(name, 512)}", "-print_final_stats=1", "-timeout=10",
                   "-rss_limit_mb=2048", f"-artifact_prefix={artifacts}/", str(corpus)]
        if (SEEDS / name).is_dir():
            command.append(str(SEEDS / name))
        begin = time.monotonic()
        code, words = _call(command)
        outcome.seconds += time.monotonic() - begin
        _read(outcome, words)
        if code == 0:
            break
        outcome.findings.append(_finding(name, words, command))
    outcome.inputs = sum(1 for _ in corpus.iterdir())
    return outcome


def _call(command: list[str]) -> tuple[int, str]:
    """Runs a target; its exit status and what it said. Ends with this process."""
    variables = {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=16:detect_leaks=1"}
    with tempfile.TemporaryFile("w+") as words:
        with subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT,
                              env=variables) as program:
            try:
                code = program.wait()
            except BaseException:
                program.send_signal(signal.SIGINT)
                raise
        words.seek(0)
        return code, words.read()


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
          f"{'findings':>10}")
    for outcome in outcomes:
        print(f"{outcome.target:<12}{outcome.executions:>14,}{outcome.rate:>10,.0f}"
              f"{outcome.coverage:>10,}{outcome.inputs:>8,}{len(outcome.findings):>10}")
    for outcome in outcomes:
        for finding in outcome.findings:
            print(f"\n{outcome.target}: {finding['what']}\n  input:  {finding['input']}\n"
                  f"  repeat: {finding['repeat']}")
