#!/usr/bin/env python3
"""Infers the rule behind an incident log's `made_sla`, as far as it shows: `python tests/incidents.py [--json] [FILE]`.

Each incident becomes a line of time, on which the operation `sla.clocks` evaluates candidate rules. Half of the incidents, told
apart by a hash of their number, choose the rule and its budgets; the other half judges them. Every clock is counted again by plain
arithmetic. Without a file the log under $GUANJIA_DATA (else ../shared/data beside the project) is read, and if there is none the
evaluation is skipped. The exit status is 1 only if a file cannot be read or a clock differs from the arithmetic: how well a rule
agrees is reported, not demanded.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise, product
from operator import itemgetter
from pathlib import Path
from typing import Any

from guanjia import Calendar, call

ROOT = Path(__file__).resolve().parent.parent
LOG = Path("tickets") / "incident_event_log_sub.csv"
COLUMNS = {"number", "incident_state", "priority", "made_sla", "opened_at", "sys_updated_at"}
VERDICTS = {"TRUE": False, "FALSE": True}
MINUTE = timedelta(minutes=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


# The log, as incidents.


@dataclass(frozen=True)
class Stay:
    """An incident in one state."""

    state: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Incident:
    """What the log tells of an incident that was closed."""

    number: str
    opened: datetime
    stays: tuple[Stay, ...]
    closed: datetime
    priorities: tuple[str, str]
    """As opened and as closed."""
    breached: bool
    turned: str | None
    """The state in which `made_sla` first read FALSE."""

    @property
    def learns(self) -> bool:
        """Whether it belongs to the half that chooses the rule."""
        return hashlib.sha256(self.number.encode()).digest()[0] % 2 == 0

    def marks(self) -> Iterator[tuple[str, datetime]]:
        """Its marks in order; one that was never resolved is so by closing."""
        yield "opened", self.opened
        yield "taken_up", next((stay.start for stay in self.stays if stay.state != "New"), self.closed)
        resolved = False
        for stay in self.stays:
            rests = stay.state in ("Resolved", "Closed")
            if rests != resolved:
                yield ("resolved" if rests else "reopened"), stay.start
            resolved = rests
        yield "closed", self.closed


def incident(number: str, rows: list[dict[str, str]]) -> Incident:
    """From its rows, in the order of the log; a ValueError says why one cannot be judged."""
    opened, last = instant(rows[0]["opened_at"]), rows[-1]
    # Some were entered before the time they are said to have been opened at; a clock starts at the latter.
    at = [max(instant(row["sys_updated_at"]), opened) for row in rows]
    if any(before > after for before, after in pairwise(at)):
        raise ValueError("goes back in time")
    if last["incident_state"] != "Closed":
        raise ValueError("was not closed")
    if not {row["made_sla"] for row in rows} <= VERDICTS.keys():
        raise ValueError("has a `made_sla` that is neither TRUE nor FALSE")
    states = [row["incident_state"] for row in rows]
    entered = [n for n, state in enumerate(states) if n == 0 or states[n - 1] != state]
    stays = tuple(Stay(states[begin], at[begin], at[end]) for begin, end in pairwise([*entered, len(rows) - 1]))
    return Incident(
        number=number,
        opened=opened,
        stays=stays,
        # Rows may follow that change nothing but the record.
        closed=at[entered[-1]],
        priorities=(rows[0]["priority"], last["priority"]),
        breached=VERDICTS[last["made_sla"]],
        turned=next((row["incident_state"] for row in rows if VERDICTS[row["made_sla"]]), None),
    )


def instant(text: str) -> datetime:
    """A time of the log, whose zone is not told: read on UTC's clocks, it neither skips nor repeats an hour."""
    return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)


