"""Datetimes, lengths and zones on their way in and out: the core counts microseconds.

A naive datetime is read only where the caller has said its zone. There a skipped local time moves forward by the gap,
whatever its ``fold``; of a time that comes twice ``fold=0`` is the earlier, ``fold=1`` the later, as Python has it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from .errors import argument

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_LARGEST = 2**63 - 1
_LENGTH = re.compile(r"(-?)PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?")


def zone_of(zone: str | tzinfo, path: str) -> tzinfo:
    """The zone of an IANA name, or the zone itself."""
    if isinstance(zone, tzinfo):
        return zone
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise argument(
            path,
            f"`{zone!s}` is no time zone known here: write an IANA name such as Asia/Shanghai; a machine without a zone "
            "database needs the package tzdata",
            f"找不到时区“{zone!s}”:请写 IANA 名称,如 Asia/Shanghai;没有时区库的机器请安装 tzdata 包",
        ) from error


def aware(at: datetime, naive: tzinfo | None, path: str = "") -> datetime:
    """``at`` with its offset; ``naive`` is the zone of naive ones."""
    if not isinstance(at, datetime):
        raise argument(path, f"a datetime is needed, not {at!r}", f"需要 datetime,而不是 {at!r}")
    if at != at:  # pandas has a datetime that is none
        raise argument(path, "a datetime is needed, not NaT", "需要 datetime,而不是 NaT")
    if at.utcoffset() is not None:
        return at
    if naive is None:
        raise argument(
            path,
            f"`{at}` is naive: give it a tzinfo, or say the zone of naive datetimes once with naive=...",
            f"时间“{at}”没有时区:请带上 tzinfo,或用 naive=... 说明一次",
        )
    local = at.replace(tzinfo=naive)
    return local.replace(fold=0) if local.fold and _skipped(local) else local


def _skipped(local: datetime) -> bool:
    """Whether no clock ever shows this time."""
    shown = local.astimezone(timezone.utc).astimezone(local.tzinfo)
    return shown.replace(tzinfo=None, fold=0) != local.replace(tzinfo=None, fold=0)


def micros(at: datetime, naive: tzinfo | None, path: str = "") -> int:
    """Microseconds since the epoch."""
    return (aware(at, naive, path) - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=4096)
def steady_offsets(zone: tzinfo, first: int, count: int) -> list[int | None]:
    """For each of ``count`` days from ``first`` on, counted from 1970 in UTC, the offset in seconds that is in force from the
    day before to the day after; none where clocks change. The native half asks this. Zones that may answer differently the
    next time are not asked; no zone of the database changes its clocks twice within a day."""
    if type(zone) not in (ZoneInfo, timezone):
        return [None] * count
    midnights = (_EPOCH + timedelta(days=day) for day in range(first - 1, first + count + 2))
    offsets = [midnight.astimezone(zone).utcoffset() or timedelta(0) for midnight in midnights]
    return [
        offset // _SECOND if len({*offsets[day : day + 4]}) == 1 and not offset % _SECOND else None
        for day, offset in enumerate(offsets[:count])
    ]


def moment(at: int, zone: tzinfo) -> datetime:
    """The datetime in ``zone`` of so many microseconds since the epoch."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone)


def read_moment(text: str, zone: tzinfo) -> datetime:
    """The datetime in ``zone`` of RFC 3339."""
    return datetime.fromisoformat(text).astimezone(zone)


def instant(at: datetime, naive: tzinfo | None, path: str = "") -> str:
    """RFC 3339. Local mean time has offsets in seconds, which that form cannot write: it goes out in UTC."""
    at = aware(at, naive, path)
    offset = at.utcoffset()
    if offset is not None and offset % _MINUTE:
        at = at.astimezone(timezone.utc)
    return at.isoformat()


def length_micros(value: timedelta, path: str) -> int:
    """A length in microseconds, within what 64 bits hold."""
    if not isinstance(value, timedelta):
        raise argument(path, f"a timedelta is needed, not {value!r}", f"需要 timedelta,而不是 {value!r}")
    whole = value // _MICROSECOND
    if abs(whole) > _LARGEST:
        raise argument(path, f"{value!r} is longer than 292,000 years", f"{value!r} 超过 29.2 万年")
    return whole


def length(value: timedelta) -> str:
    """A timedelta as ISO 8601 in seconds, exact to the microsecond."""
    whole = value // _MICROSECOND
    sign, whole = ("-", -whole) if whole < 0 else ("", whole)
    seconds, rest = divmod(whole, 1_000_000)
    return f"{sign}PT{seconds}.{rest:06d}S" if rest else f"{sign}PT{seconds}S"


def read_length(text: str) -> timedelta:
    """The timedelta of ISO 8601 in hours, minutes and seconds."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise argument("", f"`{text}` is no length", f"“{text}”不是时长")
    sign, hours, minutes, seconds, fraction = found.groups()
    value = timedelta(
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "").ljust(6, "0")),
    )
    return -value if sign else value


def day(value: date, path: str) -> str:
    """A date in ISO form; a datetime is not taken for one, since its date depends on a zone."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise argument(path, f"a date is needed, not {value!r}", f"需要 date,而不是 {value!r}")
    return value.isoformat()
