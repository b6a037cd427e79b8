"""Datetimes in and out: aware ones as they are, naive ones only where the caller has said their zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from .errors import ArgumentError

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def zone_of(name: str | None) -> tzinfo | None:
    """The zone of this IANA name."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ArgumentError(f"`{name}` is no IANA zone", code="argument", path="zone") from error


def aware(at: datetime, zone: tzinfo | None) -> datetime:
    """``at`` with a zone; a skipped local time moves forward by the gap, an ambiguous one is the earlier."""
    if at.tzinfo is not None:
        return at
    if zone is None:
        raise ArgumentError(
            f"`{at}` is naive: give it a tzinfo, or say the zone of naive times once with zone=...",
            code="argument.naive",
            message_zh=f"时间“{at}”没有时区:请带上时区,或用 zone=... 说明一次",
        )
    return at.replace(tzinfo=zone)


def micros(at: datetime, zone: tzinfo | None) -> int:
    """Microseconds since the epoch."""
    return (aware(at, zone) - _EPOCH) // _MICROSECOND


def moment(at: int, zone: tzinfo) -> datetime:
    """The datetime in ``zone`` of so many microseconds since the epoch."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone)


def plain(value: Any, zone: tzinfo | None) -> Any:
    """``value`` as JSON can carry it: datetimes as RFC 3339, dates as ISO, lengths as ISO 8601."""
    if isinstance(value, datetime):
        return aware(value, zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return length(value)
    if isinstance(value, Mapping):
        return {key: plain(item, zone) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain(item, zone) for item in value]
    return value


def length(value: timedelta) -> str:
    """A timedelta as ISO 8601 in seconds, exact to the microsecond."""
    whole = value // _MICROSECOND
    sign, whole = ("-", -whole) if whole < 0 else ("", whole)
    seconds, rest = divmod(whole, 1_000_000)
    return f"{sign}PT{seconds}.{rest:06d}S" if rest else f"{sign}PT{seconds}S"
