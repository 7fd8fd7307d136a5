# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""A whole study with the fake program: files, determinism, refusal, failure."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import FAKE, ROOT, sst
from sstlab import words
from sstlab.campaign import ask_offer
from sstlab.cli import make_parser
from sstlab.project import BUILD
from sstlab.study import DOCUMENTED, PROGRAM, study_name
from sstlab.summary import COLUMNS

REAL = BUILD / "bin" / PROGRAM
SMALL = ("--flows", "1", "--services", "http,ssh", "--censors", "none,port-drop", "--ip", "4")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_files(study: Path) -> None:
    assert {entry.name for entry in study.iterdir()} == {
        "flows.csv", "summary.csv", "run.json", "matrix.png", "report.html"}
    assert len(rows_of(study / "flows.csv")) == 7 * 5 * 11 * 2 * 4
    assert tuple(rows_of(study / "summary.csv")[0]) == COLUMNS
    assert len(rows_of(study / "summary.csv")) == 7 * 5 * 11 * 2


def test_plain_goes_with_off_alone(study: Path) -> None:
    seen = {(row["carriage"], row["policy"]) for row in rows_of(study / "summary.csv")}
    assert seen == {("plain", "off"), ("sst-segment", "opportunistic"), ("sst-segment", "require"),
                    ("sst-ports", "opportunistic"), ("sst-ports", "require")}


def test_overhead_of_the_fake_program(study: Path) -> None:
    rows = [row for row in rows_of(study / "summary.csv") if row["censor"] == "none"]
    wanted = {"plain": 1.0, "sst-segment": 1.25, "sst-ports": 1.5}
    for row in rows:
        assert float(row["overhead_ratio"]) == pytest.approx(wanted[row["carriage"]], abs=1e-3)


def test_run_json(study: Path) -> None:
    run = json.loads((study / "run.json").read_text())
    assert run["versions"]["ns3"] == "3.44"
    assert run["parameters"]["seed"] == 1 and run["seeds"] == [1]
    assert run["runs"] == 5 * 11 * 2
    assert run["events"] == 1000 * run["runs"] and run["events_per_s"] == 2000
    assert run["wall_s"] > 0 and run["max_rss_kb"] == 2048


