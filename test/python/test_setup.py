# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Set-up and counting: what is missing, what is current, what the tests counted."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import sst
from sstlab import bench, environment, locks, packages, testing
from sstlab.packages import Need
from sstlab.project import ROOT, Failure, UsageError


def absent() -> bool:
    return False


def present() -> bool:
    return True


def test_only_what_is_missing_is_named() -> None:
    needs = (Need("here", "something", present), Need("gone", "something else", absent))
    assert [need.package for need in packages.missing_packages(needs)] == ["gone"]


def test_without_root_the_one_line_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = [Need("libldns-dev", "ldns", absent), Need("cmake", "CMake", absent)]
    monkeypatch.setattr(packages, "missing_packages", lambda needs: missing)
    monkeypatch.setattr(packages, "_root_prefix", lambda: None)
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(UsageError, match="apt-get update && apt-get install -y "
                                         "--no-install-recommends libldns-dev cmake"):
        packages.ensure_packages()


def test_without_apt_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "missing_packages",
                        lambda needs: [Need("libsodium-dev", "libsodium", absent)])
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match=r"libsodium-dev \(libsodium\).*no apt-get"):
        packages.ensure_packages()


@pytest.mark.parametrize(("policy", "user", "installs"), [
    (101, 0, True), (0, 0, False), (None, 0, False), (101, 1000, False)])
