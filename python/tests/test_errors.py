"""Exceptions: what may be caught as what, what they carry, and that they travel."""

from __future__ import annotations

import json
import pickle

import pytest
from guanjia import (
    ArgumentError,
    Calendar,
    DataError,
    GuanjiaError,
    InternalError,
    RefusedError,
    Rulebook,
    StorageError,
    call,
    errors,
)


@pytest.mark.parametrize(("error", "bases"), [
    (ArgumentError, {GuanjiaError, ValueError}),
    (DataError, {GuanjiaError, ValueError}),
    (RefusedError, {GuanjiaError, DataError, ValueError}),
    (StorageError, {GuanjiaError, OSError}),
    (InternalError, {GuanjiaError, RuntimeError}),
])  # fmt: skip
def test_what_may_be_caught_as_what(error: type[GuanjiaError], bases: set[type]) -> None:
    ours = {GuanjiaError, ArgumentError, DataError, RefusedError, StorageError, InternalError}
    builtin = {ValueError, OSError, RuntimeError, TypeError, KeyError}
    assert {base for base in ours | builtin if issubclass(error, base)} == bases | {error}


@pytest.mark.parametrize("error", [GuanjiaError, ArgumentError, DataError, RefusedError, StorageError, InternalError])
def test_an_error_survives_pickling(error: type[GuanjiaError]) -> None:
    given = error(
        "no room", code="store.full", path="do", message_zh="没有空间", problems=[{"path": "x"}], refusal={"rule": "r"}
    )
    back = pickle.loads(pickle.dumps(given))
    assert type(back) is error and str(back) == "no room" and vars(back) == vars(given)


@pytest.mark.parametrize(("kind", "refusal", "error"), [
    ("argument", None, ArgumentError),
    ("data", None, DataError),
    ("data", {"code": "case.unknown"}, RefusedError),
    ("storage", None, StorageError),
    ("internal", None, InternalError),
    ("a kind of a later version", None, InternalError),
])  # fmt: skip
def test_every_kind_of_the_core_has_its_exception(kind: str, refusal: object, error: type[GuanjiaError]) -> None:
    words = {"zh": "没有这个工单", "en": "there is no case with this id"}
    given = {"kind": kind, "code": "case.unknown", "path": "do", "words": words, "refusal": refusal}
    raised = errors.from_json(json.dumps(given))
    assert type(raised) is error
    assert (str(raised), raised.message_zh, raised.code, raised.path) == (words["en"], words["zh"], "case.unknown", "do")
    assert raised.refusal == refusal and raised.problems == []


def test_an_error_without_chinese_says_it_in_english() -> None:
    assert GuanjiaError("no room").message_zh == "no room"


def test_a_rulebook_tells_all_its_problems() -> None:
    text = 'id = "ours"\ncolour = "red"\n[calendars.office]\nclause = { origin = "ours" }\nrules = { time_zone = "Asia/Shangai" }\n'
    with pytest.raises(DataError) as raised:
        Rulebook(text)
    paths = {problem["path"]: problem for problem in raised.value.problems}
    assert paths["colour"]["line"] == 2 and "`colour`" in paths["colour"]["message"]
    assert paths["calendars.office.rules.time_zone"]["line"] == 5
    assert raised.value.code == "problems" and "处错误" in raised.value.message_zh
    told = Rulebook.check(text)
    assert not told["ok"] and told["problems"] == raised.value.problems


@pytest.mark.parametrize("text", [b"id", None, 3])
def test_a_rulebook_is_text(text: object) -> None:
    with pytest.raises(ArgumentError, match="text is needed") as raised:
        Rulebook(text)  # type: ignore[arg-type]
    assert raised.value.path == "text"


def test_one_error_may_be_asked_in_both_languages() -> None:
    with pytest.raises(GuanjiaError) as raised:
        call("calendar.fly")
    assert raised.value.code == "operation.unknown"
    assert "`calendar.fly`" in str(raised.value) and "calendar.fly" in raised.value.message_zh
    assert str(raised.value) != raised.value.message_zh


def test_our_own_arguments_are_worded_as_the_cores() -> None:
    with pytest.raises(ArgumentError) as ours:
        Calendar({"mon": ["09:00-17:00"]}, time_zone="UTC", naive="Mars/Base")
    with pytest.raises(ArgumentError) as cores:
        Calendar({"mon": ["09:00-17:00"]}, time_zone="Mars/Base")
    for error, path in ((ours.value, "naive"), (cores.value, "time_zone")):
        assert (error.code, error.path) == ("argument", path)
        assert str(error).startswith(f"{path}: ") and error.message_zh.startswith(f"参数有误:{path}: ")
