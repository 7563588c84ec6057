"""The one choke point, against an independent model of entitlement that is as plain as the page it comes from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.attendees import Admission, AdmissionState
from bot.audience import CallView, Record, SegmentView
from bot.calls import Call, CallKind, CallState, Segment
from bot.confidentiality import Tlp
from bot.invitations import Invitation
from bot.minutes import Attendance, LineKind, MinuteEntry, Minutes
from bot.objections import Objection
from bot.participants import ParticipantKind, Reader
from bot.topics import AudienceKind

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
NOW = START - timedelta(days=10)
AGENCY = Reader("c-agency", "p-agency", ParticipantKind.AGENCY)
OTHER_AGENCY = Reader("c-other", "p-other", ParticipantKind.AGENCY)
REP = Reader("c-rep", "p-rep", ParticipantKind.PRIVATE_SECTOR)
OTHER_REP = Reader("c-rep2", "p-rep2", ParticipantKind.PRIVATE_SECTOR)
OBSERVER = Reader("c-obs", "p-obs", ParticipantKind.OBSERVER)
SECRETARY = Reader("c-sec", "p-agency", ParticipantKind.AGENCY, secretariat=True)
GUESTS = (REP, OTHER_REP, OBSERVER)
EVERYBODY = (AGENCY, OTHER_AGENCY, *GUESTS, SECRETARY)

JOINT = Segment("s-joint", "Reports", AudienceKind.JOINT, 30)
CLOSED = Segment("s-closed", "Agencies", AudienceKind.AGENCIES, 60)
CALL = Call("call", "The February call", CallKind.MEMBERS, CallState.ANNOUNCED, START, (JOINT, CLOSED))


def approved(reader: Reader, segment: Segment, state: AdmissionState = AdmissionState.APPROVED) -> Admission:
    return Admission("call", segment.id, reader.contact_id, reader.participant_id, state, NOW, NOW)


def objection(against: Reader, *segments: Segment, call_id: str | None = "call", raised: datetime = NOW) -> Objection:
    ids = frozenset(s.id for s in segments)
    return Objection("AAA222", "p-agency", against.participant_id, None, call_id, ids, raised)


def item(segment: Segment, audience_kind: AudienceKind, proposer: str = "p-other") -> AgendaItem:
    return AgendaItem(
        "ITM222", "call", segment.id, 1, "A.3.a", "A title", 10, audience_kind, Tlp.AMBER, ItemState.ACCEPTED,
        proposer, "c-x", NOW,
    )  # fmt: skip


def line(segment: Segment, *, closed: bool = False, speaker: str | None = None) -> MinuteEntry:
    return MinuteEntry("LIN222", "call", segment.id, None, LineKind.NOTE, "said", Tlp.AMBER, closed, speaker, "U1", NOW)


def test_an_approved_representative_sees_its_own_part_and_no_other_length_or_title() -> None:
    record = Record(CALL, admissions=(approved(REP, JOINT),))
    view = audience.cut_call(REP, record, NOW)
    assert view is not None
    assert (view.title, view.start, view.end) == ("Reports", START, START + timedelta(minutes=30))
    assert [(s.number, s.title, s.audience) for s in view.segments] == [(1, "Reports", None)]


def test_a_call_for_named_agencies_is_no_other_agencys() -> None:
    record = Record(replace(CALL, only=frozenset({"p-agency"})))
    assert [audience.cut_call(r, record, NOW) is not None for r in (AGENCY, OTHER_AGENCY, REP)] == [True, False, False]


def test_why_a_call_is_off_reads_an_agency_that_some_part_of_it_was_for() -> None:
    off = replace(CALL, state=CallState.CANCELLED, segments=(replace(CLOSED, only=frozenset({"p-agency"})),))
    assert [audience.reads_why_cancelled(r, off) for r in EVERYBODY] == [r in (AGENCY, SECRETARY) for r in EVERYBODY]
    open_to_all = replace(off, segments=(*off.segments, CLOSED))
    assert [audience.reads_why_cancelled(r, open_to_all) for r in (AGENCY, OTHER_AGENCY, REP)] == [True, True, False]
    assert not audience.reads_why_cancelled(OTHER_AGENCY, replace(open_to_all, only=frozenset({"p-agency"})))


def test_an_earlier_title_is_told_while_each_part_that_it_named_is_heard() -> None:
    copy = Invitation(
        "uid", "call", "c-rep", 0, 1, 2, NOW, NOW, NOW, NOW, "News", False,
        sent_title="Reports and Trends", sent_parts="joint trends",
    )  # fmt: skip
    part = SegmentView("joint", 1, "Reports", NOW, NOW, None, frozenset())
    views = [
        CallView("call", "2027-02-16", "News", CallState.ANNOUNCED, NOW, NOW, parts, whole=False)
        for parts in ((part, replace(part, id="trends")), (part,), ())
    ]
    assert [audience.earlier_title(view, copy) for view in (*views, None)] == ["Reports and Trends", None, None, None]
    assert audience.earlier_title(views[0], replace(copy, sent_parts="")) is None


def test_a_draft_is_nobodys_but_the_secretariats() -> None:
    draft = Record(replace(CALL, state=CallState.DRAFT), admissions=(approved(REP, JOINT),))
    assert [r for r in EVERYBODY if audience.cut_call(r, draft, NOW)] == [SECRETARY]


def test_an_objection_to_the_whole_call_leaves_nothing() -> None:
    record = Record(CALL, admissions=(approved(REP, JOINT),), objections=(objection(REP),))
    assert audience.cut_call(REP, record, NOW) is None


def test_a_closed_item_in_a_joint_segment_is_not_read_by_a_guest() -> None:
    record = Record(CALL, (approved(REP, JOINT),), items=(item(JOINT, AudienceKind.AGENCIES),))
    assert audience.cut_agenda(REP, record, NOW) == ()
    assert audience.cut_agenda(AGENCY, record, NOW) == record.items


def test_only_the_named_agencies_hear_a_segment_that_names_organisations() -> None:
    named = replace(CALL, segments=(JOINT, replace(CLOSED, only=frozenset({"p-other"}))))
    assert not audience.hears(AGENCY, Record(named), CLOSED.id, NOW)
    assert audience.hears(OTHER_AGENCY, Record(named), CLOSED.id, NOW)


def test_an_objection_after_the_end_does_not_take_back_what_was_lawfully_given() -> None:
    held = replace(CALL, state=CallState.HELD)
    late = objection(REP, call_id=None, raised=CALL.end + timedelta(days=1))
    minutes = Minutes(sent_at=CALL.end, adopts_at=CALL.end, adopted_at=CALL.end)
    record = Record(held, (approved(REP, JOINT),), (late,), lines=(line(JOINT),), minutes=minutes)
    assert audience.cut_minutes(REP, record, CALL.end + timedelta(days=2)) == record.lines


def test_who_objected_is_known_to_the_objecting_agency_and_the_secretariat_alone() -> None:
    raised = (objection(REP),)
    assert [r for r in EVERYBODY if audience.cut_objections(r, raised)] == [AGENCY, SECRETARY]


def test_a_gap_is_closed_by_the_longer_block_unless_the_secretariat_chose() -> None:
    short, long = replace(JOINT, id="s-1", minutes=20), replace(JOINT, id="s-3", minutes=30)
    call = replace(CALL, segments=(short, CLOSED, long))
    both = (approved(REP, short), approved(REP, long))
    chosen = (replace(both[0], chosen=True), both[1])
    assert [w.segments for w in audience.windows(REP, Record(call, both), NOW)] == [(long,)]
    assert [w.segments for w in audience.windows(REP, Record(call, chosen), NOW)] == [(short,)]


segments = st.lists(
    st.builds(
        Segment,
        id=st.sampled_from(["s1", "s2", "s3"]),
        title=st.just("Part"),
        audience=st.sampled_from(AudienceKind),
        minutes=st.integers(5, 60),
        only=st.sampled_from([frozenset(), frozenset({"p-agency"}), frozenset({"p-rep"})]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda s: s.id,
)
readers = st.sampled_from(EVERYBODY)
admissions = st.lists(
    st.builds(
        lambda who, segment, state: Admission("call", segment, who.contact_id, who.participant_id, state, NOW, NOW),
        st.sampled_from(EVERYBODY),
        st.sampled_from(["s1", "s2", "s3"]),
        st.sampled_from(AdmissionState),
    ),
    max_size=5,
)
objections = st.lists(
    st.builds(
        lambda who, ids, call_id, raised: Objection("AAA222", "p-x", who.participant_id, None, call_id, ids, raised),
        st.sampled_from(GUESTS),
        st.sampled_from([frozenset(), frozenset({"s1"}), frozenset({"s2", "s3"})]),
        st.sampled_from(["call", "another", None]),
        st.sampled_from([NOW - timedelta(days=1), NOW + timedelta(days=1)]),
    ),
    max_size=3,
)
records = st.builds(
    lambda parts, state, kind, only, admitted, raised: Record(
        replace(CALL, segments=tuple(parts), state=state, kind=kind, only=only), tuple(admitted), tuple(raised)
    ),
    segments,
    st.sampled_from(CallState),
    st.sampled_from(CallKind),
    st.sampled_from([frozenset(), frozenset({"p-agency"})]),
    admissions,
    objections,
)


def entitled(reader: Reader, record: Record, segment: Segment) -> bool:
    """The page's sentences as a model of their own: nothing shared with the code it judges."""
    call = record.call
    if reader.secretariat:
        return True
    if call.state in (CallState.DRAFT, CallState.CANCELLED):
        return False
    if segment.only and reader.participant_id not in segment.only:
        return False
    if reader.kind is ParticipantKind.AGENCY:
        return not call.only or reader.participant_id in call.only
    if call.kind is CallKind.LAW_ENFORCEMENT:
        return False
    if reader.kind is ParticipantKind.PRIVATE_SECTOR and segment.audience is not AudienceKind.JOINT:
        return False
    on_the_list = any(
        a.segment_id == segment.id and a.contact_id == reader.contact_id and a.state is AdmissionState.APPROVED
        for a in record.admissions
    )
    objected = any(
        o.participant_id == reader.participant_id
        and o.call_id in ("call", None)
        and (not o.segment_ids or segment.id in o.segment_ids)
        and (call.state is not CallState.HELD or o.raised_at <= call.end)
        for o in record.objections
    )
    return on_the_list and not objected


