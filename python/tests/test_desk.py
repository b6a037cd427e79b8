"""The desk from Python: transactions, refusals, storage, closing. What the rules say is the vectors' business."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from guanjia import ArgumentError, DataError, Desk, RefusedError, Rulebook, StorageError

Record = dict[str, Any]
CHINA = timezone(timedelta(hours=8))
NINE = datetime(2026, 3, 2, 9, tzinfo=CHINA)
AGENT = {"id": "wang", "role": "agent"}


def command(id: str, do: Record, *, at: Any = NINE, actor: Record = AGENT, community: str = "riverside") -> Record:
    return {"id": id, "community": community, "actor": actor, "recorded_at": at, "do": do}


def register(id: str, text: str = "卫生间漏水", **more: Any) -> Record:
    return command(id, {"case.register": {"channel": "hotline", "text": text}}, **more)


def ledger(desk: Desk, community: str = "riverside") -> list[str]:
    lines: list[Record] = desk.query({"ledger": {"community": community}})["ledger"]
    return [line["case_id"] for line in lines]


def rows(desk: Desk, community: str = "riverside") -> Record:
    verified: Record = desk.query({"verify": {"community": community}})["verify"]
    return verified


NewDesk = Callable[..., Desk]


def test_a_command_is_taken_once(new_desk: NewDesk) -> None:
    desk = new_desk()
    receipt = desk.submit(register("k-1"))
    assert receipt["command"] == "k-1" and [event["event"] for event in receipt["events"]] == ["case.registered"]
    again = desk.submit(register("k-1"))
    assert again == receipt | {"repeated": True}
    assert ledger(desk) == [receipt["record"]]


def test_a_used_id_with_another_content_is_refused(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.submit(register("k-1"))
    with pytest.raises(RefusedError, match="`k-1` was used for another content") as raised:
        desk.submit(register("k-1", "another matter"))
    assert raised.value.code == "desk.command_reused"


def test_a_refusal_names_rule_and_clause_and_changes_nothing(new_desk: NewDesk) -> None:
    desk = new_desk()
    case = desk.submit(register("k-1"))["record"]
    before = rows(desk)
    with pytest.raises(RefusedError, match="the role `receptionist` may not give `case.close`") as raised:
        desk.submit(command("k-2", {"case.close": {"case_id": case}}, actor={"id": "li", "role": "receptionist"}))
    error = raised.value
    assert error.code == "envelope.not_permitted" and "无权" in error.message_zh
    assert error.refusal is not None
    assert error.refusal["rule"] == "roles.receptionist.may" and error.refusal["clause"]["regulation"] == "S4"
    assert rows(desk) == before and before["holds"]


def test_many_commands_are_each_answered_for_themselves(new_desk: NewDesk) -> None:
    desk = new_desk()
    closing = command("k-2", {"case.close": {"case_id": "nobody"}})
    answers = desk.submit_all(each for each in (register("k-1"), closing, register("k-3")))
    assert [list(answer) for answer in answers] == [["receipt"], ["refusal"], ["receipt"]]
    assert answers[1]["refusal"]["code"] == "case.unknown"
    assert sorted(ledger(desk)) == sorted(answer["receipt"]["record"] for answer in (answers[0], answers[2]))
    assert desk.submit_all([]) == []


def test_of_many_commands_one_that_is_none_takes_back_all(new_desk: NewDesk) -> None:
    desk = new_desk()
    with pytest.raises(ArgumentError) as raised:
        desk.submit_all([register("k-1"), {"id": "k-2"}])
    assert raised.value.path.startswith("[1]")
    assert ledger(desk) == []


def test_time_alone_brings_what_is_due(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.submit(register("k-1", "电梯困人了,快来"))
    one = desk.advance(NINE + timedelta(days=2), limit=1)
    assert one["more"] and one["events"] >= 1
    rest = desk.advance(NINE + timedelta(days=2))
    assert not rest["more"] and rest["events"] >= 1
    assert desk.advance(NINE + timedelta(days=2)) == {"events": 0, "notices": 0, "more": False}
    with pytest.raises(RefusedError) as raised:
        desk.advance(NINE)
    assert raised.value.code == "desk.clock_backwards"


def test_what_is_not_there_is_missing(new_desk: NewDesk) -> None:
    with pytest.raises(DataError, match="no case `nix`") as raised:
        new_desk().query({"case": {"case_id": "nix", "now": NINE}})
    assert raised.value.code == "desk.missing" and not isinstance(raised.value, RefusedError)


# Datetimes, text and numbers on their way in.


def test_naive_datetimes_are_read_only_where_their_zone_was_said(new_desk: NewDesk) -> None:
    naive = datetime(2026, 3, 2, 9)
    with Desk() as strict:
        with pytest.raises(ArgumentError, match="is naive") as raised:
            strict.submit(register("k-1", at=naive))
        assert raised.value.path == "recorded_at"
        with pytest.raises(ArgumentError, match="is naive") as raised:
            strict.submit_all([register("k-1"), register("k-2", at=naive)])
        assert raised.value.path == "[1].recorded_at"
        with pytest.raises(ArgumentError, match="is naive") as raised:
            strict.advance(naive)
        assert raised.value.path == "now"
    told = new_desk(naive="Asia/Shanghai")
    receipt = told.submit(register("k-1", at=naive))
    assert receipt["events"][0]["at"] == "2026-03-02T01:00:00Z"
    card = told.query({"case": {"case_id": receipt["record"], "now": naive + timedelta(minutes=5)}})
    assert card["case"]["case"]["case_id"] == receipt["record"]


@pytest.mark.parametrize("text", ["漏水\udce6", "\ud83d"])
def test_text_that_is_no_unicode_is_refused_with_its_place(new_desk: NewDesk, text: str) -> None:
    desk = new_desk()
    with pytest.raises(ArgumentError, match="half a surrogate pair") as raised:
        desk.submit_all([register("k-1"), register("k-2", text)])
    assert raised.value.path == "[1].do.case.register.text" and "gb18030" in raised.value.message_zh
    assert ledger(desk) == []


def test_text_beyond_the_first_plane_is_text(new_desk: NewDesk) -> None:
    desk = new_desk()
    receipt = desk.submit(register("k-🚿", "𠮷家的水管\u0000爆了🚿", community="𠮷园"))
    assert receipt["command"] == "k-🚿" and ledger(desk, "𠮷园") == [receipt["record"]]


@pytest.mark.parametrize("value", [b"bytes", object(), {1, 2}, float("nan"), float("inf"), {3: "a number as key"}])
def test_what_json_cannot_say_is_refused(new_desk: NewDesk, value: Any) -> None:
    with pytest.raises(ArgumentError) as raised:
        new_desk().submit(register("k-1") | {"do": {"case.register": {"channel": "hotline", "text": value}}})
    assert raised.value.path == "do.case.register.text"


@pytest.mark.parametrize("value", ["a text", None, 3, []])
def test_what_is_no_command_or_question_is_refused(new_desk: NewDesk, value: Any) -> None:
    desk = new_desk()
    for ask in (desk.submit, desk.query):
        with pytest.raises(ArgumentError):
            ask(value)


@pytest.mark.parametrize("limit", [-1, 2**40])
def test_a_limit_that_is_no_number_of_things_is_refused(new_desk: NewDesk, limit: int) -> None:
    with pytest.raises(ArgumentError) as raised:
        new_desk().advance(NINE, limit=limit)
    assert raised.value.path == "limit"


# Opening and closing.


def test_leaving_the_block_closes_the_desk() -> None:
    with pytest.raises(ZeroDivisionError), Desk() as desk:
        assert not desk.closed
        _ = 1 / 0
    assert desk.closed and repr(desk) == "<Desk in memory, closed>"
    desk.close()
    for ask in (lambda: desk.submit(register("k-1")), lambda: desk.advance(NINE), lambda: desk.query({}), lambda: desk.rulebook):
        with pytest.raises(ArgumentError, match="closed"):
            ask()


@pytest.mark.parametrize("as_given", [Path, str, os.fsencode])
def test_a_file_keeps_what_was_taken(tmp_path: Path, as_given: Callable[[Any], Any]) -> None:
    path = as_given(tmp_path / "前台.db")
    with Desk(path) as desk:
        desk.submit(register("k-1"))
        kept = (ledger(desk), rows(desk))
    with Desk(path, durability="normal") as desk:
        assert (ledger(desk), rows(desk)) == kept
        assert desk.submit(register("k-1"))["repeated"] is True
        assert repr(desk) == f"<Desk {tmp_path / '前台.db'}>"


def test_a_desk_is_neither_pickled_nor_copied(new_desk: NewDesk) -> None:
    desk = new_desk()
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="a desk holds an open store"):
            attempt(desk)


def test_the_rulebook_in_force_is_the_one_given(new_desk: NewDesk) -> None:
    record = Rulebook.standard().to_record() | {"id": "ours", "version": "7"}
    book = pickle.loads(pickle.dumps(Rulebook.standard()))
    assert book == Rulebook.standard() and book.to_record()["id"] == "standard"
    desk = new_desk(rulebook=Rulebook(json.dumps(record)))
    assert desk.rulebook.name == "ours@7"
    assert desk.rulebook != Rulebook.standard()


def test_threads_queue(new_desk: NewDesk) -> None:
    desk = new_desk()
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda n: desk.submit(register(f"k-{n}")), range(40)))
    assert sorted(event["seq"] for receipt in receipts for event in receipt["events"]) == list(range(1, 41))
    assert rows(desk) == {"holds": True, "rows": 40}


# The store's troubles.


def test_a_file_of_others_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("the minutes of the morning meeting\n" * 100)
    with pytest.raises(StorageError, match="is no guanjia database") as raised:
        Desk(tmp_path / "notes.txt")
    assert raised.value.code == "store.not_ours" and isinstance(raised.value, OSError)
    assert (tmp_path / "notes.txt").read_text().startswith("the minutes")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "desk.db"):
        with pytest.raises(StorageError) as raised:
            Desk(path)
        assert raised.value.code == "store.failed" and str(path) in str(raised.value)


def test_a_quota_that_is_used_up(tmp_path: Path) -> None:
    with Desk(tmp_path / "desk.db", max_pages=200) as desk:
        taken = 0
        with pytest.raises(StorageError) as raised:
            for taken in range(5_000):
                desk.submit(register(f"k-{taken}", "水" * 500))
        assert raised.value.code == "store.full"
        assert rows(desk) == {"holds": True, "rows": taken}


HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
"""


