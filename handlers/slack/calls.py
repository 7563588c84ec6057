"""Owns the Slack room of calls: planning one, announcing, moving, cancelling, and what somebody may see of them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.calls import CallKind, CallState
from bot.errors import NotUnderstood
from bot.plans import read_plan
from bot.when import read_date, read_moment, show, show_span, show_time
from bot.words import Word, each_word, rest_of, split_words
from handlers import announcing
from handlers.announcing import Leaving
from handlers.calls import CallShown, Listed, Planned, Prepared, add_call, list_calls, show_call
from handlers.desk import Actor
from handlers.on_now import OnNow
from handlers.slack.asked import ALL, Asked, Press, S, Verb, View
from handlers.slack.in_flight import leaving
from handlers.slack.live import time_left
from handlers.slack.look import look_at, press_of, wish_of
from handlers.slack.mailing_words import mailing_line
from handlers.slack.planned import counts_of, parts_of, people, quarters_of
from handlers.slack.reply import MOST_TEXT, Reply, escape

ADD_EXAMPLE = '`/lap call add 2027-02-16 14:00 Europe/Paris for 90 "Case updates"`'
MOVE_EXAMPLE = "`/lap call move 2027-02-16 to 2027-02-18 14:00 Europe/Paris`"
CANCEL_EXAMPLE = "`/lap call cancel 2027-02-16 because the host is away`"

NO_MOMENT = "When is the call? Give date, time and zone, as in {example}."
NO_MINUTES = "How long is the call? Say it after `for`, as in {example}."
NO_TO = "Name the call, then `to` and the new date and time, as in {example}."
NO_CALL_NAMED = "Name the call by its date or its title, as in {example}."

DRAFTED = (
    "Drafted `{name}`: “{title}”, {kind}{only}, {when}.\n{parts}\n"
    "Nothing is sent. {hint}`/lap announce {name}` invites the Agencies."
)
JOINT_HINT = '`/lap segment add {name} joint 30 "Reports"` adds a part with the private sector. '
KINDS = {
    CallKind.MEMBERS: "a members' call",
    CallKind.LAW_ENFORCEMENT: "for law enforcement only (Plan B.3)",
    CallKind.TRAINING: "training with the private sector (Plan A.3.f)",
    CallKind.ANNUAL: "the annual meeting",
}

LOOK_ANNOUNCE = "Announcing “{title}”, {when}, sends an invitation to {people}. {nobody}"
DONE_ANNOUNCE = "“{title}” (`{name}`), {when}, is announced. {people} are invited now. {nobody}"
BEFORE_APPROVAL = "Representatives and observers hear nothing before you approve them (Plan B.3)."
NEVER = "It is for law enforcement only: nobody else ever hears of it (Plan B.3)."
LOOK_MOVE = "Moving “{title}” to {when} sends the new time to {people}."
DONE_MOVE = "“{title}” is moved: it is now `{name}`, {when}. The new time goes to {people}."
DONE_MOVE_DRAFT = "The draft “{title}” is moved: it is now `{name}`, {when}. Nothing is sent."
LOOK_CANCEL = "Cancelling “{title}” (`{name}`), {when}, sends a cancellation to {people}."
DONE_CANCEL = "“{title}” (`{name}`), {when}, is cancelled. The cancellation goes to {people}."
DONE_CANCEL_DRAFT = "The draft “{title}” (`{name}`), {when}, is gone. Nobody was told of it, and nothing is sent."

LINE = "`{name}` {title}: {when}{state}"
REST = "… the rest: `/lap calls from {day}`"
NO_CALLS = "There is no call that you are invited to."
STATES = {CallState.DRAFT: ", a draft", CallState.HELD: ", held", CallState.CANCELLED: ", cancelled"}
SHOWN = "{title} (`{name}`): {when}{state}.{kind}\n{parts}"
ON_NOW = "Now: {part}, until {until} ({left}){item}."
ON_ITEM = ", at `{reference}` {title}"
ONLY_YOU = "Only the secretariat sees a draft. `/lap announce {name}` invites the Agencies."


def call(asked: Asked) -> Reply:
    """``/lap call [CALL]``, and ``call add``, ``call move``, ``call cancel``."""
    word, _, rest = asked.text.partition(" ")
    act = _ACTS.get(word.casefold())
    if act is not None:
        return act(asked, rest.strip())
    return _shown(show_call(asked.desk, asked.actor, unquoted(asked.text) or None), asked.actor)


def calls(asked: Asked) -> Reply:
    """``/lap calls [from DATE]``: what does not fit into one answer is asked for by its first date."""
    word, _, rest = asked.text.partition(" ")
    since = None
    if word:
        day = read_date(rest if word.casefold() == "from" else asked.text, today=asked.desk.now().date())
        since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    lines = [(it.view.start, _line(it, asked.actor)) for it in list_calls(asked.desk, asked.actor, since)]
    shown = [line for at, (_, line) in enumerate(lines) if sum(len(x) + 1 for _, x in lines[: at + 1]) < MOST_TEXT - 50]
    if len(shown) < len(lines):
        shown.append(REST.format(day=lines[len(shown)][0].date()))
    return Reply("\n".join(shown) or NO_CALLS)


def announce(asked: Asked) -> Reply:
    """``/lap announce CALL|TITLE``."""
    named = unquoted(asked.text)
    if not named:
        raise NotUnderstood(NO_CALL_NAMED.format(example="`/lap announce 2027-02-16`"))
    it = announcing.announce_call(asked.desk, asked.actor, named, wish_of(asked))
    if it.weighed.go:
        return Reply(_leaving(DONE_ANNOUNCE, it, asked))
    return look_at(asked, _leaving(LOOK_ANNOUNCE, it, asked), it.weighed, "Announce")


def _add(asked: Asked, text: str) -> Reply:
    plan = read_plan(text, tuple(CallKind), ADD_EXAMPLE)
    if not plan.moment:
        raise NotUnderstood(NO_MOMENT.format(example=ADD_EXAMPLE))
    start, _ = read_moment(plan.moment.split(), now=asked.desk.now(), zone=asked.actor.zone)
    if plan.minutes is None:
        raise NotUnderstood(NO_MINUTES.format(example=ADD_EXAMPLE))
    kind = CallKind(plan.flags[0]) if plan.flags else CallKind.MEMBERS
    made = add_call(asked.desk, asked.actor, start, plan.minutes, plan.title, kind, plan.only)
    return Reply(_drafted(made, asked.actor))


def move(asked: Asked, text: str) -> Reply:
    """``call move``: *text* is what follows it."""
    named, moment = _around(text, "to")
    if not named or not moment:
        raise NotUnderstood(NO_TO.format(example=MOVE_EXAMPLE))
    to, _ = read_moment(moment.split(), now=asked.desk.now(), zone=asked.actor.zone)
    it = announcing.move_call(asked.desk, asked.actor, named, to, wish_of(asked))
    if it.weighed.go:
        return Reply(_leaving(DONE_MOVE_DRAFT if it.quiet else DONE_MOVE, it, asked) + leaving(it.in_flight))
    return look_at(asked, _leaving(LOOK_MOVE, it, asked), it.weighed, "Move the call")


def _cancel(asked: Asked, text: str) -> Reply:
    named, because = _before_reason(text)
    if not named:
        raise NotUnderstood(NO_CALL_NAMED.format(example=CANCEL_EXAMPLE))
    it = announcing.cancel_call(asked.desk, asked.actor, named, because, wish_of(asked))
    if it.weighed.go:
        return Reply(_leaving(DONE_CANCEL_DRAFT if it.quiet else DONE_CANCEL, it, asked) + leaving(it.in_flight))
    return look_at(asked, _leaving(LOOK_CANCEL, it, asked), it.weighed, "Cancel the call")


_ACTS: Mapping[str, Callable[[Asked, str], Reply]] = {"add": _add, "move": move, "cancel": _cancel}


# --- words in ---


def unquoted(text: str) -> str:
    """*text* without a pair of quotes around the whole of it."""
    return rest_of(text, Word("", False, 0, 0)) if text else ""


def _around(text: str, keyword: str) -> tuple[str, str]:
    """What stands before and after the last *keyword* that is in no quotes."""
    found = [w for w in split_words(text) if not w.quoted and w.text.casefold() == keyword]
    return (unquoted(text[: found[-1].start].strip()), text[found[-1].end :].strip()) if found else ("", "")


def _before_reason(text: str) -> tuple[str, str]:
    """The call named, and what follows the first `because`; quotes in a reason are part of it, and `because of` stays
    whole, since what follows that makes no sentence of its own."""
    for word in each_word(text):
        if not word.quoted and word.text.casefold() == "because":
            reason = rest_of(text, word)
            whole = f"because {reason}" if reason.casefold().startswith("of ") else reason
            return unquoted(text[: word.start].strip()), whole
    return unquoted(text.strip()), ""


# --- words out ---


def _drafted(made: Planned, actor: Actor) -> str:
    view = made.view
    text = DRAFTED.format(
        name=made.name, title=escape(view.title), kind=KINDS[made.kind],
        only=f", only {', '.join(made.only)}" if made.only else "",
        when=show_span(view.start, view.end, actor.zone), parts=parts_of(view, actor.zone, {}),
        hint=JOINT_HINT.format(name=made.name) if made.kind is CallKind.MEMBERS else "",
    )  # fmt: skip
    return text + quarters_of(made.uncovered)


def _leaving(text: str, it: Leaving, asked: Asked) -> str:
    """What leaves, and which quarters stay without a call, unless the look before said that."""
    said = text.format(
        title=escape(it.view.title),
        name=it.name,
        when=show_span(it.view.start, it.view.end, asked.actor.zone),
        people=people(it.invited + it.changed + it.withdrawn, it.organisations),
        nobody=NEVER if it.kind is CallKind.LAW_ENFORCEMENT else BEFORE_APPROVAL,
    )
    return said if asked.look else said + quarters_of(it.uncovered)


def _line(listed: Listed, actor: Actor) -> str:
    view = listed.view
    when = show_span(view.start, view.end, actor.zone)
    return LINE.format(name=listed.name, title=escape(view.title), when=when, state=STATES.get(view.state, ""))


def _shown(shown: CallShown, actor: Actor) -> Reply:
    view = shown.view
    only = f" Only {', '.join(sorted(shown.names[i] for i in shown.only if i in shown.names))}." if shown.only else ""
    text = SHOWN.format(
        title=escape(view.title), name=shown.name, when=show_span(view.start, view.end, actor.zone),
        state=", running now" if shown.running else STATES.get(view.state, ""),
        kind=f" {_sentence(KINDS[shown.kind])}{only}" if shown.kind else "",
        parts=parts_of(view, actor.zone, shown.names),
    )  # fmt: skip
    if shown.now is not None:
        text += "\n" + _now(shown.now, shown.at, actor)
    if shown.prepared is not None:
        text += "\n" + _prepared(shown.name, shown.prepared, actor)
    if view.state is CallState.DRAFT:
        text += "\n" + ONLY_YOU.format(name=shown.name)
    return Reply(text, more=f"agenda {shown.name}")


def _now(it: OnNow, at: datetime, actor: Actor) -> str:
    """The part that is on with the time left, and the item under way."""
    item = ON_ITEM.format(reference=it.item.reference, title=escape(it.item.text)) if it.item else ""
    until = show_time(it.until, actor.zone)
    return ON_NOW.format(part=escape(it.part.title), until=until, left=time_left(it.until, at), item=item)


def _prepared(name: str, it: Prepared, actor: Actor) -> str:
    done = [
        ("circulated", it.list.circulated_at), ("objections until", it.list.window_ends_at),
        ("approved", it.list.approved_at),
    ]  # fmt: skip
    steps = [f"{word} {show(at, actor.zone)}" for word, at in done if at is not None]
    changed = ["changed since approval"] if it.list.approved_at and it.list.changed_since_approval else []
    listed = "; ".join([f"{it.people} name{'' if it.people == 1 else 's'}", *(steps or ["not circulated"]), *changed])
    waiting = f"; {it.proposals} proposal{'' if it.proposals == 1 else 's'} to decide" if it.proposals else ""
    line = "" if actor.reader.is_proxy else f"List: {listed} (`/lap attendees {name}`).\n"  # a proxy reads no names
    return (
        f"{line}"
        f"Agenda: {it.items} item{'' if it.items == 1 else 's'}, {it.minutes} minutes{waiting} (`/lap agenda {name}`)."
        + (f"\nAnswers: {counts_of(it.answers)} (`/lap answers {name}`)." if it.answers else "")
        + (f"\n{mailing_line(it.mailing, actor.zone)}" if it.mailing else "")
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


VERBS: dict[str, Verb] = {
    "call": Verb(
        call, ALL, "call [CALL]",
        "What you may see of a call: its parts, in your time and UTC. The secretariat plans, moves and cancels calls.",
        looks=True,
    ),
    "calls": Verb(calls, ALL, "calls [from DATE]", "The calls that you are invited to."),
    "announce": Verb(
        announce, S, "announce CALL|TITLE", "Announces a draft: the Agencies are invited at once. Shows whom, first.",
        looks=True,
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"announce": press_of(announce), "call": press_of(call)}
VIEWS: dict[str, View] = {}
