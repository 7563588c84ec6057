"""Owns the Slack room of a call's list: admit, take off, look, choose a part; sending it round is ``circulation``'s."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.audience import CallView, SegmentView
from bot.errors import NotUnderstood
from bot.notices import Button
from bot.when import show, show_hours, show_span, show_wait
from handlers import attendee_views, forms, windows
from handlers import attendees as acts
from handlers.attendee_views import Listed, ListShown
from handlers.attendees import Admitted, TakenOff
from handlers.desk import Actor
from handlers.naming import Name
from handlers.slack import circulation
from handlers.slack.asked import A, Asked, Press, Pressed, S, Submitted, Verb, View
from handlers.slack.choices import asking, chosen, said, view
from handlers.slack.exposing import had_left
from handlers.slack.in_flight import leaving
from handlers.slack.list_words import DRY_RUN, Line, one_call
from handlers.slack.minutes import read_page
from handlers.slack.reply import Errors, Modal, Reply, escape, paged

ADMIT_EXAMPLE = "`/lap admit harbour-bank oecd to 2027-02-16/1`"
UNADMIT_EXAMPLE = "`/lap unadmit harbour-bank from 2027-02-16/1`"
WINDOW_EXAMPLE = "`/lap window harbour-bank 2027-02-16/3`"
NO_CALL = "I understood whom, and not which call. Name it after `{word}`, as in {example}."
NO_NAMES = "I understood the call, and not whom. Name them, as in {example}."
NO_PART = "Name the part of the call to keep, as in {example}."
NO_WHO = "Who asks? Name the person or the organisation, as in `/lap why harbour-bank`."

HEAD = "“{title}” (`{date}`), {when}"
ADMITTED = (
    "`{reference}`: admitted to {head}. Nobody is told. Next: `/lap circulate {date}`. `/lap undo` takes this back."
    "\n{names}{left_out}"
)
LEFT_OUT = "\nNot admitted:\n{lines}"
FORM_OPENED = "A form opens for {head}. In one line: " + ADMIT_EXAMPLE + "."
TAKEN = "`{reference}`: taken off the list of {head}. {told}\n{names}{missing}"
WOULD = "Nothing was changed. `/lap unadmit` would take names off the list of {head}. {told}\n{names}{missing}"
MISSING = "\nNot on that list: {names}."
TOLD_LATER = (
    "What they lose is closed to them now. {people} told in {wait}, in the words for every cause; "
    "until then `/lap undo` takes this back as if it had not been. The Agencies read the list's line."
)
TOLD_NOW = (
    "What they lose is closed to them now. It begins soon or is running, so {people} told at once, in the words for "
    "every cause. The Agencies read the list's line."
)
WOULD_TELL = "{people} told, in the words for every cause, and the Agencies would read the list's line."
TELLS_NOBODY = "They were not approved, so no invitation changes."
SHOWN = "The list of {head}.{state}\n{parts}"
EMPTY_LIST = "Nobody is on the list of {head} that you may see."
CIRCULATED = "\nCirculated {when}; the time to object ends {ends}."
APPROVED = "\nApproved {when}{early}{changed}."
EARLY, CHANGED = ", early", ", changed since approval"
PART = "*{number} {title}*, {hours}"
KEPT = "{names}: the part of {head} is now {spans}."
GAP = " There is a gap between the two: it tells that something takes place in it."
WHY = "To say to {name}, the same for every cause:\n> {words}"


def admit(asked: Asked) -> Reply:
    """``/lap admit WHO... to CALL[/N]``, ``/lap admit as CALL to CALL``; without names a form."""
    as_at, line = Line.read(asked.text).after("as")
    tokens, line = line.after("to")
    if not tokens:
        tokens, line = line.calls()
    call, parts = one_call(tokens, ADMIT_EXAMPLE)
    if not line.words and not as_at:
        form = forms.admission_form(asked.desk, asked.actor, call)
        return _form(form, asked.actor)
    if call is None:
        raise NotUnderstood(NO_CALL.format(word="to", example=ADMIT_EXAMPLE))
    return _admitted(acts.admit(asked.desk, asked.actor, line.names, call, parts, as_at), asked.actor)


def press_admit(pressed: Pressed) -> Reply:
    """The button that opens the form; its value is the call."""
    return _form(forms.admission_form_of(pressed.desk, pressed.actor, pressed.value), pressed.actor)


def submit_admission(sent: Submitted) -> Reply | Errors:
    """The form sent in: ``who`` and, where parts were chosen, ``scope``."""
    who, scope = sent.several("who"), sent.several("scope")
    if not who:
        return Errors({"who": "Choose at least one."})
    return _admitted(acts.admit_chosen(sent.desk, sent.actor, sent.reference, who, scope), sent.actor)


def unadmit(asked: Asked) -> Reply:
    """``/lap unadmit WHO... from CALL[/N] [dry-run]``, or ``as CALL`` for WHO: at once, no look."""
    dry, line = Line.read(asked.text).flag(*DRY_RUN)
    as_at, line = line.after("as")
    tokens, line = line.after("from")
    if not tokens:
        tokens, line = line.calls()
    call, parts = one_call(tokens, UNADMIT_EXAMPLE)
    if call is None:
        raise NotUnderstood(NO_CALL.format(word="from", example=UNADMIT_EXAMPLE))
    if not line.words and not as_at:
        raise NotUnderstood(NO_NAMES.format(example=UNADMIT_EXAMPLE))
    if dry:
        return _taken(acts.look_at_unadmit(asked.desk, asked.actor, line.names, call, parts, as_at), asked, WOULD)
    done = acts.unadmit(asked.desk, asked.actor, line.names, call, parts, as_at)
    return _taken(done, asked, TAKEN)


def attendees(asked: Asked) -> Reply:
    """``/lap attendees [CALL] [page N]``."""
    call, page = read_page(asked.text)
    shown = attendee_views.attendees(asked.desk, asked.actor, call or None)
    buttons = (Button("Admit somebody", "admit", shown.call.id),) if asked.actor.is_secretariat else ()
    if not asked.actor.is_secretariat and any(names for _, names in shown.parts):
        buttons = (Button("Object", "object", shown.call.id, "danger"),)
    return replace(paged(_list(shown, asked.actor), f"attendees {shown.call.name}", page), buttons=buttons)


def window(asked: Asked) -> Reply:
    """``/lap window WHO CALL/N...``."""
    tokens, line = Line.read(asked.text).calls()
    call, parts = one_call(tokens, WINDOW_EXAMPLE)
    if call is None or not parts:
        raise NotUnderstood(NO_PART.format(example=WINDOW_EXAMPLE))
    if not line.words:
        raise NotUnderstood(NO_NAMES.format(example=WINDOW_EXAMPLE))
    kept = windows.window(asked.desk, asked.actor, line.text, call, parts)
    spans = " and ".join(show_hours(start, end, asked.actor.zone, kept.call.start) for start, end in kept.spans)
    names = ", ".join(escape(n) for n in kept.names)
    text = KEPT.format(names=names, head=head_of(kept.call, asked.actor.zone), spans=spans)
    return Reply(text + (GAP if kept.gap else "") + leaving(kept.in_flight))


def why(asked: Asked) -> Reply:
    """``/lap why WHO``."""
    if not asked.text:
        raise NotUnderstood(NO_WHO)
    words = windows.why(asked.desk, asked.actor, Line.read(asked.text).text)
    return Reply(WHY.format(name=escape(words.name), words=escape(" ".join(words.says))))


def _form(form: forms.Form, actor: Actor) -> Reply:
    assert form.call is not None
    parts = [(s.id, f"{s.number} {s.title}") for s in form.call.segments]
    blocks = [
        said(f"{form.call.title}, {show_span(form.call.start, form.call.end, actor.zone)}"),
        asking("who", "Whom", chosen("who", [(c.id, c.label) for c in form.people], many=True)),
        asking(
            "scope", "For which parts", chosen("scope", parts, many=True), optional=True,
            hint="Without a choice: every joint part. Nobody is told before you approve.",
        ),
    ]  # fmt: skip
    modal = Modal(view("admit", "Admit to a call", "Admit", blocks, form.call.id))
    return Reply(FORM_OPENED.format(head=head_of(form.call, actor.zone)), modal=modal)


def head_of(call: CallView, zone: ZoneInfo) -> str:
    """A call's title, date and times, as every answer repeats them."""
    return HEAD.format(title=escape(call.title), date=call.name, when=show_span(call.start, call.end, zone))


