# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Configures with CMake and builds with Ninja: only what a command needs, only when it must."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from sstlab import environment
from sstlab.locks import Lock
from sstlab.progress import Progress
from sstlab.project import (BUILD, BUILD_BENCH, BUILD_COVERAGE, BUILD_FUZZ, BUILD_MUTATE,
                            BUILD_SANITIZED, ROOT, Failure, log_file, say, tail)

CONFIGURE_STAMP = "sst-configure-stamp"
NINJA_STEP = re.compile(r"^\[(\d+)/(\d+)\] (.*)")


class Kind(NamedTuple):
    """A way to build: where, and what CMake is told besides."""

    folder: Path
    options: tuple[str, ...]


PLAIN = Kind(BUILD, ())
SANITIZED = Kind(BUILD_SANITIZED, ("-DSST_SANITIZE=ON", "-DSST_MODULE=OFF"))
FUZZ = Kind(BUILD_FUZZ, ("-DSST_FUZZ=ON", "-DSST_MODULE=OFF", "-DSST_TESTS=OFF",
                         "-DCMAKE_C_COMPILER=clang-14", "-DCMAKE_CXX_COMPILER=clang++-14"))
COVERAGE = Kind(BUILD_COVERAGE, ("-DSST_COVERAGE=ON", "-DSST_MODULE=OFF"))
MUTATE = Kind(BUILD_MUTATE, ("-DSST_MODULE=OFF", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1"))
BENCH = Kind(BUILD_BENCH, ("-DSST_BENCH=ON", "-DSST_MODULE=OFF", "-DSST_TESTS=OFF"))


class Use:
    """The right to use what was built: no other ./sst rebuilds it meanwhile."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock

    def __enter__(self) -> Use:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def ensure_built(targets: list[str], *, kind: Kind = PLAIN) -> Use:
    """Brings `targets` up to date (all where empty) and returns the right to use them."""
    folder = kind.folder
    options = _options(kind)
    guard = Lock("build-" + folder.name)
    guard.acquire(purpose="to build")
    try:
        use = Lock("use-" + folder.name)
        if not _is_current(folder, options, targets):
            use.acquire(purpose="to end its runs, since it is to be rebuilt")
            _configure(folder, options)
            _build(folder, targets)
        use.acquire(shared=True)
        return Use(use)
    finally:
        guard.release()


def _options(kind: Kind) -> list[str]:
    """The options CMake is called with."""
    options = ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", *kind.options]
    if "-DSST_MODULE=OFF" not in kind.options:
        options.append(f"-Dns3_DIR={environment.ns3_cmake_folder()}")
    if shutil.which("ccache"):
        options.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    return options


def _configure_stamp(options: list[str]) -> str:
    """What a build folder was configured for; CMake itself watches its own files."""
    text = "\n".join([*options, str(ROOT), os.environ.get("CXX", ""),
                      os.environ.get("CXXFLAGS", ""), str(shutil.which("cmake"))])
    stamp = environment.STAMP.read_text() if environment.STAMP.exists() else ""
    return hashlib.sha256((text + stamp).encode()).hexdigest()


def _is_current(folder: Path, options: list[str], targets: list[str]) -> bool:
    """Whether Ninja would do nothing. Writes nothing."""
    stamp = folder / CONFIGURE_STAMP
    if not stamp.exists() or stamp.read_text() != _configure_stamp(options):
        return False
    dry = subprocess.run(["ninja", "-C", str(folder), "-n", *targets], capture_output=True,
                         text=True, check=False)
    return dry.returncode == 0 and "no work to do" in dry.stdout


def _configure(folder: Path, options: list[str]) -> None:
    """Runs CMake where the folder is new or was configured for something else."""
    stamp = folder / CONFIGURE_STAMP
    wanted = _configure_stamp(options)
    if stamp.exists() and stamp.read_text() == wanted and (folder / "build.ninja").exists():
        return
    say(f"configuring {folder.name}/")
    stamp.unlink(missing_ok=True)
    (folder / "CMakeCache.txt").unlink(missing_ok=True)
    command = ["cmake", "-G", "Ninja", "-S", str(ROOT), "-B", str(folder), *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    log_file(f"configure-{folder.name}.log").write_text(done.stdout)
    if done.returncode:
        raise Failure(f"{' '.join(command)} failed ({done.returncode}):\n{tail(done.stdout)}")
    stamp.write_text(wanted)


def _build(folder: Path, targets: list[str]) -> None:
    """Runs Ninja with progress; on failure shows the compiler's words."""
    say(f"building {', '.join(targets) or 'everything'} in {folder.name}/")
    command = ["ninja", "-C", str(folder), *targets]
    progress = Progress("building", 0, "steps")
    output: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "NINJA_STATUS": "[%f/%t] "}) as ninja:
        assert ninja.stdout is not None
        try:
            for line in ninja.stdout:
                output.append(line)
                step = NINJA_STEP.match(line)
                if step:
                    progress.update(int(step[1]), int(step[2]), Path(step[3].split()[-1]).name)
        except BaseException:
            ninja.terminate()
            raise
        finally:
            progress.finish()
    log_file(f"build-{folder.name}.log").write_text("".join(output))
    if ninja.returncode:
        failed = next((i for i, line in enumerate(output)
                       if line.startswith(("FAILED:", "ninja: error"))), len(output) - 30)
        words = "".join(output[max(failed, 0):][:60])
        raise Failure(f"{' '.join(command)} failed ({ninja.returncode}):\n{words}")
