# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Serves the reference implementation over the adapter interface: JSON lines in, JSON lines out."""

from __future__ import annotations

import ipaddress
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sst_reference import keyvalue  # noqa: E402  (the path comes first)
from sst_reference.endpoint import Endpoint  # noqa: E402
from sst_reference.random import PURPOSES, TestRandom  # noqa: E402
from sst_reference.state import Action, Clock, Config, FlowKey, Request, Verdict  # noqa: E402

UNSUPPORTED = 127
FEATURES = ["layout-u", "coverage", "epochs", "retry", "reset", "ports", "icmp", "pin", "padding",
            "dummy", "pins"]
COVERAGES = ["segment", "header", "ports"]
LAYOUTS = ["n", "u"]

Json = dict[str, Any]


class Misuse(Exception):
    """A request that makes no sense: unknown endpoint, bad value."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class Unsupported(Exception):
    """An op, a value or a feature this implementation does not have."""


def address(text: str) -> bytes:
    return ipaddress.ip_address(text).packed


def text_of(raw: bytes) -> str:
    return str(ipaddress.ip_address(raw)) if raw else ""


def clock(request: Json) -> Clock:
    now = request["now"]
    return Clock(int(now["monotonic_ns"]), int(now["unix_ms"]))


def one_of(names: list[str], value: str) -> int:
    if value not in names:
        raise Unsupported(value)
    return names.index(value)


def read_flow(flow: Json) -> FlowKey:
    return FlowKey(flow["protocol"], flow["local_port"], address(flow["peer"]),
                   flow["peer_port"])


def write_flow(flow: FlowKey) -> Json:
    return {"protocol": flow.protocol, "local_port": flow.local_port, "peer": text_of(flow.peer),
            "peer_port": flow.peer_port}


def write_action(action: Action) -> Json:
    kind = action.kind
    if kind == "send":
        return {"kind": kind, "protocol": action.protocol, "local": text_of(action.local),
                "peer": text_of(action.peer), "mark": action.mark,
                "packet": action.packet.hex(), "cookie": action.cookie, "done": action.done}
    if kind == "resolve":
        return {"kind": kind, "name": action.name, "peer": text_of(action.peer)}
    if kind != "event":
        return {"kind": kind, "cookie": action.cookie, "reason": action.reason}
    out: Json = {"kind": kind, "event": action.event, "reason": action.reason,
                 "index": action.index, "client": action.client}
    if action.flow is not None:
        out["flow"] = write_flow(action.flow)
    if action.event == "path-mtu":
        out["mtu"] = action.mtu
    return out


def padding(value: int | str) -> int | str:
    if value in ("none", "mtu"):
        return value
    if not isinstance(value, int) or not 2 <= value <= 1024:
        raise Misuse("value", f"padding is {value!r}; none, mtu or 2 to 1024 are possible")
    return value


class Adapter:
    """The endpoints of one process."""

    def __init__(self) -> None:
        self._endpoints: dict[str, Endpoint] = {}

    def answer(self, request: Json) -> Json:
        """Raises Misuse or Unsupported."""
        name = "op_" + str(request.get("op"))
        method: Callable[[Json], Json] | None = getattr(self, name, None)
        if method is None:
            raise Unsupported(name)
        try:
            return method(request)
        except (KeyError, ValueError, TypeError) as error:
            raise Misuse("value", f"{type(error).__name__}: {error}") from error

    def _endpoint(self, request: Json) -> Endpoint:
        name = str(request["endpoint"])
        if name not in self._endpoints:
            raise Misuse("endpoint", f"there is no endpoint {name}")
        return self._endpoints[name]

    @staticmethod
    def _after(endpoint: Endpoint, answer: Json | None = None) -> Json:
        return {**(answer or {}), "actions": [write_action(action) for action in endpoint.poll()],
                "next_ns": endpoint.next_deadline()}

    # --------------------------------------------------------------------------- set up

    def op_hello(self, _request: Json) -> Json:
        return {"name": "sst-reference", "version": 1, "features": FEATURES}

    def op_create(self, request: Json) -> Json:
        config = Config()
        for name, value in request.get("config", {}).items():
            if not hasattr(config, name):
                raise Unsupported(name)
            setattr(config, name, padding(value) if name == "padding" else value)
        first = {purpose: [bytes.fromhex(draw) for draw in draws]
                 for purpose, draws in request.get("random", {}).items()}
        if not set(first) <= set(PURPOSES):
            raise Unsupported("random")
        self._endpoints[str(request["endpoint"])] = Endpoint(
            config, TestRandom(int(request["seed"]), first))
        return {}

    def op_destroy(self, request: Json) -> Json:
        self._endpoint(request)
        del self._endpoints[str(request["endpoint"])]
        return {}

    def op_add_server_key(self, request: Json) -> Json:
        public = self._endpoint(request).serve(
            request["key_id"], request["flags"], bytes.fromhex(request["secret"]), clock(request),
            request.get("created_ms", 0), request.get("retire_ms", 0))
        if public is None:
            raise Misuse("key", "four keys are held, or one with this key_id")
        return {"public": public.hex()}

    def op_remove_server_key(self, request: Json) -> Json:
        if not self._endpoint(request).remove_server_key(request["key_id"]):
            raise Misuse("key", f"there is no key {request['key_id']}")
        return {}

    def op_provide_keys(self, request: Json) -> Json:
        endpoint = self._endpoint(request)
        if request["answer"] not in ("keys", "absent", "unusable", "timeout"):
            raise Unsupported(request["answer"])
        endpoint.provide(request["name"], address(request["address"]), request["answer"],
                         bytes.fromhex(request.get("value", "")), request.get("udp_port", 0),
                         clock(request))
        return self._after(endpoint)

    def op_uses_in_clear(self, request: Json) -> Json:
        self._endpoint(request).in_clear |= {read_flow(flow) for flow in request["flows"]}
        return {}

    # --------------------------------------------------------------------------- packets

    def op_egress(self, request: Json) -> Json:
        endpoint = self._endpoint(request)
        asked = request.get("request")
        wanted = None
        if asked is not None:
            one_of(["off", "opportunistic", "require", "pin"], asked["policy"])
            one_of(["auto", "n", "u"], asked.get("layout", "auto"))
            wanted = Request(asked["policy"], asked.get("name", ""),
                             one_of(COVERAGES, asked.get("coverage", "segment")),
                             asked.get("early_udp", False), asked.get("layout", "auto"),
                             padding(asked.get("padding", "none")))
        verdict = endpoint.egress(request["protocol"], address(request["local"]),
                                  address(request["peer"]), bytes.fromhex(request["segment"]),
                                  clock(request), wanted, request.get("mtu", 0),
                                  request.get("cookie", 0))
        return self._after(endpoint, self._verdict(verdict, "packet"))

    def op_ingress(self, request: Json) -> Json:
        endpoint = self._endpoint(request)
        verdict = endpoint.ingress(request["protocol"], address(request["local"]),
                                   address(request["peer"]), request["marked"],
                                   bytes.fromhex(request["packet"]), clock(request))
        return self._after(endpoint, self._verdict(verdict, "segment"))

    @staticmethod
    def _verdict(verdict: Verdict, name: str) -> Json:
        out: Json = {"outcome": verdict.outcome, "reason": verdict.reason,
                     "protocol": verdict.protocol}
        if name == "packet":
            out["mark"] = verdict.mark
        if verdict.outcome in ("send", "deliver"):
            out[name] = verdict.data.hex()
        return out

    def op_tick(self, request: Json) -> Json:
        endpoint = self._endpoint(request)
        endpoint.tick(clock(request))
        return self._after(endpoint)

    def op_abandon(self, request: Json) -> Json:
        endpoint = self._endpoint(request)
        endpoint.give_up_flow(read_flow(request["flow"]), clock(request))
        return self._after(endpoint)

    def op_skip(self, request: Json) -> Json:
        error = self._endpoint(request).skip(request["index"], request["number"])
        if error is not None:
            raise Misuse(error, "the numbers cannot be left out")
        return {}

    def op_dummy(self, request: Json) -> Json:
        endpoint = self._endpoint(request)
        error = endpoint.send_dummy(request["index"], request["size"], clock(request))
        if error is not None:
            raise Misuse(error, "no dummy was sent")
        return self._after(endpoint)

    # --------------------------------------------------------------------------- questions

    def op_find_flow(self, request: Json) -> Json:
        info = self._endpoint(request).flow_info(read_flow(request["flow"]))
        return {"state": info.state, "reason": info.reason, "client": info.client,
                "index": info.index, "coverage": COVERAGES[info.coverage],
                "layout": LAYOUTS[info.layout], "epoch": info.epoch, "number": info.number}

    def op_segment_size(self, request: Json) -> Json:
        return {"size": self._endpoint(request).segment_size(read_flow(request["flow"]),
                                                             request["mtu"])}

    def op_pins(self, request: Json) -> Json:
        return {"pins": [{"name": name, "until_ms": until}
                         for name, until in self._endpoint(request).kept_pins().items()]}

    def op_set_pins(self, request: Json) -> Json:
        endpoint = self._endpoint(request)
        for pin in request["pins"]:
            endpoint.keep_pin(pin["name"], pin["until_ms"])
        return {}

    def op_counts(self, request: Json) -> Json:
        endpoint = self._endpoint(request)
        return {"sessions": len(endpoint.sessions), "half_open": endpoint.half_open(),
                "flows": len(endpoint.flows),
                "reasons": {name: count for name, count in sorted(endpoint.met.items()) if count}}

    def op_parse_key_value(self, request: Json) -> Json:
        status, entries = keyvalue.parse(bytes.fromhex(request["value"]))
        return {"status": status,
                "entries": [{"version": entry.version, "suite": entry.suite,
                             "key_id": entry.key_id, "flags": entry.flags,
                             "not_after": entry.not_after, "public_key": entry.public_key.hex()}
                            for entry in entries]}


def main() -> int:
    """One answer for each line; 127 for what this implementation does not have."""
    adapter = Adapter()
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise Misuse("value", "a request is an object")
            out = {"ok": True, **adapter.answer(request)}
        except Unsupported as unsupported:
            print(f"not supported: {unsupported}", file=sys.stderr)
            return UNSUPPORTED
        except (Misuse, json.JSONDecodeError) as error:
            out = {"ok": False, "error": getattr(error, "error", "json"), "message": str(error)}
        print(json.dumps(out), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
