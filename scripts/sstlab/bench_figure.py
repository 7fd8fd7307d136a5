# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The plot of `./sst bench codec`: speed against raw libsodium by size and sessions."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib.figure import Figure  # noqa: E402  (the backend comes first)
from matplotlib.lines import Line2D  # noqa: E402

# Okabe and Ito: apart for every kind of color vision; markers differ as well.
STYLES = {1: ("#0072B2", "o"), 1000: ("#E69F00", "s"), 100000: ("#D55E00", "^")}
DASHES = {"single": "-", "batch": "--"}
FILLS = {"single": "full", "batch": "none"}
COVERAGES = ("segment", "header", "ports")


def draw(report: Mapping[str, Any], path: Path) -> None:
    """Writes the figure; fails where there is nothing to draw."""
    rows = report["rows"]
    if not rows:
        raise ValueError("no measurements to draw")
    figure = Figure(figsize=(11, 6.2), layout="constrained")
    alone = sorted((int(size), report["raw_ns"][size] / value)
                   for size, value in report["aead_ns"].items())
    grid = figure.subplots(2, len(COVERAGES), sharex=True, sharey=True)
    for line, checksums in enumerate(("plain", "checksum")):
        for column, coverage in enumerate(COVERAGES):
            axes = grid[line][column]
            axes.axhline(1.0, color="#555555", linewidth=0.8)
            if coverage == "segment":
                axes.plot(*zip(*alone, strict=True), ":", color="black", linewidth=1.2)
            for sessions, (color, marker) in STYLES.items():
                for call, dash in DASHES.items():
                    points = sorted((row["size"], row["ratio"]) for row in rows
                                    if (row["coverage"], row["checksums"], row["call"],
                                        row["sessions"]) == (coverage, checksums, call, sessions))
                    if points:
                        axes.plot(*zip(*points, strict=True), dash, color=color, marker=marker,
                                  fillstyle=FILLS[call], markersize=4, linewidth=1.2)
            axes.set_xscale("log")
            axes.set_xticks([64, 256, 1400, 9000], ["64", "256", "1400", "9000"])
            axes.minorticks_off()
            axes.grid(alpha=0.25)
            axes.set_title(f"coverage {coverage}, checksums "
                           f"{'restored' if checksums == 'checksum' else 'left'}", fontsize=9)
            if line == 1:
                axes.set_xlabel("bytes of the segment")
        grid[line][0].set_ylabel("raw libsodium / codec")
    grid[0][0].set_ylim(bottom=0)
    measured = {row["sessions"] for row in rows}
    handles = [Line2D([], [], color=color, marker=marker, markersize=4,
                      label=f"{sessions:,} session{'s' * (sessions > 1)}".replace(",", " "))
               for sessions, (color, marker) in STYLES.items() if sessions in measured]
    calls = {"single": "one packet a call", "batch": f"batches of {report['packets_per_batch']}"}
    handles += [Line2D([], [], color="black", linestyle=DASHES[call], fillstyle=FILLS[call],
                       marker="o", markersize=4, label=words) for call, words in calls.items()]
    handles.append(Line2D([], [], color="black", linestyle=":", label="AEAD alone"))
    figure.legend(handles=handles, loc="outside lower center", ncols=6, fontsize=8)
    figure.suptitle("Seal and open of one packet: speed of the codec over that of raw libsodium "
                    f"(median of {report['rounds']} rounds; narrow coverages seal less)",
                    fontsize=10)
    figure.savefig(path, dpi=130)


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
