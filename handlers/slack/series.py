"""Owns the Slack room of call series: a year planned at once, the series that run, and their end."""

from bot.errors import NotUnderstood
from bot.plans import read_plan
from bot.series import Cadence, place_in_words
from bot.when import read_wall_time, show, show_date
from handlers.desk import Actor
from handlers.series import Day, Ending, Night, Running, Year, add_series, end_series, list_series
from handlers.slack.asked import Asked, Press, S, Verb, View
from handlers.slack.calls import unquoted
from handlers.slack.in_flight import leaving
from handlers.slack.look import look_at, press_of, wish_of
from handlers.slack.planned import people, quarters_of
from handlers.slack.reply import Reply, escape

EXAMPLE = '`/lap series add bimonthly "Members\' call" from 2027-02-16 at 14:00 Europe/Paris for 90`'
NO_CADENCE = "Say how often: `quarterly` or `bimonthly`, as in {example}."
NO_MOMENT = "When is the first call? Give date, time and zone, as in {example}."
NO_MINUTES = "How long are the calls? Say it after `for`, as in {example}."
NO_TITLE = "Name the series by its title, as in `/lap series end Members' call`; `/lap series` lists them."
UNKNOWN_ACT = "`series {word}` is not something I do. Say `series`, `series end TITLE`, or for example {example}."

DRAFTED = (
    "Drafted {count} calls, “{title}”: {rule}. In brackets the earliest and the latest local hour among the members.\n"
    "{days}\n{nights}\nNothing is sent. `/lap announce {first}` invites the Agencies to the first."
)
RULE = "{place} of every {months} month, {local} {zone}, {minutes} minutes"
MONTHS = {2: "second", 3: "third"}
DAY = "`{name}` {when} [{earliest} to {latest}]{shifted}"
SHIFTED = ", moved since clocks skip {local} that day"
NIGHTS = "Who sits there between 22:00 and 06:00, with the hours at which calls start: {nights}."
NO_NIGHTS = "No member sits between 22:00 and 06:00."
NIGHT = "{members} ({hours} {zone})"

RUNNING = "“{title}”: {rule}. Ahead: {ahead}."
NOTHING_AHEAD = "nothing"
NONE_RUNS = "No series is running. To plan a year of calls at once: {example}."

LOOK_END = "Ending “{title}” cancels {calls}, and sends a cancellation to {people}."
DONE_END = "“{title}” has ended. Cancelled: {calls}. A cancellation goes to {people}."
DONE_END_QUIET = "“{title}” has ended, and {calls} with it. Nothing is sent."


def series(asked: Asked) -> Reply:
    """``/lap series``, ``series add ...``, ``series end TITLE``."""
    word, _, rest = asked.text.partition(" ")
    if not word:
        found = list_series(asked.desk, asked.actor)
        return Reply("\n".join(_running(it, asked.actor) for it in found) or NONE_RUNS.format(example=EXAMPLE))
    act = {"add": _add, "end": _end}.get(word.casefold())
    if act is None:
        raise NotUnderstood(UNKNOWN_ACT.format(word=word, example=EXAMPLE))
    return act(asked, rest.strip())


def _add(asked: Asked, text: str) -> Reply:
    plan = read_plan(text, tuple(Cadence), EXAMPLE)
    if not plan.flags:
        raise NotUnderstood(NO_CADENCE.format(example=EXAMPLE))
    if not plan.moment:
        raise NotUnderstood(NO_MOMENT.format(example=EXAMPLE))
    first, zone = read_wall_time(plan.moment.split(), now=asked.desk.now(), zone=asked.actor.zone)
    if plan.minutes is None:
        raise NotUnderstood(NO_MINUTES.format(example=EXAMPLE))
    year = add_series(asked.desk, asked.actor, Cadence(plan.flags[0]), plan.title, first, zone, plan.minutes)
    return Reply(_drafted(year, asked.actor))


def _end(asked: Asked, text: str) -> Reply:
    title = unquoted(text)
    if not title:
        raise NotUnderstood(NO_TITLE)
    it = end_series(asked.desk, asked.actor, title, wish_of(asked))
    if it.weighed.go:
        return Reply(_ending(DONE_END if it.announced else DONE_END_QUIET, it, asked) + leaving(it.in_flight))
    return look_at(asked, _ending(LOOK_END, it, asked), it.weighed, "End the series")


# --- words out ---


def _drafted(year: Year, actor: Actor) -> str:
    nights = ", ".join(_night(night) for night in year.nights)
    text = DRAFTED.format(
        count=len(year.days),
        title=escape(year.series.title),
        rule=_rule(year),
        days="\n".join(_day(day, year, actor) for day in year.days),
        nights=NIGHTS.format(nights=nights) if nights else NO_NIGHTS,
        first=year.days[0].name,
    )
    return text + quarters_of(year.uncovered)


def _rule(it: Year | Running) -> str:
    s = it.series
    return RULE.format(
        place=place_in_words(s.first), months=MONTHS[s.cadence.months], local=f"{s.local:%H:%M}", zone=s.zone,
        minutes=s.minutes,
    )  # fmt: skip


def _day(day: Day, year: Year, actor: Actor) -> str:
    return DAY.format(
        name=day.name,
        when=show(day.start, actor.zone),
        earliest=f"{day.earliest:%H:%M}",
        latest=f"{day.latest:%a %H:%M}" if day.latest.date() != day.earliest.date() else f"{day.latest:%H:%M}",
        shifted=SHIFTED.format(local=f"{year.series.local:%H:%M}") if day.shifted else "",
    )


def _night(night: Night) -> str:
    hours = night.hours
    span = f"{hours.earliest:%H:%M}"
    if hours.latest != hours.earliest:
        span += f" to {hours.latest:%H:%M}"
    return NIGHT.format(hours=span, zone=hours.zone, members=", ".join(night.members))


def _running(it: Running, actor: Actor) -> str:
    ahead = ", ".join(f"`{name}` ({state})" for name, _, state in it.ahead)
    return RUNNING.format(title=escape(it.series.title), rule=_rule(it), ahead=ahead or NOTHING_AHEAD)


def _ending(text: str, it: Ending, asked: Asked) -> str:
    announced = [f"{show_date(v.start.date())}" for v in it.announced]
    drafts = f"{len(it.drafts)} draft{'' if len(it.drafts) == 1 else 's'}"
    said = text.format(
        title=escape(it.series.title),
        calls=f"{', '.join(announced)} and {drafts}" if announced else drafts,
        people=people(it.people, it.organisations),
    )
    return said if asked.look else said + quarters_of(it.uncovered)


VERBS: dict[str, Verb] = {
    "series": Verb(
        series, S,
        'series | series add quarterly|bimonthly "TITLE" from DATE at HH:MM ZONE for MINUTES | series end TITLE',
        "A year of calls planned at once and kept filled; alone, the series that run. Nothing is sent.",
        looks=True,
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"series": press_of(series)}
VIEWS: dict[str, View] = {}
