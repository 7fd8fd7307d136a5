# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""flows.csv: one row a flow, as the scenario program writes it and the laboratory keeps it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sstlab.project import Failure

OUTCOMES = ("completed", "failed")


@dataclass(frozen=True)
class Flow:
    """One flow of one run. Times in milliseconds, sizes in bytes; None: not applicable."""

    service: str
    carriage: str
    policy: str
    censor: str
    ip: int
    seed: int
    flow: int
    outcome: str
    reason: str
    blocked: bool
    fell_back: bool
    exposed: bool
    imitates: str
    rtt_ms: float | None
    size: int | None
    start_ms: float | None
    ttfb_ms: float | None
    duration_ms: float | None
    goodput_mbps: float | None
    ip_bytes: int | None
    packets: int | None
    marked_packets: int | None
    port_seen: bool | None
    name_seen: bool | None

    @property
    def pair(self) -> tuple[str, int, int, int]:
        """What the same flow has in common under every carriage and censor."""
        return self.service, self.ip, self.seed, self.flow

    @property
    def cell(self) -> tuple[str, str, str, str, int]:
        """The row of summary.csv this flow is counted in."""
        return self.service, self.carriage, self.policy, self.censor, self.ip


COLUMNS = tuple(field.name for field in fields(Flow))
_INTEGERS = {"ip", "seed", "flow", "size", "ip_bytes", "packets", "marked_packets"}
_BOOLEANS = {"blocked", "fell_back", "exposed", "port_seen", "name_seen"}
_NUMBERS = {"rtt_ms", "start_ms", "ttfb_ms", "duration_ms", "goodput_mbps"}
_OPTIONAL = {"rtt_ms", "size", "start_ms", "ttfb_ms", "duration_ms", "goodput_mbps", "ip_bytes",
             "packets", "marked_packets", "port_seen", "name_seen"}
DECIMALS = 3


def parse_flows(text: str, source: str) -> list[Flow]:
    """The flows of a CSV text; Failure that names `source`, line and column where it is wrong."""
    rows = csv.reader(io.StringIO(text))
    header = tuple(next(rows, ()))
    if header != COLUMNS:
        raise Failure(f"{source}: the header is {','.join(header) or 'missing'}, "
                      f"wanted {','.join(COLUMNS)}")
    flows = []
    for row in rows:
        if len(row) != len(COLUMNS):
            raise Failure(f"{source} line {rows.line_num}: {len(row)} columns, "
                          f"wanted {len(COLUMNS)}")
        try:
            values: dict[str, Any] = {name: _value(name, value)
                                      for name, value in zip(COLUMNS, row, strict=True)}
            flows.append(Flow(**values))
        except ValueError as error:
            raise Failure(f"{source} line {rows.line_num}: {error}") from None
    return flows


def read_flows(path: Path) -> list[Flow]:
    """The flows of a file; Failure where it cannot be read or holds none."""
    try:
        flows = parse_flows(path.read_text(), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"cannot read {path}: {error}") from None
    if not flows:
        raise Failure(f"{path} holds no flows")
    return flows


def format_flows(flows: Iterable[Flow]) -> str:
    """A CSV text, sorted, with fixed decimals: the same flows always give the same bytes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for flow in sorted(flows, key=lambda flow: (*flow.cell, flow.seed, flow.flow)):
        writer.writerow([_text(name, getattr(flow, name)) for name in COLUMNS])
    return out.getvalue()


def _value(name: str, text: str) -> object:
    if name in _OPTIONAL and not text:
        return None
    if name in _BOOLEANS:
        if text not in ("0", "1"):
            raise ValueError(f"{name} is '{text}', wanted 0 or 1")
        return text == "1"
    if name == "outcome" and text not in OUTCOMES:
        raise ValueError(f"outcome is '{text}', wanted {' or '.join(OUTCOMES)}")
    kind = int if name in _INTEGERS else float if name in _NUMBERS else str
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{name} is '{text}', wanted a number") from None


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if name in _BOOLEANS:
        return "1" if value else "0"
    return f"{value:.{DECIMALS}f}" if name in _NUMBERS else str(value)
