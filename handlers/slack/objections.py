"""Owns the Slack room of objections: one line, or a button; what each of them does is the acts', the form is
``objection_form``'s."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import NotUnderstood
from bot.notices import Button
from bot.objections import may_be_objected_to
from bot.when import is_date, read_date, show
from bot.who import Who, told_apart
from bot.words import Word, fold_reference
from handlers import forms, looking
from handlers import objections as acts
from handlers.confirming import confirm_objection
from handlers.finding import SeveralPeople
from handlers.objecting import Asked as Objecting
from handlers.slack.asked import A, Asked, Press, Pressed, Verb, View
from handlers.slack.list_words import DRY_RUN, Line, by_call
from handlers.slack.look import press_look
from handlers.slack.minutes import read_page
from handlers.slack.objection_form import end_of, form, form_for, submit_objection
from handlers.slack.objection_texts import EXAMPLE, confirmed, foreseen, objected, scope_text, withdrawn
from handlers.slack.reply import Reply, escape, paged

WITHDRAW_EXAMPLE = "`/lap withdraw K7M2QX`"
CONFIRM_EXAMPLE = "`/lap objections confirm K7M2QX`"
EITHER = "An objection is to a call or parts of it, or standing. Say one of the two, as in {example}."
NO_UNTIL = "Until which date? Say it after `until`, as in `/lap object harbour-bank standing until 2027-12-31`."
ONLY_STANDING = "Only a standing objection has an end. Leave `until` out, or say `standing until 2027-12-31`."
DRY_NEEDS_WHO = (
    "A dry run needs a name: `/lap object harbour-bank to 2027-02-16/1 dry-run`. "
    "Without one, `/lap object` opens a form."
)
NO_REFERENCE = "Which one? Give its reference, as in {example}. `/lap objections` lists them."
MOST_CANDIDATES = 5

LISTED = "{hat}\n{lines}\nTo end one: `/lap withdraw` and its reference.{confirm}"
CONFIRM = " Those to every call are confirmed once a year: `/lap objections confirm` and the reference."
LISTED_FOR, LISTED_ALL = "The objections of {agency} that stand:", "The objections that stand:"
ENTRY = "*`{reference}`* to {who}{by}, since {since}{reason}\n{scope}"
NONE = "No objection stands that you may know of."

WHICH = "“{asked}” may mean {names}. Nothing was done yet: press whom you mean."


def object_(asked: Asked) -> Reply:
    """``/lap object [WHO] [to CALL[/N]...|standing [until DATE]] [for AGENCY] [dry-run]``: at once, no look."""
    dry, objecting = _read(asked)
    if not objecting.who or objecting.who.casefold().startswith("for "):
        if dry:
            raise NotUnderstood(DRY_NEEDS_WHO)
        return form_for(asked, objecting)
    try:
        if dry:
            return Reply(foreseen(acts.look_at_objection(asked.desk, asked.actor, objecting), asked.actor.zone))
        done = acts.object_to_access(asked.desk, asked.actor, objecting)
    except SeveralPeople as several:
        return _candidates(asked, objecting, several)
    return Reply(objected(done, asked.desk.now(), asked.actor.zone))


def press_object(pressed: Pressed) -> Reply:
    """A candidate's button, which does the line that waits for it; or a list's, which opens the form for its call."""
    if pressed.look is not None:
        return replace(press_look(object_, pressed), replace=True)
    return form(forms.objection_form_of(pressed.desk, pressed.actor, pressed.value), pressed.actor.zone)


def objections(asked: Asked) -> Reply:
    """``/lap objections [page N]``: an Agency's own, all for the secretariat; ``objections confirm OBJECTION``."""
    word, _, rest = asked.text.partition(" ")
    if word.casefold() == "confirm":
        reference, agency = _reference_of(rest, CONFIRM_EXAMPLE)
        return Reply(confirmed(confirm_objection(asked.desk, asked.actor, reference, agency), asked.actor.zone))
    page = read_page(f"objections {asked.text}")[1]
    found = acts.objections(asked.desk, asked.actor)
    if not found:
        return Reply(NONE)
    everyone = asked.actor.is_secretariat
    lines = [
        ENTRY.format(
            reference=o.scope.reference,
            who=escape(o.who),
            by=f", by {escape(o.agency)}" if everyone else "",
            since=show(o.raised_at, asked.actor.zone),
            reason=f"; reason: {escape(o.reason)}" if o.reason else "",
            scope=scope_text(o.scope, asked.actor.zone),
        )
        for o in found
    ]
    confirm = CONFIRM if any(o.scope.standing for o in found) else ""
    hat = LISTED_ALL if everyone else LISTED_FOR.format(agency=escape(asked.actor.participant.name))
    buttons = () if everyone else tuple(
        Button(f"Withdraw {o.scope.reference}", "withdraw", o.scope.reference) for o in found[:25]
    )  # fmt: skip
    return replace(
        paged(LISTED.format(hat=hat, lines="\n".join(lines), confirm=confirm), "objections", page), buttons=buttons
    )


