"""Owns what was already leaving when a narrowing took effect, for its answer; the fence it waits at is in storage."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from bot.exposures import A_MESSAGE, InFlight, in_words
from bot.participants import ParticipantKind
from handlers.desk import Actor, Desk
from handlers.work import CHANNEL, Writing
from storage import directory, exposures, outbox
from storage.outbox import Errand
from storage.store import Clash, Tx, Unavailable
from storage.tables import Door

R = TypeVar("R")

FENCES_SECONDS, ANSWER_SECONDS = 1.5, 2.3
"""How long in all an answer waits for what was leaving already, where that long is left since it was asked for: it
comes within 2.5 s in every case (design.md 3.6)."""

A_POST = "the post in the Agencies' channel"

LEFT = "left"
"""The kind of what tells that what was leaving has."""


def in_effect(desk: Desk, work: Writing, result: R, left: float) -> R:
    """*result* of an act that is committed, ``in_flight`` with what was leaving for those whom it narrows; *left*: how
    many seconds its answer may still take.

    What begins to leave from now on is made of what they may have now. Who acted and the secretariat are told when the
    last has ended; a kind of message is named only of the calls that the act is about, and to a guest who acted only
    what is leaving for its own organisation: mail to others is not its to know.
    """
    fenced = [*work.narrowed, CHANNEL] if work.narrowed else []
    held = desk.store.still_sending(fenced, max(0.0, min(left, FENCES_SECONDS)))
    posting, held = CHANNEL in held and _reads_channels(desk, work.narrowed), held - {CHANNEL}
    if not held:
        return _said(result, [A_POST] if posting and work.reader.is_agency | work.reader.secretariat else [])
    now, found = desk.now(), dict.fromkeys(sorted(held), A_MESSAGE)
    known = set(held) if work.reader.secretariat or work.reader.is_agency else set[str]()
    with suppress(Unavailable, Clash), desk.store.begin() as tx:
        met = [e for e in exposures.in_flight(tx, held, now) if e.call_id in work.narrowed[e.contact_id]]
        found.update((e.contact_id, in_words(e)) for e in met)
        known = known or {person for person in held if _is_colleague(tx, person, work.actor)}
        secretariat = {c.id for c in directory.secretariat(tx)}
        actor = {work.actor.contact.id} if work.actor.contact.email else set[str]()
        subject = work.subject
        outbox.add(
            tx,
            [
                Errand(desk.new_id(), LEFT, door, to, call_id, f"{person} {subject}", 0, False, now, now)
                for person in found
                for call_id in work.narrowed[person]
                for to in sorted(secretariat | (actor if person in known else set()))
                for door in (Door.MAIL, Door.SLACK)
            ],
        )  # fmt: skip
    desk.wake()
    told = [words for person, words in found.items() if person in known]
    return _said(result, [*told, *([A_POST] if posting and work.reader.is_agency | work.reader.secretariat else [])])


def _said(result: R, leaving: Sequence[str]) -> R:
    answer: Any = result
    return replace(answer, in_flight=InFlight(tuple(leaving))) if hasattr(result, "in_flight") and leaving else result


def _reads_channels(desk: Desk, contact_ids: Iterable[str]) -> bool:
    """Whether somebody of an Agency is among those people: nobody else reads the Agencies' channels."""
    with suppress(Unavailable), desk.store.read() as tx:
        known = (directory.contact_even_removed(tx, contact_id) for contact_id in contact_ids)
        return any(k is not None and k[1].kind is ParticipantKind.AGENCY for k in known)
    return True


def _is_colleague(tx: Tx, contact_id: str, actor: Actor) -> bool:
    known = directory.contact_even_removed(tx, contact_id)
    return known is not None and known[1].id == actor.participant.id
