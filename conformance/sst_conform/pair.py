# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Two implementations, client and server, each with a stack, on one path."""

from __future__ import annotations

from typing import Any

from sst_conform.bench import NAME, SERVICE, key_value, secret
from sst_conform.case import Test
from sst_conform.network import Host, Packet
from sst_conform.observer import UDP_PORT, Observer, Seen, body_of, layout_of
from sst_conform.stack import Connection, Stack
from sst_reference import keyvalue, wire

CLIENT_NUMBER, SERVER_NUMBER = 1, 2


class Pair:
    """A client and a server on a path; DNS answers at once with the server's key."""

    def __init__(self, test: Test, *, flags: int = 1, client_config: dict[str, Any] | None = None,
                 server_config: dict[str, Any] | None = None, layout: str | None = None) -> None:
        self.test = test
        self.world = test.world
        self.layout = layout or ("u" if test.is_u else "n")
        shaped = self.layout != "n"
        self.flags = flags | (keyvalue.FLAG_LAYOUT_U if shaped else 0)
        self.server_config = dict(server_config or {})
        if shaped:
            self.server_config["udp_port"] = UDP_PORT
        self.client = test.host(CLIENT_NUMBER, 0, config=client_config)
        self.static = secret(1)
        self.server = self.new_server()
        self.client_stack = Stack(self.client)
        self.server_stack = Stack(self.server)
        self.client.resolver = self._resolve
        self.observer = Observer([self.client], [self.static])
        self._port = 40000

    def new_server(self, number: int = SERVER_NUMBER, seed: int = SERVER_NUMBER,
                   young: bool = True) -> Host:
        """A server with the key, as after a restart."""
        host = self.test.host(number, 1, config=self.server_config, seed=seed)
        self.public = host.serve(self.static, 1, self.flags, young=young)
        return host

    def _resolve(self, host: Host, name: str, peer: str) -> None:
        host.learn(name, peer, key_value(self.public, 1, self.flags),
                   UDP_PORT if self.flags & keyvalue.FLAG_LAYOUT_U else 0)

    def request(self, policy: str = "require", **fields: Any) -> dict[str, Any]:
        """What the client's socket asks."""
        return {"policy": policy, "name": NAME, "layout": self.layout, **fields}

    def connect(self, port: int = SERVICE, **fields: Any) -> Connection:
        """A new TCP connection of the client, not yet answered."""
        self._port += 1
        return self.client_stack.connect(self.server.address, self._port, port,
                                         self.request(**fields))

    def connected(self, **fields: Any) -> Connection:
        """A connection that is there."""
        connection = self.connect(**fields)
        self.world.run(0.5)
        self.test.check(connection.connected_ns is not None, "the TCP connection is made")
        return connection

    def echo(self, connection: Connection, message: bytes, seconds: float = 0.5) -> None:
        """A message there and back."""
        connection.send(message)
        self.world.run(seconds)
        self.test.check(connection.is_done, f"{len(message)} bytes came back in {seconds} s")

    def seen(self, kind: int | None = None) -> list[Seen]:
        """All SST packets so far, opened by the runner."""
        return [one for one in self.observer.look(self.world.log) if kind in (None, one.kind)]

    def clear(self) -> list[Packet]:
        """Packets on the path that are not SST's."""
        return [packet for packet in self.world.log if body_of(packet) is None]

    def kinds(self) -> str:
        """The types of all SST packets so far, as D I R C."""
        bodies = [body_of(packet) for packet in self.world.log]
        return "".join("DIRC"[wire.kind_of(body)] for body in bodies if body is not None)

    def healthy(self) -> None:
        """Fails when a packet left in clear, a checksum was wrong, or the contract was broken."""
        clear = self.clear()
        self.test.check(not clear, f"no packet leaves in clear: {clear[:1]}")
        if self.layout != "auto":
            layouts = {layout_of(packet) for packet in self.world.log}
            self.test.equal(layouts, {self.test.layout}, "layouts on the path (0 N, 1 U)")
        for stack in (self.client_stack, self.server_stack):
            self.test.check(not stack.wrong, f"{stack.wrong[:1]}")
        self.test.contract()
