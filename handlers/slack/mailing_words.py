"""Owns how far a mass mailing is, in one line; what it counts is ``handlers.mailings``'."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.mailings import Mailing, Trouble
from bot.when import show
from handlers.slack.reply import escape

SOON = timedelta(hours=1)
"""What leaves within this of its act is under way; what is told with a digest leaves later, on purpose."""
ALL = "Last mail to many ({what}), of {begun}: all {people} have been written to."
SOME = "Last mail to many ({what}), of {begun}: it has left for {left} of {people} people{rest}."
ABOUT = {
    "invitation": "new or changed invitations",
    "circulation": "proposed attendees",
    "list_change": "a changed list of attendees",
    "briefing": "the briefing",
    "minutes": "draft minutes",
    "minutes_adopted": "adopted minutes",
    "line_amended": "an amendment of minutes",
    "item.changed": "a changed item",
    "reminder": "reminders",
}
"""What goes to many about a call, by kind of message; what goes with it to few is not named."""
OTHER = "about the call"
LATER = " from {at} on"
ONE = "{name} ({email}): “{why}”"


def mailing_line(it: Mailing, zone: ZoneInfo) -> str:
    """'Last mail to many (draft minutes), of 9:00: it has left for 42 of 60 people, 16 are to come, 2 wait to be tried
    again', with some of them and why."""
    what = " and ".join(words for kind, words in ABOUT.items() if kind in it.kinds) or OTHER
    begun = show(it.begun, zone)
    if it.left == it.people:
        return ALL.format(what=what, begun=begun, people=it.people)
    on = LATER.format(at=show(it.next_at, zone)) if it.next_at and it.next_at - it.begun >= SOON else ""
    counts = (
        (it.ahead, f"is to come{on}", f"are to come{on}"),
        (it.waiting, "waits to be tried again", "wait to be tried again"),
        (it.given_up, "was given up", "were given up"),
    )
    told = "".join(f", {count} {one if count == 1 else more}" for count, one, more in counts if count)
    named = "; ".join(_named(trouble, zone) for trouble in it.troubles)
    more = it.waiting + it.given_up - len(it.troubles)
    rest = told + (f". {named}" if named else "") + (f"; and {more} more" if named and more > 0 else "")
    return SOME.format(what=what, begun=begun, left=it.left, people=it.people, rest=rest)


def _named(trouble: Trouble, zone: ZoneInfo) -> str:
    said = ONE.format(name=escape(trouble.name), email=escape(trouble.email), why=escape(trouble.why))
    return f"{said}, again {show(trouble.again, zone)}" if trouble.again else f"{said}, given up"
