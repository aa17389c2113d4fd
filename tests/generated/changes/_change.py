"""What a change of the contract is, and the list of all."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Literal

import attrs

from ._contract import Contract

__all__ = ["CHANGES", "Change", "change", "typed"]

Steps = Generator[Any, Any, None]


@attrs.frozen
class Change:
    """One change of the contract: what is changed, and what must hold of the client afterwards."""

    name: str
    likelihood: Literal[1, 2, 3]
    """1: expect it next year. 2: plausible. 3: rare."""
    steps: Callable[[Contract], Steps]
    """Changes the contract up to its `yield`; then, in a process with the changed client, checks it."""
    may_refuse: bool
    """Whether a refusal by name is as good."""
    group: str

    @property
    def text(self) -> str:
        """What changes, in a sentence."""
        return (self.steps.__doc__ or "").strip().splitlines()[0]


CHANGES: dict[str, Change] = {}


def change(likelihood: Literal[1, 2, 3], *, refusable: bool = False) -> Callable[[Callable[..., Steps]], None]:
    """Put a function into the list of changes, under its own name."""

    def add(steps: Callable[..., Steps]) -> None:
        name = steps.__name__.strip("_")
        assert name not in CHANGES, f"two changes are called {name}"
        assert steps.__doc__, f"{name} has no docstring"
        CHANGES[name] = Change(name, likelihood, steps, refusable, steps.__module__.rpartition(".")[2])

    return add


@attrs.frozen
class Typed:
    """A user's lines: `right` ones type-check, each of `wrong` is an error of a strict type checker."""

    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def typed(*right: str, wrong: tuple[str, ...] | str = ()) -> Typed:
    """Return a user's lines, which see `client: Palomma`, `models`, `datetime`, `uuid`."""
    return Typed(right, (wrong,) if isinstance(wrong, str) else wrong)
