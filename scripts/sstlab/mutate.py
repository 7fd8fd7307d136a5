# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst mutate`: changes the codec in small ways and counts what the tests notice.

Each mutant is one change in one line. Only its file is compiled, the result replaces the object of
that file in a shared library, and the tests run against it until the first one fails.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from sstlab import build, packages
from sstlab.locks import exclusive
from sstlab.progress import Progress
from sstlab.project import BUILD_MUTATE, ROOT, Failure, UsageError, say, tail
from sstlab.results import output_file, replace_text

EQUIVALENTS = ROOT / "codec" / "test" / "mutants-equivalent.txt"
TESTS = "sst-codec-test"
TIMEOUT_S = 120
FLAGS = ["-std=c++17", "-O1", "-g0", "-fPIC", "-w"]

# What is put in the place of what, one at a time: whole tokens, outside of comments and strings.
SWAPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(?<![<>=!\-+*/&|^])<=(?!=)", ("<", ">")),
    (r"(?<![<>=!\-+*/&|^])>=(?!=)", (">", "<")),
    (r"(?<= )<(?= )", ("<=", ">=")),
    (r"(?<= )>(?= )", (">=", "<=")),
    (r"==", ("!=",)),
    (r"!=", ("==",)),
    (r"&&(?= )", ("||",)),
    (r"\|\|", ("&&",)),
    (r"(?<= )\+(?= )", ("-",)),
    (r"(?<= )-(?= )", ("+",)),
    (r"(?<= )\*(?= )", ("/",)),
    (r"(?<= )/(?= )", ("*",)),
    (r"(?<= )%(?= )", ("*",)),
    (r"(?<= )&(?= )", ("|",)),
    (r"(?<= )\|(?= )", ("&",)),
    (r"(?<= )\^(?= )", ("&",)),
    (r"(?<= )<<(?= )", (">>",)),
    (r"(?<= )>>(?= )", ("<<",)),
    (r"\+\+", ("--",)),
    (r"(?<!-)--(?!-)", ("++",)),
    (r"\+=", ("-=",)),
    (r"-=", ("+=",)),
    (r"\btrue\b", ("false",)),
    (r"\bfalse\b", ("true",)),
    (r"\bstd::min\b", ("std::max",)),
    (r"\bstd::max\b", ("std::min",)),
)
CONSTANT = re.compile(r"(?<![\w.{<'\"\\])(0x[0-9a-fA-F]+|\d+)(?=[;,)\]} ]|U\b)")
CONDITION = re.compile(r"^(\s*(?:\} else )?(?:if|while)) \((.+)\)$")
STATEMENT = re.compile(r"^\s*(?:\+\+|--|\(void\))?[\w.\->\[\]*:]+(?:\(.*\)|\s*(?:[-+|&^]|<<|>>)?=\s.+)?;$")
JUMP = re.compile(r"^\s*(return\b.*|break|continue);$")
TERNARY = re.compile(r" \? ([^:?]+) : ([^;,)]+)")


@dataclass(frozen=True)
class Mutant:
    """One change."""

    file: Path
    line: int
    before: str
    after: str
    what: str

    def __str__(self) -> str:
        return (f"{self.file.relative_to(ROOT)}:{self.line}: {self.what}: "
                f"{self.before.strip()} -> {self.after.strip() or '(nothing)'}")

    @property
    def key(self) -> str:
        """Names it for mutants-equivalent.txt: without the line number, which moves."""
        return (f"{self.file.relative_to(ROOT)}: {self.before.strip()} -> "
                f"{self.after.strip() or '(nothing)'}")


def blank(text: str) -> list[str]:
    """The lines with comments and the inside of strings replaced by blanks, places kept."""
    def spaces(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])
    pattern = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])'", re.DOTALL)
    return pattern.sub(spaces, text).split("\n")


def mutants(file: Path) -> Iterator[Mutant]:
    """Every change of a file, in the order of its lines."""
    text = file.read_text()
    lines = text.split("\n")
    depth = 0
    for number, (line, code) in enumerate(zip(lines, blank(text), strict=True), 1):
        inside = depth > 0
        depth += code.count("{") - code.count("}")
        stripped = code.strip()
        if (not stripped or stripped.startswith(("#", "using ", "namespace", "template", "case ",
                                                  "static_assert", "class ", "struct ", "enum "))):
            continue
        seen = set()
        for what, after in _changes(line, code, inside):
            if after != line and after not in seen:
                seen.add(after)
                yield Mutant(file, number, line, after, what)


