# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst mutate`: changes the codec in small ways and counts what the tests notice.

Each mutant (mutants.py) is one change in one line; it is compiled and tried (mutant_trial.py) until
the first test fails. Results are kept as they come, so that a run can be taken up again.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import math
import os
import random
import re
import shutil
import subprocess
import tempfile
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import TextIO

from sstlab import build, packages
from sstlab.locks import exclusive
from sstlab.mutant_trial import TESTS, Order, Outcome, Workshop, compile_file, precompile
from sstlab.mutants import Mutant, mutants
from sstlab.progress import Progress
from sstlab.project import BUILD_MUTATE, ROOT, STATE, Failure, UsageError, say
from sstlab.results import output_file, replace_text

EQUIVALENTS = ROOT / "codec" / "test" / "mutants-equivalent.txt"
KEPT = STATE / "mutate.jsonl"
# Of the normal distribution, for an interval of 95 %.
Z95 = 1.96


def equivalents() -> dict[str, str]:
    """Mutants known to change nothing that can be seen, with the reason."""
    known: dict[str, str] = {}
    if not EQUIVALENTS.exists():
        return known
    reason = ""
    for line in EQUIVALENTS.read_text().splitlines():
        if line.startswith("# "):
            reason = line[2:].strip()
        elif line.strip():
            known[line.strip()] = reason
    return known


def chosen_files(patterns: list[str], changed: bool) -> list[Path]:
    """Files of the codec by patterns (of the name, or of the path from the root); headers, which
    are dear, last."""
    files = sorted([*ROOT.glob("codec/src/*.cc"), *ROOT.glob("codec/src/*.h"),
                    *ROOT.glob("codec/include/sst/*.h")],
                   key=lambda file: (file.suffix != ".cc", file))
    if patterns:
        files = [file for file in files for pattern in patterns
                 if fnmatch.fnmatch(file.name, pattern)
                 or fnmatch.fnmatch(str(file.relative_to(ROOT)), pattern)]
        files = list(dict.fromkeys(files))
    if changed:
        words = subprocess.run(["git", "-C", str(ROOT), "diff", "--name-only", "HEAD"],
                               capture_output=True, text=True, check=True).stdout.split()
        files = [file for file in files if str(file.relative_to(ROOT)) in words]
    if not files:
        raise UsageError("--files, --changed: no file of codec/src or codec/include/sst is meant")
    return files


def sampled(todo: list[Mutant], share: float, seed: int) -> list[Mutant]:
    """A share of the mutants, each as likely as any other, in their order."""
    count = max(1, round(share * len(todo))) if todo else 0
    drawn = sorted(random.Random(seed).sample(range(len(todo)), count))
    return [todo[place] for place in drawn]


def interval(killed: int, tried: int) -> tuple[float, float]:
    """Wilson's 95 % confidence interval of a share."""
    if tried == 0:
        return 0.0, 1.0
    share, square = killed / tried, Z95 * Z95
    middle = (share + square / (2 * tried)) / (1 + square / tried)
    half = (Z95 / (1 + square / tried)
            * math.sqrt(share * (1 - share) / tried + square / (4 * tried * tried)))
    return max(0.0, middle - half), min(1.0, middle + half)


class Kept:
    """What earlier runs found out, in a file with a line for each mutant tried.

    A result counts while the mutant's file is the same; that a mutant survived also only while the
    tests are."""

    def __init__(self, path: Path, tests: str) -> None:
        self._path = path
        self._tests = tests
        self._texts: dict[Path, str] = {}
        self._found: dict[tuple[str, str], Outcome] = {}
        self._file: TextIO | None = None

    def read(self) -> list[tuple[str, str]]:
        """Takes in the file; (file, test) of every mutant killed."""
        killers = []
        for line in self._path.read_text().splitlines() if self._path.exists() else []:
            try:
                row = json.loads(line)
            except ValueError:
                continue  # the last line of a run that was ended
            if row["result"] == "killed":
                killers.append((row["file"], row["killer"]))
            if row["result"] == "survived" and row["tests"] != self._tests:
                self._found.pop((row["code"], row["mutant"]), None)
            else:
                self._found[row["code"], row["mutant"]] = Outcome(row["result"], row["killer"])
        return killers

    def find(self, mutant: Mutant) -> Outcome | None:
        """The result of a mutant, where it is known."""
        return self._found.get((self._code(mutant.file), str(mutant)))

    def add(self, mutant: Mutant, outcome: Outcome) -> None:
        """Writes a result."""
        if self._file is None:
            self._path.parent.mkdir(exist_ok=True)
            self._file = self._path.open("a")
        row = {"file": str(mutant.file.relative_to(ROOT)), "mutant": str(mutant),
               "result": outcome.result, "killer": outcome.killer,
               "code": self._code(mutant.file), "tests": self._tests}
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()

    def _code(self, file: Path) -> str:
        """Stands for the text of a file as it was when it was first asked for."""
        if file not in self._texts:
            self._texts[file] = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        return self._texts[file]


