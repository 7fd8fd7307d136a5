# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The system packages that building needs: which are missing, and installing them."""

from __future__ import annotations

import glob
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sstlab.project import UsageError, log_file, say, tail

# Debian asks this program before it starts a server it has just installed; 101 forbids it.
SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")
FORBIDDEN = 101


class Need(NamedTuple):
    """Something building needs, and the Debian package that brings it."""

    package: str
    what: str
    present: Callable[[], bool]


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def server_program(name: str) -> str | None:
    """The path of a server's program; users other than root have /usr/sbin not in PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")


def _server(name: str) -> Callable[[], bool]:
    return lambda: server_program(name) is not None


def _header(name: str) -> Callable[[], bool]:
    return lambda: any((folder / name).is_file() for folder in _include_folders())


def _include_folders() -> list[Path]:
    folders = [folder for variable in ("CPATH", "CPLUS_INCLUDE_PATH")
               for folder in os.environ.get(variable, "").split(":") if folder]
    multiarch = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"
    return [Path(folder) for folder in
            [*folders, "/usr/local/include", "/usr/include", f"/usr/include/{multiarch}"]]


NEEDS = (
    Need("g++", "the C++ compiler", _program("g++", "c++")),
    Need("cmake", "CMake", _program("cmake")),
    Need("ninja-build", "Ninja", _program("ninja")),
    Need("pkg-config", "pkg-config", _program("pkg-config", "pkgconf")),
    Need("libsodium-dev", "libsodium", _header("sodium.h")),
    Need("libldns-dev", "ldns", _header("ldns/ldns.h")),
    Need("nlohmann-json3-dev", "nlohmann-json", _header("nlohmann/json.hpp")),
    Need("libgtest-dev", "GoogleTest", _header("gtest/gtest.h")),
    Need("python3-venv", "Python's venv",
         lambda: importlib.util.find_spec("ensurepip") is not None),
)

# What some tests need, and are skipped without.
TEST_NEEDS = (
    Need("knot", "Knot DNS, for tests with a real name server", _server("knotd")),
    Need("unbound", "Unbound, for tests with a real resolver", _server("unbound")),
    Need("valgrind", "Valgrind, for the test that no branch depends on a secret",
         lambda: shutil.which("valgrind") is not None and _header("valgrind/memcheck.h")()),
)

# What `./sst bench codec` needs besides.
BENCH_NEEDS = (
    Need("libbenchmark-dev", "Google Benchmark", _header("benchmark/benchmark.h")),
)

# What `./sst fuzz` needs besides.
FUZZ_NEEDS = (
    Need("clang-14", "clang, for libFuzzer", _program("clang++-14")),
    Need("libclang-rt-14-dev", "clang's fuzzing and sanitizing runtime",
         lambda: bool(glob.glob("/usr/lib/llvm-14/lib/clang/14*/lib/linux/libclang_rt.fuzzer-*"))),
)


def missing_packages(needs: tuple[Need, ...] = NEEDS) -> list[Need]:
    """The needs nothing on this machine meets. Looks at files only, starts no program."""
    return [need for need in needs if not need.present()]


def ensure_packages(needs: tuple[Need, ...] = NEEDS) -> None:
    """Installs what is missing, after saying so; UsageError where that is not possible."""
    missing = missing_packages(needs)
    if not missing:
        return
    names = [need.package for need in missing]
    line = f"apt-get install -y --no-install-recommends {' '.join(names)}"
    listed = ", ".join(f"{need.package} ({need.what})" for need in missing)
    if not shutil.which("apt-get"):
        raise UsageError(f"missing on this machine: {listed}. There is no apt-get here: install "
                         "what these Debian packages hold, then call ./sst again.")
    prefix = _root_prefix()
    if prefix is None:
        raise UsageError(f"missing system packages: {listed}. Run as root:\n"
                         f"    apt-get update && {line}")
    say(f"installing missing system packages: {listed}")
    _install(prefix, names, line)
    still = [need.package for need in missing_packages(needs)]
    if still:
        raise UsageError(f"installed, but still not found: {', '.join(still)}. Is another copy "
                         f"of Python or the compiler in PATH? This is {sys.executable}")


def ensure_test_packages() -> None:
    """Installs what tests alone need, where that asks nobody and starts no server; else tells."""
    missing = missing_packages(TEST_NEEDS)
    if not missing:
        return
    names = [need.package for need in missing]
    line = f"apt-get install -y --no-install-recommends {' '.join(names)}"
    if os.geteuid() != 0 or not shutil.which("apt-get") or not _installed_servers_stay_off():
        say(f"tests with {' and '.join(names)} are skipped; to have them: {line}")
        return
    say(f"installing test packages: {', '.join(names)}")
    try:
        _install([], names, line)
    except UsageError as error:
        say(f"{error}\ntests with {' and '.join(names)} are skipped")


def _installed_servers_stay_off() -> bool:
    """Whether installing a server starts none, as in most containers."""
    try:
        return subprocess.run([str(SERVICE_POLICY), "server", "start"], capture_output=True,
                              check=False).returncode == FORBIDDEN
    except OSError:
        return False


def _root_prefix() -> list[str] | None:
    """What to put before a command for root's rights: nothing, sudo, or None when impossible."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    quiet = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    if quiet.returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None


def _install(prefix: list[str], names: list[str], line: str) -> None:
    """apt-get install, with apt-get update first where package lists are absent or too old."""
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    install = [*environment, "apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    update = [*environment, "apt-get", "update", "-q"]
    fresh_lists = bool(glob.glob("/var/lib/apt/lists/*_Packages*"))
    steps = [[install], [update, install]] if fresh_lists else [[update, install]]
    for step in steps:
        if all(_logged(command) for command in step):
            return
    raise UsageError(f"apt-get failed:\n{tail(log_file('apt.log').read_text())}\n"
                     f"Run as root, then call ./sst again:\n    apt-get update && {line}")


def _logged(command: list[str]) -> bool:
    """Runs a command with its output in .sst/apt.log; tells whether it succeeded."""
    with log_file("apt.log").open("w") as log:
        return subprocess.run(command, stdout=log, stderr=subprocess.STDOUT,
                              check=False).returncode == 0