@given(records, readers)
def test_what_is_heard_is_what_the_model_entitles_to(record: Record, reader: Reader) -> None:
    heard = {s.id for s in audience.heard_segments(reader, record, NOW)}
    assert heard == {s.id for s in record.call.segments if entitled(reader, record, s)}


@given(records, readers)
def test_the_windows_are_never_wider_than_what_is_heard(record: Record, reader: Reader) -> None:
    inside = {s.id for w in audience.windows(reader, record, NOW) for s in w.segments}
    assert inside <= {s.id for s in audience.heard_segments(reader, record, NOW)}


@given(records, st.sampled_from(GUESTS), objections)
def test_one_more_objection_never_opens_a_segment(record: Record, guest: Reader, more: list[Objection]) -> None:
    before = {s.id for s in audience.heard_segments(guest, record, NOW)}
    after = replace(record, objections=(*record.objections, *more))
    assert {s.id for s in audience.heard_segments(guest, after, NOW)} <= before


@given(records, st.sampled_from(GUESTS))
def test_a_guests_view_is_the_same_with_and_without_the_parts_it_does_not_hear(record: Record, guest: Reader) -> None:
    """Existence: what stands behind the last part that the guest hears leaves no trace in its view."""
    view = audience.cut_call(guest, record, NOW)
    if view is None:
        return
    last = max(i for i, s in enumerate(record.call.segments) if s.id in {v.id for v in view.segments})
    without = replace(record, call=replace(record.call, segments=record.call.segments[: last + 1]))
    assert audience.cut_call(guest, without, NOW) == view


