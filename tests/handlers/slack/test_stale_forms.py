"""Forms that were opened while it was allowed and sent when it no longer is, and forms that nobody opened so.

Each is answered as what does not exist is, or says what changed; nothing is changed by it, and the form stays open with
all that was typed into it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from handlers.desk import Actor
from handlers.slack.reply import Errors, Modal, Reply
from handlers.slack.rooms import ROOMS
from storage import calls
from storage.calls import Part
from storage.tables import AuditRow, SegmentRow, columns
from tests.cast import Cast
from tests.held import running as run
from tests.held import to_closed_part
from tests.lists import DAY, START, with_approved, with_names
from tests.remembered import remembered
from tests.slack_front import front, press, say, submit
from tests.state import state

A, BANK = "fr-cnil", "harbour-bank"
ABSENT = "id-999999"
CNIL = "spam-enforcement@fr-cnil.example"
TYPED = "Words that somebody typed for a quarter of an hour"

approved, running = remembered(with_approved), remembered(run)


@remembered
def circulated(cast: Cast) -> None:
    with_names(cast)
    does(cast, cast.secretary, f"circulate {DAY} go")


def does(cast: Cast, who: Actor, line: str) -> None:
    """Types *line*, which does something."""
    a = columns(AuditRow)
    with cast.desk.store.read() as tx:
        before = tx.execute(select(func.count(a.number))).scalar_one()
    said = say(cast, who, line).text
    with cast.desk.store.read() as tx:
        assert tx.execute(select(func.count(a.number))).scalar_one() > before, said


def opened(reply: Reply) -> Mapping[str, Any]:
    assert isinstance(reply.modal, Modal), reply.text
    return reply.modal.view


def offered(form: Mapping[str, Any], block: str) -> dict[str, str]:
    """The choices of one input of a form: what each says, and its value."""
    element = next(b["element"] for b in form["blocks"] if b.get("block_id") == block)
    return {o["text"]["text"]: o["value"] for o in element["options"]}


def refused(cast: Cast, who: Actor, callback: str, values: dict[str, Any], reference: str) -> Mapping[str, str]:
    """What is said, by the input that it stands at: the form stays open, and nothing was changed by sending it."""
    say(cast, who, "whoami")
    before = state(cast.desk.store)
    answer = submit(cast, who, callback, values, reference)
    assert isinstance(answer, Errors), answer
    assert set(answer.by_block) <= set(values)
    assert state(cast.desk.store) == before
    return answer.by_block


def as_absent(cast: Cast, who: Actor, callback: str, values: dict[str, Any], reference: str) -> Mapping[str, str]:
    """The same, which is also what is said of a call that there is not."""
    told, of_nothing = (refused(cast, who, callback, values, it) for it in (reference, ABSENT))
    assert told == of_nothing
    return told


# --- the form of an objection ---


def objection(cast: Cast, **more: object) -> tuple[dict[str, Any], str, dict[str, str]]:
    """The form of an objection to the bank as an officer filled it in; its call, and the parts that it offered."""
    form = opened(say(cast, cast.actor(A), f"object to {DAY}"))
    who = offered(form, "who")["Harbour Bank"]
    given = {"who": who, "scope": ["call"], "until": "", "reason": TYPED, **more}
    return given, form["private_metadata"], offered(form, "scope")


def test_an_objection_to_a_call_that_was_cancelled_meanwhile_is_as_to_none(cast: Cast) -> None:
    given, call, _ = objection(approved(cast))
    does(cast, cast.secretary, f"call cancel {DAY} go")
    assert as_absent(cast, cast.actor(A), "object", given, call) == {
        "who": "No call is planned that you are invited to. `/lap calls` lists what there is for you."
    }


def test_an_objection_to_a_call_that_was_moved_meanwhile_is_to_the_call_as_it_is_now(cast: Cast) -> None:
    given, call, _ = objection(approved(cast))
    does(cast, cast.secretary, f"call move {DAY} to 2027-02-18 15:00 UTC go")
    sent = submit(cast, cast.actor(A), "object", given, call)
    assert isinstance(sent, Reply)
    assert "the whole of “Case updates” (`2027-02-18`), Thu 18 Feb 2027, 16:00-17:30 Europe/Paris" in sent.text


GONE = {
    "scope": "A part that was chosen here is not there any more, so nothing was done. Open the form anew: it shows the "
    "parts of “Case updates” as they are now."
}


def test_an_objection_to_a_part_that_was_removed_meanwhile_is_not_to_the_whole_call(cast: Cast) -> None:
    does(approved(cast), cast.secretary, f'segment add {DAY} joint 20 "Trends" go')
    given, call, parts = objection(cast)
    trends = next(value for text, value in parts.items() if "Trends" in text)
    does(cast, cast.secretary, f"segment {DAY}/Trends remove go")
    told = [
        refused(cast, cast.actor(A), "object", {**given, "scope": scope}, call)
        for scope in ([trends], [ABSENT], [trends, *(v for t, v in parts.items() if "Reports" in t)])
    ]
    assert told == [GONE] * 3


def test_an_objection_to_a_part_that_others_alone_hear_is_as_to_one_that_is_not_there(cast: Cast) -> None:
    does(approved(cast), cast.secretary, f'segment add {DAY} agencies 20 "Strategy" only jp-mic us-fcc go')
    given, call, _ = objection(cast)
    s = columns(SegmentRow)
    with cast.desk.store.read() as tx:
        hidden = tx.execute(select(s.id).where(s.title == "Strategy")).scalar_one()
    told = [refused(cast, cast.actor(A), "object", {**given, "scope": [it]}, call) for it in (hidden, ABSENT)]
    assert told == [GONE] * 2


def test_an_objection_to_somebody_who_has_left_is_as_to_nobody(cast: Cast) -> None:
    given, call, _ = objection(approved(cast))
    does(cast, cast.secretary, "participant leave harbour-bank go")
    told = [refused(cast, cast.actor(A), "object", {**given, "who": it}, call) for it in (given["who"], "p-nobody")]
    assert [said["who"].replace(it, "…") for said, it in zip(told, (given["who"], "p-nobody"), strict=True)] == [
        "I know nobody called “…”. Give a short name, a full name or an e-mail address; `/lap directory` lists them."
    ] * 2


def test_the_same_objection_by_a_form_and_a_colleague_meanwhile_is_one(cast: Cast) -> None:
    given, call, _ = objection(approved(cast))
    first = say(cast, cast.actor(A), f"object harbour-bank to {DAY}").text.split("`")[1]
    sent = submit(cast, cast.actor(A), "object", given, call)
    assert isinstance(sent, Reply)
    assert f"the objection `{first}` to Harbour Bank stands already." in sent.text


# --- who sends it is not who opened it any more ---


def removed(cast: Cast) -> None:
    does(cast, cast.secretary, 'contact add other@fr-cnil.example "Another" for fr-cnil as point')
    does(cast, cast.secretary, f"contact remove {CNIL}")


def gone_to_the_bank(cast: Cast) -> None:
    removed(cast)
    does(cast, cast.secretary, f'contact add {CNIL} "Somebody new" for harbour-bank')


def left(cast: Cast) -> None:
    does(cast, cast.secretary, "participant leave fr-cnil go")


@pytest.mark.parametrize("goes", [removed, left], ids=lambda g: g.__name__)
@pytest.mark.parametrize("callback", ["object", "propose"])
def test_a_form_of_somebody_removed_is_a_strangers_and_keeps_what_was_typed(
    cast: Cast, goes: Callable[[Cast], None], callback: str
) -> None:
    officer = approved(cast).actor(A)
    call = opened(say(cast, officer, f"object to {DAY}"))["private_metadata"]
    given = GIVEN[callback]
    goes(cast)
    before = state(cast.desk.store)
    told = [send_as(cast, user, callback, given, it) for user in (officer.user, "U-NOBODY") for it in (call, ABSENT)]
    assert told == [Errors({next(iter(given)): front(cast).stranger().text})] * 4
    assert state(cast.desk.store) == before


def test_a_form_of_somebody_who_went_to_the_bank_is_a_representatives(cast: Cast) -> None:
    officer = approved(cast).actor(A)
    given, call, _ = objection(cast)
    gone_to_the_bank(cast)
    told = as_absent(cast, cast.by_email(CNIL), "object", given, call)
    assert told == {"who": "Only an Agency objects to somebody's access (Plan B.3), and only an Agency withdraws that."}
    assert officer.participant.short_name == A


@pytest.mark.parametrize("callback", ["admit", "approve"])
def test_a_form_of_somebody_of_the_secretariat_no_longer_is_refused_whatever_call_it_names(
    cast: Cast, callback: str
) -> None:
    secretary = circulated(cast).secretary
    form = opened(say(cast, secretary, f"admit to {DAY}"))
    does(cast, secretary, 'contact add desk@us-fcc.example "The other desk" for us-fcc as secretariat')
    does(cast, cast.by_email("desk@us-fcc.example"), "contact remove secretariat@us-ftc.example")
    told = {
        str(send_as(cast, secretary.user, callback, {"who": ["p-oecd"], "scope": []}, it))
        for it in (form["private_metadata"], ABSENT)
    }
    assert told == {str(Errors({"who": front(cast).stranger().text}))}


@pytest.mark.parametrize("callback", ["admit", "approve"])
def test_the_secretariats_forms_are_nobody_elses(cast: Cast, callback: str) -> None:
    call = opened(say(circulated(cast), cast.secretary, f"admit to {DAY}"))["private_metadata"]
    for who in (A, BANK):
        as_absent(cast, cast.actor(who), callback, {"who": ["p-oecd"], "scope": [], "early": ["early"]}, call)


def send_as(cast: Cast, user: str, callback: str, values: dict[str, Any], reference: str) -> Reply | Errors:
    """The same form from a Slack account, whoever that is by now."""
    view = {
        "callback_id": callback,
        "private_metadata": reference,
        "state": {"values": {block: {"input": {"value": value}} for block, value in values.items()}},
        "blocks": [{"type": "input", "block_id": block} for block in values],
    }
    body = {"view": view, "user": {"id": user, "team_id": "T1"}, "trigger_id": cast.desk.new_id()}
    return front(cast).submission(body)


# --- the form of a proposal ---

GIVEN: dict[str, dict[str, Any]] = {
    "object": {"who": "p-harbour-bank", "scope": ["call"], "until": "", "reason": TYPED},
    "propose": {"topic": "A.3.a", "minutes": "15", "title": TYPED, "audience": "closed", "label": "TLP:AMBER"},
}


def test_a_proposal_for_a_call_that_was_cancelled_meanwhile_is_as_for_none(cast: Cast) -> None:
    form = opened(say(approved(cast), cast.actor(A), f"propose {DAY}"))
    does(cast, cast.secretary, f"call cancel {DAY} go")
    as_absent(cast, cast.actor(A), "propose", GIVEN["propose"], form["private_metadata"])


def test_a_proposal_for_a_call_that_others_alone_are_invited_to_is_as_for_none(cast: Cast) -> None:
    does(approved(cast), cast.secretary, 'call add 2027-03-09 14:00 UTC for 60 "Ours" only jp-mic')
    does(cast, cast.secretary, "announce 2027-03-09 go")
    hidden = opened(say(cast, cast.actor("jp-mic"), "propose 2027-03-09"))["private_metadata"]
    as_absent(cast, cast.actor(A), "propose", GIVEN["propose"], hidden)


def test_a_guests_proposal_names_no_call_whatever_its_form_carries(cast: Cast) -> None:
    given = {k: v for k, v in GIVEN["propose"].items() if k != "audience"} | {"topic": "reports"}
    call = opened(say(approved(cast), cast.actor(A), f"propose {DAY}"))["private_metadata"]
    sent = [submit(cast, cast.actor(BANK), "propose", given, it) for it in (call, ABSENT, "")]
    texts = [it.text.replace(it.text.split("`")[1], "…") for it in sent if isinstance(it, Reply)]
    assert (len(texts), len(set(texts)), "into the pool" in texts[0] or "in the pool" in texts[0]) == (3, 1, True)


# --- the secretariat's forms ---


def test_admitting_to_a_part_that_was_removed_meanwhile_is_not_to_every_joint_one(cast: Cast) -> None:
    does(circulated(cast), cast.secretary, f'segment add {DAY} joint 20 "Trends" go')
    form = opened(say(cast, cast.secretary, f"admit to {DAY}"))
    trends = next(value for text, value in offered(form, "scope").items() if "Trends" in text)
    does(cast, cast.secretary, f"segment {DAY}/Trends remove go")
    given = {"who": ["p-polar-telecom"], "scope": [trends]}
    told = [
        refused(cast, cast.secretary, "admit", {**given, "scope": [it]}, form["private_metadata"])
        for it in (trends, ABSENT)
    ]
    assert told == [GONE] * 2


def test_admitting_to_a_call_that_was_cancelled_meanwhile_says_that_it_is_over(cast: Cast) -> None:
    form = opened(say(circulated(cast), cast.secretary, f"admit to {DAY}"))
    does(cast, cast.secretary, f"call cancel {DAY} go")
    told = refused(cast, cast.secretary, "admit", {"who": ["p-oecd"], "scope": []}, form["private_metadata"])
    assert told == {"who": "“Case updates” is over, so its list stays as it is. `/lap calls` lists what is planned."}


def choice(cast: Cast) -> tuple[dict[str, str], str]:
    """Whom the form to approve offers, and what it carries."""
    call = opened(say(cast, cast.secretary, f"admit to {DAY}"))["private_metadata"]
    form = opened(press(cast, cast.secretary, "approve.choose", call))
    return offered(form, "who"), form["private_metadata"]


def test_approving_a_list_that_was_approved_meanwhile_approves_nobody_twice(cast: Cast) -> None:
    people, call = choice(circulated(cast))
    does(cast, cast.secretary, f"approve {DAY} early go")
    told = refused(cast, cast.secretary, "approve", {"who": [*people.values()], "early": ["early"]}, call)
    assert told == {
        "who": f"Nobody on the list of Case updates waits for approval. `/lap attendees {DAY}` shows how it stands."
    }


def test_approving_takes_nothing_that_was_sent_round_after_the_form_was_shown(cast: Cast) -> None:
    people, carried = choice(circulated(cast))
    bank = next(value for text, value in people.items() if "Harbour Bank" in text)
    cast.clock.advance(minutes=1)
    does(cast, cast.secretary, f'segment add {DAY} joint 20 "Trends" go')
    does(cast, cast.secretary, f"admit harbour-bank to {DAY}/Trends")
    does(cast, cast.secretary, f"circulate {DAY} go")
    told = [
        submit(cast, cast.secretary, "approve", {"who": [bank], "early": ["early"]}, it)
        for it in (carried, choice(cast)[1])
    ]
    lines = [[li for li in it.text.split("\n") if li.startswith("• ")] for it in told if isinstance(it, Reply)]
    assert [[li.partition("): ")[2] for li in one] for one in lines] == [["1 Reports"], ["2 Trends"]]


def test_a_form_to_approve_that_does_not_say_when_it_was_shown_approves_nobody(cast: Cast) -> None:
    people, carried = choice(circulated(cast))
    given = {"who": [*people.values()], "early": ["early"]}
    told = [refused(cast, cast.secretary, "approve", given, f"{carried.split()[0]} {forged}") for forged in ("", "now")]
    assert told[0] == told[1]


def unadmitted(cast: Cast) -> None:
    does(cast, cast.secretary, f"unadmit harbour-bank from {DAY} go")


def objected(cast: Cast) -> None:
    does(cast, cast.actor(A), f"object harbour-bank to {DAY}")


def bank_removed(cast: Cast) -> None:
    does(cast, cast.secretary, 'contact add other@harbour-bank.example "Another" for harbour-bank')
    does(cast, cast.secretary, "contact remove abuse-desk@harbour-bank.example")


@pytest.mark.parametrize("excluded", [unadmitted, objected, bank_removed], ids=lambda e: e.__name__)
def test_approving_somebody_who_was_excluded_meanwhile_invites_everybody_else_alone(
    cast: Cast, excluded: Callable[[Cast], None]
) -> None:
    people, call = choice(circulated(cast))
    bank = next(value for text, value in people.items() if "Harbour Bank" in text)
    excluded(cast)
    refused(cast, cast.secretary, "approve", {"who": [bank], "early": ["early"]}, call)
    sent = submit(cast, cast.secretary, "approve", {"who": [*people.values()], "early": ["early"]}, call)
    assert isinstance(sent, Reply)
    approved_now = [line for line in sent.text.split("\n") if line.startswith("• ")]
    assert (len(approved_now), any("Harbour" in line for line in approved_now)) == (2, False)


# --- the form of a line that was too long ---


def long_note(cast: Cast, words: str = "word") -> tuple[dict[str, Any], str]:
    cast.clock.advance(seconds=1)
    form = opened(say(cast, cast.secretary, f"note {' '.join([words] * 1_100)}"))
    halves = {b["block_id"]: b["element"]["initial_value"] for b in form["blocks"]}
    return halves, form["private_metadata"]


def places(cast: Cast) -> list[str]:
    text = say(cast, cast.secretary, f"minutes {DAY}").text
    return [line for line in text.split("\n") if line.startswith("*") or "word" in line]


def test_a_line_stands_where_the_call_stood_when_its_form_was_opened(cast: Cast) -> None:
    """What was written down in one part is not read by those who hear another."""
    to_closed_part(running(cast))
    halves, stood = long_note(cast)
    does(cast, cast.secretary, "end")
    sent = submit(cast, cast.secretary, "note", halves, stood)
    assert isinstance(sent, Reply)
    assert sent.text.count("in “Agencies”") == 2


def test_of_two_lines_neither_is_entered_where_one_cannot_be(cast: Cast) -> None:
    halves, stood = long_note(running(cast))
    for broken in ("TLP:PINK and more", "word " * 700, "words of TLP:RED in them", "TLP:RED [minuted] of nobody's"):
        refused(cast, cast.secretary, "note", {**halves, "rest": broken}, stood)
    sent = submit(cast, cast.secretary, "note", halves, stood)
    assert isinstance(sent, Reply)
    assert sent.text.count("in “Reports”") == 2
    with cast.desk.store.read() as tx:
        (record,) = calls.running(tx, Part.LINES)
    assert len(record.lines) == 2


def test_a_line_written_down_before_the_gate_is_not_read_by_those_behind_it(cast: Cast) -> None:
    halves, stood = long_note(running(cast))
    to_closed_part(cast)
    sent = submit(cast, cast.secretary, "note", halves, stood)
    assert isinstance(sent, Reply)
    assert sent.text.count("in “Reports”") == 2


@pytest.mark.parametrize("forge", [
    lambda stood: " ".join([ABSENT, *stood.split(" ")[1:]]),
    lambda stood: " ".join([stood.split(" ")[0], ABSENT, ""]),
    lambda stood: " ".join([*stood.split(" ")[:2], "7ZZZZ9"]),
], ids=["another call", "another part", "another item"])  # fmt: skip
def test_a_line_of_a_place_that_is_not_there_is_entered_nowhere(cast: Cast, forge: Callable[[str], str]) -> None:
    halves, stood = long_note(running(cast))
    assert refused(cast, cast.secretary, "note", halves, forge(stood)) == {
        "text": "Where the call stood when this form was opened is not there any more, so nothing was entered. Send it "
        "as a line: `/lap note CALL/N TEXT`, with the call's date and the number of the part."
    }


@pytest.mark.parametrize("who", [A, BANK])
def test_a_line_of_who_does_not_run_the_call_is_refused_whatever_place_it_names(cast: Cast, who: str) -> None:
    halves, stood = long_note(running(cast))
    elsewhere = " ".join([ABSENT, *stood.split(" ")[1:]])
    told = [refused(cast, cast.actor(who), "note", halves, it) for it in (stood, elsewhere, "")]
    assert [t == told[0] for t in told] == [True] * 3


def test_a_line_of_a_scribe_who_was_replaced_meanwhile_is_refused(cast: Cast) -> None:
    does(running(cast), cast.secretary, f"scribe {DAY} {CNIL}")
    cast.clock.advance(seconds=1)
    form = opened(say(cast, cast.actor(A), f"note {'word ' * 1_100}"))
    does(cast, cast.secretary, f"scribe {DAY} none")
    halves = {b["block_id"]: b["element"]["initial_value"] for b in form["blocks"]}
    told = refused(cast, cast.actor(A), "note", halves, form["private_metadata"])
    assert told["text"].startswith("No call is under way that is yours to run")


def test_a_line_of_a_call_whose_minutes_were_sent_meanwhile_is_refused(cast: Cast) -> None:
    halves, stood = long_note(running(cast))
    cast.clock.at = START.replace(hour=15)
    for line in ("end", f"minutes send {DAY} go"):
        does(cast, cast.secretary, line)
    assert refused(cast, cast.secretary, "note", halves, stood)["text"].startswith(
        "The minutes of “Case updates” were sent already."
    )


# --- forms that the house never opened ---


@pytest.mark.parametrize("who", [A, BANK, "oecd", "secretariat"])
def test_a_form_that_there_is_not_is_a_strangers(cast: Cast, who: str) -> None:
    actor = approved(cast).secretary if who == "secretariat" else approved(cast).actor(who)
    told = refused(cast, actor, "grant-all", {"who": "p-harbour-bank", "reason": TYPED}, ABSENT)
    assert told == {"who": front(cast).stranger().text}


WRONG = "This could not be read, and nothing was done. Fill it in once more, or open the form anew."


@pytest.mark.parametrize(("callback", "wrong"), [
    ("object", {"who": ["p-harbour-bank"]}),
    ("object", {"scope": "call"}),
    ("object", {"until": ["call"]}),
    ("object", {"reason": ["call"]}),
    ("propose", {"title": ["a"]}),
    ("propose", {"topic": ["A.3.a"]}),
    ("admit", {"who": "p-harbour-bank"}),
    ("admit", {"scope": "p-harbour-bank"}),
    ("approve", {"who": "c-liaison@oecd.example"}),
    ("note", {"text": ["a"]}),
], ids=str)  # fmt: skip
def test_what_an_input_cannot_hold_is_said_there(cast: Cast, callback: str, wrong: dict[str, Any]) -> None:
    forms: dict[str, dict[str, Any]] = {
        **GIVEN,
        "admit": {"who": ["p-oecd"], "scope": []},
        "approve": {"who": ["c-liaison@oecd.example"], "early": ["early"]},
        "note": {"text": "a", "rest": ""},
    }
    call = opened(say(circulated(cast), cast.secretary, f"admit to {DAY}"))["private_metadata"]
    actor = cast.actor(A) if callback in GIVEN else cast.secretary
    assert refused(cast, actor, callback, {**forms[callback], **wrong}, call) == {next(iter(wrong)): WRONG}


@pytest.mark.parametrize(("values", "block"), [
    ({"who": "call"}, "who"),
    ({"who": "standing"}, "who"),
    ({"scope": ["p-harbour-bank"]}, "scope"),
    ({"scope": []}, "scope"),
    ({"until": "p-harbour-bank", "scope": ["standing"]}, "until"),
], ids=str)  # fmt: skip
def test_a_value_of_another_input_is_as_one_that_is_not_there(cast: Cast, values: dict[str, Any], block: str) -> None:
    given, call, _ = objection(approved(cast))
    assert list(refused(cast, cast.actor(A), "object", {**given, **values}, call)) == [block]


def test_every_form_is_looked_at_here() -> None:
    assert set(ROOMS.views) == {"object", "propose", "admit", "approve", "note", "decision"}
