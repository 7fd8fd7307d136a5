# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""summary.csv: one row for each service, carriage, policy, censor and IP version."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from statistics import median

from sstlab.flows import Flow

# Two-sided 95 % point of the standard normal distribution.
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Cell:
    """One row of summary.csv. Medians are None where no flow has a value."""

    service: str
    carriage: str
    policy: str
    censor: str
    ip: int
    flows: int
    blocked: int
    blocked_rate: float
    ci_low: float
    ci_high: float
    fell_back_rate: float
    exposed_rate: float
    ttfb_ms_median: float | None
    goodput_mbps_median: float | None
    overhead_ratio: float | None


COLUMNS = tuple(field.name for field in fields(Cell))
_DECIMALS = {"blocked_rate": 4, "ci_low": 4, "ci_high": 4, "fell_back_rate": 4,
             "exposed_rate": 4, "ttfb_ms_median": 3, "goodput_mbps_median": 3,
             "overhead_ratio": 4}


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval (JASA 22, 1927, p. 209) for a proportion, without continuity
    correction; the bounds are exactly 0 and 1 where no or every trial succeeded."""
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"{successes} of {trials} is no proportion")
    share = successes / trials
    scale = 1 + z * z / trials
    center = (share + z * z / (2 * trials)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low = 0.0 if successes == 0 else center - half
    high = 1.0 if successes == trials else center + half
    return low, high


def is_baseline(flow: Flow) -> bool:
    """Whether other flows are compared with this one: in clear, and nobody in between."""
    return flow.carriage == "plain" and flow.censor == "none"


def summarize(flows: Iterable[Flow]) -> list[Cell]:
    """The rows of summary.csv, sorted by their first five columns."""
    groups: dict[tuple[str, str, str, str, int], list[Flow]] = defaultdict(list)
    baseline: dict[tuple[str, int, int, int], Flow] = {}
    for flow in flows:
        groups[flow.cell].append(flow)
        if is_baseline(flow):
            baseline[flow.pair] = flow
    return [_cell(key, groups[key], baseline) for key in sorted(groups)]


def _cell(key: tuple[str, str, str, str, int], flows: Sequence[Flow],
          baseline: dict[tuple[str, int, int, int], Flow]) -> Cell:
    count = len(flows)
    blocked = sum(flow.blocked for flow in flows)
    low, high = wilson(blocked, count)
    completed = [flow for flow in flows if flow.outcome == "completed"]
    ratios = [ratio for flow in completed
              if (ratio := _overhead(flow, baseline.get(flow.pair))) is not None]
    return Cell(*key, flows=count, blocked=blocked, blocked_rate=blocked / count,
                ci_low=low, ci_high=high,
                fell_back_rate=sum(flow.fell_back for flow in flows) / count,
                exposed_rate=sum(flow.exposed for flow in flows) / count,
                ttfb_ms_median=_median(flow.ttfb_ms for flow in completed),
                goodput_mbps_median=_median(flow.goodput_mbps for flow in completed),
                overhead_ratio=_median(ratios))


def _overhead(flow: Flow, plain: Flow | None) -> float | None:
    """IP bytes of a flow over those of the same flow in clear, handshake and DNS included."""
    if plain is None or plain.outcome != "completed" or not plain.ip_bytes or not flow.ip_bytes:
        return None
    return flow.ip_bytes / plain.ip_bytes


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def format_summary(cells: Iterable[Cell]) -> str:
    """summary.csv as a text, with fixed decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for cell in cells:
        writer.writerow([_text(name, getattr(cell, name)) for name in COLUMNS])
    return out.getvalue()


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    return f"{value:.{_DECIMALS[name]}f}" if name in _DECIMALS else str(value)
