"""The speaker queue on a real database: asked for, given up, given; ended by the gate; each reader's own cut."""

import re

import pytest

from bot.contact_words import NewContact
from bot.errors import NotEntitled, NotFound
from bot.participants import ParticipantKind
from bot.queue import LONGEST, Asking
from handlers.contacts import add_contact, remove_contact
from handlers.directory import leave
from handlers.live import clear_gate, shut_gate, skip_item
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.queue import NOTHING_ON, SHUT, Queue, ask_for_floor, leave_queue, pass_floor, show_queue
from handlers.scribe import name_scribe
from storage import calls, queue
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import running, to_closed_part
from tests.lists import DAY, START, with_approved
from tests.slack_front import press, say

BANK = "Harbour Bank (Spam enforcement contact)"


def names(queue: Queue) -> list[str]:
    return [s.name for s in queue.speakers]


def ask(cast: Cast, *short_names: str) -> None:
    for short_name in short_names:
        cast.clock.advance(seconds=1)
        ask_for_floor(cast.desk, cast.actor(short_name))


def test_the_floor_is_given_in_the_order_in_which_it_was_asked_for(cast: Cast) -> None:
    running(cast)
    ask(cast, "fr-cnil", "harbour-bank", "gb-ico", "fr-cnil")
    assert len(names(show_queue(cast.desk, cast.secretary))) == 3
    again = say(cast, cast.actor("fr-cnil"), "q+").text
    assert again.startswith("That was asked for before, and the place in the queue is kept.\nWaiting for the floor")
    floor = [pass_floor(cast.desk, cast.secretary).changed for _ in range(3)]
    assert floor[1:] == [BANK, floor[2]]
    assert refusal_of(lambda: pass_floor(cast.desk, cast.secretary)) == "Nobody waits for the floor."


@pytest.mark.parametrize("typed", ["q+ to say what we see", "q+ on volumes", "q+ about volumes"])
def test_what_the_floor_is_asked_for_is_no_name(cast: Cast, typed: str) -> None:
    running(cast)
    assert say(cast, cast.actor("harbour-bank"), typed).text.startswith("You wait for the floor in “Reports”")


def test_a_guest_reads_its_own_place_and_of_nobody_else(cast: Cast) -> None:
    running(cast)
    ask(cast, "fr-cnil", "harbour-bank", "meridian-net")
    assert names(show_queue(cast.desk, cast.actor("harbour-bank"))) == [BANK]
    assert say(cast, cast.actor("oecd"), "queue").text == (
        "You do not wait for the floor in “Reports”. `/lap q+` asks for it."
    )


def test_how_many_wait_tells_a_guest_no_refusal_either(cast: Cast) -> None:
    call_id = running(cast)
    cnil = cast.actor("fr-cnil").participant.id
    with cast.desk.store.begin() as tx:
        (record,) = calls.running(tx)
        part = record.call.segments[0].id
        for n in range(LONGEST):
            queue.add(tx, Asking(f"q-{n}", call_id, part, cnil, None, ParticipantKind.AGENCY, cast.clock()))
    assert names(ask_for_floor(cast.desk, cast.actor("harbour-bank"))) == [BANK]
    assert (refusal_of(lambda: ask_for_floor(cast.desk, cast.actor("nz-dia"))) or "").startswith("100 are waiting")


