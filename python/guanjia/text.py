"""Text: one form for comparing, GB18030 and GBK, misread bytes, names, personal data found and hidden.

Places are counted in characters, as Python counts them.

>>> from guanjia import text
>>> text.mask("业主李明,3栋2单元501,电话13812341234")
'业主李*,3栋2单元***,电话138****1234'
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias, overload

from . import _native
from ._forms import text as _text
from .errors import argument

__all__ = [
    "Charset",
    "Found",
    "Kind",
    "Misread",
    "Misreading",
    "Normal",
    "Pseudonyms",
    "find_personal",
    "from_gb18030",
    "mask",
    "mask_many",
    "misread",
    "name",
    "normalise",
    "to_gb18030",
    "to_gbk",
]

Charset: TypeAlias = Literal["gb18030", "gbk"]
"""A charset that text is written out in."""


class Kind(StrEnum):
    """What kind of personal data."""

    IDENTITY = "identity"
    MOBILE = "mobile"
    LANDLINE = "landline"
    BANK_CARD = "bank_card"
    PASSPORT = "passport"
    PLATE = "plate"
    EMAIL = "email"
    WECHAT = "wechat"
    QQ = "qq"
    NAME = "name"
    PREMISES = "premises"
    NUMBER = "number"


class Misreading(StrEnum):
    """How a text was misread."""

    GBK_AS_UTF8 = "gbk_as_utf8"
    UTF8_AS_GBK = "utf8_as_gbk"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data at its place."""

    kind: Kind
    """What it is."""
    at: int
    """Where it begins."""
    end: int
    """Where it ends; the character there is no longer part of it."""
    text: str
    """As it was written."""
    certain: bool
    """Whether a check, or a cue that leaves no doubt, speaks for it."""


