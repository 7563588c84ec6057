"""The parts of a call on a real database: who loses and keeps what when one is added, opened, closed or removed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.calls import CallKind
from bot.errors import NotEntitled
from bot.topics import AudienceKind
from handlers.announcing import announce_call
from handlers.attendee_views import attendees
from handlers.attendees import admit
from handlers.calls import add_call, list_calls, show_call
from handlers.circulation import approve_list, circulate
from handlers.desk import Actor
from handlers.looking import Wish
from handlers.segments import PartChange, PartsShown, add_segment, change_segment
from storage.tables import AdmissionRow, ListChangeRow, OutboxRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.delivered import deliver_quietly

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
NAME = "2027-02-16"
CLOSED, JOINT = AudienceKind.AGENCIES, AudienceKind.JOINT


def planned(cast: Cast, kind: CallKind = CallKind.MEMBERS) -> None:
    add_call(cast.desk, cast.secretary, START, 90, "Members' call", kind)


def with_joint(cast: Cast, only: Sequence[str] = ()) -> PartsShown:
    planned(cast)
    return add_segment(cast.desk, cast.secretary, NAME, JOINT, 30, "Reports", only)


def with_guest(cast: Cast) -> None:
    """A call with a joint part first, announced, with Harbour Bank approved for that part."""
    with_joint(cast)
    announce_call(cast.desk, cast.secretary, NAME)
    admit(cast.desk, cast.secretary, ["harbour-bank"], NAME, ["1"])
    circulate(cast.desk, cast.secretary, NAME, None)
    approve_list(cast.desk, cast.secretary, NAME, early=True)


def parts(shown: PartsShown) -> list[tuple[int, str, AudienceKind | None, int]]:
    view = shown.view
    return [(s.number, s.title, s.audience, int((s.end - s.start).total_seconds() // 60)) for s in view.segments]


def change(cast: Cast, asked: str, actor: Actor | None = None, **what: object) -> PartsShown:
    return change_segment(cast.desk, actor or cast.secretary, asked, PartChange(**what))  # type: ignore[arg-type]


def told(cast: Cast, contact: str) -> list[tuple[str, datetime]]:
    t = columns(OutboxRow)
    with cast.desk.store.read() as tx:
        query = select(t.kind, t.due_at).where(t.contact_id == contact).order_by(t.created_at, t.id)
        return [tuple(row) for row in tx.execute(query)]


def test_a_joint_part_is_the_first_and_the_closed_rest_the_second(cast: Cast) -> None:
    assert parts(with_joint(cast)) == [(1, "Reports", JOINT, 30), (2, "Agencies", CLOSED, 60)]


def test_a_part_for_named_agencies_is_not_there_for_the_others(cast: Cast) -> None:
    planned(cast)
    add_segment(cast.desk, cast.secretary, NAME, CLOSED, 30, "Case", ["us-ftc", "gb-oft"])
    announce_call(cast.desk, cast.secretary, NAME)
    views = [show_call(cast.desk, cast.actor(who), NAME).view for who in ("gb-oft", "fr-cnil")]
    assert [[s.title for s in view.segments] for view in views] == [["Agencies", "Case"], ["Agencies"]]


def test_a_closed_part_takes_no_representative_by_name_and_needs_an_agency(cast: Cast) -> None:
    planned(cast)
    assert refusal_of(lambda: add_segment(cast.desk, cast.secretary, NAME, CLOSED, 30, "Case", ["harbour-bank"])) == (
        "Harbour Bank is a private sector representative and hears no part for Agencies only. "
        "Make the part `joint`, or leave harbour-bank out after `only`."
    )
    assert refusal_of(lambda: add_segment(cast.desk, cast.secretary, NAME, CLOSED, 30, "Case", ["oecd"])) == (
        "A part for Agencies only needs an Agency in it. Name at least one after `only`."
    )


def test_a_call_for_law_enforcement_takes_no_joint_part(cast: Cast) -> None:
    planned(cast, CallKind.LAW_ENFORCEMENT)
    says = (
        "This call is for law enforcement only (Plan B.3): it takes no joint segment. "
        "Plan a members' call for the private sector's part."
    )
    assert refusal_of(lambda: change(cast, f"{NAME}/1", audience=JOINT)) == says


def test_parts_are_the_secretariats(cast: Cast) -> None:
    with_guest(cast)
    with pytest.raises(NotEntitled):
        change(cast, f"{NAME}/1", cast.actor("fr-cnil"), remove=True)


def test_a_part_is_named_by_its_number_or_the_first_word_of_its_title(cast: Cast) -> None:
    with_joint(cast)
    assert parts(change(cast, f"{NAME}/reports", minutes=40))[0] == (1, "Reports", JOINT, 40)
    assert refusal_of(lambda: change(cast, NAME, minutes=40)) == (
        "Name the part after a stroke, as in `/lap segment 2027-02-16/1 joint`; `/lap call` shows the numbers."
    )


# --- closing and opening ---


def test_closing_a_part_takes_its_guests_out_at_once_and_tells_them_two_minutes_later(cast: Cast) -> None:
    with_guest(cast)
    deliver_quietly(cast)
    guest = cast.actor("harbour-bank")
    before = len(told(cast, guest.contact.id))
    assert [it.view.title for it in list_calls(cast.desk, guest)] == ["Reports"]
    shown = change_segment(cast.desk, cast.secretary, f"{NAME}/1", PartChange(audience=CLOSED), Wish("x"))
    assert shown.weighed.go
    assert list_calls(cast.desk, guest) == ()
    assert shown.in_flight.count == 0
    at = cast.clock() + timedelta(minutes=2)
    assert told(cast, guest.contact.id)[before:] == [("invitation", at), ("earlier", at)]


def test_agencies_read_that_the_list_changed_and_not_why(cast: Cast) -> None:
    with_guest(cast)
    change(cast, f"{NAME}/1", audience=CLOSED)
    listed = attendees(cast.desk, cast.actor("fr-cnil"), NAME)
    assert [names for _, names in listed.parts if names] == []
    kinds = [kind for kind, _ in told(cast, cast.actor("fr-cnil").contact.id)]
    assert "list_change" in kinds


def on_the_list(cast: Cast) -> list[str]:
    t = columns(AdmissionRow)
    with cast.desk.store.read() as tx:
        return sorted(tx.execute(select(t.participant_id)).scalars())


def test_a_part_turned_joint_starts_with_nobody_admitted(cast: Cast) -> None:
    with_guest(cast)
    admit(cast.desk, cast.secretary, ["oecd"], NAME, ["2"])
    assert on_the_list(cast) == ["p-harbour-bank", "p-oecd"]
    assert change(cast, f"{NAME}/2", audience=JOINT).emptied == 1
    assert on_the_list(cast) == ["p-harbour-bank"]


def test_a_part_that_was_closed_starts_with_nobody_observers_included(cast: Cast) -> None:
    with_guest(cast)
    admit(cast.desk, cast.secretary, ["oecd"], NAME)
    circulate(cast.desk, cast.secretary, NAME, None)
    approve_list(cast.desk, cast.secretary, NAME, early=True)
    assert [it.view.title for it in list_calls(cast.desk, cast.actor("oecd"))] == ["Reports"]
    assert change(cast, f"{NAME}/1", audience=CLOSED).emptied == 2
    assert on_the_list(cast) == []
    assert list_calls(cast.desk, cast.actor("oecd")) == ()
    with cast.desk.store.read() as tx:
        t = columns(ListChangeRow)
        left = sorted(tuple(row) for row in tx.execute(select(t.contact_id, t.joined)))
    who = ("harbour-bank", "oecd")
    assert left == [(cast.actor(name).contact.id, joined) for name, joined in zip(who, (False, False), strict=True)]
    change(cast, f"{NAME}/1", audience=JOINT)
    assert on_the_list(cast) == []
    assert list_calls(cast.desk, cast.actor("harbour-bank")) == ()


def test_a_part_that_is_closed_names_no_guests_any_longer(cast: Cast) -> None:
    with_joint(cast, ["harbour-bank", "fr-cnil"])
    assert change(cast, f"{NAME}/1", audience=CLOSED).view.segments[0].only == {"p-fr-cnil"}


def test_a_part_for_guests_alone_is_for_every_agency_once_closed(cast: Cast) -> None:
    with_joint(cast, ["harbour-bank"])
    change(cast, f"{NAME}/1", audience=CLOSED)
    announce_call(cast.desk, cast.secretary, NAME)
    assert [s.title for s in show_call(cast.desk, cast.actor("fr-cnil"), NAME).view.segments] == ["Reports", "Agencies"]


def test_the_items_of_a_removed_part_lose_their_place_and_its_guests_their_part(cast: Cast) -> None:
    with_guest(cast)
    shown = change(cast, f"{NAME}/1", remove=True)
    assert parts(shown) == [(1, "Agencies", CLOSED, 90)]
    assert list_calls(cast.desk, cast.actor("harbour-bank")) == ()


# --- the look ---


def test_a_change_that_mails_several_organisations_is_shown_first(cast: Cast) -> None:
    with_joint(cast)
    announce_call(cast.desk, cast.secretary, NAME)
    wish = Wish(f"segment {NAME}/1 40")
    shown = change_segment(cast.desk, cast.secretary, f"{NAME}/1", PartChange(minutes=40), wish)
    assert (shown.weighed.go, parts(shown)[0][3]) == (False, 40)
    assert show_call(cast.desk, cast.secretary, NAME).view.segments[0].end == START + timedelta(minutes=30)


# --- the order that numbers count by ---


def test_a_number_is_refused_with_the_new_list_once_the_order_changed(cast: Cast) -> None:
    with_joint(cast)
    other = cast.by_email("secretariat@gb-oft.example")
    show_call(cast.desk, other, NAME)
    change(cast, f"{NAME}/1", by=1)
    assert refusal_of(lambda: change(cast, f"{NAME}/1", other, minutes=20)) == (
        "The parts of Members' call changed since you last saw them, so nothing was done. They are now: "
        "1 Agencies, Tue 16 Feb 2027, 13:00-14:00 Europe/London (13:00-14:00 UTC); "
        "2 Reports, Tue 16 Feb 2027, 14:00-14:30 Europe/London (14:00-14:30 UTC). "
        "If you still mean part 1, send the same again."
    )
    assert parts(change(cast, f"{NAME}/1", other, minutes=20))[0] == (1, "Agencies", CLOSED, 20)


def test_who_has_never_seen_the_order_and_who_names_the_part_by_its_title_is_not_held_up(cast: Cast) -> None:
    with_joint(cast)
    other = cast.by_email("secretariat@gb-oft.example")
    show_call(cast.desk, other, NAME)
    change(cast, f"{NAME}/1", by=1)
    assert parts(change(cast, f"{NAME}/reports", other, minutes=20))[1] == (2, "Reports", JOINT, 20)


def test_only_the_reader_whose_order_changed_is_held_up(cast: Cast) -> None:
    with_joint(cast)
    change(cast, f"{NAME}/1", by=1)
    assert parts(change(cast, f"{NAME}/1", by=1))[0] == (1, "Reports", JOINT, 30)
