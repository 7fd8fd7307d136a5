# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What `./sst bench codec` makes of the records of Google Benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sstlab import bench_codec, bench_figure

# name: user time of a call, ns, of three rounds; the middle one counts
ROUNDS = {
    "raw/64": (800, 810, 5000), "raw/1400": (2000, 2000, 2000),
    "aead/64": (700, 700, 700), "aead/1400": (1600, 1500, 1700),
    "x25519": (30000, 30000, 30000), "handshake": (210000, 220000, 180000),
    "flood": (4000, 4000, 4000), "memory/iterations:1": (1, 1, 1),
    "single/segment/plain/1/1400": (2500, 2600, 2400),
    "single/segment/checksum/1/1400": (2000, 2000, 2000),
    "batch/segment/plain/100000/1400": (80000, 84000, 70000),
}


def records() -> list[dict[str, Any]]:
    out = []
    for name, times in ROUNDS.items():
        for time in times:
            record: dict[str, Any] = {"run_name": f"{name}/repeats:3", "cpu_time": time}
            if name.startswith("batch/"):
                record["packets_per_call"] = 32.0
            if name.startswith("memory"):
                record |= {"bytes_per_session": 1100.0, "bytes_per_flow": 48.0}
            out.append(record)
    return out


def test_ratios_are_of_medians_and_of_single_packets() -> None:
    report = bench_codec.summarize(records())
    assert report["packets_per_batch"] == 32
    assert report["raw_ns"] == {"64": 810, "1400": 2000}
    assert report["aead_ns"] == {"64": 700, "1400": 1600}
    assert {row["call"]: row["ns"] for row in report["rows"] if row["sessions"] > 1} == {
        "batch": 2500}
    assert report["figures"] == {
        "ratio": 0.8, "ratio_checksums": 1.0, "ratio_batch": 0.8, "handshake_x25519": 7.0,
        "bytes_per_session": 1100.0, "bytes_per_flow": 48.0}


def test_what_misses_its_aim_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    report = bench_codec.summarize(records()) | {"rounds": 3}
    bench_codec._print(report)
    lines = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()
             if line.endswith("MISSED")]
    assert lines == ["seal and open, one session, no checksums",
                     "seal and open, 100 000 sessions, batch", "bytes a session"]


def test_the_plot_is_drawn(tmp_path: Path) -> None:
    report = bench_codec.summarize(records()) | {"rounds": 3}
    bench_figure.draw(report, tmp_path / "bench.png")
    assert (tmp_path / "bench.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="no measurements"):
        bench_figure.draw(report | {"rows": []}, tmp_path / "none.png")
