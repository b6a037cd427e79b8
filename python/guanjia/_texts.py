"""Columns of texts and of labels: whatever holds them on their way in, and the answers in kind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from . import _native
from ._columns import _maker
from ._forms import text as checked
from .errors import argument

Made: TypeAlias = Callable[[_native.Answers], Any]
"""Makes of answers the kind of column that the texts came in."""


def given(values: Any, path: str) -> tuple[_native.Texts, Made]:
    """The column of an argument, and what makes its answers; ``path`` is the argument's name."""
    numpy: Any = sys.modules.get("numpy")
    pandas: Any = sys.modules.get("pandas")
    if isinstance(values, (getattr(pandas, "Series", ()), getattr(pandas, "Index", ()))):
        return _of_pandas(pandas, values, path)
    if _lends(values):
        return _native.Texts.of_arrow(values, path), _maker(values)
    if isinstance(values, getattr(numpy, "ndarray", ())):
        return _of_rows(_flat(values, path), path), lambda answers: _numpy(numpy, answers)
    return _of_rows(_rows(values, path), path), _listed


def labels(values: Any, rows: int, path: str) -> _native.Texts:
    """A column of labels, as long as the texts; none at all is none for each."""
    if values is None:
        return _native.Texts.of_list([None] * rows, path)
    column, _ = given(values, path)
    _same_rows(len(column), rows, path)
    return column


def flags(values: Any, rows: int, path: str) -> list[bool | None]:
    """A column of yes and no: booleans, or 1 and 0."""
    listed: list[Any]
    if values is None:
        return [None] * rows
    if _lends(values) and not type(values).__module__.startswith("pandas"):
        listed = _native.yes_and_no(values, path)
    else:
        listed = [None if _absent(one) else one for one in _rows(values, path)]
    _same_rows(len(listed), rows, path)
    for row, one in enumerate(listed):
        if not (one is None or one in (0, 1)):
            raise argument(f"{path}[{row}]", f"is {one!r}, not yes or no", f"是 {one!r},而不是是或否")
    return [None if one is None else bool(one) for one in listed]


def _lends(values: Any) -> bool:
    return hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__")


def _same_rows(given: int, rows: int, path: str) -> None:
    if given != rows:
        raise argument(path, f"has {given} entries for {rows} texts", f"有 {given} 项,文本有 {rows} 条")


def _absent(one: Any) -> bool:
    """None, NaN or pandas' NA and NaT."""
    if one is None:
        return True
    if isinstance(one, float):
        return one != one
    pandas = sys.modules.get("pandas")
    return one is getattr(pandas, "NA", None) or one is getattr(pandas, "NaT", None)


def _rows(values: Any, path: str) -> list[Any]:
    if isinstance(values, Iterable) and not isinstance(values, (str, bytes, bytearray, memoryview)):
        return list(values)
    raise argument(path, f"a list or a column is needed, not {values!r:.40}", f"需要列表或列,而不是 {values!r:.40}")


def _flat(array: Any, path: str) -> list[Any]:
    if array.ndim != 1:
        raise argument(path, f"an array of one dimension is needed, not of {array.ndim}", f"需要一维数组,而不是 {array.ndim} 维")
    rows: list[Any] = array.tolist()
    return rows


def _of_rows(rows: list[Any], path: str) -> _native.Texts:
    try:
        return _native.Texts.of_list(rows, path)
    except (TypeError, UnicodeEncodeError):
        whole = [None if _absent(one) else checked(one, f"{path}[{row}]") for row, one in enumerate(rows)]
        return _native.Texts.of_list(whole, path)


def _listed(answers: _native.Answers) -> list[Any]:
    return answers.flags() if answers.format == "b" else answers.plain()


def _numpy(numpy: Any, answers: _native.Answers) -> Any:
    """Labels as objects, confidences with NaN for none; yes and no are no where there is none."""
    if answers.format == "U":
        return numpy.array(answers.plain(), dtype=object)
    return numpy.frombuffer(answers.raw(), dtype="f4" if answers.format == "f" else "?")


def _of_pandas(pandas: Any, values: Any, path: str) -> tuple[_native.Texts, Made]:
    """Answers are Series that keep the index, or an Index where the question was one."""
    lent = getattr(values.array, "__arrow_array__", None)
    if lent is None or "pyarrow" not in sys.modules:
        texts = _of_rows(list(values), path)
    else:
        texts, _ = given(lent(), path)

    def made(answers: _native.Answers) -> Any:
        column, dtype = _extended(pandas, values.dtype, answers)
        if isinstance(values, pandas.Index):
            return pandas.Index(column, dtype=dtype, name=values.name)
        return pandas.Series(column, index=values.index, dtype=dtype, name=values.name)

    return texts, made


def _extended(pandas: Any, dtype: Any, answers: _native.Answers) -> tuple[Any, Any]:
    """Arrow's columns for Arrow's; else labels as the texts were, numbers of numpy, yes and no that can be absent."""
    if isinstance(dtype, pandas.ArrowDtype):
        return pandas.arrays.ArrowExtensionArray(sys.modules["pyarrow"].array(answers)), None
    match answers.format:
        case "U":
            return answers.plain(), dtype if isinstance(dtype, pandas.StringDtype) else object
        case "f":
            return _numpy(sys.modules["numpy"], answers), None
        case _:
            return answers.flags(), "boolean"
