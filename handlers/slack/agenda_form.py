"""Owns the form in which an item is proposed in Slack; the one-line form is next door, and both call the same act."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.agenda import clean_title
from bot.confidentiality import Tlp, read_label
from bot.errors import NotUnderstood, Refusal
from bot.notices import Button
from bot.procedure import Procedure
from bot.proposing import AUDIENCES, Typed
from bot.topics import find_topic
from bot.when import show_span
from bot.words import read_minutes
from handlers.agenda import Form, offer_form, propose_item
from handlers.slack.agenda_texts import proposed_text
from handlers.slack.asked import Pressed, Submitted
from handlers.slack.reply import Errors, Modal, Reply

POOL = "pool"
"""What a button carries where there is no call to refer to."""

ONE_LINE = 'In one line: `/lap propose {call}cases 15 "Robocall gateways"`. `/lap topics` lists the topics.'
FOR_CALL = "For the call “{title}”, {span}."
FOR_POOL = "Your proposal goes into a pool, from which the secretariat takes items for a call."
AS_TOPIC = "topic"
HEARD = {
    AS_TOPIC: "As the topic says",
    "closed": "Closed: only Agencies hear it",
    "joint": "Joint: also the guests invited to its part",
}
NO_MINUTES = "Write a number of minutes, for example 15."


def form(offered: Form, procedure: Procedure, zone: ZoneInfo) -> Reply:
    """The form, and beside it the one-line form for where it cannot be opened."""
    call = offered.call
    intro = FOR_POOL if call is None else FOR_CALL.format(title=call.title, span=show_span(call.start, call.end, zone))
    topics = {t.clause: f"{t.clause} {t.title}" for t in procedure.topics}
    labels = {label.value: label.value for label in Tlp}
    blocks: list[dict[str, Any]] = [
        {"type": "section", "block_id": "for", "text": {"type": "plain_text", "text": intro[:3000]}},
        _input("topic", "Topic", _select(topics)),
        _input("minutes", "Minutes (10, if you leave it empty)", {"type": "plain_text_input"}, optional=True),
        _input("title", "Title", {"type": "plain_text_input"}),
    ]
    if offered.agency:
        blocks.append(_input("audience", "Who may hear it", _select(HEARD, AS_TOPIC)))
    blocks.append(_input("label", "Label (TLP 2.0)", _select(labels, procedure.labels.default.value)))
    view = {
        "type": "modal",
        "callback_id": "propose",
        "private_metadata": call.id if call else "",
        "title": _plain("Propose an item"),
        "submit": _plain("Propose"),
        "close": _plain("Cancel"),
        "blocks": blocks,
    }
    return Reply(ONE_LINE.format(call=f"{call.name} " if call else ""), modal=Modal(view))


def open_form(pressed: Pressed) -> Reply:
    """The button *Propose an item*."""
    call_id = pressed.value if pressed.value not in ("", POOL) else None
    offered = offer_form(pressed.desk, pressed.actor, None, call_id)
    return form(offered, pressed.desk.procedure, pressed.actor.zone)


def submit(sent: Submitted) -> Reply | Errors:
    """The form sent in: what is wrong is said at its input, else the answer is that of the one-line form."""
    typed, wrong = _typed(sent, sent.desk.procedure)
    if wrong:
        return Errors(wrong)
    try:
        placed = propose_item(sent.desk, sent.actor, typed, sent.reference or None)
    except NotUnderstood as refusal:  # topic, title and label were read here: what is left are minutes beyond the call
        return Errors({"minutes": refusal.says})
    buttons = (Button("Take it back", "item.withdraw", placed.item.reference),)
    return Reply(proposed_text(placed, sent.actor.zone), buttons)


def _typed(sent: Submitted, procedure: Procedure) -> tuple[Typed, dict[str, str]]:
    """The proposal as the form says it, and what is wrong with it by input."""
    wrong: dict[str, str] = {}
    topic = label = None
    minutes, title = None, sent.one("title")
    try:
        topic = find_topic(sent.one("topic"), procedure.topics)
    except Refusal as refusal:
        wrong["topic"] = refusal.says
    try:
        title = clean_title(title)
    except NotUnderstood as refusal:
        wrong["title"] = refusal.says
    if said := sent.one("minutes").strip():
        minutes = read_minutes(said)
        if minutes is None:
            wrong["minutes"] = NO_MINUTES
    if said := sent.one("label"):
        try:
            label = read_label(said)
        except NotUnderstood as refusal:
            wrong["label"] = refusal.says
    heard = AUDIENCES.get(sent.one("audience"))
    return Typed(topic, minutes=minutes, audience=heard, label=label, title=title), wrong


def _input(block: str, label: str, element: dict[str, Any], *, optional: bool = False) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block,
        "label": _plain(label),
        "optional": optional,
        "element": {**element, "action_id": "propose"},
    }


def _select(options: Mapping[str, str], chosen: str | None = None) -> dict[str, Any]:
    listed = [{"text": _plain(text if len(text) <= 75 else text[:74] + "…"), "value": v} for v, text in options.items()]
    initial = next((o for o in listed if o["value"] == chosen), None)
    return {"type": "static_select", "options": listed, **({"initial_option": initial} if initial else {})}


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
