"""Owns how a call's parts, the people told and quarters without a call read in Slack; the rooms say the rest."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.answers import ORDER
from bot.audience import CallView, SegmentView
from bot.calls import AUDIENCES
from bot.invitations import Rsvp
from bot.series import Quarter
from bot.when import show_hours
from handlers.slack.reply import escape

MOST_NAMES = 60
PART = "{number} {title}: {hours}{audience}{only}"
COUNTS = {Rsvp.NEEDS_ACTION: "missing", Rsvp.ACCEPTED: "yes", Rsvp.TENTATIVE: "maybe", Rsvp.DECLINED: "no"}
UNCOVERED = (
    "\nStill without a call: {quarters}. The Plan asks for calls at least quarterly (A.3); `/lap series add` plans "
    "a year of them."
)


def parts_of(view: CallView, zone: ZoneInfo, names: Mapping[str, str]) -> str:
    """The parts as this reader sees them, a line each, numbered; *names* are short names by id."""
    return "\n".join(_part(s, view, zone, names) for s in view.segments)


def _part(s: SegmentView, view: CallView, zone: ZoneInfo, names: Mapping[str, str]) -> str:
    named = sorted(names[i] for i in s.only if i in names)
    return PART.format(
        number=s.number,
        title=escape(s.title),
        hours=show_hours(s.start, s.end, zone, view.start),
        audience=f", {AUDIENCES[s.audience]}" if s.audience else "",
        only=f", only {', '.join(named)}" if named else "",
    )


def people(count: int, organisations: Sequence[str]) -> str:
    """'35 people of 2 organisations (gb-oft, us-ftc)', or 'nobody'."""
    if not count:
        return "nobody"
    persons = "1 person" if count == 1 else f"{count} people"
    of = "1 organisation" if len(organisations) == 1 else f"{len(organisations)} organisations"
    return f"{persons} of {of} ({listed(organisations)})"


def counts_of(answers: Mapping[Rsvp, int]) -> str:
    """“2 missing, 3 yes, 1 maybe, 0 no”."""
    return ", ".join(f"{answers.get(rsvp, 0)} {COUNTS[rsvp]}" for rsvp in ORDER)


def listed(names: Sequence[str]) -> str:
    """*names* in a row, the first sixty of them."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def quarters_of(uncovered: Sequence[Quarter]) -> str:
    """A line on the quarters that stay without a call (Plan A.3), or nothing."""
    return UNCOVERED.format(quarters=", ".join(map(str, uncovered))) if uncovered else ""
