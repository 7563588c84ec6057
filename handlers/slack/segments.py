"""Owns the Slack room of a call's parts: adding one, and changing who hears it, its length, place or stay."""

import re

from bot.errors import NotUnderstood
from bot.plans import Plan, read_plan
from bot.segments import Other
from bot.topics import AudienceKind
from bot.when import show_span
from bot.words import is_minutes, read_minutes
from handlers import segments
from handlers.desk import Actor
from handlers.segments import WAYS, PartChange, PartsShown
from handlers.slack.asked import Asked, Press, S, Verb, View
from handlers.slack.calls import unquoted
from handlers.slack.in_flight import leaving
from handlers.slack.list_words import DRY_RUN
from handlers.slack.look import look_at, press_of, wish_of
from handlers.slack.planned import listed, parts_of
from handlers.slack.reply import Reply, escape

ADD_EXAMPLE = '`/lap segment add 2027-02-16 joint 30 "Reports"`'
EXAMPLE = "`/lap segment 2027-02-16/1 joint`"
AUDIENCE_WORDS = {"agencies": AudienceKind.AGENCIES, "closed": AudienceKind.AGENCIES, "joint": AudienceKind.JOINT}
NEAR_CALLS = ("next", "last")
CHATHAM = "chatham"

NO_CALL = "For which call? Give its date, or `next`, as in {example}."
NO_AUDIENCE = "Who hears it: `agencies` or `joint`? Say it as in {example}."
NO_MINUTES = "How many minutes? Say it as in {example}."
NOT_A_CHANGE = (
    "I understood the part, and not “{what}”. Say `agencies`, `joint`, a number of minutes, `up`, `down`, `remove`, "
    "`chatham` or `chatham off`, "
    "as in {example}."
)
NO_PART = "Name the part and what is to become of it, as in {example}, or add one: {add}."

CONSENT = (
    "Nothing is changed yet: that part of “{title}” holds closed items ({items}), and only who proposed them can open "
    "them. They are asked for their consent. Once it is there, send this again; or move the items to another part."
)
ORPHANED = (
    "Nothing is changed: that part of “{title}” holds closed items ({items}) of organisations that have nobody left to "
    "open them. Move these to another part, or take them off with `/lap item ITEM decline`."
)
NOW = "“{title}” (`{name}`), {when}, {has}:\n{parts}"
IS, WOULD = "is now", "would be"
UNPLACED = {
    IS: "\n{count} of its agenda items {has} no part now; `/lap agenda build {name}` places {them} again.",
    WOULD: "\n{count} of its agenda items would have no part; `/lap agenda build {name}` places {them} again.",
}
EMPTIED = (
    "\nNobody is admitted to that part any longer, observers included. Whoever is to come to it: `/lap admit`, and the "
    "list goes round again."
)
EMPTIED_GONE = "\nWhoever was admitted to the part that is gone is off its list."
OFF = "\nOff the list: {names}."
TIME = {
    IS: "\n“{title}” has {time} instead of {before}.",
    WOULD: "\n“{title}” would have {time} instead of {before}.",
}
NEW = {
    IS: "\n“{title}” is new: the {time} that were left.",
    WOULD: "\n“{title}” would be new: the {time} that are left.",
}
GONE = {
    IS: "\n“{title}” is gone: its {time} were taken.",
    WOULD: "\n“{title}” would be gone: its {time} would be taken.",
}
KEEP = " To keep it, ask for fewer minutes, or shorten another part first: `/lap segment {name}/N MINUTES`."
TOLD = "\nThe invitations of {told} change."
SENDS = "\nThat changes the invitations of {told}."
NOTHING_CHANGED = "Nothing was changed. "
LOSING, GAINING = "\nLess or no time: {names}.", "\nNew, more or other time: {names}."
MAIL, MAILS = "\nOne mail would leave.", "\n{count} mails would leave, one a person."
QUIET = "\nNothing is sent: the call is a draft."
NOBODY_TOLD = "\nNobody's invitation changes, and nobody is told."
NOBODY_WOULD = "\nNobody's invitation would change, and nobody would be told."


def segment(asked: Asked) -> Reply:
    """``/lap segment add ...`` and ``/lap segment CALL/N ...``."""
    word, _, rest = asked.text.partition(" ")
    return _add(asked, rest.strip()) if word.casefold() == "add" else _change(asked)


def _add(asked: Asked, text: str) -> Reply:
    call, audience, plan = _read_addition(text)
    it = segments.add_segment(
        asked.desk, asked.actor, call, audience, plan.minutes or 0, plan.title, plan.only, wish_of(asked),
        chatham=CHATHAM in plan.flags,
    )  # fmt: skip
    return _answer(asked, it, "Add the part")


def _change(asked: Asked) -> Reply:
    text, _, last = asked.text.rpartition(" ")
    if last.casefold() in DRY_RUN:
        return _dry_run(asked, *_read_change(text))
    part, change = _read_change(asked.text)
    it = segments.change_segment(asked.desk, asked.actor, part, change, wish_of(asked))
    told = [(CONSENT, it.asked), (ORPHANED, it.orphaned)]
    if waits := [
        says.format(title=escape(it.view.title), items=", ".join(f"`{i}`" for i in items))
        for says, items in told
        if items
    ]:
        return Reply("\n".join(waits))
    return _answer(asked, it, "Change the part")


