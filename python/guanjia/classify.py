"""What a resident wants, about what, how urgently; and models of any other labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

from . import _native
from ._forms import text as checked
from .errors import argument

__all__ = ["Classifier", "LabelColumns", "Labels", "TextLabel", "TextLabelColumns", "TextModel"]


@dataclass(frozen=True, slots=True)
class Labels:
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


@dataclass(frozen=True, slots=True)
class LabelColumns:
    """Labels of many texts, a list per field; ``None`` where the text was."""

    kind: list[str | None]
    topic: list[str | None]
    second_topic: list[str | None]
    urgency: list[str | None]
    major: list[bool | None]
    raised: list[bool | None]
    known: list[bool | None]
    kind_confidence: list[float | None]
    topic_confidence: list[float | None]
    urgency_confidence: list[float | None]
    major_confidence: list[float | None]

    def __len__(self) -> int:
        return len(self.kind)

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns by name, as data frames take them."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class TextLabel:
    """The label of a text and the next best one."""

    label: str
    confidence: float
    second: str
    second_confidence: float


@dataclass(frozen=True, slots=True)
class TextLabelColumns:
    """Labels of many texts, a list per field; ``None`` where the text was."""

    label: list[str | None]
    confidence: list[float | None]

    def __len__(self) -> int:
        return len(self.label)

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns by name, as data frames take them."""
        return {"label": self.label, "confidence": self.confidence}


def _texts(given: Iterable[Any]) -> list[str | None]:
    """Texts of any iterable: lists, and columns of pandas, polars or pyarrow."""
    if isinstance(given, (str, bytes)):
        raise argument("texts", "is one text where many are meant", "应给出多条文本,而不是一条")
    listed = given.to_pylist() if hasattr(given, "to_pylist") else list(given)
    return [None if one is None or one != one else checked(one, f"texts[{row}]") for row, one in enumerate(listed)]


def _whole(given: Iterable[Any]) -> list[str]:
    """Texts of which none is absent."""
    texts = _texts(given)
    for row, one in enumerate(texts):
        if one is None:
            raise argument(f"texts[{row}]", "is absent", "缺少文本")
    return [one for one in texts if one is not None]


def _field(given: Iterable[Any] | None, rows: int, name: str) -> list[Any]:
    """A column of labels as long as the texts; absent ones teach nothing."""
    if given is None:
        raise argument(name, "is not given", "未给出")
    listed = given.to_pylist() if hasattr(given, "to_pylist") else list(given)
    if len(listed) != rows:
        raise argument(name, f"has {len(listed)} entries for {rows} texts", f"有 {len(listed)} 项,文本有 {rows} 条")
    return listed


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
        texts: Iterable[Any],
        *,
        kind: Iterable[Any],
        topic: Iterable[Any],
        urgency: Iterable[Any],
        major: Iterable[Any],
        lexicon: str | None = None,
        order: int | None = None,
        cost: float = 0.5,
        balance: float = 0.4,
        least: int | None = None,
        seed: int = 1,
    ) -> Classifier:
        """Learns from messages with their labels, under a name such as ``ours@1``; an absent label teaches nothing.

        ``lexicon`` is TOML, the standard one if absent. ``order`` is the longest n-gram in characters, ``cost`` how closely
        examples are followed, ``balance`` how far rare labels weigh more (0 to 1), ``least`` in how many texts an n-gram must
        occur. Raises :class:`~guanjia.DataError` with every problem of the examples.
        """
        listed = _whole(texts)
        fields = [_field(one, len(listed), name) for one, name in ((kind, "kind"), (topic, "topic"), (urgency, "urgency"))]
        majors = _field(major, len(listed), "major")
        settings = (order, cost, balance, least, seed)
        return cls(_native.Classifier.train(checked(name, "name"), listed, *fields, majors, lexicon, settings))

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

    def classify(self, text: str) -> Labels:
        """The labels of a text."""
        return Labels(*self._native.classify(checked(text, "text")))

    def classify_many(self, texts: Iterable[Any]) -> LabelColumns:
        """The labels of many texts: a list, or a column of pandas, polars or pyarrow."""
        rows = self._native.classify_many(_texts(texts))
        columns = list(zip(*((row or (None,) * 11) for row in rows), strict=True)) or [()] * 11
        names = (self._kinds, self._topics, self._topics, self._urgencies)
        coded = [[None if at is None else codes[at] for at in column] for codes, column in zip(names, columns, strict=False)]
        return LabelColumns(*coded, *(list(column) for column in columns[4:]))

    def explain(self, text: str, limit: int = 10) -> dict[str, Any]:
        """The labels of a text, and per field the spans that spoke for it: ``limit`` of them one by one, the rest together."""
        why: dict[str, Any] = json.loads(self._native.explain(checked(text, "text"), limit))
        return why

    def uncertain(self, texts: Iterable[Any], n: int) -> list[int]:
        """Places of the texts most worth labelling by hand, the least certain first."""
        return self._native.uncertain(_whole(texts), n)

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
        texts: Iterable[Any],
        labels: Sequence[str],
        *,
        order: int | None = None,
        cost: float = 2.0,
        balance: float = 0.5,
        least: int | None = None,
        seed: int = 1,
    ) -> TextModel:
        """Learns from texts and their labels; settings as in :meth:`Classifier.train`."""
        listed = _whole(texts)
        given = [checked(label, f"labels[{row}]") for row, label in enumerate(_field(labels, len(listed), "labels"))]
        return cls(_native.TextModel.train(listed, given, (order, cost, balance, least, seed)))

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
        row = self._native.classify_many([checked(text, "text")])[0]
        if row is None:
            raise argument("text", "is absent", "缺少文本")
        best, confidence, second, second_confidence = row
        return TextLabel(self._labels[best], confidence, self._labels[second], second_confidence)

    def classify_many(self, texts: Iterable[Any]) -> TextLabelColumns:
        """The labels of many texts: a list, or a column of pandas, polars or pyarrow."""
        rows = self._native.classify_many(_texts(texts))
        return TextLabelColumns(
            [None if row is None else self._labels[row[0]] for row in rows],
            [None if row is None else row[1] for row in rows],
        )

    def explain(self, text: str, label: str, limit: int = 10) -> dict[str, Any]:
        """What speaks for and against a label of a text; the weights add up to its score."""
        told = self._native.explain(checked(text, "text"), checked(label, "label"), limit)
        if told is None:
            known = ", ".join(self._labels)
            raise argument("label", f"`{label}` is none of {known}", f"“{label}”不在 {known} 之中")
        explained: dict[str, Any] = json.loads(told)
        return explained

    def __reduce__(self) -> tuple[Any, ...]:
        return TextModel.load, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<TextModel of {len(self._labels)} labels>"
