"""Early-warning reports: what one says, who reads one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import audience
from bot.audience import Record
from bot.confidentiality import Tlp
from bot.errors import Conflict, NotUnderstood
from bot.participants import Reader
from bot.reports import Report, read_report, taken_back
from tests.bot.refusals import refusal_of
from tests.bot.test_audience import AGENCY, CALL, EVERYBODY, GUESTS, JOINT, NOW, REP, SECRETARY, approved

REPORT = Report("K7M2QX", REP.participant_id, "c", "Parcel SMS tripled", Tlp.GREEN, datetime(2027, 1, 1, tzinfo=UTC))


def test_a_report_is_read_with_its_label_and_its_line_breaks() -> None:
    assert read_report("TLP:GREEN Parcel SMS\ntripled") == (Tlp.GREEN, "Parcel SMS\ntripled")
    assert read_report("Parcel SMS tripled") == (None, "Parcel SMS tripled")


def test_quotes_around_all_of_a_report_are_no_part_of_it() -> None:
    for typed in ('TLP:GREEN "Parcel SMS tripled"', "“Parcel SMS tripled” TLP:GREEN"):
        assert read_report(typed) == (Tlp.GREEN, "Parcel SMS tripled")
    assert read_report('"Parcel" and "tax" SMS') == (None, '"Parcel" and "tax" SMS')
    with pytest.raises(NotUnderstood):
        read_report('""')


@pytest.mark.parametrize("typed", ["", "TLP:GREEN", "x" * 2001])
def test_no_words_and_too_many_are_refused(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_report(typed)


def test_what_agencies_have_is_not_taken_back_and_nothing_twice() -> None:
    assert taken_back(REPORT, NOW).taken_back_at == NOW
    for gone in (replace(REPORT, call_id="call"), taken_back(REPORT, NOW)):
        with pytest.raises(Conflict):
            taken_back(gone, NOW)
    assert refusal_of(lambda: taken_back(replace(REPORT, call_id="call"), NOW)) == (
        "`K7M2QX` was sent to the Agencies already, so it stays. Report anew what has changed."
    )


@given(
    st.sampled_from(EVERYBODY),
    st.sampled_from([r.participant_id for r in GUESTS]),
    st.sampled_from([None, "call", "another"]),
    st.sampled_from([None, NOW]),
)
def test_a_report_is_its_organisations_and_the_secretariats_and_once_gathered_the_agencies(
    reader: Reader, by: str, gathered: str | None, gone: datetime | None
) -> None:
    report = replace(REPORT, participant_id=by, call_id=gathered, taken_back_at=gone)
    record = Record(CALL, tuple(approved(r, JOINT) for r in GUESTS))
    seen = bool(audience.cut_reports(reader, [report], [record], NOW))
    own = reader.secretariat or reader.participant_id == by
    assert seen == (own or (reader.kind is AGENCY.kind and gathered == "call" and gone is None))
    assert audience.cut_reports(SECRETARY, [report], [], NOW) == (report,)