def _dry_run(asked: Asked, part: str, change: PartChange) -> Reply:
    it = segments.look_at_change(asked.desk, asked.actor, part, change)
    asks = CONSENT.format(title=escape(it.view.title), items=", ".join(f"`{i}`" for i in it.asked)) if it.asked else ""
    return Reply(NOTHING_CHANGED + (asks or _now(it, asked.actor, WOULD)))


def _answer(asked: Asked, it: PartsShown, label: str) -> Reply:
    if it.weighed.go:
        return Reply(_now(it, asked.actor, IS) + leaving(it.in_flight))
    return look_at(asked, _now(it, asked.actor, WOULD), it.weighed, label)


# --- words in ---


def _read_addition(text: str) -> tuple[str, AudienceKind, Plan]:
    """Call and audience of `segment add`, and the rest of it, each known by its shape."""
    plan = read_plan(text, (*AUDIENCE_WORDS, *NEAR_CALLS, CHATHAM), ADD_EXAMPLE)
    call = plan.moment or next((w for w in plan.flags if w in NEAR_CALLS), "")
    audience = next((AUDIENCE_WORDS[w] for w in plan.flags if w in AUDIENCE_WORDS), None)
    if not call:
        raise NotUnderstood(NO_CALL.format(example=ADD_EXAMPLE))
    if audience is None:
        raise NotUnderstood(NO_AUDIENCE.format(example=ADD_EXAMPLE))
    if plan.minutes is None:
        raise NotUnderstood(NO_MINUTES.format(example=ADD_EXAMPLE))
    return call, audience, plan


def _read_change(text: str) -> tuple[str, PartChange]:
    """The part (``CALL/N``, the call's title may stand in quotes) and the change, the last word or two."""
    match = re.fullmatch(r"(?P<call>.+)/(?P<part>\S+)\s+(?P<what>.+)", text.strip())
    if match is None:
        raise NotUnderstood(NO_PART.format(example=EXAMPLE, add=ADD_EXAMPLE))
    return f"{unquoted(match['call'].strip())}/{match['part']}", _as_change(match["what"].strip())


def _as_change(what: str) -> PartChange:
    low = what.casefold()
    if low in AUDIENCE_WORDS:
        return PartChange(audience=AUDIENCE_WORDS[low])
    if low in WAYS:
        return PartChange(by=WAYS[low])
    if low == "remove":
        return PartChange(remove=True)
    if low in (CHATHAM, f"{CHATHAM} off"):
        return PartChange(chatham=low == CHATHAM)
    if is_minutes(low):
        return PartChange(minutes=read_minutes(low))
    raise NotUnderstood(NOT_A_CHANGE.format(what=what, example=EXAMPLE))


# --- words out ---


def _now(it: PartsShown, actor: Actor, has: str) -> str:
    view = it.view
    text = NOW.format(
        title=escape(view.title), name=it.name, when=show_span(view.start, view.end, actor.zone), has=has,
        parts=parts_of(view, actor.zone, it.names),
    )  # fmt: skip
    text += "".join(_time(other, it.name, has) for other in it.others)
    if it.unplaced:
        one = it.unplaced == 1
        words = {"has": "has" if one else "have", "them": "it" if one else "them"}
        text += UNPLACED[has].format(count=it.unplaced, name=it.name, **words)
    if it.emptied:
        text += EMPTIED_GONE if it.emptied_gone else EMPTIED
        text += OFF.format(names=listed(it.off)) if it.off else ""
    if not it.told:
        return text + (QUIET if it.draft else NOBODY_TOLD if has == IS else NOBODY_WOULD)
    text += (TOLD if has == IS else SENDS).format(told=listed(it.told))
    if has == WOULD:
        text += LOSING.format(names=listed(it.losing)) if it.losing else ""
        text += GAINING.format(names=listed(it.gaining)) if it.gaining else ""
        text += (MAIL if it.mails == 1 else MAILS).format(count=it.mails)
    return text


def _time(other: Other, name: str, has: str) -> str:
    says = GONE if not other.after else TIME if other.before else NEW
    minutes = other.after or other.before
    time = f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
    keep = KEEP.format(name=name) if other.held and has == WOULD else ""
    return says[has].format(title=escape(other.title), time=time, before=other.before) + keep


VERBS: dict[str, Verb] = {
    "segment": Verb(
        segment, S,
        'segment add CALL agencies|joint MINUTES "TITLE" [chatham] [only ORG...] | '
        "segment CALL/N agencies|joint|MINUTES|up|down|remove|chatham [off] [dry-run]",
        "The parts of a call. One turned joint starts with nobody admitted; closing one never waits. Under the Chatham "
        "House Rule (`chatham`) minutes name nobody and no edition says who was there.",
        looks=True,
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"segment": press_of(segment)}
VIEWS: dict[str, View] = {}
