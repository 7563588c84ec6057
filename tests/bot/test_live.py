"""How a running call moves: when it may start, where `next` leads, what a gate asks, and that nothing is skipped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.agenda import AgendaItem, ItemState
from bot.attendees import Admission, AdmissionState
from bot.audience import Record
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.confidentiality import Tlp
from bot.live import Place, ahead, cleared, ended, gate, hearers, moved_to, open_segment, shut, started
from bot.participants import ParticipantKind, Reader
from bot.topics import AudienceKind
from tests.bot.refusals import refusal_of

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
REPORTS = Segment("s-joint", "Reports", AudienceKind.JOINT, 30)
CASES = Segment("s-cases", "Cases", AudienceKind.AGENCIES, 30)
REST = Segment("s-rest", "Rest", AudienceKind.AGENCIES, 30)
CALL = Call("c1", "Members' call", CallKind.MEMBERS, CallState.ANNOUNCED, START, (REPORTS, CASES, REST))
AGENCY = Reader("", "p-agency", ParticipantKind.AGENCY)
OTHER = Reader("", "p-other", ParticipantKind.AGENCY)
REP = Reader("c-rep", "p-rep", ParticipantKind.PRIVATE_SECTOR)
LISTED = Admission("c1", "s-joint", "c-rep", "p-rep", AdmissionState.APPROVED, START, START)


def at(segment: Segment, item: str | None = None, *, cleared: bool = True) -> Call:
    return replace(CALL, live=Live(START, segment.id, item, cleared, segment_at=START))


def item(reference: str, segment: Segment, position: int) -> AgendaItem:
    return AgendaItem(
        reference, "c1", segment.id, position, "A.3.a", "A title", 10, segment.audience, Tlp.AMBER, ItemState.ACCEPTED,
        "p-agency", "c-x", START,
    )  # fmt: skip


def heard_in(call: Call) -> dict[str, frozenset[Reader]]:
    return dict(hearers(Record(call, (LISTED,)), (AGENCY, OTHER, REP), START))


def test_a_call_starts_at_the_opening_of_its_first_part_which_is_open() -> None:
    begun = started(CALL, START - timedelta(hours=1), PARIS)
    assert begun.live == Live(
        START - timedelta(hours=1), "s-joint", None, cleared=True, segment_at=START - timedelta(hours=1)
    )


def test_more_than_an_hour_before_a_call_starts_only_when_asked_twice() -> None:
    soon = START - timedelta(minutes=61)
    assert refusal_of(lambda: started(CALL, soon, PARIS)) == (
        "“Members' call” starts on Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC), and can be started from an hour "
        "before. To start it now, send `/lap start 2027-02-16 now`."
    )
    assert started(CALL, soon, PARIS, early=True).running


def test_what_cannot_be_started_is_refused_with_its_next_step() -> None:
    states = (CallState.DRAFT, CallState.HELD, CallState.CANCELLED)
    refused = [refusal_of(lambda s=s: started(replace(CALL, state=s), START, PARIS)) for s in states]
    assert refused == [
        "“Members' call” is a draft, and only an announced call is held. Announce it first: "
        "`/lap announce 2027-02-16`.",
        "“Members' call” was held already. `/lap minutes 2027-02-16` shows its record.",
        "“Members' call” was cancelled. `/lap calls` lists what is planned.",
    ]
    assert refusal_of(lambda: started(at(CASES), START, PARIS)) == (
        "“Members' call” is running already. `/lap next` goes on, `/lap end` ends it."
    )
    assert refusal_of(lambda: started(CALL, CALL.end + timedelta(hours=25), PARIS)) == (
        "“Members' call” was to end on Tue 16 Feb 2027, 15:30 Europe/Paris (14:30 UTC), more than a day ago. Plan "
        "another with `/lap call add`."
    )


def test_next_stops_where_other_people_hear_the_next_part() -> None:
    found = ahead(at(REPORTS), (), heard_in(CALL))
    assert (found.place, found.gate) == (Place("s-cases"), True)


def test_next_goes_on_where_the_same_people_hear_the_next_part() -> None:
    found = ahead(at(CASES), (), heard_in(CALL))
    assert (found.place, found.gate) == (Place("s-rest"), False)


def test_a_part_for_named_organisations_is_another_audience() -> None:
    named = replace(CALL, segments=(REPORTS, CASES, replace(REST, only=frozenset({"p-agency"}))))
    call = replace(named, live=Live(START, "s-cases", None, cleared=True))
    assert ahead(call, (), heard_in(call)).gate


def test_joint_parts_with_different_guests_have_a_gate_between_them() -> None:
    two = replace(CALL, segments=(REPORTS, replace(REPORTS, id="s-joint-2")), live=Live(START, "s-joint", None, True))
    assert ahead(two, (), heard_in(two)).gate


def test_a_gate_tells_who_must_go_and_who_may_stay() -> None:
    found = gate(at(REPORTS), heard_in(CALL))
    assert (found.closes.id, found.opens.id) == ("s-joint", "s-cases")
    assert (found.must_go, found.may_come, found.may_stay) == ({REP}, set(), {AGENCY, OTHER})


EXCLUDED = Reader("c-out", "p-rep", ParticipantKind.PRIVATE_SECTOR)
ELSE = Reader("", "p-else", ParticipantKind.OBSERVER)


def test_who_is_there_without_being_entitled_must_go_too() -> None:
    found = gate(at(REPORTS), heard_in(CALL), (EXCLUDED, ELSE, AGENCY))
    assert found.must_go == {REP, EXCLUDED, ELSE}


def test_next_stops_while_somebody_is_there_who_may_not_hear_the_next_part() -> None:
    assert [ahead(at(CASES), (), heard_in(CALL), there).gate for there in ((), (AGENCY,), (EXCLUDED,), (ELSE,))] == [
        False, False, True, True,
    ]  # fmt: skip


def test_an_organisation_goes_by_its_persons_where_they_are_known() -> None:
    organisation = Reader("", "p-rep", ParticipantKind.PRIVATE_SECTOR)
    assert gate(at(REPORTS), heard_in(CALL), (organisation,)).must_go == {REP}


READERS = st.frozensets(st.sampled_from((AGENCY, OTHER, REP, EXCLUDED, ELSE)))


@given(READERS, READERS, READERS)
def test_behind_a_gate_nobody_is_left_unnamed_who_may_not_hear_it(
    now: frozenset[Reader], then: frozenset[Reader], there: frozenset[Reader]
) -> None:
    found = gate(at(REPORTS), {"s-joint": now, "s-cases": then, "s-rest": then}, there)
    assert {r.participant_id for r in found.must_go if r.contact_id} == {
        r.participant_id for r in (now | there) - then if r.contact_id
    }
    assert found.must_go & then == frozenset()


def test_while_the_gate_is_shut_nothing_is_recorded_and_next_does_not_pass_it() -> None:
    call = shut(at(REPORTS), START)
    assert refusal_of(lambda: ahead(call, (), heard_in(CALL))) == (
        "The gate is shut. `/lap clear` opens the next part, once only those are there who may hear it."
    )
    assert refusal_of(lambda: open_segment(call)) == (
        "The gate is shut, so this has no part to stand in. Send it again once whoever runs the call has opened "
        "the next part, with `/lap clear`."
    )
    assert refusal_of(lambda: gate(call, heard_in(CALL))) == (
        "The gate is shut already. `/lap clear` opens the next part."
    )


def test_clear_opens_the_part_behind_a_shut_gate_only() -> None:
    opened = cleared(shut(at(REPORTS, "AAA222"), START), START)
    assert opened.live == Live(START, "s-cases", None, cleared=True, segment_at=START, moved_at=START)
    assert refusal_of(lambda: cleared(at(REPORTS), START)) == (
        "“Reports” is open. `/lap gate` shuts it first and lists who must go; then `/lap clear` opens the next part."
    )


def test_behind_the_last_part_there_is_no_gate() -> None:
    assert refusal_of(lambda: gate(at(REST), heard_in(CALL))) == (
        "“Rest” is the last part of this call. `/lap end` ends the call."
    )


def test_an_ended_call_was_held() -> None:
    over = ended(at(REST), START)
    assert (over.state, over.running) == (CallState.HELD, False)


KINDS = st.sampled_from(AudienceKind)
PLACES = st.lists(st.tuples(KINDS, st.integers(0, 4)), min_size=1, max_size=4)


@given(PLACES, st.booleans())
def test_next_visits_every_item_exactly_once_in_the_order_of_the_agenda(
    parts: list[tuple[AudienceKind, int]], listed: bool
) -> None:
    segments = tuple(Segment(f"s{n}", f"Part {n}", kind, 10) for n, (kind, _) in enumerate(parts))
    items = [item(f"I{n}{k}", segments[n], k) for n, (_, count) in enumerate(parts) for k in range(count)]
    call = started(replace(CALL, segments=segments), START, PARIS)
    admissions = (replace(LISTED, segment_id="s0"),) if listed else ()
    heard = dict(hearers(Record(call, admissions), (AGENCY, REP), START))
    visited: list[str] = []
    while (found := ahead(call, items[::-1], heard)).place is not None:
        call = cleared(shut(call, START), START) if found.gate else moved_to(call, found.place, START)
        assert call.live is not None
        assert (call.live.segment_id, call.live.item) == (found.place.segment_id, found.place.item)
        visited += [call.live.item] if call.live.item else []
    assert visited == [i.reference for i in items]
