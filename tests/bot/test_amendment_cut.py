"""What of the amendments and of withheld lines ``audience`` gives to whom: never more than of the lines themselves."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from bot import audience
from bot.amending import Amendment, Correction, withholding
from bot.audience import Record
from bot.calls import CallState
from bot.confidentiality import Tlp
from bot.minutes import LineHold, LineKind, MinuteEntry, Minutes
from bot.participants import Reader
from tests.bot.refusals import refusal_of
from tests.bot.test_audience import AGENCY, CALL, CLOSED, EVERYBODY, JOINT, NOW, OTHER_AGENCY, REP, SECRETARY, approved

HELD = replace(CALL, state=CallState.HELD)
ADOPTED = Minutes(NOW, NOW, NOW)
AT = CALL.end + timedelta(days=20)


def line(n: int, segment: str, *, closed: bool, withheld: bool, label: Tlp = Tlp.AMBER) -> MinuteEntry:
    return MinuteEntry(
        f"LIN00{n}", "call", segment, None, LineKind.NOTE, "said", label, closed, None, "U1", NOW, withheld=withheld
    )  # fmt: skip


def below(n: int, label: Tlp = Tlp.AMBER) -> Amendment:
    return Amendment(f"a{n}", "call", f"LIN00{n}", "put right", label, "p-other", AT)


LINES = st.lists(
    st.tuples(st.sampled_from([JOINT.id, CLOSED.id]), st.booleans(), st.booleans(), st.sampled_from(Tlp)), max_size=5
)


@given(LINES, st.lists(st.tuples(st.integers(0, 4), st.sampled_from(Tlp)), max_size=6), st.sampled_from(EVERYBODY))
def test_an_amendment_is_read_by_who_reads_its_line_and_under_no_looser_label(
    lines: list[tuple[str, bool, bool, Tlp]], made: list[tuple[int, Tlp]], reader: Reader
) -> None:
    said = tuple(line(n, s, closed=c, withheld=w, label=label) for n, (s, c, w, label) in enumerate(lines))
    record = Record(
        HELD, (approved(REP, JOINT),), lines=said, minutes=ADOPTED, amendments=tuple(below(n, la) for n, la in made)
    )
    read = {li.reference: li for li in audience.cut_minutes(reader, record, AT)}
    seen = audience.cut_amendments(reader, record, AT)
    minuted = [a.line for a in record.amendments if a.line in read and read[a.line].label is not Tlp.RED]
    assert sorted(a.line for a in seen) == sorted(minuted)
    assert all(a.label.strictness >= read[a.line].label.strictness for a in seen)


def test_a_withheld_line_and_what_stands_below_it_is_read_by_the_agencies_of_its_part_alone() -> None:
    record = Record(
        HELD, (approved(REP, JOINT),), lines=(line(1, JOINT.id, closed=False, withheld=True),), minutes=ADOPTED,
        amendments=(below(1),),
    )  # fmt: skip
    for reader in EVERYBODY:
        agency = reader is SECRETARY or audience.invited(reader, HELD)
        assert bool(audience.cut_minutes(reader, record, AT)) is agency
        assert bool(audience.cut_amendments(reader, record, AT)) is agency


def test_an_amendment_that_its_agency_withholds_is_read_by_the_agencies_of_its_part_alone() -> None:
    record = Record(
        HELD, (approved(REP, JOINT),), lines=(line(1, JOINT.id, closed=False, withheld=False),), minutes=ADOPTED,
        amendments=(replace(below(1), withheld=True),),
    )  # fmt: skip
    for reader in EVERYBODY:
        agency = reader is SECRETARY or audience.invited(reader, HELD)
        assert bool(audience.cut_amendments(reader, record, AT)) is agency
    assert audience.cut_minutes(REP, record, AT)


def test_withholding_reaches_what_its_agency_made_below_that_line_alone() -> None:
    made = (replace(below(1), by_id=OTHER_AGENCY.participant_id), replace(below(2), by_id=OTHER_AGENCY.participant_id))
    kept = withholding(made, "LIN001", OTHER_AGENCY, release=False)
    assert kept == (replace(made[0], withheld=True),)
    assert withholding(kept, "LIN001", OTHER_AGENCY, release=True) == made[:1]
    assert [withholding(made, "LIN001", who, release=False) for who in (AGENCY, REP, SECRETARY)] == [(), (), ()]
    said = [
        refusal_of(partial(withholding, it, "LIN001", OTHER_AGENCY, release=r))
        for it, r in ((kept, False), (made, True))
    ]
    assert said == [
        "What you put below `LIN001` is withheld already.",
        "What you put below `LIN001` is not withheld, so there is nothing to release.",
    ]


def before(days: int, label: Tlp = Tlp.AMBER) -> Correction:
    return Correction("LIN001", f"said {days}", label, "p-other", NOW + timedelta(days=days))


def test_what_a_line_said_before_is_read_by_the_secretariat_and_by_agencies_that_were_sent_it() -> None:
    said = line(1, JOINT.id, closed=False, withheld=False)
    record = Record(HELD, (approved(REP, JOINT),), lines=(said,), minutes=ADOPTED)
    made = (before(-1), before(1))
    for reader in EVERYBODY:
        seen = audience.cut_corrections(reader, record, said, made, AT)
        agency = audience.invited(reader, HELD)
        assert seen == (made if reader is SECRETARY else made[1:] if agency else ())


@given(
    st.lists(st.tuples(st.sampled_from(EVERYBODY), st.booleans()), max_size=5),
    st.sampled_from([JOINT.id, CLOSED.id]),
    st.booleans(),
    st.sampled_from(EVERYBODY),
)
def test_who_held_a_line_is_read_by_the_secretariat_and_each_agency_of_itself_alone(
    made: list[tuple[Reader, bool]], segment: str, closed: bool, reader: Reader
) -> None:
    said = line(1, segment, closed=closed, withheld=False)
    record = Record(HELD, (approved(REP, JOINT),), lines=(said,), minutes=ADOPTED)
    holds = tuple(LineHold("LIN001", who.participant_id, NOW, released) for who, released in made)
    own = tuple(h for h in holds if reader.is_agency and h.by_id == reader.participant_id)
    reads = audience.sees_line(reader, record, said, AT)
    assert audience.cut_holds(reader, record, said, holds, AT) == (
        holds if reader is SECRETARY else own if reads else ()
    )
    other = replace(said, reference="LIN002")
    assert audience.cut_holds(reader, replace(record, lines=(other,)), other, holds, AT) == ()


def test_the_scribe_reads_of_a_draft_what_its_lines_said_before() -> None:
    said = line(1, JOINT.id, closed=False, withheld=False)
    draft = Record(replace(HELD, scribe="c-other"), lines=(said,), minutes=Minutes(None, None, None))
    scribe = OTHER_AGENCY
    assert [
        len(audience.cut_corrections(reader, draft, said, (before(-1),), AT)) for reader in (SECRETARY, scribe, AGENCY)
    ] == [1, 1, 0]


@given(st.sampled_from(Tlp), st.sampled_from(Tlp), st.sampled_from(EVERYBODY))
def test_what_a_line_said_before_stands_under_no_looser_label_than_either(was: Tlp, now: Tlp, reader: Reader) -> None:
    said = line(1, JOINT.id, closed=False, withheld=False, label=now)
    record = Record(HELD, (approved(REP, JOINT),), lines=(said,), minutes=ADOPTED)
    seen = audience.cut_corrections(reader, record, said, (before(1, was),), AT)
    assert now is not Tlp.RED or seen == ()
    assert all(c.label.strictness == max(was.strictness, now.strictness) for c in seen)


def test_under_the_chatham_house_rule_a_correction_names_nobody() -> None:
    said = line(1, JOINT.id, closed=False, withheld=False)
    ruled = Record(replace(HELD, segments=(replace(JOINT, chatham=True), CLOSED)), lines=(said,), minutes=ADOPTED)
    assert [c.by_id for c in audience.cut_corrections(SECRETARY, ruled, said, (before(1),), AT)] == [""]


def test_under_the_chatham_house_rule_an_amendment_names_nobody() -> None:
    ruled = replace(HELD, segments=(replace(JOINT, chatham=True), CLOSED))
    record = Record(
        ruled, lines=(line(1, JOINT.id, closed=False, withheld=False),), minutes=ADOPTED, amendments=(below(1),)
    )
    assert [a.by_id for a in audience.cut_amendments(SECRETARY, record, AT)] == [""]
