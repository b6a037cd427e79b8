"""Clocks explained, typed; rulebooks linted."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from guanjia import ArgumentError, Bucket, Calendar, Context, Rulebook, Why, call, explain_clocks

CHINA = timezone(timedelta(hours=8))
OFFICE = Calendar({"mon-fri": ["09:00-17:00"]}, time_zone="Asia/Shanghai")


def line(*spans: dict[str, Any]) -> dict[str, Any]:
    registered = {"mark": "registered", "at": datetime(2026, 3, 2, 16, tzinfo=CHINA), "place": 1}
    return {"marks": [registered], "spans": list(spans)}


def target(budget: str) -> dict[str, Any]:
    pauses = [{"status": "suspended", "bucket": "waiting"}]
    return {"metric": "resolve", "budget": budget, "calendar": OFFICE, "pauses": pauses}


def suspended(hour: int, until: int | None) -> dict[str, Any]:
    end = None if until is None else datetime(2026, 3, 2, until, tzinfo=CHINA)
    return {"status": "suspended", "reason": "customer", "from": datetime(2026, 3, 2, hour, 30, tzinfo=CHINA), "to": end}


def test_what_counts_adds_up_to_the_budget() -> None:
    now = datetime(2026, 3, 2, 18, tzinfo=CHINA)
    for context in (None, Context()):
        [told] = explain_clocks(line(suspended(16, 17)), target("2 h"), now, zone="Asia/Shanghai", context=context)
        assert [(span.reason, span.bucket) for span in told.spans] == [
            (Why.WORKING, None),
            (Why.PAUSED, Bucket.WAITING),
            (Why.OFF_HOURS, None),
            (Why.WORKING, None),
        ]
        assert sum((span.counted for span in told.spans), timedelta()) == timedelta(hours=2)
        assert told.due == datetime(2026, 3, 3, 10, 30, tzinfo=CHINA) and told.spans[1].status_reason == "customer"
        assert str(told).endswith("due Tue 3 Mar 10:30")


def test_a_paused_clock_has_a_rest_and_no_due_time() -> None:
    [told] = explain_clocks(line(suspended(16, None)), target("2 h"), datetime(2026, 3, 5, tzinfo=CHINA))
    assert told.due is None and told.left == timedelta(minutes=90) and told.spans[-1].end is None


def test_days_are_counted_one_by_one() -> None:
    [told] = explain_clocks(line(), target("2 working_days"), datetime(2026, 3, 5, tzinfo=CHINA))
    assert [day.number for day in told.days] == [None, 1, 2] and told.planned == told.due and told.moved == timedelta()


def test_an_exchange_that_is_not_there_is_told() -> None:
    with pytest.raises(ArgumentError, match="there is no exchange `3`"):
        explain_clocks(line(), target("2 h"), datetime(2026, 3, 5, tzinfo=CHINA), exchange=3)


def test_a_preset_names_a_product() -> None:
    starts = datetime(2026, 3, 2, 9, tzinfo=CHINA)
    for conventions, day in ((None, 2), ("zendesk", 3), ({"preset": "zendesk", "at_closing": "land"}, 2)):
        hours = Calendar({"mon-fri": ["09:00-17:00"]}, time_zone="Asia/Shanghai", conventions=conventions)  # type: ignore[arg-type]
        assert hours.deadline(starts, "8 h").day == day


def test_a_rulebook_is_linted_with_the_lines_of_its_file() -> None:
    standard = Rulebook.standard()
    assert call("rulebook.lint") == {"findings": standard.lint()}
    assert {finding["path"] for finding in standard.lint()} == {"targets"}
    assert all(finding["message"] and finding["expected"] for finding in standard.lint())
