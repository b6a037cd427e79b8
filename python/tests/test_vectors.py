"""Runs tests/vectors: the form of a file is told in its README. Operations run by name and, on working time, typed, over
an array of one and among other rows of an array; scripts run on a desk in memory and on a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from guanjia import Budget, Calendar, Context, Days, Desk, Explanation, GuanjiaError, Rulebook, Words, WorkingDays, call

Record = dict[str, Any]
FILES = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "tests/vectors").glob("*.json"))}
NO_LIMIT = 1_000_000
HOUR = timedelta(hours=1)


def all_of(kind: str, fits: Callable[[Record], bool] = lambda _: True) -> list[Any]:
    """The cases or scripts of all files, each with its file."""
    return [
        pytest.param(name, one, id=f"{name}: {one['name']}")
        for name, file in FILES.items()
        for one in file.get(kind, [])
        if fits(one)
    ]


def unanswered(case: Record) -> bool:
    """Whether the calendar has no answer."""
    return "error" in case and case["error"]["code"].startswith("calendar")


def typed(case: Record) -> bool:
    """Whether its arguments can be given in types: what is wrong with the shape of arguments belongs to that shape."""
    return case["op"] in TYPED and ("expect" in case or unanswered(case) or case["error"]["code"] == "problems")


@cache
def book_of(file: str) -> Rulebook:
    path = FILES[file].get("rulebook")
    return Rulebook.standard() if path is None else Rulebook.load(ROOT / path)


@cache
def context_of(file: str) -> Context:
    return Context(book_of(file))


# The typed forms: from the arguments of an operation to a question, whose answer has the operation's shape.


def calendar_of(file: str, args: Record) -> Calendar:
    """A calendar as the operation names it; its errors carry the operation's path."""
    given = args["calendar"]
    if isinstance(given, str):
        return book_of(file).calendar(given)
    try:
        return Calendar.from_rules(given)
    except GuanjiaError as error:
        error.path = f"calendar.{error.path}" if error.path else "calendar"
        raise


def at_of(args: Record, name: str) -> datetime:
    return datetime.fromisoformat(args[name])


def budget_of(given: Any) -> Budget | None:
    """A typed budget; none for a record that no type can hold."""
    if isinstance(given, str):
        return given
    means = given.get("means")
    if isinstance(means, dict):
        means = length_of(means["hours_per_day"])
    options = {"means": means, "land": given.get("land")}
    if set(given) >= {"working_days", "days"}:
        return None
    return WorkingDays(given["working_days"], **options) if "working_days" in given else Days(given["days"], **options)


