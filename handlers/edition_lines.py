"""Owns which named editions hold a line no longer, once it was amended or labelled anew; what they hold is
``bot.editions``' to say, and who knew of it ``audience``'s."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from bot import audience
from bot.amending import Amendment
from bot.audience import NamedRecord, Record
from handlers.work import Reading
from storage import editions as rows
from storage.editions import Kept

GONE = "It no longer stands in {editions}: who was asked there kept silent on other words."
TOO_STRICT = "It no longer stands in {editions}: its label is too strict for that now."
ONE = "“{name}” (`{reference}`)"


@dataclass(frozen=True, slots=True)
class GoneFrom:
    """A named edition in which the reader could read a line that it holds no longer."""

    reference: str
    name: str


def asking_for(work: Reading, lines: Collection[str]) -> list[Kept]:
    """The editions that ask for some of those lines, whoever may know of them."""
    return rows.asking_for(work.tx, lines)


def gone_by(work: Reading, kept: Sequence[Kept], record: Record, made: Amendment) -> tuple[GoneFrom, ...]:
    """Those of *kept* that do not hold the line of *made* any more since that stands below it, as in ``gone_from``;
    what was put there later is another's to tell of."""
    before = tuple(takewhile(lambda a: a.id != made.id, record.amendments))
    with_it = (*before, *(a for a in record.amendments if a.id == made.id))
    without, after = replace(record, amendments=before), replace(record, amendments=with_it)
    return gone_from(work, kept, without, after, made.line)


def gone_from(work: Reading, kept: Sequence[Kept], before: Record, after: Record, line: str) -> tuple[GoneFrom, ...]:
    """Those of *kept* that held a line (by reference) before, as the reader knew, and do not any more; the records have
    that line with all that stands below it, oldest first, and what decides who reads it."""

    def held(one: Kept, of: Record) -> bool:
        named = NamedRecord(one.edition, of, one.asked, one.taken_out)
        return any(li.reference == line for li in audience.cut_edition(work.reader, named, work.now))

    of_call = (one for one in kept if one.edition.call_id == after.call.id)
    gone = (one.edition for one in of_call if held(one, before) and not held(one, after))
    return tuple(GoneFrom(e.reference, e.name) for e in gone)


def told_gone(gone: Sequence[GoneFrom], why: str = GONE) -> str:
    """In which editions a line no longer stands, and *why*, as a sentence; empty where there is none."""
    named = " and ".join(ONE.format(name=g.name, reference=g.reference) for g in gone)
    return why.format(editions=named) if gone else ""
