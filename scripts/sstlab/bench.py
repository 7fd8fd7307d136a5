# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst bench simulator`: what SST's cryptography costs a simulation, in user time."""

from __future__ import annotations

import json
import os
import platform
import shlex
import subprocess
import tempfile
from argparse import Namespace
from pathlib import Path
from statistics import median
from typing import Any

from sstlab import build, environment
from sstlab.campaign import check_known, core_count
from sstlab.progress import Progress
from sstlab.project import BUILD, Failure, UsageError, tail
from sstlab.results import output_file, replace_text
from sstlab.study import project_version

PROGRAM = "sst-bench-simulator"
TOPOLOGIES = ("chain", "dumbbell")
MODES = ("plain", "sst")
RATIO_LIMIT = 1.20


def simulator(options: Namespace) -> int:
    """Runs plain and SST in turn, after one warm-up of each, and compares the medians."""
    target = output_file("--json", options.json)
    topologies = options.topologies or list(TOPOLOGIES)
    check_known("topology", topologies, list(TOPOLOGIES))
    if options.program:
        measured = _measure(Path(options.program).resolve(), topologies, options.rounds)
    else:
        environment.ensure_environment()
        with build.ensure_built([PROGRAM]):
            measured = _measure(BUILD / "bin" / PROGRAM, topologies, options.rounds)
    report = {"what": "user time of one simulation, seconds; median over interleaved rounds",
              "rounds": options.rounds, "ratio_limit": RATIO_LIMIT, "project": project_version(),
              "machine": f"{platform.machine()}, {core_count()} cores",
              "topologies": [_compare(name, measured[name]) for name in topologies]}
    if target:
        replace_text(target, json.dumps(report, indent=2) + "\n")
    _print(report)
    return 0


def _measure(program: Path, topologies: list[str],
             rounds: int) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """User time, wall time and memory by topology and mode, the warm-up left out."""
    measured: dict[str, dict[str, list[dict[str, Any]]]] = {
        topology: {mode: [] for mode in MODES} for topology in topologies}
    progress = Progress("measuring", (rounds + 1) * len(topologies) * len(MODES), "simulations")
    done = 0
    try:
        for topology in topologies:
            for number in range(rounds + 1):
                # The order turns every round, so that neither mode is always the first.
                for mode in MODES if number % 2 else reversed(MODES):
                    command = [str(program), f"--topology={topology}", f"--mode={mode}"]
                    sample = timed(command)
                    done += 1
                    progress.update(done, detail=f"{topology} {mode}")
                    if number:
                        measured[topology][mode].append(sample)
    finally:
        progress.finish()
    return measured


def timed(command: list[str]) -> dict[str, Any]:
    """Runs a command; its user, system time in seconds, its memory in KiB, what it printed."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as words:
        try:
            child = subprocess.Popen(command, stdout=out, stderr=words, stdin=subprocess.DEVNULL)
        except OSError as error:
            raise UsageError(f"cannot run {command[0]}: {error.strerror}") from None
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            child.wait()
            raise
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        words.seek(0)
        if child.returncode:
            raise Failure(f"{shlex.join(command)} failed ({child.returncode}):\n"
                          f"{tail(words.read())}")
        return {"user_s": usage.ru_utime, "system_s": usage.ru_stime,
                "max_rss_kb": usage.ru_maxrss, "output": tail(out.read(), 3)}


def _compare(topology: str, samples: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Medians of both modes and their ratio."""
    times = {mode: [round(sample["user_s"], 4) for sample in samples[mode]] for mode in MODES}
    medians = {mode: median(times[mode]) for mode in MODES}
    if medians["plain"] <= 0:
        raise Failure(f"the plain {topology} took no measurable time: nothing to compare with")
    return {"topology": topology,
            **{f"{mode}_user_s": times[mode] for mode in MODES},
            **{f"{mode}_user_s_median": round(medians[mode], 4) for mode in MODES},
            **{f"{mode}_max_rss_kb": max(sample["max_rss_kb"] for sample in samples[mode])
               for mode in MODES},
            **{f"{mode}_output": samples[mode][-1]["output"] for mode in MODES},
            "ratio": round(medians["sst"] / medians["plain"], 4)}


def _print(report: dict[str, Any]) -> None:
    print(f"User time of one simulation, median of {report['rounds']} interleaved rounds\n")
    print(f"{'topology':<12}{'plain s':>10}{'SST s':>10}{'ratio':>9}   wanted")
    for row in report["topologies"]:
        print(f"{row['topology']:<12}{row['plain_user_s_median']:>10.2f}"
              f"{row['sst_user_s_median']:>10.2f}{row['ratio']:>9.3f}   "
              f"at most {RATIO_LIMIT:.2f}{'' if row['ratio'] <= RATIO_LIMIT else ': MISSED'}")
