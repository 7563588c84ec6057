"""Proves the queries of lists and objections on both databases: exactly the rows meant change, beside others."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.attendees import Admission, AdmissionState, ListChange
from handlers.act import act
from handlers.attendee_views import attendees
from handlers.attendees import unadmit
from handlers.circulation import approve_list, circulate
from handlers.objecting import Asked
from handlers.objections import object_to_access, undo_objection, withdraw_objection
from handlers.work import Writing
from storage import attendees as rows
from storage import call_parts, calls, objections
from storage.attendees import Before
from tests.cast import NOW, Cast
from tests.lists import DAY, GUESTS, with_approved, with_names
from tests.statements import heard

BANK, NET, OECD = "c-abuse-desk@harbour-bank.example", "c-abuse-desk@meridian-net.example", "c-liaison@oecd.example"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Cast:
    """A cast on each database in turn."""
    made: Cast = request.getfixturevalue("cast" if request.param == "sqlite" else "postgres_cast")
    return made


def states(cast: Cast, call_id: str) -> dict[str, AdmissionState]:
    with cast.desk.store.read() as tx:
        return {a.contact_id: a.state for a in call_parts.admissions_of(tx, [call_id])}


def joint(cast: Cast, call_id: str) -> str:
    with cast.desk.store.read() as tx:
        record = calls.one(tx, call_id)
    assert record is not None
    return record.call.segments[0].id


@act
def undo(work: Writing, subject: str) -> str:
    return undo_objection(work, subject)


# --- queries ---


def test_only_the_names_meant_are_approved_and_put_back(either: Cast) -> None:
    call_id = with_names(either)
    part = joint(either, call_id)
    with either.desk.store.begin() as tx:
        rows.mark_approved(tx, {(part, BANK), (part, NET)}, NOW)
        rows.mark_proposed(tx, {(part, NET)})
    proposed, approved = AdmissionState.PROPOSED, AdmissionState.APPROVED
    assert states(either, call_id) == {BANK: approved, NET: proposed, OECD: proposed}


def test_only_the_names_meant_are_taken_off(either: Cast) -> None:
    call_id = with_names(either)
    with either.desk.store.begin() as tx:
        rows.delete_admissions(tx, {(joint(either, call_id), BANK)})
    assert set(states(either, call_id)) == {NET, OECD}


def test_each_name_is_restored_with_its_own_time_of_approval(either: Cast) -> None:
    call_id = with_names(either)
    part = joint(either, call_id)
    later = NOW + timedelta(hours=1)
    wanted = [
        Admission(call_id, part, who, "", AdmissionState.APPROVED, approved_at=at)
        for who, at in ((BANK, NOW), (NET, later))
    ]
    with either.desk.store.begin() as tx:
        rows.restore(tx, wanted)
        found = {a.contact_id: a.approved_at for a in call_parts.admissions_of(tx, [call_id])}
    assert found == {BANK: NOW, NET: later, OECD: None}


def test_the_chosen_part_is_chosen_and_the_others_of_that_person_are_not(either: Cast) -> None:
    call_id = with_names(either)
    with either.desk.store.begin() as tx:
        rows.choose(tx, call_id, [BANK], [joint(either, call_id)])
        found = {a.contact_id: a.chosen for a in call_parts.admissions_of(tx, [call_id])}
    assert found == {BANK: True, NET: False, OECD: False}


def test_what_a_place_was_is_read_back_by_the_acts_reference(either: Cast) -> None:
    call_id = with_names(either)
    part = joint(either, call_id)
    kept = [
        Before(act_name, call_id, part, who, "p-harbour-bank", state, None, None, chosen=False, tells_at=NOW)
        for act_name, who, state in (("AAA2AA", BANK, AdmissionState.APPROVED), ("BBB2BB", BANK, None))
    ]
    with either.desk.store.begin() as tx:
        rows.remember_before(tx, kept)
        assert rows.before(tx, "AAA2AA", "invitation") == kept[:1]


def test_changes_are_read_back_by_batch_and_by_time(either: Cast) -> None:
    call_id = with_names(either)
    part = joint(either, call_id)
    left, came = (ListChange(call_id, part, BANK, joined) for joined in (False, True))
    with either.desk.store.begin() as tx:
        rows.insert_changes(tx, {"one": [left]}, {call_id: None}, either.desk.new_id, NOW)
        rows.insert_changes(tx, {"two": [came]}, {call_id: None}, either.desk.new_id, NOW + timedelta(hours=1))
        by_batch = list(rows.changes_of(tx, ["two", "none"]).values())
        by_time = list(rows.changes_between(tx, call_id, NOW, NOW + timedelta(hours=1)).values())
    assert (by_batch, by_time) == ([came], [left])


def test_a_list_differs_from_what_was_approved_until_who_left_is_back(either: Cast) -> None:
    call_id = with_approved(either)
    approved = {call_id: either.clock()}
    left, came = (ListChange(call_id, joint(either, call_id), BANK, joined) for joined in (False, True))
    found = []
    with either.desk.store.begin() as tx:
        for batch, change, known in (("a", left, {call_id: None}), ("b", left, approved), ("c", came, approved)):
            rows.insert_changes(tx, {batch: [change]}, known, either.desk.new_id, either.clock())
            record = calls.one(tx, call_id)
            assert record is not None
            found.append((record.list.approved_at, record.list.changed_since_approval))
    assert found == [(either.clock(), False), (either.clock(), True), (either.clock(), False)]


def test_an_objection_is_read_back_as_it_was_written(either: Cast) -> None:
    with_names(either)
    done = object_to_access(either.desk, either.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ("1",)),)))
    object_to_access(either.desk, either.actor("us-fcc"), Asked("meridian-net", standing=True, reason="A case."))
    with either.desk.store.read() as tx:
        one = objections.by_reference(tx, done.references)
        own = objections.of_agency(tx, "p-us-fcc")
    scope = {p.id for p in done.scopes[0].parts}
    assert ([o.segment_ids for o in one], [(o.reason, o.call_id) for o in own]) == ([scope], [("A case.", None)])


# --- the life of an objection, whole ---


def test_an_objection_lives_and_ends_on_both_databases(either: Cast) -> None:
    with_approved(either)
    france = either.actor("fr-cnil")
    first = object_to_access(either.desk, france, Asked("harbour-bank"))
    undo(either.desk, france, first.references[0])
    second = object_to_access(either.desk, france, Asked("oecd", standing=True))
    withdraw_objection(either.desk, france, second.references[0])
    unadmit(either.desk, either.secretary, ["meridian-net"], DAY)
    circulate(either.desk, either.secretary, DAY, None)
    approve_list(either.desk, either.secretary, DAY, early=True)
    seen = attendees(either.desk, france, DAY)
    assert sorted((n.name.split(" (")[0], n.state) for _, names in seen.parts for n in names) == [
        ("Harbour Bank", "approved"),
        ("Organisation for Economic Co-operation and Development", "approved"),
    ]


# --- statements ---


def test_a_standing_objection_takes_as_many_statements_over_six_calls_as_over_one(cast: Cast) -> None:
    france, counts = cast.actor("fr-cnil"), []
    for months in ((2,), (3, 4, 5, 6, 7)):
        for month in months:
            with_approved(cast, start=datetime(2027, month, 16, 13, 0, tzinfo=UTC))
        for who, end in (("harbour-bank", undo), ("oecd", undo), ("meridian-net", withdraw_objection)):
            with heard(cast.desk.store) as said:
                done = object_to_access(cast.desk, france, Asked(who, standing=True))
            counts.append(len(said))
            with heard(cast.desk.store) as said:
                end(cast.desk, france, done.references[0])
            counts.append(len(said))
    assert max(counts[6:]) <= max(counts[:6])


def test_an_objection_takes_as_many_statements_on_a_longer_list(cast: Cast) -> None:
    march = datetime(2027, 3, 16, 13, 0, tzinfo=UTC)
    with_approved(cast)
    with_approved(cast, *GUESTS, "courier_service", "mobile_operator", "itu", "eu", "apec", start=march)
    counts = []
    for day in (DAY, "2027-03-16"):
        with heard(cast.desk.store) as said:
            object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((day, ()),)))
        counts.append(len(said))
    assert counts[0] == counts[1]
