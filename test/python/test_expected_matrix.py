# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The whole matrix against what the rules of censors and protocol say must come out.

expected-matrix.csv was written from those rules. Here each of its cells is simulated, for both IP
versions, without packet loss, and every flow is compared.
"""

from __future__ import annotations

import csv
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT

from sstlab.flows import Flow, read_flows

PROGRAM = ROOT / "build" / "bin" / "sst-blocking-resistance"
TABLE = Path(__file__).with_name("expected-matrix.csv")
SERVICES = ("http", "tls", "ssh", "smtp", "dns", "rtp", "bulk")
FLOWS = 2

Treatment = tuple[str, str, str]
Expected = dict[str, tuple[bool, bool, bool]]


def expectations() -> dict[Treatment, Expected]:
    """Per (carriage, policy, censor): service -> blocked, fell back, exposed."""
    table: dict[Treatment, Expected] = {}
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines):
        cells = table.setdefault((row["carriage"], row["policy"], row["censor"]), {})
        named = SERVICES if row["services"] == "*" else tuple(row["services"].split())
        for service in named:
            assert service in SERVICES, f"{TABLE.name} names the unknown service '{service}'"
            cells[service] = (row["blocked"] == "1", row["fell_back"] == "1",
                              row["exposed"] == "1")
    return table


def simulate(treatment: Treatment, ip: int, folder: Path) -> list[Flow]:
    carriage, policy, censor = treatment
    output = folder / f"{carriage}-{policy}-{censor}-{ip}.csv"
    done = subprocess.run(
        [PROGRAM, f"--carriage={carriage}", f"--policy={policy}", f"--censor={censor}",
         f"--ip={ip}", f"--flows={FLOWS}", "--loss=0", "--seed=7", f"--output={output}"],
        capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{treatment} over IPv{ip}: {done.stderr}"
    return read_flows(output)


def test_the_table_is_whole() -> None:
    """Every carriage and policy meets every censor, and every service has an expectation."""
    table = expectations()
    censors = {censor for _, _, censor in table}
    ways = {(carriage, policy) for carriage, policy, _ in table}
    assert len(censors) == 11 and len(ways) == 5
    assert set(table) == {(*way, censor) for way in ways for censor in censors}
    for treatment, cells in table.items():
        assert set(cells) == set(SERVICES), treatment


@pytest.mark.skipif(not PROGRAM.exists(), reason="sst-blocking-resistance is not built")
def test_every_cell_is_as_the_rules_say(tmp_path: Path) -> None:
    table = expectations()
    jobs = [(treatment, ip) for treatment in table for ip in (4, 6)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: simulate(*job, tmp_path), jobs))
    wrong = []
    for (treatment, ip), flows in zip(jobs, results):
        assert len(flows) == FLOWS * len(SERVICES)
        for flow in flows:
            if flow.imitates not in ("", "0"):
                continue  # an index that looks like a listed port, by chance
            met = (flow.blocked, flow.fell_back, flow.exposed)
            wanted = table[treatment][flow.service]
            if met != wanted:
                wrong.append(f"{'/'.join(treatment)} IPv{ip} {flow.service}#{flow.flow}: "
                             f"blocked, fell back, exposed = {met}, wanted {wanted} "
                             f"({flow.reason or 'completed'})")
    assert not wrong, "\n".join(wrong)
