"""Owns the Slack room of the agenda: topics, propose, ask, agenda and item; its form and its words stand beside it."""

import re
from dataclasses import replace

from bot.confidentiality import may_carry, read_label, respelt
from bot.errors import NotFound, NotUnderstood, Refusal
from bot.item_changes import Change, Do, read_change
from bot.notices import Button
from bot.participants import ParticipantKind
from bot.proposing import names_only_a_call, read_proposal
from bot.topics import AudienceKind, Topic
from bot.when import show_span
from bot.words import is_reference
from handlers.agenda import ask_for, offer_form, propose_item
from handlers.agenda_changes import change_item
from handlers.agenda_pages import build_agenda, order_by_harm, show_agenda
from handlers.agenda_views import AgendaView
from handlers.item_looks import Foreseen, look_at_item
from handlers.papers import list_papers
from handlers.slack.agenda_form import POOL, form, open_form, submit
from handlers.slack.agenda_texts import agenda_text, changed_text, item_text, proposed_text
from handlers.slack.asked import ALL, A, Asked, Press, Pressed, Verb, View
from handlers.slack.in_flight import leaving
from handlers.slack.list_words import DRY_RUN
from handlers.slack.minutes import read_page
from handlers.slack.reply import Reply, escape, paged

TOPICS = "The topics of the calls, by clause and word:\n{lines}\nPropose an item: {example}."
EXAMPLE = '`/lap propose next cases 15 "Robocall gateways"`'
GUEST_EXAMPLE = '`/lap propose trends 15 "A new botnet"`'
CLOSED_TOPIC = ", closed unless you say `joint`"
YOU_TYPED = "\nYou typed: `/lap {line}`"
ASK_HOW = "Say whom you ask for, and for which call: `/lap ask harbour-bank to next/1`."
ASKED = (
    "Asked{hat}: `{reference}`. The secretariat has been asked by mail and in Slack to admit {name} to {place}. "
    "Nothing has been admitted by this; you see it on `/lap attendees` once the name is circulated."
)
ORDERED = "Ordered by the harm stated; `/lap item ITEM up` and `down` move one.\n"
FORESEEN = "Nothing was changed. {who} {told} would be told by mail; others see it on the agenda."
LOSE, GAIN = "`{reference}` would be read no longer by {lose}.", "`{reference}` would newly be read by {gain}."
LOSE_AND_GAIN = "`{reference}` would be read no longer by {lose}; newly by {gain}."
SAME_READERS, NOBODY = "The same people would read `{reference}`, as far as you may know.", "Nobody"
BUILT = "Built: {count} in the parts of the call.\n"

MOST_DECISIONS = 8
"""So many proposals get buttons; more would hide them."""


def topics(asked: Asked) -> Reply:
    """``/lap topics``: the catalogue (Plan A.3, B.3)."""
    guest = asked.actor.participant.kind is not ParticipantKind.AGENCY
    lines = "\n".join(_topic(t, guest) for t in asked.desk.procedure.topics)
    return Reply(TOPICS.format(lines=lines, example=GUEST_EXAMPLE if guest else EXAMPLE))


def _topic(topic: Topic, guest: bool) -> str:
    closed = CLOSED_TOPIC if topic.audience is AudienceKind.AGENCIES and not guest else ""
    return f"• {topic.clause} `{topic.word}`: {escape(topic.title)}{closed}"


def propose(asked: Asked) -> Reply:
    """``/lap propose [CALL] TOPIC [MINUTES] "TITLE" [closed|joint] [TLP:LABEL] [for ORG]``; alone it opens the form."""
    text = asked.text
    desk, actor = asked.desk, asked.actor
    try:
        if names_only_a_call(text):
            return form(offer_form(desk, actor, text or None), desk.procedure, actor.zone)
        placed = propose_item(desk, actor, read_proposal(text, desk.procedure.topics))
    except (NotUnderstood, NotFound) as refusal:
        raise _mendable(refusal, asked, text) from None
    buttons = (Button("Take it back", "item.withdraw", placed.item.reference),)
    return Reply(proposed_text(placed, actor.zone), buttons)


