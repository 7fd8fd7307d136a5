#!/usr/bin/env python3
# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Answers as the scenario program does, by rules written down here: for tests of the laboratory.

FAKE_FAIL=CENSOR lets runs of that censor fail, FAKE_SLOW=SECONDS slows every run down.
"""

from __future__ import annotations

import csv
import json
import os
import random
import sys
import time

SERVICES = {"http": 80, "tls": 443, "ssh": 22, "smtp": 25, "dns": 53, "rtp": 5004, "bulk": 873}
UDP = ("dns", "rtp")
LISTED = ("tls", "ssh", "dns", "rtp")
CARRIAGES = ["plain", "sst-segment", "sst-ports"]
POLICIES = ["off", "opportunistic", "require"]
CENSORS = ["none", "address", "port-drop", "port-rst", "port-allow", "sni", "sni-scan", "mark-drop",
           "dns-strip", "dns-forge"]
COLUMNS = ("service,carriage,policy,censor,ip,seed,flow,outcome,reason,blocked,fell_back,exposed,"
           "imitates,rtt_ms,size,start_ms,ttfb_ms,duration_ms,goodput_mbps,ip_bytes,packets,"
           "marked_packets,port_seen,name_seen").split(",")
OVERHEAD = {"plain": 1.0, "sst-segment": 1.25, "sst-ports": 1.5}


def parse(arguments: list[str]) -> dict[str, str]:
    """The options as a dictionary."""
    return dict(argument.removeprefix("--").split("=", 1) for argument in arguments)


def refuse(what: str, value: str, known: list[str]) -> None:
    """Ends with status 2 where a value is unknown."""
    if value not in known:
        sys.exit(print(f"--{what}: unknown value '{value}'; known: {', '.join(known)}",
                       file=sys.stderr) or 2)


def judge(service: str, carriage: str, policy: str, rules: list[str]) -> tuple[str, bool]:
    """The reason of failure (empty: none), and whether the flow falls back to clear."""
    sst = carriage != "plain"
    fell_back = sst and policy == "opportunistic" and "dns-strip" in rules
    if sst and policy == "require" and "dns-strip" in rules:
        return "no-key", False
    clear = not sst or fell_back
    named = service in ("http", "tls")
    hits = {
        "address": True,
        "port-drop": clear and service in LISTED,
        "port-rst": clear and service in LISTED and service not in UDP,
        "port-allow": not clear or SERVICES[service] not in (53, 80, 443),
        "sni": clear and named,
        "sni-scan": (clear or carriage == "sst-ports") and named,
        "mark-drop": not clear,
        "dns-forge": True,
    }
    if any(hits.get(rule, False) for rule in rules):
        return "reset" if "port-rst" in rules else "timeout", fell_back
    return "", fell_back


def flow_row(options: dict[str, str], service: str, flow: int) -> list[object]:
    """One row of the CSV file."""
    carriage, policy, censor = options["carriage"], options["policy"], options["censor"]
    draw = random.Random(f"{service} {options['ip']} {options['seed']} {flow}")
    rtt, start = draw.uniform(20, 200), draw.uniform(0, 5000)
    size = 2_000_000 if service == "bulk" else draw.randrange(2000, 200_000)
    reason, fell_back = judge(service, carriage, policy, censor.split("+"))
    if not reason and service == "rtp" and flow == 3 and censor == "none" and carriage == "plain":
        reason = "stalled"
    imitates = "0"
    if service == "ssh" and flow == 2 and censor == "port-drop" and carriage != "plain":
        imitates, reason = "1", "timeout"
    clear = carriage == "plain" or fell_back
    named = service in ("http", "tls") and (clear or carriage == "sst-ports")
    done = not reason
    used = "plain" if clear else carriage
    ttfb, duration = 2 * rtt, 3 * rtt + size / 6250
    row: list[object] = [
        service, carriage, policy, censor, options["ip"], options["seed"], flow,
        "completed" if done else "failed", reason, int(not done), int(fell_back),
        int(clear or named), imitates, f"{rtt:.3f}", size, f"{start:.3f}",
        f"{ttfb:.3f}" if done else "", f"{duration:.3f}" if done else "",
        f"{8e-3 * size / duration:.6f}" if done else "", round(size * OVERHEAD[used]),
        size // 1400 + 3, 0 if clear else size // 1400, int(clear), int(named)]
    return row


def main() -> None:
    """Writes the two files of one run, or lists what is known."""
    if sys.argv[1:] == ["--list"]:
        print(json.dumps({"services": list(SERVICES), "carriages": CARRIAGES,
                          "policies": POLICIES, "censors": CENSORS}))
        return
    options = parse(sys.argv[1:])
    refuse("carriage", options["carriage"], CARRIAGES)
    refuse("policy", options["policy"], POLICIES)
    for rule in options["censor"].split("+"):
        refuse("censor", rule, CENSORS)
    if os.environ.get("FAKE_FAIL") == options["censor"]:
        sys.exit("the fake program was told to fail")
    time.sleep(float(os.environ.get("FAKE_SLOW", "0")))
    with open(options["output"], "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for service in reversed(options["services"].split(",")):
            first = int(options["first"])
            for flow in range(first, first + int(options["flows"])):
                writer.writerow(flow_row(options, service, flow))
    with open(options["info"], "w") as file:
        json.dump({"events": 1000, "wall_s": 0.5, "max_rss_kb": 2048,
                   "versions": {"ns3": "3.44", "libsodium": "1.0.18"},
                   "parameters": {"loss": 0.005}}, file)


if __name__ == "__main__":
    main()
