"""Owns the Slack room of objections: one line, a button or a form; what each of them does is the acts'."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import NotUnderstood
from bot.notices import Button
from bot.objections import may_be_objected_to
from bot.when import after_skip, is_date, read_date, readings, show, show_span, show_time, show_wait
from bot.who import Who, told_apart
from bot.words import Word, fold_reference
from handlers import forms, looking
from handlers import objections as acts
from handlers.confirming import Confirmed, confirm_objection
from handlers.finding import SeveralPeople
from handlers.forms import Form
from handlers.objecting import Asked as Objecting
from handlers.objecting import Scope
from handlers.objections import Foreseen, Losing, Objected
from handlers.slack.asked import A, Asked, Press, Pressed, Submitted, Verb, View
from handlers.slack.attendees import head_of, people_are
from handlers.slack.choices import asking, chosen, dated, said, view, written
from handlers.slack.exposing import had_left
from handlers.slack.in_flight import leaving
from handlers.slack.list_words import DRY_RUN, Line, by_call
from handlers.slack.look import press_look
from handlers.slack.minutes import read_page
from handlers.slack.reply import Errors, Modal, Reply, escape, paged

EXAMPLE = "`/lap object harbour-bank to 2027-02-16/1`"
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

WHICH = "“{asked}” may mean {names}. Nothing was done yet: press whom you mean."
FORM = "A form opens. In one line: " + EXAMPLE + "."
FORM_CALL = "{title}, {when}"
FORM_STANDING = "No call is planned now, so this would be a standing objection."
WHOLE, EVERY = "The whole call", "Every call, those planned and later ones"
BOTH = "Choose the whole call, or parts of it, or every call: one of the three."
UNTIL_ALONE = "Only an objection to every call has an end. Empty this, or choose every call."
NO_DAY = "Choose a day, or empty this."
CHOOSE_WHO = "Choose whom."
CHOOSE_SCOPE = "Choose for what."
REASON = "Reason"
REASON_HINT = "None is needed. Only the objecting Agency and the secretariat can read it."

LISTED = "{hat}\n{lines}\nTo end one: `/lap withdraw` and its reference.{confirm}"
CONFIRM = " Those to every call are confirmed once a year: `/lap objections confirm` and the reference."
LISTED_FOR, LISTED_ALL = "The objections of {agency} that stand:", "The objections that stand:"
ENTRY = "*`{reference}`* to {who}{by}, since {since}{reason}\n{scope}"
NONE = "No objection stands that you may know of."
CONFIRMED = (
    "For {agency}: the standing objection `{reference}` to {who} is confirmed. You are asked again on {until}; "
    "`/lap withdraw {reference}` ends it at any time."
)
WITHDRAWN = (
    "For {agency}: the objection `{reference}` to {who} is withdrawn.\n{scope}\n"
    "They are back at “proposed”: nobody is invited by this. The secretariat approves, or not."
)


def object_(asked: Asked) -> Reply:
    """``/lap object [WHO] [to CALL[/N]...|standing [until DATE]] [for AGENCY] [dry-run]``: at once, no look."""
    dry, objecting = _read(asked)
    if not objecting.who or objecting.who.casefold().startswith("for "):
        if dry:
            raise NotUnderstood(DRY_NEEDS_WHO)
        return _form_for(asked, objecting)
    try:
        if dry:
            return Reply(_foreseen(acts.look_at_objection(asked.desk, asked.actor, objecting), asked))
        done = acts.object_to_access(asked.desk, asked.actor, objecting)
    except SeveralPeople as several:
        return _candidates(asked, objecting, several)
    return Reply(_objected(done, asked.desk.now(), asked.actor.zone))


def press_object(pressed: Pressed) -> Reply:
    """A candidate's button, which does the line that waits for it; or a list's, which opens the form for its call."""
    if pressed.look is not None:
        return replace(press_look(object_, pressed), replace=True)
    return _form(forms.objection_form_of(pressed.desk, pressed.actor, pressed.value), pressed.actor.zone)


def submit_objection(sent: Submitted) -> Reply | Errors:
    """The form sent in: ``who``, ``scope``, ``until``, ``reason``, and ``for`` where the secretariat enters it."""
    who, scope, until = sent.one("who"), set(sent.several("scope")), sent.one("until")
    standing = "standing" in scope or not sent.reference
    if not who:
        return Errors({"who": CHOOSE_WHO})
    if not scope:
        return Errors({"scope": CHOOSE_SCOPE})
    if len(scope & {"call", "standing"}) + bool(scope - {"call", "standing"}) > 1:
        return Errors({"scope": BOTH})
    if until and not standing:
        return Errors({"until": UNTIL_ALONE})
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:  # no date picker sends that
        return Errors({"until": NO_DAY})
    objecting = Objecting(
        who,
        sent.one("for") or None,
        call_id=None if standing else sent.reference,
        segment_ids=tuple(sorted(scope - {"call", "standing"})),
        standing=standing,
        until=_end_of(last, sent.actor.zone) if last else None,
        reason=sent.one("reason").strip(),
    )
    done = acts.object_to_access(sent.desk, sent.actor, objecting)
    return Reply(_objected(done, sent.desk.now(), sent.actor.zone))


def objections(asked: Asked) -> Reply:
    """``/lap objections [page N]``: an Agency's own, all for the secretariat; ``objections confirm OBJECTION``."""
    word, _, rest = asked.text.partition(" ")
    if word.casefold() == "confirm":
        reference, agency = _reference_of(rest, CONFIRM_EXAMPLE)
        return _confirmed(confirm_objection(asked.desk, asked.actor, reference, agency), asked.actor.zone)
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
            scope=_scope(o.scope, asked.actor.zone),
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
    return _withdrawn(acts.withdraw_objection(asked.desk, asked.actor, reference, agency), asked.actor.zone)


