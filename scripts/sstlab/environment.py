# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The Python environment .venv with pinned packages, ns-3's wheel among them."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from sstlab import packages
from sstlab.locks import exclusive
from sstlab.project import CONFORMANCE, SCRIPTS, VENV, Failure, UsageError, log_file, say, tail

REQUIREMENTS = SCRIPTS / "requirements.txt"
REQUIREMENTS_NS3 = SCRIPTS / "requirements-ns3.txt"
REQUIREMENTS_CONFORM = CONFORMANCE / "requirements.txt"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "sst-stamp"

# CPython versions that PyPI has a wheel of ns-3 3.44 for; its C++ parts serve every other as well.
NS3_WHEEL_PYTHONS = range(8, 14)


def _stamp() -> str:
    """A hash of all that .venv is made from."""
    digest = hashlib.sha256()
    for part in (REQUIREMENTS.read_bytes(), REQUIREMENTS_NS3.read_bytes(),
                 REQUIREMENTS_CONFORM.read_bytes(), sys.version.encode(),
                 str(_base_python()).encode(), str(VENV).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _base_python() -> Path:
    """The interpreter itself, also when ./sst was started from inside an environment."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def is_current() -> bool:
    """Whether .venv is complete and made from what the files ask for now."""
    try:
        return STAMP.read_text() == _stamp() and PYTHON.exists()
    except OSError:
        return False


def ensure_environment(extra: tuple[packages.Need, ...] = ()) -> None:
    """System packages, `extra` ones too, and .venv: at once when nothing changed, else set up
    under a lock."""
    needs = packages.NEEDS + extra
    if not packages.missing_packages(needs) and is_current():
        return
    with exclusive("setup", "to set up"):
        packages.ensure_packages(needs)
        if not is_current():
            _make_environment()


def ns3_cmake_folder() -> Path:
    """The folder of ns3Config.cmake inside .venv."""
    found = sorted(VENV.glob("lib/python3*/site-packages/ns3/lib64/cmake/ns3"))
    if not found:
        raise Failure(f"no ns-3 in {VENV}: remove that folder and call ./sst setup")
    return found[-1]


def python_environment() -> dict[str, str]:
    """The variables a Python program of the laboratory runs with in .venv."""
    return {**os.environ, "PYTHONPATH": str(SCRIPTS), "PYTHONDONTWRITEBYTECODE": "1",
            "MPLBACKEND": "Agg"}


def run_module(module: str, *arguments: str) -> None:
    """Runs a module of the laboratory in .venv, where matplotlib is; Failure with its words."""
    command = [str(PYTHON), "-m", module, *arguments]
    done = subprocess.run(command, env=python_environment(), capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise Failure(f"{' '.join(command)} failed ({done.returncode}):\n{tail(done.stderr)}")


def _make_environment() -> None:
    """Makes .venv anew; the stamp comes last, so that an interrupted one is made again."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise UsageError(f"PyPI's wheel of ns-3 is for Linux on x86_64; this is "
                         f"{platform.system()} on {platform.machine()}")
    version = ".".join(map(str, sys.version_info[:2]))
    say(f"making .venv with Python {version}: matplotlib, pytest and ns-3 in pinned versions")
    _checked([str(_base_python()), "-m", "venv", "--clear", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
           "--no-deps", "--only-binary=:all:"]
    _checked([*pip, "-r", str(REQUIREMENTS), "-r", str(REQUIREMENTS_CONFORM)])
    if sys.version_info.minor in NS3_WHEEL_PYTHONS:
        _checked([*pip, "--no-compile", "-r", str(REQUIREMENTS_NS3)])
    else:
        _unpack_ns3()
    STAMP.write_text(_stamp())


def _unpack_ns3() -> None:
    """Brings ns-3's C++ libraries and headers from the wheel of another CPython."""
    site = next(VENV.glob("lib/python3*/site-packages"))
    with tempfile.TemporaryDirectory(dir=VENV) as folder:
        _checked([str(PYTHON), "-m", "pip", "download", "--quiet", "--no-deps",
                  "--only-binary=:all:", "--python-version", "311", "--implementation", "cp",
                  "--abi", "cp311", "--dest", folder, "-r", str(REQUIREMENTS_NS3)])
        wheel = next(Path(folder).glob("ns3-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)


def _checked(command: list[str]) -> None:
    """Runs a command of the set-up; Failure with the command and its last words."""
    with log_file("setup.log").open("w") as log:
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT,
                              check=False).returncode
    if code:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Failure(f"{' '.join(command)} failed ({code}):\n"
                      f"{tail(log_file('setup.log').read_text())}")
