#!/usr/bin/env python3
"""Asks the Python module what others have computed or collected: `python tests/oracles.py FILE...`.

Each file is recognised by its content. Failures are printed with what was expected and what came; a case that is not in its
format is a failure, and the rest still runs. The last line is `N passed, N failed`; the exit status is 1 if any failed.
Without arguments the files of known formats under $GUANJIA_DATA (else ../shared/data beside the project) are run.

Formats: business-time cases (JSON), the days of China and the holidays of China (CSV).
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from guanjia import Calendar, DayKind, GuanjiaError

ROOT = Path(__file__).resolve().parent.parent
Record = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One question: `ask` gives what is to equal `expected`."""

    name: str
    expected: object
    ask: Callable[[], object]


@dataclass(frozen=True)
class Format:
    """A kind of file: where its files lie, how one is recognised, what it asks. Reading a record may raise anything."""

    name: str
    where: str
    recognises: Callable[[Record], bool]
    cases: Callable[[Record], Iterator[Case]]


# Business-time cases: operations on a calendar, with both answers where products differ.


def business_time(case: Record) -> Iterator[Case]:
    """The questions of one case: one for each convention that it has an answer for."""
    name, zone = f"{case.get('id', '?')} {case['op']}", ZoneInfo(case["calendar"]["tz"])
    start = datetime.fromisoformat(case["start"])

    def question(label: str, expected: Any, conventions: Record, ask: Callable[[Calendar], object]) -> Case:
        rules = business_rules(case["calendar"], conventions)
        if isinstance(expected, str):
            wanted = datetime.fromisoformat(expected)
            return Case(f"{name}{label}", shown(wanted, zone), lambda: as_wanted(ask(calendar(rules)), wanted, zone))
        if expected is None:
            return Case(f"{name}{label}", "an error", lambda: error_of(lambda: ask(calendar(rules))))
        return Case(f"{name}{label}", expected, lambda: ask(calendar(rules)))

    def calendar(rules: Record) -> Calendar:
        return Calendar.from_rules(rules, naive=zone)

    match case["op"]:
        case "add":
            length = timedelta(seconds=case["seconds"])
            for label, expected, at_closing in added(case):
                yield question(label, expected, {"at_closing": at_closing}, lambda calendar: calendar.after(start, length))
        case "between":
            end = datetime.fromisoformat(case["end"])
            for label, expected, means in measured(case):
                wanted = None if expected is None else timedelta(seconds=expected)
                yield question(label, wanted, {"length_means": means}, lambda calendar: calendar.elapsed(start, end))
        case "is_open":
            yield question("", case["expected"], {}, lambda calendar: calendar.is_open(start))
        case "next_open":
            yield question("", case["expected"], {}, lambda calendar: calendar.next_open(start))
        case "prev_close":
            yield question("", case["expected"], {}, lambda calendar: calendar.prev_close(start))
        case other:
            raise ValueError(f"there is no operation `{other}`")


def added(case: Record) -> Iterator[tuple[str, Any, str]]:
    """The answers of an addition, each with its convention at closing time."""
    both = (("lands_on_close", "land"), ("rolls", "roll"))
    answers = [(f" ({key})", case[f"expected_if_{key}"], means) for key, means in both if f"expected_if_{key}" in case]
    if answers:
        yield from answers
    elif case.get("boundary") == "rolls_to_next_open":
        yield " (rolls)", case["expected"], "roll"
    elif case["seconds"] == 0 and case["expected"] != case["start"]:
        # Nothing added outside hours: to us it ends where it starts, to who rolls at the next opening.
        yield " (rolls)", case["expected"], "roll"
    else:
        yield "", case["expected"], "land"


def measured(case: Record) -> Iterator[tuple[str, Any, str]]:
    """The answers of a measurement in seconds, each with what a length means where clocks change."""
    if "elapsed_seconds" in case:
        yield " (elapsed)", case["elapsed_seconds"], "elapsed"
        yield " (wall clock)", case["expected_seconds"], "wall_clock"
    else:
        yield "", case["expected_seconds"], "elapsed"


def business_rules(given: Record, conventions: Record) -> Record:
    """A calendar of the format as our rules."""
    named = (("holidays", "holidays"), ("workdays", "workdays"), ("workday_segments", "workday_hours"))
    dated = (("overrides", "days"), ("breaks", "breaks"))
    hours = {weekday.lower()[:3]: hours for weekday, hours in given.get("week", {}).items()}
    rules = {"time_zone": given["tz"], "hours": hours, "conventions": conventions}
    return rules | {ours: given[theirs] for theirs, ours in (*named, *dated) if given.get(theirs)}