def _mendable(refusal: Refusal, asked: Asked, text: str) -> Refusal:
    """*refusal* with what was typed, unless it carries a label that Slack may not."""
    labels = [word for word in re.findall(r"(?i)\btlp:[a-z+]+", respelt(text)) if _is_above(word, asked)]
    if labels or not text:
        return refusal
    return type(refusal)(refusal.says + YOU_TYPED.format(line=f"{asked.verb} {text}"[:1500]))


def _is_above(word: str, asked: Asked) -> bool:
    try:
        return not may_carry(read_label(word), asked.desk.procedure.labels.slack)
    except NotUnderstood:
        return False


def ask(asked: Asked) -> Reply:
    """``/lap ask WHO to CALL[/N] [for AGENCY]``: an Agency asks the secretariat for a guest."""
    found = re.fullmatch(r"(?is)(?P<who>.+)\sto\s+(?P<place>.+?)(?:\s+for\s+(?P<org>.+))?", asked.text)
    if found is None:
        raise NotUnderstood(ASK_HOW)
    who, place = found["who"].strip(' "“”'), found["place"].strip(' "“”')
    told = ask_for(asked.desk, asked.actor, who, place, found["org"])
    span = show_span(told.part.start, told.part.end, asked.actor.zone) if told.part else ""
    whole = show_span(told.call.start, told.call.end, asked.actor.zone)
    where = f"part {told.part.number}, {told.part.title}, {span}" if told.part else f"“{told.call.title}”, {whole}"
    return Reply(
        ASKED.format(
            hat=f" for {escape(told.agency)}" if found["org"] else "",
            reference=told.reference,
            name=escape(told.name),
            place=escape(where),
        )
    )


def agenda(asked: Asked) -> Reply:
    """``/lap agenda [CALL]``, ``/lap agenda build [CALL]`` and ``/lap agenda harm [CALL]``."""
    word, _, rest = asked.text.partition(" ")
    if word.casefold() == "build":
        shown = build_agenda(asked.desk, asked.actor, rest.strip() or None)
        n = sum(len(p.items) for p in shown.parts)
        return _page(asked, shown, BUILT.format(count="1 item" if n == 1 else f"{n} items"))
    if word.casefold() == "harm":
        return _page(asked, order_by_harm(asked.desk, asked.actor, rest.strip() or None), ORDERED)
    call, page = read_page(asked.text)
    return _page(asked, show_agenda(asked.desk, asked.actor, call or None), "", page)


def _page(asked: Asked, shown: AgendaView, before: str, page: int = 1) -> Reply:
    text = before + agenda_text(shown, asked.actor.zone)
    undecided = [i.reference for i in (*shown.waiting, *shown.pool)][:MOST_DECISIONS]
    decide = tuple(
        Button(f"{word} {reference}", f"item.{word.casefold()}", reference)
        for reference in undecided
        for word in ("Accept", "Decline")
    )
    call = shown.call
    stated = sum(1 for part in shown.parts for i in part.items if i.case)
    if call and stated > 1 and asked.actor.is_secretariat:
        decide = (*decide, Button("Order cases by harm", "agenda.harm", call.name))
    value = call.id if call and asked.actor.participant.kind is ParticipantKind.AGENCY else POOL
    command = f"agenda {call.name}" if call else "agenda"
    offered = () if asked.actor.reader.is_proxy else (Button("Propose an item", "propose", value), *decide)
    return replace(paged(text, command, page), buttons=offered)


