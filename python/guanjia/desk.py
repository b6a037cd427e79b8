"""The desk: commands, time and questions over a store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from os import PathLike, fsdecode
from typing import Any, Literal, NoReturn

from . import _native
from ._forms import count, text, written
from ._instants import micros, zone_of
from .errors import argument
from .files import (
    AccessLine,
    Actor,
    CaseText,
    ContactCard,
    CustomerFile,
    FileDue,
    read_access,
    read_card,
    read_due,
    read_file,
)
from .rulebook import Rulebook

__all__ = ["Desk"]


class Desk:
    """The desk: commands, time and questions over an SQLite file, or in memory. Any thread may call it; callers queue.

    Other processes may use the file too; this one must not open it with the module ``sqlite3`` as well, since two copies of
    SQLite in one process do not see each other's locks.

    >>> with Desk() as desk:
    ...     receipt = desk.submit({
    ...         "id": "k-1", "community": "riverside", "actor": {"id": "wang", "role": "agent"},
    ...         "recorded_at": "2026-03-02T09:00:00+08:00",
    ...         "do": {"case.register": {"channel": "hotline", "text": "电梯困人了,快来"}},
    ...     })
    ...     card = desk.query({"case": {"case_id": receipt["record"], "now": "2026-03-02T09:05:00+08:00"}})
    ...     card["case"]["case"]["labels"]["urgency"]
    'emergency'
    """

    __slots__ = ("_naive", "_native", "_path")

    def __init__(
        self,
        path: str | PathLike[str] | None = None,
        *,
        rulebook: Rulebook | None = None,
        durability: Literal["full", "normal"] = "full",
        busy_timeout: timedelta = timedelta(seconds=5),
        max_pages: int | None = None,
        naive: str | tzinfo | None = None,
    ) -> None:
        """Opens ``path``, which is made if it is not there; without a path all is kept in memory.

        Args:
            path: The SQLite file.
            rulebook: The rulebook in force, the standard one if absent. Cases live on under the one they began with.
            durability: ``full``: a committed command survives a power cut. ``normal``: the last moments may be lost, the
                file stays whole.
            busy_timeout: How long another process that writes is waited for.
            max_pages: The most pages the file may have: a quota.
            naive: The zone of naive datetimes given to this desk.
        """
        options = {
            "durability": durability,
            "busy_timeout_ms": count(busy_timeout // timedelta(milliseconds=1), "busy_timeout"),
            "max_pages": max_pages,
        }
        book = None if rulebook is None else rulebook._native
        self._naive = None if naive is None else zone_of(naive, "naive")
        self._path = None if path is None else text(fsdecode(path), "path")
        self._native = _native.Desk(self._path, book, written(options))

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook in force."""
        return Rulebook._of(self._native.rulebook())

    def submit(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Takes one command in one transaction: its receipt. A repeat gets the receipt of the first.

        Raises :class:`~guanjia.RefusedError` with rule and clause if a rule refuses; nothing is changed then.
        """
        receipt: dict[str, Any] = json.loads(self._native.submit(written(command, self._naive)))
        return receipt

    def submit_all(self, commands: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Takes many commands; neighbours of one community share a transaction. Each is answered for itself, by
        ``{"receipt": ...}`` or ``{"refusal": ...}``."""
        answers: list[dict[str, Any]] = json.loads(self._native.submit_all(written(list(commands), self._naive)))
        return answers

    def advance(self, now: datetime, limit: int = 100_000) -> dict[str, Any]:
        """Tells what time alone has brought up to ``now``, at most ``limit`` wakes; ``more`` says that some are left."""
        at = micros(now, self._naive, "now")
        advanced: dict[str, Any] = json.loads(self._native.advance(at, count(limit, "limit")))
        return advanced

    def adopt(self, rulebook: Rulebook) -> dict[str, Any]:
        """Puts another rulebook in force: for new cases, and for those that ``case.rebase`` moves to it. All others go on
        under the one they are pinned to."""
        adopted: dict[str, Any] = json.loads(self._native.adopt(rulebook._native))
        return adopted

    def extend(self, days: str | Sequence[Any] | Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Adds announced days to the holiday tables, the day they are announced: the rulebook in force grows, and so do
        those of the cases whose due times rested on them. Those due times alone are computed anew, each with a journal row
        that has both values.

        Args:
            days: The text of an iCalendar or JSON file, or JSON in any of its shapes, as :meth:`Calendar.extend` takes it.
            now: The time of the change.
        """
        told = days if isinstance(days, str) else written(days)
        retimed: dict[str, Any] = json.loads(self._native.extend(told, micros(now, self._naive, "now")))
        return retimed

    def retime(self, now: datetime) -> dict[str, Any]:
        """Computes due times anew that rested on days not announced when they were set: after the rulebook in force, or
        the table that comes with this library, has learnt of them."""
        retimed: dict[str, Any] = json.loads(self._native.retime(micros(now, self._naive, "now")))
        return retimed

    def query(self, query: Mapping[str, Any]) -> Any:
        """Answers a question from one snapshot."""
        return json.loads(self._native.query(written(query, self._naive)))

    def unlock(self, *, key: bytes | None = None, passphrase: str | None = None) -> dict[str, Any]:
        """Opens the vault of the file, and makes it where there is none: from then on personal data can be written and read.

        Args:
            key: The company's key: 32 bytes that nobody can guess, kept where the file is not.
            passphrase: Or a passphrase of at least 12 characters, stretched by Argon2id with 64 MiB.

        Returns:
            ``{"created": ..., "epoch": ...}``.

        Raises:
            DataError: The key or the passphrase does not open the vault.
        """
        unlocked: dict[str, Any] = json.loads(self._native.unlock(_opener(key, passphrase)))
        return unlocked

    def lock(self) -> None:
        """Closes the vault: nothing personal is read or written until it is opened again."""
        self._native.lock()

    @property
    def unlocked(self) -> bool:
        """Whether the vault is open."""
        return self._native.unlocked

    def rotate(self, *, key: bytes | None = None, passphrase: str | None = None) -> dict[str, Any]:
        """Gives the vault another key or passphrase: every customer's key is wrapped anew, no history is rewritten, and the
        old one opens nothing of the file any more."""
        rotated: dict[str, Any] = json.loads(self._native.rotate(_opener(key, passphrase)))
        return rotated

    def ask(self, request: Mapping[str, Any]) -> Any:
        """Answers a question about persons by the rulebook's permissions, once the read is recorded: the record that
        ``desk.request`` of the schema describes. :meth:`contact_card` and its neighbours are the same, typed.

        Raises :class:`~guanjia.RefusedError` where the rulebook does not grant it; the refusal is recorded as well.
        """
        return json.loads(self._native.ask(written(request, self._naive)))

    def contact_card(
        self, actor: Actor, at: datetime, *, purpose: str | None = None, **caller: str
    ) -> ContactCard:
        """Who is calling: file, premises, open and recent cases with clocks, promises.

        Args:
            actor: Who asks.
            at: When.
            purpose: What for, as the rulebook names it; without one personal fields are masked.
            caller: One of ``phone``, ``phone_tail`` (last four digits), ``name``, ``surname``, ``identity``, ``plate``,
                ``wechat``, ``premises``, ``customer``.

        >>> with Desk() as desk:
        ...     _ = desk.unlock(key=bytes(32))
        ...     _ = desk.submit({
        ...         "id": "k-1", "community": "riverside", "actor": {"id": "wang", "role": "agent"},
        ...         "recorded_at": "2026-03-02T09:00:00+08:00",
        ...         "do": {"people.add_customer": {"kind": "person", "form_of_address": "ms",
        ...                                        "file": {"name": "王芳", "phone": "13800001234"}}},
        ...     })
        ...     nine = datetime.fromisoformat("2026-03-02T09:30:00+08:00")
        ...     card = desk.contact_card(Actor("wang", "agent"), nine, purpose="service", phone="138 0000 1234")
        ...     card.callers[0].greeting.zh
        '上午好,王女士!'
        """
        if len(caller) != 1:
            raise argument("caller", "name one thing that is known of the caller", "请给出来电者的一项信息")
        return read_card(self._told(actor, at, purpose, {"contact_card": {"by": caller}}))

    def customer(self, actor: Actor, at: datetime, customer_id: str, *, purpose: str | None = None) -> CustomerFile:
        """A customer's file as far as the actor sees it."""
        return read_file(self._told(actor, at, purpose, {"customer": {"customer_id": customer_id}}))

    def case_text(self, actor: Actor, at: datetime, case_id: str, *, purpose: str | None = None) -> CaseText:
        """What the customer said when a case was registered."""
        told = self._told(actor, at, purpose, {"case_text": {"case_id": case_id}})
        return CaseText(told["case_id"], told.get("text"), told.get("erased", False))

    def accesses(
        self, actor: Actor, at: datetime, customer_id: str, *, purpose: str | None = None, limit: int = 100
    ) -> list[AccessLine]:
        """Who looked at a customer's file and who was refused, the last first."""
        ask = {"accesses": {"customer_id": customer_id, "limit": count(limit, "limit")}}
        return list(map(read_access, self._told(actor, at, purpose, ask)))

    def access_log(
        self, actor: Actor, at: datetime, *, purpose: str | None = None, after: int = 0, limit: int = 100
    ) -> list[AccessLine]:
        """All reads and refusals after a place of their chain."""
        ask = {"access_log": {"after": count(after, "after"), "limit": count(limit, "limit")}}
        return list(map(read_access, self._told(actor, at, purpose, ask)))

    def files_due(
        self,
        actor: Actor,
        at: datetime,
        before: datetime,
        *,
        purpose: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[FileDue]:
        """Files that were not gone through since ``before``, or that lack a name or a phone."""
        ask = {"files_due": {"before": before, "after": after, "limit": count(limit, "limit")}}
        return list(map(read_due, self._told(actor, at, purpose, ask)))

    def _told(self, actor: Actor, at: datetime, purpose: str | None, ask: Mapping[str, Any]) -> Any:
        """The answer to a question, without its name."""
        told = self.ask({"actor": actor, "at": at, "purpose": purpose, "ask": ask})
        return told[next(iter(ask))]

    def close(self) -> None:
        """Closes the desk; closing twice is fine."""
        self._native.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._native.closed

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a desk holds an open store and cannot be pickled or copied: open the file again")

    def __repr__(self) -> str:
        closed = ", closed" if self.closed else ""
        return f"<Desk {self._path or 'in memory'}{closed}>"


def _opener(key: bytes | None, passphrase: str | None) -> str:
    """What opens a vault, as JSON."""
    if (key is None) == (passphrase is None):
        raise argument("key", "give a key or a passphrase, one of them", "请给出密钥或口令之一")
    if key is None:
        return json.dumps({"passphrase": text(passphrase or "", "passphrase")})
    if len(key) != 32:
        raise argument("key", f"a key has 32 bytes, this one has {len(key)}", f"密钥须为 32 字节,现为 {len(key)}")
    return json.dumps({"key": bytes(key).hex()})
