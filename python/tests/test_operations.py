"""Operations by name: arguments in Python's types, contexts, answers."""

from __future__ import annotations

import json
import pickle
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from guanjia import ArgumentError, Calendar, Context, DataError, DayKind, Rulebook, WorkingDays, call
from guanjia import _forms as forms

NINE = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
OFFICE = Calendar.china({"mon-fri": ["09:00-17:00"]})


def shorter_days() -> Rulebook:
    """The standard rulebook with an office that closes at noon."""
    record = Rulebook.standard().to_record() | {"id": "short", "version": "1"}
    record["calendars"]["office"]["rules"]["hours"] = {"mon-fri": ["08:30-12:00"]}
    return Rulebook(json.dumps(record))


def test_all_operations_are_named_with_a_sentence() -> None:
    operations = call("operations.list")["operations"]
    names = [operation["name"] for operation in operations]
    assert names == sorted(names) and {"calendar.deadline", "operations.list"} <= set(names)
    assert all(operation["summary"].endswith(".") for operation in operations)


def test_an_unknown_operation_is_named() -> None:
    with pytest.raises(ArgumentError, match="there is no operation `calendar.fly`") as raised:
        call("calendar.fly")
    assert raised.value.code == "operation.unknown"


def test_arguments_go_in_as_they_are() -> None:
    assert call("calendar.deadline", calendar=OFFICE, start=NINE, budget=timedelta(hours=2)) == {
        "due": "2026-03-02T11:00:00+08:00",
        "provisional": False,
    }
    assert call("calendar.deadline", calendar=OFFICE, start=NINE, budget=WorkingDays(1))["due"] == "2026-03-03T17:00:00+08:00"
    days = {"from": date(2026, 3, 2), "to": date(2026, 3, 9)}
    assert call("calendar.working_days_between", days, calendar=OFFICE) == {"days": 5}


def test_an_argument_is_given_once() -> None:
    with pytest.raises(ArgumentError, match="calendar: is given twice") as raised:
        call("calendar.is_open", {"calendar": "office"}, calendar=OFFICE, at=NINE)
    assert raised.value.path == "calendar"


def test_absent_and_none_are_the_same() -> None:
    assert call("rulebook.check", text="id = 3", scenarios=None) == call("rulebook.check", text="id = 3")


@pytest.mark.parametrize("args", ["office", ["office"], 7])
def test_arguments_are_given_by_name(args: Any) -> None:
    with pytest.raises(ArgumentError, match="arguments are given by name"):
        call("calendar.is_open", args)


@pytest.mark.parametrize(("args", "path"), [
    ({"at": NINE.replace(tzinfo=None), "calendar": "office"}, "at"),
    ({"at": NINE, "calendar": "offi\udcffce"}, "calendar"),
    ({"at": NINE, "calendar": {"time_zone": "UTC", "hours": {"mon": [object()]}}}, "calendar.hours.mon[0]"),
    ({"at": NINE, "calendar": {"time_zone": "UTC", "hours": {3: []}}}, "calendar.hours"),
    ({"at": NINE}, "calendar"),
    ({"at": NINE, "calendar": "office", "colour": "red"}, "colour"),
])  # fmt: skip
def test_an_argument_that_does_not_fit_is_named(args: dict[str, Any], path: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        call("calendar.is_open", args)
    assert raised.value.path == path


def test_a_rulebook_is_in_force_where_it_is_given() -> None:
    ask: dict[str, Any] = {"calendar": "office", "at": NINE.replace(hour=14)}
    short = shorter_days()
    assert call("calendar.is_open", ask) == {"open": True}
    assert call("calendar.is_open", ask, rulebook=short) == {"open": False}
    assert Context(short).call("calendar.is_open", ask) == {"open": False}
    assert Context(short).call("calendar.is_open", ask | {"calendar": "standard@1/office"}) == {"open": True}


def test_a_context_holds_further_rulebooks_by_name() -> None:
    ask: dict[str, Any] = {"calendar": "short@1/office", "at": NINE.replace(hour=14)}
    with pytest.raises(ArgumentError, match="there is no calendar `short@1/office`"):
        call("calendar.is_open", ask)
    context = Context(None, shorter_days())
    assert context.call("calendar.is_open", ask) == {"open": False}
    assert context.rulebook == Rulebook.standard() and repr(context) == f"<Context {Rulebook.standard().pin}>"
    with pytest.raises(TypeError, match="pickle its rulebooks"):
        pickle.dumps(context)


def test_what_the_core_refuses_is_an_error_of_data() -> None:
    with pytest.raises(DataError, match="no working time") as raised:
        call("calendar.next_open", calendar={"time_zone": "UTC"}, at=NINE)
    assert raised.value.code.startswith("calendar")


class Level(Enum):
    HIGH = "high"


class Seven:
    """A number of another library."""

    def __index__(self) -> int:
        return 7


@pytest.mark.parametrize(("value", "form"), [
    (None, "null"),
    (True, "true"),
    (7, "7"),
    (Seven(), "7"),
    (0.5, "0.5"),
    ("管家\"", '"管家\\""'),
    (Decimal("12.50"), '"12.50"'),
    (Decimal("1E+3"), '"1000"'),
    (NINE, '"2026-03-02T09:00:00+08:00"'),
    (NINE.replace(microsecond=5), '"2026-03-02T09:00:00.000005+08:00"'),
    (date(2026, 3, 2), '"2026-03-02"'),
    (timedelta(minutes=15), '"PT900S"'),
    (timedelta(microseconds=-1), '"-PT0.000001S"'),
    (DayKind.MAKE_UP, '"make_up"'),
    (Level.HIGH, '"high"'),
    ((1, [2, ()]), "[1, [2, []]]"),
    ({date(2026, 3, 2): {"a": 1}, DayKind.HOLIDAY: 2}, '{"2026-03-02": {"a": 1}, "holiday": 2}'),
    (WorkingDays(5, means=timedelta(hours=8), land="close"), '{"working_days": 5, "means": {"hours_per_day": "PT28800S"}, "land": "close"}'),
])  # fmt: skip
def test_each_value_has_one_form(value: Any, form: str) -> None:
    assert forms.written(value) == form
