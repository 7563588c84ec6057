"""Owns asking at once what awaits a person, and what else their page stands on; each question is its query file's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from sqlalchemy import select

from bot.actions import ActionItem
from bot.agenda import AgendaItem
from bot.amending import Amendment, Correction
from bot.burn_down import Span
from bot.confidentiality import Tlp
from bot.invitations import Invitation
from bot.minutes import MinuteEntry
from bot.participants import ParticipantKind
from bot.reports import Report
from bot.steps import Step
from storage import actions, agenda, editions, feeds, invitations, links, minutes, proxies, reports, steps
from storage.call_parts import to_action, to_amendment, to_copy, to_item, to_line
from storage.contacts import Request, to_request
from storage.editions import Kept
from storage.store import Tx
from storage.tables import ParticipantRow, columns
from storage.together import Rows, together

_P = columns(ParticipantRow)
LATELY = timedelta(days=1)
"""So long after the time of a step some are told of it who hear no part before: no call is longer."""

_OWN = (
    actions.OPEN_OF_ONE, invitations.MINE, steps.TO_COME,
    select(_P.id, _P.name, _P.kind, _P.left_at), proxies.WAITING, reports.WAITING,
)  # fmt: skip
_ASK_OWN = together(*_OWN, *editions.OPEN)
_ASK_PAGE = together(
    *_OWN,
    links.OF_PERSON, feeds.ALARM, *editions.LATEST, agenda.LABELLED, minutes.LABELLED, minutes.BELOW_LABELLED,
    minutes.BEFORE_LABELLED, actions.LABELLED, reports.LABELLED, actions.SPANS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Own:
    """What awaits one person beside what their calls say: the open ``actions`` of their organisation by due date, their
    own ``copies`` by start, the ``steps`` of all calls that are to come, or were due lately, earliest first; ``names``
    and present ``kinds`` of organisations by id; ``requests`` for proxies and ``reports`` that wait, in no order; the
    named ``editions`` that are neither released nor dropped, whoever is asked, newest first."""

    actions: tuple[ActionItem, ...]
    copies: tuple[Invitation, ...]
    steps: tuple[Step, ...]
    names: Mapping[str, str]
    kinds: Mapping[str, ParticipantKind]
    requests: tuple[Request, ...]
    reports: tuple[Report, ...]
    editions: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What came since some moment under one of some labels, in no order: ``below`` are amendments, ``before`` what
    lines said before they were corrected, under such a label or below a line that has one; ``lines`` has the lines of
    these, too."""

    items: tuple[AgendaItem, ...]
    lines: tuple[MinuteEntry, ...]
    below: tuple[Amendment, ...]
    before: tuple[Correction, ...]
    actions: tuple[ActionItem, ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a person's page stands on beside their calls; ``links`` and ``alarm`` as their query files have them."""

    own: Own
    links: tuple[links.Kept, ...]
    alarm: int | None
    editions: tuple[Kept, ...]
    labelled: Labelled
    spans: tuple[Span, ...]


def own(tx: Tx, contact_id: str, participant_id: str, now: datetime) -> Own:
    """What awaits that contact of that participant at *now*, in one statement."""
    found = _ASK_OWN(tx, {"contact": contact_id, "owner": participant_id, "told_since": now - LATELY})
    return _own(found[: len(_OWN)], editions.kept(*found[len(_OWN) :]))


def page(
    tx: Tx, contact_id: str, participant_id: str, labels: Collection[Tlp], since: datetime, spans_from: datetime,
    now: datetime,
) -> Page:  # fmt: skip
    """What that contact's page stands on at *now*, in one statement: what has one of those *labels* since then, and the
    actions that had not ended by *spans_from*."""
    found = _ASK_PAGE(
        tx,
        {
            "contact": contact_id, "owner": participant_id, "labels": list(labels), "since": since, "from": spans_from,
            "told_since": now - LATELY,
        },
    )  # fmt: skip
    kept, alarm, named, asked, out, *labelled, spans = found[len(_OWN) :]
    items, lines, below, before, given, told = labelled
    latest = editions.kept(named, asked, out)
    return Page(
        _own(found[: len(_OWN)], [k for k in latest if k.edition.released_at is None]),
        tuple(map(links.to_kept, kept)),
        alarm[0][0] if alarm else None,
        tuple(latest),
        Labelled(
            tuple(map(to_item, items)),
            tuple(map(to_line, lines)),
            tuple(map(to_amendment, below)),
            tuple(map(minutes.to_correction, before)),
            tuple(map(to_action, given)),
            tuple(map(reports.to_report, told)),
        ),
        tuple(map(actions.to_span, spans)),
    )


def _own(found: Sequence[Rows], still_open: Sequence[Kept]) -> Own:
    given, copies, due, organisations, asked, told = found
    return Own(
        tuple(sorted(map(to_action, given), key=attrgetter("due", "reference"))),
        tuple(sorted(map(to_copy, copies), key=attrgetter("start", "block"))),
        tuple(sorted(map(steps.to_step, due), key=attrgetter("due_at", "call_id", "kind"))),
        {row[0]: row[1] for row in organisations},
        {row[0]: ParticipantKind(row[2]) for row in organisations if row[3] is None},
        tuple(map(to_request, asked)),
        tuple(map(reports.to_report, told)),
        tuple(still_open),
    )
