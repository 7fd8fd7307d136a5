# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which small changes `./sst mutate` makes to a file of C++, one in one line at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sstlab.project import ROOT

# What is put in the place of what, one at a time: whole tokens, outside of comments and strings.
SWAPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(?<![<>=!\-+*/&|^])<=(?!=)", ("<", ">")),
    (r"(?<![<>=!\-+*/&|^])>=(?!=)", (">", "<")),
    (r"(?<= )<(?= )", ("<=", ">=")),
    (r"(?<= )>(?= )", (">=", "<=")),
    (r"==", ("!=",)),
    (r"!=", ("==",)),
    (r"&&(?= )", ("||",)),
    (r"\|\|", ("&&",)),
    (r"(?<= )\+(?= )", ("-",)),
    (r"(?<= )-(?= )", ("+",)),
    (r"(?<= )\*(?= )", ("/",)),
    (r"(?<= )/(?= )", ("*",)),
    (r"(?<= )%(?= )", ("*",)),
    (r"(?<= )&(?= )", ("|",)),
    (r"(?<= )\|(?= )", ("&",)),
    (r"(?<= )\^(?= )", ("&",)),
    (r"(?<= )<<(?= )", (">>",)),
    (r"(?<= )>>(?= )", ("<<",)),
    (r"\+\+", ("--",)),
    (r"(?<!-)--(?!-)", ("++",)),
    (r"\+=", ("-=",)),
    (r"-=", ("+=",)),
    (r"\btrue\b", ("false",)),
    (r"\bfalse\b", ("true",)),
    (r"\bstd::min\b", ("std::max",)),
    (r"\bstd::max\b", ("std::min",)),
)
CONSTANT = re.compile(r"(?<![\w.{<'\"\\])(0x[0-9a-fA-F]+|\d+)(?=[;,)\]} ]|U\b)")
CONDITION = re.compile(r"^(\s*(?:\} else )?(?:if|while)) \((.+)\)$")
STATEMENT = re.compile(r"^\s*(?:\+\+|--|\(void\))?[\w.\->\[\]*:]+(?:\(.*\)|\s*(?:[-+|&^]|<<|>>)?=\s.+)?;$")
JUMP = re.compile(r"^\s*(return\b.*|break|continue);$")
TERNARY = re.compile(r" \? ([^:?]+) : ([^;,)]+)")
ENUMERATOR = re.compile(r"(?<![\w:])((?:[A-Z]\w*::)*[A-Z]\w*)::([A-Z][A-Z0-9_]*)\b(?!::)")


@dataclass(frozen=True)
class Mutant:
    """One change."""

    file: Path
    line: int
    before: str
    after: str
    what: str

    def __str__(self) -> str:
        return (f"{self.file.relative_to(ROOT)}:{self.line}: {self.what}: "
                f"{self.before.strip()} -> {self.after.strip() or '(nothing)'}")

    @property
    def key(self) -> str:
        """Names it for mutants-equivalent.txt: without the line number, which moves."""
        return (f"{self.file.relative_to(ROOT)}: {self.before.strip()} -> "
                f"{self.after.strip() or '(nothing)'}")


def blank(text: str) -> list[str]:
    """The lines with comments and the inside of strings replaced by blanks, places kept."""
    def spaces(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])
    pattern = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])'", re.DOTALL)
    return pattern.sub(spaces, text).split("\n")


def mutants(file: Path) -> Iterator[Mutant]:
    """Every change of a file, in the order of its lines."""
    text = file.read_text()
    lines, codes = text.split("\n"), blank(text)
    others = _enumerators(codes)
    depth = 0
    for number, (line, code) in enumerate(zip(lines, codes, strict=True), 1):
        inside = depth > 0
        depth += code.count("{") - code.count("}")
        stripped = code.strip()
        if (not stripped or stripped.startswith(("#", "using ", "namespace", "template", "case ",
                                                  "static_assert", "class ", "struct ", "enum "))):
            continue
        seen = set()
        changes = [*_changes(line, code, inside), *_exchanged(line, code, others)]
        for what, after in changes:
            if after != line and after not in seen:
                seen.add(after)
                yield Mutant(file, number, line, after, what)


def _enumerators(codes: list[str]) -> dict[str, list[str]]:
    """The enumerators (and constants of classes) that a file names, by their type."""
    found: dict[str, set[str]] = {}
    for code in codes:
        for match in ENUMERATOR.finditer(code):
            found.setdefault(match[1], set()).add(match[2])
    return {kind: sorted(names) for kind, names in found.items()}


def _exchanged(line: str, code: str, others: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Each enumerator replaced by the next of its type that the file names: tables of states and
    policies, reasons, layouts."""
    for found in ENUMERATOR.finditer(code):
        names = others[found[1]]
        other = names[(names.index(found[2]) + 1) % len(names)]
        yield "enumerator", line[:found.start(2)] + other + line[found.end(2):]


def _changes(line: str, code: str, inside: bool) -> Iterator[tuple[str, str]]:
    """(kind, new line) for every operator that applies to a line."""
    for pattern, others in SWAPS:
        for found in re.finditer(pattern, code):
            for other in others:
                yield (f"{found[0]} to {other}",
                       line[:found.start()] + other + line[found.end():])
    for found in CONSTANT.finditer(code):
        value = int(found[0], 0)
        for other in (value + 1, value - 1):
            if other >= 0:
                yield "constant", line[:found.start()] + str(other) + line[found.end():]
    condition = CONDITION.match(code)
    if condition and "{" not in condition[2]:
        head = line[:condition.start(2)]
        yield "negated", f"{head}!({line[condition.start(2):condition.end(2)]}))"
    for found in TERNARY.finditer(code):
        first, second = line[found.start(1):found.end(1)], line[found.start(2):found.end(2)]
        yield "exchanged", f"{line[:found.start(1)]}{second} : {first}{line[found.end(2):]}"
    if inside and JUMP.match(code):
        yield "removed", ""
        if re.match(r"^\s*return Reason::(?!NONE)\w+;$", code):
            yield "no reason", re.sub(r"Reason::\w+", "Reason::NONE", line)
    elif inside and STATEMENT.match(code) and not re.match(
            r"^\s*(?:const|return|break|continue|auto|u?int\w*|size_t|bool)\b", code):
        yield "removed", ""
