"""What the package raises. Every error has a stable ``code``, the ``path`` in the input, and a line in Chinese."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["ArgumentError", "DataError", "GuanjiaError", "InternalError", "RefusedError", "StorageError"]


class GuanjiaError(Exception):
    """Base of every error of this package."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        path: str = "",
        message_zh: str = "",
        problems: list[dict[str, Any]] | None = None,
        refusal: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        """Stable id, such as ``case.wrong_status``."""
        self.path = path
        """Where in the input, such as ``targets[3].budget``; ``[17]`` is a row of a batch."""
        self.message_zh = message_zh or message
        """The message in Chinese."""
        self.problems = problems or []
        """All problems of a file, each with path, line and what would be right."""
        self.refusal = refusal
        """Code, words, rule and clause, where a rule refused."""


class ArgumentError(GuanjiaError, ValueError):
    """The call is wrong: a name, a type, a naive datetime without a zone. The caller's code must change."""


class DataError(GuanjiaError, ValueError):
    """The data are wrong: ``problems`` lists all mistakes of a file."""


class RefusedError(DataError):
    """A rule refuses a command: ``refusal`` names it. Nothing was changed."""


class StorageError(GuanjiaError, OSError):
    """The store failed: locked (``store.busy``), full (``store.full``), or not one of ours (``store.not_ours``)."""


class InternalError(GuanjiaError, RuntimeError):
    """A mistake of ours: please report it."""


_KINDS: dict[str, type[GuanjiaError]] = {
    "argument": ArgumentError,
    "data": DataError,
    "storage": StorageError,
    "internal": InternalError,
}


def from_json(text: str) -> GuanjiaError:
    """The exception that an error of the core stands for; the native half calls this."""
    error = json.loads(text)
    refusal = error.get("refusal")
    kind = RefusedError if refusal else _KINDS.get(error.get("kind", ""), InternalError)
    words = error.get("words", {})
    return kind(
        words.get("en", ""),
        code=error.get("code", ""),
        path=error.get("path", ""),
        message_zh=words.get("zh", ""),
        problems=error.get("problems"),
        refusal=refusal,
    )


def argument(path: str, message: str, message_zh: str) -> ArgumentError:
    """The error of an argument, worded as the core words its own."""
    at = f"{path}: " if path else ""
    return ArgumentError(f"{at}{message}", code="argument", path=path, message_zh=f"参数有误:{at}{message_zh}")
