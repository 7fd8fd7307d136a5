# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The codec installed alone, and programs built against it by CMake and by pkg-config."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sstlab.campaign import core_count
from sstlab.project import ROOT

VERSION = re.search(r"project\(.* VERSION ([0-9.]+)\)",
                    (ROOT / "CMakeLists.txt").read_text())[1]  # type: ignore[index]
EXAMPLE = ROOT / "codec" / "examples" / "one-datagram.c"

CONSUMER = """\
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C CXX)
find_package(sst 0.1 CONFIG REQUIRED)
foreach(kind IN ITEMS sst sst-static)
  add_executable(cpp-${kind} consumer.cc)
  target_link_libraries(cpp-${kind} PRIVATE sst::${kind})
  add_executable(doc-${kind} doc.cc)
  target_link_libraries(doc-${kind} PRIVATE sst::${kind})
  add_executable(c-${kind} one-datagram.c)
  target_link_libraries(c-${kind} PRIVATE sst::${kind})
endforeach()
"""


def run(*command: object, **variables: str) -> str:
    """Standard output of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, timeout=900, env={**os.environ, **variables})
    assert done.returncode == 0, f"{command}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def compiler_launcher() -> list[str]:
    """ccache where it is installed."""
    return [f"-DCMAKE_{language}_COMPILER_LAUNCHER=ccache" for language in ("C", "CXX")
            if shutil.which("ccache")]


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the codec is installed: built with libsodium alone in reach, then moved."""
    folder = tmp_path_factory.mktemp("install")
    packages = folder / "pkgconfig"
    packages.mkdir()
    sodium = Path(run("pkg-config", "--variable=pcfiledir", "libsodium").strip())
    shutil.copy(sodium / "libsodium.pc", packages)
    run("cmake", "-G", "Ninja", "-S", ROOT, "-B", folder / "build", "-DSST_MODULE=OFF",
        "-DSST_TESTS=OFF", "-DCMAKE_BUILD_TYPE=Debug", *compiler_launcher(),
        *[f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ("nlohmann_json", "GTest", "ns3")],
        PKG_CONFIG_LIBDIR=str(packages), PKG_CONFIG_PATH="")
    run("cmake", "--build", folder / "build", "-j", core_count())
    run("cmake", "--install", folder / "build", "--prefix", folder / "first")
    return (folder / "first").rename(folder / "moved")


def documented(language: str) -> str:
    """The one program of a language in doc/codec.md."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "doc" / "codec.md").read_text(),
                         re.DOTALL | re.MULTILINE)
    return str(text)


def consumer_source(prefix: Path) -> str:
    """A program that includes every installed header and calls into the library."""
    include = prefix / "include"
    headers = sorted(str(file.relative_to(include)) for file in include.rglob("*.h"))
    assert "sst.h" in headers and "sst/endpoint.h" in headers
    lines = [f'#include "{header}"' for header in headers]
    return "\n".join([*lines, "#include <cstdio>", "int main()", "{",
                      "    sst::SodiumRandom random;",
                      "    sst::Endpoint endpoint(sst::EndpointConfig{}, random);",
                      '    std::printf("%zu %s\\n", endpoint.SessionCount(), sst_version());',
                      "}", ""])


@pytest.mark.slow
def test_cmake_finds_the_package(prefix: Path, tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(CONSUMER)
    (tmp_path / "consumer.cc").write_text(consumer_source(prefix))
    (tmp_path / "doc.cc").write_text(documented("cpp"))
    shutil.copy(EXAMPLE, tmp_path)
    build = tmp_path / "build"
    run("cmake", "-G", "Ninja", "-S", tmp_path, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
        "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror", *compiler_launcher())
    run("cmake", "--build", build)
    for kind in ("sst", "sst-static"):
        assert run(build / f"cpp-{kind}") == f"0 {VERSION}\n"
        assert "delivered to port 53: I am hidden" in run(build / f"c-{kind}")
        assert run(build / f"doc-{kind}") == "wait, then INIT of 256 bytes\n"
    (tmp_path / "CMakeLists.txt").write_text(CONSUMER.replace("sst 0.1", "sst 0.2"))
    refused = subprocess.run(["cmake", "-S", str(tmp_path), "-B", str(tmp_path / "newer"),
                              f"-DCMAKE_PREFIX_PATH={prefix}"], capture_output=True, text=True,
                             check=False)
    assert refused.returncode != 0 and f"version: {VERSION}" in refused.stderr


@pytest.mark.slow
def test_pkg_config_finds_the_library(prefix: Path, tmp_path: Path) -> None:
    (file,) = prefix.rglob("sst.pc")
    path = {"PKG_CONFIG_PATH": str(file.parent)}
    assert run("pkg-config", "--modversion", "sst", **path).strip() == VERSION
    flags = run("pkg-config", "--cflags", "--libs", "sst", **path).split()
    program = tmp_path / "one-datagram"
    run("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", EXAMPLE, "-o", program,
        *flags)
    (library,) = prefix.rglob("libsst.so")
    said = run(program, LD_LIBRARY_PATH=str(library.parent))
    assert "delivered to port 53: I am hidden" in said
    flags = run("pkg-config", "--static", "--cflags", "--libs", "sst", **path).split()
    run("cc", "-std=c99", EXAMPLE, "-o", program, "-Wl,-Bstatic",
        *[flag for flag in flags if flag.startswith(("-I", "-L")) or flag == "-lsst"],
        "-Wl,-Bdynamic", *[flag for flag in flags if flag.startswith("-l") and flag != "-lsst"])
    assert "delivered to port 53: I am hidden" in run(program)


@pytest.mark.slow
def test_what_is_installed(prefix: Path) -> None:
    (library,) = prefix.rglob("libsst.so")
    soname = "libsst.so." + VERSION.rsplit(".", 1)[0]
    assert (library.parent / soname).is_symlink() and library.resolve().name.endswith(VERSION)
    assert f"[{soname}]" in run("readelf", "-d", library)
    exported = [line.split()[-1] for line in run("nm", "-D", "--defined-only",
                                                 library).splitlines()]
    foreign = [name for name in exported if not re.match(r"sst_|_Z\w*3sst", name)]
    assert "sst_egress" in exported and not foreign
    declared = set(re.findall(r"\b(sst_\w+)\(", re.sub(
        r"/\*.*?\*/", "", (ROOT / "codec" / "include" / "sst.h").read_text(), flags=re.DOTALL)))
    assert declared == {name for name in exported if name.startswith("sst_")}
    key = run(prefix / "bin" / "sst-key", "new", prefix / "key")
    assert "public-key" in key
    for file in prefix.rglob("*"):
        if file.suffix in (".cmake", ".pc", ".h"):
            assert str(ROOT) not in file.read_text(), file
