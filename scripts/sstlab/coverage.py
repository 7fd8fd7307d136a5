# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst coverage`: which lines of the codec its tests and the committed fuzz inputs run."""

from __future__ import annotations

import gzip
import json
import subprocess
import tempfile
from argparse import Namespace
from collections import defaultdict
from pathlib import Path

from sstlab import build, fuzz, packages
from sstlab.locks import exclusive
from sstlab.project import BUILD_COVERAGE, ROOT, Failure, say, tail
from sstlab.results import output_file, replace_text

WANTED = 0.95


def coverage(options: Namespace) -> int:
    """Builds with --coverage, runs tests and inputs, prints lines by file. 1 below what is
    wanted."""
    target = output_file("--json", options.json)
    with exclusive("setup", "to set up"):
        packages.ensure_packages()
    targets = ["sst-codec-test", *(f"fuzz-{name}" for name in fuzz.TARGETS)]
    with build.ensure_built(targets, kind=build.COVERAGE):
        for old in BUILD_COVERAGE.rglob("*.gcda"):
            old.unlink()
        say("running the tests of the codec and the committed fuzz inputs")
        # One at a time, in one process where possible: counters of two at once would be mixed.
        for command in _commands():
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, errors="replace", cwd=ROOT, check=False)
            if done.returncode:
                raise Failure(f"{' '.join(command)} failed:\n{tail(done.stdout)}")
        lines = read_counts(BUILD_COVERAGE)
    rows = [{"file": name, "lines": len(counts), "run": sum(1 for n in counts.values() if n),
             "missed": sorted(line for line, n in counts.items() if not n)}
            for name, counts in sorted(lines.items())]
    return _report(rows, target, options.missed)


def _commands() -> list[list[str]]:
    programs = BUILD_COVERAGE / "bin"
    commands = [[str(programs / "sst-codec-test"), "--gtest_brief=1"]]
    corpus = ROOT / "codec" / "fuzz" / "corpus"
    for folder in sorted(corpus.iterdir()):
        program = programs / f"fuzz-{folder.name}"
        if program.exists():
            commands.append([str(program), str(folder)])
    return commands


def read_counts(folder: Path) -> dict[str, dict[int, int]]:
    """By file of codec/src and codec/include/sst: how often each line ran."""
    lines: dict[str, dict[int, int]] = defaultdict(dict)
    # Those of the tests too: of an inline function the linker keeps one copy, from anywhere.
    notes = sorted(folder.rglob("*.gcda"))
    if not notes:
        raise Failure(f"no counters below {folder}")
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(["gcov", "--json-format", "--branch-probabilities",
                               *map(str, notes)], cwd=place, capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise Failure(f"gcov failed:\n{tail(done.stderr)}")
        for file in Path(place).glob("*.gcov.json.gz"):
            with gzip.open(file, "rt") as stream:
                report = json.load(stream)
            for entry in report["files"]:
                path = (Path(report["current_working_directory"]) / entry["file"]).resolve()
                if not any(path.is_relative_to(ROOT / "codec" / part)
                           for part in ("src", "include")):
                    continue
                counts = lines[str(path.relative_to(ROOT))]
                for line in entry["lines"]:
                    number = line["line_number"]
                    counts[number] = counts.get(number, 0) + line["count"]
    return lines


def _report(rows: list[dict[str, object]], target: Path | None, missed: bool) -> int:
    print(f"{'file':<42}{'lines':>8}{'run':>8}{'share':>9}")
    total = run = 0
    for row in rows:
        count, ran = int(str(row["lines"])), int(str(row["run"]))
        print(f"{row['file']:<42}{count:>8}{ran:>8}{ran / max(count, 1):>9.1%}")
        if missed and row["missed"]:
            print(f"    not run: {', '.join(map(str, row['missed']))}")  # type: ignore[call-overload]
        if str(row["file"]).startswith("codec/src/"):
            total, run = total + count, run + ran
    share = run / max(total, 1)
    print(f"{'codec/src':<42}{total:>8}{run:>8}{share:>9.1%}   wanted at least {WANTED:.0%}"
          f"{'' if share >= WANTED else ': MISSED'}")
    if target:
        replace_text(target, json.dumps({"share": round(share, 5), "wanted": WANTED,
                                         "files": rows}, indent=2) + "\n")
    return 0 if share >= WANTED else 1
