"""Owns the check that what the secretariat is shown of closed material stands on the audit record: of every door.

Each line is typed, each page opened, by an account of its own, so that what is on the record for it is this look's.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields

from sqlalchemy import select

from handlers.formats import FORMATS
from handlers.slack.rooms import ROOMS
from storage import directory
from storage.audit import LOOK
from storage.tables import AgendaItemRow, AuditRow, CallRow, ReportRow, columns
from tests.barrier import model
from tests.barrier.canaries import Secret, guessed
from tests.barrier.people import COMES, NAMED, OTHER, SECRETARY, TEAM, Reader
from tests.barrier.walk import READING, expanded, words_of
from tests.barrier.world import MAIN, World

Asking = Callable[["_Ears", Reader], object]

CLOSED = frozenset(
    {
        "item", "line", "action", "objection", "name on the list", "attendance", "harm", "harm by others", "paper",
        "report",
    }
)  # fmt: skip
"""Titles and times of calls and parts are none (docs/barrier.md): what is said in a part is, and who comes to it."""

HEARING = (NAMED, OTHER, COMES)
"""Two Agencies and the guest who hears most: what one of them may not read is closed."""


def is_closed(secret: Secret) -> bool:
    return secret.thing.kind in CLOSED and not all(secret.may(who.person) for who in HEARING)


def askings(w: World, rng: random.Random, most: int) -> Iterator[tuple[str, Asking]]:
    """What the secretariat may ask: every verb that reads, *most* lines of all verbs, and buttons that were shown."""
    words = words_of(w)
    references = [guessed(reference) for reference in w.references.values()]
    known = [f"{verb} {word}".strip() for verb in ROOMS.verbs for word in ("", MAIN, *references)]
    typed = [f"{verb} {word}".strip() for verb in READING for word in ("", MAIN)]
    typed += rng.sample(known, min(most, len(known)))
    typed += [expanded(room.usage, words, rng) for room in rng.choices(list(ROOMS.verbs.values()), k=most // 2)]
    for line in typed:
        yield f"/lap {line}", lambda ears, who, line=line: ears.says(who, line)
    shown = sorted(w.buttons, key=lambda b: (b.action, b.value))
    for button in rng.sample(shown, min(most // 3, len(shown))):
        yield f"press {button}", lambda ears, who, button=button: ears.presses(who, button)


def unrecorded(w: World, askings: Iterable[tuple[str, Asking]]) -> dict[str, list[str]]:
    """What of *askings*, by an account each, showed the secretariat what is closed and left no entry on the record: the
    calls (ids) of what was shown ('' is no call's). An act that did something stands there as that act; what it moved
    is of the call where it stands since, and a report of none before it is gathered for one."""
    calls = columns(CallRow)
    with w.cast.desk.store.read() as tx:
        ids = {f"{row.start:%Y-%m-%d}": row.id for row in tx.execute(select(calls.id, calls.start))}
    found = {}
    for number, (name, ask) in enumerate(askings):
        who = account(w, number)
        ears = _Ears(**{f.name: getattr(w, f.name) for f in fields(w)})
        ask(ears, who)
        shown = {name for name in ears.heard if is_closed(w.secrets.by_name[name])}
        acts, looks = on_record(w, who.user)
        if acts or not shown:
            continue
        stands = homes(w)
        of = {stands[name] if name in stands else ids.get(w.secrets.by_name[name].thing.call, "") for name in shown}
        missing = sorted(call for call in of if call not in looks and (call or not looks))
        if missing:
            found[name] = missing
    return found


def homes(w: World) -> dict[str, str]:
    """Of every item and report that a secret names, the id of the call that it is for now; '' for none."""
    i, r = columns(AgendaItemRow), columns(ReportRow)
    with w.cast.desk.store.read() as tx:
        both = select(i.reference, i.call_id).union_all(select(r.reference, r.call_id))
        stands = {reference: call_id or "" for reference, call_id in tx.execute(both)}
    return {name: stands[reference] for name, reference in w.references.items() if reference in stands}


@dataclass
class _Ears(World):
    """A world that also keeps the names of the secrets that somebody was told, but for those they had typed."""

    heard: set[str] = field(default_factory=set)

    def take(self, who: model.Person, door: str, media_type: str, data: bytes, typed: str = "") -> None:
        self.heard |= self.secrets.probe(who, door, media_type, data, typed)


def unrecorded_page(w: World) -> dict[str, list[str]]:
    """The same of the secretary's own page, in an hour of its own."""
    w.cast.clock.advance(hours=2)
    ears = _Ears(**{f.name: getattr(w, f.name) for f in fields(w)})
    before = w.entries()
    ears.own_pages(SECRETARY, *FORMATS)
    shown = {s.thing.call for name in ears.heard if is_closed(s := w.secrets.by_name[name]) and s.thing.call}
    return {"the page": sorted(shown)} if shown and w.entries() == before else {}


def account(w: World, number: int) -> Reader:
    """One more Slack account of the secretary's."""
    made = Reader(SECRETARY.person, f"U0LOOK{number}", SECRETARY.email)
    with w.cast.desk.store.begin() as tx:
        known = directory.contact_by_email(tx, made.email)
        assert known is not None
        directory.link_slack_user(tx, TEAM, made.user, known[0].id, "roster", w.cast.clock(), confirmed=True)
    return made


def on_record(w: World, user: str) -> tuple[int, set[str]]:
    """How many acts of that account are on the record, and what it looked at."""
    a = columns(AuditRow)
    with w.cast.desk.store.read() as tx:
        rows = tx.execute(select(a.act, a.subject, a.detail).where(a.detail.contains(user))).all()
    mine = [row for row in rows if json.loads(row.detail).get("by") == user]
    return sum(row.act != LOOK for row in mine), {row.subject for row in mine if row.act == LOOK}
