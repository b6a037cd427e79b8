"""Courtesy from Python: types, batches, wrong calls. What sentences come to is the vectors' business."""

from __future__ import annotations

import pickle
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from guanjia import ArgumentError, Courtesy, Customer, Rulebook, Severity, TextKind, Words, call

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_finding_has_its_place_its_article_and_what_is_said_instead() -> None:
    text = "您好😀,这与我无关。"
    (found,) = Courtesy().check(text)
    assert text[found.start : found.end] == found.text == "与我无关"
    assert (found.kind, found.severity, found.clause["regulation"]) == ("refusal", Severity.SERIOUS, "S18")
    assert found.instead.zh == "这件事由相关部门负责,我帮您联系,请稍等。"


def test_a_batch_is_its_texts_one_by_one_and_says_what_the_operation_says() -> None:
    courtesy = Courtesy()
    texts = ["不知道。", "", "业主说“神经病”,已安抚。", "您好,神经病。", "一定给您修好。"]
    for kind in TextKind:
        batch = courtesy.check_many(texts, kind)
        assert batch == [courtesy.check(text, kind) for text in texts]
        for text, found in zip(texts, batch, strict=True):
            told = call("courtesy.check", text=text, kind=kind)["findings"]
            assert [(one.start, one.end, one.rule) for one in found] == [
                (one["start"], one["end"], one["rule"]) for one in told
            ]


def test_greetings_take_datetimes() -> None:
    courtesy = Courtesy(naive="Asia/Shanghai")
    assert str(courtesy.greeting(datetime(2026, 3, 2, 8))) == "早上好"
    festival = courtesy.greeting(datetime(2026, 2, 17, 8, tzinfo=SHANGHAI))
    assert (festival.say, festival.hour.zh, festival.festivals) == (
        Words("新年好", "Happy New Year"),
        "早上好",
        ("spring_festival",),
    )
    with pytest.raises(ArgumentError):
        Courtesy().greeting(datetime(2026, 3, 2, 8))


def test_phrases_take_names_in_one_language_or_two() -> None:
    courtesy = Courtesy()
    said = courtesy.phrase("telephone", company=Words("阳光物业", "Sunshine"), agent="陈", at=datetime(2026, 3, 2, 8, tzinfo=SHANGHAI))
    assert said.say == Words(
        "早上好,阳光物业,我姓陈,请问有什么可以帮助您?", "Good morning, this is 陈 of Sunshine. How may I help you?"
    )
    assert str(courtesy.phrase("yes", customer=Customer("王", "先生"))) == "是的,王先生。"
    assert "telephone" in courtesy.situations


def test_a_rulebook_adds_and_strikes() -> None:
    record = Rulebook.standard().to_record()
    record["courtesy"] = {"company": {"zh": "幸福里物业", "en": "Felicity"}, "strike": {"rules": ["do_not_know"]}}
    import json

    book = Rulebook(json.dumps(record, ensure_ascii=False))
    courtesy = Courtesy(book)
    assert courtesy.check("不知道。") == []
    assert courtesy.phrase("telephone").say.zh.startswith("您好,幸福里物业")
    assert call("courtesy.check", text="不知道。", rulebook=book) == {"findings": []}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("kind", lambda courtesy: courtesy.check("", "letter")),
        ("text", lambda courtesy: courtesy.check("\ud800")),
        ("texts[1]", lambda courtesy: courtesy.check_many(["", 3])),
        ("company", lambda courtesy: courtesy.phrase("telephone")),
        ("situation", lambda courtesy: courtesy.phrase("insult")),
        ("at", lambda courtesy: courtesy.phrase("festival")),
    ],
)
def test_wrong_calls_name_the_argument(path: str, wrong: object) -> None:
    with pytest.raises(ArgumentError) as told:
        wrong(Courtesy())  # type: ignore[operator]
    assert told.value.path == path


def test_what_is_compiled_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="rulebook"):
        pickle.dumps(Courtesy())
