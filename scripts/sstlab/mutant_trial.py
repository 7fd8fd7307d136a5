# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Compiles a mutant and runs the tests against it, as cheaply as can be.

A mutant's file is changed in a copy of the sources and changed back. What it includes is a
precompiled header. The result replaces the object of that file in a shared library which the test
program, linked once, loads. The tests that killed other mutants of the file run first, slow ones
last.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sstlab.mutants import Mutant
from sstlab.project import ROOT, Failure, tail

TESTS = "sst-codec-test"
# What the sanitizers of the other test run report ends the program here too, instead of going on by
# luck: a function left without its return, an index beyond an array.
FLAGS = ["-std=c++17", "-O1", "-g0", "-fPIC", "-w", "-DSST_PROJECT_VERSION=\"0.0.0\"",
         "-fsanitize=return,bounds", "-fsanitize-undefined-trap-on-error"]
# Of what includes a header so much is compiled and tried first.
FIRST_USERS = 3

# The first tests for a mutant take this long together; one that takes longer alone runs last.
FIRST_S = 0.2
SLOW_S = 0.1
# CPU time a run of the tests may take: this many times what it takes without a change, and more.
CPU_FACTOR = 4
CPU_MORE_S = 2
# Only for a program that waits: the machine may stop a run for minutes.
WALL_S = 3600
MEMORY_KB = 4 * 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """How a mutant ended: killed (by which test), survived, same (equal object code) or invalid
    (does not compile)."""

    result: str
    killer: str = ""


