"""What people read, in Chinese and English."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Words"]


class Words(NamedTuple):
    """One text in both languages; printed in English."""

    zh: str
    """Chinese."""
    en: str
    """English."""

    def __str__(self) -> str:
        return self.en

    @classmethod
    def read(cls, record: dict[str, Any] | None) -> Words | None:
        """From the core's record, if there is one."""
        return None if record is None else cls(record["zh"], record["en"])
