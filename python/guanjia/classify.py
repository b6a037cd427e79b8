"""What a resident wants, about what, how urgently; and models of any other labels."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from typing import Any, NamedTuple

from . import _native, _texts
from ._forms import count, share
from ._forms import text as checked
from .errors import argument

__all__ = ["Ask", "Classifier", "LabelColumns", "Labels", "TextLabel", "TextLabelColumns", "TextModel", "Thresholds"]


class Ask(NamedTuple):
    """A label that a person should settle: the confidence is too low."""

    field: str
    """``kind``, ``topic``, ``urgency`` or ``major``."""
    best: str
    second: str


class Labels(NamedTuple):
    """Labels of a text, each with how likely it is right, 0 to 1."""

    kind: str
    topic: str
    second_topic: str
    urgency: str
    major: bool
    raised: bool
    """Whether safety cues, or a danger likely enough though not the likeliest, raised the urgency."""
    known: bool
    """Whether the text says enough; if not, the labels are what the lexicon falls back on."""
    kind_confidence: float
    topic_confidence: float
    urgency_confidence: float
    major_confidence: float
    ask: tuple[Ask, ...] = ()


class Thresholds(NamedTuple):
    """Where answers turn, each a likelihood from 0 to 1."""

    ask: float
    """Below this confidence an answer asks: 0 never, 1 always."""
    danger: float
    """A danger this likely is treated as one, though another urgency be likelier."""
    major: float
    """What is this likely to be major is treated so."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelColumns:
    """Labels of many texts, a column per field, of the kind that the texts came in: lists, numpy's arrays, pandas' Series,
    pyarrow's, polars'. A null where the text was one; numpy has none among booleans, they are ``False`` there."""

    kind: Any
    topic: Any
    second_topic: Any
    urgency: Any
    major: Any
    raised: Any
    known: Any
    kind_confidence: Any
    topic_confidence: Any
    urgency_confidence: Any
    major_confidence: Any
    ask: Any
    """Whether a person should settle any of the labels."""

    def __len__(self) -> int:
        return len(self.kind)

    def to_dict(self) -> dict[str, Any]:
        """The columns by name, as data frames take them."""
        return {name: getattr(self, name) for name in self.__slots__}


class TextLabel(NamedTuple):
    """The label of a text and the next best one."""

    label: str
    confidence: float
    second: str
    second_confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class TextLabelColumns:
    """Labels of many texts, a column per field, of the kind that the texts came in. A null where the text was one."""

    label: Any
    confidence: Any
    second: Any
    second_confidence: Any

    def __len__(self) -> int:
        return len(self.label)

    def to_dict(self) -> dict[str, Any]:
        """The columns by name, as data frames take them."""
        return {name: getattr(self, name) for name in self.__slots__}


def _settings(order: int | None, cost: float | None, balance: float, least: int | None, seed: int) -> _native._Settings:
    return (
        None if order is None else count(order, "order"),
        cost,
        balance,
        None if least is None else count(least, "least"),
        count(seed, "seed"),
    )


def _read(path: str | PathLike[str] | bytes) -> bytes:
    if isinstance(path, bytes):
        return path
    with open(path, "rb") as file:
        return file.read()


