"""Owns the Slack room of who answered what to a call, and who is missing; giving an answer is ``invitations``'."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.answers import Missing, counted
from bot.audience import SegmentView
from bot.invitations import Rsvp
from bot.when import show, show_hours
from handlers import answers as acts
from handlers.answers import Answer
from handlers.slack.asked import Asked, Press, S, Verb, View
from handlers.slack.attendees import head_of
from handlers.slack.minutes import read_page
from handlers.slack.planned import counts_of
from handlers.slack.reply import Reply, escape, paged

HEAD = "Answers for {head}"
COUNTS = "{number} {title}, {hours}: {counts}"
PART = "*{number} {title}*"
NAME = "• {name}: {answer}{more}"
UNANSWERED = "• no answer: {names}"
NOBODY = "Nobody holds an invitation to {head}. `/lap call {date}` shows how far it is."
NONE_MISSING = "Everybody who is invited to {head} has answered. `/lap answers {date}` shows what."
WORDS = {Rsvp.NEEDS_ACTION: "no answer", Rsvp.ACCEPTED: "yes", Rsvp.TENTATIVE: "maybe", Rsvp.DECLINED: "no"}
WHY = {
    Missing.NOT_SENT: "; the invitation has not left yet",
    Missing.CAME_BACK: "; the invitation came back, see `/lap mail`",
}
AT = ", {when}"
BEFORE = "; “{answer}” to the time before"


def answers(asked: Asked) -> Reply:
    """``/lap answers [CALL] [missing] [page N]``."""
    text, page = read_page(asked.text)
    words = text.split()
    missing = bool(words) and words[-1].casefold() == "missing"
    call = " ".join(words[:-1] if missing else words)
    shown = acts.answers(asked.desk, asked.actor, call or None)
    head, zone = head_of(shown.call, asked.actor.zone), asked.actor.zone
    if not any(found for _, found in shown.parts):
        return Reply(NOBODY.format(head=head, date=shown.call.name))
    if missing and all(a.rsvp is not Rsvp.NEEDS_ACTION for _, found in shown.parts for a in found):
        return Reply(NONE_MISSING.format(head=head, date=shown.call.name))
    counts = [_counts(s, found, shown.call.start, zone) for s, found in shown.parts]
    names = [line for s, found in shown.parts for line in _names(s, found, zone, missing=missing)]
    command = f"answers {shown.call.name}{' missing' if missing else ''}"
    return paged("\n".join([HEAD.format(head=head), *counts, *names]), command, page)


def _counts(s: SegmentView, found: Sequence[Answer], beside: datetime, zone: ZoneInfo) -> str:
    counts, hours = counts_of(counted(a.rsvp for a in found)), show_hours(s.start, s.end, zone, beside)
    return COUNTS.format(number=s.number, title=escape(s.title), hours=hours, counts=counts)


def _names(s: SegmentView, found: Sequence[Answer], zone: ZoneInfo, *, missing: bool) -> list[str]:
    """The part with a line for each answer; who is missing for no reason that is known stands with the others in one,
    or, where only the missing were asked for, each in a line to be gone through."""
    plain = [a for a in found if not missing and a.rsvp is Rsvp.NEEDS_ACTION and not a.why and not a.before]
    shown = [_line(a, zone) for a in found if a not in plain and (not missing or a.rsvp is Rsvp.NEEDS_ACTION)]
    shown += [UNANSWERED.format(names="; ".join(escape(a.name) for a in plain))] if plain else []
    return [PART.format(number=s.number, title=escape(s.title)), *shown] if shown else []


def _line(a: Answer, zone: ZoneInfo) -> str:
    more = AT.format(when=show(a.at, zone)) if a.at else ""
    more += WHY[a.why] if a.why else ""
    more += BEFORE.format(answer=WORDS[a.before]) if a.before and not a.at else ""
    return NAME.format(name=escape(a.name), answer=WORDS[a.rsvp], more=more)


VERBS: dict[str, Verb] = {
    "answers": Verb(answers, S, "answers [CALL] [missing]", "Who answered what, part by part, and who is missing."),
}
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
