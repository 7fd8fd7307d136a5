# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the vector files, checks an implementation against them, prints the worked packets.

    python conformance/vectors.py make [--out vectors] [--adapter COMMAND...]
    python conformance/vectors.py check [--out vectors] --adapter COMMAND...
    python conformance/vectors.py worked

Without --adapter the reference implementation is driven. --adapter comes last.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from sst_vectors import exchanges, limits, refusals, worked  # noqa: E402  (the path comes first)
from sst_vectors.recorder import Adapter, Case, replay, write  # noqa: E402

REFERENCE = [sys.executable, str(HERE / "adapters" / "reference.py")]
OUT = HERE.parent / "vectors"

Scenario = Callable[[Adapter], Iterator[Case]]

# File, sections of the specification, scenario.
FILES: list[tuple[str, str, Scenario]] = [
    ("handshakes", "4.2 to 4.4, 5.1, 6.3, 6.6, 7.2", exchanges.handshakes),
    ("data", "4.5 to 4.7, 5.2, 13", exchanges.data),
    ("checksums", "5.5", exchanges.checksums),
    ("padding", "12", exchanges.padding),
    ("icmp", "11", exchanges.icmp),
    ("flows", "8, 9, 15", exchanges.flows),
    ("key-values", "14", exchanges.key_values),
    ("epochs", "5.3, 5.4", refusals.epochs),
    ("retry", "6.5, 7.3", refusals.retry),
    ("reset", "7.4", refusals.reset),
    ("refusals", "4, 5, 9.2, 17", refusals.refusals),
    ("limits", "5.2, 6.7, 7.2, 7.3, 8, 9.2, 15, 17", limits.limits),
]


def make(out: Path, command: list[str], only: list[str]) -> int:
    """Writes every file from what the implementation answers."""
    out.mkdir(parents=True, exist_ok=True)
    for name, sections, scenario in FILES:
        if only and name not in only:
            continue
        adapter = Adapter(command)
        cases = [case.as_json() for case in scenario(adapter)]
        adapter.close()
        assert scenario.__doc__ is not None
        write(str(out / f"{name}.json"), scenario.__doc__, sections, cases)
        steps = sum(len(case["steps"]) for case in cases)
        print(f"{name}: {len(cases)} cases, {steps} steps")
    if not only:
        (out / "worked.json").write_text(json.dumps(worked.exchange(), indent=1) + "\n",
                                         encoding="utf-8")
    return 0


def check(out: Path, command: list[str], only: list[str]) -> int:
    """0 when every stored answer is given again."""
    failed = 0
    for name, _sections, _scenario in FILES:
        if only and name not in only:
            continue
        vectors = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        found = replay(vectors, command)
        failed += len(found)
        print(f"{name}: {len(vectors['cases']) - len(found)} of {len(vectors['cases'])} cases")
        for difference in found:
            print("  " + difference.replace("\n", "\n  "))
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["make", "check", "worked"])
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the vector files")
    parser.add_argument("--only", nargs="*", default=[], help="names of files")
    parser.add_argument("--adapter", nargs=argparse.REMAINDER, default=REFERENCE,
                        help="command to run, with its options; the last of the options")
    given = parser.parse_args()
    if given.action == "worked":
        print(worked.markdown(worked.exchange()))
        return 0
    act = make if given.action == "make" else check
    return act(given.out, given.adapter, given.only)


if __name__ == "__main__":
    sys.exit(main())