def length_of(text: str) -> timedelta | None:
    """The length of `4 h`, `15 min` or ISO 8601."""
    if found := re.fullmatch(r"(-?[\d.]+) (h|min|s)", text):
        return float(found[1]) * {"h": HOUR, "min": HOUR / 60, "s": HOUR / 3600}[found[2]]
    if found := re.fullmatch(r"(-?)PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
        return (-1 if found[1] else 1) * timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return None


def shown(length: timedelta) -> str:
    """ISO 8601 as the core writes it."""
    sign, seconds = ("-", -length.total_seconds()) if length < timedelta(0) else ("", length.total_seconds())
    hours, minutes, rest = int(seconds // 3600), int(seconds % 3600 // 60), seconds % 60
    parts = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{rest:g}S" if rest else "")
    return f"{sign}PT{parts or '0S'}"


def in_utc(at: datetime) -> str:
    return at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def words_of(words: Words | None) -> Record | None:
    return None if words is None else words._asdict()


def record_of(explanation: Explanation) -> Record:
    spans = [
        {
            "from": in_utc(span.start),
            "to": in_utc(span.end),
            "reason": span.reason.value,
            "counted": shown(span.counted),
            "name": words_of(span.name),
            "source": span.source,
        }
        for span in explanation.spans
    ]
    days = [
        {
            "date": day.date.isoformat(),
            "kind": day.kind.value,
            "number": day.number,
            "name": words_of(day.name),
            "source": day.source,
        }
        for day in explanation.days
    ]
    return {
        "start": explanation.start.isoformat(),
        "due": explanation.due.isoformat(),
        "provisional": explanation.provisional,
        "spans": spans or None,
        "days": days or None,
        "words": [words_of(line) for line in explanation.words],
    }


def due_of(calendar: Calendar, start: datetime, due: datetime) -> Record:
    return {"due": due.isoformat(), "provisional": calendar.provisional(max(start, due))}


def deadline(file: str, args: Record, budget: Budget) -> Record:
    calendar, start = calendar_of(file, args), at_of(args, "start")
    return due_of(calendar, start, calendar.deadline(start, budget))


def after(file: str, args: Record, length: timedelta) -> Record:
    calendar, start = calendar_of(file, args), at_of(args, "start")
    due = calendar.after(start, length)
    assert calendar.deadline(start, length) == due
    return due_of(calendar, start, due)


def explain(file: str, args: Record, budget: Budget) -> Record:
    return record_of(calendar_of(file, args).explain(at_of(args, "start"), budget))


def day(file: str, args: Record) -> Record:
    found = calendar_of(file, args).day(date.fromisoformat(args["date"]))
    name = words_of(found.name)
    return {"kind": found.kind.value, "name": name, "source": found.source, "hours": list(found.hours)}


def extend(file: str, args: Record) -> Record:
    calendar = calendar_of(file, args)
    fingerprint, until = calendar.fingerprint, args.get("known_until")
    grown = calendar.extend(
        args["days"],
        version=args.get("version"),
        known_until=None if until is None else date.fromisoformat(until),
        source=args.get("source"),
    )
    assert calendar.fingerprint == fingerprint
    return {
        "rules": grown.rules,
        "version": grown.table_version,
        "known_until": None if grown.known_until is None else grown.known_until.isoformat(),
        "fingerprint": grown.fingerprint,
        "grown": grown != calendar,
    }


def with_budget(answer: Callable[[str, Record, Budget], Record]) -> Callable[[str, Record], Callable[[], Any] | None]:
    def form(file: str, args: Record) -> Callable[[], Any] | None:
        budget = budget_of(args["budget"])
        return None if budget is None else partial(answer, file, args, budget)

    return form


def with_length(file: str, args: Record) -> Callable[[], Any] | None:
    length = length_of(args["budget"]) if isinstance(args["budget"], str) else None
    return None if length is None else partial(after, file, args, length)


TYPED: dict[str, tuple[Callable[[str, Record], Callable[[], Any] | None], ...]] = {
    "calendar.deadline": (with_budget(deadline), with_length),
    "calendar.elapsed": (
        lambda file, args: lambda: {
            "elapsed": shown(calendar_of(file, args).elapsed(at_of(args, "from"), at_of(args, "to")))
        },
    ),
    "calendar.day": (lambda file, args: partial(day, file, args),),
    "calendar.explain": (with_budget(explain),),
    "calendar.extend": (lambda file, args: partial(extend, file, args),),
    "calendar.is_open": (lambda file, args: lambda: {"open": calendar_of(file, args).is_open(at_of(args, "at"))},),
    "calendar.next_open": (
        lambda file, args: lambda: {"at": calendar_of(file, args).next_open(at_of(args, "at")).isoformat()},
    ),
    "calendar.prev_close": (
        lambda file, args: lambda: {"at": calendar_of(file, args).prev_close(at_of(args, "at")).isoformat()},
    ),
    "calendar.working_days_between": (
        lambda file, args: lambda: {
            "days": calendar_of(file, args).working_days_between(
                date.fromisoformat(args["from"]), date.fromisoformat(args["to"])
            )
        },
    ),
}


# The forms over arrays: row 0 is the case, the others lie an hour or two later.


def deadlines(file: str, args: Record, rows: list[int]) -> list[Record]:
    calendar, budget = calendar_of(file, args), budget_of(args["budget"])
    assert budget is not None
    starts = [at_of(args, "start") + row * HOUR for row in rows]
    due = calendar.deadlines(starts, budget)
    assert calendar.deadlines(starts, [budget] * len(rows)) == due
    if isinstance(budget, str) and (length := length_of(budget)) is not None:
        assert calendar.deadlines(starts, length) == due
        assert calendar.deadlines(starts, [length] * len(rows)) == due
    return [due_of(calendar, *pair) for pair in zip(starts, due, strict=True)]


def elapsed_many(file: str, args: Record, rows: list[int]) -> list[Record]:
    starts = [at_of(args, "from") + row * HOUR for row in rows]
    ends = [at_of(args, "to") + row * HOUR for row in rows]
    return [{"elapsed": shown(each)} for each in calendar_of(file, args).elapsed_many(starts, ends)]


MANY = {"calendar.deadline": deadlines, "calendar.elapsed": elapsed_many}


def check(wanted: Record, ask: Callable[[], Any]) -> None:
    """That the answer, or the error, is what is wanted."""
    if "error" in wanted:
        with pytest.raises(GuanjiaError) as raised:
            ask()
        got = {"code": raised.value.code, "path": raised.value.path}
        assert difference(wanted["error"], got) is None, raised.value
    else:
        assert difference(wanted["expect"], ask()) is None


def difference(expect: Any, got: Any, path: str = "") -> str | None:
    """Where what came is not what is wanted, by the rule of the README."""
    if isinstance(expect, dict) and isinstance(got, dict):
        told = (difference(value, got.get(key), f"{path}.{key}") for key, value in expect.items())
    elif isinstance(expect, list) and isinstance(got, list) and len(expect) == len(got):
        told = (difference(one, other, f"{path}[{n}]") for n, (one, other) in enumerate(zip(expect, got, strict=True)))
    else:
        same = expect == got and isinstance(expect, bool) == isinstance(got, bool)
        return None if same else f"{path}: expected {expect!r}, got {got!r}"
    return next(filter(None, told), None)


def test_the_rule_of_matching() -> None:
    assert difference({"a": 1, "b": None}, {"a": 1, "c": 2}) is None
    assert difference({"a": {"b": [1, {"c": "x"}]}}, {"a": {"b": [1, {"c": "x", "d": 0}]}}) is None
    assert difference({"a": [{"b": 1}]}, {"a": [{"b": 2}]}) == ".a[0].b: expected 1, got 2"
    assert difference([1], [1, 2]) == ": expected [1], got [1, 2]"
    assert difference({"a": 1}, {}) == ".a: expected 1, got None"
    assert difference(True, 1) == ": expected True, got 1"


@pytest.mark.parametrize("file", FILES)
def test_a_file_says_what_it_shows(file: str) -> None:
    assert set(FILES[file]) <= {"about", "rulebook", "cases", "scripts"}
    assert FILES[file]["about"]
    names = [one["name"] for kind in ("cases", "scripts") for one in FILES[file].get(kind, [])]
    assert names and len(set(names)) == len(names)


@pytest.mark.parametrize(("file", "case"), all_of("cases"))
def test_by_name(file: str, case: Record) -> None:
    check(case, lambda: context_of(file).call(case["op"], case["args"]))


def test_every_operation_on_working_time_has_a_typed_form() -> None:
    operations = {operation["name"] for operation in call("operations.list")["operations"]}
    assert {name for name in operations if name.startswith("calendar.")} == set(TYPED)


@pytest.mark.parametrize(("file", "case"), all_of("cases", typed))
def test_typed(file: str, case: Record) -> None:
    for form in TYPED[case["op"]]:
        if (ask := form(file, case["args"])) is not None:
            check(case, ask)


@pytest.mark.parametrize(("file", "case"), all_of("cases", lambda case: case["op"] in MANY and "expect" in case))
@pytest.mark.parametrize("rows", [[0], [0, 1, 2], [2, 0, 1]], ids=["alone", "first", "second"])
def test_over_an_array(file: str, case: Record, rows: list[int]) -> None:
    got = MANY[case["op"]](file, case["args"], rows)
    assert difference(case["expect"], got[rows.index(0)]) is None


@pytest.mark.parametrize(("file", "case"), all_of("cases", lambda case: case["op"] in MANY and unanswered(case)))
def test_a_row_of_an_array_without_an_answer(file: str, case: Record) -> None:
    with pytest.raises(GuanjiaError) as raised:
        MANY[case["op"]](file, case["args"], [0])
    assert (raised.value.code, raised.value.path) == (case["error"]["code"], "[0]")


@pytest.mark.parametrize(("file", "script"), all_of("scripts"))
@pytest.mark.parametrize("place", ["memory", "file"])
def test_script(file: str, script: Record, place: str, tmp_path: Path) -> None:
    with Desk(tmp_path / "desk.db" if place == "file" else None, rulebook=book_of(file)) as desk:
        for step in script["steps"]:
            check(step, lambda step=step: taken(desk, step))  # type: ignore[misc]


def opener_of(opener: Record) -> dict[str, Any]:
    """What Python takes for an opener: bytes that are no key where the digits are none."""
    if "key" not in opener:
        return opener
    try:
        return {"key": bytes.fromhex(opener["key"])}
    except ValueError:
        return {"key": b""}


def taken(desk: Desk, step: Record) -> Any:
    if "submit" in step:
        return desk.submit(step["submit"])
    if "submit_all" in step:
        return desk.submit_all(step["submit_all"])
    if "advance" in step:
        return desk.advance(datetime.fromisoformat(step["advance"]), step.get("limit", NO_LIMIT))
    if "extend" in step:
        return desk.extend(step["extend"]["days"], datetime.fromisoformat(step["extend"]["now"]))
    if "retime" in step:
        return desk.retime(datetime.fromisoformat(step["retime"]))
    if "adopt" in step:
        return desk.adopt(Rulebook.load(ROOT / step["adopt"]))
    if "unlock" in step:
        return desk.unlock(**opener_of(step["unlock"]))
    if "lock" in step:
        desk.lock()
        return {}
    if "rotate" in step:
        return desk.rotate(**opener_of(step["rotate"]))
    if "ask" in step:
        return desk.ask(step["ask"])
    return desk.query(step["query"])
