"""What of an item its reader may read, held against who hears the part that it stands in (barrier.md)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.audience import Record
from bot.papers import Paper
from bot.participants import ParticipantKind, Reader
from bot.topics import AudienceKind
from tests.bot.test_audience import (
    AGENCY,
    CALL,
    CLOSED,
    EVERYBODY,
    GUESTS,
    JOINT,
    NOW,
    OBSERVER,
    OTHER_AGENCY,
    REP,
    SECRETARY,
    approved,
    item,
)


@st.composite
def items(draw: st.DrawFn) -> AgendaItem:
    it = replace(
        item(JOINT, draw(st.sampled_from(AudienceKind)), draw(st.sampled_from([r.participant_id for r in EVERYBODY]))),
        segment_id=draw(st.sampled_from([None, JOINT.id, CLOSED.id])),
        state=draw(st.sampled_from(ItemState)),
        consent_asked_at=draw(st.sampled_from([None, NOW])),
        case=draw(st.sampled_from(["", "victims 5 urgent"])),
        stated=draw(st.sampled_from(["", "victims 5"])),
        confirmed_at=draw(st.sampled_from([None, NOW])),
    )
    return replace(it, call_id=draw(st.sampled_from(["call", "another", None])))


@st.composite
def records(draw: st.DrawFn) -> Record | None:
    places = draw(st.sets(st.tuples(st.sampled_from(GUESTS), st.sampled_from(CALL.segments)), max_size=4))
    return draw(st.sampled_from([None, Record(CALL, tuple(approved(r, s) for r, s in places))]))


@given(records(), items(), st.sampled_from(GUESTS))
def test_a_guest_reads_call_and_part_only_of_joint_items_accepted_in_a_part_that_it_hears(
    record: Record | None, it: AgendaItem, guest: Reader
) -> None:
    cut = audience.cut_item(guest, record, it, NOW)
    shown = (
        record is not None
        and it.call_id == "call"
        and it.segment_id is not None
        and it.state is ItemState.ACCEPTED
        and it.audience is AudienceKind.JOINT
        and audience.hears(guest, record, it.segment_id, NOW)
    )
    own = it.proposer_id == guest.participant_id
    assert (cut is not None) == (own or shown)
    if cut is not None:
        assert (cut.call_id, cut.segment_id) == ((it.call_id, it.segment_id) if shown else (None, None))
        assert (cut.audience, cut.contact_id) == (AudienceKind.JOINT, it.contact_id if own else "")


@given(records(), items(), items(), st.sampled_from(GUESTS))
def test_what_a_guest_reads_of_its_own_item_is_the_same_wherever_it_stands_unheard(
    record: Record | None, one: AgendaItem, other: AgendaItem, guest: Reader
) -> None:
    mine = replace(one, proposer_id=guest.participant_id, consent_asked_at=None)
    elsewhere = replace(mine, call_id=other.call_id, segment_id=other.segment_id, audience=other.audience)
    cuts = [audience.cut_item(guest, record, i, NOW) for i in (mine, elsewhere)]
    if all(c is not None and c.segment_id is None for c in cuts):
        assert cuts[0] == cuts[1]


@given(records(), items(), st.sampled_from(EVERYBODY))
def test_harm_is_for_agencies_and_a_confirmation_for_the_proposer(
    record: Record | None, it: AgendaItem, reader: Reader
) -> None:
    cut = audience.cut_item(reader, record, it, NOW)
    own = it.proposer_id == reader.participant_id or reader.secretariat
    if cut is not None:
        theirs = it.stated if own and not reader.secretariat else ""
        assert cut.case == (it.case if reader.secretariat or reader.kind is ParticipantKind.AGENCY else theirs)
        assert cut.confirmed_at == (it.confirmed_at if own else None)


@given(records(), items())
def test_the_secretariat_reads_all_and_nobody_else_that_consent_was_asked(
    record: Record | None, it: AgendaItem
) -> None:
    assert audience.cut_item(SECRETARY, record, it, NOW) == it
    others = [r for r in EVERYBODY if r != SECRETARY and r.participant_id != it.proposer_id]
    cuts = [audience.cut_item(r, record, it, NOW) for r in others]
    assert all(c.consent_asked_at is None for c in cuts if c is not None)


def test_an_agency_reads_what_is_accepted_for_its_call_and_of_others_no_proposal() -> None:
    proposed = replace(item(CLOSED, AudienceKind.AGENCIES), state=ItemState.PROPOSED)
    accepted = item(CLOSED, AudienceKind.AGENCIES)
    assert [audience.cut_item(AGENCY, Record(CALL), i, NOW) for i in (proposed, accepted)] == [None, accepted]


def test_a_guest_is_not_told_which_of_its_people_or_an_agencys_entered_an_item_of_others() -> None:
    cut = audience.cut_item(REP, Record(CALL, (approved(REP, JOINT),)), item(JOINT, AudienceKind.JOINT), NOW)
    assert cut is not None
    assert (REP.kind, cut.contact_id) == (ParticipantKind.PRIVATE_SECTOR, "")


def test_a_guest_reads_a_joint_item_without_the_harm_and_an_agency_with_it() -> None:
    it = replace(item(JOINT, AudienceKind.JOINT), case="victims 5", confirmed_at=NOW)
    record = Record(CALL, (approved(REP, JOINT),))
    cuts = [audience.cut_item(reader, record, it, NOW) for reader in (REP, AGENCY, SECRETARY)]
    assert [(c.case, c.confirmed_at) for c in cuts if c] == [("", None), ("victims 5", None), ("victims 5", NOW)]


def test_that_a_proposer_was_asked_to_open_its_item_is_its_own_to_know() -> None:
    it = replace(item(JOINT, AudienceKind.AGENCIES), proposer_id=AGENCY.participant_id, consent_asked_at=NOW)
    told = [audience.cut_item(reader, Record(CALL), it, NOW) for reader in (SECRETARY, AGENCY, OTHER_AGENCY)]
    assert [c.consent_asked_at for c in told if c] == [NOW, NOW, None]


def test_a_guest_does_not_learn_the_place_that_its_own_item_has_among_closed_ones() -> None:
    own = [replace(item(CLOSED, AudienceKind.JOINT), proposer_id=REP.participant_id, position=n) for n in (1, 7)]
    assert [c.position for i in own if (c := audience.cut_item(REP, Record(CALL), i, NOW))] == [0, 0]


def test_whose_item_stands_in_a_part_that_it_does_not_hear_reads_its_own_papers_alone() -> None:
    """What the secretariat attaches there is for those who hear the part."""
    others = replace(CLOSED, only=frozenset({OTHER_AGENCY.participant_id}))
    record = Record(replace(CALL, segments=(JOINT, others)))
    it = replace(item(CLOSED, AudienceKind.AGENCIES), proposer_id=AGENCY.participant_id)
    papers = [
        Paper(name, it.reference, "a.pdf", "application/pdf", 3, "", by, "c-x", NOW)
        for name, by in (("PAP222", AGENCY.participant_id), ("PAP333", "p-seat"))
    ]
    kept = [audience.cut_papers(r, record, it, papers, NOW) for r in (AGENCY, OTHER_AGENCY, SECRETARY)]
    assert [len(k) for k in kept] == [1, 2, 2]


def test_papers_go_with_their_item() -> None:
    it, closed = item(JOINT, AudienceKind.JOINT), item(CLOSED, AudienceKind.AGENCIES)
    paper = Paper("PAP222", it.reference, "a.pdf", "application/pdf", 3, "", "p-other", "c-x", NOW)
    record = Record(CALL, (approved(REP, JOINT),))
    kept = [audience.cut_papers(r, record, i, [paper], NOW) for r in (REP, OBSERVER, AGENCY) for i in (it, closed)]
    assert kept == [(paper,), (), (), (), (paper,), (paper,)]
    assert audience.cut_papers(AGENCY, record, replace(closed, segment_id=None), [paper], NOW) == (paper,)
    gone = [replace(paper, removed_at=NOW), replace(paper, item="OTHER2")]
    assert audience.cut_papers(AGENCY, record, it, gone, NOW) == ()
