"""What the secretariat reads of closed material is on the audit record, once a person, call and hour; nobody else's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.exposures import Exposure, shown
from bot.proposing import read_proposal
from handlers.actions import give_action, list_actions
from handlers.agenda import propose_item
from handlers.agenda_pages import show_agenda
from handlers.attendee_views import attendees
from handlers.attendees import look_at_unadmit
from handlers.audit import verify_record
from handlers.calls import add_call, list_calls, show_call
from handlers.circulation import circulate, look_at_choice
from handlers.desk import Actor, Desk
from handlers.exposing import shown_to
from handlers.identity import the_machine
from handlers.looking import Wish
from handlers.minutes import adopt_minutes, read_minutes, send_minutes
from handlers.objecting import Asked
from handlers.objections import object_to_access, objections
from handlers.overview import show_overview
from handlers.papers import list_papers
from handlers.reports import report, send_briefing
from storage import calls, exposures
from storage.store import Store
from storage.tables import AuditRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import held, running
from tests.lists import DAY, START, with_approved, with_call, with_names
from tests.slack_front import say
from tests.statements import heard

Read = Callable[[Desk, Actor], object]


def agenda(desk: Desk, actor: Actor) -> object:
    return show_agenda(desk, actor, DAY)


def the_list(desk: Desk, actor: Actor) -> object:
    return attendees(desk, actor, DAY)


def minutes(desk: Desk, actor: Actor) -> object:
    return read_minutes(desk, actor, DAY)


def actions(desk: Desk, actor: Actor) -> object:
    return list_actions(desk, actor, "", DAY)


LOOKS: list[Read] = [agenda, the_list, minutes, actions]


def looks(cast: Cast) -> list[tuple[str, str, str]]:
    """Of every look on the record: whose, at what, and its hour."""
    a = columns(AuditRow)
    with cast.desk.store.read() as tx:
        found = tx.execute(select(a.actor, a.subject, a.at).where(a.act == "look").order_by(a.number))
        return [(row.actor, row.subject, f"{row.at:%H}") for row in found]


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_at_what_is_closed_is_on_the_record(cast: Cast, look: Read) -> None:
    held(cast)
    call_id = show_call(cast.desk, cast.secretary, DAY).view.id
    before = looks(cast)
    look(cast.desk, cast.secretary)
    assert (before, looks(cast)) == ([], [(cast.secretary.contact.id, call_id, f"{cast.clock():%H}")])


def test_the_looks_before_an_approval_and_before_taking_somebody_off_are_on_it_too(cast: Cast) -> None:
    call_id = with_names(cast, "harbour-bank")
    circulate(cast.desk, cast.secretary, DAY, None)
    look_at_choice(cast.desk, cast.secretary, call_id)
    cast.clock.advance(hours=1)
    look_at_unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    assert [subject for _, subject, _ in looks(cast)] == [call_id] * 2


def test_the_looks_before_minutes_are_sent_and_before_they_are_adopted_are_on_it_too(cast: Cast) -> None:
    held(cast)
    call_id = show_call(cast.desk, cast.secretary, DAY).view.id
    send_minutes(cast.desk, cast.secretary, DAY, Wish("minutes"))
    before = looks(cast)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY, Wish("minutes"))
    assert [[subject for _, subject, _ in found] for found in (before, looks(cast))] == [[call_id], [call_id] * 2]


def test_the_look_before_a_briefing_is_sent_is_on_it_too(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank")
    report(cast.desk, cast.actor("harbour-bank"), "Gateways are misused")
    send_briefing(cast.desk, cast.secretary, DAY, Wish("briefing"))
    assert [subject for _, subject, _ in looks(cast)] == [call_id]


def test_a_refusal_that_names_the_items_of_a_part_is_a_look(cast: Cast) -> None:
    call_id = running(cast)
    assert say(cast, cast.secretary, "#topic").text.startswith("Which item is next?")
    assert [subject for _, subject, _ in looks(cast)] == [call_id]


def test_a_look_at_a_proposal_that_is_for_no_call_is_on_it_too(cast: Cast) -> None:
    typed = read_proposal('reports 5 "Gateways"', cast.desk.procedure.topics)
    item = propose_item(cast.desk, cast.actor("harbour-bank"), typed).item.reference
    list_papers(cast.desk, cast.secretary, item)
    assert [subject for _, subject, _ in looks(cast)] == ["pool"]


def test_a_message_about_two_calls_is_shown_whole_and_the_look_is_at_both(cast: Cast) -> None:
    earlier, later = running(cast, "harbour-bank"), with_call(cast, START + timedelta(days=60))
    with cast.desk.store.begin() as tx:
        found = calls.many(tx, [earlier, later])
        shows = shown(segments=[r.call.segments[0].id for r in found])
        to = cast.actor("harbour-bank").contact.id
        of_both = [
            Exposure(f"x{n}", f"e{n}", to, call_id, "mail", "reminder", "", 0, cast.clock(), cast.clock(), shows)
            for n, call_id in enumerate((earlier, later))
        ]
        exposures.begin(tx, of_both)
    of_one = shown_to(cast.desk, cast.secretary, "harbour-bank", DAY)
    assert [message.parts for message in of_one.messages] == [("Reports",)]
    assert sorted(subject for _, subject, _ in looks(cast)) == sorted([earlier, later])


def test_the_agenda_of_the_next_call_records_the_calls_whose_actions_it_carries(cast: Cast) -> None:
    earlier, following = running(cast), START + timedelta(days=60)
    give_action(cast.desk, cast.secretary, "fr-cnil by 2027-03-01 Send the figures")
    add_call(cast.desk, cast.secretary, following, 60, "The next call")
    show_agenda(cast.desk, cast.secretary, f"{following:%Y-%m-%d}")
    assert earlier in {subject for _, subject, _ in looks(cast)}


def test_several_looks_in_an_hour_are_one_entry_and_the_next_hour_has_its_own(cast: Cast) -> None:
    held(cast)
    cast.clock.at = cast.clock.at.replace(minute=5)
    for minutes in (0, 50, 10, 10):
        cast.clock.advance(minutes=minutes)
        for look in LOOKS:
            look(cast.desk, cast.secretary)
    hour = cast.clock().hour
    assert [at for _, _, at in looks(cast)] == [f"{hour - 1:02}", f"{hour:02}"]


def test_each_person_who_speaks_for_a_mailbox_has_an_entry(cast: Cast) -> None:
    held(cast)
    for user in ("U1", "U2", "U1"):
        agenda(cast.desk, replace(cast.secretary, user=user))
    assert len(looks(cast)) == 2


def test_a_list_of_objections_names_each_call_and_the_standing_ones_once(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    nz, fr = cast.actor("nz-dia"), cast.actor("fr-cnil")
    object_to_access(cast.desk, nz, Asked("harbour-bank", calls=((DAY, ()),)))
    object_to_access(cast.desk, fr, Asked("harbour-bank", calls=((DAY, ()),)))
    object_to_access(cast.desk, fr, Asked("meridian-net", standing=True))
    objections(cast.desk, cast.secretary)
    assert [subject for _, subject, _ in looks(cast)] == [call_id, "standing"]


def test_agencies_and_guests_leave_no_entry_and_cost_no_statement_more(cast: Cast) -> None:
    held(cast)
    with heard(cast.desk.store) as seen:
        agenda(cast.desk, cast.actor("nz-dia"))
        agenda(cast.desk, cast.actor("harbour-bank"))
    assert (looks(cast), [s for s in seen if " mark" in s or "audit" in s]) == ([], [])


def test_a_second_look_in_the_hour_only_reads(cast: Cast) -> None:
    held(cast)
    agenda(cast.desk, cast.secretary)
    with heard(cast.desk.store) as seen:
        agenda(cast.desk, cast.secretary)
    assert [s for s in seen if s.startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE"))] == []


def test_titles_times_and_what_is_to_be_done_are_no_closed_material(cast: Cast) -> None:
    held(cast)
    for read in (list_calls, show_overview, lambda desk, actor: show_call(desk, actor, DAY)):
        read(cast.desk, cast.secretary)
    assert looks(cast) == []


def test_what_cannot_be_recorded_is_not_shown(cast: Cast, tmp_path: Path) -> None:
    held(cast)
    cast.desk.store.close()
    locked = Store(f"sqlite:///{tmp_path}/lap.db", read_only=True)
    said = refusal_of(lambda: agenda(replace(cast.desk, store=locked), cast.secretary))
    locked.close()
    assert said == (
        "Nothing is shown, as this look could not be put on the audit record: the database is read-only. "
        "Tell whoever runs the bot; then send the same again."
    )


def test_the_chain_holds_with_looks_in_it(cast: Cast) -> None:
    held(cast)
    for look in LOOKS:
        look(cast.desk, cast.secretary)
    assert verify_record(cast.desk, the_machine("test")).erased == 0


@pytest.mark.postgres
def test_a_look_is_recorded_once_on_postgresql_too(postgres_cast: Cast) -> None:
    held(postgres_cast)
    for _ in range(2):
        agenda(postgres_cast.desk, postgres_cast.secretary)
    assert len(looks(postgres_cast)) == 1
