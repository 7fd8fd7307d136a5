# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""report.html: one self-contained page with the picture, the findings in words and the rows."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from sstlab import words
from sstlab.findings import (
    SUBJECT,
    Deviation,
    Verdict,
    deviations,
    imitates,
    sentences,
    verdicts,
)
from sstlab.flows import Flow
from sstlab.matrix import Grid
from sstlab.summary import COLUMNS, Cell

MAX_FLOWS_NAMED = 12

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; max-width: 72rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.2rem; border-bottom: 1px solid #ccc; }
p.sub { color: #555; margin-top: .2rem; } img { width: 100%; height: auto; }
table { border-collapse: collapse; font-size: 14px; } th { text-align: left; background: #f0f0f0; }
th, td { border: 1px solid #ccc; padding: .25rem .5rem; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
td.through { background: #b8def5; } td.blocked { background: #d65e00; color: #fff; }
td.between { background: #f2c6a0; } code { background: #f3f3f3; padding: 0 .2em; }
.note { background: #f7f7f0; border-left: 4px solid #b5b58a; padding: .5rem 1rem; }
details { margin: 1rem 0; } summary { cursor: pointer; font-weight: 600; }
"""


def write_report(grid: Grid, cells: Sequence[Cell], flows: Sequence[Flow], run: dict[str, Any],
                 picture: bytes) -> str:
    """The whole page."""
    image = base64.b64encode(picture).decode()
    parts = [
        _intro(grid, run),
        f'<img alt="Matrix of blocked shares: rows censors, columns carriages and policies" '
        f'src="data:image/png;base64,{image}">',
        _findings(grid),
        _not_hidden(),
        _deviations(deviations(cells, flows), run.get("scenario_parameters", {}).get("loss")),
        _imitations(flows),
        _intervals(cells),
        _definitions(grid),
        _rows(cells),
        _provenance(run),
    ]
    return ("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            f"<title>SST: blocking resistance</title><style>{STYLE}</style></head><body>\n"
            + "\n".join(part for part in parts if part) + "\n</body></html>\n")


def _intro(grid: Grid, run: dict[str, Any]) -> str:
    parameters = run.get("parameters", {})
    flows = sum(cell.flows for cell in grid.cells.values())
    return (f"<h1>Who can block what, with and without SST</h1>"
            f"<p class=sub>Study <b>{escape(str(run.get('name', '')))}</b>: {flows} simulated "
            f"flows, seed {escape(str(parameters.get('seed', '')))}, "
            f"{' and '.join(f'IPv{ip}' for ip in grid.ips)}.</p>"
            "<p>Clients use common services of servers beyond a censor. SST hides which service a "
            "packet belongs to. Each square below is one service, carried in one way, behind one "
            "censor: blue means that every flow got through (blocked rate 0), orange with a cross "
            "that every flow was blocked (blocked rate 1). A ring says that the "
            "flow got through while the censor could read its service port or its "
            "name, a triangle that SST was given up and the flow went in clear.</p>"
            + "".join(f"<p class=note>{escape(line)}.</p>" for line in sentences(grid)))


def _findings(grid: Grid) -> str:
    out = ["<h2>What blocks SST, and what does not</h2>"]
    for column in grid.columns:
        found = verdicts(grid, column)
        title = words.carriage_title(*column)
        rows = "".join(_finding_row(verdict, column) for verdict in found)
        table = (f"<table><tr><th>censor</th><th>what it does</th><th>flows blocked</th>"
                 f"<th>what that means</th></tr>{rows}</table>")
        opened = " open" if column == SUBJECT or SUBJECT not in grid.columns else ""
        out.append(f"<details{opened}><summary>{escape(title)}: "
                   f"{escape(_column_words(column))}</summary>{table}</details>")
    return "\n".join(out)


def _column_words(column: tuple[str, str]) -> str:
    carriage, policy = column
    said = words.CARRIAGES.get(carriage, "")
    return said if policy == "off" else f"{said}; {words.POLICIES.get(policy, '')}"


def _finding_row(verdict: Verdict, column: tuple[str, str]) -> str:
    kind = ("blocked" if verdict.blocked == verdict.flows else
            "through" if not verdict.blocked else "between")
    return (f"<tr><td><b>{escape(verdict.censor)}</b></td>"
            f"<td>{escape(words.censor_words(verdict.censor))}</td>"
            f"<td class={kind}>{verdict.blocked} of {verdict.flows}</td>"
            f"<td>{escape(_meaning(verdict, column))}</td></tr>")


def _meaning(verdict: Verdict, column: tuple[str, str]) -> str:
    said = []
    if verdict.blocked == verdict.flows:
        said.append("Blocks every service.")
    elif verdict.fully:
        said.append(f"Blocks {', '.join(verdict.fully)}.")
    elif not verdict.blocked:
        said.append("Blocks nothing.")
    if verdict.partly:
        said.append(f"Some flows of {', '.join(verdict.partly)} failed, see below.")
    if verdict.fell_back:
        said.append(f"{verdict.fell_back} flows gave SST up and went in clear.")
    if verdict.exposed:
        said.append(f"The censor saw port or name of {verdict.exposed} flows.")
    elif verdict.censor != "none":
        said.append("It saw neither port nor name of any flow.")
    if column[0] != "plain" and verdict.fully:
        reasons = [words.WHY_SST_BLOCKED[rule] for rule in verdict.censor.split("+")
                   if rule in words.WHY_SST_BLOCKED]
        said += reasons[:1] if column[1] == "require" else reasons[-1:]
    return " ".join(said)


def _not_hidden() -> str:
    rows = "".join(f"<li><b>{escape(head)}.</b> {escape(text)}</li>"
                   for head, text in words.NOT_HIDDEN)
    return f"<h2>What SST does not hide</h2><ul>{rows}</ul>"


def _deviations(found: list[Deviation], loss: float | None) -> str:
    head = "<h2>Cells that are neither 0 nor 1, and why</h2>"
    if not found:
        return head + "<p>None: in every cell all flows met the same end.</p>"
    rows = []
    for deviation in found:
        cell = deviation.cell
        named = ", ".join(str(flow.flow) for flow in deviation.flows[:MAX_FLOWS_NAMED])
        more = " ..." if len(deviation.flows) > MAX_FLOWS_NAMED else ""
        rows.append(f"<tr><td>{escape(cell.service)}</td>"
                    f"<td>{escape(words.carriage_title(cell.carriage, cell.policy))}</td>"
                    f"<td>{escape(cell.censor)}</td><td>IPv{cell.ip}</td>"
                    f"<td class=n>{cell.blocked} of {cell.flows}</td>"
                    f"<td>{escape(deviation.why())}</td><td>{named}{more}</td></tr>")
    rate = f" ({100 * loss:g} % in each direction)" if isinstance(loss, float) else ""
    return (head + "<p>The rules of the censors are deterministic. What deviates comes from "
            f"packets lost at random{rate} that cost a flow its deadline, or a censor the answer "
            "it forged, and from chance in the ciphertext.</p><table><tr><th>service</th><th>carriage</th>"
            "<th>censor</th><th>IP</th><th>blocked</th><th>what sets some flows apart</th>"
            f"<th>flows (flows.csv)</th></tr>{''.join(rows)}</table>")


def _imitations(flows: Sequence[Flow]) -> str:
    found = [flow for flow in flows if imitates(flow)]
    text = ("<h2>Session indices that imitate a port</h2><p>The first bytes of an SST packet are "
            "where a censor expects ports; they hold a random session index. About two sessions in "
            "10<sup>4</sup> read as a port the censor lists: a rule on ports takes them for that "
            "service. ")
    if not found:
        return text + "None of the flows of this study did.</p>"
    named = "; ".join(f"{flow.service} {words.carriage_title(flow.carriage, flow.policy)} "
                      f"{flow.censor} IPv{flow.ip} flow {flow.flow} ({flow.outcome})"
                      for flow in found[:MAX_FLOWS_NAMED])
    more = f"; {len(found) - MAX_FLOWS_NAMED} more in flows.csv" if len(
        found) > MAX_FLOWS_NAMED else ""
    return text + f"In this study: {escape(named)}{more}.</p>"


def _intervals(cells: Sequence[Cell]) -> str:
    sizes = sorted({cell.flows for cell in cells})
    widest = max(cell.ci_high - cell.ci_low for cell in cells)
    return ("<h2>How sure these numbers are</h2><p class=note>Intervals are Wilson's, 95 %. "
            "The censors' rules are deterministic: an interval speaks only of the draw of "
            "flows (round-trip time, size, start, loss), not of how often a real censor would "
            f"act. With {' or '.join(map(str, sizes))} flows a cell the widest is "
            f"{widest:.2f} wide.</p>")


def _definitions(grid: Grid) -> str:
    def items(names: Iterable[str], known: dict[str, str]) -> str:
        return "".join(f"<tr><td><b>{escape(name)}</b></td><td>{escape(known.get(name, ''))}"
                       "</td></tr>" for name in names)

    columns = {
        "blocked_rate": "share of flows that did not complete within 30 s, for any reason",
        "ci_low, ci_high": "Wilson's 95 % interval of blocked_rate",
        "fell_back_rate": "share of flows that gave SST up and went in clear",
        "exposed_rate": "share of flows whose service port or host name a tap at the censor read "
                        "in clear; the resolver's DNS is left aside",
        "ttfb_ms_median": "median time from the application's start to the first byte of the "
                          "answer, name resolution included, over completed flows",
        "goodput_mbps_median": "median of delivered bytes over time, over completed flows",
        "overhead_ratio": "median of IP bytes over those of the same flow in clear without "
                          "censor, handshake and DNS included; empty where either did not complete",
    }
    censors = {name: words.censor_words(name) for name in grid.censors}
    return ("<h2>What the words mean</h2><details><summary>Services, censors, columns</summary>"
            f"<table>{items(grid.services, words.SERVICES)}</table><br>"
            f"<table>{items(grid.censors, censors)}</table><br>"
            f"<table>{items(columns, columns)}</table></details>")


def _rows(cells: Sequence[Cell]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    body = []
    for cell in cells:
        kind = ("blocked" if cell.blocked == cell.flows else
                "through" if not cell.blocked else "between")
        body.append("<tr>" + "".join(
            f"<td class={kind if name == 'blocked_rate' else 'n'}>{_number(getattr(cell, name))}"
            "</td>" for name in COLUMNS) + "</tr>")
    return (f"<h2>All rows</h2><details><summary>summary.csv, {len(cells)} rows</summary><table>"
            f"<tr>{head}</tr>{''.join(body)}</table></details>")


def _number(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else escape(str(value))


def _provenance(run: dict[str, Any]) -> str:
    facts = {
        "command": shlex.join(map(str, run.get("command", []))),
        "versions": ", ".join(f"{name} {value}" for name, value in
                              sorted(run.get("versions", {}).items())),
        "parameters": ", ".join(
            f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
            for name, value in sorted(run.get("parameters", {}).items())),
        "runs": run.get("runs", ""),
        "wall time": f"{run.get('wall_s', 0):.1f} s on {run.get('jobs', '?')} cores",
        "simulated events": f"{run.get('events', 0):,}, {run.get('events_per_s', 0):,.0f} a "
                            "second of one core",
        "largest memory of a run": f"{run.get('max_rss_kb', 0) / 1024:.0f} MiB",
    }
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
                   for name, value in facts.items())
    return f"<h2>Where this comes from</h2><table>{rows}</table>"