def shown(at: datetime, zone: ZoneInfo) -> str:
    """An answer as it was given: a wall-clock time of the calendar, or an instant."""
    return at.isoformat() if at.tzinfo is None else at.astimezone(zone).isoformat()


def as_wanted(got: object, wanted: datetime, zone: ZoneInfo) -> object:
    """What came, in the form of what was expected."""
    if not isinstance(got, datetime):
        return got
    return shown(got.astimezone(zone).replace(tzinfo=None) if wanted.tzinfo is None else got, zone)


def error_of(ask: Callable[[], object]) -> object:
    """`an error` if there is one of ours, else the answer."""
    try:
        return ask()
    except GuanjiaError:
        return "an error"


# The days of China, one row each.

OFFICE = Calendar.china({"mon-fri": ["09:00-17:00"]})
DETAILS = {
    "workday": DayKind.WORKING,
    "weekend": DayKind.DAY_OFF,
    "holiday": DayKind.HOLIDAY,
    "makeup_workday": DayKind.MAKE_UP,
}


def china_day(row: Record) -> Iterator[Case]:
    """Whether we work that day, and why."""
    on = date.fromisoformat(row["date"])
    works = {"0": False, "1": True}[row["is_workday"]]
    yield Case(f"{on} is worked", works, lambda: OFFICE.is_working_day(on))
    if row.get("detail"):
        name = row.get("name") or None
        # A weekday that was declared worked carries the holiday's name, and to us is a make-up day: 2020-02-03.
        kind = DayKind.MAKE_UP if row["detail"] == "workday" and name else DETAILS[row["detail"]]
        yield Case(f"{on} is", (kind.value, name), lambda: kind_and_name(on))


def china_holiday(row: Record) -> Iterator[Case]:
    """A special day and its name."""
    on = date.fromisoformat(row["date"])
    kind = {"holiday": DayKind.HOLIDAY, "workday": DayKind.MAKE_UP}[row["kind"]]
    yield Case(f"{on} is", (kind.value, row["name"]), lambda: kind_and_name(on))


def kind_and_name(on: date) -> tuple[str, str | None]:
    day = OFFICE.day(on)
    return day.kind.value, day.name.zh if day.name else None


FORMATS = (
    Format("business-time cases", "time/business_time_cases*.json", lambda r: {"op", "calendar"} <= r.keys(), business_time),
    Format("days of China", "time/china_days*.csv", lambda r: {"date", "is_workday"} <= r.keys(), china_day),
    Format("holidays of China", "time/china_holidays*.csv", lambda r: {"date", "kind", "name"} <= r.keys(), china_holiday),
)


def records(path: Path) -> list[Any]:
    """The rows of a CSV, or the cases of a JSON file."""
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    cases = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(cases, list):
        raise ValueError("it has no list of cases")
    return cases


def run(path: Path) -> tuple[int, int]:
    """Runs a file; a record passes if all its questions do."""
    try:
        found = records(path)
    except (OSError, ValueError, csv.Error) as error:
        print(f"{path.name}: cannot be read: {error}")
        return 0, 1
    of = [format for format in FORMATS if any(isinstance(record, dict) and format.recognises(record) for record in found)]
    if len(of) != 1:
        known = ", ".join(format.name for format in FORMATS)
        print(f"{path.name}: is in no format known here ({known})")
        return 0, 1
    failed = 0
    for n, record in enumerate(found):
        failures = list(differences(of[0], record))
        failed += bool(failures)
        for failure in failures:
            print(f"{path.name} [{n}]: {failure}")
    print(f"{path.name}: {len(found) - failed} passed, {failed} failed")
    return len(found) - failed, failed


def differences(format: Format, record: Any) -> Iterator[str]:
    """What is wrong with the answers to a record, or with the record."""
    try:
        cases = list(format.cases(record))
    except Exception as error:  # whatever a malformed record brings up
        yield f"is not in the format of {format.name}: {type(error).__name__}: {error}: {json.dumps(record, default=str)[:200]}"
        return
    for case in cases:
        try:
            got = case.ask()
        except Exception as error:  # a failure to be listed, whatever it is
            yield f"{case.name}: expected {case.expected}, got {type(error).__name__}: {error}"
        else:
            if got != case.expected or type(got) is not type(case.expected):
                yield f"{case.name}: expected {case.expected}, got {got}"


def main(given: list[str]) -> int:
    paths = [Path(path) for path in given]
    if not paths:
        data = Path(os.environ.get("GUANJIA_DATA") or ROOT.parent / "shared" / "data")
        paths = [path for format in FORMATS for path in sorted(data.glob(format.where))]
        if not paths:
            print(f"oracles: skipped, no data under {data}: set GUANJIA_DATA, or name files")
            return 0
    results = [run(path) for path in paths]
    passed, failed = (sum(column) for column in zip(*results, strict=True))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
