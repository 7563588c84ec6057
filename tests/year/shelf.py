"""Owns a second opinion on what one person's calendar is to hold of a call, and on the mail that brings it there.

It goes by the page on the barrier (``model``) and by RFC 5546 alone: times and titles of the parts that the person
hears; SEQUENCE +1 where a time or the status changes, and the same where only the text does. Never by a mail's bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.itip import uid_for
from handlers.links import token
from storage.tables import LinkPurpose
from tests.barrier import model
from tests.cast import SECRET

DOMAIN = "lap.example"
ORGANIZER = f"calls@{DOMAIN}"
ABOUT = "The link opens 15 minutes before your part. What else there is to know stands in the mail."
WITHDRAWN = "Invitation withdrawn"
"""What a feed calls an entry that was cancelled."""

Meant = dict[str, object]
Span = tuple[datetime, datetime]


@dataclass
class Planned:
    """A call as it was planned: its id in the house, when it starts (UTC), its title and the model of it."""

    id: str
    start: datetime
    title: str
    model: model.Call

    def span(self, name: str) -> Span:
        at = self.start
        for part in self.model.parts:
            end = at + timedelta(minutes=part.minutes)
            if part.name == name:
                return at, end
            at = end
        raise KeyError(name)


def heard(who: model.Person, call: Planned) -> list[str]:
    """The parts that *who* is invited to, in the order of the call; of a call that nobody was told of, none."""
    if call.model.state not in ("announced", "held"):
        return []
    return [p.name for p in call.model.parts if model.hears(who, call.model, p.name)]


def spans(who: model.Person, call: Planned) -> list[Span]:
    """The stretches of the call without a gap that *who* is invited to."""
    found: list[Span] = []
    for name in heard(who, call):
        start, end = call.span(name)
        found.append((found.pop()[0], end) if found and found[-1][1] == start else (start, end))
    return found


def title(who: model.Person, call: Planned) -> str:
    """The call's for Agencies and the secretariat, for everybody else the names of their own parts."""
    if who.kind in (model.AGENCY, model.SECRETARIAT):
        return call.title
    return " and ".join(dict.fromkeys(heard(who, call)))


@dataclass
class Block:
    """One entry of a calendar as its mails left it; ``span`` and ``title`` of a cancelled one are those it had."""

    uid: str
    sequence: int
    span: Span
    title: str
    live: bool
    stamp: datetime


@dataclass
class Shelf:
    """What one person holds of one call. ``epoch``: how often their link to join it was given anew."""

    who: model.Person
    contact_id: str
    call: Planned
    blocks: list[Block] = field(default_factory=list)
    epoch: int = 0
    renewed: bool = False

    @property
    def link(self) -> str:
        return f"https://{DOMAIN}/join/{token(SECRET, LinkPurpose.JOIN, self.contact_id, self.epoch, self.call.id)}"

    def renew(self) -> None:
        """Their links are new: what they hold is sent again with another text."""
        if any(b.live for b in self.blocks):
            self.epoch, self.renewed = self.epoch + 1, True

    def catch_up(self, at: datetime) -> list[Meant]:
        """The mails that bring the calendar to what the model says, in their order, each as it is meant."""
        wanted, named = spans(self.who, self.call), title(self.who, self.call)
        pairs, left = self._pairs(wanted)
        mails = [self._cancel(block, at) for block in left]
        fresh = [self._show(block, span, named, at) for block, span in pairs]
        self.renewed = False
        return mails + [meant for meant in fresh if meant]

    def _pairs(self, wanted: Sequence[Span]) -> tuple[list[tuple[Block | None, Span]], list[Block]]:
        """Each stretch with the entry that goes on as it, the one it shares most time with; what is live and left."""
        free = list(self.blocks)
        found: dict[int, Block] = {}
        for at, (start, end) in enumerate(wanted):
            sharing = [b for b in free if b.live and b.span[0] < end and start < b.span[1]]
            if sharing:
                found[at] = max(sharing, key=lambda b: min(b.span[1], end) - max(b.span[0], start))
                free.remove(found[at])
        free.sort(key=lambda b: not b.live)
        for at in range(len(wanted)):
            if at not in found and free:
                found[at] = free.pop(0)
        pairs = [(found.get(at), span) for at, span in enumerate(wanted)]
        order = {id(b): n for n, b in enumerate(self.blocks)}
        pairs.sort(key=lambda pair: order.get(id(pair[0]), len(order)))
        return pairs, [b for b in free if b.live]

    def _cancel(self, block: Block, at: datetime) -> Meant:
        block.sequence, block.live, block.stamp = block.sequence + 1, False, at
        return self._facts(block) | {"method": "CANCEL", "status": "CANCELLED"}

    def _show(self, block: Block | None, span: Span, named: str, at: datetime) -> Meant | None:
        if block is None:
            uid = uid_for(self.call.id, self.contact_id, len(self.blocks), DOMAIN)
            block = Block(uid, 0, span, named, True, at)
            self.blocks.append(block)
        elif not block.live or block.span != span:
            block.sequence, block.span, block.title, block.live, block.stamp = block.sequence + 1, span, named, True, at
        elif block.title != named or self.renewed:
            block.title, block.stamp = named, at
        else:
            return None
        told = {"location": self.link, "description": f"{ABOUT}\n\n{self.link}"}
        return self._facts(block) | {"method": "REQUEST", "status": "CONFIRMED"} | told

    def declined(self, block: Block) -> Meant:
        """What the mail means that declines a proposal for that entry: it stays as it is."""
        return self._facts(block) | {"method": "DECLINECOUNTER"}

    def _facts(self, block: Block) -> Meant:
        return {
            "uid": block.uid,
            "sequence": block.sequence,
            "start": block.span[0].isoformat(),
            "end": block.span[1].isoformat(),
            "summary": block.title,
            "organizer": ORGANIZER,
            "attendees": [self.who.name],
        }


def first_in_feed(shelves: Sequence[Shelf]) -> Meant | None:
    """What the first entry of somebody's feed means, who holds just these: the one that starts first."""
    held = [(b.span[0], b.uid, b, s) for s in shelves for b in s.blocks]
    if not held:
        return None
    _, _, block, shelf = min(held, key=lambda h: h[:2])
    meant: Meant = {
        "uid": block.uid,
        "sequence": block.sequence,
        "start": block.span[0].isoformat(),
        "end": block.span[1].isoformat(),
        "summary": block.title if block.live else WITHDRAWN,
        "status": "CONFIRMED" if block.live else "CANCELLED",
    }
    return meant | ({"location": shelf.link} if block.live else {})
