# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The commands that make and show a study: run, report, plot."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import textwrap
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import Any

from sstlab import build, campaign, environment, limits, results, words
from sstlab.campaign import Measured, Offer, Plan
from sstlab.findings import deviations, sentences
from sstlab.matrix import MAX_WIDTH, arrange, render, wants_color
from sstlab.project import BUILD, RESULTS, ROOT, say
from sstlab.summary import Cell

SCENARIOS = ("blocking-resistance", limits.NAME)
PROGRAM = "sst-blocking-resistance"
# What is documented; a test holds it against what the program says of itself.
DOCUMENTED = Offer(list(words.SERVICES), list(words.CARRIAGES), list(words.POLICIES),
                   list(words.CENSORS))
DEFAULT_FLOWS = 20
QUICK_FLOWS = 4
DEFAULT_SEED = 1


def run(options: Namespace) -> int:
    """`./sst run`: measures, writes the folder of results, prints the matrix."""
    if options.scenario == limits.NAME:
        return limits.run(options)
    target = target_folder(options)
    results.check_target(target)
    if not options.program:
        make_plan(options, DOCUMENTED)  # refuses what is unknown before anything is set up
    environment.ensure_environment()
    if options.program:
        return _measure(options, Path(options.program).resolve(), target)
    with build.ensure_built([PROGRAM]):
        return _measure(options, BUILD / "bin" / PROGRAM, target)


def report(options: Namespace) -> int:
    """`./sst report DIR`: summary.csv, matrix.png and report.html anew, and the matrix."""
    folder = Path(options.folder)
    results.check_results(folder)
    environment.ensure_environment()
    show(results.refresh(folder), folder)
    return 0


def plot(options: Namespace) -> int:
    """`./sst plot DIR`: matrix.png anew."""
    folder = Path(options.folder)
    results.check_results(folder)
    environment.ensure_environment()
    results.draw_matrix(folder)
    print(folder / results.MATRIX)
    return 0


def _measure(options: Namespace, program: Path, target: Path) -> int:
    plan = make_plan(options, campaign.ask_offer(program))
    with results.written_beside(target) as work:
        runs = work / "runs"
        runs.mkdir()
        measured = campaign.measure(program, plan, runs, options.jobs)
        shutil.rmtree(runs)
        say("drawing and writing the report")
        cells = results.write_results(work, measured.flows,
                                      describe(options, plan, measured, target))
    if not options.program:
        results.point_latest(target)
    show(cells, target)
    return 0


def make_plan(options: Namespace, offer: Offer) -> Plan:
    """The plan the options ask for: everything the program offers where they say nothing."""
    censors = options.censors or [
        censor for censor in campaign.DEFAULT_CENSORS
        if all(rule in offer.censors for rule in censor.split("+"))]
    plan = Plan(options.services or offer.services, options.carriages or offer.carriages,
                options.policies or offer.policies, censors,
                options.ip or list(campaign.IP_VERSIONS), flow_count(options), options.seed)
    campaign.check_plan(plan, offer)
    return plan


def flow_count(options: Namespace) -> int:
    """Flows of each service in each run."""
    return options.flows or (QUICK_FLOWS if options.quick else DEFAULT_FLOWS)


def target_folder(options: Namespace) -> Path:
    """Where the results go: --out, or results/NAME."""
    return Path(options.out).absolute() if options.out else RESULTS / study_name(options)


def study_name(options: Namespace) -> str:
    """--name, or a name that follows from the parameters."""
    if options.name:
        return str(options.name)
    name = f"{options.scenario}-{'quick' if options.quick else 'default'}"
    if options.flows:
        name += f"-flows{options.flows}"
    if options.seed != DEFAULT_SEED:
        name += f"-seed{options.seed}"
    chosen = {key: getattr(options, key)
              for key in ("services", "carriages", "policies", "censors", "ip")
              if getattr(options, key)}
    if chosen:
        text = json.dumps(chosen, sort_keys=True)
        name += f"-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return name


def describe(options: Namespace, plan: Plan, measured: Measured, target: Path) -> dict[str, Any]:
    """run.json: what was run, with what, and what it cost."""
    versions: dict[str, str] = {}
    for info in measured.infos:
        versions.update({str(key): str(value) for key, value in info.get("versions", {}).items()})
    versions |= {"python": platform.python_version(), "project": project_version(),
                 **library_versions()}
    events = sum(info.get("events", 0) for info in measured.infos)
    busy_s = sum(info.get("wall_s", 0.0) for info in measured.infos)
    return {
        "name": options.name or (target.name if options.out else study_name(options)),
        "scenario": options.scenario,
        "command": ["./sst", *options.arguments],
        "parameters": {"services": plan.services, "carriages": plan.carriages,
                       "policies": plan.policies, "censors": plan.censors, "ip": plan.ip,
                       "flows": plan.flows, "seed": plan.seed},
        "scenario_parameters": measured.infos[0].get("parameters", {}) if measured.infos else {},
        "seeds": [plan.seed],
        "versions": versions,
        "machine": f"{platform.system()} {platform.machine()}",
        "jobs": options.jobs,
        "runs": len(measured.infos),
        "flows": len(measured.flows),
        "wall_s": round(measured.wall_s, 3),
        "busy_s": round(busy_s, 3),
        "events": events,
        "events_per_s": round(events / busy_s) if busy_s else 0,
        "max_rss_kb": max((info.get("max_rss_kb", 0) for info in measured.infos), default=0),
    }


def project_version() -> str:
    """The commit of this checkout, with '-dirty' where it was changed; 'unknown' without git."""
    git = shutil.which("git")
    if not git:
        return "unknown"
    done = subprocess.run([git, "-C", str(ROOT), "describe", "--always", "--dirty", "--tags"],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def library_versions() -> dict[str, str]:
    """The versions of the libraries and the compiler the programs are built with, where known."""
    asked = {"libsodium": ["pkg-config", "--modversion", "libsodium"],
             "ldns": ["pkg-config", "--modversion", "ldns"],
             "compiler": [os.environ.get("CXX", "c++"), "-dumpfullversion", "-dumpversion"]}
    versions = {}
    for name, command in asked.items():
        with suppress(OSError):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                versions[name] = done.stdout.split()[0]
    return versions


def show(cells: list[Cell], folder: Path) -> None:
    """Prints the matrix, what follows from it, and where the results are."""
    grid = arrange(cells)
    count = sorted({cell.flows for cell in cells})
    many = str(count[0]) if len(count) == 1 else f"{count[0]} to {count[-1]}"
    print(f"Which censor blocks which service? {many} flows a cell\n")
    print(render(grid, color=wants_color()))
    print()
    for line in sentences(grid):
        print(textwrap.fill(line, MAX_WIDTH, subsequent_indent="    ", break_on_hyphens=False))
    apart = len(deviations(cells, []))
    if apart:
        print(f"{apart} of {len(cells)} cells are neither 0 nor 1: the report names their flows "
              "and why")
    print(f"\nresults: {shown_path(folder)}/")
    print(f"    {', '.join(reversed(results.FILES))}")
    sys.stdout.flush()


def shown_path(folder: Path) -> Path:
    """The path as short as it stays right."""
    try:
        return folder.resolve().relative_to(Path.cwd())
    except ValueError:
        return folder
