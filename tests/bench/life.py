"""Owns a call's life typed into Slack: every verb with plausible arguments, in an order in which each can be done.

A line is WHO: TEXT. ``{D}`` and ``{E}`` are the dates of two calls; what an answer names in backticks is kept under the
word after ``->`` for later lines; ``at START`` lines move the clock, which each line moves by a second; at ``mail`` all
that is due leaves, so that people hold what the next lines change; at ``told`` it is taken as told, which is quicker.
``[ACTION]`` presses the button of that action which WHO was offered last, in an answer or a message; ``<FORM>`` sends
in the form that it opened, as it is filled already, what else has to be with the first choice or some words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.notices import Button, Notice
from bot.participants import Contact
from handlers.delivery import deliver_all
from handlers.desk import Desk
from handlers.kinds import KINDS
from handlers.slack.front import Front
from handlers.slack.reply import Errors, Modal, Reply
from handlers.slack.rooms import ROOMS
from storage.outbox import Errand
from storage.tables import Door, OutboxRow, OutboxState, columns
from tests.bench import data
from tests.statements import heard

WHO = {
    "S": "secretariat@us-ftc.example",
    "A": "spam-enforcement@au-acma.example",
    "B": "spam-enforcement@fr-cnil.example",
    "P": "abuse-desk@harbour-bank.example",
    "O": "liaison@oecd.example",
}

PLANNING = """
S:
A:
P:
S: help
A: help propose
A: whoami
A: timezone Europe/Paris
P: feed
A: feed alarm 15
A: iam nobody@nowhere.example
S: series
S: series add bimonthly "The network's calls" from {F} at 14:00 London for 90
S: series end "The network's calls"
S: call add {D} 14:00 UTC for 90 "Case updates"
S: call add {E} 14:00 UTC for 60 "Training with banks" training
S: segment add {D} joint 30 "Briefing"
S: segment {D}/1 40
S: segment {D}/1 down
S: segment {D}/2 up
S: segment add {D} agencies 10 "Procedure"
S: segment {D}/3 remove
S: steps {D}
S: announce {D}
S: announce {D} go
S: calls
A: calls
P: calls
A: call {D}
A: yes
P: rsvp maybe
S: call move {D} to {D} 15:00 UTC
S: [call]
S: step {D} agenda to {C}
"""

AGENDA = """
A: topics
A: propose {D} cases 10 "Calls from gateways" -> item
A: propose {D} cases 10 "Calls from abroad" -> other
P: propose training 10 "How banks see it" -> pool
O: propose training 10 "What we count" -> counted
A: ask harbour-bank to {D}
A: propose {D}
A: <propose>
A: [item.withdraw]
A: propose {D} cases 5 "Calls by night" -> night
A: propose {D} cases 5 "Calls by day" -> day
S: agenda {D}
S: [item.decline]
S: [item.accept]
S: item {item} accept
S: item {item} 15
A: item {item}
S: item {item} "Calls from two gateways"
S: item {other} accept
S: item {other} up
S: item {other} down
S: item {other} defer
S: item {pool} to {D}/1 dry-run
S: item {pool} to {D}/1
S: item {counted} decline
S: agenda build {D}
A: item {item} harm phishing victims 12000 loss 3.4M countries NZ AU vulnerable "elderly people" urgent
A: item {item} confirm
A: propose {D} cases 5 "Numbers of May" -> numbers
S: item {numbers} to {D}/2
A: item {numbers} harm victims 1200000
S: agenda harm {D}
A: paper {item}
P: paper {item}
P: report TLP:GREEN Parcel SMS tripled in a week -> warned
P: report
S: report for oecd We count fewer -> counts
S: [report.withdraw]
S: briefing {D}
S: briefing send {D}
S: [briefing]
A: briefing {D}
A: item {item} joint dry-run
A: item {item} joint
A: item {item} closed
S: item {item} joint
mail
A: [item.refuse]
S: item {item} joint
mail
A: [item.consent]
A: item {other} withdraw
A: agenda {D}
P: agenda
"""

LISTS = """
S: contact add second@polar-telecom.example "Second desk" for polar-telecom
S: admit harbour-bank oecd meridian-net polar-telecom to {D}/1
S: admit financial_institution to {E}
S: unadmit meridian-net from {D} dry-run
S: unadmit meridian-net from {D}
S: undo
S: undo go
S: attendees {D}
S: [admit]
S: <admit>
S: mail
S: mail machines
S: circulate {D}
S: [circulate]
A: attendees {D}
A: object oecd to {D} dry-run
A: object oecd to {D} -> objection
A: objections
S: objections
A: [withdraw]
A: attendees {D}
A: [object]
A: <object>
A: undo
A: [undo]
B: object meridian-net to {D}/1 -> second
S: approve {D} early
S: [approve.choose]
S: <approve>
A: [rsvp.yes]
B: object oecd to {D}
B: undo
B: [undo]
S: answers {D}
S: answers {D} missing
A: answers {D}
P: call {D}
P: agenda {D}
P: attendees {D}
A: bring proxy@au-acma.example "A proxy" to {D}
A: contact remove proxy@au-acma.example
S: bring proxy@harbour-bank.example "A proxy" to {D} for harbour-bank
S: contact remove proxy@harbour-bank.example
S: window harbour-bank {D}/1
S: why oecd
S: announce {E}
S: [announce]
S: call cancel {E} because the host is away
S: [call]
"""

PEOPLE = """
A: directory
P: directory fr
S: contact add analyst@au-acma.example "Analyst" for au-acma as point
A: contact add deputy@au-acma.example "Deputy" for au-acma
S: contact replace analyst@au-acma.example by analyst2@au-acma.example "Second analyst"
S: contact link analyst2@au-acma.example to <@U0ANALYST>
S: contact unlink <@U0ANALYST>
S: contact remove analyst2@au-acma.example
S: participant add new-bank "New Bank" representative FR financial_institution zone Europe/Paris a@b.example "Desk"
S: participant leave new-bank
S: channel here
S: channel off
"""

LIVE = """
S: call add {J} 13:00 UTC for 60 "Held on paper"
S: announce {J} go
at PAPER
S: start {J}
S: start {J} held
S: undo
S: undo go
S: start {J} held
at START
S: scribe {D} au-acma
S: runsheet {D}
S: start {D}
A: scribe
P: q+ to ask
A: q+ fr-cnil
A: queue
S: ack
B: q-
S: scribe none
S: here harbour-bank au-acma fr-cnil
S: left fr-cnil
S: regrets from nl-acm
S: roll
S: [next]
S: [skip]
S: action second@polar-telecom.example by +90d Send the log
S: note TLP:GREEN The agencies compared what they know -> line
A: words
S: #topic Any other business
S: #agreed Write to both providers
S: s/both/all/
S: #undo
S: #info fr-cnil: Two numbers are in use
S: #link https://lap.example/report The report
A: present+
A: action: au-acma Send the numbers - +14d
A: #undo
A: agenda+ Robocall gateways
B: regrets+
S: #chair au-acma
A: #info The scribe writes
S: scribe none
S: gate
S: [clear]
S: [here.same]
S: note closed au-acma: Two providers are named -> closed
S: decision Write to both providers
S: action fr-cnil by +14d Write to its provider
S: undo
S: undo go
S: action au-acma by +14d Write to the provider -> task
S: action fr-cnil by +14d Write to the other provider -> other task
S: next
S: end
S: note {D}/1 It was said at the end
at AFTER
S: here {D}/1 us-fcc
S: left {D}/1 15:05Z us-fcc
S: regrets from {D} nz-dia
S: minutes {D}
S: minutes send {D}
S: [minutes]
A: minutes {D}
A: correct {closed} Two providers were named
A: hold {closed}
A: hold {closed} release
A: withhold {closed}
A: withhold {closed} release
S: find provider
A: find two providers named
P: find gateways
A: actions
A: actions mine
S: actions overdue
P: actions
A: due {task} {F}
S: give {task} to fr-cnil
B: decline {task} because there is nobody
S: actions declined
S: give {task} to au-acma
mail
A: [action.accept]
A: actions {task}
S: action {task}
A: done {task}
S: undo
S: drop {other task} because it was overtaken
at ADOPTION
S: minutes adopt {D}
S: minutes adopt {D} go
P: minutes {D}
A: correct {closed} Two providers had been named
B: correct {closed} One provider had been named
B: withhold {closed}
B: withhold {closed} release
A: minutes {closed}
S: minutes {closed}
P: minutes {closed}
S: edition {D} "What we learned" green
S: [edition] -> edition
A: edition
P: edition
A: edition {edition}
A: edition {edition} object {line}
S: edition {edition} drop
S: edition {D} "What we learned" green go -> edition2
at RELEASE
S: edition {edition2} release
S: edition {edition2} release go
P: edition {edition2}
A: label {line} TLP:AMBER
S: correct {closed} [closed]
"""

CHANGES = """
S: call add {G} 14:00 UTC for 90 "More updates"
S: segment add {G} joint 30 "Briefing"
S: segment add {G} joint 20 "Training"
S: announce {G} go
S: admit harbour-bank oecd meridian-net to {G}
S: circulate {G} go
S: approve {G} early go
S: segment {G}/1 40
S: [segment]
S: segment {G}/2 up go
S: call move {G} to {G} 16:00 UTC go
A: object oecd to {G}/1
A: object harbour-bank to {G}
S: unadmit oecd from {G}/2
S: undo
S: undo go
S: window meridian-net {G}/2
S: contact replace abuse-desk@harbour-bank.example by desk2@harbour-bank.example "Second desk"
S: segment {G}/1 agencies go
S: segment {G}/1 joint go
S: participant leave meridian-net
S: call cancel {G}
S: [call]
"""
"""What changes once a call is announced and its list approved."""

MAILED = """
told
S: series add quarterly "Members' meetings" from {H} at 10:00 London for 90
S: call add {I} 10:00 UTC for 90 "Reports by mail"
S: segment add {I} joint 30 "Briefing"
S: segment add {I} joint 20 "Training"
S: announce {H} go
S: announce {I} go
O: propose training 10 "How observers see it" -> placed
A: propose {I} cases 10 "Calls at night" -> quiet
S: item {placed} to {I}/1
S: item {quiet} to {I}/2
S: admit harbour-bank oecd polar-telecom to {I}
S: circulate {I} go
S: approve {I} early go
mail
S: item {quiet} joint
mail
A: [item.consent]
A: [item.refuse]
S: segment {I}/1 40 go
B: object oecd to {I}
B: undo
B: [undo]
B: object harbour-bank to {I}/1
B: object polar-telecom standing
B: undo
B: undo go
B: object second@polar-telecom.example to {I}/1
A: object second desk to {I}/2
A: [object]
A: object polar-telecom to {I}/2
S: contact replace second@polar-telecom.example by third@polar-telecom.example "Third desk"
S: item {placed} to {I}/2
S: item {placed} to {I}/1
S: segment {I}/1 down go
S: segment {I}/1 remove
S: [segment]
S: segment {I}/1 remove go
S: call move {I} to {I} 12:00 UTC
S: [call]
S: call cancel {I}
S: [call]
S: series end "Members' meetings"
S: [series]
"""
"""The same again for people who hold their invitations, where items stand and whole parts go."""

FRAME = ("BEGIN", "SAVEPOINT", "ROLLBACK", "RELEASE")
"""How transactions begin and end: they read and write nothing, so they are not counted."""

LIFE = [line for part in (PLANNING, AGENDA, LISTS, PEOPLE, LIVE, CHANGES, MAILED) for line in part.splitlines() if line]


@dataclass(frozen=True)
class Said:
    """A line that was typed, the statements it took (but for those in ``FRAME``), and its answer."""

    who: str
    line: str
    statements: tuple[str, ...]
    answer: str


class Clock:
    """The time of a life: it moves when a line says so."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def lived(desk: Desk, clock: Clock) -> Iterator[Said]:
    """Types every line on the data set as it stands on *desk*, whose time is *clock*."""
    users = {contact.email: user for user, contact in reversed(data.users(data.roster()[1]))}
    front = Front(desk, ROOMS, lambda team, user: None)
    held = {email: Held() for email in WHO.values()}

    def taken(notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
        """A door that takes whatever it is given."""
        if contact.email in held:
            held[contact.email].take(notice.buttons)

    post = replace(desk, send=dict.fromkeys(Door, taken))
    days = {
        name: clock.at + timedelta(days=ahead)
        for name, ahead in (("C", 50), ("D", 60), ("E", 75), ("F", 90), ("G", 120), ("H", 130), ("I", 140), ("J", 53))
    }
    start = days["D"].replace(hour=15, minute=0)
    after = {"PAPER": -7, "START": 0, "AFTER": 1, "ADOPTION": 25, "RELEASE": 45}
    moves = {name: start + timedelta(days=days) for name, days in after.items()}
    known = {name: f"{day:%Y-%m-%d}" for name, day in days.items()}
    for number, entry in enumerate(LIFE):
        if entry.startswith("at "):
            clock.at = moves[entry.removeprefix("at ")]
            continue
        if entry in ("mail", "told"):
            deliver_all(post, KINDS) if entry == "mail" else _take_as_told(desk)
            continue
        clock.at += timedelta(seconds=1)
        typed, _, name = entry.partition(" -> ")
        who, _, text = typed.partition(":")
        hand, line, trigger = held[WHO[who]], text.strip(), f"t{number}"
        with heard(desk.store) as sent:
            if line.startswith("["):
                reply = front.press(hand.press(users[WHO[who]], line[1:-1], trigger))
            elif line.startswith("<"):
                reply = _not_refused(front.submission(hand.form(users[WHO[who]], line[1:-1], trigger)), entry)
            else:
                body = {"team_id": data.TEAM, "user_id": users[WHO[who]], "channel_id": "C1", "trigger_id": trigger}
                reply = front.command({**body, "text": line.format(**known)})
        hand.take(reply.buttons, reply.modal)
        if name:
            known[name] = _reference(reply, entry)
        yield Said(who, line, tuple(s for s in sent if not s.startswith(FRAME)), reply.text)


def _take_as_told(desk: Desk) -> None:
    t = columns(OutboxRow)
    with desk.store.begin() as tx:
        tx.execute(update(OutboxRow).where(t.state == OutboxState.DUE).values(state=OutboxState.SENT))


class Held:
    """What one person can press: the last button of each action, and the form that is open."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._view: Mapping[str, Any] = {}

    def take(self, buttons: Iterable[Button], modal: Modal | None = None) -> None:
        self._values.update((button.action, button.value) for button in buttons)
        self._view = modal.view if modal else self._view

    def press(self, user: str, action: str, trigger: str) -> dict[str, Any]:
        """The payload of pressing that button. Raises KeyError where none was offered."""
        pressed = [{"action_id": action, "value": self._values[action]}]
        return {**_payload(user, trigger), "channel": {"id": "C1"}, "actions": pressed}

    def form(self, user: str, callback: str, trigger: str) -> dict[str, Any]:
        """The payload of sending in the open form. Raises ValueError where it is another."""
        if self._view.get("callback_id") != callback:
            raise ValueError(f"the form that is open is not {callback!r}: {self._view.get('callback_id')!r}")
        inputs = [b for b in self._view["blocks"] if b["type"] == "input"]
        values = {b["block_id"]: {b["element"]["action_id"]: _filled(b["element"], b.get("optional"))} for b in inputs}
        return {**_payload(user, trigger), "view": {**self._view, "state": {"values": values}}}


def _payload(user: str, trigger: str) -> dict[str, Any]:
    return {"user": {"id": user, "team_id": data.TEAM}, "team": {"id": data.TEAM}, "trigger_id": trigger}


def _filled(element: Mapping[str, Any], optional: bool) -> dict[str, Any]:
    """An input as it is filled already, or else, where it has to be, with the first choice, or some words."""
    for one in ("option", "options"):
        if f"initial_{one}" in element:
            return {f"selected_{one}": element[f"initial_{one}"]}
    if optional or element["type"] == "plain_text_input":
        return {"value": element.get("initial_value", "" if optional else "Some words")}
    choices = element.get("options") or element["option_groups"][0]["options"]
    several = element["type"] == "checkboxes" or element["type"].startswith("multi_")
    return {"selected_options": choices[:1]} if several else {"selected_option": choices[0]}


def _not_refused(answer: Reply | Errors, entry: str) -> Reply:
    if isinstance(answer, Errors):
        raise ValueError(f"the form was refused at {entry!r}: {dict(answer.by_block)}")
    return answer


def _reference(reply: Reply, entry: str) -> str:
    """The first reference that an answer names."""
    found = re.search(r"`([0-9A-Z]{6})`", reply.text)
    if found is None:
        raise ValueError(f"no reference was answered to {entry!r}: {reply.text[:300]}")
    return found[1]
