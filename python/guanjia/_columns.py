"""Columns on their way in and out: lists, numpy's arrays, pandas' and whatever speaks Arrow's protocol.

Answers are of the family that the question was. Nothing is imported here: who gives an array has imported its library.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, Literal, Protocol, TypeAlias

from . import _native, budgets
from ._instants import length_micros
from .budgets import Days, WorkingDays
from .errors import argument

Kind: TypeAlias = Literal["instants", "lengths", "dates"]
Answer: TypeAlias = Literal["instants", "lengths", "flags", "counts"]
Work: TypeAlias = Callable[[Any], _native.Answers | None]
"""Fills a buffer, or hands out answers of its own where there is none."""

_UNITS = ("s", "ms", "us", "ns")
_EPOCH = date(1970, 1, 1)
_DTYPES: dict[Answer, str] = {"instants": "M8[{}]", "lengths": "m8[{}]", "flags": "?", "counts": "i8"}
_NEEDED: dict[Kind, str] = {"instants": "datetime64", "lengths": "timedelta64", "dates": "datetime64[D]"}
_ITEMS: dict[Kind, tuple[str, str]] = {
    "instants": ("datetimes", "datetime"),
    "lengths": ("lengths", "时长"),
    "dates": ("dates", "日期"),
}


class _Family(Protocol):
    def answer(self, kind: Answer, unit: str, work: Work) -> Any:
        """What ``work`` answers, as the family has it."""


@dataclass(frozen=True, slots=True)
class Given:
    """A column and what its answers become."""

    column: _native.Column
    family: _Family


def given(values: Any, kind: Kind, path: str, calendar: _native.Calendar) -> Given:
    """The column of an argument; ``path`` is its name."""
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if isinstance(values, getattr(numpy, "ndarray", ())):
        return _of_numpy(numpy, values, kind, path)
    if isinstance(values, (getattr(pandas, "Series", ()), getattr(pandas, "Index", ()))):
        return _of_pandas(pandas, values, kind, path, calendar)
    if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
        column = _native.Column.of_arrow(values, kind, path, _name(calendar._naive))
        return Given(column, _Arrow(_maker(values)))
    if isinstance(values, Iterable) and not isinstance(values, (str, bytes, bytearray, memoryview)):
        return _of_rows(list(values), kind, path, calendar)
    english, chinese = _ITEMS[kind]
    raise argument(path, f"a list or an array of {english} is needed, not {values!r}", f"需要{chinese}的列表或数组,而不是 {values!r}")


def due(calendar: _native.Calendar, starts: Any, within: Any) -> Any:
    """Due times; ``within`` is one budget or a column."""
    begin = given(starts, "instants", "starts", calendar)
    column = begin.column
    if isinstance(within, getattr(sys.modules.get("numpy"), "timedelta64", ())):
        within = _one_length(within)
    if isinstance(within, timedelta):
        length_micros(within, "within")
    if isinstance(within, (timedelta, str, WorkingDays, Days)) or not isinstance(within, Iterable) and not _is_array(within):
        budget = budgets.written(within, "within")

        def by_budget(out: Any) -> _native.Answers | None:
            return _native.deadline_each(calendar, column, budget, column.unit, out)

        return begin.family.answer("instants", column.unit, by_budget)
    if not _is_array(within):
        within = list(within)
        if not all(each is None or isinstance(each, timedelta) for each in within):
            return _due_by_rows(calendar, begin, within)
    lengths = given(within, "lengths", "within", calendar).column
    same_rows(column, lengths, "within")
    unit = finer(column, lengths)
    return begin.family.answer("instants", unit, lambda out: _native.after_each(calendar, column, lengths, unit, out))


def _one_length(scalar: Any) -> timedelta:
    """Of a scalar of numpy, cut off to microseconds. Years and months have no length."""
    length = scalar.astype("m8[us]").item()
    if not isinstance(length, timedelta) or any(unit in str(scalar.dtype) for unit in ("[Y]", "[M]")):
        raise argument("within", f"a length is needed, not {scalar!r}", f"需要时长,而不是 {scalar!r}")
    return length


def _due_by_rows(calendar: _native.Calendar, begin: Given, within: list[Any]) -> Any:
    column = begin.column
    same_rows(column, within, "within")
    each = [None if budget is None else budgets.written(budget, f"within[{n}]") for n, budget in enumerate(within)]
    return begin.family.answer(
        "instants", column.unit, lambda out: _native.deadline_rows(calendar, column, each, column.unit, out)
    )


def finer(one: _native.Column, other: _native.Column) -> str:
    """The unit that can write what either can."""
    return max(one.unit, other.unit, key=_UNITS.index)


def same_rows(starts: _native.Column, others: _native.Column | list[Any], path: str) -> None:
    """Refuses columns that do not pair."""
    if len(starts) != len(others):
        raise argument(path, f"{len(others)} for {len(starts)} starts", f"{len(starts)} 个起点对应 {len(others)} 个值")


def _is_array(values: Any) -> bool:
    return any(hasattr(values, name) for name in ("__array_interface__", "__arrow_c_array__", "__arrow_c_stream__", "dtype"))


def _name(naive: tzinfo | None) -> str | None:
    """The zone as the core knows it."""
    if naive is None:
        return None
    return "UTC" if naive is timezone.utc else str(getattr(naive, "key", naive))


# Lists.


@dataclass(frozen=True, slots=True)
class _Rows:
    calendar: _native.Calendar

    def answer(self, kind: Answer, unit: str, work: Work) -> Any:
        answers = work(None)
        assert answers is not None
        match kind:
            case "instants":
                return answers.moments(self.calendar)
            case "lengths":
                return answers.lengths()
            case "flags":
                return answers.flags()
            case "counts":
                return answers.counts()


def _of_rows(rows: list[Any], kind: Kind, path: str, calendar: _native.Calendar) -> Given:
    match kind:
        case "instants":
            column = calendar._column(rows, path)
        case "lengths":
            counted = [None if row is None else length_micros(row, f"{path}[{n}]") for n, row in enumerate(rows)]
            column = _native.Column.of_list(counted, "us")
        case "dates":
            column = _native.Column.of_list([_day_number(row, f"{path}[{n}]") for n, row in enumerate(rows)], "D")
    return Given(column, _Rows(calendar))


def _day_number(on: Any, path: str) -> int | None:
    if on is None:
        return None
    if isinstance(on, datetime) or not isinstance(on, date):
        raise argument(path, f"a date is needed, not {on!r}", f"需要 date,而不是 {on!r}")
    return (on - _EPOCH).days


# numpy.


@dataclass(frozen=True, slots=True)
class _Numpy:
    numpy: Any
    shape: tuple[int, ...]

    def answer(self, kind: Answer, unit: str, work: Work) -> Any:
        answers = self.numpy.empty(self.shape, _DTYPES[kind].format(unit))
        work(answers.reshape(-1).view("i1" if kind == "flags" else "i8"))
        return answers


def _of_numpy(numpy: Any, array: Any, kind: Kind, path: str, naive: str | None = None) -> Given:
    unit = _unit(numpy, array.dtype, kind, path)
    if hasattr(array, "filled"):  # a masked array: what is masked is a null
        array = array.filled(numpy.array("NaT", array.dtype))
    if not (array.flags.c_contiguous and array.flags.aligned and array.dtype.isnative):
        array = numpy.require(array, array.dtype.newbyteorder("="), ["C", "A"])
    flat = array if array.ndim == 1 else array.reshape(-1)
    return Given(_native.Column.of_buffer(flat.view("i8"), unit, naive), _Numpy(numpy, array.shape))


def _unit(numpy: Any, dtype: Any, kind: Kind, path: str) -> str:
    needed = _NEEDED[kind]
    if getattr(dtype, "kind", None) != ("m" if kind == "lengths" else "M"):
        raise argument(path, f"an array of {needed} is needed, not of {dtype}", f"需要 {needed} 数组,而不是 {dtype}")
    unit, step = numpy.datetime_data(dtype)
    if step == 1 and unit in (("D",) if kind == "dates" else _UNITS):
        return str(unit)
    if kind == "dates":
        english = f"an array of {needed} is needed, not of {dtype}: the date of an instant depends on a zone"
        raise argument(path, english, f"需要 {needed} 数组,而不是 {dtype}:时刻的日期取决于时区")
    raise argument(
        path,
        f"the unit of {dtype} is none of {', '.join(_UNITS)}: convert it with .astype('{needed}[us]')",
        f"{dtype} 的单位不是 {', '.join(_UNITS)} 之一:请用 .astype('{needed}[us]') 转换",
    )


# Arrow.


@dataclass(frozen=True, slots=True)
class _Arrow:
    made: Callable[[_native.Answers], Any]

    def answer(self, kind: Answer, unit: str, work: Work) -> Any:
        answers = work(None)
        assert answers is not None
        return self.made(answers)


def _maker(values: Any) -> Callable[[_native.Answers], Any]:
    """What makes the library's own kind of column; of an unknown library an object with Arrow's protocol."""
    library = sys.modules.get(type(values).__module__.partition(".")[0])
    match getattr(library, "__name__", ""):
        case "pyarrow":
            array: Callable[[Any], Any] = library.array  # type: ignore[union-attr]
            if isinstance(values, library.ChunkedArray):  # type: ignore[union-attr]
                return lambda answers: library.chunked_array([array(answers)])  # type: ignore[union-attr]
            return array
        case "polars":
            name = getattr(values, "name", "")
            return lambda answers: library.Series(answers).alias(name)  # type: ignore[union-attr]
    return lambda answers: answers


# pandas.


@dataclass(frozen=True, slots=True)
class _Pandas:
    """Keeps the index, or makes an index of an index, around what another family answers."""

    pandas: Any
    values: Any
    zone: Any
    inner: _Family

    def answer(self, kind: Answer, unit: str, work: Work) -> Any:
        answers = self.inner.answer(kind, unit, work)
        if type(answers).__module__.startswith("pyarrow"):
            answers = self.pandas.arrays.ArrowExtensionArray(answers)
        elif self.zone is not None and kind == "instants":
            answers = self.pandas.DatetimeIndex(answers).tz_localize("UTC").tz_convert(self.zone)
        if isinstance(self.values, self.pandas.Index):
            return self.pandas.Index(answers, name=self.values.name)
        return self.pandas.Series(answers, index=self.values.index, name=self.values.name)


def _of_pandas(pandas: Any, values: Any, kind: Kind, path: str, calendar: _native.Calendar) -> Given:
    dtype, zone = values.dtype, None
    if isinstance(dtype, getattr(pandas, "ArrowDtype", ())):
        inner = given(values.array.__arrow_array__(), kind, path, calendar)
    elif dtype == object:
        inner = _of_rows([None if pandas.isna(each) else each for each in values], kind, path, calendar)
    elif isinstance(dtype, pandas.DatetimeTZDtype) and kind == "instants":
        zone = dtype.tz
        inner = _of_numpy(sys.modules["numpy"], values.to_numpy(dtype=f"M8[{dtype.unit}]"), kind, path)
    else:
        naive = _name(calendar._naive) if kind == "instants" else None
        inner = _of_numpy(sys.modules["numpy"], values.to_numpy(), kind, path, naive)
    return Given(inner.column, _Pandas(pandas, values, zone, inner.family))
