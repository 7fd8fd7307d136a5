# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst bench codec`: what the codec costs, against raw libsodium in the same run."""

from __future__ import annotations

import json
import platform
import subprocess
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from sstlab import build, environment
from sstlab.campaign import core_count
from sstlab.packages import BENCH_NEEDS
from sstlab.project import BUILD_BENCH, Failure, say, tail
from sstlab.results import output_file, replace_text
from sstlab.study import project_version

PROGRAM = "sst-codec-bench"
# Read as: name of the figure, smaller or larger is better, bound.
WANTED = (
    ("seal and open, one session, no checksums", "ratio", "at least", 0.98),
    ("seal and open, one session, checksums", "ratio_checksums", "at least", 0.95),
    ("seal and open, 100 000 sessions, batch", "ratio_batch", "at least", 0.94),
    ("handshake of both sides, in X25519 operations", "handshake_x25519", "at most", 7.2),
    ("bytes a session", "bytes_per_session", "at most", 1024.0),
    ("bytes a flow", "bytes_per_flow", "at most", 48.0),
)


class Case(NamedTuple):
    """What one benchmark of sealing and opening measures."""

    call: str
    coverage: str
    checksums: str
    sessions: int
    size: int

    @staticmethod
    def parse(name: str) -> Case | None:
        """From the name the program gives it, as batch/segment/plain/1000/1400."""
        parts = name.split("/")
        if len(parts) != 5 or parts[0] not in ("single", "batch"):
            return None
        return Case(parts[0], parts[1], parts[2], int(parts[3]), int(parts[4]))


def codec(options: Namespace) -> int:
    """Measures, prints a table, writes JSON and a plot where asked."""
    table = output_file("--json", options.json)
    plot = output_file("--plot", options.plot)
    environment.ensure_environment(extra=BENCH_NEEDS)
    with build.ensure_built([PROGRAM], kind=build.BENCH):
        raw = _measure(BUILD_BENCH / "bin" / PROGRAM, options.rounds, options.quick)
    report = summarize(raw)
    report.update(rounds=options.rounds, project=project_version(),
                  machine=f"{platform.machine()}, {core_count()} cores")
    if table:
        replace_text(table, json.dumps(report, indent=2) + "\n")
    if plot:
        _plot(report, plot)
    _print(report)
    return 0


def _plot(report: Mapping[str, Any], target: Path) -> None:
    """Draws in .venv, where matplotlib is."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(report, file)
        file.flush()
        environment.run_module("sstlab.bench_figure", file.name, str(target))


def _measure(program: Path, rounds: int, quick: bool) -> list[dict[str, Any]]:
    """Runs the program; one record for each repetition of each benchmark."""
    pattern = "raw|aead|x25519|handshake|flood|memory|/1/|/100000/1400" if quick else "."
    command = [str(program), "--benchmark_format=json", f"--benchmark_filter={pattern}",
               f"--benchmark_repetitions={rounds}", "--benchmark_min_time=0.1",
               "--benchmark_enable_random_interleaving=true"]
    say("measuring: some minutes, in which the machine should do nothing else")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"{PROGRAM} failed ({done.returncode}):\n{tail(done.stderr)}")
    records = [record for record in json.loads(done.stdout)["benchmarks"]
               if record.get("run_type") == "iteration"]
    for record in records:
        if record.get("error_occurred"):
            raise Failure(f"{record['name']}: {record['error_message']}")
    return records


def summarize(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians of user time in ns for one packet, and what they are of libsodium's."""
    times: dict[str, list[float]] = {}
    batch = 1
    counters: dict[str, dict[str, list[float]]] = {}
    for record in records:
        name = record["run_name"].split("/iterations:")[0].split("/repeats:")[0]
        packets = int(record.get("packets_per_call", 1))
        batch = max(batch, packets)
        times.setdefault(name, []).append(float(record["cpu_time"]) / packets)
        for counter in ("bytes_per_session", "bytes_per_flow"):
            if counter in record:
                counters.setdefault(name, {}).setdefault(counter, []).append(record[counter])
    medians = {name: median(values) for name, values in times.items()}
    rows = [_row(case, medians[name], medians) for name in medians
            if (case := Case.parse(name)) is not None]
    report: dict[str, Any] = {
        "what": "user time of sealing and opening one packet, ns; ratio: raw libsodium over it",
        "packets_per_batch": batch,
        "raw_ns": _by_size("raw", medians),
        "aead_ns": _by_size("aead", medians),
        "x25519_ns": medians["x25519"],
        "handshake_ns": medians["handshake"],
        "handshakes_per_second": 1e9 / medians["handshake"],
        "refused_init_ns": medians["flood"],
        "rows": sorted(rows, key=lambda row: (row["coverage"], row["checksums"], row["call"],
                                              row["sessions"], row["size"])),
    }
    report["figures"] = _figures(report, counters.get("memory", {}))
    return report


def _by_size(what: str, medians: Mapping[str, float]) -> dict[str, float]:
    sizes = sorted(int(name.split("/")[1]) for name in medians if name.startswith(f"{what}/"))
    return {str(size): medians[f"{what}/{size}"] for size in sizes}


def _row(case: Case, value: float, medians: Mapping[str, float]) -> dict[str, Any]:
    return {**case._asdict(), "ns": value, "ratio": medians[f"raw/{case.size}"] / value}


def _figures(report: Mapping[str, Any], memory: Mapping[str, list[float]]) -> dict[str, float]:
    def ratio(call: str, checksums: str, sessions: int) -> float:
        return next(float(row["ratio"]) for row in report["rows"]
                    if (row["call"], row["coverage"], row["checksums"], row["sessions"],
                        row["size"]) == (call, "segment", checksums, sessions, 1400))
    return {"ratio": ratio("single", "plain", 1),
            "ratio_checksums": ratio("single", "checksum", 1),
            "ratio_batch": ratio("batch", "plain", 100000),
            "handshake_x25519": report["handshake_ns"] / report["x25519_ns"],
            **{name: median(values) for name, values in memory.items()}}


def _print(report: Mapping[str, Any]) -> None:
    print(f"Seal and open of one packet, median of {report['rounds']} interleaved rounds, user "
          "time;\nratio: raw libsodium with the same associated data over it\n")
    print(f"{'coverage':<10}{'checksums':<11}{'call':<8}{'sessions':>9}{'bytes':>7}{'ns':>9}"
          f"{'ratio':>8}")
    for row in report["rows"]:
        words = "restored" if row["checksums"] == "checksum" else "left"
        print(f"{row['coverage']:<10}{words:<11}{row['call']:<8}{row['sessions']:>9}"
              f"{row['size']:>7}{row['ns']:>9.0f}{row['ratio']:>8.3f}")
    print("\nOf the same bytes without endpoints, ns:")
    print(f"{'bytes':>7}{'libsodium':>11}{'the AEAD of the codec':>23}")
    for size, value in report["raw_ns"].items():
        print(f"{size:>7}{value:>11.0f}{report['aead_ns'][size]:>23.0f}")
    print(f"\nHandshakes of both sides: {report['handshakes_per_second']:.0f} a second; an INIT "
          f"refused with RETRY: {report['refused_init_ns']:.0f} ns\n")
    for words, name, sense, bound in WANTED:
        value = report["figures"].get(name)
        if value is None:
            continue
        missed = value < bound if sense == "at least" else value > bound
        digits = 3 if bound < 10 else 1
        print(f"{words:<48}{value:>9.{digits}f}   {sense} {bound:g}"
              f"{': MISSED' if missed else ''}")