class Classifier:
    """Reads messages: kind, topic, urgency, weight. Immutable, shared freely between threads.

    >>> read = Classifier.standard().classify("厨房一股煤气味")
    >>> read.topic, read.urgency, read.major
    ('utilities', 'emergency', True)
    """

    __slots__ = ("_kinds", "_native", "_topics", "_urgencies")

    def __init__(self, native: _native.Classifier) -> None:
        """Use :meth:`standard`, :meth:`train` or :meth:`load`."""
        self._native = native
        self._kinds, self._topics, self._urgencies = native.codes()

    @classmethod
    def standard(cls) -> Classifier:
        """The one that ships with the library."""
        return cls(_native.Classifier.standard())

    @classmethod
    def train(
        cls,
        name: str,
        texts: Any,
        *,
        kind: Iterable[Any],
        topic: Iterable[Any],
        urgency: Iterable[Any],
        major: Iterable[Any],
        lexicon: str | None = None,
        order: int | None = None,
        cost: float | None = None,
        balance: float = 0.5,
        least: int | None = None,
        seed: int = 1,
    ) -> Classifier:
        """Learns from messages with their labels, under a name such as ``ours@1``; an absent label teaches nothing.

        ``lexicon`` is TOML, the standard one if absent. ``order`` is the longest n-gram in characters, ``cost`` how closely
        examples are followed, ``balance`` how far rare labels weigh more (0 to 1), ``least`` in how many texts an n-gram must
        occur. Raises :class:`~guanjia.DataError` with every problem of the examples.
        """
        column, _ = _texts.given(texts, "texts")
        rows = len(column)
        native = _native.Classifier.train(
            checked(name, "name"),
            column,
            _texts.labels(kind, rows, "kind"),
            _texts.labels(topic, rows, "topic"),
            _texts.labels(urgency, rows, "urgency"),
            _texts.flags(major, rows, "major"),
            None if lexicon is None else checked(lexicon, "lexicon"),
            _settings(order, cost, balance, least, seed),
        )
        return cls(native)

    @classmethod
    def load(cls, path: str | PathLike[str] | bytes) -> Classifier:
        """From a file of :meth:`save`, or its bytes; raises :class:`~guanjia.DataError` for what was damaged."""
        return cls(_native.Classifier.load(_read(path)))

    def to_bytes(self) -> bytes:
        """As bytes, the lexicon with it."""
        return self._native.to_bytes()

    def save(self, path: str | PathLike[str]) -> None:
        """Writes a file."""
        with open(path, "wb") as file:
            file.write(self.to_bytes())

    @property
    def name(self) -> str:
        """Name and version."""
        return self._native.name

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds it knows."""
        return tuple(self._kinds)

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics it knows."""
        return tuple(self._topics)

    @property
    def urgencies(self) -> tuple[str, ...]:
        """The urgencies it knows."""
        return tuple(self._urgencies)

    @property
    def measures(self) -> list[dict[str, Any]]:
        """Field by field, how it did on examples it had not seen while it learned: accuracy, macro-F1, confusion, reliability."""
        measures: list[dict[str, Any]] = json.loads(self._native.measures())
        return measures

    @property
    def thresholds(self) -> Thresholds:
        """Where its answers turn."""
        return Thresholds(*self._native.thresholds)

    def with_thresholds(
        self, *, ask: float | None = None, danger: float | None = None, major: float | None = None
    ) -> Classifier:
        """The same classifier with other thresholds; those left out stay. What is saved keeps them."""
        now = self.thresholds
        return Classifier(
            self._native.with_thresholds(
                now.ask if ask is None else share(ask, "ask"),
                now.danger if danger is None else share(danger, "danger"),
                now.major if major is None else share(major, "major"),
            )
        )

    def tune(self, texts: Any, *, urgency: Iterable[Any], major: Iterable[Any], found: float = 0.95) -> Thresholds:
        """The thresholds that fit labelled messages which this classifier has not learned from: ``found`` of the dangers are
        found, as few others as possible are taken for one, and what is major is told apart as well as can be. What fewer than
        20 examples would tell stays as it is.

        >>> standard = Classifier.standard()
        >>> standard.tune(["电梯困人"], urgency=["emergency"], major=[True]) == standard.thresholds
        True
        """
        column, _ = _texts.given(texts, "texts")
        rows = len(column)
        urgencies, majors = _texts.labels(urgency, rows, "urgency"), _texts.flags(major, rows, "major")
        return Thresholds(*self._native.tune(column, urgencies, majors, share(found, "found")))

    def classify(self, text: str) -> Labels:
        """The labels of a text."""
        read = Labels._make(self._native.classify(checked(text, "text")))
        return read._replace(ask=tuple(map(Ask._make, read.ask))) if read.ask else read

    def classify_many(self, texts: Any) -> LabelColumns:
        """The labels of many texts: a list, numpy's array, pandas' Series, or a column of whatever has Arrow's protocol, which
        is read in place."""
        column, made = _texts.given(texts, "texts")
        return LabelColumns(*map(made, self._native.classify_many(column)))

    def explain(self, text: str, limit: int = 10) -> dict[str, Any]:
        """The labels of a text, and per field the spans that spoke for it: ``limit`` of them one by one, the rest together."""
        why: dict[str, Any] = json.loads(self._native.explain(checked(text, "text"), count(limit, "limit")))
        return why

    def uncertain(self, texts: Any, n: int) -> list[int]:
        """Places of the texts most worth labelling by hand, the least certain first; what is absent is none of them."""
        return self._native.uncertain(_texts.given(texts, "texts")[0], count(n, "n"))

    def __reduce__(self) -> tuple[Any, ...]:
        return Classifier.load, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<Classifier {self.name}>"


