"""Owns the table of every kind of message: who composes it, and which go together; a kind of nobody is never sent."""

from collections.abc import Mapping

from handlers import (
    action_letters,
    actions,
    agenda_letters,
    audit,
    calls,
    circulation,
    confirming,
    contact_letters,
    correcting,
    delivery,
    edition_letters,
    gaps,
    invitation_letters,
    invitations,
    line_letters,
    lines,
    linking,
    listing,
    mailed,
    mailed_words,
    minutes_letters,
    narrowing_letters,
    objection_records,
    own_links,
    panels,
    part_letters,
    pool,
    quarters,
    reminders,
    report_letters,
    scribe,
    seats,
    spoken_letters,
    timekeeping,
    undelivered,
)
from handlers.delivery import Compose, Kinds
from handlers.desk import EARLIER, LEFT

_TABLES: tuple[Mapping[str, Compose], ...] = (
    action_letters.NOTICES,
    agenda_letters.NOTICES,
    audit.NOTICES,
    calls.NOTICES,
    circulation.NOTICES,
    confirming.NOTICES,
    contact_letters.NOTICES,
    edition_letters.NOTICES,
    gaps.NOTICES,
    line_letters.NOTICES,
    linking.NOTICES,
    listing.NOTICES,
    mailed_words.NOTICES,
    minutes_letters.NOTICES,
    narrowing_letters.NOTICES,
    objection_records.NOTICES,
    own_links.NOTICES,
    panels.NOTICES,
    part_letters.NOTICES,
    pool.NOTICES,
    reminders.NOTICES,
    report_letters.NOTICES,
    scribe.NOTICES,
    seats.NOTICES,
    timekeeping.NOTICES,
    spoken_letters.NOTICES,
)

KINDS = Kinds(
    compose={
        invitations.KIND: invitation_letters.compose,
        delivery.HELD: invitation_letters.compose_held,
        delivery.UNDELIVERED: undelivered.undelivered,
        **{kind: compose for table in _TABLES for kind, compose in table.items()},
    },
    for_the_gone=frozenset({invitations.KIND, delivery.HELD, EARLIER}),
    # A code was asked for by who reads it, and no call was announced to them yet; who keeps a head is no contact.
    unannounced=frozenset({invitations.WELCOME, linking.CODE, audit.HEAD}),
    # What one person is reminded of at the same time is one message, whatever it is about.
    joined=frozenset({reminders.REMINDER, action_letters.REMINDER, action_letters.OVERDUE, quarters.KIND}),
    posted={panels.KIND: panels.refresh},
    merged=frozenset(
        {
            listing.KIND,
            gaps.KIND,
            actions.GIVEN,
            actions.CHANGED,
            correcting.AMENDED,
            correcting.CORRECTED,
            lines.HELD,
            mailed.COUNTED,
            LEFT,
            timekeeping.KIND,
            part_letters.LATE,
            panels.KIND,
        }
    ),
)
