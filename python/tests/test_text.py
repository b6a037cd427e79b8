"""Text: what types and errors Python gives; what is found and hidden is told by the vectors."""

from __future__ import annotations

import pytest
from guanjia import ArgumentError, DataError, text

SURROGATE = "楼\udce6"


def test_places_are_characters() -> None:
    note = "😀电话13812345678"
    (found,) = text.find_personal(note)
    assert found == text.Found(text.Kind.MOBILE, 3, 14, "13812345678", True)
    assert note[found.at : found.end] == found.text


def test_a_normal_text_leads_back() -> None:
    note = "  電梯壞了！！！！"
    normal = text.normalise(note)
    place = normal.text.index("!!")
    found = normal.original(place, place + 2)
    assert found is not None
    assert note[slice(*found)] == "！！！！"
    assert [normal.original(*bad) for bad in ((2, 2), (-1, 2), (0, 99))] == [None] * 3


def test_gb18030_both_ways() -> None:
    name = "李㛃·𬱟€"
    assert text.from_gb18030(text.to_gb18030(name)) == name
    assert text.from_gb18030(bytearray("停水".encode("gbk"))) == "停水"
    with pytest.raises(DataError) as refused:
        text.to_gbk(name)
    assert [problem["path"] for problem in refused.value.problems] == ["text[1]", "text[3]", "text[4]"]
    with pytest.raises(DataError) as refused:
        text.from_gb18030(b"\xc2\xa9\xff!\xff")
    assert [problem["path"] for problem in refused.value.problems] == ["data[2]", "data[4]"]
    with pytest.raises(ArgumentError):
        text.from_gb18030("text")  # type: ignore[arg-type]


def test_gbk_is_what_pythons_codec_holds() -> None:
    """Every character of the basic plane; Python's codec is of another hand."""
    for code in range(0x80, 0x10000):
        character = chr(code)
        if 0xD800 <= code < 0xE000:
            continue
        try:
            expected = character.encode("gbk")
        except UnicodeEncodeError:
            with pytest.raises(DataError):
                text.to_gbk(character)
        else:
            assert text.to_gbk(character) == expected, hex(code)


@pytest.mark.parametrize(
    "call",
    [text.normalise, text.name, text.to_gbk, text.misread, text.find_personal, text.mask, lambda one: text.mask_many([one])],
)
def test_half_a_surrogate_pair_is_told(call: object) -> None:
    with pytest.raises(ArgumentError, match="character 1 is half a surrogate pair"):
        call(SURROGATE)  # type: ignore[operator]


def test_many_are_one_by_one() -> None:
    notes = ["电话13812341234", None, "", "我叫王明"]
    assert text.mask_many(notes) == [None if note is None else text.mask(note) for note in notes]
    assert text.mask_many(iter(["我叫王明,13812341234"]), [text.Kind.NAME]) == ["我叫王*,13812341234"]
    with pytest.raises(ArgumentError):
        text.mask_many("电话")
    with pytest.raises(ArgumentError) as refused:
        text.mask("电话", ["phone"])
    assert refused.value.path == "kinds[0]"


def test_stand_ins_agree_by_key() -> None:
    one, other = text.Pseudonyms(b"a secret of 16 b"), text.Pseudonyms(b"a secret of 16 b")
    assert one.replace("我叫王明") == other.replace_many(["业主王明来电"])[0].replace("业主", "我叫").replace("来电", "")
    assert one.replace("13812345678") != text.Pseudonyms(b"another").replace("13812345678")
    with pytest.raises(ArgumentError):
        text.Pseudonyms(b"")
