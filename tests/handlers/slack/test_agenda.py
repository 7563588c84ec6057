"""The agenda's room as Slack shows it: one line, button or form, answered in words that repeat what was done."""

import re
from dataclasses import replace

import pytest

from bot.agenda import ItemState
from handlers.agenda_pages import show_agenda
from handlers.desk import Actor
from handlers.slack.reply import Errors, Reply, message
from storage import calls
from tests.cast import Cast
from tests.handlers.test_agenda import CALL, JOINT, Room
from tests.slack_front import press, say, submit
from tests.workspace.limits import problems_of_blocks, problems_of_view

FOR_CALL = "For the call “The February call”, Tue 16 Feb 2027, 14:00-15:30 Europe/Paris (13:00-14:30 UTC)."


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def reference(reply: Reply) -> str:
    found = re.search("`([0-9A-Z]{6})`", reply.text)
    assert found is not None, reply.text
    return found[1]


def said(room: Room, actor: Actor, line: str) -> str:
    return say(room.cast, actor, line).text


def test_topics_lists_the_catalogue_with_clause_and_word(room: Room) -> None:
    text = said(room, room.cnil, "topics")
    assert "• A.3.a `cases`: Cases, closed unless you say `joint`\n" in text
    assert "• B.3.a.ii `trends`: New technology and trends in email and spam\n" in text


def test_a_guests_topics_say_nothing_of_closed_parts(room: Room) -> None:
    assert "closed" not in said(room, room.bank, "topics")


def test_a_proposal_is_answered_with_its_reference_call_audience_and_label(room: Room) -> None:
    reply = say(room.cast, room.cnil, "propose next cases 15 Robocall <gateways> & more")
    it = reference(reply)
    assert reply.text == (
        f"Proposed: `{it}` TLP:AMBER Robocall &lt;gateways&gt; &amp; more\n"
        f"Topic A.3.a cases, 15 minutes. {FOR_CALL} Audience: closed, only Agencies hear it.\n"
        "The secretariat decides whether it is taken; you are told by mail. "
        f'Change it: `/lap item {it} "NEW TITLE"`, `/lap item {it} joint`. '
        f"Take it back: `/lap item {it} withdraw`, or `/lap undo`."
    )


def test_a_guests_proposal_is_answered_with_the_pool_and_no_call(room: Room) -> None:
    reply = say(room.cast, room.bank, 'propose trends 10 "Botnets" TLP:GREEN')
    it = reference(reply)
    assert reply.text == (
        f"Proposed: `{it}` TLP:GREEN Botnets\n"
        "Topic B.3.a.ii trends, 10 minutes. "
        "Audience: joint, also the representatives and observers invited to its part hear it.\n"
        "It lies in the pool, from which the secretariat takes items for a call; "
        "you are told by mail what becomes of it. "
        f'Change it: `/lap item {it} "NEW TITLE"`. Take it back: `/lap item {it} withdraw`, or `/lap undo`.'
    )


def test_the_secretariats_proposal_names_the_hat(room: Room) -> None:
    own, other = (said(room, room.secretary, f"propose cases Robocalls{more}") for more in ("", " for fr-cnil"))
    assert own.startswith("Proposed for Federal Trade Commission (you act as the secretariat): `")
    assert other.startswith(f"Proposed for {room.cnil.participant.name}: `")


def test_a_title_that_ends_in_go_keeps_it(room: Room) -> None:
    assert "TLP:AMBER Letting robocalls go\n" in said(room, room.cnil, "propose cases Letting robocalls go")


def test_a_text_above_what_slack_carries_is_not_repeated(room: Room) -> None:
    text = said(room, room.cnil, 'propose cases "The secret" TLP:RED')
    assert "TLP:RED (on your page: `/lap feed` gives its address)\n" in text
    assert "The secret\n" not in text


def test_what_is_wrong_comes_back_ready_to_mend(room: Room) -> None:
    assert said(room, room.cnil, 'propose next cases 500 "Robocalls"') == (
        "500 minutes is not a length I can use: give 1 to 90 minutes, for example `30`.\n"
        'You typed: `/lap propose next cases 500 "Robocalls"`'
    )


