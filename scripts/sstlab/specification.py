# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The specification against the codec: rule ids, constants, drop reasons, state machines, and which
tests name its rules.

`python -m sstlab.specification` checks; with `--write` it first makes anew what is generated: the
tables of the state machines and their figures.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sstlab import flow_states, rule_tests
from sstlab.codec_text import Constants, Machine, read_machine, read_reasons
from sstlab.flow_figure import draw_flows
from sstlab.project import ROOT, Failure, say
from sstlab.state_figure import draw

SPECIFICATION = ROOT / "doc" / "draft-sst-protocol.md"
FIGURES = ROOT / "doc" / "figures"
CODEC = ROOT / "codec"

MACHINES = {"client": "Client", "server": "Server"}
# Refusing is what happens unless a table says otherwise.
SILENT = "REFUSE"

KEYWORD = re.compile(r"\b(?:MUST|SHALL|SHOULD|MAY|REQUIRED|RECOMMENDED|OPTIONAL)\b")
RULE = re.compile(r"\[([A-Z]+-[0-9]+)\]")
REFERENCE = re.compile(r"(?<![\[\w-])([A-Z]{2,}-[0-9]+)(?![\w-])")
SENTENCE_END = re.compile(r"(?<=\.)\s+")
# The paragraph that RFC 8174 prescribes; names in capitals and a number that are no rules.
BOILERPLATE = "BCP 14"
NO_RULES = frozenset({"SHA-256", "DSCP-43"})

# Where a constant comes from: the kinds that Section 16 explains.
SOURCE = re.compile(
    r"choice|Section [0-9.]+|RFC (?P<rfc>[0-9]+)(?:, [0-9.]+(?:\([a-z]\))?(?: and [0-9.]+)?)?"
    r"|Noise, [0-9.]+|draft, [0-9.]+[A-Z]?|Linux, [a-z]+/[\w/.]+\.[ch]|resolv\.conf\(5\)"
    r"|measured, (?P<file>doc/[a-z]+\.md), (?P<heading>[\w ]+)")

NANOSECONDS = {"ns": 1, "ms": 10**6, "s": 10**9, "min": 60 * 10**9, "h": 3600 * 10**9,
               "days": 86400 * 10**9}
SIZES = {"byte": 1, "bytes": 1, "KiB": 1024}


def section(text: str, name: str) -> str:
    """What stands between the markers of `name`."""
    found = re.search(rf"<!-- BEGIN {name} -->\n(.*?)<!-- END {name} -->", text, re.DOTALL)
    if found is None:
        raise Failure(f"the specification has no place for '{name}'")
    return found[1]


def replace_section(text: str, name: str, content: str) -> str:
    """The text with other content between the markers of `name`."""
    section(text, name)
    pattern = rf"(<!-- BEGIN {name} -->\n).*?(<!-- END {name} -->)"
    return re.sub(pattern, lambda found: found[1] + content + found[2], text, flags=re.DOTALL)


def blocks(text: str) -> Iterator[str]:
    """Paragraphs, list items and rows of tables, each in one line; code and headings left out."""
    block: list[str] = []
    fenced = False
    for line in [*text.splitlines(), ""]:
        stripped = line.strip()
        begins = stripped.startswith(("- ", "|", "#")) or not stripped
        if (begins or stripped.startswith("```")) and block:
            yield " ".join(block)
            block = []
        if stripped.startswith("```"):
            fenced = not fenced
        elif not fenced and stripped and not stripped.startswith(("#", "<!--")):
            block.append(stripped)


def rules(text: str) -> dict[str, str]:
    """The normative sentences by their ids."""
    found: dict[str, str] = {}
    for block in blocks(text):
        parts = RULE.split(block)
        for name, sentence in zip(parts[1::2], parts[2::2], strict=True):
            found.setdefault(name, sentence.strip())
    return found