@given(records, readers, st.booleans())
def test_nobody_reads_a_line_before_the_minutes_are_sent_but_the_secretariat(
    record: Record, reader: Reader, closed: bool
) -> None:
    said = replace(record, lines=(line(record.call.segments[0], closed=closed, speaker=reader.participant_id),))
    assert bool(audience.cut_minutes(reader, said, NOW)) == reader.secretariat


def test_unassigned_time_is_closed() -> None:
    unplaced = replace(item(JOINT, AudienceKind.JOINT), segment_id=None)
    record = Record(CALL, (approved(REP, JOINT), approved(OBSERVER, CLOSED)), items=(unplaced,))
    assert [bool(audience.cut_agenda(r, record, NOW)) for r in (AGENCY, REP, OBSERVER)] == [True, False, False]


SENT, ADOPTED = Minutes(NOW), Minutes(NOW, NOW, NOW)


@given(records, readers, st.sampled_from(Tlp), st.sampled_from([Minutes(), SENT, ADOPTED]))
def test_a_label_never_entitles(record: Record, reader: Reader, label: Tlp, minutes: Minutes) -> None:
    """GREEN and CLEAR lines, too, are read only where their segment is heard, as long as no edition releases them."""
    said = [(line(s), item(s, kind)) for s in record.call.segments for kind in AudienceKind]

    def read(mark: Tlp) -> list[str]:
        known = replace(
            record,
            minutes=minutes,
            lines=tuple(replace(li, label=mark) for li, _ in said),
            items=tuple(replace(it, label=mark) for _, it in said),
        )
        seen = (*audience.cut_minutes(reader, known, NOW), *audience.cut_agenda(reader, known, NOW))
        return [f"{type(it).__name__} {it.segment_id}" for it in seen]

    assert read(label) == read(Tlp.AMBER)


