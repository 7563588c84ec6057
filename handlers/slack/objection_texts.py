"""Owns the words in which Slack tells of objections; what they tell was cut by the acts."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.when import show, show_time, show_wait
from handlers.confirming import Confirmed
from handlers.objecting import Scope
from handlers.objections import Foreseen, Losing, Objected, Withdrawn
from handlers.slack.attendees import head_of, lines_of, people_are
from handlers.slack.exposing import had_left
from handlers.slack.in_flight import leaving
from handlers.slack.reply import escape

EXAMPLE = "`/lap object harbour-bank to 2027-02-16/1`"

STANDS = "For {agency}: {objection} is {state}.\n{scopes}\n{secret}\n{undo}"
ONE, SEVERAL = "the objection {references} to {who}", "the objections {references} to {who}"
SECRET = "Nobody but that Agency and the secretariat learns of it. Its point of contact gets a record by mail."
UNDO = (
    "Whoever loses a part is told in {wait}, without a cause. Until then `/lap undo` takes it back as if it "
    "had not been; {end}."
)
AT_ONCE = "It begins soon or is running, so whoever loses a part is told at once, without a cause; {end}."
END_IT = "`/lap withdraw {reference}` ends it at any time"
ALREADY = "For {agency}: {objection} stands already.\n{scopes}\n`/lap withdraw {reference}` ends it at any time."
SCOPE_PARTS = "• {parts} of {head}"
SCOPE_CALL = "• the whole of {head}"
SCOPE_EVERY = "• every call that has not ended, and every later one{until}"
SCOPE_UNSEEN = "• a call that the Agency is not invited to now"
UNTIL = ", until {when}"

WOULD = (
    "Nothing was changed. For {agency}: an objection to {who} would reach\n{scopes}\n{losing}\n"
    "Your points of contact and the secretariat would get a record by mail."
)
LOSES = "Off the list of {head} would come:\n{names}\n{told}{readers} would read that the list has changed."
TELLS = "{people} told, without a cause. "
LOSES_NOTHING = "Nobody on a list that you see would lose anything now."
STANDS_ALREADY = "Nothing was changed: for {agency}, that objection to {who} stands already, `{reference}`."

CONFIRMED = (
    "For {agency}: the standing objection `{reference}` to {who} is confirmed. You are asked again on {until}; "
    "`/lap withdraw {reference}` ends it at any time."
)
WITHDRAWN = (
    "For {agency}: the objection `{reference}` to {who} is withdrawn.\n{scope}\n"
    "They are back at “proposed”: nobody is invited by this. The secretariat approves, or not."
)


def objected(done: Objected, now: datetime, zone: ZoneInfo) -> str:
    """An objection that is in effect, and how it is taken back or ended."""
    references = " and ".join(f"`{r}`" for r in done.references)
    objection = (ONE if len(done.references) == 1 else SEVERAL).format(references=references, who=escape(done.who))
    scopes = "\n".join(scope_text(s, zone) for s in done.scopes)
    agency = escape(done.agency)
    if done.already:
        return ALREADY.format(agency=agency, objection=objection, scopes=scopes, reference=done.references[0])
    seconds = round((done.notice_at - now).total_seconds())
    end = END_IT.format(reference=done.references[0])
    undo = UNDO.format(wait=show_wait(seconds), end=end) if seconds > 0 else AT_ONCE.format(end=end)
    state = "recorded" if done.in_flight.count else "in effect"
    told = {"agency": agency, "objection": objection, "scopes": scopes, "state": state}
    return STANDS.format(**told, secret=SECRET, undo=undo) + leaving(done.in_flight) + had_left(done.had_left, zone)


def scope_text(scope: Scope, zone: ZoneInfo) -> str:
    """What an objection reaches, a line."""
    if scope.call is None:
        if not scope.standing:
            return SCOPE_UNSEEN
        return SCOPE_EVERY.format(until=UNTIL.format(when=show(scope.until, zone)) if scope.until else "")
    head = head_of(scope.call, zone)
    if len(scope.parts) == len(scope.call.segments):
        return SCOPE_CALL.format(head=head)
    parts = " and ".join(f"{p.number} {escape(p.title)}, {show_time(p.start, zone)}" for p in scope.parts)
    return SCOPE_PARTS.format(parts=parts, head=head)


def foreseen(it: Foreseen, zone: ZoneInfo) -> str:
    """What an objection would do."""
    agency, who = escape(it.agency), escape(it.who)
    if it.already:
        return STANDS_ALREADY.format(agency=agency, who=who, reference=it.scopes[0].reference)
    scopes = "\n".join(scope_text(s, zone) for s in it.scopes)
    losing = "\n".join(_losing(one, zone) for one in it.losing) or LOSES_NOTHING
    return WOULD.format(agency=agency, who=who, scopes=scopes, losing=losing)


def _losing(one: Losing, zone: ZoneInfo) -> str:
    told = TELLS.format(people=people_are(one.told, "would be")) if one.told else ""
    readers = "1 person of an Agency" if one.readers == 1 else f"{one.readers} people of the Agencies"
    return LOSES.format(head=head_of(one.call, zone), names=lines_of(one.names), told=told, readers=readers)


def confirmed(done: Confirmed, zone: ZoneInfo) -> str:
    """A standing objection that was confirmed for another year."""
    return CONFIRMED.format(
        agency=escape(done.agency), reference=done.reference, who=escape(done.who), until=show(done.until, zone)
    )


def withdrawn(done: Withdrawn, zone: ZoneInfo) -> str:
    """An objection that stands no longer."""
    return WITHDRAWN.format(
        agency=escape(done.agency),
        reference=done.scope.reference,
        who=escape(done.who),
        scope=scope_text(done.scope, zone),
    )