def _sources() -> list[Path]:
    return [ROOT / line.split()[1] for line in (ROOT / "sources.txt").read_text().splitlines()
            if line.startswith("codec codec/src/")]


def _users(file: Path, sources: list[Path]) -> list[Path]:
    """What must be compiled for a change of `file`: itself, or what includes a header, what
    includes least first."""
    if file.suffix == ".cc":
        return [file]
    name = file.name
    return sorted((source for source in sources
                   if re.search(rf'#include "(?:sst/)?{re.escape(name)}"', _closure(source))),
                  key=lambda source: len(_closure(source)))


def _closure(file: Path, seen: set[Path] | None = None) -> str:
    """The text of a file and of the codec's headers it includes."""
    seen = set() if seen is None else seen
    if file in seen or not file.exists():
        return ""
    seen.add(file)
    text = file.read_text()
    for name in re.findall(r'#include "([^"]+)"', text):
        for folder in (ROOT / "codec" / "include", ROOT / "codec" / "src"):
            text += _closure(folder / name, seen)
    return text


def mutate(options: Namespace) -> int:
    """Tries every mutant; prints the share killed and every survivor. 1 when there are any."""
    target = output_file("--json", options.json)
    files = chosen_files(options.files or [], options.changed)
    with exclusive("setup", "to set up"):
        packages.ensure_packages()
    known = equivalents()
    todo = [mutant for file in files for mutant in mutants(file)]
    if options.lines:
        first, last = options.lines
        todo = [mutant for mutant in todo if first <= mutant.line <= last]
    everything = len(todo)
    if options.sample is not None:
        todo = sampled(todo, options.sample, options.seed)
    with build.ensure_built([TESTS], kind=build.MUTATE), tempfile.TemporaryDirectory() as folder:
        say(f"{len(todo)} mutants of {len(files)} files")
        results = _try_all(todo, Path(folder), options.jobs, known, options.resume)
    rows = _count(files, todo, results)
    _print(rows, todo, results)
    if options.sample is not None:
        killed, tried = results.count("killed"), results.count("killed") + results.count("survived")
        low, high = interval(killed, tried)
        print(f"sample: {len(todo)} of {everything} mutants (seed {options.seed}); of all, "
              f"{low:.1%} to {high:.1%} are killed (95 % confidence)")
    if target:
        survivors = [str(mutant) for mutant, result in zip(todo, results, strict=True)
                     if result == "survived"]
        replace_text(target, json.dumps({"files": rows, "survivors": survivors}, indent=2) + "\n")
    return 1 if any(row["survived"] for row in rows) else 0


