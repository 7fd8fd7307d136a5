# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The matrix of the terminal and the findings in words."""

from __future__ import annotations

from pathlib import Path

from conftest import failed_flow, make_flow
from sstlab.findings import deviations, sentences, verdicts
from sstlab.flows import Flow
from sstlab.matrix import MAX_WIDTH, arrange, letters, render, symbol
from sstlab.summary import summarize

SST = {"carriage": "sst-segment", "policy": "require"}


def flows_of(blocked: int, count: int, **columns: object) -> list[Flow]:
    """`count` flows of one cell, the first `blocked` of them failed."""
    return [(failed_flow if flow < blocked else make_flow)(flow=flow, **columns)
            for flow in range(count)]


def symbol_of(flows: list[Flow]) -> str:
    (cell,) = summarize(flows)
    return symbol(cell)


def test_symbols() -> None:
    assert symbol_of(flows_of(0, 4, exposed=False)) == "."
    assert symbol_of(flows_of(0, 4)) == "o"
    assert symbol_of(flows_of(0, 4, fell_back=True)) == "c"
    assert symbol_of(flows_of(4, 4)) == "#"
    assert symbol_of(flows_of(2, 4)) == "5"
    assert symbol_of(flows_of(1, 100)) == "1"
    assert symbol_of(flows_of(99, 100)) == "9"
    assert symbol(None) == " "


def test_each_service_has_its_own_letter() -> None:
    given = letters(["http", "tls", "ssh", "smtp", "dns", "rtp", "bulk", "ssdp"])
    assert len(set(given.values())) == 8


def test_versions_share_a_row_where_they_agree() -> None:
    flows = [flow for ip in (4, 6) for flow in
             flows_of(0, 2, ip=ip) + flows_of(ip - 4, 2, ip=ip, censor="sni")]
    lines = render(arrange(summarize(flows)), color=False).splitlines()
    assert [line.split() for line in lines[3:6]] == [
        ["none", "o"], ["sni", "v4", "o"], ["sni", "v6", "#"]]


def test_the_whole_matrix_fits_a_terminal(study: Path) -> None:
    text = (study.parent / "stdout").read_text()
    before, _, _ = text.partition("\nresults: ")
    assert max(map(len, before.splitlines())) <= MAX_WIDTH
    for censor in ("none", "port-drop", "dns-strip+port-drop"):
        assert f"\n{censor} " in text


def test_sentences_name_what_blocks() -> None:
    flows = [flow for censor, blocked in (("none", 0), ("sni", 0), ("address", 4), ("port-drop", 1))
             for flow in flows_of(blocked, 4, censor=censor, **SST)]
    assert sentences(arrange(summarize(flows))) == [
        "sst-segment / require gets through: none, port-drop, sni",
        "sst-segment / require is blocked by: address"]


def test_a_censor_that_blocks_one_service_is_told_by_service() -> None:
    flows = flows_of(4, 4, service="ssh") + flows_of(0, 4, service="http") + flows_of(
        1, 4, service="rtp")
    (verdict,) = verdicts(arrange(summarize(flows)), ("plain", "off"))
    assert (verdict.fully, verdict.partly) == (["ssh"], ["rtp"])
    assert (verdict.blocked, verdict.flows) == (5, 12)


def test_deviations_name_the_flows_that_stand_apart() -> None:
    flows = [*flows_of(4, 4, censor="address"), *flows_of(0, 4),
             *flows_of(0, 4, censor="port-drop", **SST)[1:],
             failed_flow(flow=0, censor="port-drop", imitates="22", reason="timeout", **SST),
             *flows_of(3, 4, censor="sni")]
    found = {deviation.cell.censor: deviation for deviation in deviations(summarize(flows), flows)}
    assert set(found) == {"port-drop", "sni"}
    assert [flow.flow for flow in found["port-drop"].flows] == [0]
    assert "no answer before the deadline" in found["port-drop"].why()
    assert "by chance" in found["port-drop"].why()
    assert [flow.flow for flow in found["sni"].flows] == [3]


def test_losses_without_a_censor_are_named_even_where_all_failed() -> None:
    flows = flows_of(2, 2)
    (deviation,) = deviations(summarize(flows), flows)
    assert len(deviation.flows) == 2
    assert "nobody interferes" in deviation.why()