def test_picture_is_a_png(study: Path) -> None:
    data = (study / "matrix.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[-8:-4] == b"IEND"
    width, height = (int.from_bytes(data[at:at + 4], "big") for at in (16, 20))
    assert width > 1000 and height > 800


def test_report_says_what_it_must(study: Path) -> None:
    page = (study / "report.html").read_text()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
    for needed in ("What blocks SST", "What SST does not hide", "Addresses.", "Sizes and timing.",
                   "The mark.", "Allowlists.", "rules are deterministic", "Wilson",
                   "lost at random (0.5 % in each direction)",
                   "packets lost on the way, nobody interferes", "reads as a listed port by chance",
                   "sst-segment / require is blocked by: address, port-allow, mark-drop"):
        assert needed in text, needed
    assert "readable in the client's DNS queries" in text.replace("&#x27;", "'")
    assert "http://" not in page and "https://" not in page, "the page is to be self-contained"
    assert 'src="data:image/png;base64,' in page


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name, jobs in (("a", "1"), ("b", "8")):
        assert sst("run", "--program", FAKE, *SMALL, "--out", tmp_path / name,
                   "--jobs", jobs).returncode == 0
    for file in ("flows.csv", "summary.csv", "matrix.png"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_another_seed_other_flows(tmp_path: Path) -> None:
    texts = []
    for name, seed in (("a", "1"), ("b", "2")):
        assert sst("run", "--program", FAKE, *SMALL, "--out", tmp_path / name,
                   "--seed", seed).returncode == 0
        texts.append((tmp_path / name / "flows.csv").read_text())
    assert texts[0] != texts[1]


def test_the_baseline_is_added(tmp_path: Path) -> None:
    done = sst("run", "--program", FAKE, "--flows", "1", "--censors", "sni", "--carriages",
               "sst-segment", "--policies", "require", "--ip", "6", "--out", tmp_path / "a")
    assert done.returncode == 0 and "overhead_ratio" in done.stderr
    rows = rows_of(tmp_path / "a" / "summary.csv")
    assert {(row["carriage"], row["censor"]) for row in rows} == {
        ("plain", "none"), ("sst-segment", "sni")}
    assert all(row["overhead_ratio"] for row in rows if row["carriage"] == "sst-segment")


def test_report_and_plot_anew(study: Path) -> None:
    before = {name: (study / name).read_bytes() for name in ("summary.csv", "matrix.png")}
    (study / "summary.csv").unlink()
    done = sst("report", study)
    assert done.returncode == 0 and "port-drop" in done.stdout
    assert sst("plot", study).returncode == 0
    assert {name: (study / name).read_bytes() for name in before} == before


@pytest.mark.parametrize(("arguments", "value", "allowed"), [
    (("fly",), "fly", "bench"),
    (("run", "--fly"), "--fly", "--censors"),
    (("run", "fly"), "fly", "blocking-resistance"),
    (("run", "--censors", "none,fly"), "fly", "mark-drop"),
    (("run", "--censors", "dns-strip+fly"), "fly", "mark-drop"),
    (("run", "--carriages", "fly"), "fly", "sst-ports"),
    (("run", "--policies", "fly"), "fly", "opportunistic"),
    (("run", "--services", "fly"), "fly", "smtp"),
    (("run", "--ip", "5"), "5", "4, 6"),
    (("run", "--flows", "0"), "0", "1 to"),
    (("run", "--seed", "-1"), "-1", "1 to"),
    (("run", "--seed", "one"), "one", "1 to"),
    (("run", "--jobs", "0"), "0", "1 to"),
    (("run", "--name", "a/b"), "a/b", "--out"),
    (("run", "--censors", "none,,sni"), "none,,sni", "empty"),
    (("test", "--fly"), "--fly", "--fast"),
    (("bench", "fly"), "fly", "simulator"),
    (("bench", "simulator", "--topologies", "ring"), "ring", "dumbbell"),
    (("report", "/nonexistent"), "/nonexistent", "flows.csv"),
    (("plot", "/"), "/", "flows.csv"),
])
def test_the_unknown_is_refused(arguments: tuple[str, ...], value: str, allowed: str) -> None:
    done = sst(*arguments)
    assert done.returncode == 2
    assert value in done.stderr and allowed in done.stderr
    assert done.stdout == "" and "Traceback" not in done.stderr


def test_what_the_program_refuses_is_refused(tmp_path: Path) -> None:
    done = sst("run", "--program", FAKE, "--censors", "fly", "--out", tmp_path / "a")
    assert done.returncode == 2 and "'fly'" in done.stderr and "mark-drop" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    done = sst("run", "--program", FAKE, *SMALL, "--out", tmp_path)
    assert done.returncode == 2 and "thesis.txt" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_a_failing_run_leaves_nothing_and_is_named(tmp_path: Path) -> None:
    done = sst("run", "--program", FAKE, *SMALL, "--out", tmp_path / "a", FAKE_FAIL="port-drop")
    assert done.returncode == 1
    assert "--censor=port-drop" in done.stderr and "told to fail" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_failing_run_keeps_the_results_of_before(tmp_path: Path) -> None:
    assert sst("run", "--program", FAKE, *SMALL, "--out", tmp_path / "a").returncode == 0
    before = (tmp_path / "a" / "flows.csv").read_bytes()
    assert sst("run", "--program", FAKE, *SMALL, "--seed", "7", "--out", tmp_path / "a",
               FAKE_FAIL="none").returncode == 1
    assert (tmp_path / "a" / "flows.csv").read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_leaves_nothing(tmp_path: Path, number: int) -> None:
    child = subprocess.Popen([sys.executable, str(ROOT / "sst"), "run", "--program", str(FAKE),
                              "--out", str(tmp_path / "a")], stderr=subprocess.PIPE, text=True,
                             env={**os.environ, "FAKE_SLOW": "60"})
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".a.*/runs")) and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(number)
    _, said = child.communicate(timeout=30)
    assert child.returncode == 130 and "interrupted" in said and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_default_names_follow_from_the_options() -> None:
    def name(*arguments: str) -> str:
        return study_name(make_parser().parse(["run", *arguments]))

    assert name() == "blocking-resistance-default"
    assert name("--quick", "--seed", "3") == "blocking-resistance-quick-seed3"
    assert name("--ip", "4") == name("--ip", "4") != name("--ip", "6")


@pytest.mark.skipif(not REAL.exists(), reason=f"{PROGRAM} is not built")
def test_documented_is_what_the_program_knows() -> None:
    offer = ask_offer(REAL)
    assert sorted(offer.services) == sorted(DOCUMENTED.services)
    assert sorted(offer.carriages) == sorted(DOCUMENTED.carriages)
    assert sorted(offer.policies) == sorted(DOCUMENTED.policies)
    assert sorted(offer.censors) == sorted(DOCUMENTED.censors)
    assert set(words.CARRIAGE_NOTES) == set(offer.carriages)


@pytest.mark.skipif(not REAL.exists(), reason=f"{PROGRAM} is not built")
def test_the_real_program_is_deterministic(tmp_path: Path) -> None:
    for name in ("a", "b"):
        done = sst("run", "--program", REAL, "--flows", "1", "--services", "http,dns,rtp",
                   "--censors", "none,port-drop", "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
    first = (tmp_path / "a" / "flows.csv").read_bytes()
    assert first == (tmp_path / "b" / "flows.csv").read_bytes()
    assert first.count(b"\n") == 1 + 3 * 5 * 2 * 2
