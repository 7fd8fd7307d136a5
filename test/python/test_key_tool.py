# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""sst-key: files it writes and refuses, lines it prints, words it does not know."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sstlab import build, environment, keys
from sstlab.project import BUILD

PROGRAM = BUILD / "bin" / "sst-key"
SECRET = re.compile(r"^secret-key: (\w{64})$", re.MULTILINE)


def sst_key(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Calls sst-key."""
    return subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True,
                          check=False, timeout=60)


def made(path: Path, *options: object) -> Path:
    """A new key file."""
    done = sst_key("new", path, *options)
    assert done.returncode == 0, done.stderr
    return path


def shown(path: Path) -> dict[str, str]:
    """What `show` prints, by name."""
    done = sst_key("show", path)
    assert done.returncode == 0, done.stderr
    return dict(line.split(None, 1) for line in done.stdout.splitlines())


def refusal(*arguments: object) -> str:
    """Standard error of a call that fails with status 1."""
    done = sst_key(*arguments)
    assert done.returncode == 1 and done.stdout == "", (done.stdout, done.stderr)
    return done.stderr


def misuse(*arguments: object) -> str:
    """Standard error of a call that fails with status 2."""
    done = sst_key(*arguments)
    assert done.returncode == 2 and done.stdout == "", (done.stdout, done.stderr)
    return done.stderr


def test_a_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        path = made(tmp_path / "key")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("sst-key 1\n") and SECRET.search(path.read_text())


def test_the_secret_is_never_printed(tmp_path: Path) -> None:
    path = made(tmp_path / "key")
    found = SECRET.search(path.read_text())
    assert found
    for command in (("show", path), ("zone", path, "--host", "a.example")):
        done = sst_key(*command)
        assert done.returncode == 0 and found[1] not in done.stdout + done.stderr
    assert shown(path)["key-id"] == "1"


def test_options_are_in_the_file(tmp_path: Path) -> None:
    path = made(tmp_path / "key", "--key-id", 200, "--flags=early-udp,strict", "--not-after",
                "2100-01-02")
    told = shown(path)
    assert told["key-id"] == "200" and told["flags"] == "early-udp,strict"
    assert told["not-after"] == "2100-01-02T00:00:00Z"
    made(path, "--force", "--not-after", "+3600", "--flags", "none")
    assert "flags: none" in path.read_text()
    not_after = int(re.search(r"not-after: (\d+)", path.read_text())[1])  # type: ignore[index]
    assert abs(not_after - time.time() - 3600) < 60


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    path = made(tmp_path / "key")
    before = path.read_text()
    assert f"{path}: exists already" in refusal("new", path)
    assert path.read_text() == before
    made(path, "--force")
    assert path.read_text() != before and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_force_replaces_ordinary_files_only(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "no ordinary file" in refusal("new", pipe, "--force")
    link = tmp_path / "link"
    link.symlink_to(made(tmp_path / "key"))
    assert "no ordinary file" in refusal("new", link, "--force")
    assert link.is_symlink() and stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(("change", "problem"), [
    (lambda text: "", "empty"),
    (lambda text: text.replace("sst-key 1", "sst-key 2"), "line 1: the first line is not"),
    (lambda text: text.replace("key-id: 1", "key-id: 256"), "line 2: key-id is no number"),
    (lambda text: text.replace("early-syn", "early"), "line 3: flags are neither"),
    (lambda text: text.replace("created: ", "created: x"), "line 4: created is no time"),
    (lambda text: text.replace("not-after: 0", "not-after: -1"), "line 5: not-after is no time"),
    (lambda text: text.replace("public-key: ", "public-key: z"), "line 6: public-key is not 64"),
    (lambda text: text.replace("secret-key: ", "secret-key: z"), "line 7: secret-key is not 64"),
    (lambda text: text.replace("key-id:", "id:"), "line 2: unknown field"),
    (lambda text: text.replace("key-id:", "key-id"), "line 2: not of the form"),
    (lambda text: text + "key-id: 1\n", "line 8: this field is there twice"),
    (lambda text: text.replace("flags: early-syn\n", ""), "a field is missing"),
    (lambda text: SECRET.sub("secret-key: " + "11" * 32, text), "public-key does not belong"),
    (lambda text: text + "#" * 4096, "longer than 4096 bytes"),
])
def test_every_defect_is_named(tmp_path: Path, change: Callable[[str], str],
                               problem: str) -> None:
    path = made(tmp_path / "key")
    path.write_text(change(path.read_text()))
    assert refusal("show", path).startswith(f"sst-key: {path}: {problem}")


def test_files_that_cannot_be_keys_are_named(tmp_path: Path) -> None:
    path = made(tmp_path / "key")
    for mode in (0o640, 0o604, 0o620, 0o602):
        path.chmod(mode)
        assert f"{path}: may be read or written by others (mode {mode:04o})" in refusal(
            "zone", path, "--host", "a.example")
    assert "No such file" in refusal("show", tmp_path / "none")
    assert "no ordinary file" in refusal("show", tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "no ordinary file" in refusal("show", pipe)
    assert "No such file" in refusal("new", tmp_path / "none" / "key")


def test_the_value_is_that_of_the_record(tmp_path: Path) -> None:
    path = made(tmp_path / "key", "--key-id", 9)
    value = shown(path)["key65280"]
    done = sst_key("check-value", value)
    assert "key_id 9 flags early-syn not_after 0" in done.stdout
    assert "key65280: truncated" in refusal("check-value", value[:-2])
    assert "key65280: duplicate" in refusal("check-value", value + value)
    assert "key65280: empty" in refusal("check-value", "")
    line = sst_key("zone", path, "--host", "a.example", "--generic").stdout
    assert line.startswith("_sst.a.example. 300 IN TYPE64 \\# ") and line.endswith(value + "\n")


def test_records_no_client_could_use_are_refused(tmp_path: Path) -> None:
    first, second = made(tmp_path / "a"), made(tmp_path / "b")
    assert f"{second}: key-id 1 is that of another file" in refusal("zone", first, second,
                                                                    "--host", "a.example")
    old = made(tmp_path / "c", "--key-id", 2)
    old.write_text(old.read_text().replace("not-after: 0", "not-after: 1000"))
    assert f"{old}: its not-after has passed" in refusal("zone", old, "--host", "a.example")
    served = made(tmp_path / "u", "--key-id", 3, "--flags", "layout-u")
    assert "--port must say" in misuse("zone", served, "--host", "a.example")
    assert "no client would use it" in misuse("zone", first, "--host", "a.example", "--port", 9)
    assert "port=7000" in sst_key("zone", first, served, "--host", "a.example", "--port",
                                  7000).stdout


@pytest.mark.parametrize(("arguments", "problem"), [
    ((), "a command is needed; known: new, show, zone, check-value"),
    (("make",), "unknown command 'make'"),
    (("new",), "new needs the name of one file"),
    (("new", "{key}", "--id", "1"), "unknown option --id; known: --key-id"),
    (("new", "{key}", "--key-id"), "--key-id needs a value"),
    (("new", "{key}", "--key-id", "1", "--key-id", "2"), "--key-id is given twice"),
    (("new", "{key}", "--key-id", "256"), "--key-id: '256' is no number from 0 to 255"),
    (("new", "{key}", "--flags", "all"), "--flags: 'all' is neither"),
    (("new", "{key}", "--not-after", "2031-02-29"), "--not-after: '2031-02-29' is neither"),
    (("new", "{key}", "--not-after", "2001-01-01"), "has passed"),
    (("new", "{key}", "--not-after", "2107-01-01"), "is later than the record can say"),
    (("show",), "show needs the name of one file"),
    (("zone", "--host", "a.example"), "zone needs the names of one to four key files"),
    (("zone", "{key}"), "--host: '' is no host name"),
    (("zone", "{key}", "--host", "a b"), "--host: 'a b' is no host name"),
    (("zone", "{key}", "--host", "a", "--port", "0"), "--port: '0' is no number from 1 to 65535"),
    (("zone", "{key}", "--host", "a", "--ttl", "x"), "--ttl: 'x' is no number"),
    (("check-value", "0"), "check-value needs the value"),
])
def test_misuse_is_answered_with_what_is_allowed(tmp_path: Path, arguments: tuple[str, ...],
                                                 problem: str) -> None:
    key = tmp_path / "key"
    assert problem in misuse(*(word.format(key=key) for word in arguments))
    assert not key.exists()


def test_the_command_hands_everything_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                           capfd: pytest.CaptureFixture[str]) -> None:
    class Use:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(environment, "ensure_environment", lambda: None)
    monkeypatch.setattr(build, "ensure_built", lambda targets: Use())
    assert keys.key(["new", str(tmp_path / "key")]) == 0
    assert keys.key(["new", str(tmp_path / "key")]) == 1
    assert keys.key(["--help"]) == 0
    assert "--not-after TIME" in capfd.readouterr().out
