# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What stands around SST packets: mark, guard, sizes, addresses, layout U, ICMP."""

from __future__ import annotations

from typing import Any

from sst_reference import icmp, ingress, segment, wire
from sst_reference.endpoint import Endpoint
from sst_reference.state import Verdict

from sst_faults.registry import (Function, add, constant, during, fault, replace, setting,
                                 without)

# ------------------------------------------------------------------------------------- form


@fault("guard-checked", "guard-rewritten")
def guard_checked() -> None:
    """A packet with another guard is refused."""
    def make(parse: Function) -> Function:
        def strict(body: bytes) -> Any:
            if body[12:14] != b"\x50\x10":
                raise wire.Refused("reserved")
            return parse(body)
        return strict
    for name in ("parse_init", "parse_resp", "parse_ctrl"):
        replace(wire, name, make)


@fault("long-ctrl-taken", "min-lengths")
def long_ctrl_taken() -> None:
    """What follows the last field of RETRY and RESET is ignored."""
    def make(parse: Function) -> Function:
        return lambda body: parse(body[:wire.RETRY_SIZE if body[5] == wire.SUB_RETRY
                                       else wire.RESET_SIZE])
    replace(wire, "parse_ctrl", make)


add("no-guard", "mss-clamp", "The guard is left zero.", constant(wire, "GUARD", 0))

# ------------------------------------------------------------------------------------- mark


@fault("strangers-go-up", "marked-strangers")
def strangers_go_up() -> None:
    """What is marked and not SST's goes up on IPv4 too."""
    def make(take: Function) -> Function:
        def changed(self: Any, protocol: int, local: bytes, peer: bytes, marked: bool,
                    packet: bytes) -> Verdict:
            verdict: Verdict = take(self, protocol, local, peer, marked, packet)
            if verdict.reason in ("unknown-index", "key-id", "version", "marked-unknown") \
                    and marked and self.config.marked_unknown_up:
                return Verdict("pass", verdict.reason)
            return verdict
        return changed
    replace(Endpoint, "ingress_packet", make)


@fault("marks-in-layout-u", "mark-on-layout-u")
def marks_in_layout_u() -> None:
    """Segments leave marked in layout U too."""
    def make(egress_segment: Function) -> Function:
        def marking(self: Any, *arguments: Any) -> Verdict:
            verdict: Verdict = egress_segment(self, *arguments)
            verdict.mark = True
            return verdict
        return marking
    replace(Endpoint, "egress_segment", make)


add("mark-means-layout-n", "mark-on-layout-u", "A marked packet is taken for one of layout N.",
    lambda: replace(Endpoint, "_looks_native", lambda native: lambda self, local, peer, marked,
                    packet: marked or native(self, local, peer, marked, packet)))
add("marked-only", "flag-bleached", "A packet without the mark is never tried.",
    constant(ingress, "SMALLEST_DATA", 10**6))
add("unmarked-init-taken", "bleached-path", "An INIT without the mark is taken by default.",
    setting("accept_unmarked_init", True))

# ------------------------------------------------------------------------------------- layout U


@fault("udp-checksum-zero", "layout-u")
def udp_checksum_zero() -> None:
    """The outer UDP checksum of layout U is not computed."""
    replace(segment, "udp_packet", lambda make: lambda *arguments: segment.with_checksum(
        wire.UDP, make(*arguments), 0))


@fault("udp-length-ignored", "min-lengths")
def udp_length_ignored() -> None:
    """The length field of the outer UDP header is not compared with the packet's length."""
    replace(wire, "parse_udp", lambda parse: lambda packet: parse(
        packet[:4] + len(packet).to_bytes(2, "big") + packet[6:]))


def _follows(name: str, case: str, words: str, always: bool) -> None:
    """The fault that the server's answers go to a port other than that of the highest number."""
    def make(opened: Function) -> Function:
        def changed(self: Any, session: Any, data: Any, content: bytes, advanced: bool,
                    outer: int, source_port: int) -> Any:
            port = source_port if always else session.peer_port
            try:
                return opened(self, session, data, content, advanced, outer, source_port)
            finally:
                if not session.client and session.layout == wire.LAYOUT_U:
                    session.peer_port = port
        return changed
    add(name, case, words, lambda: replace(Endpoint, "_opened", make))


_follows("port-never-follows", "napt", "The server answers to the port of the INIT for good.",
         False)
_follows("port-of-any-packet", "udp-port-follows",
         "The server answers to the port of the packet it opened last, an older one too.", True)

add("address-unchecked", "wrong-layout", "A packet may come from anywhere, in any layout.",
    lambda: replace(Endpoint, "_is_peer", lambda _: staticmethod(lambda *arguments: True)))

# ------------------------------------------------------------------------------------- ICMP


@fault("icmp6-checksum-plain", "icmp-inside-session")
def icmp6_checksum_plain() -> None:
    """The checksum of ICMPv6 is computed like that of ICMP, without pseudo-header."""
    replace(segment, "compute_checksum", lambda compute: lambda protocol, *rest: compute(
        wire.ICMP if protocol == wire.ICMP6 else protocol, *rest))


@fault("errors-about-others-dropped", "icmp-of-others")
def errors_about_others_dropped() -> None:
    """Every ICMP error that is about no packet of a session is dropped."""
    def make(ingress_icmp: Function) -> Function:
        def strict(self: Any, protocol: int, local: bytes, peer: bytes, message: bytes) -> Any:
            verdict = ingress_icmp(self, protocol, local, peer, message)
            if verdict.outcome == "pass" and segment.parse_icmp(protocol, message) is not None:
                return self.drop("icmp-forged")
            return verdict
        return strict
    replace(Endpoint, "ingress_icmp", make)


@fault("alias-inside", "icmp-handed-up")
def alias_inside() -> None:
    """An ICMP error of the stack leaves with the translated port in its quote."""
    def make(egress_icmp: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> Verdict:
            ports = {flow: flow.true_port for flow in self.flows.values()}
            for flow in ports:
                flow.true_port = flow.key.peer_port
            verdict: Verdict = egress_icmp(self, *arguments)
            for flow, port in ports.items():
                flow.true_port = port
            return verdict
        return changed
    replace(Endpoint, "egress_icmp", make)


add("true-port-handed-up", "icmp-handed-up",
    "An error about a translated flow quotes the port on the wire.",
    lambda: replace(Endpoint, "_local_view", lambda _: staticmethod(
        lambda flow, content: content[:8])))
add("icmp-of-any-type", "icmp-of-others", "Redirects and the like are taken for errors about us.",
    constant(segment, "ICMP_ABOUT_US", {wire.ICMP: (3, 4, 5, 11, 12),
                                        wire.ICMP6: tuple(range(128))}))
add("mtu-without-overhead", "icmp-handed-up", "The path MTU is handed up as the router gave it.",
    during(Endpoint, "ingress_icmp", wire, "OVERHEAD", {wire.LAYOUT_N: 0, wire.LAYOUT_U: 0}))
add("icmp-of-any-version", "inner-icmp", "ICMP of the other IP version is taken.",
    without("check_type"))
add("icmp-in-clear", "leak-icmp-unreachable", "ICMP of the stack leaves in clear.",
    without("egress_icmp", Verdict("pass")))
add("stale-icmp", "icmp-forged", "ICMP about any number ever sent is believed.",
    constant(icmp, "QUOTED_NUMBERS", 2**32))
add("no-extension-headers", "ipv6-extension-headers", "Extension headers are not skipped.",
    constant(segment, "EXTENSION_HEADERS", ()))
