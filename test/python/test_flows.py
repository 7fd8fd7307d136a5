# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""flows.csv: its format, its order, and what is refused."""

from __future__ import annotations

import random

import pytest
from conftest import failed_flow, make_flow
from sstlab.flows import format_flows, parse_flows
from sstlab.project import Failure

HEADER = ("service,carriage,policy,censor,ip,seed,flow,outcome,reason,blocked,fell_back,exposed,"
          "imitates,rtt_ms,size,start_ms,ttfb_ms,duration_ms,goodput_mbps,ip_bytes,packets,"
          "marked_packets,port_seen,name_seen")
ROW = ("http,plain,off,none,4,1,0,completed,,0,0,1,0,50.000,1000,0.000,100.000,200.000,2.000,1000,"
       "10,0,1,1")


def test_a_row_as_text() -> None:
    assert format_flows([make_flow()]) == f"{HEADER}\n{ROW}\n"


def test_reading_gives_back_what_was_written() -> None:
    flows = [make_flow(), failed_flow(flow=1, rtt_ms=None, port_seen=None, size=None)]
    assert parse_flows(format_flows(flows), "text") == flows


def test_order_is_that_of_the_keys_numbers_as_numbers() -> None:
    flows = [make_flow(service=service, ip=ip, flow=flow, seed=seed)
             for service in ("dns", "http") for ip in (4, 6) for seed in (2, 10)
             for flow in (2, 9, 10)]
    shuffled = flows[:]
    random.Random(1).shuffle(shuffled)
    assert parse_flows(format_flows(shuffled), "text") == flows


def test_decimals_are_fixed() -> None:
    text = format_flows([make_flow(rtt_ms=1 / 3, ttfb_ms=1e-9, goodput_mbps=12345.6789)])
    row = text.splitlines()[1].split(",")
    assert (row[13], row[16], row[18]) == ("0.333", "0.000", "12345.679")


@pytest.mark.parametrize(("text", "words"), [
    ("", "header is missing"),
    ("a,b\n", "header is a,b"),
    (f"{HEADER}\nhttp,plain\n", "line 2: 2 columns, wanted 24"),
    (f"{HEADER}\n{ROW.replace('completed', 'fine')}\n", "outcome is 'fine'"),
    (f"{HEADER}\n{ROW.replace(',,0,0,1', ',,yes,0,1')}\n", "blocked is 'yes'"),
    (f"{HEADER}\n{ROW.replace('50.000', 'fast')}\n", "rtt_ms is 'fast'"),
    (f"{HEADER}\n{ROW.replace('off,none,4', 'off,none,four')}\n", "ip is 'four'"),
])
def test_what_is_wrong_is_named(text: str, words: str) -> None:
    with pytest.raises(Failure, match="source.*" + words.replace("(", r"\(")):
        parse_flows(text, "source")
