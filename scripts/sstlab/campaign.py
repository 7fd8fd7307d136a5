# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst run`: fans the runs of the scenario program out over all cores."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import Any

from sstlab.flows import Flow, parse_flows
from sstlab.progress import Progress
from sstlab.project import Failure, UsageError, say, tail

# A run that computes longer than this is taken for hanging. A default run needs seconds.
RUN_LIMIT_S = 1200.0

# The cost of a run grows faster than its flows, since a router looks through its interfaces for
# every packet: a cell is split over runs of so many flows of each service.
FLOWS_PER_RUN = 5

DEFAULT_CENSORS = ("none", "address", "port-drop", "port-rst", "port-allow", "sni", "sni-scan",
                   "mark-drop", "dns-strip", "dns-forge", "dns-strip+port-drop")
IP_VERSIONS = (4, 6)


@dataclass(frozen=True)
class Offer:
    """What the scenario program says it can do."""

    services: list[str]
    carriages: list[str]
    policies: list[str]
    censors: list[str]


@dataclass(frozen=True)
class Plan:
    """The whole of what is to be run."""

    services: list[str]
    carriages: list[str]
    policies: list[str]
    censors: list[str]
    ip: list[int]
    flows: int
    seed: int


@dataclass(frozen=True)
class Run:
    """One call of the scenario program."""

    carriage: str
    policy: str
    censor: str
    ip: int
    first: int
    flows: int

    def command(self, program: Path, plan: Plan, folder: Path, number: int) -> list[str]:
        """The command line; its files are named after the number of the run."""
        return [str(program), f"--carriage={self.carriage}", f"--policy={self.policy}",
                f"--censor={self.censor}", f"--ip={self.ip}", f"--seed={plan.seed}",
                f"--flows={self.flows}", f"--first={self.first}",
                f"--services={','.join(plan.services)}",
                f"--output={folder / f'run-{number}.csv'}",
                f"--info={folder / f'run-{number}.json'}"]


@dataclass(frozen=True)
class Measured:
    """What all runs gave together."""

    flows: list[Flow]
    infos: list[dict[str, Any]]
    wall_s: float


