"""Owns the Slack room in which a list is sent round and approved; putting names on it is next door."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.audience import SegmentView
from bot.errors import NotUnderstood
from bot.notices import Button
from bot.silence import unasked
from bot.when import read_moment, show, show_span
from handlers import circulation as acts
from handlers.circulation import Approving, Circulating, WindowOpen
from handlers.naming import Name
from handlers.slack.asked import Asked, Press, Pressed, S, Submitted, Verb, View
from handlers.slack.choices import asking, chosen, said, ticked, view
from handlers.slack.list_words import Line, one_call
from handlers.slack.look import look_at, press_of, wish_of
from handlers.slack.reply import MOST_TEXT, Errors, Modal, Reply, escape

CIRCULATE_EXAMPLE = "`/lap circulate 2027-02-16 until 2027-02-05 17:00 Paris`"
EXCEPT_WHOM = "Except whom? Name them after that word, as in {example}; without it everybody who can be is approved."
APPROVE_EXAMPLE = "`/lap approve 2027-02-16 except harbour-bank`"
NO_CALL = "Which call? Name it by its date, as in {example}."
NO_UNTIL = "Until when? Give date, time and zone after `until`, as in {example}."
NOT_UNDERSTOOD = "I understood the call, and not “{rest}”. One correct form: {example}."

HEAD = "“{title}” (`{date}`), {when}"
LOOK_ROUND = (
    "Sending round the list of {head} tells {people} of {agencies} these names:\n{names}\n"
    "The time to object ends {ends}. Silence is no objection.{late}"
)
DONE_ROUND = (
    "The list of {head} is on its way to {people} of {agencies}:\n{names}\n"
    "The time to object ends {ends}.{late} After that: `/lap approve {date}`."
)
LATE = " That is after the call begins: `until` names an earlier end."
LOOK_APPROVAL = "Approving the list of {head} invites {people} at once, each to their own part:\n{names}{rest}{early}"
DONE_APPROVAL = "Approved for {head}, and invited at once, {people}:\n{names}{rest}{early}"
IS_EARLY = "\nThe time to object runs until {ends}: this is early, which is recorded."
TOLD_LATE = (
    "\nWord of these names left only after the time to object had ended ({ends}), or has not left yet, for {agencies}: "
    "this counts as early, which is recorded."
)
EXCEPTED = "\nNot approved now: {names}."
UNCIRCULATED = "\nNot circulated yet, so not approved (approval follows circulation): {names}."
OBJECTED = "\nAn Agency objects, so not approved: {names}."
WITH_PARTS = "{name} for {parts}"
CHOOSE = "Choose whom"
FORM_OPENED = "A form opens to choose whom to approve for {head}. In one line: " + APPROVE_EXAMPLE + "."
ABOUT = "{title}, {when}. Who is chosen is invited at once."
MOST_LINES = 25
ROOM = MOST_TEXT // 2
MOST_BESIDE = 5
AND_MORE = "\n… and {count} more: `/lap attendees {date}`."
BESIDE_MORE = "; and {count} more (`/lap attendees {date}`)"
NOBODY_CHOSEN = "Choose at least one, or close the form."
STILL_OPEN = (
    "The Agencies may still object, or were told too late to. Tick the box to approve early, or wait for the end."
)
EARLY_LABEL = "Approve before that, and record that it was early"


def circulate(asked: Asked) -> Reply:
    """``/lap circulate CALL [until DATE HH:MM ZONE]``."""
    text, until = _split(asked.text, "until")
    (call, _), line = _call(text, CIRCULATE_EXAMPLE)
    _refuse_rest(asked, call, line, CIRCULATE_EXAMPLE)
    if until == "":
        raise NotUnderstood(NO_UNTIL.format(example=CIRCULATE_EXAMPLE))
    zone = asked.actor.zone
    ends = read_moment(until.split(), now=asked.desk.now(), zone=zone)[0] if until else None
    it = acts.circulate(asked.desk, asked.actor, call, ends, wish_of(asked))
    if it.weighed.go:
        return Reply(_round(it, DONE_ROUND, zone), more=_more(it))
    return look_at(asked, _round(it, LOOK_ROUND, zone), it.weighed, "Send it round")


def approve(asked: Asked) -> Reply:
    """``/lap approve CALL [except WHO...|as CALL] [early]``; the look has a second button, to choose among names."""
    early, line = Line.read(asked.text).flag("early")
    text, without = _split(line.text, "except")
    (call, _), rest = _call(text, APPROVE_EXAMPLE)
    _refuse_rest(asked, call, rest, APPROVE_EXAMPLE)
    as_at, excepted = Line.read(without or "").after("as")
    if without is not None and not (as_at or excepted.words):
        raise NotUnderstood(EXCEPT_WHOM.format(example=APPROVE_EXAMPLE))
    wish = wish_of(asked)
    it = acts.approve_list(asked.desk, asked.actor, call, excepted.names, as_at, early=early, wish=wish)
    if it.weighed.go:
        return Reply(_approved(it, DONE_APPROVAL, asked.actor.zone), more=_more(it))
    look = look_at(asked, _approved(it, LOOK_APPROVAL, asked.actor.zone), it.weighed, "Approve and invite")
    return replace(look, buttons=(*look.buttons, Button(CHOOSE, "approve.choose", it.call.id)), more=_more(it))


def choose(pressed: Pressed) -> Reply:
    """The form with every name that can be approved, all of them chosen.

    Before the window's end it follows a line that said ``early``: the box for that is ticked, and can be cleared.
    """
    seen = acts.look_at_choice(pressed.desk, pressed.actor, pressed.value)
    zone = pressed.actor.zone
    names = [(n.contact_id, n.name) for n in seen.names]
    blocks = [
        said(ABOUT.format(title=seen.call.title, when=show_span(seen.call.start, seen.call.end, zone))),
        asking("who", "Approve", chosen("who", names, [i for i, _ in names], many=True)),
    ]  # fmt: skip
    if seen.early and seen.window_ends_at is not None:
        label = f"The time to object runs until {show(seen.window_ends_at, zone)}"
        if seen.late:
            label = f"Too late to object were told {unasked(seen.late)}"
        blocks.append(asking("early", label, ticked("early", "early", EARLY_LABEL, at_first=True), optional=True))
    shown = f"{seen.call.id} {pressed.desk.now().isoformat()}"
    modal = Modal(view("approve", "Approve", "Approve and invite", blocks, shown))
    return Reply(FORM_OPENED.format(head=_head(seen, zone)), modal=modal)


def submit_approval(sent: Submitted) -> Reply | Errors:
    """The form sent in: approves exactly the people chosen, as they stood in it."""
    call_id, _, shown = sent.reference.partition(" ")
    who, early = sent.several("who"), bool(sent.several("early"))
    if not who:
        return Errors({"who": NOBODY_CHOSEN})
    try:
        done = acts.approve_chosen(sent.desk, sent.actor, call_id, who, shown_at=_moment(shown), early=early)
    except WindowOpen:
        return Errors({"early" if "early" in sent.values else "who": STILL_OPEN})
    return Reply(_approved(done, DONE_APPROVAL, sent.actor.zone), more=_more(done))


def _moment(shown: str) -> datetime:
    """When the form was shown (UTC); long ago where it does not say."""
    try:
        return datetime.fromisoformat(shown).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _split(text: str, keyword: str) -> tuple[str, str | None]:
    """*text* before the unquoted *keyword*, and what follows it; None where it is not there."""
    for word in Line.read(text).words:
        if not word.quoted and word.text.casefold() == keyword:
            return text[: word.start].strip(), text[word.end :].strip()
    return text, None


def _call(text: str, example: str) -> tuple[tuple[str | None, tuple[str, ...]], Line]:
    tokens, line = Line.read(text).calls()
    return one_call(tokens, example), line


def _refuse_rest(asked: Asked, call: str | None, line: Line, example: str) -> None:
    if call is None:
        raise NotUnderstood(NO_CALL.format(example=example))
    if line.words:
        raise NotUnderstood(NOT_UNDERSTOOD.format(rest=line.text, example=example))


def _head(it: Circulating | Approving, zone: ZoneInfo) -> str:
    view = it.call
    return HEAD.format(title=escape(view.title), date=view.name, when=show_span(view.start, view.end, zone))


def _more(it: Circulating | Approving) -> str:
    return f"/lap attendees {it.call.name}"


def _lines(it: Circulating | Approving) -> str:
    """A line a person, as many as leave room for what follows them."""
    lines: list[str] = []
    for n in it.names[:MOST_LINES]:
        lines.append(f"• {escape(n.name)}: {parts_of(n.parts)}")
        if sum(map(len, lines)) > ROOM:
            break
    left = len(it.names) - len(lines)
    return "\n".join(lines) + (AND_MORE.format(count=left, date=it.call.name) if left else "")


def _beside(it: Approving, names: Sequence[Name]) -> str:
    """The first of the names that are left out; the whole list tells the others."""
    told = [WITH_PARTS.format(name=escape(n.name), parts=parts_of(n.parts)) for n in names[:MOST_BESIDE]]
    left = len(names) - len(told)
    return "; ".join(told) + (BESIDE_MORE.format(count=left, date=it.call.name) if left else "")


def parts_of(parts: Sequence[SegmentView]) -> str:
    """Parts by number and title."""
    return " and ".join(f"{p.number} {escape(p.title)}" for p in parts)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _round(it: Circulating, words: str, zone: ZoneInfo) -> str:
    return words.format(
        head=_head(it, zone),
        people=_people(it.people),
        agencies="1 Agency" if it.agencies == 1 else f"{it.agencies} Agencies",
        names=_lines(it),
        ends=show(it.ends_at, zone),
        late=LATE if it.late else "",
        date=it.call.name,
    )


def _approved(it: Approving, words: str, zone: ZoneInfo) -> str:
    rest = "".join(
        told.format(names=_beside(it, names))
        for told, names in ((EXCEPTED, it.excepted), (UNCIRCULATED, it.uncirculated), (OBJECTED, it.objected))
        if names
    )
    early = ""
    if it.early and it.window_ends_at:
        said_so = TOLD_LATE if it.late else IS_EARLY
        early = said_so.format(ends=show(it.window_ends_at, zone), agencies=unasked(it.late))
    return words.format(head=_head(it, zone), people=_people(len(it.names)), names=_lines(it), rest=rest, early=early)


VERBS: dict[str, Verb] = {
    "circulate": Verb(
        circulate, S, "circulate CALL [until DATE HH:MM ZONE]",
        "Tells the Agencies who is to come, and until when they may object.", True,
    ),
    "approve": Verb(
        approve, S, "approve CALL [except WHO...] [early]",
        "Approves the names sent round, but for WHO or everybody `as CALL`, and invites them at once.", True,
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {
    "circulate": press_of(circulate),
    "approve": press_of(approve),
    "approve.choose": choose,
}
VIEWS: dict[str, View] = {"approve": submit_approval}
