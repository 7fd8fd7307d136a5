# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Drives an implementation over the adapter interface, and keeps what was asked and answered."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

UNSUPPORTED = 127
# What every implementation has to answer alike: outcome, reason and bytes. Events, deadlines and
# names of packets are the implementation's own affair.
KEPT_ACTIONS = {"send": ("kind", "protocol", "local", "peer", "mark", "packet"),
                "pass": ("kind", "cookie", "reason"), "drop": ("kind", "cookie", "reason"),
                "release": ("kind", "cookie"), "resolve": ("kind", "name", "peer")}
# Of an event a case asked for (`Case.events`).
KEPT_EVENT = ("kind", "event", "reason", "index", "client")
LEFT_OUT = ("next_ns", "message", "actions")


class Unsupported(Exception):
    """The implementation does not have what a scenario needs."""


class Adapter:
    """An implementation under test: a process that answers JSON lines."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         text=True)

    def ask(self, request: Json) -> Json:
        """The answer; raises Unsupported when the process ended as it does for what it lacks."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if line:
            return json.loads(line)
        status = self._process.wait()
        if status == UNSUPPORTED:
            raise Unsupported(request["op"])
        raise RuntimeError(f"the adapter ended with status {status} at {json.dumps(request)}")

    def close(self) -> None:
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                pass
        self._process.wait()


def kept_action(action: Json, events: Sequence[str]) -> Json | None:
    """The part of an action that is compared; None for none of it."""
    kind = action["kind"]
    if kind == "event" and action["event"] in events:
        return {key: action[key] for key in KEPT_EVENT}
    if kind in KEPT_ACTIONS:
        return {key: action[key] for key in KEPT_ACTIONS[kind]}
    return None


def essential(answer: Json, events: Sequence[str] = ()) -> Json:
    """The part of an answer that is compared.

    @param events names of events that are compared too
    """
    out = {key: value for key, value in answer.items() if key not in LEFT_OUT}
    if "mark" in out and out.get("outcome") != "send":
        del out["mark"]
    if not out.get("ok", True):
        return {"ok": False}
    if "actions" in answer:
        kept = (kept_action(action, events) for action in answer["actions"])
        actions = [action for action in kept if action is not None]
        # An implementation may ask for a key before or after it sends.
        actions.sort(key=lambda action: action["kind"] == "resolve")
        if actions:
            out["actions"] = actions
    out.pop("ok", None)
    return out


class Case:
    """One scenario while it is played."""

    def __init__(self, name: str, adapter: Adapter, events: Sequence[str] = ()) -> None:
        """@param events names of events that belong to the answers of this case"""
        self.name = name
        self.events = list(events)
        self.note = ""  # what the next step is about
        self.steps: list[Json] = []
        self._adapter = adapter

    def ask(self, op: str, **fields: Any) -> Json:
        """One step; the whole answer."""
        request = {"op": op, **{key: value for key, value in fields.items()
                                if value is not None}}
        answer = self._adapter.ask(request)
        note = {"note": self.note} if self.note else {}
        self.note = ""
        self.steps.append({**note, "request": request, "answer": essential(answer, self.events)})
        return answer

    def as_json(self) -> Json:
        events = {"events": self.events} if self.events else {}
        return {"name": self.name, **events, "steps": self.steps}


def write(path: str, description: str, section: str, cases: Sequence[Json]) -> None:
    """A vector file, one step a line."""
    with open(path, "w", encoding="utf-8") as out:
        out.write('{"description": ' + json.dumps(description) + ",\n")
        out.write('"specification": ' + json.dumps(section) + ",\n")
        out.write('"cases": [\n')
        out.write(",\n".join(
            json.dumps({key: value for key, value in case.items() if key != "steps"})[:-1]
            + ', "steps": [\n'
            + ",\n".join(json.dumps(step, separators=(",", ":"), sort_keys=True) for step in case["steps"])
            + "\n]}" for case in cases))
        out.write("\n]}\n")


def shown(answer: Json) -> str:
    """An answer in one line, sorted, long packets cut."""
    return re.sub(r'([0-9a-f]{160})[0-9a-f]+', r"\1...", json.dumps(answer, sort_keys=True))


def replay(vectors: Json, command: Sequence[str]) -> list[str]:
    """Differences between stored answers and those of an implementation."""
    found = []
    adapter = Adapter(command)
    for case in vectors["cases"]:
        try:
            for place, step in enumerate(case["steps"]):
                answer = essential(adapter.ask(step["request"]), case.get("events", ()))
                if answer != step["answer"]:
                    what = step.get("note", step["request"]["op"])
                    found.append(f"{case['name']}, step {place} ({what}):\n"
                                 f"  stored   {shown(step['answer'])}\n"
                                 f"  answered {shown(answer)}")
                    break
        except Unsupported as unsupported:
            found.append(f"{case['name']}: not supported: {unsupported}")
            adapter = Adapter(command)
    adapter.close()
    return found
