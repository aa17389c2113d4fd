"""What all commands share: common options, the profile, the client, the question before money moves, exit codes."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from palomma import _errors as errors
from palomma_api.contract import ENVIRONMENTS

from ._output import write
from ._words import Words, words

if TYPE_CHECKING:
    from palomma._client import Palomma
    from palomma.journal import Journal

__all__ = ["CommandError", "Common", "Profile", "Session", "code_of", "silence", "worst"]

DEFAULT_ENVIRONMENT = "sandbox"
ORDER = (3, 4, 1, 6, 5)
"""Of several exit codes the first of these is the command's. What each means is in texts.toml."""
_ERRORS: Mapping[int, tuple[type[errors.PalommaError], ...]] = {
    3: (errors.OutcomeUnknownError, errors.ConfirmedUnreadableError),
    4: (errors.AuthenticationError, errors.PermissionDeniedError),
    5: (errors.NotFoundError,),
    6: (errors.NotSentError, errors.RateLimitError),
    2: (errors.ConfigurationError,),
}


class CommandError(Exception):
    """The command ends here, with an exit code and a sentence for whoever ran it."""

    def __init__(self, code: int, said: Words) -> None:
        super().__init__(said.en)
        self.code, self.words = code, said


def stop(code: int, key: str, **facts: Any) -> NoReturn:
    """End the command with a sentence of texts.toml. Raise `CommandError`."""
    raise CommandError(code, words(key, **facts))


def code_of(error: errors.PalommaError) -> int:
    """Return the exit code of an error."""
    return next((code for code, kinds in _ERRORS.items() if isinstance(error, kinds)), 1)


def silence() -> None:
    """Let what is still to be written to standard output go nowhere: nobody reads it, or it can't be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def worst(codes: Iterable[int]) -> int:
    """Return the exit code of several outcomes."""
    met = set(codes)
    return next((code for code in ORDER if code in met), 0)


@dataclass(frozen=True)
class Common:
    """The options of every command; texts.toml says what they are."""

    output: Literal["table", "json", "jsonl", "csv"] | None = None
    env: str | None = None
    profile: str = "default"
    lang: Literal["es", "en"] | None = None
    timeout: float = 30.0
    dry_run: bool = False
    yes: bool = False
    expect: str | None = None


@dataclass(frozen=True)
class Profile:
    """What config.toml says under a profile's name. No key is among it: the environment has it."""

    name: str = "default"
    base_url: str | None = None
    key_variable: str = "PALOMMA_API_KEY"
    account: str | None = None
    """The merchant account that money comes from; the default one if not given."""
    redirect_url: str | None = None
    """Where people are sent who have confirmed their account."""
    max_amount: int | None = None
    """The highest amount of a payout, where Palomma raised it for this merchant; else the contract's."""
    quiet_period: float = 60.0
    """Seconds after which the journal believes that something isn't there; to be agreed on with Palomma."""

    @classmethod
    def read(cls, name: str) -> Profile:
        """Read a profile. Raise `CommandError` for one that isn't there, holds a key, or has an unknown setting."""
        if not re.fullmatch(r"[\w-]{1,40}", name, re.ASCII):
            stop(2, "profile_name", name=repr(name))
        file = _folder("XDG_CONFIG_HOME", ".config") / "config.toml"
        try:
            settings = tomllib.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            settings = {}
        except (OSError, ValueError) as problem:
            stop(2, "profile_unreadable", file=file, problem=problem)
        own = settings.get(name, {} if name == "default" else None)
        if not isinstance(own, dict):
            stop(2, "profile_absent", file=file, name=name)
        known = sorted(field.name for field in fields(cls) if field.name != "name")
        for wrong in sorted(own.keys() - known):
            key = "profile_key" if re.search("key|secret|token", wrong) else "profile_member"
            stop(2, key, file=file, name=wrong, known=", ".join(known))
        return cls(name, **own)


def _folder(variable: str, usual: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / usual) / "palomma"


