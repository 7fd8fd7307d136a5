# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst test`: every test of the project, counted into one closing line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from sstlab import build, environment, packages
from sstlab.campaign import core_count
from sstlab.locks import exclusive
from sstlab.project import BUILD, BUILD_SANITIZED, ROOT, STATE, Failure, say

PYTHON_TESTS = ROOT / "test" / "python"
MOST_LINES = 200  # of one failed test


@dataclass
class Count:
    """How many tests ended in which way."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed,
                     self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True)
class Part:
    """One part of the tests: ctests of one label in one build folder, or pytest."""

    title: str
    label: str
    sanitized: bool = False
    fast: bool = True

    @property
    def folder(self) -> Path:
        """The build folder its programs are in."""
        return BUILD_SANITIZED if self.sanitized else BUILD


PARTS = (
    Part("codec", "codec"),
    Part("ns-3 suites", "ns3"),
    Part("codec under ASan and UBSan", "codec", sanitized=True, fast=False),
    Part("parsers fed with random and mutated bytes, under ASan and UBSan", "fuzz",
         sanitized=True, fast=False),
)


def test(options: Namespace) -> int:
    """Builds, runs every part, prints the sum alone on the last line."""
    environment.ensure_environment()
    with exclusive("setup", "to set up"):
        packages.ensure_test_packages()
    parts = [part for part in PARTS if part.fast or not options.fast]
    total = Count()
    for sanitized in (False, True):
        chosen = [part for part in parts if part.sanitized == sanitized]
        if not chosen:
            continue
        with build.ensure_built([], kind=build.SANITIZED if sanitized else build.PLAIN):
            for part in chosen:
                total += _ctest(part)
            if not sanitized:
                total += _pytest(options.fast)
    print(f"\n{total}", flush=True)
    return 1 if total.failed or not total.passed else 0


def _ctest(part: Part) -> Count:
    """Runs the ctests of a label; prints what failed."""
    file = _results_file(f"{part.folder.name}-{part.label}")
    command = ["ctest", "--test-dir", str(part.folder), "-L", f"^{part.label}$",
               "--output-on-failure", "-j", str(core_count()), "--output-junit", str(file)]
    return _run(part.title, command, file, None)


def _pytest(fast: bool) -> Count:
    """Runs the Python tests in .venv."""
    file = _results_file("pytest")
    command = [str(environment.PYTHON), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs",
               str(PYTHON_TESTS), f"--junit-xml={file}", *(["-m", "not slow"] if fast else [])]
    return _run("Python", command, file, environment.python_environment())


def _results_file(name: str) -> Path:
    STATE.mkdir(exist_ok=True)
    file = STATE / f"tests-{name}.xml"
    file.unlink(missing_ok=True)
    return file


def _run(title: str, command: list[str], file: Path, variables: dict[str, str] | None) -> Count:
    """Runs one part, counts its results, and shows its output where something failed."""
    say(f"testing: {title}")
    begin = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", env=variables or dict(os.environ), cwd=ROOT,
                          check=False)
    count, skipped = read_results(file)
    if not (count.passed or count.failed or count.skipped):
        sys.stdout.write(done.stdout)
        raise Failure(f"{title}: no test was run by {' '.join(command)}")
    if done.returncode and not count.failed:
        count.failed = 1
    if count.failed:
        # Hundreds of lines of what passed would hide it.
        sys.stdout.write(read_failures(file) or done.stdout)
    print(f"{title}: {count.passed} passed, {count.failed} failed, {count.skipped} skipped in "
          f"{time.monotonic() - begin:.0f} s", flush=True)
    for name, reason in skipped:
        print(f"  skipped: {name}: {reason}", flush=True)
    return count


def read_results(file: Path) -> tuple[Count, list[tuple[str, str]]]:
    """Counts the test cases of a JUnit file; the skipped ones by name, with their reason."""
    try:
        root = ElementTree.parse(file).getroot()
    except (OSError, ElementTree.ParseError):
        return Count(), []
    count = Count()
    skipped = []
    for case in root.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
        elif (skip := case.find("skipped")) is not None or case.get("status") in (
                "notrun", "disabled"):
            count.skipped += 1
            skipped.append((case.get("name", "?"), _reason(case, skip)))
        else:
            count.passed += 1
    return count, skipped


def read_failures(file: Path) -> str:
    """What the failed test cases of a JUnit file printed, each under its name; empty when the file
    tells of none."""
    try:
        root = ElementTree.parse(file).getroot()
    except (OSError, ElementTree.ParseError):
        return ""
    parts = []
    for case in root.iter("testcase"):
        for found in (case.find("failure"), case.find("error")):
            if found is None:
                continue
            said = [found.text or found.get("message"), case.findtext("system-out"),
                    case.findtext("system-err")]
            lines = "\n".join(part.strip() for part in said if part and part.strip()).splitlines()
            if len(lines) > MOST_LINES:
                left = len(lines) - MOST_LINES
                lines[MOST_LINES // 2:-MOST_LINES // 2] = [f"... {left} lines left out ..."]
            names = dict.fromkeys(filter(None, (case.get("classname"), case.get("name"))))
            parts.append("\n".join([f"FAILED {' '.join(names)}", *lines, ""]))
    return "\n".join(parts)


def _reason(case: ElementTree.Element, skip: ElementTree.Element | None) -> str:
    """Why a case was skipped: GoogleTest tells in its output, after the line that ends in
    'Skipped'."""
    said = (case.findtext("system-out") or "").splitlines()
    for line, reason in zip(said, said[1:], strict=False):
        if line.endswith("Skipped") and reason.strip():
            return reason.strip()
    return skip.get("message", "") if skip is not None else str(case.get("status"))
