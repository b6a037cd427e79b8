"""Likeness from Python: how tables go in and findings come out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from guanjia import ArgumentError, DataError
from guanjia.likeness import Because, Caution, Scope, compare, duplicates, groups, repeats

AT = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=8)))
ROWS = [
    {"id": f"c{n}", "at": AT + timedelta(hours=n), "premises": f"{n}-101", "customer": "wang", "text": f"小区停水了,{n}楼没水"}
    for n in range(1, 4)
]


def test_texts_are_compared() -> None:
    found = compare("漏水", "不漏水")
    assert (found.likeness, found.cautions) == (0.5, (Caution.NEGATION,))
    assert found.sketch.startswith("1p")


def test_findings_are_typed() -> None:
    (first, second) = duplicates(ROWS)
    assert (first.id, first.of, first.scope, first.cautions) == ("c2", "c1", Scope.CUSTOMER, (Caution.NUMBERS,))
    assert second.id == "c3" and "同一客户" in second.words.zh
    (repeat,) = repeats(ROWS)
    assert (repeat.ids, repeat.whose, repeat.because) == (("c1", "c2", "c3"), "wang", (Because.TEXT,))
    (group,) = groups(ROWS)
    assert (group.households, group.first) == (3, ROWS[0]["at"])
    assert groups(ROWS, least=4) == [] and repeats(ROWS, window=timedelta(minutes=1)) == []


def test_tables_are_rows() -> None:
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    wanted = groups(ROWS)
    assert groups(columns) == wanted
    assert groups({**columns, "remark": ["", "", ""]}) == wanted
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS)
    frame.loc[0, "customer"] = None
    assert groups(frame) == wanted


def test_other_tables_are_rows() -> None:
    polars = pytest.importorskip("polars")
    assert groups(polars.DataFrame(ROWS)) == groups(ROWS)
    pyarrow = pytest.importorskip("pyarrow")
    assert groups(pyarrow.Table.from_pylist(ROWS)) == groups(ROWS)


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(DataError) as error:
        groups([*ROWS, ROWS[0]])
    assert error.value.path == "rows[3].id"
    for rows in ("text", 7, [7], {"id": ["a"], "text": []}, [{**ROWS[0], "text": Decimal}]):
        with pytest.raises(ArgumentError):
            groups(rows)
    with pytest.raises(DataError):
        duplicates(ROWS, near=0.0)
