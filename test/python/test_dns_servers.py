# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""A published key on its way through real DNS: sst-key, Knot DNS, Unbound, the codec."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from sstlab import packages
from test_key_tool import made, shown, sst_key

ZONE = "lab.example"
PATIENCE_S = 20
TRIES = 5
KEY_PARAMETER = 65280
SOA = f"{ZONE}. 300 IN SOA ns.{ZONE}. admin.{ZONE}. 1 3600 600 86400 300"

KNOT = """\
server:
    listen: 127.0.0.1@{port}
    rundir: "{folder}"
database:
    storage: "{folder}"
control:
    listen: "{folder}/knot.sock"
log:
  - target: stderr
    any: warning
template:
  - id: default
    storage: "{folder}"
    journal-content: none
    zonefile-sync: -1
zone:
  - domain: {zone}
    file: "{folder}/zone"
"""

UNBOUND = """\
server:
    interface: 127.0.0.1@{port}
    access-control: 127.0.0.0/8 allow
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    do-not-query-localhost: no
    module-config: "iterator"
    num-threads: 1
    outgoing-range: 64
    num-queries-per-thread: 32
remote-control:
    control-enable: no
stub-zone:
    name: "{zone}"
    stub-addr: 127.0.0.1@{authority}
"""


def program(name: str) -> str:
    """The path of a server, or the test is skipped."""
    found = packages.server_program(name)
    if not found:
        package = {"knotd": "knot"}.get(name, name)
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    return found


def free_port() -> int:
    """A port of 127.0.0.1 that is free in UDP and TCP."""
    for _ in range(50):
        with (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
              socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp):
            try:
                udp.bind(("127.0.0.1", 0))
                tcp.bind(udp.getsockname())
            except OSError:
                continue
            return int(udp.getsockname()[1])
    pytest.skip("no port of 127.0.0.1 can be bound")


def ask(port: int, name: str, kind: str, timeout: float = 2) -> dns.message.Message:
    """Asks over UDP, and over TCP where the answer did not fit."""
    query = dns.message.make_query(name, kind, use_edns=0, payload=1232)
    answer, _ = dns.query.udp_with_fallback(query, "127.0.0.1", timeout=timeout, port=port)
    return answer


def answers(port: int) -> bool:
    """Whether a server knows the zone already."""
    try:
        return bool(ask(port, ZONE, "SOA", 0.3).answer)
    except (OSError, dns.exception.DNSException):
        return False


@contextmanager
def server(folder: Path, name: str, option: str, config: Callable[[int], str]) -> Iterator[int]:
    """Runs a server in `folder` until the block ends; its port. Another port where one was taken
    meanwhile."""
    command = program(name)
    folder.mkdir()
    log = folder / "log"
    for _ in range(TRIES):
        port = free_port()
        (folder / "conf").write_text(config(port))
        with log.open("w") as output:
            process = subprocess.Popen([command, option, str(folder / "conf")], stdout=output,
                                       stderr=output, stdin=subprocess.DEVNULL)
        try:
            end = time.monotonic() + PATIENCE_S
            while process.poll() is None and time.monotonic() < end:
                if answers(port):
                    yield port
                    return
                time.sleep(0.05)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    said = log.read_text()
    if "ermission denied" in said or "not permitted" in said:
        pytest.skip(f"{name} may not run here: {said.strip().splitlines()[-1]}")
    pytest.fail(f"{name} did not answer:\n{said}")


@contextmanager
def resolver(folder: Path, lines: list[str]) -> Iterator[int]:
    """Knot DNS with a zone of `lines`, Unbound in front of it; Unbound's port."""
    with ExitStack() as stack:
        knot = folder / "knot"

        def knot_config(port: int) -> str:
            (knot / "zone").write_text("\n".join([SOA, f"{ZONE}. 300 IN NS ns.{ZONE}.",
                                                  f"ns.{ZONE}. 300 IN A 127.0.0.1", *lines]) + "\n")
            return KNOT.format(port=port, folder=knot, zone=ZONE)

        authority = stack.enter_context(server(knot, "knotd", "-c", knot_config))
        unbound = folder / "unbound"
        yield stack.enter_context(server(
            unbound, "unbound", "-c", lambda port: UNBOUND.format(
                port=port, folder=unbound, zone=ZONE, authority=authority)))


def published(port: int, host: str) -> dict[int, bytes]:
    """The parameters of the one SVCB record of a host."""
    answer = ask(port, f"_sst.{host}", "SVCB")
    assert answer.rcode() == dns.rcode.NOERROR, answer
    (rrset,) = answer.answer
    assert rrset.rdtype == dns.rdatatype.SVCB and rrset.ttl <= 300
    (record,) = rrset
    assert record.priority == 1 and str(record.target) == f"{host}."
    return {int(key): value.value if hasattr(value, "value") else value.port.to_bytes(2, "big")
            for key, value in record.params.items()}


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("form", ["svcb", "rfc3597"])
def test_a_key_comes_through_dns_unchanged(tmp_path: Path, form: str, count: int) -> None:
    for name in ("knotd", "unbound"):
        program(name)
    host = f"www.{ZONE}"
    files = [made(tmp_path / f"key{i}", "--key-id", 7 + 60 * i, "--not-after", "+86400", "--flags",
                  "early-syn,layout-u" if i == 0 else "early-syn") for i in range(count)]
    generic = ["--generic"] if form == "rfc3597" else []
    done = sst_key("zone", *files, "--host", host, "--port", 7000, *generic)
    assert done.returncode == 0, done.stderr
    with resolver(tmp_path, done.stdout.splitlines()) as port:
        parameters = published(port, host)
        missing = ask(port, f"_sst.other.{ZONE}", "SVCB")
    assert missing.rcode() == dns.rcode.NXDOMAIN
    assert parameters.keys() == {3, KEY_PARAMETER} and parameters[3] == (7000).to_bytes(2, "big")
    assert parameters[KEY_PARAMETER].hex() == "".join(shown(file)["key65280"] for file in files)
    accepted = sst_key("check-value", parameters[KEY_PARAMETER].hex())
    assert accepted.returncode == 0, accepted.stderr
    assert [line.split(" key ")[1] for line in accepted.stdout.splitlines()] == [
        shown(file)["public-key"] for file in files]
