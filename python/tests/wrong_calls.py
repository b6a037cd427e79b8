"""Calls that mypy must refuse: each is marked, and a mark that marks nothing is an error of its own. Nothing here is run."""

from __future__ import annotations

from datetime import datetime, timedelta

from guanjia import Calendar, Context, Days, Desk, Rulebook, WorkingDays, call


def wrong(office: Calendar, desk: Desk, at: datetime) -> None:
    Calendar({"mon-fri": ["09:00-17:00"]})  # type: ignore[call-arg]
    Calendar({"mon-fri": "09:00-17:00"}, time_zone="UTC", table="japan")  # type: ignore[arg-type]
    Calendar({"mon-fri": []}, time_zone="UTC", conventions={"at_closing": "stay"})  # type: ignore[arg-type]
    Calendar({"mon-fri": []}, time_zone="UTC", conventions={"closing": "land"})  # type: ignore[arg-type]
    office.deadline("2026-03-02T09:00:00+08:00", "4 h")  # type: ignore[arg-type]
    office.deadline(at, 4)  # type: ignore[arg-type]
    office.after(at, "4 h")  # type: ignore[arg-type]
    office.after(at, WorkingDays(1))  # type: ignore[arg-type]
    office.elapsed(at, timedelta(hours=1))  # type: ignore[arg-type]
    office.elapsed(at)  # type: ignore[call-arg]
    office.working_days_between("2026-03-02", "2026-03-09")  # type: ignore[arg-type]
    office.deadlines(at, "4 h")  # type: ignore[call-overload]
    office.deadlines([at], 4)  # type: ignore[call-overload]
    office.next_open_many(at)  # type: ignore[call-overload]
    office.elapsed_many([at], [timedelta(hours=1)])  # type: ignore[list-item]
    office.working_days_between_many(at, at)  # type: ignore[call-overload]
    office.time_zone = "UTC"  # type: ignore[misc]
    office.explain(at, "4 h").due.hours  # type: ignore[attr-defined]
    WorkingDays("5")  # type: ignore[arg-type]
    Days(5, means="weekly")  # type: ignore[arg-type]
    Days(5).count = 6  # type: ignore[misc]
    Rulebook(b"id = 'ours'")  # type: ignore[arg-type]
    Context("standard@1")  # type: ignore[arg-type]
    Desk("desk.db", durability="hard")  # type: ignore[arg-type]
    Desk("desk.db", Rulebook.standard())  # type: ignore[call-arg]
    desk.advance("2026-03-02T09:00:00+08:00")  # type: ignore[arg-type]
    desk.submit("{}")  # type: ignore[arg-type]
    call(name="operations.list")  # type: ignore[call-arg]