def press_confirm(pressed: Pressed) -> Reply:
    """The button of the yearly question; its value is the reference."""
    return _confirmed(confirm_objection(pressed.desk, pressed.actor, pressed.value), pressed.actor.zone)


def press_withdraw(pressed: Pressed) -> Reply:
    """The button beside an objection; its value is the reference."""
    return _withdrawn(acts.withdraw_objection(pressed.desk, pressed.actor, pressed.value), pressed.actor.zone)


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
        return _end_of(read_date(_joined(run), today=today), asked.actor.zone), left
    return None, line


def _joined(words: tuple[Word, ...]) -> str:
    return " ".join(w.text for w in words)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which *day* is over in *zone*; where clocks skip midnight, the first that exists after it."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return next(iter(readings(midnight, zone)), None) or after_skip(midnight, zone)


# --- the form and the buttons ---


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


def _form_for(asked: Asked, objecting: Objecting) -> Reply:
    agency = objecting.who[4:].strip() or None
    token = objecting.calls[0][0] if objecting.calls else None
    form = forms.objection_form(asked.desk, asked.actor, token, agency)
    return _form(form, asked.actor.zone, objecting.calls[0][1] if objecting.calls else (), objecting.standing)


def _form(form: Form, zone: ZoneInfo, parts: tuple[str, ...] = (), standing: bool = False) -> Reply:
    scope = [("standing", EVERY)]
    head, first = FORM_STANDING, ["standing"]
    if form.call is not None:
        segments = form.call.segments
        head = FORM_CALL.format(title=form.call.title, when=show_span(form.call.start, form.call.end, zone))
        scope = [("call", WHOLE), *((s.id, f"{s.number} {s.title}, {_hours(s.start, s.end, zone)}") for s in segments)]
        scope.append(("standing", EVERY))
        named = [s.id for s in segments if str(s.number) in parts or s.title.casefold().split()[0] in parts]
        first = ["standing"] if standing else named or ["call"]
    blocks = [
        said(head),
        asking("who", "Whom", chosen("who", [(c.id, c.label) for c in form.people])),
        asking("scope", "For what", chosen("scope", scope, first, many=True)),
        asking("until", "Until, for every call only", dated("until"), optional=True),
        asking("reason", REASON, written("reason", multiline=True), optional=True, hint=REASON_HINT),
    ]
    if form.agencies:
        choices = [(c.id, c.label) for c in form.agencies]
        blocks.insert(1, asking("for", "For which Agency", chosen("for", choices, [form.agency])))
    return Reply(FORM, modal=Modal(view("object", "Object", "Object", blocks, form.call.id if form.call else "")))


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{start.astimezone(zone):%H:%M} to {end.astimezone(zone):%H:%M}"


