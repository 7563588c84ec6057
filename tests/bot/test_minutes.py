"""What becomes of a line: what is not minuted, who may correct, hold, withhold and lower it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot import audience
from bot.attendees import Admission, AdmissionState
from bot.audience import Record
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.confidentiality import Tlp
from bot.line_words import Typed
from bot.minutes import (
    Attendance,
    LineKind,
    MinuteEntry,
    Minutes,
    check_silence,
    check_unadopted,
    corrected,
    held,
    held_lines,
    minuted,
    narrows,
    released,
    shared,
    withheld,
)
from bot.participants import ParticipantKind, Reader
from bot.topics import AudienceKind
from tests.bot.refusals import refusal_of

NOW = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
LINE = MinuteEntry("LIN222", "c1", "s1", None, LineKind.NOTE, "said", Tlp.AMBER, False, "p-bank", "U1", NOW)


@given(st.text(min_size=1), st.sampled_from(Tlp))
def test_nothing_of_a_red_text_is_minuted_unless_its_originator_asks(text: str, label: Tlp) -> None:
    assert minuted(Typed(text), label, "p-bank") == ("" if label is Tlp.RED else text)
    assert minuted(Typed(text, minuted=True), label, "p-bank") == text


def test_it_is_said_who_asks_that_a_red_text_be_minuted() -> None:
    assert refusal_of(lambda: minuted(Typed("said", minuted=True), Tlp.RED, None)) == (
        "A TLP:RED text is minuted only where its originator asks. Say who that is, as in "
        "`/lap note TLP:RED [minuted] fr-cnil: The source is known.`"
    )


OWN = Reader("", "p-bank", ParticipantKind.PRIVATE_SECTOR)
OTHER = Reader("", "p-other", ParticipantKind.AGENCY)
SECRETARIAT = Reader("", "p-bank", ParticipantKind.AGENCY, secretariat=True)


def test_anybody_raises_a_label_and_only_its_originator_lowers_it() -> None:
    assert corrected(LINE, Typed("new", Tlp.AMBER_STRICT), OTHER, NOW).label is Tlp.AMBER_STRICT
    assert corrected(LINE, Typed("new", Tlp.GREEN), OWN, NOW).label is Tlp.GREEN
    says = (
        "`LIN222` is TLP:AMBER: only the organisation whose words they are can lower that. Leave the label out, or "
        "give a stricter one."
    )
    others = (OTHER, SECRETARIAT)
    assert [refusal_of(lambda by=by: corrected(LINE, Typed("x", Tlp.GREEN), by, NOW)) for by in others] == [says] * 2


def test_a_red_text_is_minuted_once_its_originator_asks_or_gives_it_another_label() -> None:
    red = replace(LINE, label=Tlp.RED, text="")
    given = [corrected(red, typed, OWN, NOW) for typed in (Typed("said", Tlp.AMBER), Typed("said", minuted=True))]
    assert [(line.text, line.label, line.is_minuted) for line in given] == [
        ("said", Tlp.AMBER, True),
        ("said", Tlp.RED, True),
    ]
    says = (
        "`LIN222` is TLP:RED, and such a text is not minuted unless its originator asks: with "
        "`/lap correct LIN222 [minuted] TEXT`, or through the secretariat."
    )
    tried = [(OWN, Typed("said")), (OTHER, Typed("said", minuted=True)), (SECRETARIAT, Typed("said"))]
    assert [refusal_of(lambda it=it: corrected(red, it[1], it[0], NOW)) for it in tried] == [says] * 3


def test_a_line_raised_to_red_keeps_its_words_for_its_originator_and_shows_them_to_nobody() -> None:
    raised = corrected(LINE, Typed("", Tlp.RED), OTHER, NOW)
    assert (raised.text, raised.is_minuted) == ("said", False)
    assert corrected(raised, Typed("", Tlp.AMBER), OWN, NOW).is_minuted


def test_the_secretariat_closes_a_line_and_only_its_originator_opens_it() -> None:
    closed = corrected(LINE, Typed("", closed=True), SECRETARIAT, NOW)
    assert (closed.text, closed.closed, corrected(closed, Typed("", closed=False), OWN, NOW).closed) == (
        "said", True, False,
    )  # fmt: skip
    says = "`LIN222` is closed to the guests of its part: only the organisation whose words they are can open it."
    others = (OTHER, SECRETARIAT)
    assert [refusal_of(lambda by=by: corrected(closed, Typed("", closed=False), by, NOW)) for by in others] == [
        says
    ] * 2


def test_no_guest_and_no_other_agency_closes_a_line() -> None:
    says = "Only the secretariat, or the Agency whose words they are, can close `LIN222` to the guests of its part."
    others = (OTHER, OWN)
    assert [refusal_of(lambda by=by: corrected(LINE, Typed("", closed=True), by, NOW)) for by in others] == [says] * 2


def test_an_objection_is_in_time_before_the_silence_ends_and_not_at_that_moment() -> None:
    """The end itself is no longer in it: from then on the minutes may be declared adopted."""
    sent, paris = Minutes(NOW, NOW + timedelta(days=14)), ZoneInfo("Europe/Paris")
    end = NOW + timedelta(days=14)
    refused = [
        refusal_of(lambda at=at: check_silence(sent, "LIN222", at, paris))
        for at in (end - timedelta(microseconds=1), end, end + timedelta(days=1))
    ]
    late = (
        "The silence on these minutes ended on Tue 2 Mar 2027, 14:00 Europe/Paris (13:00 UTC); an objection is entered "
        "before. `/lap correct LIN222 TEXT` puts a dated amendment below the line."
    )
    assert refused == [None, late, late]


def test_after_adoption_nothing_is_held() -> None:
    adopted, paris = Minutes(NOW, NOW, NOW), ZoneInfo("Europe/Paris")
    on = "These minutes were adopted on Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC)"
    assert refusal_of(lambda: check_unadopted(adopted, paris)) == f"{on}: nothing holds them any more."
    assert refusal_of(lambda: check_silence(adopted, "LIN222", NOW, paris)) == (
        f"{on}. `/lap correct LIN222 TEXT` puts a dated amendment below the line."
    )


def test_only_the_agency_whose_words_they_are_withholds_and_shares_them() -> None:
    own = Reader("c", "p-bank", ParticipantKind.AGENCY)
    others = (
        Reader("c", "p-other", ParticipantKind.AGENCY),
        Reader("c", "p-bank", ParticipantKind.PRIVATE_SECTOR),
        Reader("c", "p-bank", ParticipantKind.AGENCY, secretariat=True),
    )
    kept = withheld(LINE, own)
    assert (kept.withheld, shared(kept, own), narrows(LINE, kept)) == (True, LINE, True)
    assert {refusal_of(lambda who=who, do=do: do(LINE, who)) for who in others for do in (withheld, shared)} == {
        "Only the Agency whose words `LIN222` holds can withhold them or share them again. The secretariat enters it "
        "for that Agency: `/lap withhold LIN222 for fr-cnil`."
    }


AGENCIES = st.sampled_from(["p-a", "p-b", "p-c"])


@given(st.lists(st.tuples(AGENCIES, st.booleans())))
def test_a_line_is_held_while_any_agency_that_held_it_did_not_release_it(steps: list[tuple[str, bool]]) -> None:
    line, holders = LINE, set[str]()
    for agency, holds in steps:
        refused = refusal_of(lambda a=agency, h=holds, li=line: (held if h else released)(li, a))
        assert (refused is None) == ((agency in holders) != holds)
        if refused is None:
            line = (held if holds else released)(line, agency)
            holders = holders | {agency} if holds else holders - {agency}
    assert (line.held_by, held_lines([line])) == (holders, (line,) if holders else ())


JOINT, CLOSED = Segment("s-joint", "Reports", AudienceKind.JOINT, 30), Segment("s-c", "Rest", AudienceKind.AGENCIES, 30)
CALL = Call(
    "c1", "Members' call", CallKind.MEMBERS, CallState.HELD, NOW, (JOINT, CLOSED),
    live=Live(NOW, "s-c", None, True, NOW),
)  # fmt: skip
REP = Reader("c-rep", "p-bank", ParticipantKind.PRIVATE_SECTOR)
AGENCY = Reader("c-a", "p-a", ParticipantKind.AGENCY)
LISTED = Admission("c1", "s-joint", "c-rep", "p-bank", AdmissionState.APPROVED, NOW, NOW)
LINES = st.lists(
    st.builds(
        lambda n, segment, closed, own: replace(
            LINE, reference=f"L{n}", segment_id=segment, closed=closed, speaker_id="p-bank" if own else None
        ),
        st.integers(), st.sampled_from(["s-joint", "s-c"]), st.booleans(), st.booleans(),
    )
)  # fmt: skip


@given(LINES, st.booleans())
def test_a_guests_minutes_hold_no_line_of_a_part_that_it_does_not_hear(lines: list[MinuteEntry], adopted: bool) -> None:
    record = Record(CALL, (LISTED,), lines=tuple(lines), minutes=Minutes(NOW, NOW, NOW if adopted else None))
    expected = [
        line for line in lines
        if line.segment_id == "s-joint" and not line.closed and (adopted or line.speaker_id == "p-bank")
    ]  # fmt: skip
    assert list(audience.cut_minutes(REP, record, NOW)) == expected
    assert list(audience.cut_minutes(AGENCY, record, NOW)) == lines


def test_who_was_there_is_read_by_agencies_once_sent_and_by_no_guest() -> None:
    there = (Attendance("c1", "s-joint", "p-bank", NOW),)
    drafted = Record(CALL, (LISTED,), attendance=there)
    out = replace(drafted, minutes=Minutes(NOW, NOW, NOW))
    assert [audience.cut_attendance(r, rec, NOW) for rec in (drafted, out) for r in (REP, AGENCY)] == [
        (),
        (),
        (),
        there,
    ]