def lines_of(names: Sequence[Name]) -> str:
    """A line a person, with the parts."""
    return "\n".join(f"• {escape(n.name)}: {circulation.parts_of(n.parts)}" for n in names)


def people_are(count: int, verb: str) -> str:
    """'1 person is' or '3 people are', with *verb* 'is', 'was' or 'would be'."""
    plural = {"is": "are", "was": "were"}.get(verb, verb)
    return f"1 person {verb}" if count == 1 else f"{count} people {plural}"


def _admitted(done: Admitted, actor: Actor) -> Reply:
    left = "\n".join(f"• {escape(name)}: {escape(why)}" for name, why in done.left_out)
    text = ADMITTED.format(
        reference=done.reference,
        head=head_of(done.call, actor.zone),
        names=lines_of(done.added),
        left_out=LEFT_OUT.format(lines=left) if left else "",
        date=done.call.name,
    )
    return Reply(text, more=f"/lap attendees {done.call.name}")


def _taken(done: TakenOff, asked: Asked, words: str) -> Reply:
    left = leaving(done.in_flight) + had_left(done.had_left, asked.actor.zone)
    text = words.format(
        reference=done.reference,
        head=head_of(done.call, asked.actor.zone),
        names=lines_of(done.names),
        missing=MISSING.format(names=", ".join(escape(n) for n in done.missing)) if done.missing else "",
        told=_told(done, asked.desk.now(), would=words is WOULD) + left,
    )
    return Reply(text, more=f"/lap attendees {done.call.name}")


