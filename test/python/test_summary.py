# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""summary.csv: intervals against a published table, the rest against sums done by hand."""

from __future__ import annotations

import pytest
from conftest import failed_flow, make_flow
from sstlab.summary import format_summary, summarize, wilson


# R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
# Medicine 17 (1998), table I, method 3: the score method without continuity correction.
@pytest.mark.parametrize(("successes", "trials", "low", "high"), [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
])
def test_wilson_as_published(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson(successes, trials)
    assert found == pytest.approx((low, high), abs=5e-5)
    mirrored = wilson(trials - successes, trials)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=5e-5)


def test_wilson_ends_are_exact() -> None:
    assert wilson(0, 7)[0] == 0.0
    assert wilson(7, 7)[1] == 1.0


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 3), (4, 3)])
def test_wilson_refuses_what_is_no_proportion(successes: int, trials: int) -> None:
    with pytest.raises(ValueError):
        wilson(successes, trials)


def test_counts_and_medians_of_a_cell() -> None:
    flows = [make_flow(flow=0, ttfb_ms=100.0, goodput_mbps=1.0),
             make_flow(flow=1, ttfb_ms=300.0, goodput_mbps=4.0, fell_back=True),
             make_flow(flow=2, ttfb_ms=250.0, goodput_mbps=2.0, exposed=False),
             failed_flow(flow=3, ttfb_ms=5.0)]
    (cell,) = summarize(flows)
    assert (cell.flows, cell.blocked, cell.blocked_rate) == (4, 1, 0.25)
    assert (cell.fell_back_rate, cell.exposed_rate) == (0.25, 0.75)
    # of the three that completed
    assert (cell.ttfb_ms_median, cell.goodput_mbps_median) == (250.0, 2.0)


def test_overhead_is_taken_against_the_same_plain_flow() -> None:
    sst = {"carriage": "sst-segment", "policy": "require", "censor": "sni"}
    flows = [make_flow(flow=0, ip_bytes=1000), make_flow(flow=1, ip_bytes=2000),
             make_flow(flow=2, ip_bytes=100), failed_flow(flow=3, ip_bytes=10),
             make_flow(flow=4, ip_bytes=50),
             make_flow(flow=0, ip_bytes=1500, **sst), make_flow(flow=1, ip_bytes=2400, **sst),
             make_flow(flow=2, ip_bytes=110, **sst), make_flow(flow=3, ip_bytes=9999, **sst),
             failed_flow(flow=4, ip_bytes=5000, **sst)]
    cells = {cell.carriage: cell for cell in summarize(flows)}
    # 1.5, 1.2 and 1.1; the pairs of flows 3 and 4 lack a side that completed
    assert cells["sst-segment"].overhead_ratio == pytest.approx(1.2)
    assert cells["plain"].overhead_ratio == 1.0


def test_pairs_do_not_mix_services_versions_and_seeds() -> None:
    sst = {"carriage": "sst-segment", "policy": "require"}
    flows = [make_flow(ip_bytes=1000), make_flow(ip=6, ip_bytes=500),
             make_flow(service="ssh", ip_bytes=250), make_flow(seed=2, ip_bytes=100),
             make_flow(ip_bytes=1000, **sst), make_flow(ip=6, ip_bytes=1000, **sst),
             make_flow(service="ssh", ip_bytes=1000, **sst)]
    ratios = {(cell.service, cell.ip): cell.overhead_ratio for cell in summarize(flows)
              if cell.carriage != "plain"}
    assert ratios == {("http", 4): 1.0, ("http", 6): 2.0, ("ssh", 4): 4.0}


def test_text_of_a_row() -> None:
    text = format_summary(summarize([failed_flow(service="dns", exposed=False)]))
    assert text.splitlines() == [
        "service,carriage,policy,censor,ip,flows,blocked,blocked_rate,ci_low,ci_high,"
        "fell_back_rate,exposed_rate,ttfb_ms_median,goodput_mbps_median,overhead_ratio",
        # 1 / (1 + z^2) with z = 1.96 is 0.2065
        "dns,plain,off,none,4,1,1,1.0000,0.2065,1.0000,0.0000,0.0000,,,"]
