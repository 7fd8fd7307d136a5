# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The folder of results: written beside, checked whole, then renamed to its place."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sstlab import environment
from sstlab.flows import Flow, format_flows, read_flows
from sstlab.matrix import arrange
from sstlab.project import RESULTS, Failure, UsageError, say
from sstlab.report import write_report
from sstlab.summary import Cell, format_summary, summarize

FLOWS, SUMMARY, RUN = "flows.csv", "summary.csv", "run.json"
MATRIX, REPORT = "matrix.png", "report.html"
FILES = (FLOWS, SUMMARY, RUN, MATRIX, REPORT)


def check_target(target: Path) -> None:
    """Refuses to replace what is not a folder of results."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError(f"{target} exists and is no folder of results; choose another --out")
    if target.is_dir():
        foreign = sorted(entry.name for entry in target.iterdir() if entry.name not in FILES)
        if foreign:
            raise UsageError(f"{target} holds other things ({', '.join(foreign[:3])}); "
                             "choose another --out")


def output_file(option: str, value: str | None) -> Path | None:
    """The file an option names, absolute; refused before any work where it cannot be written."""
    if not value:
        return None
    target = Path(value).absolute()
    if target.is_dir() or not target.parent.is_dir():
        raise UsageError(f"{option}: cannot write {target}: its folder does not exist, or it is "
                         "one")
    return target


@contextmanager
def written_beside(target: Path) -> Iterator[Path]:
    """A new folder next to `target` that takes its place when the body succeeds; when it fails
    nothing of it stays."""
    check_target(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial",
                                     dir=target.parent))
    except OSError as error:
        raise UsageError(f"cannot write below {target.parent}: {error.strerror}") from None
    try:
        yield work
        work.chmod(0o755)
        _swap(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(work: Path, target: Path) -> None:
    """Puts `work` in the place of `target`."""
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".old", dir=target.parent))
        target.rename(old / "old")
        work.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        work.rename(target)


def point_latest(target: Path) -> None:
    """Lets results/latest point to `target`."""
    RESULTS.mkdir(exist_ok=True)
    latest = RESULTS / "latest"
    if latest.exists() and not latest.is_symlink():
        say(f"{latest} is no link: left as it is")
        return
    goal = target.resolve()
    inside = goal.parent == RESULTS.resolve()
    beside = RESULTS / f".latest.{os.getpid()}"
    with suppress(FileNotFoundError):
        beside.unlink()
    beside.symlink_to(goal.name if inside else goal)
    beside.replace(latest)


def write_results(folder: Path, flows: list[Flow], run: dict[str, Any]) -> list[Cell]:
    """Writes all files of a study into `folder`."""
    (folder / FLOWS).write_text(format_flows(flows))
    (folder / RUN).write_text(json.dumps(run, indent=2, sort_keys=True) + "\n")
    return refresh(folder)


def refresh(folder: Path) -> list[Cell]:
    """Writes summary.csv, matrix.png and report.html anew from flows.csv and run.json."""
    flows, run = read_flows(folder / FLOWS), read_run(folder)
    cells = summarize(flows)
    replace_text(folder / SUMMARY, format_summary(cells))
    draw_matrix(folder)
    replace_text(folder / REPORT, write_report(arrange(cells), cells, flows, run,
                                               (folder / MATRIX).read_bytes()))
    return cells


def draw_matrix(folder: Path) -> None:
    """Draws matrix.png from flows.csv."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".png", delete=False) as file:
        beside = Path(file.name)
    try:
        environment.run_module("sstlab.figure", str(folder), str(beside))
        beside.chmod(0o644)
        beside.replace(folder / MATRIX)
    finally:
        beside.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_run(folder: Path) -> dict[str, Any]:
    """run.json of a folder of results."""
    try:
        run = json.loads((folder / RUN).read_text())
    except (OSError, ValueError) as error:
        raise Failure(f"cannot read {folder / RUN}: {error}") from None
    if not isinstance(run, dict):
        raise Failure(f"{folder / RUN} holds no object")
    return run


def check_results(folder: Path) -> None:
    """UsageError unless `folder` holds the rows of a study."""
    for name in (FLOWS, RUN):
        if not (folder / name).is_file():
            raise UsageError(f"{folder} is no folder of results: it holds no {name}")