# --- words out ---


def _objected(done: Objected, now: datetime, zone: ZoneInfo) -> str:
    references = " and ".join(f"`{r}`" for r in done.references)
    objection = (ONE if len(done.references) == 1 else SEVERAL).format(references=references, who=escape(done.who))
    scopes = "\n".join(_scope(s, zone) for s in done.scopes)
    agency = escape(done.agency)
    if done.already:
        return ALREADY.format(agency=agency, objection=objection, scopes=scopes, reference=done.references[0])
    seconds = round((done.notice_at - now).total_seconds())
    end = END_IT.format(reference=done.references[0])
    undo = UNDO.format(wait=show_wait(seconds), end=end) if seconds > 0 else AT_ONCE.format(end=end)
    state = "recorded" if done.in_flight.count else "in effect"
    told = {"agency": agency, "objection": objection, "scopes": scopes, "state": state}
    return STANDS.format(**told, secret=SECRET, undo=undo) + leaving(done.in_flight) + had_left(done.had_left, zone)


def _scope(scope: Scope, zone: ZoneInfo) -> str:
    if scope.call is None:
        if not scope.standing:
            return SCOPE_UNSEEN
        return SCOPE_EVERY.format(until=UNTIL.format(when=show(scope.until, zone)) if scope.until else "")
    head = head_of(scope.call, zone)
    if len(scope.parts) == len(scope.call.segments):
        return SCOPE_CALL.format(head=head)
    parts = " and ".join(f"{p.number} {escape(p.title)}, {show_time(p.start, zone)}" for p in scope.parts)
    return SCOPE_PARTS.format(parts=parts, head=head)


def _foreseen(it: Foreseen, asked: Asked) -> str:
    agency, who = escape(it.agency), escape(it.who)
    if it.already:
        return STANDS_ALREADY.format(agency=agency, who=who, reference=it.scopes[0].reference)
    zone = asked.actor.zone
    scopes = "\n".join(_scope(s, zone) for s in it.scopes)
    losing = "\n".join(_losing(one, zone) for one in it.losing) or LOSES_NOTHING
    return WOULD.format(agency=agency, who=who, scopes=scopes, losing=losing)


def _losing(one: Losing, zone: ZoneInfo) -> str:
    names = "\n".join(
        f"• {escape(n.name)}: " + " and ".join(f"{p.number} {escape(p.title)}" for p in n.parts) for n in one.names
    )
    told = TELLS.format(people=people_are(one.told, "would be")) if one.told else ""
    readers = "1 person of an Agency" if one.readers == 1 else f"{one.readers} people of the Agencies"
    return LOSES.format(head=head_of(one.call, zone), names=names, told=told, readers=readers)


def _confirmed(done: Confirmed, zone: ZoneInfo) -> Reply:
    return Reply(
        CONFIRMED.format(
            agency=escape(done.agency), reference=done.reference, who=escape(done.who), until=show(done.until, zone)
        )
    )


def _withdrawn(done: acts.Withdrawn, zone: ZoneInfo) -> Reply:
    return Reply(
        WITHDRAWN.format(
            agency=escape(done.agency),
            reference=done.scope.reference,
            who=escape(done.who),
            scope=_scope(done.scope, zone),
        )
    )


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