def read(path: Path) -> tuple[list[Incident], list[str]]:
    """The incidents of a log, and what is wrong with those that are left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, restval="")
        missing = COLUMNS - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"it has no column {', '.join(f'`{name}`' for name in sorted(missing))}")
        grouped = groupby(sorted(rows, key=itemgetter("number")), key=itemgetter("number"))
        incidents, left_out = [], []
        for number, of in grouped:
            try:
                incidents.append(incident(number, list(of)))
            except ValueError as error:
                left_out.append(f"{number}: {error}")
    return incidents, left_out


# Candidate rules. Of each list the first assumes least, and wins if another does no better.


@dataclass(frozen=True)
class Schedule:
    """The hours that count: minutes of the day, on the first `days` days of the week."""

    words: str
    days: int
    opens: int
    closes: int

    @property
    def calendar(self) -> Calendar:
        clock = "-".join(f"{at // 60:02}:{at % 60:02}" for at in (self.opens, self.closes))
        return Calendar({f"mon-{WEEKDAYS[self.days - 1].lower()}": [clock]}, time_zone="UTC")

    def open_before(self, at: datetime) -> int:
        """Open minutes from a Monday long ago to `at`."""
        days, minute = divmod((at - datetime(2000, 1, 3, tzinfo=UTC)) // MINUTE, 24 * 60)
        weeks, weekday = divmod(days, 7)
        today = min(max(minute - self.opens, 0), self.closes - self.opens) if weekday < self.days else 0
        return (weeks * self.days + min(weekday, self.days)) * (self.closes - self.opens) + today


@dataclass(frozen=True)
class Ending:
    """What stops the clock."""

    words: str
    mark: str
    on_reopen: str
    follows: tuple[str, ...]
    """The marks that the line has: resolving puts a clock to sleep, so one that runs on until closing must not see it."""


SCHEDULES = (
    Schedule("round the clock", 7, 0, 24 * 60),
    Schedule("Mon-Fri, all hours", 5, 0, 24 * 60),
    Schedule("Mon-Fri 08:00-18:00", 5, 8 * 60, 18 * 60),
    Schedule("Mon-Fri 09:00-17:00", 5, 9 * 60, 17 * 60),
)
PAUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("without pauses", ()),
    ("paused while awaiting the user", ("Awaiting User Info",)),
    ("paused while awaiting anybody", ("Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence")),
)
STARTS = (("opened", "opened"), ("first taken up", "taken_up"))
RESOLVING = ("opened", "taken_up", "resolved", "reopened")
ENDINGS = (
    Ending("first resolved", "resolved", "keep", RESOLVING),
    Ending("last resolved, time between resolving and reopening left out", "resolved", "resume", RESOLVING),
    Ending("closed", "closed", "keep", ("opened", "taken_up", "closed")),
)
JUDGED_BY = (("as closed", 1), ("as opened", 0))


@dataclass(frozen=True)
class Clock:
    """A target but for its budget."""

    schedule: Schedule
    pauses: tuple[str, tuple[str, ...]]
    start: tuple[str, str]
    ending: Ending

    @property
    def words(self) -> str:
        return f"from {self.start[0]} to {self.ending.words}, {self.schedule.words}, {self.pauses[0]}"

    def line(self, of: Incident) -> dict[str, Any]:
        """The incident as a line of time."""
        marks = [(mark, at) for mark, at in of.marks() if mark in self.ending.follows]
        return {
            "marks": [{"mark": mark, "at": at, "place": place} for place, (mark, at) in enumerate(marks, 1)],
            "spans": [{"status": code(stay.state), "from": stay.start, "to": stay.end} for stay in of.stays],
        }

    def ask(self, of: Incident, budget: timedelta, calendar: Calendar) -> dict[str, Any]:
        """The incident's clock, asked about when it was closed."""
        target = {
            "metric": "resolve",
            "budget": budget,
            "calendar": calendar,
            "start": [self.start[1]],
            "stop": [self.ending.mark],
            "on_reopen": self.ending.on_reopen,
            "pauses": [{"status": code(state), "bucket": "waiting"} for state in self.pauses[1]],
        }
        clocks = call("sla.clocks", line=self.line(of), target=target, now=of.closed)["clocks"]
        if len(clocks) != 1:
            raise ValueError(f"{of.number}: {len(clocks)} clocks where one was expected")
        told: dict[str, Any] = clocks[0]
        return told

    def by_hand(self, of: Incident) -> int:
        """The minutes that count, by arithmetic on the log alone."""
        marks = [(mark, at) for mark, at in of.marks() if mark in self.ending.follows]
        start = next(at for mark, at in marks if mark == self.start[1])
        stops = [at for mark, at in marks if mark == self.ending.mark]
        stop = stops[-1] if self.ending.on_reopen == "resume" else stops[0]
        asleep = [(at, end) for (mark, at), (_, end) in pairwise(marks) if mark == "resolved" and at < stop]
        waits = [(stay.start, stay.end) for stay in of.stays if stay.state in self.pauses[1]]
        return self.open(start, stop) - sum(self.open(max(begin, start), min(end, stop)) for begin, end in (*asleep, *waits))

    def open(self, begin: datetime, end: datetime) -> int:
        return max(self.schedule.open_before(end) - self.schedule.open_before(begin), 0)

    def on(self, of: Incident) -> Clock:
        """The same without the pauses that the incident never has."""
        states = tuple(state for state in self.pauses[1] if any(stay.state == state for stay in of.stays))
        return replace(self, pauses=(self.pauses[0] if states else PAUSES[0][0], states))