def check_rules(text: str) -> list[str]:
    """Ids are unique, every normative sentence has one, and who refers to one finds it."""
    problems = []
    names: Counter[str] = Counter()
    for block in blocks(text):
        if BOILERPLATE in block:
            continue
        before, *rest = RULE.split(block)
        loose = [before]
        for name, chunk in zip(rest[::2], rest[1::2], strict=True):
            names[name] += 1
            first, *others = SENTENCE_END.split(chunk.strip())
            loose += others
            if not KEYWORD.search(first):
                problems.append(f"[{name}] is not a normative sentence")
        problems += [f"a normative sentence without an id: {sentence.strip()[:70]}"
                     for sentence in loose if KEYWORD.search(sentence)]
    problems += [f"[{name}] is used {count} times" for name, count in names.items() if count > 1]
    used = {name for block in blocks(text) for name in REFERENCE.findall(block)}
    problems += [f"{name} is referred to and does not exist"
                 for name in sorted(used - set(names) - NO_RULES)]
    return problems


def check_sections(text: str) -> list[str]:
    """Every section that is referred to exists."""
    here = set(re.findall(r"^#+ (?:Appendix )?([0-9A-Z](?:[0-9.]*))\b", text, re.MULTILINE))
    there = set(re.findall(r"\b(?:Section|Appendix) ([0-9A-Z](?:\.?[0-9]+)*)", text))
    return [f"section {name} is referred to and does not exist" for name in sorted(there - here)]


