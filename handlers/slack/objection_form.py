"""Owns the form in which somebody is objected to in Slack; the one-line form is next door, and both call the same
act."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.when import first_reading, show_span
from handlers import forms
from handlers.forms import Form
from handlers.objecting import Asked as Objecting
from handlers.objections import object_to_access
from handlers.slack.asked import Asked, Submitted
from handlers.slack.choices import asking, chosen, dated, said, view, written
from handlers.slack.objection_texts import EXAMPLE, objected
from handlers.slack.reply import Errors, Modal, Reply

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


def form_for(asked: Asked, objecting: Objecting) -> Reply:
    """The form for what a line asks of nobody in particular."""
    agency = objecting.who[4:].strip() or None
    token = objecting.calls[0][0] if objecting.calls else None
    offered = forms.objection_form(asked.desk, asked.actor, token, agency)
    return form(offered, asked.actor.zone, objecting.calls[0][1] if objecting.calls else (), objecting.standing)


def form(offered: Form, zone: ZoneInfo, parts: tuple[str, ...] = (), standing: bool = False) -> Reply:
    """The form, with the *parts* of its call that a line named chosen; beside it the one-line form."""
    scope = [("standing", EVERY)]
    head, first = FORM_STANDING, ["standing"]
    if offered.call is not None:
        segments = offered.call.segments
        head = FORM_CALL.format(title=offered.call.title, when=show_span(offered.call.start, offered.call.end, zone))
        scope = [("call", WHOLE), *((s.id, f"{s.number} {s.title}, {_hours(s.start, s.end, zone)}") for s in segments)]
        scope.append(("standing", EVERY))
        named = [s.id for s in segments if str(s.number) in parts or s.title.casefold().split()[0] in parts]
        first = ["standing"] if standing else named or ["call"]
    blocks = [
        said(head),
        asking("who", "Whom", chosen("who", [(c.id, c.label) for c in offered.people])),
        asking("scope", "For what", chosen("scope", scope, first, many=True)),
        asking("until", "Until, for every call only", dated("until"), optional=True),
        asking("reason", REASON, written("reason", multiline=True), optional=True, hint=REASON_HINT),
    ]
    if offered.agencies:
        choices = [(c.id, c.label) for c in offered.agencies]
        blocks.insert(1, asking("for", "For which Agency", chosen("for", choices, [offered.agency])))
    return Reply(FORM, modal=Modal(view("object", "Object", "Object", blocks, offered.call.id if offered.call else "")))


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{start.astimezone(zone):%H:%M} to {end.astimezone(zone):%H:%M}"


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
        until=end_of(last, sent.actor.zone) if last else None,
        reason=sent.one("reason").strip(),
    )
    done = object_to_access(sent.desk, sent.actor, objecting)
    return Reply(objected(done, sent.desk.now(), sent.actor.zone))


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which *day* is over in *zone*; where clocks skip midnight, the first that exists after it."""
    return first_reading(datetime.combine(day + timedelta(days=1), time()), zone)