def ask_offer(program: Path) -> Offer:
    """Asks the scenario program what it knows."""
    command = [str(program), "--list"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure(f"{shlex.join(command)} failed ({done.returncode}):\n"
                          f"{tail(done.stderr)}")
        known = json.loads(done.stdout)
        return Offer(*(list(map(str, known[name]))
                       for name in ("services", "carriages", "policies", "censors")))
    except OSError as error:
        raise UsageError(f"cannot run {program}: {error.strerror}") from None
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise Failure(f"{shlex.join(command)} did not answer with its lists: {error}") from None


def check_known(what: str, asked: list[str], known: list[str]) -> None:
    """UsageError with the value and the allowed ones where something is unknown."""
    for value in asked:
        if value not in known:
            raise UsageError(f"unknown {what} '{value}'; known: {', '.join(known)}")


def check_plan(plan: Plan, offer: Offer) -> None:
    """Refuses what the program does not know; rules of a censor combine with '+'."""
    check_known("service", plan.services, offer.services)
    check_known("carriage", plan.carriages, offer.carriages)
    check_known("policy", plan.policies, offer.policies)
    for censor in plan.censors:
        if censor not in offer.censors:
            for rule in censor.split("+"):
                if rule not in offer.censors:
                    raise UsageError(f"unknown censor '{rule}'"
                                     f"{f' in {censor!r}' if rule != censor else ''}; known, "
                                     f"and combined with '+': {', '.join(offer.censors)}")
    if not plan_runs(plan):
        raise UsageError(f"carriages {','.join(plan.carriages)} and policies "
                         f"{','.join(plan.policies)} leave nothing to run: plain goes with off, "
                         "the others with opportunistic and require")


def plan_runs(plan: Plan) -> list[Run]:
    """Every run of the plan: plain with policy off alone, the SST carriages with the others."""
    return [run
            for censor in plan.censors
            for carriage in plan.carriages
            for policy in plan.policies
            if (carriage == "plain") == (policy == "off")
            for ip in plan.ip
            for run in split_runs(plan, carriage, policy, censor, ip)]


def split_runs(plan: Plan, carriage: str, policy: str, censor: str, ip: int) -> list[Run]:
    """The runs that make one cell of every service."""
    return [Run(carriage, policy, censor, ip, first, min(FLOWS_PER_RUN, plan.flows - first))
            for first in range(0, plan.flows, FLOWS_PER_RUN)]


def with_baseline(runs: list[Run], plan: Plan) -> list[Run]:
    """Adds the plain runs without censor that overhead_ratio is taken against."""
    baseline = [run for ip in plan.ip for run in split_runs(plan, "plain", "off", "none", ip)]
    missing = [run for run in baseline if run not in runs]
    if missing:
        say("adding the runs of plain through none: overhead_ratio is taken against them")
    return [*missing, *runs]


class _Children:
    """The programs running now, so that all can be ended together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self.stop = Event()

    def run(self, command: list[str]) -> None:
        """Runs a command to its end; UsageError and Failure carry what it said."""
        # Started and entered at once: whoever ends all then finds every child.
        with self._lock:
            if self.stop.is_set():
                return
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                     stdin=subprocess.DEVNULL, text=True)
            self._running.add(child)
        with child:
            try:
                _, words = child.communicate(timeout=RUN_LIMIT_S)
            except subprocess.TimeoutExpired:
                child.kill()
                raise Failure(f"{shlex.join(command)} did not end within "
                              f"{RUN_LIMIT_S:.0f} s") from None
            finally:
                with self._lock:
                    self._running.discard(child)
        if self.stop.is_set():
            return
        if child.returncode == 2:
            raise UsageError(tail(words) or f"{shlex.join(command)} refused its arguments")
        if child.returncode:
            raise Failure(f"this run failed with {_status(child.returncode)}:\n"
                          f"    {shlex.join(command)}\n{tail(words)}")

    def end_all(self) -> None:
        """Ends what runs and lets nothing new start."""
        with self._lock:
            self.stop.set()
            for child in self._running:
                child.terminate()


def _status(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"status {code}"


def measure(program: Path, plan: Plan, folder: Path, jobs: int) -> Measured:
    """Runs everything in `folder`; the first failure ends all and is raised."""
    runs = with_baseline(plan_runs(plan), plan)
    progress = Progress("running", len(runs), "runs")
    children = _Children()
    flows: list[Flow] = []
    infos: list[dict[str, Any]] = []
    begin = time.monotonic()

    def one(number: int, run: Run) -> tuple[list[Flow], dict[str, Any]]:
        children.run(command := run.command(program, plan, folder, number))
        if children.stop.is_set():
            return [], {}
        return _collect(command, run, plan, folder, number)

    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        futures: dict[Future[tuple[list[Flow], dict[str, Any]]], Run] = {
            pool.submit(one, number, run): run for number, run in enumerate(runs)}
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                found, info = future.result()
                flows += found
                infos.append(info)
            latest = next((futures[future] for future in done), None)
            progress.update(len(infos), detail=_detail(latest) if latest else "")
    finally:
        children.end_all()
        pool.shutdown(wait=True, cancel_futures=True)
        progress.finish()
    return Measured(flows, infos, time.monotonic() - begin)


def _detail(run: Run) -> str:
    return f"{run.carriage} {run.policy} {run.censor} IPv{run.ip}"


def _collect(command: list[str], run: Run, plan: Plan, folder: Path,
             number: int) -> tuple[list[Flow], dict[str, Any]]:
    """Reads the files of one run and checks that they are about this run, whole."""
    name = shlex.join(command)
    try:
        flows = parse_flows((folder / f"run-{number}.csv").read_text(), f"output of {name}")
        info = json.loads((folder / f"run-{number}.json").read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise Failure(f"{name} left no readable result: {error}") from None
    keys = {(*flow.cell, flow.flow) for flow in flows if flow.seed == plan.seed}
    cells = Counter(key[:-1] for key in keys)
    wanted = {(service, run.carriage, run.policy, run.censor, run.ip): run.flows
              for service in plan.services}
    if len(keys) != len(flows) or cells != wanted:
        raise Failure(f"{name} was to report {run.flows} flows of each of "
                      f"{', '.join(plan.services)}, but reported {len(flows)} flows: "
                      f"{dict(cells)}")
    return flows, info


def core_count() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0))
