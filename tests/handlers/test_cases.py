"""Cases on a real database: harm that only Agencies read, the order it offers, code names, and presenters asked."""

from datetime import timedelta

import pytest

from bot.item_changes import Change, Do, read_change
from bot.procedure import StepKind
from bot.proposing import read_proposal
from handlers.agenda import propose_item
from handlers.agenda_changes import change_item
from handlers.agenda_pages import order_by_harm, show_agenda
from handlers.agenda_views import AgendaView, ItemView
from handlers.steps import run_due_steps
from storage import steps
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.handlers.test_agenda import JOINT, START, Room
from tests.slack_front import say

HARM = 'harm phishing victims 12k loss 3.4M countries NZ AU vulnerable "elderly people" urgent'
SHOWN = "phishing, 12,000 victims, loss 3,400,000 USD, NZ AU, vulnerable: elderly people, urgent"


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def state(room: Room, item: ItemView, words: str = HARM) -> ItemView:
    return change_item(room.desk, room.cnil, *read_change(f"{item.reference} {words}")).item


def one_after_another(room: Room, title: str) -> ItemView:
    room.cast.clock.advance(minutes=1)
    return room.placed(room.cnil, f"cases 10 {title}", "next/2")


def shown(view: AgendaView, reference: str) -> ItemView:
    return next(i for part in view.parts for i in part.items if i.reference == reference)


def order(view: AgendaView) -> list[str]:
    return [i.reference for part in view.parts for i in part.items]