def test_what_is_wrong_above_what_slack_carries_does_not_come_back(room: Room) -> None:
    assert said(room, room.cnil, 'propose next cases 500 "The secret" TLP:RED') == (
        "500 minutes is not a length I can use: give 1 to 90 minutes, for example `30`."
    )


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        (
            "propose nonsense Robocalls",
            "There is no topic “nonsense”. The topics are A.3.a cases, A.3.b developments, ",
        ),
        ("propose 2031-01-01 cases Robocalls", "I know no call “2031-01-01” for you. `/lap calls` lists yours; "),
        ('propose cases "Robocalls', "The quote before “Robocalls” has no end. Close it: "),
        ("propose cases " + "x" * 201, "The title has 201 characters; at most 200 fit. Please shorten it.\n"),
        ("item", "Which item? Give its reference, as in `/lap item K7M2QX`; "),
        ("item ABC234 accept", "I know no item “ABC234” for you. `/lap agenda` lists those that you can read, "),
        ("agenda 2031-01-01", "I know no call “2031-01-01” for you. `/lap calls` lists yours; "),
        ("agenda next/7", "The February call has no part “7” for you. Its parts: 1 Reports, 2 Agencies."),
        ("agenda build", "Only the secretariat can build an agenda. Ask it to, at calls@lap.example."),
        ("ask harbour-bank", "Say whom you ask for, and for which call: `/lap ask harbour-bank to next/1`."),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_next_step(room: Room, line: str, begins: str) -> None:
    assert said(room, room.cnil, line).startswith(begins)


def test_hostile_words_in_a_title_are_shown_inert_and_harmless(room: Room) -> None:
    text = said(room, room.cnil, "propose cases <!channel> <@U1> “quoted”\nnext\u202e line\u2028 \u0000👩\u200d🔧")
    assert "TLP:AMBER &lt;!channel&gt; &lt;@U1&gt; “quoted” next line 👩\u200d🔧\n" in text


def test_an_agenda_shows_parts_times_items_and_what_waits(room: Room) -> None:
    joint = room.placed(room.crtc, "trends 20 Botnets TLP:GREEN", "next/1").reference
    closed = room.placed(room.cnil, "cases Robocalls", "next/1").reference
    waiting = room.propose(room.cnil, "cases Not decided").reference
    pool = room.propose(room.bank, "reports Numbers").reference
    crtc, cnil = room.crtc.participant.name, room.cnil.participant.name
    assert said(room, room.secretary, "agenda") == "\n".join(
        [
            "*The February call*, Tue 16 Feb 2027, 08:00-09:30 America/New_York (13:00-14:30 UTC)",
            "*1. Reports* (joint), Tue 16 Feb 2027, 08:00-08:30 America/New_York (13:00-13:30 UTC)",
            f"• `{closed}` TLP:AMBER Robocalls (A.3.a cases, 10 min, {cnil}, closed)",
            f"• `{joint}` TLP:GREEN Botnets (B.3.a.ii trends, 20 min, {crtc})",
            "*2. Agencies* (closed), Tue 16 Feb 2027, 08:30-09:30 America/New_York (13:30-14:30 UTC)",
            "  No items yet.",
            "*Waiting for the secretariat* (`/lap item ITEM accept`, `decline`, `defer` or `to CALL/N`)",
            f"• `{waiting}` TLP:AMBER Not decided (A.3.a cases, 10 min, {cnil}, closed)",
            "*In the pool, for any call*",
            f"• `{pool}` TLP:AMBER Numbers (B.3.a.i reports, 10 min, Harbour Bank, joint)",
        ]
    )


def test_a_guests_agenda_shows_its_own_part_alone(room: Room) -> None:
    room.approve(room.bank, JOINT)
    shown = room.placed(room.crtc, "trends 20 Botnets", "next/1").reference
    room.placed(room.cnil, "cases Secret", "next/1")
    room.placed(room.cnil, "cases Secret", "next/2")
    assert said(room, room.bank, "agenda") == (
        "*Reports*, Tue 16 Feb 2027, 13:00-13:30 Europe/London (13:00-13:30 UTC)\n"
        "*1. Reports*, Tue 16 Feb 2027, 13:00-13:30 Europe/London (13:00-13:30 UTC)\n"
        f"• `{shown}` TLP:AMBER Botnets (B.3.a.ii trends, 20 min, {room.crtc.participant.name})"
    )


