"""How like texts are: near-duplicates, repeated complaints, matters of many households."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ._forms import text
from .errors import argument
from .operations import call
from .words import Words

__all__ = ["Because", "Caution", "Comparison", "Duplicate", "Group", "Repeat", "Scope", "compare", "duplicates", "groups", "repeats"]

Rows = Any
"""Mappings with ``id``, ``at``, ``text`` and, where known, ``community``, ``premises``, ``customer``, ``topic``; or a table of
these columns: a mapping of columns, or whatever has ``to_dict`` (pandas), ``to_dicts`` (polars) or ``to_pylist`` (pyarrow)."""

_FIELDS = ("id", "community", "premises", "customer", "topic", "at", "text")


class Caution(StrEnum):
    """A difference between like texts that may matter more than all they share."""

    NEGATION = "negation"
    NUMBERS = "numbers"


class Scope(StrEnum):
    """What two cases have in common beside their community."""

    CUSTOMER = "customer"
    PREMISES = "premises"
    COMMUNITY = "community"


class Because(StrEnum):
    """Why cases belong together."""

    TEXT = "text"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How like two texts are."""

    likeness: float
    """What they share of all pairs of letters, from 0 to 1."""
    estimate: float
    """What their sketches make of it; the same for short texts."""
    cautions: tuple[Caution, ...]
    """What differs all the same."""
    sketch: str
    """The sketch of the first, to be kept."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A case that says again what an earlier one says."""

    id: str
    of: str
    """The earlier one that is likest, of the same customer or premises before others."""
    scope: Scope
    likeness: float
    cautions: tuple[Caution, ...]
    words: Words
    """Why, for people."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Cases of one customer or one premises about one thing."""

    ids: tuple[str, ...]
    scope: Scope
    whose: str
    """The customer or the premises."""
    community: str
    topic: str | None
    because: tuple[Because, ...]
    first: datetime
    last: datetime
    words: Words
    """Why, for people."""


@dataclass(frozen=True, slots=True)
class Group:
    """One matter of many households."""

    ids: tuple[str, ...]
    community: str
    households: int
    """Premises, or customers where no premises are known."""
    topic: str | None
    because: tuple[Because, ...]
    first: datetime
    last: datetime
    words: Words
    """Why, for people."""


def compare(one: str, other: str) -> Comparison:
    """How like two texts are; spaces, marks, widths and case do not count.

    >>> compare("3栋停电", "5栋停电")  # doctest: +ELLIPSIS
    Comparison(likeness=0.5, estimate=0.5, cautions=(<Caution.NUMBERS: 'numbers'>,), sketch='1p...')
    """
    told = call("likeness.compare", one=text(one, "one"), other=text(other, "other"))
    return Comparison(told["likeness"], told["estimate"], tuple(map(Caution, told["cautions"])), told["sketch"])


def duplicates(
    rows: Rows, *, near: float = 0.5, far: float = 0.7, window: timedelta = timedelta(days=30)
) -> list[Duplicate]:
    """The cases that say again what an earlier one of their community says. ``near`` is how like texts of one customer or
    premises must be, ``far`` those of others.

    >>> rows = [
    ...     {"id": "a", "at": "2026-03-01T09:00:00+08:00", "premises": "3-101", "text": "电梯又坏了"},
    ...     {"id": "b", "at": "2026-03-02T09:00:00+08:00", "premises": "3-101", "text": "电梯又坏了!"},
    ... ]
    >>> [(found.id, found.of, found.likeness) for found in duplicates(rows)]
    [('b', 'a', 1.0)]
    """
    told = call("likeness.duplicates", rows=_rows(rows), options={"near": near, "far": far, "window": window})
    return [
        Duplicate(
            id=found["id"],
            of=found["of"],
            scope=Scope(found["scope"]),
            likeness=found["likeness"],
            cautions=tuple(map(Caution, found.get("cautions", ()))),
            words=Words(**found["words"]),
        )
        for found in told["duplicates"]
    ]


def repeats(
    rows: Rows, *, threshold: float = 0.4, window: timedelta = timedelta(days=30), least: int = 2
) -> list[Repeat]:
    """The cases that come again from one customer, or one premises, about one thing: of one topic, or in like words, each
    no longer than ``window`` after the one before."""
    options = {"threshold": threshold, "window": window, "least": least}
    told = call("likeness.repeats", rows=_rows(rows), options=options)
    return [
        Repeat(scope=Scope(found["scope"]), whose=found["whose"], **_cluster(found)) for found in told["repeats"]
    ]


def groups(
    rows: Rows,
    *,
    threshold: float = 0.4,
    window: timedelta = timedelta(days=7),
    least: int = 3,
    by_topic: bool = False,
) -> list[Group]:
    """The matters about which at least so many households of a community speak within ``window``, in like words, or with
    ``by_topic`` on one topic."""
    options = {"threshold": threshold, "window": window, "least": least, "by_topic": by_topic}
    told = call("likeness.groups", rows=_rows(rows), options=options)
    return [Group(households=found["households"], **_cluster(found)) for found in told["groups"]]


def _cluster(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ids": tuple(found["ids"]),
        "community": found["community"],
        "topic": found.get("topic"),
        "because": tuple(map(Because, found["because"])),
        "first": datetime.fromisoformat(found["first"]),
        "last": datetime.fromisoformat(found["last"]),
        "words": Words(**found["words"]),
    }


def _rows(given: Rows) -> list[dict[str, Any]]:
    """A list of records without empty fields; other columns of a table are left out."""
    rows: Iterable[Any]
    if hasattr(given, "to_dicts"):
        rows = given.to_dicts()
    elif hasattr(given, "to_pylist"):
        rows = given.to_pylist()
    elif hasattr(given, "to_dict"):
        rows = given.to_dict("records")
    elif isinstance(given, Mapping):
        columns = {name: list(given[name]) for name in _FIELDS if name in given}
        if len({len(column) for column in columns.values()}) > 1:
            raise argument("rows", "the columns differ in length", "各列长度不一")
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    elif isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        rows = given
    else:
        raise argument("rows", f"records or a table are needed, not {given!r}", f"需要记录或表格,而不是 {given!r}")
    return [_row(row, n) for n, row in enumerate(rows)]


def _row(row: Any, n: int) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise argument(f"rows[{n}]", f"a mapping is needed, not {row!r}", f"需要映射,而不是 {row!r}")
    # pandas writes what is missing as NaN, which is not equal to itself.
    return {name: row[name] for name in _FIELDS if name in row and row[name] is not None and row[name] == row[name]}
