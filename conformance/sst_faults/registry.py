# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The table of the faults, and the ways to put one in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sst_reference.endpoint import Endpoint
from sst_reference.state import Config

Function = Callable[..., Any]


@dataclass(frozen=True)
class Fault:
    """One fault: the case meant for it, what is wrong, and the call that puts it in."""

    name: str
    case: str
    words: str
    put_in: Callable[[], None]


FAULTS: dict[str, Fault] = {}


def add(name: str, case: str, words: str, put_in: Callable[[], None]) -> None:
    """Registers a fault and the name of the case meant for it."""
    if name in FAULTS:
        raise ValueError(f"two faults are named {name}")
    FAULTS[name] = Fault(name, case, words, put_in)


def fault(name: str, case: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers a fault whose docstring says what is wrong."""
    def register(put_in: Callable[[], None]) -> Callable[[], None]:
        add(name, case, (put_in.__doc__ or "").strip(), put_in)
        return put_in
    return register


def replace(owner: Any, name: str, make: Callable[[Function], Any]) -> None:
    """Puts `make(what was there)` in the place of an attribute that has to be there."""
    setattr(owner, name, make(getattr(owner, name)))


@contextmanager
def meanwhile(owner: Any, name: str, value: Any) -> Iterator[None]:
    """An attribute has another value for a while."""
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)


def during(owner: Any, function: str, module: Any, name: str, value: Any) -> Callable[[], None]:
    """The fault that one function works with another value of an attribute."""
    def make(original: Function) -> Function:
        def changed(*arguments: Any, **named: Any) -> Any:
            with meanwhile(module, name, value):
                return original(*arguments, **named)
        return changed
    return lambda: replace(owner, function, make)


def without(name: str, answer: Any = None) -> Callable[[], None]:
    """The fault that a method of the endpoint does nothing but answer."""
    return lambda: replace(Endpoint, name, lambda _: lambda self, *arguments: answer)


def constant(module: Any, name: str, value: Any) -> Callable[[], None]:
    """The fault of a wrong constant."""
    return lambda: replace(module, name, lambda _: value)


def setting(name: str, value: Any) -> Callable[[], None]:
    """The fault of a wrong default."""
    def make(begin: Function) -> Function:
        def changed(self: Config, *arguments: Any, **named: Any) -> None:
            begin(self, *arguments, **named)
            setattr(self, name, value)
        return changed
    return lambda: replace(Config, "__init__", make)