class TextModel:
    """Gives a text one label of any set: a vendor's categories, seven ministries, good and bad.

    >>> model = TextModel.train(["电梯坏了", "电梯又停了", "楼上太吵", "装修噪音吵人"], ["lift", "lift", "noise", "noise"])
    >>> model.classify("电梯怎么还没修好").label
    'lift'
    """

    __slots__ = ("_labels", "_native")

    def __init__(self, native: _native.TextModel) -> None:
        """Use :meth:`train` or :meth:`load`."""
        self._native = native
        self._labels = native.labels()

    @classmethod
    def train(
        cls,
        texts: Any,
        labels: Iterable[Any],
        *,
        order: int | None = None,
        cost: float | None = None,
        balance: float = 0.5,
        least: int | None = None,
        seed: int = 1,
    ) -> TextModel:
        """Learns from texts and their labels; settings as in :meth:`Classifier.train`."""
        column, _ = _texts.given(texts, "texts")
        settings = _settings(order, cost, balance, least, seed)
        return cls(_native.TextModel.train(column, _texts.labels(labels, len(column), "labels"), settings))

    @classmethod
    def load(cls, path: str | PathLike[str] | bytes) -> TextModel:
        """From a file of :meth:`save`, or its bytes; raises :class:`~guanjia.DataError` for what was damaged."""
        return cls(_native.TextModel.load(_read(path)))

    def to_bytes(self) -> bytes:
        """As bytes."""
        return self._native.to_bytes()

    def save(self, path: str | PathLike[str]) -> None:
        """Writes a file."""
        with open(path, "wb") as file:
            file.write(self.to_bytes())

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it knows."""
        return tuple(self._labels)

    @property
    def measure(self) -> dict[str, Any]:
        """How it did on examples it had not seen while it learned."""
        measure: dict[str, Any] = json.loads(self._native.measure())
        return measure

    def classify(self, text: str) -> TextLabel:
        """The label of a text."""
        return TextLabel._make(self._native.classify(checked(text, "text")))

    def classify_many(self, texts: Any) -> TextLabelColumns:
        """The labels of many texts, as :meth:`Classifier.classify_many` takes them."""
        column, made = _texts.given(texts, "texts")
        return TextLabelColumns(*map(made, self._native.classify_many(column)))

    def explain(self, text: str, label: str, limit: int = 10) -> dict[str, Any]:
        """What speaks for and against a label of a text; the weights add up to its score."""
        told = self._native.explain(checked(text, "text"), checked(label, "label"), count(limit, "limit"))
        if told is None:
            known = ", ".join(self._labels)
            raise argument("label", f"`{label}` is none of {known}", f"“{label}”不在 {known} 之中")
        explained: dict[str, Any] = json.loads(told)
        return explained

    def __reduce__(self) -> tuple[Any, ...]:
        return TextModel.load, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<TextModel of {len(self._labels)} labels>"