def code(state: str) -> str:
    return state.lower().replace(" ", "_")


def minutes(text: str) -> int:
    """A length as answers write it."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:0S)?", text)
    if not found:
        raise ValueError(f"`{text}` is no length in minutes")
    hours, rest = (int(part or 0) for part in found.groups())
    return hours * 60 + rest


# Budgets: per priority the one that agrees best on the incidents given, and how far it could be moved.


@dataclass(frozen=True)
class Bounds:
    """Budgets that agree equally well, in minutes: from `least` on and below `beyond`; None where nothing bounds it."""

    least: int | None
    beyond: int | None

    @property
    def budget(self) -> int:
        """The roundest length within the bounds, of several the middle one; open bounds reach as little as they can."""
        low = max(self.least or 0, 1)
        high = 2 * low + 1 if self.beyond is None else self.beyond
        for unit in (1440, 720, 480, 240, 120, 60, 30, 15, 5):
            round_ones = range(-(-low // unit) * unit, high, unit)
            if round_ones:
                return round_ones[len(round_ones) // 2]
        return low

    @property
    def room(self) -> float:
        """How far a budget can be moved."""
        return float("inf") if self.beyond is None else self.beyond - (self.least or 0)

    @property
    def words(self) -> str:
        if self.beyond is None:
            return "not told" if self.least is None else f"{hours(self.least)} or more"
        return f"below {hours(self.beyond)}" if self.least is None else f"{hours(self.least)} to below {hours(self.beyond)}"

    def to_record(self) -> dict[str, Any]:
        return {"minutes": self.budget, "least": self.least, "beyond": self.beyond, "words": self.words}


def hours(length: int) -> str:
    return f"{length / 60:.1f} h"


def fit(judged: Iterable[tuple[int, bool]]) -> tuple[Bounds, int]:
    """Bounds for minutes counted and whether it was breached, and how many agree; of several the widest."""
    gains: Counter[int] = Counter()
    agreeing = 0
    for length, breached in judged:
        gains[length] += -1 if breached else 1
        agreeing += breached
    cuts = sorted(gains)
    possible = []
    for least, beyond in pairwise([None, *cuts, None]):
        agreeing += 0 if least is None else gains[least]
        possible.append((agreeing, Bounds(least, beyond)))
    most = max(agreed for agreed, _ in possible)
    return max((bounds for agreed, bounds in possible if agreed == most), key=lambda one: one.room), most


@dataclass(frozen=True)
class Rule:
    """A clock with budgets for priorities, and how many of the learning incidents agree with it."""

    clock: Clock
    judged_by: tuple[str, int]
    bounds: dict[str, Bounds]
    agreed: int

    def breaches(self, of: Incident) -> bool:
        """What the rule says of an incident, asked with its budget."""
        bounds = self.bounds.get(of.priorities[self.judged_by[1]])
        if bounds is None:  # of a priority that was not learnt there is no target
            return False
        outcome = self.clock.ask(of, bounds.budget * MINUTE, CALENDARS[self.clock.schedule])["outcome"]
        return {"met": False, "breached": True}[outcome]


CALENDARS = {schedule: schedule.calendar for schedule in SCHEDULES}


@dataclass
class Counting:
    """What clocks count, each asked for once and compared with the arithmetic."""

    known: dict[tuple[Clock, str], int] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)

    def minutes(self, clock: Clock, of: Incident) -> int:
        clock = clock.on(of)
        key = (clock, of.number)
        if key not in self.known:
            told = clock.ask(of, timedelta(hours=1), CALENDARS[clock.schedule])
            self.known[key] = counted = minutes(told["buckets"]["counted"])
            expected = clock.by_hand(of)
            if counted != expected:
                self.differing.append(f"{of.number} {clock.words}: expected {expected} min, got {counted}")
        return self.known[key]


def rules(learning: list[Incident], counting: Counting) -> Iterator[Rule]:
    """Every candidate, fitted."""
    for ending, start, schedule, pauses in product(ENDINGS, STARTS, SCHEDULES, PAUSES):
        clock = Clock(schedule, pauses, start, ending)
        counted = [counting.minutes(clock, one) for one in learning]
        for judged_by in JUDGED_BY:
            of: dict[str, list[tuple[int, bool]]] = {}
            for one, length in zip(learning, counted, strict=True):
                of.setdefault(one.priorities[judged_by[1]], []).append((length, one.breached))
            fitted = {priority: fit(judged) for priority, judged in of.items()}
            bounds = {priority: bounds for priority, (bounds, _) in fitted.items()}
            yield Rule(clock, judged_by, bounds, sum(agreed for _, agreed in fitted.values()))


# What is reported.


@dataclass(frozen=True)
class Score:
    """How verdicts agree with the log; None where there is nothing to divide by."""

    name: str
    incidents: int
    agreed: int
    breaches: int
    told: int
    right: int

    @classmethod
    def of(cls, name: str, judged: list[tuple[Incident, bool]]) -> Score:
        return cls(
            name=name,
            incidents=len(judged),
            agreed=sum(one.breached == told for one, told in judged),
            breaches=sum(one.breached for one, _ in judged),
            told=sum(told for _, told in judged),
            right=sum(one.breached and told for one, told in judged),
        )

    def to_record(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "incidents": self.incidents,
            "breaches": self.breaches,
            "agreed": self.agreed,
            "agreement": share(self.agreed, self.incidents),
            "precision": share(self.right, self.told),
            "recall": share(self.right, self.breaches),
        }


def share(part: int, of: int) -> float | None:
    return round(part / of, 4) if of else None


def majority(of: list[Incident]) -> bool:
    return 2 * sum(one.breached for one in of) > len(of)


def baselines(learning: list[Incident], judging: list[Incident]) -> Iterator[Score]:
    """What can be said without a clock."""
    most = majority(learning)
    yield Score.of(f"always {'breached' if most else 'met'}, the majority", [(one, most) for one in judging])
    priorities = {one.priorities[1] for one in learning}
    each = {name: majority([one for one in learning if one.priorities[1] == name]) for name in priorities}
    yield Score.of("the majority of its priority", [(one, each.get(one.priorities[1], most)) for one in judging])
    first = min(one.opened for one in learning)
    date, _ = fit(((one.closed - first) // MINUTE, one.breached) for one in learning)
    last = first + (date.least or 0) * MINUTE
    yield Score.of("closed after one date, whenever opened", [(one, one.closed > last) for one in judging])


CHOICES: tuple[tuple[str, Callable[[Rule], str]], ...] = (
    ("end", lambda rule: rule.clock.ending.words),
    ("start", lambda rule: rule.clock.start[0]),
    ("hours", lambda rule: rule.clock.schedule.words),
    ("pauses", lambda rule: rule.clock.pauses[0]),
    ("budgets of the priority", lambda rule: rule.judged_by[0]),
)


def told(found: list[Rule]) -> Iterator[str]:
    """For each choice how the best rules of its sides agree with the learning half."""
    for name, side in CHOICES:
        best: dict[str, int] = {}
        for rule in found:
            best[side(rule)] = max(rule.agreed, best.get(side(rule), 0))
        first, second, *_ = sorted(best.values(), reverse=True)
        verdict = f"told by {first - second}" if first > second else "not told"
        yield f"{name}: {verdict}: {'; '.join(f'{words} {agreed}' for words, agreed in best.items())}"


def limits(incidents: list[Incident]) -> Iterator[str]:
    """What such a log cannot tell, whatever the rule."""
    days = [one.opened.date() for one in incidents]
    on = Counter(WEEKDAYS[day.weekday()] for day in sorted(days))
    yield (
        f"opened from {min(days)} to {max(days)} only ({', '.join(f'{day} {n}' for day, n in on.items())}): other weeks and"
        " holidays are not seen, and a date of closing tells much of what an elapsed time tells"
    )
    for priority in sorted({one.priorities[1] for one in incidents}):
        of = [one.breached for one in incidents if one.priorities[1] == priority]
        if min(sum(of), len(of) - sum(of)) < 5:
            yield f"{priority}: {sum(of)} of {len(of)} breached, so its budget rests on few of the other kind, or none"
    rests = sorted(one.closed - [at for mark, at in one.marks() if mark == "resolved"][-1] for one in incidents)
    usual = rests[len(rests) // 2]
    near = sum(abs(rest - usual) <= timedelta(hours=1) for rest in rests)
    yield (
        f"closing comes {hours(usual // MINUTE)} after resolving, give or take an hour, in {near} of {len(incidents)}: for them the"
        " two ends differ by a constant, and only the others tell them apart"
    )
    turned = Counter(one.turned for one in incidents if one.turned)
    states = ", ".join(f"{state} {n}" for state, n in turned.items())
    yield f"`made_sla` first reads FALSE in the state {states}: it is written then, and does not tell when the time ran out"
    yield "the zone of the times is not told: hours of the day are those of the log"


def scored(found: list[Rule], chosen: Rule, learning: list[Incident], judging: list[Incident]) -> Iterator[Score]:
    """The table: what needs no clock, the best rule for each end, the chosen one, the same per priority."""
    yield from baselines(learning, judging)
    for ending in ENDINGS:
        best = max((rule for rule in found if rule.clock.ending is ending), key=lambda rule: rule.agreed)
        yield Score.of(f"best until {ending.words.split(',')[0]}", [(one, best.breaches(one)) for one in judging])
    verdicts = [(one, chosen.breaches(one)) for one in judging]
    yield Score.of("the inferred rule", verdicts)
    for priority in sorted({one.priorities[1] for one in judging}):
        yield Score.of(f"  {priority}", [(one, told) for one, told in verdicts if one.priorities[1] == priority])


def unexplained(chosen: Rule, judging: list[Incident], counting: Counting) -> Iterator[str]:
    """The incidents of which the rule is wrong, and whether another budget within its bounds would be right."""
    for one in judging:
        if chosen.breaches(one) != one.breached:
            bounds = chosen.bounds.get(one.priorities[chosen.judged_by[1]])
            counted = counting.minutes(chosen.clock, one)
            within = bounds is not None and (bounds.least or 0) <= counted < (bounds.beyond or counted + 1)
            verdict = "breached" if one.breached else "met"
            bounded = "within" if within else "outside"
            yield f"{one.number} ({one.priorities[1]}) {verdict} at {hours(counted)}, {bounded} the bounds learnt"


def evaluation(incidents: list[Incident]) -> dict[str, Any]:
    """All that is reported, as one record."""
    learning, judging = ([one for one in incidents if one.learns is half] for half in (True, False))
    if not learning or not judging:
        raise ValueError(f"{len(incidents)} incidents that were closed are too few to be halved")
    counting = Counting()
    found = list(rules(learning, counting))
    chosen = max(found, key=lambda rule: rule.agreed)
    for one in judging:
        counting.minutes(chosen.clock, one)
    return {
        "incidents": len(incidents),
        "learning": len(learning),
        "judging": len(judging),
        "candidates": len(found),
        "equally_good": sum(rule.agreed == chosen.agreed for rule in found),
        "rule": chosen.clock.words,
        "judged_by": chosen.judged_by[0],
        "budgets": {priority: bounds.to_record() for priority, bounds in sorted(chosen.bounds.items())},
        "learnt": share(chosen.agreed, len(learning)),
        "scores": [score.to_record() for score in scored(found, chosen, learning, judging)],
        "unexplained": list(unexplained(chosen, judging, counting)),
        "choices": list(told(found)),
        "not_told": list(limits(incidents)),
        "clocks": len(counting.known),
        "differing": counting.differing,
    }


def table(record: dict[str, Any]) -> Iterator[str]:
    """The record for people."""
    yield f"{record['incidents']} incidents, {record['learning']} to learn from, {record['judging']} to judge by"
    width = max(len(row["name"]) for row in record["scores"])
    yield f"{'on the judging half':{width}}  incidents  breached  agreement  precision  recall"
    for row in record["scores"]:
        shares = (row["agreement"], row["precision"], row["recall"])
        agreement, precision, recall = ("-" if part is None else f"{part:.3f}" for part in shares)
        yield f"{row['name']:{width}}  {row['incidents']:9}  {row['breaches']:8}  {agreement:>9}  {precision:>9}  {recall:>6}"
    yield f"inferred: {record['rule']}; agrees with {record['learnt']} of the learning half"
    for priority, budget in record["budgets"].items():
        yield f"  budget of {priority} ({record['judged_by']}): {hours(budget['minutes'])}, the bounds: {budget['words']}"
    yield f"{record['equally_good']} of {record['candidates']} candidates agree so well; the one that assumes least is taken"
    yield from record["choices"]
    yield from (f"not explained: {one}" for one in record["unexplained"] or ["none"])
    yield from (f"cannot be told: {one}" for one in record["not_told"])
    differing = record["differing"]
    yield f"clocks counted again by arithmetic: {record['clocks'] - len(differing)} equal, {len(differing)} differ"
    yield from differing[:20]


def report(path: Path, as_json: bool) -> int:
    incidents, left_out = read(path)
    for problem in left_out:
        print(f"{path.name}: left out: {problem}")
    record = evaluation(incidents) | {"left_out": left_out}
    print("\n".join(table(record)))
    if as_json:
        print(json.dumps(record, ensure_ascii=False))
    return 1 if record["differing"] else 0


def main(given: list[str]) -> int:
    as_json = "--json" in given
    paths = [Path(one) for one in given if one != "--json"]
    if len(paths) > 1:
        print("incidents: one file is enough")
        return 1
    data = Path(os.environ.get("GUANJIA_DATA") or ROOT.parent / "shared" / "data")
    path = paths[0] if paths else data / LOG
    if not paths and not path.exists():
        print(f"incidents: skipped, no {LOG} under {data}: set GUANJIA_DATA, or name a file")
        return 0
    try:
        return report(path, as_json)
    except (OSError, csv.Error, UnicodeError, ValueError) as error:
        print(f"{path.name}: cannot be used: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
