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
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if isinstance(values, (getattr(pandas, "Series", ()), getattr(pandas, "Index", ()))):
        return _of_pandas(pandas, values, path)
    if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
        return _native.Texts.of_arrow(values, path), _maker(values)
    if isinstance(values, getattr(numpy, "ndarray", ())):
        return _of_numpy(numpy, values, path)
    if isinstance(values, Iterable) and not isinstance(values, (str, bytes, bytearray, memoryview)):
        return _of_rows(list(values), path), listed
    raise argument(path, f"a list or a column of texts is needed, not {values!r:.40}", f"需要文本的列表或列,而不是 {values!r:.40}")


def listed(answers: _native.Answers) -> list[Any]:
    """The answers as a list."""
    return answers.flags() if answers.format == "b" else answers.plain()


def labels(values: Any, rows: int, path: str) -> list[Any]:
    """A column of labels as a list as long as the texts; what is absent is ``None``."""
    if values is None:
        return [None] * rows
    if isinstance(values, (str, bytes)):
        raise argument(path, "is one label where a column is meant", "应给出一列标签,而不是一个")
    rows_of = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
    if len(rows_of) != rows:
        raise argument(path, f"has {len(rows_of)} entries for {rows} texts", f"有 {len(rows_of)} 项,文本有 {rows} 条")
    return [None if _absent(one) else one for one in rows_of]


def codes(values: Any, rows: int, path: str) -> list[str | None]:
    """A column of codes."""
    return [None if one is None else checked(one, f"{path}[{row}]") for row, one in enumerate(labels(values, rows, path))]


def flags(values: Any, rows: int, path: str) -> list[bool | None]:
    """A column of yes and no: booleans, or 1 and 0."""
    listed = labels(values, rows, path)
    for row, one in enumerate(listed):
        if not (one is None or one in (0, 1)):
            raise argument(f"{path}[{row}]", f"is {one!r}, not yes or no", f"是 {one!r},而不是是或否")
    return [None if one is None else bool(one) for one in listed]


def _absent(one: Any) -> bool:
    """None, NaN or pandas' NA: what does not even equal itself."""
    if one is None or one is getattr(sys.modules.get("pandas"), "NA", None):
        return True
    return isinstance(one, float) and one != one


def _of_rows(rows: list[Any], path: str) -> _native.Texts:
    try:
        return _native.Texts.of_list(rows, path)
    except (TypeError, UnicodeEncodeError):
        whole = [None if _absent(one) else checked(one, f"{path}[{row}]") for row, one in enumerate(rows)]
        return _native.Texts.of_list(whole, path)


def _of_numpy(numpy: Any, array: Any, path: str) -> tuple[_native.Texts, Made]:
    """Answers are codes as objects and confidences with NaN for none; yes and no are no where there is none."""
    if array.ndim != 1:
        raise argument(path, f"an array of one dimension is needed, not of {array.ndim}", f"需要一维数组,而不是 {array.ndim} 维")

    def made(answers: _native.Answers) -> Any:
        if answers.format == "b":
            return numpy.array([one is True for one in answers.flags()], dtype=bool)
        return numpy.array(answers.plain(), dtype="f4" if answers.format == "f" else object)

    return _of_rows(array.tolist(), path), made


def _of_pandas(pandas: Any, values: Any, path: str) -> tuple[_native.Texts, Made]:
    """Answers are Series that keep the index, or an Index where the question was one."""
    arrow = getattr(values.array, "__arrow_array__", None) if values.dtype != object else None
    if arrow is not None:
        texts, inner = given(arrow(), path)
    else:
        texts, inner = given(list(values), path)

    def made(answers: _native.Answers) -> Any:
        column = inner(answers)
        if type(column).__module__.startswith("pyarrow"):
            column = pandas.arrays.ArrowExtensionArray(column)
        if isinstance(values, pandas.Index):
            return pandas.Index(column, name=values.name)
        return pandas.Series(column, index=values.index, name=values.name)

    return texts, made