def test_building_says_what_found_no_time(room: Room) -> None:
    room.accepted(room.cnil, "cases 50 Long")
    late = room.accepted(room.crtc, "cases 25 Late").reference
    text = said(room, room.secretary, "agenda build next")
    assert text.startswith("Built: 1 item in the parts of the call.\n")
    assert (
        f"*No time for*\n• `{late}` TLP:AMBER Late (A.3.a cases, 25 min, {room.crtc.participant.name}, closed): "
        "15 minutes are lacking"
    ) in text


def test_a_part_that_holds_more_than_its_time_says_so(room: Room) -> None:
    long = room.accepted(room.cnil, "cases 50 Long").reference
    said(room, room.secretary, "agenda build next")
    said(room, room.secretary, f"item {long} 70")
    text = said(room, room.secretary, "agenda build next")
    assert "_These items need 10 minutes more than the part has._" in text


def test_the_secretariats_agenda_has_a_button_for_each_decision(room: Room) -> None:
    one, two = (room.propose(room.cnil, f"cases {word}").reference for word in ("First", "Second"))
    blocks = message(say(room.cast, room.secretary, "agenda"))["blocks"]
    assert problems_of_blocks(blocks, "message") == []
    rows = [[(e["action_id"], e["value"]) for e in b["elements"]] for b in blocks if b["type"] == "actions"]
    assert rows == [
        [("propose", "call-1"), ("item.accept", one), ("item.decline", one)],
        [("item.accept", two), ("item.decline", two)],
    ]


def test_a_button_does_what_its_line_does(room: Room) -> None:
    it = room.propose(room.cnil, "cases Robocalls").reference
    reply = press(room.cast, room.secretary, "item.decline", it)
    assert reply.text.startswith(f"Declined: `{it}` TLP:AMBER Robocalls\n")
    assert [i.state for i in show_agenda(room.desk, room.cnil, None).own] == [ItemState.DECLINED]


def test_the_proposers_other_button_leaves_its_item_closed_and_the_secretariat_is_told(room: Room) -> None:
    it = room.placed(room.cnil, "cases Robocalls", "next/1").reference
    said(room, room.secretary, f"item {it} joint")
    room.deliver()
    kept = press(room.cast, room.cnil, "item.refuse", it).text
    assert kept.startswith(f"Closed: `{it}` TLP:AMBER Robocalls\n")
    room.deliver()
    (told,) = room.mailed(room.secretary)
    assert (told.subject, ("Who may hear it", "Agencies only") in told.facts) == (
        f"Item {it}: changed by its proposer, for The February call, Tue 16 Feb 2027, 08:00 America/New_York "
        "(13:00 UTC)",
        True,
    )  # fmt: skip
    assert said(room, room.cnil, f"item {it} closed") == f"`{it}` is closed already: only Agencies hear it."


def test_the_proposers_button_opens_its_item(room: Room) -> None:
    it = room.placed(room.cnil, "cases Robocalls", "next/1").reference
    asked = said(room, room.secretary, f"item {it} joint")
    opened = press(room.cast, room.cnil, "item.consent", it).text
    assert asked == (
        f"`{it}` TLP:AMBER Robocalls\nNothing was opened: only {room.cnil.participant.name}, which proposed it, can do "
        "that. It has been asked, by mail and in Slack. It stays closed until it says so."
    )
    assert opened.startswith(
        f"Opened: `{it}` TLP:AMBER Robocalls\nTopic A.3.a cases, 10 minutes. "
        "Audience: joint, also the representatives and observers invited to its part hear it."
    )


def test_a_closed_item_moved_to_a_joint_part_is_answered_with_who_can_open_it(room: Room) -> None:
    it = room.propose(room.cnil, "cases 40 Robocalls").reference
    text = said(room, room.secretary, f"item {it} to next/1")
    name = room.cnil.participant.name
    assert text.endswith(
        f"It is marked closed in that joint part: the guests there do not see it. Only {name} can open it; "
        f"`/lap item {it} joint` asks for that.\n"
        "That part now has 10 minutes too many: shorten an item, move one, or make the part longer."
    )