@dataclass(frozen=True, slots=True)
class Misread:
    """A suspect text."""

    how: Misreading
    """What probably happened."""
    reading: str | None
    """The other reading; none where it is lost."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised text that knows where each of its characters comes from."""

    text: str
    """The text."""
    spans: tuple[tuple[int, int], ...]
    """For each of its characters, where the characters of the original that it stands for begin and end."""

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the characters ``start`` to ``end`` come from; none for an empty or outlying stretch.

        >>> normal = normalise("  救命！！！！ 電梯 ")
        >>> normal.text, normal.original(2, 4)
        ('救命!! 电梯', (4, 8))
        """
        if not 0 <= start < end <= len(self.spans):
            return None
        return self.spans[start][0], self.spans[end - 1][1]


def normalise(text: str) -> Normal:
    """``text`` as it is compared: half-width, lower case, simplified, white space made one, rows of a character cut to two,
    what shows nothing left out. Digits and emoji stay whole.

    >>> normalise("ＡＢＣ 樓上　漏水").text
    'abc 楼上 漏水'
    """
    found, spans = _native.normalise(_text(text, "text"))
    return Normal(found, tuple(spans))


def name(text: str) -> str:
    """A person's name as it is kept: no stray spaces, and U+00B7 for whatever dot a minority's name was written with.

    >>> name(" 买买提．吐尔逊 ")
    '买买提·吐尔逊'
    """
    return _native.person_name(_text(text, "text"))


def from_gb18030(data: bytes | bytearray | memoryview) -> str:
    """The text of GB18030, GBK or GB 2312; :class:`DataError` lists every place that is none of it.

    >>> from_gb18030("漏水".encode("gbk"))
    '漏水'
    """
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise argument("data", f"bytes are needed, not {data!r}", f"需要字节,而不是 {data!r}")
    return _native.from_gb18030(bytes(data))


def to_gb18030(text: str) -> bytes:
    """``text`` as GB18030, which holds every character but U+E5E5."""
    return _native.encode(_text(text, "text"), "gb18030")


def to_gbk(text: str) -> bytes:
    """``text`` as GBK of code page 936; :class:`DataError` lists every character that it does not hold.

    >>> from guanjia import DataError
    >>> try:
    ...     to_gbk("李㛃")
    ... except DataError as error:
    ...     print(error)
    text[1]: `㛃` (U+36C3) is not in GBK
    """
    return _native.encode(_text(text, "text"), "gbk")


def misread(text: str) -> Misread | None:
    """Whether ``text`` is probably another one, read in the wrong charset on its way. A suspicion, never a correction.

    >>> misread("©ˮ")
    Misread(how=<Misreading.GBK_AS_UTF8: 'gbk_as_utf8'>, reading='漏水')
    >>> misread("José Müller") is None
    True
    """
    found = json.loads(_native.misread(_text(text, "text")))
    return None if found is None else Misread(Misreading(found["how"]), found["reading"])


def find_personal(text: str) -> list[Found]:
    """Personal data in ``text``, in order.

    >>> [(found.kind.value, found.text) for found in find_personal("我叫王芳,微信号wang_fang88")]
    [('name', '王芳'), ('wechat', 'wang_fang88')]
    """
    return [Found(**{**one, "kind": Kind(one["kind"])}) for one in json.loads(_native.find_personal(_text(text, "text")))]


def mask(text: str, kinds: Iterable[Kind | str] | None = None) -> str:
    """``text`` with its personal data behind stars, of ``kinds`` or of all of them; as many characters as before."""
    return _native.mask_each([_text(text, "text")], _codes(kinds))[0] or ""


@overload
def mask_many(texts: Iterable[str], kinds: Iterable[Kind | str] | None = None) -> list[str]: ...
@overload
def mask_many(texts: Iterable[str | None], kinds: Iterable[Kind | str] | None = None) -> list[str | None]: ...
def mask_many(texts: Iterable[str | None], kinds: Iterable[Kind | str] | None = None) -> list[str | None] | list[str]:
    """:func:`mask` for each of ``texts``; absent ones stay absent.

    >>> mask_many(["电话13812341234", None])
    ['电话138****1234', None]
    """
    return _native.mask_each(_texts(texts), _codes(kinds))


class Pseudonyms:
    """Stand-ins that are the same for the same person or number, for as long as the object lives; with a ``key`` they follow
    from it and are the same wherever the key is.

    >>> pseudonyms = Pseudonyms()
    >>> pseudonyms.replace("我叫李明,13812345678")
    '我叫客户甲,电话1'
    >>> pseudonyms.replace_many(["138-1234-5678没人接", "业主李明来电"])
    ['电话1没人接', '业主客户甲来电']
    """

    __slots__ = ("_native",)

    def __init__(self, key: bytes | None = None) -> None:
        if key is not None and not key:
            raise argument("key", "is empty: a secret of 16 bytes or more is needed", "为空:需要 16 字节以上的密钥")
        self._native = _native.Pseudonyms(key)

    def replace(self, text: str, kinds: Iterable[Kind | str] | None = None) -> str:
        """``text`` with stand-ins for its personal data."""
        return self._native.replace_each([_text(text, "text")], _codes(kinds))[0] or ""

    @overload
    def replace_many(self, texts: Iterable[str], kinds: Iterable[Kind | str] | None = None) -> list[str]: ...
    @overload
    def replace_many(
        self, texts: Iterable[str | None], kinds: Iterable[Kind | str] | None = None
    ) -> list[str | None]: ...
    def replace_many(
        self, texts: Iterable[str | None], kinds: Iterable[Kind | str] | None = None
    ) -> list[str | None] | list[str]:
        """:meth:`replace` for each of ``texts``; absent ones stay absent."""
        return self._native.replace_each(_texts(texts), _codes(kinds))


def _texts(texts: Iterable[str | None]) -> list[str | None]:
    if isinstance(texts, str):
        raise argument("texts", "is one text: give a list of them", "是一段文本:请给出列表")
    return [None if one is None else _text(one, f"texts[{row}]") for row, one in enumerate(texts)]


def _codes(kinds: Iterable[Kind | str] | None) -> list[str] | None:
    if kinds is None:
        return None
    if isinstance(kinds, str):
        raise argument("kinds", f"is one text: give a list, such as [{str(kinds)!r}]", f"是一段文本:请给出列表,如 [{str(kinds)!r}]")
    return [_text(str(kind), f"kinds[{at}]") for at, kind in enumerate(kinds)]
