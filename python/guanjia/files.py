"""Customers' files as :meth:`Desk.contact_card`, :meth:`Desk.customer` and their neighbours tell them: what is seen, and who saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from .words import Words

__all__ = [
    "AccessLine",
    "Actor",
    "CaseText",
    "ContactCard",
    "CustomerFile",
    "Facts",
    "FileDue",
    "Holding",
    "KnownCaller",
    "Mandate",
    "OpenCase",
    "Seen",
    "Sight",
]


class Sight(StrEnum):
    """How much of a personal field is seen."""

    MASKED = "masked"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, in which role. The host has made sure of both."""

    id: str
    role: str

    def to_record(self) -> dict[str, str]:
        """The form it has in JSON."""
        return {"id": self.id, "role": self.role}


@dataclass(frozen=True, slots=True)
class Seen:
    """The values of a field, and how much of them is seen. Printed, it does not tell them."""

    sight: Sight
    values: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A customer's file as far as it is seen."""

    customer_id: str
    kind: str
    """``person`` or ``firm``."""
    form_of_address: str | None
    language: str | None
    fields: Mapping[str, Seen]
    """``name``, ``phone``, ``identity`` and so on."""
    withheld: tuple[str, ...]
    """Fields that are there and not seen."""
    missing: tuple[str, ...]
    """What a complete file has and this one has not."""
    verified: datetime | None
    erased: datetime | None


@dataclass(frozen=True, slots=True)
class Holding:
    """Premises that a customer holds now."""

    premises_id: str
    community: str
    building: str | None
    unit: str | None
    room: str
    kind: str
    role: str
    """``owner``, ``tenant``, ``household`` or ``occupant``."""
    since: date


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case, its clocks and what was promised."""

    case_id: str
    community: str
    columns: Mapping[str, Any]
    """The flat columns, as the ledger has them."""
    clocks: tuple[Mapping[str, Any], ...]
    promised: tuple[datetime, ...]
    """Times that were promised and are still to be kept, the earliest first."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted of a customer's last 50 cases."""

    cases: int
    open: int
    overdue: int
    dissatisfied: int
    last_revisit: datetime | None
    last_score: int | None
    withheld: int
    """Cases that the one who asks has nothing to do with; they are not counted above."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who may speak for whom: on a card's ``representatives`` the one who speaks, on ``speaks_for`` the one spoken for."""

    customer_id: str
    scope: tuple[str, ...]
    """Codes of the company's, such as ``repairs`` or ``fees``."""
    to: date | None
    """The day after the last; None while it goes on."""


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """A customer at the second contact."""

    file: CustomerFile
    merged: tuple[str, ...]
    """Files of the same customer that this one stands for."""
    representatives: tuple[Mandate, ...]
    """Who may speak for the customer today."""
    speaks_for: tuple[Mandate, ...]
    """For whom the customer may speak today."""
    greeting: Words | None = field(repr=False)
    """What to say, with the name; None where the name is not seen in plain."""
    premises: tuple[Holding, ...]
    open: tuple[OpenCase, ...]
    recent: tuple[Mapping[str, Any], ...]
    """The last cases that are over, as the ledger has them."""
    facts: Facts


@dataclass(frozen=True, slots=True)
class ContactCard:
    """Whoever may be calling: more than one where a phone or a surname is shared."""

    callers: tuple[KnownCaller, ...]
    more: bool
    """More customers were found than the twenty that are shown."""


@dataclass(frozen=True, slots=True)
class CaseText:
    """What a case says."""

    case_id: str
    text: str | None = field(repr=False)
    """None if nothing is kept, or its key was destroyed."""
    erased: bool


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One read of personal data, or a refusal of one."""

    seq: int
    at: datetime
    actor: str
    role: str
    subject: str
    """The customer, or the case."""
    ask: str
    purpose: str | None
    shown: Mapping[str, Sight]
    refused: str | None
    """The refusal's code."""


@dataclass(frozen=True, slots=True)
class FileDue:
    """A file to go through."""

    customer_id: str
    verified: datetime | None
    missing: tuple[str, ...]


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def read_file(told: Mapping[str, Any]) -> CustomerFile:
    """A file of its JSON."""
    seen = {name: Seen(Sight(one["sight"]), tuple(one["values"])) for name, one in told["fields"].items()}
    return CustomerFile(
        told["customer_id"],
        told["kind"],
        told.get("form_of_address"),
        told.get("language"),
        seen,
        tuple(told.get("withheld", ())),
        tuple(told.get("missing", ())),
        _at(told.get("verified")),
        _at(told.get("erased")),
    )


def _holding(told: Mapping[str, Any]) -> Holding:
    where = (told["premises_id"], told["community"], told.get("building"), told.get("unit"))
    return Holding(*where, told["room"], told["kind"], told["role"], date.fromisoformat(told["from"]))


def _open(told: Mapping[str, Any]) -> OpenCase:
    apart = ("case_id", "community", "clocks", "promised")
    columns = {name: value for name, value in told.items() if name not in apart}
    promised = tuple(datetime.fromisoformat(at) for at in told.get("promised", ()))
    return OpenCase(told["case_id"], told["community"], columns, tuple(told["clocks"]), promised)


def _facts(told: Mapping[str, Any]) -> Facts:
    counts = (told["cases"], told["open"], told["overdue"], told["dissatisfied"])
    return Facts(*counts, _at(told.get("last_revisit")), told.get("last_score"), told.get("withheld", 0))


def _mandate(told: Mapping[str, Any], who: str) -> Mandate:
    to = told.get("to")
    return Mandate(told[who], tuple(told["scope"]), None if to is None else date.fromisoformat(to))


def _caller(told: Mapping[str, Any]) -> KnownCaller:
    return KnownCaller(
        read_file(told["file"]),
        tuple(told.get("merged", ())),
        tuple(_mandate(one, "representative") for one in told.get("representatives", ())),
        tuple(_mandate(one, "customer_id") for one in told.get("speaks_for", ())),
        Words.read(told.get("greeting")),
        tuple(map(_holding, told["premises"])),
        tuple(map(_open, told["open"])),
        tuple(told["recent"]),
        _facts(told["facts"]),
    )


def read_card(told: Mapping[str, Any]) -> ContactCard:
    """A contact card of its JSON."""
    return ContactCard(tuple(map(_caller, told["callers"])), told.get("more", False))


def read_access(told: Mapping[str, Any]) -> AccessLine:
    """A read of its JSON."""
    shown = {name: Sight(sight) for name, sight in told.get("shown", {}).items()}
    at = datetime.fromisoformat(told["at"])
    who = (told["seq"], at, told["actor"], told["role"], told["subject"], told["ask"])
    return AccessLine(*who, told.get("purpose"), shown, told.get("refused"))


def read_due(told: Mapping[str, Any]) -> FileDue:
    """A file to go through of its JSON."""
    return FileDue(told["customer_id"], _at(told.get("verified")), tuple(told.get("missing", ())))