def cells(line: str) -> list[str]:
    """The cells of a row of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def read_values(text: str) -> list[int]:
    """A cell such as '2^32 - 2^16', '15 min', '256 KiB' or '0, 1, 3 s'; times in nanoseconds."""
    number, _, unit = text.rpartition(" ")
    factor = NANOSECONDS.get(unit) or SIZES.get(unit)
    if factor is None:
        number, factor = text, 1
    return [_evaluate(part) * factor for part in number.split(",")]


def _evaluate(text: str) -> int:
    """Sums and differences of numbers and powers."""
    if not re.fullmatch(r"[\s0-9a-fA-Fx^+-]+", text):
        raise Failure(f"'{text}' is not a number")
    total, sign = 0, 1
    for token in re.findall(r"[+-]|[^\s+-]+", text):
        if token in "+-":
            sign = 1 if token == "+" else -1
            continue
        base, _, power = token.partition("^")
        total += sign * int(base, 0) ** int(power or "1")
    return total


def check_constants(text: str, constants: Constants) -> list[str]:
    """The values of the table are those of the codec, and none of its two lists is missing."""
    problems = []
    named: Counter[str] = Counter()
    for row in section(text, "constants").splitlines()[2:]:
        what, value, names, _, _ = cells(row)
        wanted = re.findall(r"`([^`]+)`", names)
        named.update(wanted)
        if not wanted:
            continue
        try:
            values = read_values(value)
        except (Failure, ValueError) as error:
            problems.append(f"{what}: {error}")
            continue
        for number, name in enumerate(wanted):
            here = values if len(wanted) == 1 or len(values) == 1 else [values[number]]
            there = constants.find(name)
            if there is None:
                problems.append(f"{what}: the codec has no {name}")
            elif there != here:
                problems.append(f"{what}: {value} here, {name} is {there}")
    problems += [f"{name} is named {count} times" for name, count in named.items() if count > 1]
    problems += [f"{name} is missing in the table of constants"
                 for name in constants.listed() if name not in named]
    return problems


def check_sources(text: str) -> list[str]:
    """Each constant has a reason, and sources of the kinds that Section 16 names."""
    problems = []
    references = text[text.index("## 21 References"):]
    for row in section(text, "constants").splitlines()[2:]:
        what, _, _, reason, sources = cells(row)
        if not reason:
            problems.append(f"{what}: no reason")
        for source in sources.split("; "):
            found = SOURCE.fullmatch(source)
            if found is None:
                problems.append(f"{what}: '{source}' is no source")
            elif found["rfc"] and not re.search(rf"\bRFC {found['rfc']}\b", references):
                problems.append(f"{what}: RFC {found['rfc']} is missing in Section 21")
            elif found["file"] and f"## {found['heading']}\n" not in (
                    ROOT / found["file"]).read_text():
                problems.append(f"{what}: {found['file']} has no '{found['heading']}'")
    return problems


def check_reasons(text: str, reasons: list[str]) -> list[str]:
    """The closed list of reasons is that of the codec."""
    here = [cells(row)[0].strip("`") for row in section(text, "reasons").splitlines()[2:]]
    problems = [f"reason {name} stands {count} times" for name, count in Counter(here).items()
                if count > 1]
    problems += [f"the codec has no reason {name}" for name in here if name not in reasons]
    problems += [f"reason {name} is missing" for name in reasons if name not in here]
    mentioned = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", text))
    problems += [f"`{name}` looks like a reason and is none"
                 for name in sorted(mentioned - set(here) - {"sst-test-random"})]
    return problems


def machine_tables(machine: Machine) -> str:
    """The table of a state machine in Markdown, and what its events and actions mean."""
    lines = ["| event | " + " | ".join(machine.states) + " |",
             "|---" * (len(machine.states) + 1) + "|"]
    for event in machine.events:
        row = [f"`{event}`"]
        for state in machine.states:
            action, following = machine.steps[state, event]
            silent = action == SILENT and following == state
            arrow = "" if following == state else f" → {following}"
            row.append("" if silent else action + arrow)
        lines.append("| " + " | ".join(row) + " |")
    for title, meanings in (("event", machine.events), ("action", machine.actions)):
        lines += ["", f"| {title} | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {meaning} |" for name, meaning in meanings.items()]
    return "\n".join(lines) + "\n"


def generated(text: str) -> tuple[str, dict[Path, str]]:
    """The specification with the tables of the codec and of flow_states.py, and the figures."""
    figures = {}
    for name, prefix in MACHINES.items():
        machine = read_machine(CODEC, prefix)
        text = replace_section(text, f"{name} states", machine_tables(machine))
        figures[FIGURES / f"{name}-states.svg"] = draw(machine, f"States of the {name}", SILENT)
    text = replace_section(text, "flow states", flow_states.tables())
    figures[FIGURES / "flow-states.svg"] = draw_flows()
    return text, figures


def check_generated(text: str) -> list[str]:
    """Tables and figures are those of the codec and of flow_states.py."""
    wanted, figures = generated(text)
    problems = [] if wanted == text else ["the tables of the states are not what they are made of"]
    problems += [f"{path.name} is not what its table gives"
                 for path, figure in figures.items()
                 if not path.exists() or path.read_text() != figure]
    return [f"{problem}: python -m sstlab.specification --write" for problem in problems]


def check(path: Path = SPECIFICATION) -> list[str]:
    """Everything that is wrong with the specification."""
    text = path.read_text()
    # Worked packets are numbers, not rules.
    prose = replace_section(text, "worked packets", "")
    return [*check_rules(prose), *check_sections(prose),
            *check_constants(text, Constants(CODEC)), *check_sources(text),
            *check_reasons(prose, read_reasons(CODEC)), *check_generated(text),
            *rule_tests.check(rules(prose))]


def write(path: Path = SPECIFICATION) -> None:
    """Makes the tables of the state machines and their figures anew."""
    text, figures = generated(path.read_text())
    path.write_text(text)
    for figure, content in figures.items():
        figure.write_text(content)


def main() -> None:
    """Checks, or with --write writes and checks; status 1 when something is wrong."""
    if "--write" in sys.argv[1:]:
        write()
    problems = check()
    for problem in problems:
        say(problem)
    if problems:
        say(rule_tests.report(rules(SPECIFICATION.read_text())))
        sys.exit(1)
    say(rule_tests.report(rules(SPECIFICATION.read_text())))
    say("nothing wrong")


if __name__ == "__main__":
    main()