def _changes(line: str, code: str, inside: bool) -> Iterator[tuple[str, str]]:
    """(kind, new line) for every operator that applies to a line."""
    for pattern, others in SWAPS:
        for found in re.finditer(pattern, code):
            for other in others:
                yield (f"{found[0]} to {other}",
                       line[:found.start()] + other + line[found.end():])
    for found in CONSTANT.finditer(code):
        value = int(found[0], 0)
        for other in (value + 1, value - 1):
            if other >= 0:
                yield "constant", line[:found.start()] + str(other) + line[found.end():]
    condition = CONDITION.match(code)
    if condition and "{" not in condition[2]:
        head = line[:condition.start(2)]
        yield "negated", f"{head}!({line[condition.start(2):condition.end(2)]}))"
    for found in TERNARY.finditer(code):
        first, second = line[found.start(1):found.end(1)], line[found.start(2):found.end(2)]
        yield "exchanged", f"{line[:found.start(1)]}{second} : {first}{line[found.end(2):]}"
    if inside and JUMP.match(code):
        yield "removed", ""
        if re.match(r"^\s*return Reason::(?!NONE)\w+;$", code):
            yield "no reason", re.sub(r"Reason::\w+", "Reason::NONE", line)
    elif inside and STATEMENT.match(code) and not re.match(
            r"^\s*(?:const|return|break|continue|auto|u?int\w*|size_t|bool)\b", code):
        yield "removed", ""


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
    """Files of the codec by patterns (of the name, or of the path from the root)."""
    files = sorted([*ROOT.glob("codec/src/*.cc"), *ROOT.glob("codec/src/*.h"),
                    *ROOT.glob("codec/include/sst/*.h")])
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


