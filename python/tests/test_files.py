"""Customers' files from Python: typed answers, keys, and what never shows. What the rules say is the vectors' business."""

from __future__ import annotations

import io
import logging
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from guanjia import Actor, ArgumentError, DataError, Desk, RefusedError, StorageError
from guanjia.files import Seen, Sight

CHINA = timezone(timedelta(hours=8))
NINE = datetime(2026, 3, 2, 9, tzinfo=CHINA)
TEN = datetime(2026, 3, 2, 10, tzinfo=CHINA)
KEY = bytes(range(32))
WANG = Actor("wang", "agent")
DIRECTOR = Actor("zhao", "director")
FILE = {"name": "欧阳若曦", "phone": ["13987651234", "0755-83214567"], "needs": "行走不便"}
SECRETS = ("欧阳若曦", "若曦", "13987651234", "7651234", "83214567", "行走不便", "水管漏水")


def submit(desk: Desk, id: str, role: str, do: dict[str, Any], at: datetime = NINE) -> dict[str, Any]:
    actor = {"id": "wang", "role": role}
    return desk.submit({"id": id, "community": "riverside", "actor": actor, "recorded_at": at, "do": do})


def peopled(desk: Desk) -> Desk:
    desk.unlock(key=KEY)
    customer = {"customer_id": "k", "kind": "person", "form_of_address": "ms", "file": FILE}
    submit(desk, "c-1", "agent", {"people.add_customer": customer})
    premises = {"premises_id": "p", "room": "1201", "kind": "residential", "area": "89"}
    submit(desk, "c-2", "director", {"people.add_premises": premises})
    tenure = {"premises_id": "p", "customer_id": "k", "role": "owner", "from": date(2020, 5, 1)}
    submit(desk, "c-3", "director", {"people.begin_tenure": tenure})
    case = {"case_id": "leak", "channel": "hotline", "customer": "k", "text": "厨房水管漏水了"}
    submit(desk, "c-4", "agent", {"case.register": case})
    submit(desk, "c-5", "agent", {"case.promise": {"case_id": "leak", "until": NINE + timedelta(hours=6)}})
    return desk


def test_a_card_is_typed() -> None:
    with peopled(Desk()) as desk:
        (caller,) = desk.contact_card(WANG, TEN, purpose="service", phone="139 8765 1234").callers
        assert caller.file.fields["name"] == Seen(Sight.PLAIN, ("欧阳若曦",))
        assert caller.greeting is not None and caller.greeting.zh == "上午好,欧阳女士!"
        assert (caller.premises[0].premises_id, caller.premises[0].since) == ("p", date(2020, 5, 1))
        assert (caller.open[0].case_id, caller.open[0].promised) == ("leak", (NINE + timedelta(hours=6),))
        assert caller.open[0].columns["status"] == "registered"
        assert (caller.facts.cases, caller.facts.open, caller.facts.last_revisit) == (1, 1, None)
        masked = desk.customer(WANG, TEN, "k")
        assert masked.fields["phone"] == Seen(Sight.MASKED, ("139****1234", "0755-****4567"))
        assert (masked.missing, masked.verified, masked.erased) == ((), None, None)
        assert desk.case_text(WANG, TEN, "leak", purpose="service").text == "厨房水管漏水了"
        with pytest.raises(RefusedError, match="may not ask"):
            desk.access_log(WANG, TEN, purpose="service")
        lines = desk.accesses(DIRECTOR, TEN, "k", purpose="rights")
        assert [(line.actor, line.ask, line.refused) for line in lines] == [
            ("wang", "case_text", None),
            ("wang", "customer", None),
            ("wang", "contact_card", None),
        ]
        assert lines[1].shown["phone"] is Sight.MASKED
        log = desk.access_log(DIRECTOR, TEN, purpose="supervision", after=3)
        assert [(line.ask, line.refused) for line in log] == [("access_log", "access.not_permitted"), ("accesses", None)]
        (due,) = desk.files_due(WANG, TEN, TEN)
        assert (due.customer_id, due.verified, due.missing) == ("k", None, ())


