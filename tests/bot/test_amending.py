"""What comes after the silence: when words stand below a line, who may put them there, under which label."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.amending import amended, is_amendment
from bot.confidentiality import Tlp
from bot.errors import Refusal
from bot.line_words import Typed
from bot.minutes import LineKind, MinuteEntry, Minutes
from bot.participants import ParticipantKind, Reader
from tests.bot.refusals import refusal_of

NOW = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
END = NOW + timedelta(days=14)
LINE = MinuteEntry("LIN222", "c1", "s1", None, LineKind.NOTE, "said", Tlp.AMBER, False, "p-bank", "U1", NOW)
SECRETARY = Reader("c0", "p-sec", ParticipantKind.AGENCY, secretariat=True)
AGENCY, BANK, GUEST = (
    Reader("c1", "p-agency", ParticipantKind.AGENCY),
    Reader("c2", "p-bank", ParticipantKind.PRIVATE_SECTOR),
    Reader("c3", "p-other", ParticipantKind.OBSERVER),
)
SENT, ADOPTED = Minutes(NOW, END), Minutes(NOW, END, END)
TEXT = Typed("put right")


@pytest.mark.parametrize(
    ("minutes", "held_by", "by", "typed", "at", "below"),
    [
        (Minutes(), "", SECRETARY, TEXT, NOW, False),
        (SENT, "", AGENCY, TEXT, END - timedelta(microseconds=1), False),
        (SENT, "", AGENCY, TEXT, END, True),
        (SENT, "p-agency", AGENCY, TEXT, END, False),
        (SENT, "p-agency", SECRETARY, TEXT, END, False),
        (SENT, "p-agency", BANK, TEXT, END, True),
        (ADOPTED, "p-agency", AGENCY, TEXT, END, True),
        (ADOPTED, "", SECRETARY, TEXT, END, True),
        (ADOPTED, "p-agency", AGENCY, TEXT, END - timedelta(hours=1), True),  # the clock was set back since
        (ADOPTED, "", SECRETARY, Typed("", closed=True), END, False),
    ],
)
def test_new_words_stand_below_a_line_once_its_silence_has_ended(
    minutes: Minutes, held_by: str, by: Reader, typed: Typed, at: datetime, below: bool
) -> None:
    assert is_amendment(minutes, replace(LINE, held_by=frozenset(held_by.split())), by, typed, at) is below


def test_an_amendment_keeps_who_made_it_and_when_and_the_lines_label() -> None:
    made = amended(LINE, TEXT, AGENCY, "a1", END)
    assert (made.line, made.text, made.label, made.by_id, made.at) == (
        "LIN222",
        "put right",
        Tlp.AMBER,
        "p-agency",
        END,
    )


def test_a_guest_amends_its_own_words_and_no_others() -> None:
    assert amended(LINE, Typed("put right", Tlp.GREEN), BANK, "a1", END).label is Tlp.GREEN
    assert refusal_of(lambda: amended(LINE, TEXT, GUEST, "a1", END)) == (
        "`LIN222` is not attributed to you, so you cannot amend it. Answer any of our mails in words: the secretariat "
        "reads it."
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            Typed("x", closed=True),
            "The silence on `LIN222` has ended: a text stands below it now, and a mark changes the line itself. Send "
            "them as two: `/lap correct LIN222 [closed]`, then the text alone.",
        ),
        (
            Typed("x", Tlp.RED),
            "An amendment goes to everybody who reads the line, so it cannot be TLP:RED. Give another label, as in "
            "`/lap correct LIN222 TLP:AMBER TEXT`.",
        ),
        (
            Typed("x", Tlp.CLEAR),
            "`LIN222` is TLP:AMBER: only the organisation whose words they are can amend it under a lower label. Leave "
            "the label out, or give a stricter one.",
        ),
    ],
)
def test_an_amendment_that_cannot_be_is_refused_with_the_next_step(typed: Typed, says: str) -> None:
    assert refusal_of(lambda: amended(LINE, typed, AGENCY, "a1", END)) == says


def test_nothing_stands_below_a_line_that_is_not_minuted() -> None:
    red = replace(LINE, label=Tlp.RED, text="")
    assert refusal_of(lambda: amended(red, Typed("x", Tlp.AMBER), BANK, "a1", END)) == (
        "`LIN222` is TLP:RED and not minuted, so nothing stands below it. What is to be read of it can be proposed for "
        "the next call: `/lap propose`."
    )


@given(
    st.sampled_from([SECRETARY, AGENCY, BANK, GUEST]),
    st.sampled_from(Tlp),
    st.builds(Typed, st.just("x"), st.none() | st.sampled_from(Tlp)),
)
def test_nobody_but_the_originator_carries_a_line_further_by_amending_it(by: Reader, label: Tlp, typed: Typed) -> None:
    try:
        made = amended(replace(LINE, label=label), typed, by, "a1", END)
    except Refusal:
        return
    assert made.label.strictness >= label.strictness or by is BANK
    assert made.label is not Tlp.RED