class Workshop:
    """Compiles and tries mutants in a folder of its own."""

    def __init__(self, folder: Path, objects: dict[str, Path], tests: list[Path]) -> None:
        self._folder = folder
        self._objects = objects
        self._tests = tests
        self._library = folder / "libsst-mutant.so"
        self._program = folder / TESTS

    def prepare(self) -> None:
        """Links the test program against a shared library of the codec as it is; it must pass."""
        self._link(dict(self._objects))
        _checked(["g++", *map(str, self._tests), "-o", str(self._program), str(self._library),
                  "-lgtest", "-lgtest_main", "-lsodium", f"-Wl,-rpath,{self._folder}"])

    def passes(self, only: str = "*") -> bool:
        """Whether the tests that `only` names pass, in time."""
        command = [str(self._program), "--gtest_brief=1", "--gtest_fail_fast",
                   f"--gtest_filter={only}"]
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  timeout=TIMEOUT_S, cwd=self._folder, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def try_mutant(self, mutant: Mutant, sources: list[Path]) -> str:
        """killed, survived, same (equal object code) or invalid (does not compile)."""
        tree = self._folder / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(self._folder.parent / "codec", tree)
        place = tree / mutant.file.relative_to(ROOT / "codec")
        lines = place.read_text().split("\n")
        lines[mutant.line - 1] = mutant.after
        place.write_text("\n".join(lines))
        changed: dict[str, Path] = {}
        for source in sources:
            out = self._folder / f"{source.stem}.o"
            done = subprocess.run(
                ["g++", *FLAGS, f"-I{tree / 'include'}", f"-I{tree / 'src'}", *DEFINES, "-c",
                 str(tree / source.relative_to(ROOT / "codec")), "-o", str(out)],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            if done.returncode:
                return "invalid"
            if not _same_code(out, self._objects[source.stem]):
                changed[source.stem] = out
        if not changed:
            return "same"
        try:
            self._link({**self._objects, **changed})
        except Failure:
            return "invalid"
        # The tests that carry the file's name come first: most mutants end there.
        near = ":".join(f"*{word.capitalize().rstrip('s')}*"
                        for word in mutant.file.stem.split("-") if word not in ("endpoint", "store"))
        return "survived" if self.passes(near) and self.passes() else "killed"

    def _link(self, objects: dict[str, Path]) -> None:
        _checked(["g++", "-shared", "-o", str(self._library), *map(str, objects.values()),
                  "-lsodium"])


DEFINES = ["-DSST_PROJECT_VERSION=\"0.0.0\""]


def _same_code(one: Path, other: Path) -> bool:
    """Whether two objects hold the same, apart from names of files."""
    def content(path: Path) -> bytes:
        stripped = path.with_suffix(".stripped")
        subprocess.run(["objcopy", "--strip-debug", "--remove-section=.comment",
                        "--remove-section=.symtab", str(path), str(stripped)], check=False,
                       stderr=subprocess.DEVNULL)
        return stripped.read_bytes() if stripped.exists() else path.read_bytes()
    return content(one) == content(other)


def _checked(command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode:
        raise Failure(f"{' '.join(command[:4])} ... failed:\n{tail(done.stdout)}")


def _sources() -> list[Path]:
    return [ROOT / line.split()[1] for line in (ROOT / "sources.txt").read_text().splitlines()
            if line.startswith("codec codec/src/")]


def _users(file: Path, sources: list[Path]) -> list[Path]:
    """What must be compiled for a change of `file`: itself, or what includes a header."""
    if file.suffix == ".cc":
        return [file]
    name = file.name
    return [source for source in sources
            if re.search(rf'#include "(?:sst/)?{re.escape(name)}"', _closure(source))]


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
    with build.ensure_built([TESTS], kind=build.MUTATE), tempfile.TemporaryDirectory() as folder:
        say(f"{len(todo)} mutants of {len(files)} files")
        results = _try_all(todo, Path(folder), options.jobs, known)
    rows = _count(files, todo, results, known)
    _print(rows, todo, results, known)
    if target:
        survivors = [str(mutant) for mutant, result in zip(todo, results, strict=True)
                     if result == "survived" and mutant.key not in known]
        replace_text(target, json.dumps({"files": rows, "survivors": survivors}, indent=2) + "\n")
    return 1 if any(row["survived"] for row in rows) else 0


def _try_all(todo: list[Mutant], folder: Path, jobs: int, known: dict[str, str]) -> list[str]:
    sources = _sources()
    tests = sorted(BUILD_MUTATE.glob(f"CMakeFiles/{TESTS}.dir/codec/test/*.o"))
    objects_folder = folder / "objects"
    objects_folder.mkdir()
    objects: dict[str, Path] = {}
    for source in sources:
        out = objects_folder / f"{source.stem}.o"
        objects[source.stem] = out

    # A copy of the sources as they are now: they may change while this runs.
    copy = folder / "codec"
    for part in ("src", "include"):
        shutil.copytree(ROOT / "codec" / part, copy / part)

    def compile_one(source: Path) -> None:
        _checked(["g++", *FLAGS, f"-I{copy / 'include'}", f"-I{copy / 'src'}", *DEFINES, "-c",
                  str(copy / source.relative_to(ROOT / "codec")), "-o",
                  str(objects[source.stem])])

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(compile_one, sources))
    workshops: Queue[Workshop] = Queue()
    for job in range(jobs):
        place = folder / f"job-{job}"
        place.mkdir()
        workshop = Workshop(place, objects, tests)
        workshop.prepare()
        if job == 0 and not workshop.passes():
            raise Failure(f"{TESTS} fails without any change: nothing to measure")
        workshops.put(workshop)
    progress = Progress("trying", len(todo), "mutants")
    done = 0
    users = {file: _users(file, sources) for file in {mutant.file for mutant in todo}}

    def one(mutant: Mutant) -> str:
        nonlocal done
        workshop = workshops.get()
        try:
            if mutant.key in known:
                return "equivalent"
            return workshop.try_mutant(mutant, users[mutant.file])
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


def _count(files: list[Path], todo: list[Mutant], results: list[str],
           known: dict[str, str]) -> list[dict[str, object]]:
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


def _print(rows: list[dict[str, object]], todo: list[Mutant], results: list[str],
           known: dict[str, str]) -> None:
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


def default_jobs() -> int:
    """One a core."""
    return os.cpu_count() or 1
