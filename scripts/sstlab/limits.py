# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""`./sst run protocol-limits`: the protocol's limits at work, as a table of figures."""

from __future__ import annotations

import json
import subprocess
import textwrap
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sstlab import build, environment, results
from sstlab.project import BUILD, RESULTS, Failure, UsageError, tail

NAME = "protocol-limits"
PROGRAM = "sst-protocol-limits"
SCENARIOS = ("epochs", "port-collision", "retry", "layout-u")
FILE = "limits.json"
WIDTH = 100
# Options of the other scenario, which mean nothing here.
FOREIGN = ("quick", "name", "flows", "censors", "carriages", "policies", "services", "ip")


def run(options: Namespace) -> int:
    """Runs every scenario, prints what it found, writes limits.json; 1 where one does not hold."""
    given = [f"--{name}" for name in FOREIGN if getattr(options, name)]
    if given:
        raise UsageError(f"{NAME} takes no {', '.join(given)}")
    target = Path(options.out).absolute() if options.out else RESULTS / NAME
    if target.exists() and any(entry.name != FILE for entry in target.iterdir()):
        raise UsageError(f"{target} holds something else; name another folder with --out")
    environment.ensure_environment()
    if options.program:
        return _show(options, Path(options.program).resolve(), target)
    with build.ensure_built([PROGRAM]):
        return _show(options, BUILD / "bin" / PROGRAM, target)


def _show(options: Namespace, program: Path, target: Path) -> int:
    with ThreadPoolExecutor(options.jobs) as pool:
        found = list(pool.map(lambda name: _ask(program, name, options.seed), SCENARIOS))
    target.mkdir(parents=True, exist_ok=True)
    results.replace_text(target / FILE, json.dumps(found, indent=1) + "\n")
    print("\n\n".join(table(each) for each in found))
    print(f"\nresults: {target / FILE}")
    return 0 if all(each["holds"] for each in found) else 1


def _ask(program: Path, scenario: str, seed: int) -> dict[str, Any]:
    """What one scenario found. The program ends with 1 where a statement does not hold."""
    command = [str(program), f"--scenario={scenario}", f"--seed={seed}", "--format=json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found: dict[str, Any] = json.loads(done.stdout)
    except OSError as error:
        raise UsageError(f"cannot run {program}: {error.strerror}") from None
    except json.JSONDecodeError:
        raise Failure(f"{' '.join(command)} failed ({done.returncode}):\n"
                      f"{tail(done.stderr)}") from None
    return found


def table(found: dict[str, Any]) -> str:
    """One scenario as text: what it shows, its figures, its statements."""
    width = max(len(name) for name in found["figures"])
    lines = [f"{found['scenario']}: {found['shows']}"]
    lines += [f"    {name:<{width}}  {value}" for name, value in found["figures"].items()]
    for statement, holds in found["checks"].items():
        lines += textwrap.wrap(statement, WIDTH,
                               initial_indent=f"    {'holds:' if holds else 'DOES NOT HOLD:':<15} ",
                               subsequent_indent=" " * 20)
    return "\n".join(lines)