def test_nothing_personal_is_printed_or_raised() -> None:
    stream = io.StringIO()
    logging.basicConfig(stream=stream, level=logging.DEBUG, force=True)
    said = []
    with peopled(Desk()) as desk:
        card = desk.contact_card(WANG, TEN, purpose="service", name="欧阳若曦")
        said += [repr(desk), repr(card), repr(desk.case_text(WANG, TEN, "leak", purpose="service"))]
        wrong: list[Any] = [
            {"people.change_customer": {"customer_id": "k", "file": {"phone": 13987651234}}},
            {"people.change_customer": {"customer_id": "k", "file": {"phone": ["13987651234" * 9]}}},
            {"people.change_customer": {"customer_id": "k", "file": {"name": ["欧阳若曦", "若曦"]}}},
            {"people.change_customer": {"customer_id": "k", "file": {"name": {"first": "若曦"}}}},
            {"case.register": {"channel": "hotline", "text": ["厨房水管漏水了"]}},
        ]
        for n, do in enumerate(wrong):
            with pytest.raises((ArgumentError, DataError)) as error:
                submit(desk, f"w-{n}", "agent", do, TEN)
            said += [str(error.value), repr(error.value), "".join(traceback.format_exception_only(error.value))]
        with pytest.raises(RefusedError) as refused:
            desk.contact_card(Actor("li", "technician"), TEN, purpose="service", phone="13987651234")
        said += [str(refused.value), repr(refused.value)]
    told = "\n".join([*said, stream.getvalue()])
    for secret in SECRETS:
        assert secret not in told, secret


def test_a_file_holds_no_plain_byte_and_opens_by_its_key_alone(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with peopled(Desk(path)) as desk:
        desk.contact_card(WANG, TEN, purpose="service", surname="欧阳")
        assert desk.unlocked
    for file in tmp_path.iterdir():
        for secret in SECRETS:
            assert secret.encode() not in file.read_bytes(), (file.name, secret)
    with Desk(path) as desk:
        assert not desk.unlocked
        with pytest.raises(RefusedError):
            desk.contact_card(WANG, TEN, phone="13987651234")
        with pytest.raises(DataError, match="does not open"):
            desk.unlock(key=bytes(32))
        with pytest.raises(DataError, match="opens with a key"):
            desk.unlock(passphrase="correct horse battery")
        assert desk.unlock(key=KEY) == {"created": False, "epoch": 1}
        assert desk.rotate(passphrase="correct horse battery") == {"keys": 1, "epoch": 2}
        desk.lock()
        with pytest.raises(DataError, match="passphrase"):
            desk.unlock(key=KEY)
        desk.unlock(passphrase="correct horse battery")
        assert len(desk.contact_card(WANG, TEN, phone="13987651234").callers) == 1


def test_a_damaged_vault_is_a_clear_error(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "desk.db"
    peopled(Desk(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE vault SET state = 'nonsense'")
    connection.commit()
    connection.close()
    with Desk(path) as desk, pytest.raises(StorageError, match="record of the vault"):
        desk.unlock(key=KEY)


@pytest.mark.parametrize("wrong", [{}, {"key": KEY, "passphrase": "x" * 20}, {"key": b""}, {"key": bytes(33)}])
def test_an_opener_is_one_key_or_one_passphrase(wrong: dict[str, Any]) -> None:
    with Desk() as desk:
        with pytest.raises(ArgumentError):
            desk.unlock(**wrong)
        assert not desk.unlocked


def test_a_caller_is_named_by_one_thing() -> None:
    with peopled(Desk()) as desk:
        for caller in ({}, {"phone": "1", "name": "x"}, {"shoe": "43"}):
            with pytest.raises(ArgumentError):
                desk.contact_card(WANG, TEN, **caller)


def test_concurrent_reads_are_all_logged(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    desks = [peopled(Desk(path))]
    for _ in range(2):
        desks.append(Desk(path))
        desks[-1].unlock(key=KEY)

    def read(n: int) -> int:
        return len(desks[n % 3].contact_card(Actor(f"reader-{n}", "agent"), TEN, purpose="service", customer="k").callers)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(read, range(120))) == 120
    lines = desks[0].access_log(DIRECTOR, TEN, purpose="supervision", limit=1000)
    assert [line.seq for line in lines] == list(range(1, 121))
    assert {line.actor for line in lines} == {f"reader-{n}" for n in range(120)}
    assert desks[0].query({"verify": {"community": "company/access"}})["verify"]["holds"]
    for desk in desks:
        desk.close()
