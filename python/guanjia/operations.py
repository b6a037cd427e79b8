"""Operations by name: everything that keeps no state, the same in Rust, C and Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from . import _native
from ._forms import text, written
from .errors import argument
from .rulebook import Rulebook

__all__ = ["Context", "call"]


class Context:
    """What operations run in: a rulebook in force, and others that arguments may name. Immutable; compile it once.

    >>> Context().call("calendar.is_open", calendar="office", at="2026-02-28T10:00:00+08:00")
    {'open': True}
    """

    __slots__ = ("_native", "_rulebook")

    def __init__(self, rulebook: Rulebook | None = None, *others: Rulebook) -> None:
        """``rulebook`` is in force, the standard one if absent; the standard one can always be named."""
        self._rulebook = Rulebook.standard() if rulebook is None else rulebook
        native = _native.Context(self._rulebook._native)
        for other in others:
            native = native.and_rulebook(other._native)
        self._native = native

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook in force."""
        return self._rulebook

    def call(self, name: str, args: Mapping[str, Any] | None = None, /, **more: Any) -> Any:
        """Runs an operation; see :func:`call`."""
        if args is not None and not isinstance(args, Mapping):
            raise argument("", f"arguments are given by name, not as {args!r}", f"参数要按名称给出,而不是 {args!r}")
        given = dict(args or {})
        for key, value in more.items():
            if key in given:
                raise argument(key, "is given twice", "给了两次")
            given[key] = value
        return json.loads(self._native.call(text(name, "name"), written(given)))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a context is compiled: pickle its rulebooks and build it again")

    def __repr__(self) -> str:
        return f"<Context {self._rulebook.pin}>"


def call(name: str, args: Mapping[str, Any] | None = None, /, **more: Any) -> Any:
    """Runs an operation by name: ``call("operations.list")`` names them all.

    Arguments are given by name; those that Python cannot spell, such as ``from``, in a mapping before them. Datetimes must
    be aware; calendars, budgets, dates, timedeltas and decimals go in as they are. The answer is what its JSON says.

    ``rulebook=`` takes a :class:`Rulebook` as the one in force for this call; as text it names one to the operation.

    >>> from datetime import date
    >>> call("calendar.working_days_between", {"from": date(2026, 2, 9)}, to=date(2026, 3, 2), calendar="office")
    {'days': 11}
    """
    rulebook = more.get("rulebook")
    if isinstance(rulebook, Rulebook):
        del more["rulebook"]
        return _under(rulebook).call(name, args, **more)
    return _standard().call(name, args, **more)


@lru_cache(maxsize=1)
def _standard() -> Context:
    return Context()


@lru_cache(maxsize=16)
def _under(rulebook: Rulebook) -> Context:
    return Context(rulebook)
