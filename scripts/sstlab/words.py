# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What the things of the study are called and do, in words for people who read no code."""

from __future__ import annotations

CENSORS = {
    "none": "nobody in between interferes",
    "address": "drops every packet to the server's address",
    "port-drop": "drops packets to listed ports (tls, ssh, dns, rtp)",
    "port-rst": "resets TCP connections to listed ports (tls, ssh)",
    "port-allow": "lets only ports 53, 80 and 443 through",
    "sni": "drops listed host names, where TLS and HTTP have them",
    "sni-scan": "drops listed host names anywhere in a packet",
    "mark-drop": "drops every packet that carries the SST mark",
    "dns-strip": "answers the question for the key: there is none",
    "dns-forge": "forges DNS answers: a wrong address",
}

WHY_SST_BLOCKED = {
    "address": "SST hides the service, not the host: a censor that blocks the server's address "
               "blocks everything on it.",
    "port-allow": "An allowlist refuses what it does not recognize. An SST packet shows no port "
                  "that is on the list.",
    "mark-drop": "The draft marks every SST packet visibly. One rule on the mark drops SST as a "
                 "whole; it cannot pick a service.",
    "dns-strip": "Without the key there is no SST. A client that requires SST then does not "
                 "connect; one that merely prefers SST connects in clear, for all to see.",
    "dns-forge": "A forged address leads the client to the wrong host; SST cannot be opened "
                 "there, and nothing else can.",
    "sni": "The host name was readable at the start of the stream.",
    "sni-scan": "Carriage sst-ports seals the ports alone: the host name in the payload stays "
                "readable, and a censor that searches the whole packet finds it.",
    "port-drop": "The service port was visible to the censor.",
    "port-rst": "The service port was visible to the censor.",
}

NOT_HIDDEN = (
    ("Addresses", "Every packet shows both IP addresses. A server that hosts one service alone is "
                  "known by its address."),
    ("DNS", "The names asked for stand readable in the client's DNS queries, the query for the SST "
            "key included. The column exposed_rate leaves the resolver's DNS aside; hiding "
            "it takes encrypted DNS."),
    ("The mark", "An SST packet says openly that it is one, by a bit of the IPv4 header or a value "
                 "of the IPv6 Traffic Class. A rule on the mark blocks all of SST at once."),
    ("Sizes and timing", "Packet sizes, their order and pauses pass through unchanged: traffic "
                         "analysis is not addressed here."),
    ("Allowlists", "A censor that lets only known ports through blocks SST, which shows none."),
    ("Falling back", "Under policy opportunistic a censor that hides the key turns SST off: the "
                     "flow goes in clear. Only policy require refuses."),
)

CARRIAGES = {
    "plain": "the service as it is, without SST",
    "sst-segment": "SST, the whole TCP or UDP segment sealed: ports and payload",
    "sst-ports": "SST, the ports alone sealed (the draft's narrowest reading): the payload stays "
                 "readable",
}

CARRIAGE_NOTES = {
    "plain": "without SST",
    "sst-segment": "ports and payload sealed",
    "sst-ports": "ports alone sealed",
}

POLICY_NOTES = {
    "opportunistic": "without a key: in clear",
    "require": "without a key: not at all",
}

POLICIES = {
    "off": "SST is not asked for",
    "opportunistic": "SST where the server's key is found, else in clear",
    "require": "SST or no connection",
}

SERVICES = {
    "http": "HTTP/1.1 request with a Host line",
    "tls": "TLS 1.3 ClientHello with the host name (SNI)",
    "ssh": "SSH banner exchange",
    "smtp": "mail delivery, the server speaks first",
    "dns": "DNS over UDP to a service host (not the resolver)",
    "rtp": "voice-like stream of UDP datagrams, complete at 95 %",
    "bulk": "download of 2 MB",
}

REASONS = {
    "resolve": "the name did not resolve",
    "no-key": "no SST key was to be had",
    "reset": "the connection was reset",
    "timeout": "no answer before the deadline",
    "stalled": "the transfer stopped half way",
    "corrupt": "other bytes arrived than were sent",
}


def carriage_title(carriage: str, policy: str) -> str:
    """The heading of a column: 'plain', or 'sst-segment / require'."""
    return carriage if policy == "off" else f"{carriage} / {policy}"


def censor_words(censor: str) -> str:
    """What a censor does; combined ones in the words of their rules."""
    if censor in CENSORS:
        return CENSORS[censor]
    parts = [CENSORS.get(rule, "") for rule in censor.split("+")]
    return "; ".join(parts) if all(parts) else ""


def reason_words(reason: str) -> str:
    """A failure reason of flows.csv in words."""
    return REASONS.get(reason, reason.replace("-", " ") or "no reason given")
