# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Reads constants, drop reasons and state machines from the C++ text of the codec."""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass
from pathlib import Path

from sstlab.project import Failure

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
             ast.Div: operator.floordiv, ast.LShift: operator.lshift,
             ast.RShift: operator.rshift, ast.BitOr: operator.or_, ast.BitAnd: operator.and_}
# Units by the end of a name, in nanoseconds.
UNITS = (("Ns", 1), ("_NS", 1), ("Ms", 10**6), ("_MS", 10**6), ("_S", 10**9))
INTEGER = r"(?:u?int(?:8|16|32|64)_t|size_t|unsigned|int)"
CONSTANT = re.compile(rf"constexpr\s+{INTEGER}\s+(\w+)(\[\w*\])?\s*=\s*([^;]+);")
MEMBER = re.compile(rf"^\s*{INTEGER}\s+(\w+)\{{([^;]*)\}};", re.MULTILINE)


def without_comments(text: str) -> str:
    """C++ text without its comments."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def enclosed(text: str, at: int) -> str:
    """What stands between the first brace at or after `at` and the one that closes it."""
    begin = text.index("{", at)
    depth = 0
    for end in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return text[begin + 1:end]
    raise Failure("a brace is not closed")


class Constants:
    """Integer constants and defaults of members, found by the names that C++ gives them."""

    def __init__(self, codec: Path) -> None:
        files = [*(codec / "include" / "sst").glob("*.h"), *(codec / "src").glob("*.h"),
                 *(codec / "src").glob("*.cc")]
        self.texts = {path.name: without_comments(path.read_text()) for path in sorted(files)}
        self.plain: dict[str, tuple[str, bool]] = {}
        for text in self.texts.values():
            for name, array, value in CONSTANT.findall(text):
                self.plain.setdefault(name, (value, bool(array)))

    def find(self, name: str) -> list[int] | None:
        """Its value or values; times in nanoseconds. None when there is no such constant."""
        scope, _, last = name.rpartition("::")
        if not scope:
            found = self.plain.get(last)
        elif scope == "wire":
            found = self._scoped(CONSTANT, self.texts["wire.h"]).get(last)
        else:
            found = self._members(scope).get(last)
        if found is None:
            return None
        text, is_array = found
        parts = text.strip(" \n{}").split(",") if is_array else [text]
        unit = next((factor for end, factor in UNITS if last.endswith(end)), 1)
        return [self.evaluate(part) * unit for part in parts]

    def listed(self) -> list[str]:
        """The names that a table of constants must have: wire.h and EndpointConfig."""
        wire = self._scoped(CONSTANT, self.texts["wire.h"])
        config = self._members("EndpointConfig")
        return [f"wire::{name}" for name in wire] + [f"EndpointConfig::{name}" for name in config]

    def evaluate(self, text: str) -> int:
        """An integer expression of literals, constants and operators."""
        text = re.sub(rf"(?:std::)?{INTEGER}\{{([^}}]*)\}}", r"(\1)", text.strip())
        text = re.sub(r"\b(0x[0-9a-fA-F]+|[0-9]+)[uUlL]+\b", r"\1", text)
        return self._value(ast.parse(text.replace("\n", " "), mode="eval").body)

    def _value(self, node: ast.expr) -> int:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.Name) and node.id in self.plain:
            return self.evaluate(self.plain[node.id][0])
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](self._value(node.left), self._value(node.right))
        raise Failure(f"'{ast.unparse(node)}' is not understood")

    def _members(self, scope: str) -> dict[str, tuple[str, bool]]:
        """Constants and default values of the members of a class."""
        for text in self.texts.values():
            found = re.search(rf"(?:class|struct)\s+{scope}\b[^;{{]*\{{", text)
            if found is not None:
                body = enclosed(text, found.start())
                members = {name: (value, False) for name, value in MEMBER.findall(body)}
                return {**members, **self._scoped(CONSTANT, body)}
        return {}

    @staticmethod
    def _scoped(pattern: re.Pattern[str], text: str) -> dict[str, tuple[str, bool]]:
        return {name: (value, bool(array)) for name, array, value in pattern.findall(text)}


def read_reasons(codec: Path) -> list[str]:
    """The names of the drop reasons, in the codec's order."""
    text = (codec / "include" / "sst" / "reason.h").read_text()
    return re.findall(r'X\(\w+,\s*"([^"]+)"\)', text)


@dataclass(frozen=True)
class Machine:
    """A state machine: (state, event) -> (action, next state). Names come with their meaning."""

    states: dict[str, str]
    events: dict[str, str]
    actions: dict[str, str]
    steps: dict[tuple[str, str], tuple[str, str]]


def read_enum(text: str, name: str) -> dict[str, str]:
    """The enumerators of an enumeration with their comments, in order."""
    found = re.search(rf"enum class {name}\b[^{{]*\{{(.*?)\}};", text, re.DOTALL)
    if found is None:
        raise Failure(f"the codec has no enumeration {name}")
    names = {}
    for line in found[1].splitlines():
        enumerator = re.match(r"\s*(\w+)\s*(?:=[^,]*)?,?\s*(?://!<\s*(.*))?$", line)
        if enumerator is not None:
            names[enumerator[1]] = (enumerator[2] or "").strip()
        elif names and (more := re.match(r"\s*//!<\s*(.*)$", line)):
            names[list(names)[-1]] += " " + more[1].strip()
    return names


def read_machine(codec: Path, prefix: str) -> Machine:
    """The table CLIENT_TABLE or SERVER_TABLE; `prefix` is Client or Server."""
    header = (codec / "include" / "sst" / "state-machine.h").read_text()
    source = (codec / "src" / "state-machine.cc").read_text()
    states, events, actions = (read_enum(header, prefix + kind)
                               for kind in ("State", "Event", "Action"))
    found = re.search(rf"{prefix.upper()}_TABLE\s*\[[^=]*=", source)
    if found is None:
        raise Failure(f"the codec has no {prefix.upper()}_TABLE")
    body = enclosed(source, found.end() - 1)
    cell = r"\{\s*\w+::(\w+)\s*,\s*\w+::(\w+)\s*\}"
    table = re.findall(cell, without_comments(body))
    if len(table) != len(states) * len(events):
        raise Failure(f"{prefix.upper()}_TABLE has {len(table)} cells, "
                      f"not {len(states)} x {len(events)}")
    places = [(state, event) for state in states for event in events]
    for (_, event), (_, _, comment) in zip(places, re.findall(cell + r",?\s*//\s*(\w+)", body)
                                           if body.count("//") >= len(table) else ()):
        if comment != event:
            raise Failure(f"a cell of {event} says that it is of {comment}")
    for action, following in table:
        if action not in actions or following not in states:
            raise Failure(f"{prefix.upper()}_TABLE names {action} or {following}")
    return Machine(states, events, actions, dict(zip(places, table)))