def _try_all(todo: list[Mutant], folder: Path, jobs: int, known: dict[str, str],
             resume: bool) -> list[str]:
    sources = _sources()
    tests = sorted(BUILD_MUTATE.glob(f"CMakeFiles/{TESTS}.dir/codec/test/*.o"))
    # A copy of the sources as they are now: they may change while this runs.
    copy = folder / "codec"
    for part in ("src", "include"):
        shutil.copytree(ROOT / "codec" / part, copy / part)
    with ThreadPoolExecutor(jobs) as pool:
        objects = _objects(folder, copy, sources, pool)
    workshops: Queue[Workshop] = Queue()
    seconds: dict[str, float] = {}
    for job in range(jobs):
        place = folder / f"job-{job}"
        place.mkdir()
        workshop = Workshop(place, sources, objects, tests)
        workshop.prepare()
        seconds = seconds or workshop.seconds()
        workshops.put(workshop)
    order = Order(seconds)
    kept = Kept(KEPT, _digest(tests))
    if not resume:
        KEPT.unlink(missing_ok=True)
    for file, killer in kept.read():
        order.learn(file, killer)
    progress = Progress("trying", len(todo), "mutants")
    done = 0
    users = {file: _users(file, sources) for file in {mutant.file for mutant in todo}}

    def one(mutant: Mutant) -> str:
        nonlocal done
        workshop = workshops.get()
        try:
            if mutant.key in known:
                return "equivalent"
            outcome = kept.find(mutant)
            if outcome is None:
                outcome = workshop.try_mutant(mutant, users[mutant.file], order)
                kept.add(mutant, outcome)
            return outcome.result
        finally:
            workshops.put(workshop)
            done += 1
            progress.update(done, detail=str(mutant.file.name))

    pool = ThreadPoolExecutor(jobs)
    try:
        return list(pool.map(one, todo))
    finally:
        pool.shutdown(cancel_futures=True)
        progress.finish()


def _objects(folder: Path, copy: Path, sources: list[Path],
             pool: ThreadPoolExecutor) -> dict[str, Path]:
    """Compiles the codec as it is, with the standard headers precompiled."""
    place = folder / "objects"
    place.mkdir()
    header = folder / "standard.h"
    precompile(_standard_headers(copy), header, copy)

    def compile_one(source: Path) -> tuple[str, Path]:
        out = place / f"{source.stem}.o"
        if not compile_file(folder / source.relative_to(ROOT), out, copy, header):
            raise Failure(f"{source} does not compile")
        return source.stem, out

    return dict(pool.map(compile_one, sources))


def _standard_headers(tree: Path) -> list[str]:
    """The lines that include what is not the codec's."""
    found: set[str] = set()
    for file in [*tree.glob("src/*"), *tree.glob("include/sst/*.h")]:
        found.update(re.findall(r"^#include <[^>]+>", file.read_text(), re.MULTILINE))
    return sorted(found)


def _digest(files: Iterable[Path]) -> str:
    """Stands for the contents of files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _count(files: list[Path], todo: list[Mutant], results: list[str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for file in files:
        mine = [result for mutant, result in zip(todo, results, strict=True)
                if mutant.file == file]
        killed, survived = mine.count("killed"), mine.count("survived")
        rows.append({"file": str(file.relative_to(ROOT)), "mutants": killed + survived,
                     "killed": killed, "survived": survived,
                     "equivalent": mine.count("equivalent") + mine.count("same"),
                     "invalid": mine.count("invalid")})
    return rows


def _print(rows: list[dict[str, object]], todo: list[Mutant], results: list[str]) -> None:
    print(f"{'file':<40}{'mutants':>9}{'killed':>9}{'survived':>10}{'share':>9}{'equivalent':>12}"
          f"{'invalid':>9}")
    total = {"file": "all"}
    for row in rows:
        for name, value in row.items():
            if name != "file":
                total[name] = total.get(name, 0) + value  # type: ignore[operator,assignment]
    for row in [*rows, total] if len(rows) > 1 else rows:
        share = f"{row['killed'] / row['mutants']:.1%}" if row["mutants"] else "-"
        print(f"{row['file']:<40}{row['mutants']:>9}{row['killed']:>9}{row['survived']:>10}"
              f"{share:>9}{row['equivalent']:>12}{row['invalid']:>9}")
    for mutant, result in zip(todo, results, strict=True):
        if result == "survived":
            print(f"survived: {mutant}")


def lines(text: str) -> tuple[int, int]:
    """A type of argument: FIRST-LAST."""
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def share(text: str) -> float:
    """A type of argument: more than 0, at most 1."""
    value = float(text)
    if not 0 < value <= 1:
        raise ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def default_jobs() -> int:
    """One a core."""
    return os.cpu_count() or 1