@dataclass(frozen=True)
class Session:
    """One run of the command."""

    common: Common
    profile: Profile
    lang: str

    @classmethod
    def begin(cls, common: Common, lang: str) -> Session:
        """Read the profile and check the common options. Raise `CommandError`."""
        if common.env is not None and common.env not in ENVIRONMENTS:
            stop(2, "bad_choice", name="--env", choices=", ".join(ENVIRONMENTS))
        session = cls(common, Profile.read(common.profile), lang)
        if session.base_url in ENVIRONMENTS.values() and session.base_url != ENVIRONMENTS[DEFAULT_ENVIRONMENT]:
            stop(2, "by_env")
        return session

    # Where to

    @property
    def base_url(self) -> str | None:
        """Another address than an environment's: the mock's, of `$PALOMMA_BASE_URL` or the profile."""
        return None if self.common.env else os.environ.get("PALOMMA_BASE_URL") or self.profile.base_url

    @property
    def environment(self) -> str:
        """The environment's name; of another address its host and port."""
        return self.common.env or (re.sub(r"^\w+://|/.*", "", self.base_url) if self.base_url else DEFAULT_ENVIRONMENT)

    def data_folder(self) -> Path:
        """Return the profile's folder for journals, made if it isn't there, for this user's eyes only."""
        folder = _folder("XDG_DATA_HOME", ".local/share") / self.profile.name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def settings(self) -> dict[str, Any]:
        """Return what a client is set up with. Raise `CommandError` if there is no key."""
        if not os.environ.get(self.profile.key_variable):
            stop(4, "no_key", name=self.profile.key_variable)
        where = {"base_url": self.base_url} if self.base_url else {"environment": self.environment}
        return {"api_key": os.environ[self.profile.key_variable], "timeout": self.common.timeout, **where}

    def client(self, journal: Journal | None = None) -> Palomma:
        """Return a client, which writes into a journal if there is one. Nothing is sent."""
        from palomma._client import Palomma

        # A journal belongs to an environment; a mock's is the one that a client has by default.
        named: dict[str, Any] = {} if journal is None else {"environment": DEFAULT_ENVIRONMENT, "journal": journal}
        return Palomma(**named | self.settings())

    # What it says and asks

    def tell(self, key: str, /, **facts: Any) -> None:
        """Write a sentence to standard error, where everything goes that is no data."""
        print(self.word(key, **facts), file=sys.stderr, flush=True)

    def word(self, key: str, /, **facts: Any) -> str:
        """Return a text of texts.toml in the language of the command."""
        return words(key, **facts).say(self.lang)

    def write(self, rows: Iterable[Mapping[str, Any]], *, one: bool = False) -> None:
        """Write data to standard output, what the contract marks as sensitive cut to its last characters (R5).

        Raises `CommandError` if it can't be written: what was done is done, and nobody read what came of it.
        """
        from palomma._redaction import mask_sensitive

        form = self.common.output or ("table" if sys.stdout.isatty() else "jsonl")
        try:
            write((mask_sensitive(dict(row)) for row in rows), form, sys.stdout, self.lang, one=one)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as problem:
            silence()
            stop(3, "output_failed", problem=problem)

    @contextmanager
    def whatever_happens(self) -> Iterator[None]:
        """Say what goes wrong, and go on: money has moved, and its outcome is to be told in every way there is (R2)."""
        try:
            yield
        except CommandError as problem:
            print(problem.words.say(self.lang), file=sys.stderr)
        except BrokenPipeError:
            silence()
        except Exception as problem:
            self.tell("output_failed", problem=problem)

    def named(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row with the names of its columns in the language of the command."""
        return {self.word(f"column_{name}"): value for name, value in row.items()}

    def permit(self, count: int, total: int, question: Words, *, moves_money: bool = True) -> None:
        """Return if it may be done: a person at a terminal, or `--yes` with the sum, says so. Raise `CommandError`."""
        expect = self.common.expect
        if expect is not None and expect != f"{count}:{total}":
            stop(2, "expected_other", expect=expect, count=count, total=total)
        if self.common.yes and (expect is not None or not moves_money):
            return
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            stop(2, "no_terminal", how=f"--yes --expect {count}:{total}" if moves_money else "--yes")
        asked = words("yes_no", question="{}").say(self.lang).format(question.say(self.lang))
        print(asked, end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("s", "si", "sí", "y", "yes"):
            stop(2, "not_sent")