def test_packages_for_tests_are_installed_where_they_start_no_server(
        policy: int | None, user: int, installs: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
        capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(packages, "TEST_NEEDS", (Need("knot", "a server", absent),
                                                 Need("bash", "a shell", present)))
    program = tmp_path / "policy"
    if policy is not None:
        program.write_text(f"#!/bin/sh\nexit {policy}\n")
        program.chmod(0o755)
    monkeypatch.setattr(packages, "SERVICE_POLICY", program)
    monkeypatch.setattr(packages.os, "geteuid", lambda: user)
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(packages, "_install", lambda prefix, names, line: calls.append(names))
    packages.ensure_test_packages()
    assert calls == ([["knot"]] if installs else [])
    assert "knot" in capsys.readouterr().err


def test_a_failed_installation_of_test_packages_is_told_and_ends_nothing(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> None:
        raise UsageError("apt-get failed")

    monkeypatch.setattr(packages, "TEST_NEEDS", (Need("knot", "a server", absent),))
    monkeypatch.setattr(packages, "_installed_servers_stay_off", lambda: True)
    monkeypatch.setattr(packages.os, "geteuid", lambda: 0)
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(packages, "_install", fail)
    packages.ensure_test_packages()
    assert "tests with knot are skipped" in capsys.readouterr().err


def test_every_requirement_is_pinned() -> None:
    for file in (environment.REQUIREMENTS, environment.REQUIREMENTS_NS3):
        lines = [line for line in file.read_text().splitlines() if line and line[0] != "#"]
        assert lines and all(line.count("==") == 1 for line in lines)


def test_the_wheel_is_of_the_version_the_build_asks_for() -> None:
    wanted = (ROOT / "NS3-VERSION").read_text().split("ns-")[1].strip()
    assert f"ns3=={wanted}.post" in environment.REQUIREMENTS_NS3.read_text()


def test_changed_requirements_make_the_environment_stale(monkeypatch: pytest.MonkeyPatch,
                                                         tmp_path: Path) -> None:
    before = environment._stamp()
    changed = tmp_path / "requirements.txt"
    changed.write_text(environment.REQUIREMENTS.read_text() + "more==1\n")
    monkeypatch.setattr(environment, "REQUIREMENTS", changed)
    assert environment._stamp() != before


def test_locks_wait_and_share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                              capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(locks, "STATE", tmp_path)
    readers = [locks.Lock("a"), locks.Lock("a")]
    for reader in readers:
        reader.acquire(shared=True)
    assert capsys.readouterr().err == ""
    entered = threading.Event()

    def write() -> None:
        with locks.exclusive("a", "to write"):
            entered.set()

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(0.2)
    assert not entered.is_set() and "waiting for another ./sst" in capsys.readouterr().err
    for reader in readers:
        reader.release()
    writer.join(10)
    assert entered.is_set()


def test_the_launcher_needs_no_third_party_package() -> None:
    code = ("import sys; sys.path.insert(0, sys.argv[1]); import sstlab.cli; "
            "bad = {'matplotlib', 'numpy', 'pytest'} & set(sys.modules); sys.exit(bool(bad))")
    assert subprocess.run([sys.executable, "-c", code, str(environment.SCRIPTS)],
                          check=False).returncode == 0


def test_junit_of_ctest_and_pytest_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "results.xml"
    file.write_text('<testsuites><testsuite><testcase name="a"/><testcase name="b" status="run"/>'
                    '<testcase name="c"><failure message="no"/></testcase>'
                    '<testcase name="d"><error/></testcase>'
                    '<testcase name="e" status="disabled"/>'
                    '<testcase name="f"><skipped message="no vectors"/></testcase>'
                    '<testcase name="g"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>'
                    "<system-out>a-test.cc:4: Skipped\nSST_VECTORS is not set\n</system-out>"
                    "</testcase>"
                    "</testsuite></testsuites>")
    count, skipped = testing.read_results(file)
    assert (count.passed, count.failed, count.skipped) == (2, 2, 3)
    assert dict(skipped) == {"e": "disabled", "f": "no vectors", "g": "SST_VECTORS is not set"}
    assert str(count) == "2 passed, 2 failed, 3 skipped"
    assert testing.read_results(tmp_path / "none.xml")[0] == testing.Count()


def test_what_failed_is_shown_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "results.xml"
    long = "\n".join(f"line {i}" for i in range(1000))
    file.write_text('<testsuites><testsuite><testcase name="a" classname="a"><system-out>fine'
                    '</system-out></testcase>'
                    '<testcase name="b" classname="b"><failure message="Failed"/><system-out>'
                    'b-test.cc:7: 1 is not 2\n</system-out></testcase>'
                    '<testcase name="c" classname="test.d"><error message="no">Traceback\nno</error>'
                    f'</testcase><testcase name="e"><failure message="x"/><system-out>{long}'
                    '</system-out></testcase></testsuite></testsuites>')
    shown = testing.read_failures(file)
    assert shown.startswith("FAILED b\nFailed\nb-test.cc:7: 1 is not 2\n\n"
                            "FAILED test.d c\nTraceback\nno\n\nFAILED e\nx\nline 0\n")
    assert shown.endswith("line 999\n") and "... 801 lines left out ..." in shown
    assert len(shown.splitlines()) < 220
    assert testing.read_failures(tmp_path / "none.xml") == ""


def test_user_time_is_measured_and_failure_is_named() -> None:
    busy = bench.timed([sys.executable, "-c", "sum(i * i for i in range(3000000)); print('ok')"])
    assert busy["user_s"] > 0.02 and busy["output"] == "ok"
    with pytest.raises(Failure, match="broken"):
        bench.timed([sys.executable, "-c", "import sys; sys.exit('broken')"])


def test_bench_writes_json_and_a_table(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!{sys.executable}\nimport sys\n"
                       "n = 4000000 if '--mode=sst' in sys.argv else 2000000\n"
                       "sum(i * i for i in range(n))\n")
    program.chmod(0o755)
    done = sst("bench", "simulator", "--program", program, "--rounds", "3", "--topologies", "chain",
               "--json", tmp_path / "bench.json")
    assert done.returncode == 0, done.stderr
    assert "ratio" in done.stdout and "chain" in done.stdout
    (row,) = json.loads((tmp_path / "bench.json").read_text())["topologies"]
    assert len(row["plain_user_s"]) == len(row["sst_user_s"]) == 3
    assert row["ratio"] > 1
