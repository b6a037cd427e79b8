"""Promises read from Python. What phrases mean is the vectors' business."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from guanjia import ArgumentError, Calendar, Context, DataError, Words, read_promises
from guanjia.promises import Act, Certainty, Form, Note, Part

CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 11, 25, 10, tzinfo=CHINA)


def test_a_promise_is_typed() -> None:
    text = "您好🙏,三点给您回电"
    (promise,) = read_promises(text, MORNING)
    assert text[promise.start : promise.end] == promise.words == "三点"
    assert (promise.act, promise.form, promise.certainty) == (Act.CALL_BACK, Form.TIME, Certainty.ASSUMED)
    assert promise.until == datetime(2026, 11, 25, 15, tzinfo=CHINA)
    assert promise.notes == (Note.HALF_OF_DAY,)
    assert promise.rule == "promise.clock" and len(promise.steps) == 2 and isinstance(promise.steps[0], Words)
    assert promise.begins is None and promise.or_until is None and promise.ask is None
    assert not promise.hedged and not promise.provisional


def test_a_window_has_a_beginning() -> None:
    (promise,) = read_promises("明天上午上门", MORNING, Context().rulebook.calendar("office"))
    assert promise.begins == datetime(2026, 11, 26, 8, 30, tzinfo=CHINA)
    assert promise.until == datetime(2026, 11, 26, 12, tzinfo=CHINA)


def test_a_vague_one_asks_back() -> None:
    (promise,) = read_promises("我们会尽快处理", MORNING)
    assert promise.until is None and promise.form is None and promise.certainty is Certainty.VAGUE
    assert promise.ask is not None and "尽快" in promise.ask.zh


def test_calendar_parts_and_naive_times_are_the_callers() -> None:
    calendar = Calendar.round_the_clock("Asia/Shanghai", naive="Asia/Shanghai")
    (promise,) = read_promises("今晚给您回电", datetime(2026, 11, 25, 10), calendar, parts={Part.EVENING: "18:30-21:00"})
    assert promise.until == datetime(2026, 11, 25, 21, tzinfo=CHINA)


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(ArgumentError, match="naive"):
        read_promises("明天", datetime(2026, 11, 25, 10))
    with pytest.raises(ArgumentError, match="calendar"):
        read_promises("明天", MORNING, 7)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="surrogate"):
        read_promises("明天\ud83d", MORNING)
    with pytest.raises(DataError) as error:
        read_promises("今晚", MORNING, parts={"evening": "late"})
    assert error.value.path == "parts.evening"
    with pytest.raises(DataError):
        read_promises("三个工作日内答复", MORNING, Calendar({}, time_zone="Asia/Shanghai"))