def withdraw(asked: Asked) -> Reply:
    """``/lap withdraw OBJECTION [for AGENCY]``."""
    reference, agency = _reference_of(asked.text, WITHDRAW_EXAMPLE)
    return Reply(withdrawn(acts.withdraw_objection(asked.desk, asked.actor, reference, agency), asked.actor.zone))


def press_confirm(pressed: Pressed) -> Reply:
    """The button of the yearly question; its value is the reference."""
    return Reply(confirmed(confirm_objection(pressed.desk, pressed.actor, pressed.value), pressed.actor.zone))


def press_withdraw(pressed: Pressed) -> Reply:
    """The button beside an objection; its value is the reference."""
    return Reply(withdrawn(acts.withdraw_objection(pressed.desk, pressed.actor, pressed.value), pressed.actor.zone))


# --- words in ---


def _reference_of(text: str, example: str) -> tuple[str, str | None]:
    """An objection's reference, and the Agency after ``for``."""
    reference, _, rest = text.partition(" ")
    word, _, agency = rest.strip().partition(" ")
    if not reference or (word and word.casefold() != "for"):
        raise NotUnderstood(NO_REFERENCE.format(example=example))
    return fold_reference(reference), agency.strip() or None


def _read(asked: Asked) -> tuple[bool, Objecting]:
    """A line as what it asks for, each word known by its shape; what is left names whom, and maybe ``for`` whom."""
    dry, line = Line.read(asked.text).flag(*DRY_RUN)
    standing, line = line.flag("to-standing", "standing")
    until, line = _until(line, asked)
    tokens, line = line.after("to")
    if not tokens:
        tokens, line = line.calls()
    if standing and tokens:
        raise NotUnderstood(EITHER.format(example=EXAMPLE))
    if until is not None and not standing:
        raise NotUnderstood(ONLY_STANDING)
    return dry, Objecting(line.text, calls=by_call(tokens), standing=standing, until=until)


def _until(line: Line, asked: Asked) -> tuple[datetime | None, Line]:
    """The moment at which the date after ``until`` ends where the reader is, and the line without both."""
    for at, word in enumerate(line.words):
        if word.quoted or word.text.casefold() != "until":
            continue
        runs = (line.words[at + 1 : end] for end in range(min(at + 5, len(line.words)), at + 1, -1))
        run = next((r for r in runs if is_date(_joined(r))), None)
        if run is None:
            raise NotUnderstood(NO_UNTIL)
        today = asked.desk.now().astimezone(asked.actor.zone).date()
        left = Line((*line.words[:at], *line.words[at + 1 + len(run) :]))
        return end_of(read_date(_joined(run), today=today), asked.actor.zone), left
    return None, line


def _joined(words: tuple[Word, ...]) -> str:
    return " ".join(w.text for w in words)


# --- the buttons of those who may be meant ---


def _candidates(asked: Asked, objecting: Objecting, several: SeveralPeople) -> Reply:
    """A button for each person that may be meant; each does the line with that name in it."""
    buttons = []
    found = [who for who in several.found if may_be_objected_to(who.participant.kind)]
    if not found:
        raise several
    names = told_apart(found)
    for who, name in list(zip(found, names, strict=True))[:MOST_CANDIDATES]:
        line = _line(asked, objecting, several.asked, who)
        reference = looking.button_for(asked.desk, asked.actor, line)
        buttons.append(Button(name, "object", reference))
    return Reply(WHICH.format(asked=escape(several.asked), names=escape(", ".join(names))), tuple(buttons))


def _line(asked: Asked, it: Objecting, meant: str, who: Who) -> str:
    """The line asked, with *who* in the place of what was *meant*."""
    exact = who.contact.email if who.contact else who.participant.short_name
    tokens = [f"{call}/{part}" for call, parts in it.calls for part in parts]
    tokens += [call for call, parts in it.calls if not parts]
    last_day = (it.until - timedelta(seconds=1)).astimezone(asked.actor.zone).date() if it.until else None
    words = [
        "object", exact + it.who.removeprefix(meant), *(["to", *tokens] if tokens else []),
        *(["standing"] if it.standing else []), *(["until", str(last_day)] if last_day else []),
    ]  # fmt: skip
    return " ".join(words)


VERBS: dict[str, Verb] = {
    "object": Verb(
        object_, A, "object [WHO] [to CALL[/N]...|standing [until DATE]] [for AGENCY] [dry-run]",
        "Takes somebody off a call, parts of it, or every call, at once (Plan B.3). No reason is asked for.",
    ),
    "objections": Verb(
        objections, A, "objections | objections confirm OBJECTION [for AGENCY]",
        "The objections of your Agency that stand; confirms a standing one for another year.",
    ),
    "withdraw": Verb(
        withdraw, A, "withdraw OBJECTION [for AGENCY]", "Withdraws an objection: the name is back at “proposed”."
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {
    "object": press_object,
    "objections.confirm": press_confirm,
    "withdraw": press_withdraw,
}
VIEWS: dict[str, View] = {"object": submit_objection}
