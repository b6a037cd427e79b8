"""Civil language: what is said in set situations, how people are greeted, what nobody says to a customer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, NoReturn, TypeAlias

from . import _native
from ._forms import text as checked
from ._forms import written
from ._instants import zone_of
from .rulebook import Rulebook
from .words import Words

__all__ = ["Courtesy", "Customer", "Finding", "Greeting", "Name", "Phrase", "Severity", "TextKind"]

Name: TypeAlias = str | Words
"""A name that goes into a phrase: the same in both languages, or one for each."""


class TextKind(StrEnum):
    """What kind of text is checked: it decides who speaks in it."""

    REPLY = "reply"
    """The agent writes or speaks to a customer."""
    CALL_NOTE = "call_note"
    """The agent notes what was said and done; what the caller says is not his."""
    TRANSCRIPT = "transcript"
    """Lines with a label each, such as ``客服:`` and ``业主:``; a text without labels is the agent's."""


class Severity(StrEnum):
    """How grave a finding is."""

    MINOR = "minor"
    """Blunt."""
    SERIOUS = "serious"
    """Against a rule of conduct."""
    GRAVE = "grave"
    """Hurts a person."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Words that should not have been said."""

    start: int
    """Where they begin, in characters: ``text[start:end]`` are the words."""
    end: int
    text: str
    rule: str
    """Id of the rule."""
    kind: str
    """What they do, such as ``refusal``."""
    severity: Severity
    clause: dict[str, Any]
    """The article behind it."""
    why: Words
    instead: Words
    """What is said instead; blanks such as ``{company}`` are the speaker's to fill."""

    @classmethod
    def _read(cls, told: Mapping[str, Any]) -> Finding:
        return cls(
            start=told["start"],
            end=told["end"],
            text=told["text"],
            rule=told["rule"],
            kind=told["kind"],
            severity=Severity(told["severity"]),
            clause=told["clause"],
            why=Words(**told["why"]),
            instead=Words(**told["instead"]),
        )


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as he is addressed."""

    name: Name
    """Name or surname, such as ``王``."""
    address: str | None = None
    """Form of address, such as ``女士``; in Chinese it stands after the name."""

    def to_record(self) -> dict[str, Any]:
        """As the core reads it."""
        return {"name": _name(self.name), "address": self.address}


@dataclass(frozen=True, slots=True)
class Greeting:
    """A greeting; printed in Chinese."""

    say: Words
    """What is said: the festival's greeting where there is a festival, else that of the hour."""
    hour: Words
    """The greeting of the hour."""
    festivals: tuple[str, ...]
    """The festivals of the day, by id."""
    clause: dict[str, Any]
    """The article behind what is said."""

    def __str__(self) -> str:
        return self.say.zh


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase with its blanks filled; printed in Chinese."""

    situation: str
    say: Words
    basis: dict[str, Any]
    """The article behind it, and what filled its blanks."""

    def __str__(self) -> str:
        return self.say.zh


class Courtesy:
    """The courtesy of a rulebook: the standard one with what its section ``courtesy`` adds and strikes. Immutable.

    >>> courtesy = Courtesy()
    >>> [(one.text, one.kind) for one in courtesy.check("您好,这与我无关。")]
    [('与我无关', 'refusal')]
    >>> courtesy.check("不知道您什么时候在家?")
    []
    >>> print(courtesy.phrase("telephone", company="阳光物业", agent="陈"))
    您好,阳光物业,我姓陈,请问有什么可以帮助您?
    """

    __slots__ = ("_naive", "_native", "_rulebook")

    def __init__(self, rulebook: Rulebook | None = None, *, naive: str | tzinfo | None = None) -> None:
        """``rulebook`` is the standard one if absent; ``naive`` is the zone of naive datetimes."""
        self._rulebook = Rulebook.standard() if rulebook is None else rulebook
        self._naive = None if naive is None else zone_of(naive, "naive")
        self._native = _native.Courtesy(self._rulebook._native)

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook whose courtesy it is."""
        return self._rulebook

    @property
    def situations(self) -> tuple[str, ...]:
        """The situations that have set phrases."""
        return tuple(self._native.situations())

    def check(self, text: str, kind: TextKind | str = TextKind.REPLY) -> list[Finding]:
        """What in a text should not have been said, in its order. Who speaks, where the words stand and what they do there
        decide, never the words alone.

        >>> Courtesy().check("业主说“你们都是骗子”,已安抚。", "call_note")
        []
        """
        return self.check_many([checked(text, "text")], kind)[0]

    def check_many(self, texts: Iterable[str], kind: TextKind | str = TextKind.REPLY) -> list[list[Finding]]:
        """:meth:`check` of many texts of one kind, in their order."""
        given = [checked(text, f"texts[{n}]") for n, text in enumerate(texts)]
        told = self._native.check_many(given, checked(kind, "kind"))
        return [[Finding._read(one) for one in json.loads(found)] if found else [] for found in told]

    def greeting(self, at: datetime) -> Greeting:
        """How people are greeted at ``at``: by the hour, or by the festival.

        >>> from datetime import datetime
        >>> print(Courtesy(naive="Asia/Shanghai").greeting(datetime(2026, 10, 1, 9)))
        国庆节快乐
        """
        told = json.loads(self._native.greeting(written({"at": at}, self._naive)))
        return Greeting(
            say=Words(**told["say"]),
            hour=Words(**told["hour"]),
            festivals=tuple(told.get("festivals", ())),
            clause=told["clause"],
        )

    def phrase(
        self,
        situation: str,
        *,
        company: Name | None = None,
        agent: Name | None = None,
        customer: Customer | None = None,
        host: Name | None = None,
        department: Name | None = None,
        matter: Name | None = None,
        at: datetime | None = None,
    ) -> Phrase:
        """What is said in a situation: the first of its phrases whose blanks can all be filled. ``agent`` is a surname,
        ``host`` whom a visitor wants to see; the greeting follows from ``at``.

        >>> print(Courtesy().phrase("yes", customer=Customer("王", "女士")))
        是的,王女士。
        """
        args = {
            "situation": situation,
            "company": _name(company),
            "agent": _name(agent),
            "customer": customer,
            "host": _name(host),
            "department": _name(department),
            "matter": _name(matter),
            "at": at,
        }
        told = json.loads(self._native.phrase(written(args, self._naive)))
        return Phrase(situation=told["situation"], say=Words(**told["say"]), basis=told["basis"])

    def __reduce__(self) -> NoReturn:
        raise TypeError("a courtesy is compiled: pickle its rulebook and build it again")

    def __repr__(self) -> str:
        return f"<Courtesy of {self._rulebook.pin}>"


def _name(name: Name | None) -> str | dict[str, str] | None:
    return name._asdict() if isinstance(name, Words) else name
