"""Owns what a lane makes before its turn: messages that follow each other, claimed together by one commit.

A commit that has to outlast the machine waits for the disk, longer than all the rest of a mail takes. So several are
made in one transaction, with their entries in the ledger; each is offered to nobody before its turn, and then only if
nothing at all was written by anybody else since: else it is forgotten, and made anew of what is true then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.composing import Composed, Ended, Kinds, compose_message
from handlers.desk import Desk
from storage import audit, exposures, outbox
from storage.outbox import LEASE, Errand
from storage.store import Tx, undone_alone

MOST = 15
"""So many are made beside the one whose turn it is: what is made too early was made for nothing."""
GOOD_FOR = timedelta(seconds=1)
"""What was made longer ago is made anew, though nobody wrote: a part may have ended since."""

Mark = Callable[[Tx], None]


class _NotAhead(Exception):
    """A message that is made at its own turn: then it is told what hinders it."""


@dataclass(frozen=True, slots=True)
class _Made:
    errands: Sequence[Errand]
    composed: Composed


class Ahead:
    """The messages that one lane has made before their turn; used by one thread."""

    def __init__(self, desk: Desk, kinds: Kinds) -> None:
        self._desk = desk
        self._kinds = kinds
        self._made: dict[str, _Made] = {}
        self._most = 0
        self._at: datetime = desk.now()
        self._written: int | None = None

    def holds(self, errands: Sequence[Errand]) -> bool:
        """Whether the message of *errands* was made."""
        return errands[0].id in self._made

    def compose(self, errands: list[Errand], coming: Sequence[list[Errand]], before: Mark | None) -> Composed | Ended:
        """The message of *errands*, whose turn it is, as ``compose_message`` has it, and with it those of some *coming*
        ones: more each time, as long as all of the last time got their turn.

        *before* is written in the same transaction, and with it or not at all: the mark of the message that left last.
        No act comes between two looks of it: a part that it saw open would give lines entered once it was closed.
        """
        self._most = 0 if self._made else min(4 * self._most + 3, MOST) if self._written is not None else 0
        made, written, composed = audit.between_acts(
            self._desk.store, lambda tx: self._compose(tx, errands, coming, before)
        )
        self._made, self._written = made, None if written is None else written + 1
        return composed

    def _compose(
        self, tx: Tx, errands: list[Errand], coming: Sequence[list[Errand]], before: Mark | None
    ) -> tuple[dict[str, _Made], int | None, Composed | Ended]:
        desk, made, fetched = self._desk, dict[str, _Made](), dict[object, Any]()
        self._at, written = desk.now(), desk.store.written
        if before is not None:
            before(tx)
        self._forget(tx)
        composed = compose_message(desk, tx, self._kinds, errands, fetched)
        alone = isinstance(composed, Ended) or composed.more or written is None
        for each in () if alone else coming[: self._most]:
            one = self._try(tx, each, fetched)
            if one is None:
                break
            made[each[0].id] = _Made(each, one)
        return made, written, composed

    def take(self, errands: Sequence[Errand], before: Mark | None) -> Composed | None:
        """The message of *errands*, if it is as good as new, from now on in the ledger as one that may have left.

        *before* is written in any case. The look and the entry are one transaction, under the fence of whom it is for:
        an act that takes something from them is over before it, and then this one is not good, or sees the entry.
        """
        one, desk = self._made[errands[0].id], self._desk
        with desk.store.begin(lasting=False) as tx:
            good = desk.store.written == self._written and abs(desk.now() - self._at) <= GOOD_FOR
            if before is not None:
                before(tx)
            if good:
                exposures.take_turn(tx, one.composed.exposures)
        if not good or self._written is None:
            return None  # it is forgotten with the rest
        self._written += 1
        del self._made[errands[0].id]
        return one.composed

    def let_go(self) -> None:
        """Forgets what did not get its turn."""
        if self._made:
            with self._desk.store.begin(lasting=False) as tx:
                self._forget(tx)
            self._made = {}

    def _forget(self, tx: Tx) -> None:
        if self._made:
            exposures.forget(tx, [e for one in self._made.values() for e in one.composed.exposures])
            outbox.uncount_attempt(tx, [e.id for one in self._made.values() for e in one.errands])

    def _try(self, tx: Tx, errands: list[Errand], fetched: dict[object, Any]) -> Composed | None:
        """The message of *errands* if nothing is remarkable about it; else as if it had not been tried."""
        try:
            with undone_alone(tx):
                composed = compose_message(self._desk, tx, self._kinds, errands, fetched, self._at + LEASE)
                if isinstance(composed, Ended) or composed.more:
                    raise _NotAhead
        except Exception:  # noqa: BLE001 -- at its own turn it is told
            return None
        return composed
