# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""An implementation under test: a process that answers JSON lines."""

from __future__ import annotations

import json
import os
import select
import subprocess
import tempfile
import time
from typing import Any

ANSWER_SECONDS = 20.0
EXIT_UNSUPPORTED = 127
STDERR_LINES = 12


class Unsupported(Exception):
    """The implementation does not have what the case needs: the case is skipped."""


class Broken(Exception):
    """The process ended, said nothing in time, or said something else than an answer."""


class Refused(Exception):
    """The answer was {"ok": false}."""

    def __init__(self, operation: str, error: str, message: str) -> None:
        super().__init__(f"{operation}: {error}: {message}")
        self.error = error


class Implementation:
    """A name, a command, and the process of it, started when first asked."""

    def __init__(self, name: str, command: list[str],
                 environment: dict[str, str] | None = None) -> None:
        self.name = name
        self.command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: Any = None
        self._received = bytearray()
        self._endpoints = 0

    def new_endpoint(self) -> int:
        """A number no other endpoint of this implementation has."""
        self._endpoints += 1
        return self._endpoints

    def ask(self, operation: str, **fields: Any) -> dict[str, Any]:
        """Asks one question; the answer, or one of the exceptions above."""
        line = json.dumps({"op": operation, **fields}, separators=(",", ":")) + "\n"
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(line.encode())
            process.stdin.flush()
        except OSError:
            self._ended(operation)
        text = self._read_line(process, operation)
        try:
            answer: dict[str, Any] = json.loads(text)
            fine = answer["ok"]
        except (ValueError, KeyError, TypeError) as error:
            self.stop()
            raise Broken(f"{self.name}: {operation}: no answer with \"ok\": {text[:200]!r}"
                         ) from error
        if not fine:
            raise Refused(operation, str(answer.get("error")), str(answer.get("message")))
        return answer

    def stop(self) -> None:
        """Ends the process; the next question starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.close()
        except OSError:
            pass
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        self._errors.close()

    def is_running(self) -> bool:
        """Whether a process is there, and with it the endpoints made so far."""
        return self._process is not None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._received.clear()
            self._errors = tempfile.TemporaryFile()
            try:
                self._process = subprocess.Popen(
                    self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=self._errors, env=self._environment)
            except OSError as error:
                self._errors.close()
                raise Broken(f"{self.name}: cannot start {self.command[0]}: {error.strerror}"
                             ) from error
        return self._process

    def _read_line(self, process: subprocess.Popen[bytes], operation: str) -> str:
        assert process.stdout is not None
        end = time.monotonic() + ANSWER_SECONDS
        while (newline := self._received.find(b"\n")) < 0:
            left = end - time.monotonic()
            if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
                self.stop()
                raise Broken(f"{self.name}: {operation}: no answer in {ANSWER_SECONDS:.0f} s")
            chunk = os.read(process.stdout.fileno(), 1 << 16)
            if not chunk:
                self._ended(operation)
            self._received += chunk
        text = self._received[:newline].decode(errors="replace")
        del self._received[:newline + 1]
        return text

    def _ended(self, operation: str) -> None:
        """The process is gone: says why."""
        assert self._process is not None
        try:
            code = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = None
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip().splitlines()[-STDERR_LINES:]
        self.stop()
        if code == EXIT_UNSUPPORTED:
            raise Unsupported(f"{self.name} does not support {operation}: "
                              f"{words[-1] if words else 'exit status 127'}")
        told = "\n    ".join(words)
        raise Broken(f"{self.name}: {operation}: the process ended with status {code}"
                     + (f":\n    {told}" if told else ""))
