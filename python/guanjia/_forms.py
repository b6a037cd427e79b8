"""Python values in the one form that each has in JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from operator import index
from typing import Any, SupportsIndex

from ._instants import instant, length
from .errors import argument


_MOST = 2**32 - 1


def written(value: Any, naive: tzinfo | None = None, path: str = "") -> str:
    """``value`` as JSON text."""
    return json.dumps(plain(value, naive, path), ensure_ascii=False)


def plain(value: Any, naive: tzinfo | None = None, path: str = "") -> Any:
    """``value`` as JSON can carry it: datetimes as RFC 3339, dates in ISO form, lengths as ISO 8601, decimals as text,
    objects of ours as the record that the core reads."""
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value, naive, path)
        case str():
            return text(value, path)
        case float():
            if not math.isfinite(value):
                raise argument(path, f"{value!r} is no number that JSON has", f"JSON 中没有数值 {value!r}")
            return value
        case datetime():
            return instant(value, naive, path)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return length(value)
        case Decimal():
            return f"{value:f}"
        case Mapping():
            within = f"{path}." if path else ""
            return {_key(key, path): plain(item, naive, f"{within}{key}") for key, item in value.items()}
        case Sequence() if not isinstance(value, (bytes, bytearray, memoryview)):
            return [plain(item, naive, f"{path}[{n}]") for n, item in enumerate(value)]
    if isinstance(value, SupportsIndex):
        with suppress(TypeError):  # an array has an index too, if it holds one number
            return index(value)
    if hasattr(value, "to_record"):
        return plain(value.to_record(), naive, path)
    name = type(value).__name__
    raise argument(path, f"a value of type `{name}` has no form in JSON", f"类型“{name}”无法写成 JSON")


def text(value: str, path: str) -> str:
    """``value`` if it is text. Bytes that were decoded with ``surrogateescape`` or cut in two are none."""
    if not isinstance(value, str):
        raise argument(path, f"text is needed, not {value!r}", f"需要文本,而不是 {value!r}")
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError as error:
        shown = value[max(0, error.start - 8) : error.end + 8].encode("ascii", "backslashreplace").decode()
        raise argument(
            path,
            f"character {error.start} is half a surrogate pair, no text (`{shown}`): decode the source with its own "
            "charset, such as gb18030",
            f"第 {error.start} 个字符是不成对的代理码位,不是文本(“{shown}”):请用原始字符集(如 gb18030)解码",
        ) from error
    return value


def count(value: int, path: str) -> int:
    """``value`` if it is a number of things: not below zero, within what 32 bits hold."""
    if not 0 <= value <= _MOST:
        raise argument(path, f"`{value}` lies outside of 0 to {_MOST}", f"“{value}”不在 0 至 {_MOST} 之间")
    return value


def share(value: float, path: str) -> float:
    """``value`` if it is a number from 0 to 1."""
    if not 0 <= value <= 1:
        raise argument(path, f"`{value}` lies outside of 0 to 1", f"“{value}”不在 0 至 1 之间")
    return value


def _key(key: Any, path: str) -> str:
    match key:
        case Enum():
            return _key(key.value, path)
        case datetime():
            pass
        case date():
            return key.isoformat()
        case str():
            return text(key, path)
    raise argument(path, f"{key!r} is no key: keys are text or dates", f"{key!r} 不能作键:键是文本或日期")