def test_propose_alone_opens_a_form_for_the_next_call(room: Room) -> None:
    reply = say(room.cast, room.cnil, "propose")
    assert reply.modal is not None
    view = reply.modal.view
    assert problems_of_view(view) == []
    assert (view["callback_id"], view["private_metadata"]) == ("propose", "call-1")
    assert [b["block_id"] for b in view["blocks"]] == ["for", "topic", "minutes", "title", "audience", "label"]
    assert reply.text == (
        'In one line: `/lap propose 2027-02-16 cases 15 "Robocall gateways"`. `/lap topics` lists the topics.'
    )


def test_a_guests_form_names_no_call_and_asks_no_audience(room: Room) -> None:
    reply = press(room.cast, room.bank, "propose", "call-1")
    assert reply.modal is not None
    view = reply.modal.view
    assert (view["private_metadata"], [b["block_id"] for b in view["blocks"]]) == (
        "",
        ["for", "topic", "minutes", "title", "label"],
    )


FILLED = {"topic": "A.3.a", "minutes": "15", "title": "Robocalls", "audience": "joint", "label": "TLP:GREEN"}


def test_the_form_does_what_the_line_does(room: Room) -> None:
    sent = submit(room.cast, room.cnil, "propose", FILLED, "call-1")
    line = say(room.cast, room.cnil, "propose 2027-02-16 cases 15 Robocalls joint TLP:GREEN")
    assert isinstance(sent, Reply)
    assert sent.text.replace(reference(sent), "") == line.text.replace(reference(line), "")


def test_the_form_says_at_each_input_what_is_wrong_with_it(room: Room) -> None:
    wrong = {"topic": "A.9", "minutes": "many", "title": " ", "label": "PURPLE"}
    sent = submit(room.cast, room.cnil, "propose", wrong, "call-1")
    assert isinstance(sent, Errors)
    assert {block: says.split(".")[0] for block, says in sent.by_block.items()} == {
        "topic": "There is no topic “A",
        "minutes": "Write a number of minutes, for example 15",
        "title": "A title is missing",
        "label": "“PURPLE” is not a TLP 2",
    }


def test_minutes_beyond_the_call_are_told_at_their_input(room: Room) -> None:
    sent = submit(room.cast, room.cnil, "propose", {**FILLED, "minutes": "91"}, "call-1")
    assert sent == Errors({"minutes": "91 minutes is not a length I can use: give 1 to 90 minutes, for example `30`."})


def test_asking_for_a_guest_says_that_nothing_is_admitted(room: Room) -> None:
    reply = say(room.cast, room.cnil, "ask harbour-bank to next/1")
    assert reply.text == (
        f"Asked: `{reference(reply)}`. The secretariat has been asked by mail and in Slack to admit Harbour Bank to "
        "part 1, Reports, Tue 16 Feb 2027, 14:00-14:30 Europe/Paris (13:00-13:30 UTC). "
        "Nothing has been admitted by this; you see it on `/lap attendees` once the name is circulated."
    )


def test_the_secretariat_enters_an_agencys_question_and_the_answer_names_it(room: Room) -> None:
    reply = say(room.cast, room.secretary, "ask harbour-bank to next for fr-cnil")
    assert reply.text.startswith(f"Asked for {room.cnil.participant.name}: `")


def test_guests_ask_for_nobody(room: Room) -> None:
    assert said(room, room.bank, "ask polar-telecom to next") == (
        "`ask` is for Agencies. `/lap help` shows what is yours."
    )


def test_an_order_that_changed_since_it_was_seen_is_shown_before_a_number_counts(room: Room) -> None:
    it = room.propose(room.cnil, "cases Robocalls").reference
    said(room, room.secretary, "agenda")
    with room.desk.store.begin() as tx:
        calls.rewrite_segments(tx, replace(CALL, segments=CALL.segments[::-1]))
    assert said(room, room.secretary, f"item {it} to next/1").startswith(
        "The parts of The February call changed since you last saw them, so nothing was done."
    )
