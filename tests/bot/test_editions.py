"""Named editions: which lines leave their part, in which words, after whose silence, and who reads them when."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import audience
from bot.amending import Amendment
from bot.audience import NamedRecord, Record
from bot.calls import CallState
from bot.confidentiality import Tlp
from bot.editions import (
    AskedLine,
    NamedEdition,
    TakenOut,
    check_releasable,
    digest_of_words,
    may_leave,
    read_edition_label,
    said,
    standing,
)
from bot.minutes import LineKind, MinuteEntry, Minutes
from bot.participants import Participant, ParticipantKind, Reader
from tests.bot.refusals import refusal_of
from tests.bot.test_audience import CALL, CLOSED, EVERYBODY, JOINT, NOW, REP, SECRETARY, approved

HELD = replace(CALL, state=CallState.HELD)
ADOPTED = Minutes(NOW, NOW, NOW)
AT = CALL.end + timedelta(days=40)
END = AT + timedelta(days=14)
GREEN = NamedEdition("EDT222", "call", "What we learned", Tlp.GREEN, AT, END)
CLEAR = replace(GREEN, reference="EDT333", label=Tlp.CLEAR)
OURS = Reader("c-agency", "p-agency", ParticipantKind.AGENCY)
PEOPLE = tuple(
    Participant(who, who, kind, who, "", None, "UTC")
    for who, kind in (
        ("p-agency", ParticipantKind.AGENCY), ("p-other", ParticipantKind.AGENCY),
        (REP.participant_id, ParticipantKind.PRIVATE_SECTOR),
    )
)  # fmt: skip


def line(
    n: int = 1, label: Tlp = Tlp.GREEN, speaker: str | None = "p-agency", segment: str = CLOSED.id, **more: object
) -> MinuteEntry:
    made = MinuteEntry(
        f"LIN00{n}", "call", segment, None, LineKind.NOTE, f"words {n}", label, False, speaker, "U1", NOW
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def asked(edition: NamedEdition, *lines: MinuteEntry) -> tuple[AskedLine, ...]:
    return tuple(AskedLine(edition.reference, li.reference, digest_of_words(said(li, ()))) for li in lines)


def named(edition: NamedEdition, *lines: MinuteEntry, out: tuple[TakenOut, ...] = ()) -> NamedRecord:
    record = Record(HELD, (approved(REP, JOINT),), lines=lines, minutes=ADOPTED)
    return NamedRecord(edition, record, asked(edition, *lines), out)


@pytest.mark.parametrize(("text", "label"), [("green", Tlp.GREEN), ("TLP:clear", Tlp.CLEAR)])
def test_an_edition_is_green_or_clear(text: str, label: Tlp) -> None:
    assert read_edition_label(text) is label


def test_no_edition_is_under_another_label() -> None:
    assert refusal_of(lambda: read_edition_label("amber")) == (
        "An edition is green (for all participants) or clear (for anybody), not “amber”. Lines under a stricter label "
        'stay in their part. For example `/lap edition 2027-02-16 "What we learned" green`.'
    )


def test_the_words_of_a_line_in_an_edition_tell_no_part_time_or_speaker() -> None:
    below = Amendment("a1", "call", "LIN001", "more of it", Tlp.GREEN, "p-other", AT)
    assert said(line(kind=LineKind.DECISION), [below]) == ("Decision: words 1", "Amended: more of it")


def test_what_an_agency_withholds_below_a_line_does_not_leave_with_it_nor_keep_it_back() -> None:
    it, below = line(), Amendment("a1", "call", "LIN001", "more of it", Tlp.AMBER, "p-other", AT, withheld=True)
    assert said(it, [below]) == ("words 1",)
    assert standing(GREEN, asked(GREEN, it), (), [it], [below], ADOPTED) == (it,)


LINES = st.builds(
    line, st.integers(1, 4), st.sampled_from(Tlp), st.none() | st.sampled_from(["p-agency", "p-other"]),
    st.sampled_from([JOINT.id, CLOSED.id]), withheld=st.booleans(), minuted=st.booleans(),
    taken_back_at=st.none() | st.just(NOW), text=st.sampled_from(["", "words", "other words"]),
)  # fmt: skip
OUT = st.lists(st.builds(TakenOut, st.just("EDT222"), st.sampled_from(["LIN001", "LIN002"]), st.just("p"), st.just(AT)))
EDITIONS = st.sampled_from([GREEN, replace(CLEAR, reference="EDT222")])
BELOW = st.lists(
    st.builds(
        Amendment, st.just("a"), st.just("call"), st.sampled_from(["LIN001", "LIN003"]), st.just("more"),
        st.sampled_from(Tlp), st.just("p"), st.just(AT),
    ),
    max_size=2,
)  # fmt: skip


@given(
    EDITIONS, st.lists(LINES, unique_by=lambda li: li.reference), OUT, BELOW, st.booleans(), st.sets(st.integers(1, 4))
)
def test_nothing_leaves_but_adopted_lines_of_a_loose_label_that_were_asked_for_and_kept_by_nobody(
    edition: NamedEdition, lines: list[MinuteEntry], out: list[TakenOut], below: list[Amendment], adopted: bool,
    wanted: set[int],
) -> None:  # fmt: skip
    asked_for = tuple(
        AskedLine("EDT222", li.reference, digest_of_words(said(li, below)))
        for li in lines if int(li.reference[-1]) in wanted
    )  # fmt: skip
    minutes = ADOPTED if adopted else Minutes(NOW, NOW)
    left = standing(edition, asked_for, out, lines, below, minutes)
    for li in left:
        assert adopted
        assert li.label.strictness <= edition.label.strictness
        assert all(a.label.strictness <= edition.label.strictness for a in below if a.line == li.reference)
        assert li.text
        assert not li.withheld
        assert li.taken_back_at is None
        assert li.reference not in {t.line for t in out}
        assert int(li.reference[-1]) in wanted
    more = [*out, TakenOut("EDT222", "LIN003", "p", AT)]
    assert set(standing(edition, asked_for, more, lines, below, minutes)) <= set(left), "one more never adds a line"


def test_other_words_than_those_that_were_asked_do_not_leave() -> None:
    it = line()
    asked_for = asked(GREEN, it)
    changed = replace(it, text="other words")
    below = [Amendment("a1", "call", "LIN001", "more of it", Tlp.GREEN, "p", AT)]
    assert [
        len(standing(GREEN, asked_for, (), lines, amendments, ADOPTED))
        for lines, amendments in (([it], []), ([changed], []), ([it], below))
    ] == [1, 0, 0]


def test_an_edition_is_released_from_the_exact_end_of_its_silence_on() -> None:
    left = (line(),)
    early = refusal_of(lambda: check_releasable(GREEN, left, END - timedelta(microseconds=1), "Monday"))
    assert early == (
        "The silence on “What we learned” runs until Monday. Until then it cannot be released; `/lap edition EDT222` "
        "shows how it stands."
    )
    assert refusal_of(lambda: check_releasable(GREEN, left, END, "Monday")) is None
    assert refusal_of(lambda: check_releasable(GREEN, (), END, "Monday")) == (
        "No line of “What we learned” is left to release. `/lap edition EDT222 drop` closes it."
    )
    for done in (replace(GREEN, released_at=END), replace(GREEN, dropped_at=END)):
        assert refusal_of(lambda done=done: check_releasable(done, left, END, "Monday")) is not None


def test_a_line_comes_from_whose_words_it_holds_and_a_line_of_nobody_from_everybody_who_reads_it() -> None:
    lines = (line(1), line(2, speaker=None), line(3, speaker=None, segment=JOINT.id), line(4, speaker="p-gone"))
    record = Record(HELD, (approved(REP, JOINT),), lines=lines, minutes=ADOPTED)
    agencies = frozenset(("p-agency", "p-other"))
    assert audience.contributors(record, lines, PEOPLE, AT) == {
        "LIN001": {"p-agency"}, "LIN002": agencies, "LIN003": agencies | {REP.participant_id}, "LIN004": frozenset(),
    }  # fmt: skip


def test_nobody_is_asked_about_words_that_are_put_in_their_mouth_where_they_do_not_read_them() -> None:
    shut, aside, own = (
        line(1, speaker=REP.participant_id),
        line(2, speaker=REP.participant_id, segment=JOINT.id, closed=True),
        line(3, speaker=REP.participant_id, segment=JOINT.id),
    )
    record = Record(HELD, (approved(REP, JOINT),), lines=(shut, aside, own), minutes=ADOPTED)
    assert audience.contributors(record, record.lines, PEOPLE, AT) == {
        "LIN001": frozenset(), "LIN002": frozenset(), "LIN003": {REP.participant_id},
    }  # fmt: skip
    it = replace(named(GREEN, shut, aside, own), record=record)
    assert [li.reference for li in audience.cut_asked(REP, it, AT)] == ["LIN003"]


def test_a_line_comes_from_whoever_amended_it_too_and_reads_it() -> None:
    lines = (line(1), line(2))
    below = tuple(
        Amendment(f"a{n}", "call", "LIN001", "more", Tlp.GREEN, by, AT)
        for n, by in enumerate(("p-other", REP.participant_id))
    )
    record = Record(HELD, lines=lines, amendments=below, minutes=ADOPTED)
    assert audience.contributors(record, lines, PEOPLE, AT) == {
        "LIN001": {"p-agency", "p-other"}, "LIN002": {"p-agency"},
    }  # fmt: skip
    kept_back = replace(record, amendments=tuple(replace(a, withheld=True) for a in below))
    assert audience.contributors(kept_back, lines, PEOPLE, AT) == {"LIN001": {"p-agency"}, "LIN002": {"p-agency"}}


def test_under_the_chatham_house_rule_a_line_comes_from_everybody_of_its_part() -> None:
    ruled = replace(HELD, segments=(JOINT, replace(CLOSED, chatham=True)))
    record = Record(ruled, lines=(line(1),), minutes=ADOPTED)
    assert audience.contributors(record, record.lines, PEOPLE, AT) == {"LIN001": {"p-agency", "p-other"}}


@given(EDITIONS, st.lists(LINES, unique_by=lambda li: li.reference), OUT, st.booleans(), st.sampled_from(EVERYBODY))
def test_before_the_release_nobody_reads_more_of_an_edition_than_of_the_minutes(
    edition: NamedEdition, lines: list[MinuteEntry], out: list[TakenOut], released: bool, reader: Reader
) -> None:
    it = named(replace(edition, released_at=END if released else None), *lines, out=tuple(out))
    read = audience.cut_edition(reader, it, AT)
    assert set(read) <= set(it.left)
    if released:
        assert read == it.left
    else:
        mine = {li.reference for li in audience.cut_minutes(reader, it.record, AT)}
        assert {li.reference for li in read} <= mine


def test_what_was_dropped_nobody_reads() -> None:
    for gone in (replace(GREEN, dropped_at=END), replace(GREEN, released_at=END, dropped_at=END)):
        assert [audience.cut_edition(r, named(gone, line()), AT) for r in EVERYBODY] == [()] * len(EVERYBODY)


def test_an_organisation_is_asked_about_its_own_lines_alone() -> None:
    it = named(GREEN, line(1), line(2, speaker="p-other"), line(3, speaker=None, segment=JOINT.id))
    found = {r: [li.reference for li in audience.cut_asked(r, it, AT)] for r in (SECRETARY, OURS, REP)}
    assert found == {SECRETARY: ["LIN001", "LIN002", "LIN003"], OURS: ["LIN001", "LIN003"], REP: ["LIN003"]}


@pytest.mark.parametrize("label", Tlp)
def test_a_line_may_leave_under_its_own_label_or_a_stricter_one(label: Tlp) -> None:
    text = line(label=label)
    assert [may_leave(text, (), ADOPTED, edition) for edition in (Tlp.GREEN, Tlp.CLEAR)] == [
        label in (Tlp.GREEN, Tlp.CLEAR), label is Tlp.CLEAR,
    ]  # fmt: skip


def test_a_line_that_is_closed_after_it_was_asked_for_is_held_no_longer_and_one_closed_before_is() -> None:
    opened, shut = line(1), line(2, closed=True)
    requested = (
        AskedLine("EDT222", opened.reference, digest_of_words(said(opened, ()))),
        AskedLine("EDT222", shut.reference, digest_of_words(said(shut, ()), closed=True)),
    )
    for now, left in (((opened, shut), ["LIN001", "LIN002"]), ((replace(opened, closed=True), shut), ["LIN002"])):
        record = Record(HELD, lines=now, minutes=ADOPTED)
        assert [li.reference for li in NamedRecord(GREEN, record, requested, ()).left] == left