def test_another_process_that_writes_is_waited_for_so_long(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with Desk(path, busy_timeout=timedelta(milliseconds=50)) as desk:
        desk.submit(register("k-1"))
        other = subprocess.Popen(
            [sys.executable, "-c", HOLD_THE_LOCK, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert other.stdin is not None and other.stdout is not None
        try:
            assert other.stdout.readline() == "held\n"
            with pytest.raises(StorageError, match="waited 50 ms") as raised:
                desk.submit(register("k-2"))
            assert raised.value.code == "store.busy"
        finally:
            other.communicate()
        assert desk.submit(register("k-2"))["events"][0]["seq"] == 2


@pytest.mark.parametrize(("options", "path"), [
    ({"busy_timeout": timedelta(seconds=-1)}, "busy_timeout"),
    ({"durability": "hard"}, "durability"),
    ({"max_pages": -1}, "max_pages"),
    ({"naive": "Mars/Base"}, "naive"),
])  # fmt: skip
def test_options_that_are_wrong(tmp_path: Path, options: Any, path: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        Desk(tmp_path / "desk.db", **options)
    assert raised.value.path == path
    assert not (tmp_path / "desk.db").exists()


def test_a_path_that_is_no_text() -> None:
    with pytest.raises(ArgumentError) as raised:
        Desk(os.fsdecode(b"/tmp/\xff.db"))
    assert raised.value.path == "path"