def test_agencies_read_the_harm_and_the_guests_of_the_same_part_do_not(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways joint", "next/1")
    assert state(room, item).case == SHOWN
    room.approve(room.bank, JOINT)
    assert [shown(show_agenda(room.desk, a, "next"), item.reference).case for a in (room.crtc, room.secretary)] == [
        SHOWN, SHOWN,
    ]  # fmt: skip
    guest = shown(show_agenda(room.desk, room.bank, "next"), item.reference)
    assert (guest.title, guest.case) == ("Gateways", "")


def test_the_harm_stands_under_the_label_of_its_item(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways TLP:RED", "next/2")
    state(room, item)
    text = say(room.cast, room.crtc, "agenda").text
    assert item.reference in text
    assert "phishing" not in text
    assert "Gateways" not in text
    assert "Smith" not in say(room.cast, room.cnil, 'propose next cases TLP:RED "Mails of John Smith"').text


def test_what_others_state_of_its_case_a_guest_neither_reads_nor_takes_back(room: Room) -> None:
    """Harm is for the order that Agencies are offered: of what the secretariat added the guest read every word."""
    item = room.placed(room.bank, "reports 10 Gateways", "next/1")
    room.approve(room.bank, JOINT)
    room.do(room.bank, item, Change(Do.HARM, words="victims 10"))
    room.do(room.secretary, item, Change(Do.HARM, words='loss 3.4M vulnerable "elderly people"'))
    assert room.do(room.bank, item, Change(Do.HARM, words="victims 12 urgent")).case == "12 victims, urgent"
    whole = "12 victims, loss 3,400,000 USD, vulnerable: elderly people, urgent"
    readers = (room.bank, room.crtc, room.secretary)
    assert [shown(show_agenda(room.desk, a, "next"), item.reference).case for a in readers] == [
        "12 victims, urgent", whole, whole,
    ]  # fmt: skip
    room.do(room.bank, item, Change(Do.HARM, words="none"))
    assert [shown(show_agenda(room.desk, a, "next"), item.reference).case for a in readers] == [
        "", *["loss 3,400,000 USD, vulnerable: elderly people"] * 2,
    ]  # fmt: skip


def test_another_agency_states_nothing_of_a_case(room: Room) -> None:
    item = room.placed(room.crtc, "cases 10 Gateways", "next/2")
    assert refusal_of(lambda: state(room, item)).startswith(f"`{item.reference}` was proposed by ")


def test_the_secretariat_takes_the_order_that_harm_offers_and_moves_items_freely(room: Room) -> None:
    light, plain, heavy = (one_after_another(room, title) for title in ("One", "Two", "Three"))
    state(room, light, "harm victims 10")
    state(room, heavy, "harm victims 5000")
    wanted = [heavy.reference, plain.reference, light.reference]
    assert order(order_by_harm(room.desk, room.secretary, "next")) == wanted
    assert order(show_agenda(room.desk, room.crtc, "next")) == wanted
    assert refusal_of(lambda: order_by_harm(room.desk, room.secretary, "next")) == (
        "The cases stand in that order already. `/lap item ITEM up` and `down` move one."
    )
    room.do(room.secretary, plain, Change(Do.UP))
    assert order(show_agenda(room.desk, room.secretary, "next"))[0] == plain.reference


def test_only_the_secretariat_orders_and_only_where_harm_is_stated(room: Room) -> None:
    room.placed(room.cnil, "cases 10 One", "next/2")
    assert refusal_of(lambda: order_by_harm(room.desk, room.crtc, "next")) == (
        "Only the secretariat can order an agenda. Ask it to, at calls@lap.example."
    )
    assert refusal_of(lambda: order_by_harm(room.desk, room.secretary, "next")) == (
        "No harm is stated of two items in one part of this call, so the order stays. "
        "`/lap agenda 2027-02-16` shows it."
    )


def test_a_title_that_looks_like_a_name_is_taken_and_doubted(room: Room) -> None:
    placed = propose_item(
        room.desk, room.cnil, read_proposal('cases "The mails of John Smith"', room.desk.procedure.topics)
    )
    assert (placed.item.title, placed.doubt) == ("The mails of John Smith", "John Smith")
    other = propose_item(room.desk, room.cnil, read_proposal('trends "Work of John Smith"', room.desk.procedure.topics))
    assert other.doubt == ""
    renamed = change_item(room.desk, room.cnil, placed.item.reference, Change(Do.TITLE, title="Cobalt Heron"))
    assert renamed.doubt == ""


def test_a_confirmation_is_the_proposers_and_the_secretariats_to_read_and_ends_where_the_item_moves(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/2")
    room.do(room.cnil, item, Change(Do.CONFIRM))
    readers = (room.secretary, room.cnil, room.crtc)
    assert [shown(show_agenda(room.desk, a, "next"), item.reference).confirmed for a in readers] == [True, True, False]
    assert refusal_of(lambda: room.do(room.cnil, item, Change(Do.CONFIRM))).startswith("You confirmed already")
    moved = room.do(room.secretary, item, Change(Do.TO, call="2027-04-20", part="2"))
    assert moved.confirmed is False


def test_presenters_are_asked_once_when_the_agenda_goes_out_and_guests_only_where_they_are_invited(room: Room) -> None:
    waits = room.placed(room.cnil, "cases 10 Gateways", "next/2")
    confirmed = room.placed(room.crtc, "cases 10 Numbers", "next/2")
    room.do(room.crtc, confirmed, Change(Do.CONFIRM))
    invited = room.placed(room.bank, "trends 10 Botnets", "next/1")
    room.placed(room.cast.actor("meridian-net"), "trends 10 Worms", "next/1")
    room.approve(room.bank, JOINT)
    room.deliver()
    out = START - timedelta(days=7)
    with room.desk.store.begin() as tx:
        steps.add(tx, {"call-1": {StepKind.AGENDA_OUT: out}})
    room.cast.clock.at = out
    for _ in range(2):
        run_due_steps(room.desk)
    room.deliver()
    asked = {who: n.subject for who, n in room.mail.notices}
    assert asked == {
        room.cnil.contact.email: (
            f"Do you present your item {waits.reference}, for The February call, "
            "Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC)?"
        ),
        room.bank.contact.email: (
            f"Do you present your item {invited.reference}, for Reports, "
            "Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)?"
        ),
    }
    assert [who for who, _ in room.slack.notices] == [who for who, _ in room.mail.notices]