def _told(done: TakenOff, now: datetime, *, would: bool) -> str:
    if not done.told:
        return TELLS_NOBODY
    if would:
        return WOULD_TELL.format(people=people_are(done.told, "would be"))
    seconds = round((done.notice_at - now).total_seconds())
    words = TOLD_LATER if seconds > 0 else TOLD_NOW
    return words.format(people=people_are(done.told, "is"), wait=show_wait(seconds))


def _list(shown: ListShown, actor: Actor) -> str:
    head, zone = head_of(shown.call, actor.zone), actor.zone
    parts = [_part(s, names, shown.call.start, zone) for s, names in shown.parts if names]
    if not parts:
        return EMPTY_LIST.format(head=head)
    state = ""
    if shown.circulated_at and shown.window_ends_at:
        state += CIRCULATED.format(when=show(shown.circulated_at, zone), ends=show(shown.window_ends_at, zone))
    if shown.approved_at:
        state += APPROVED.format(
            when=show(shown.approved_at, zone),
            early=EARLY if shown.early else "",
            changed=CHANGED if shown.changed else "",
        )
    return SHOWN.format(head=head, state=state, parts="\n".join(parts))


def _part(s: SegmentView, names: Sequence[Listed], beside: datetime, zone: ZoneInfo) -> str:
    head = PART.format(number=s.number, title=escape(s.title), hours=show_hours(s.start, s.end, zone, beside))
    told = (f"; {n.objection}" if n.objection else "" for n in names)
    return "\n".join([head, *(f"• {escape(n.name + ': ' + n.state + t)}" for n, t in zip(names, told, strict=True))])


VERBS: dict[str, Verb] = {
    "admit": Verb(
        admit, S, "admit WHO... to CALL[/N]",
        "Puts people, a sector, or everybody `as CALL` on a call's list. Nobody is told.",
    ),
    "unadmit": Verb(
        unadmit, S, "unadmit WHO... from CALL[/N] [dry-run]",
        "Takes names, or everybody `as CALL`, off a call's list, for any reason, at once.",
        looks=True,
    ),
    "attendees": Verb(attendees, S + A, "attendees [CALL]", "Who is on a call's list, and how far that is."),
    "window": Verb(window, S, "window WHO CALL/N...", "Which block of a call somebody keeps whose parts have a gap."),
    "why": Verb(why, S, "why WHO", "The words to say on the telephone to somebody whose invitation changed."),
    **circulation.VERBS,
}  # fmt: skip
PRESSES: dict[str, Press] = {"admit": press_admit, **circulation.PRESSES}
VIEWS: dict[str, View] = {"admit": submit_admission, **circulation.VIEWS}