@given(records, readers, st.data())
def test_under_the_chatham_house_rule_nobody_reads_who_spoke_or_was_there(
    record: Record, reader: Reader, data: st.DataObject
) -> None:
    ruled = tuple(replace(s, chatham=data.draw(st.booleans())) for s in record.call.segments)
    lines = tuple(line(s, speaker=reader.participant_id) for s in ruled)
    there = tuple(Attendance("call", s.id, reader.participant_id, NOW) for s in ruled)
    known = replace(
        record, call=replace(record.call, segments=ruled), lines=lines, attendance=there, minutes=ADOPTED
    )  # fmt: skip
    secret = {s.id for s in ruled if s.chatham}
    assert {li.segment_id for li in audience.cut_minutes(reader, known, NOW) if li.speaker_id}.isdisjoint(secret)
    assert {a.segment_id for a in audience.cut_attendance(reader, known, NOW)}.isdisjoint(secret)


@given(records, st.sampled_from(GUESTS))
def test_under_the_chatham_house_rule_a_guest_gets_no_line_as_its_own_before_adoption(
    record: Record, guest: Reader
) -> None:
    ruled = tuple(replace(s, chatham=True) for s in record.call.segments)
    lines = tuple(line(s, speaker=guest.participant_id) for s in ruled)
    known = replace(record, call=replace(record.call, segments=ruled), lines=lines, minutes=SENT)
    assert audience.cut_minutes(guest, known, NOW) == ()


def test_parts_are_numbered_by_what_the_reader_sees_also_behind_closed_ones() -> None:
    late = replace(CALL, segments=(*(s for s in CALL.segments if s != JOINT), JOINT))
    view = audience.cut_call(REP, Record(late, admissions=(approved(REP, JOINT),)), NOW)
    assert view is not None
    assert [(s.number, s.title) for s in view.segments] == [(1, "Reports")]


def test_a_line_under_an_item_that_was_closed_later_is_not_read_by_a_guest() -> None:
    said = replace(line(JOINT), item="ITM222")
    record = Record(CALL, admissions=(approved(REP, JOINT),), lines=(said,), minutes=Minutes(NOW, None, NOW))
    items = {kind: (item(JOINT, kind),) for kind in (AudienceKind.JOINT, AudienceKind.AGENCIES)}
    seen = {kind: audience.cut_minutes(REP, replace(record, items=its), NOW) for kind, its in items.items()}
    assert [len(lines) for lines in seen.values()] == [1, 0]


def test_a_line_that_was_taken_back_is_the_secretariats_alone_whichever_way_it_is_asked_for() -> None:
    said = line(JOINT)
    record = Record(CALL, admissions=(approved(REP, JOINT),), lines=(said,), minutes=Minutes(NOW, None, NOW))
    taken_back = replace(said, taken_back_at=NOW)
    gone = replace(record, lines=(taken_back,))
    seen = [(audience.sees_line(r, record, said, NOW), audience.sees_line(r, gone, taken_back, NOW)) for r in EVERYBODY]
    assert seen == [(True, False), (True, False), (True, False), (False, False), (False, False), (True, True)]
    assert [audience.cut_minutes(r, gone, NOW) for r in EVERYBODY] == [()] * len(EVERYBODY)


def test_a_closed_line_is_read_by_agencies_alone() -> None:
    record = Record(CALL, admissions=(approved(REP, JOINT),), lines=(line(JOINT, closed=True),))
    record = replace(record, minutes=Minutes(NOW, None, NOW))
    assert [len(audience.cut_minutes(who, record, NOW)) for who in (REP, AGENCY)] == [0, 1]


def test_a_line_of_a_part_that_a_guest_does_not_hear_is_not_read_by_it() -> None:
    lines = (line(JOINT), replace(line(CLOSED), reference="LIN333"))
    record = Record(CALL, admissions=(approved(REP, JOINT),), lines=lines, minutes=Minutes(NOW, None, NOW))
    assert [it.reference for it in audience.cut_minutes(REP, record, NOW)] == ["LIN222"]