class Order:
    """Which tests run in which order for the mutants of a file."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds
        self._killers: dict[str, Counter[str]] = {}

    def learn(self, file: str, killer: str) -> None:
        """Remembers that a test killed a mutant of a file."""
        if killer in self._seconds:
            self._killers.setdefault(file, Counter())[killer] += 1

    def runs(self, file: str) -> list[list[str]]:
        """The tests in up to three runs: what killed others of the file and what has its name, the
        other quick ones, the slow ones."""
        slow = {name for name, seconds in self._seconds.items() if seconds > SLOW_S}
        known = [name for name, _ in self._killers.get(file, Counter()).most_common()]
        words = [word.capitalize().rstrip("s") for word in Path(file).stem.split("-")
                 if word not in ("endpoint", "store", "sst")]
        near = sorted((name for name in self._seconds if any(word in name for word in words)),
                      key=lambda name: self._seconds[name])
        first: dict[str, None] = {}
        left = FIRST_S
        for name in [*known, *near]:
            if name not in slow and name not in first and self._seconds[name] <= left:
                first[name] = None
                left -= self._seconds[name]
        rest = [name for name in self._seconds if name not in first and name not in slow]
        return [run for run in (list(first), rest, sorted(slow)) if run]

    def cpu_limit(self, names: Iterable[str]) -> int:
        """Seconds of CPU time after which a run of these tests is taken to loop for ever."""
        return CPU_MORE_S + math.ceil(CPU_FACTOR * sum(self._seconds[name] for name in names))


class Workshop:
    """Compiles and tries mutants in a folder of its own."""

    def __init__(self, folder: Path, sources: list[Path], objects: dict[str, Path],
                 tests: list[Path]) -> None:
        self._folder = folder
        self._objects = objects
        self._sources = sources
        self._tests = tests
        self._library = folder / "libsst-mutant.so"
        self._program = folder / TESTS
        self._tree = folder / "codec"
        self._prepared: tuple[Path, Path, Path] | None = None

    def prepare(self) -> None:
        """Links the test program against a shared library of the codec as it is."""
        shutil.copytree(self._folder.parent / "codec", self._tree)
        self._link(self._objects)
        checked(["g++", *map(str, self._tests), "-o", str(self._program), str(self._library),
                 "-lgtest", "-lgtest_main", "-lsodium", f"-Wl,-rpath,{self._folder}"])

    def seconds(self) -> dict[str, float]:
        """Every test and what it takes; Failure where one fails without any change."""
        report = self._folder / "tests.json"
        done = subprocess.run([str(self._program), f"--gtest_output=json:{report}"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd=self._folder, check=False)
        if done.returncode:
            raise Failure(f"{TESTS} fails without any change: nothing to measure\n"
                          f"{tail(done.stdout)}")
        return {f"{suite['name']}.{test['name']}": float(test["time"].rstrip("s"))
                for suite in json.loads(report.read_text())["testsuites"]
                for test in suite["testsuite"]}

    def try_mutant(self, mutant: Mutant, users: list[Path], order: Order) -> Outcome:
        """Compiles `users`, what a change of the mutant's file changes, and runs the tests.

        Of the many users of a header a few are compiled first: most mutants end there. Not where a
        constant changes, on which the layout of a class may depend."""
        header, base = self._for_file(mutant.file)
        changed: dict[str, Path] = {}
        whole = "constexpr" in mutant.before
        parts = [users] if whole else [users[:FIRST_USERS], users[FIRST_USERS:]]
        for part in parts:
            before = len(changed)
            if not self._compile(mutant, part, header, base, changed):
                return Outcome("invalid")
            if len(changed) > before:
                outcome = self._test(mutant, changed, order)
                if outcome.result != "survived":
                    return outcome
        return Outcome("survived" if changed else "same")

    def _compile(self, mutant: Mutant, users: list[Path], header: Path, base: Path,
                 changed: dict[str, Path]) -> bool:
        """Adds to `changed` what a mutant changes of `users`; false where one does not compile."""
        place = self._tree.parent / mutant.file.relative_to(ROOT)
        text = place.read_text()
        lines = text.split("\n")
        lines[mutant.line - 1] = mutant.after
        try:
            place.write_text("\n".join(lines))
            for source in users:
                out = self._folder / f"{source.stem}.o"
                if not compile_file(self._tree.parent / source.relative_to(ROOT), out, self._tree,
                                    header):
                    return False
                plain = base if source == mutant.file else self._objects[source.stem]
                if out.read_bytes() != plain.read_bytes():
                    changed[source.stem] = out
        finally:
            place.write_text(text)
        return True

    def _test(self, mutant: Mutant, changed: dict[str, Path], order: Order) -> Outcome:
        """Runs the tests against the codec with some objects changed."""
        try:
            self._link({**self._objects, **changed})
        except Failure:
            return Outcome("invalid")
        name = str(mutant.file.relative_to(ROOT))
        for run in order.runs(name):
            killer = self._first_failure(run, order.cpu_limit(run))
            if killer:
                order.learn(name, killer)
                return Outcome("killed", killer)
        return Outcome("survived")

    def _for_file(self, file: Path) -> tuple[Path, Path]:
        """The precompiled header for the mutants of a file, and its object without a change."""
        common = self._folder.parent / "standard.h"
        if file.suffix != ".cc":
            return common, common
        if self._prepared is None or self._prepared[0] != file:
            header = self._folder / "own.h"
            place = self._tree.parent / file.relative_to(ROOT)
            precompile(re.findall(r"^#include .*$", place.read_text(), re.MULTILINE), header,
                       self._tree)
            base = self._folder / "base.o"
            if not compile_file(place, base, self._tree, header):
                raise Failure(f"{place} does not compile")
            self._prepared = (file, header, base)
        return self._prepared[1:]

    def _first_failure(self, names: list[str], cpu_s: int) -> str:
        """The test that failed first among `names`, or the one at which the program ended."""
        command = ["sh", "-c", f"ulimit -t {cpu_s}; ulimit -v {MEMORY_KB}; ulimit -c 0; "
                               "exec \"$@\"", "sh", str(self._program), "--gtest_fail_fast",
                   "--gtest_color=no", f"--gtest_filter={':'.join(names)}"]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  text=True, errors="replace", timeout=WALL_S, cwd=self._folder,
                                  check=False)
        except subprocess.TimeoutExpired:
            return "(waits)"
        return "" if done.returncode == 0 else failed_test(done.stdout)

    def _link(self, objects: dict[str, Path]) -> None:
        # Symbolic: the library must not take inline functions from the test program.
        linker = ["-fuse-ld=lld"] if shutil.which("ld.lld") else []
        checked(["g++", *linker, "-shared", "-Wl,-Bsymbolic", "-o", str(self._library),
                 *map(str, objects.values()), "-lsodium"])


def failed_test(output: str) -> str:
    """The test that failed in the output of a test program, or that ran when it ended."""
    failed = re.search(r"^\[  FAILED  \] ([\w/]+\.[\w/]+)", output, re.MULTILINE)
    if failed:
        return failed[1]
    begun = re.findall(r"^\[ RUN      \] ([\w/]+\.[\w/]+)", output, re.MULTILINE)
    return begun[-1] if begun else "(start)"


def precompile(includes: Iterable[str], header: Path, tree: Path) -> None:
    """Makes a precompiled header of these lines."""
    header.write_text("\n".join(includes) + "\n")
    checked(["g++", *FLAGS, f"-I{tree / 'include'}", f"-I{tree / 'src'}", "-x", "c++-header",
             str(header), "-o", f"{header}.gch"])


def compile_file(source: Path, out: Path, tree: Path, header: Path) -> bool:
    """Compiles one file; false where it does not."""
    return subprocess.run(
        ["g++", *FLAGS, f"-I{tree / 'include'}", f"-I{tree / 'src'}", "-include", str(header),
         "-c", str(source), "-o", str(out)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def checked(command: list[str]) -> None:
    """Runs a command that must succeed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode:
        raise Failure(f"{' '.join(command[:4])} ... failed:\n{tail(done.stdout)}")