def item(asked: Asked) -> Reply:
    """``/lap item ITEM [accept|decline|defer|withdraw|MINUTES|up|down|to CALL/N|closed|joint|"TITLE" [dry-run]]``."""
    text = asked.text
    typed, _, last = text.rpartition(" ")
    if is_reference(text.strip("`")):
        return Reply(item_text(list_papers(asked.desk, asked.actor, text), asked.actor.zone))
    try:
        if last.casefold() in DRY_RUN and len(typed.split()) > 1:
            return Reply(_foreseen(look_at_item(asked.desk, asked.actor, *read_change(typed))))
        reference, change = read_change(text)
        changed = change_item(asked.desk, asked.actor, reference, change)
    except NotUnderstood as refusal:
        raise _mendable(refusal, asked, text) from None
    return Reply(changed_text(changed, asked.actor.zone) + leaving(changed.in_flight))


def _foreseen(it: Foreseen) -> str:
    words = {(True, True): LOSE_AND_GAIN, (True, False): LOSE, (False, True): GAIN, (False, False): SAME_READERS}
    lose, gain = (escape(", ".join(names)) for names in (it.lose, it.gain))
    who = words[bool(it.lose), bool(it.gain)].format(reference=it.reference, lose=lose, gain=gain)
    told = {0: NOBODY, 1: "1 person"}.get(it.told, f"{it.told} people")
    return FORESEEN.format(who=who, told=told)


def press_harm(pressed: Pressed) -> Reply:
    """The button *Order cases by harm* under an agenda of the secretariat."""
    shown = order_by_harm(pressed.desk, pressed.actor, pressed.value)
    return Reply(ORDERED + agenda_text(shown, pressed.actor.zone))


def _press(do: Do) -> Press:
    """The button that does to an item what ``item ITEM`` and this word do, where it still stands in the place that the
    button names, if it names one."""

    def press(pressed: Pressed) -> Reply:
        item, _, place = pressed.value.partition(" ")
        changed = change_item(pressed.desk, pressed.actor, item, Change(do, place=place))
        return Reply(changed_text(changed, pressed.actor.zone) + leaving(changed.in_flight))

    return press


VERBS: dict[str, Verb] = {
    "topics": Verb(topics, ALL, "topics", "The catalogue of topics, with the Plan's clauses."),
    "propose": Verb(
        propose,
        ALL,
        'propose [CALL] TOPIC [MINUTES] "TITLE" [closed|joint] [TLP:LABEL] [for ORG]',
        "Propose an item; alone, it opens a form. Representatives and observers leave the call out.",
    ),
    "ask": Verb(ask, A, "ask WHO to CALL[/N]", "Ask the secretariat to admit a representative or observer."),
    "agenda": Verb(
        agenda,
        ALL,
        "agenda [CALL] | agenda build [CALL] | agenda harm [CALL]",
        "The agenda as you may read it. The secretariat's: `build` gives each accepted item its place, `harm` orders "
        "the cases by the harm stated.",
    ),
    "item": Verb(
        item,
        ALL,
        'item ITEM [accept|decline|defer|withdraw|MINUTES|up|down|to CALL/N|closed|joint|confirm|"TITLE" [dry-run]]'
        " | item ITEM harm TEXT",
        "Shows an item, or changes it. Who proposed it: withdraw, closed, joint, a new title, `confirm` that you "
        "present it, the `harm` to victims, as in `harm phishing victims 12000 loss 3.4M countries NZ AU urgent`; the "
        "rest is the secretariat's. `dry-run` at its end says who would read the item no longer, and who newly.",
    ),
}
PRESSES: dict[str, Press] = {
    "propose": open_form,
    "item.accept": _press(Do.ACCEPT),
    "item.decline": _press(Do.DECLINE),
    "item.withdraw": _press(Do.WITHDRAW),
    "item.consent": _press(Do.JOINT),
    "item.refuse": _press(Do.CLOSED),
    "item.confirm": _press(Do.CONFIRM),
    "agenda.harm": press_harm,
}
VIEWS: dict[str, View] = {"propose": submit}