def test_the_secretariat_and_the_scribe_ask_for_others_and_nobody_else_does(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    assert ask_for_floor(cast.desk, cast.secretary, "harbour-bank").changed == BANK
    assert leave_queue(cast.desk, cast.actor("fr-cnil"), "harbour-bank").changed == BANK
    with pytest.raises(NotEntitled):
        ask_for_floor(cast.desk, cast.actor("gb-ico"), "harbour-bank")
    with pytest.raises(NotEntitled):
        pass_floor(cast.desk, cast.actor("gb-ico"), "harbour-bank")


def test_to_who_runs_the_call_its_own_organisation_s_name_means_whoever_of_it_waits(cast: Cast) -> None:
    """The secretariat is people of an Agency, which asks for the floor, too."""
    running(cast)
    ask(cast, "us-ftc")
    [waiting] = names(show_queue(cast.desk, cast.secretary))
    assert pass_floor(cast.desk, cast.secretary, "us-ftc").changed == waiting
    assert ask_for_floor(cast.desk, cast.secretary, "us-ftc").changed == "us-ftc"
    assert leave_queue(cast.desk, cast.secretary, "me").changed == "us-ftc"


def test_who_does_not_run_the_call_takes_the_floor_and_waits_no_longer(cast: Cast) -> None:
    running(cast)
    for typed in ("ack", "ack me", "ack gb-ico"):
        ask(cast, "gb-ico")
        assert say(cast, cast.actor("gb-ico"), typed).text.endswith("Nobody waits for the floor.")
        assert say(cast, cast.actor("gb-ico"), typed).text == (
            "You do not wait for the floor, so there is nothing to give up. `/lap q+` asks for it."
        )


def test_the_queue_ends_at_the_gate(cast: Cast) -> None:
    running(cast)
    ask(cast, "fr-cnil", "harbour-bank")
    shut_gate(cast.desk, cast.secretary)
    assert refusal_of(lambda: show_queue(cast.desk, cast.actor("fr-cnil"))) == SHUT
    assert refusal_of(lambda: show_queue(cast.desk, cast.secretary)) == SHUT
    clear_gate(cast.desk, cast.secretary)
    assert names(show_queue(cast.desk, cast.secretary)) == []


OF_A_PART = ("q+", "queue", "q+ to say something", "q-", "q-", "q+ {own}", "ack", "ack me", "call", "call {day}")
"""What somebody in a part asks and does."""


@pytest.mark.parametrize(("who", "hidden"), [("harbour-bank", ""), ("gb-ico", " only fr-cnil us-fcc")])
def test_at_a_gate_that_somebody_may_not_know_of_their_part_goes_on_for_them_whatever_they_do(
    cast: Cast, who: str, hidden: str
) -> None:
    """Their page said that it was on, and `q+` that nothing was: so there was a gate, and something behind it."""
    with_approved(cast, "harbour-bank", "meridian-net")
    if hidden:
        say(cast, cast.secretary, f'segment add {DAY} agencies 20 "Two of us"{hidden} go')
    cast.clock.at = START
    say(cast, cast.secretary, "start")
    for line in ("gate", "clear") if hidden else ():
        say(cast, cast.secretary, line)
    actor = cast.actor(who)
    typed = [
        line.format(own=who, day=DAY) for line in (*OF_A_PART, "present+", "ACTION: me send it - 2027-03-01", "#undo")
    ]
    said = [[say(cast, actor, line).text for line in typed]]
    for line in ("queue", "gate"):
        say(cast, cast.secretary, line)
        said.append([_unnamed(say(cast, actor, typed_).text) for typed_ in typed])
    assert (said[2], " for the floor" in said[2][0]) == (said[1], True)


def _unnamed(said: str) -> str:
    return re.sub(r"\b[0-9A-Z]{6}\b", "REFERENCE", said)


def test_who_does_not_hear_the_part_is_told_what_who_hears_of_no_call_is_told(cast: Cast) -> None:
    nothing_on = refusal_of(lambda: ask_for_floor(cast.desk, cast.actor("harbour-bank")))
    with_approved(cast, "oecd")
    planned = refusal_of(lambda: ask_for_floor(cast.desk, cast.actor("harbour-bank")))
    assert (nothing_on, planned) == (NOTHING_ON, NOTHING_ON)


def test_a_guest_whose_part_is_over_and_one_who_was_excluded_learn_of_no_queue(cast: Cast) -> None:
    running(cast)
    ask(cast, "fr-cnil", "harbour-bank", "meridian-net")
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("meridian-net"))
    assert refusal_of(lambda: show_queue(cast.desk, cast.actor("meridian-net"))) == NOTHING_ON
    assert BANK in names(show_queue(cast.desk, cast.secretary))
    assert len(names(show_queue(cast.desk, cast.secretary))) == 2
    to_closed_part(cast)
    assert refusal_of(lambda: ask_for_floor(cast.desk, cast.actor("harbour-bank"))) == NOTHING_ON


def test_whose_organisation_left_meanwhile_waits_no_longer_and_the_call_goes_on(cast: Cast) -> None:
    running(cast)
    ask(cast, "fr-cnil", "harbour-bank", "gb-ico")
    leave(cast.desk, cast.secretary, "fr-cnil")
    leave(cast.desk, cast.secretary, "harbour-bank")
    waiting = "Information Commissioner's Office (Point of contact)"
    assert names(show_queue(cast.desk, cast.secretary)) == [waiting]
    passed = skip_item(cast.desk, cast.secretary)
    assert (passed.queue, [i.proposer for i in passed.items]) == ((waiting,), ["its proposer no longer takes part"])
    assert pass_floor(cast.desk, cast.secretary).changed == waiting
    assert refusal_of(lambda: pass_floor(cast.desk, cast.secretary)) == "Nobody waits for the floor."


def test_who_was_removed_meanwhile_waits_no_longer(cast: Cast) -> None:
    running(cast)
    add_contact(cast.desk, cast.secretary, NewContact("second@cnil.example", "Second", "fr-cnil"))
    for email in ("second@cnil.example", "spam-enforcement@fr-cnil.example"):
        ask_for_floor(cast.desk, cast.by_email(email))
    assert len(names(show_queue(cast.desk, cast.secretary))) == 2
    remove_contact(cast.desk, cast.secretary, "second@cnil.example")
    assert names(show_queue(cast.desk, cast.secretary)) == [
        "Commission nationale de l'informatique et des libertés (Point of contact)"
    ]


def test_nobody_gives_up_a_place_that_they_do_not_have(cast: Cast) -> None:
    running(cast)
    with pytest.raises(NotFound, match=r"^You do not wait for the floor"):
        leave_queue(cast.desk, cast.actor("fr-cnil"))


def test_the_words_of_the_queue_in_slack(cast: Cast) -> None:
    running(cast)
    assert press(cast, cast.actor("harbour-bank"), "q+", "2027-02-16").text == (
        "You wait for the floor in “Reports”, since 13:00 Europe/London (13:00 UTC). `/lap q-` gives the place up."
    )
    assert say(cast, cast.secretary, "queue").text == f"Waiting for the floor in “Reports” (1): 1. {BANK}."
    assert say(cast, cast.secretary, "ack").text == f"*{BANK}* has the floor.\nNobody waits for the floor."
