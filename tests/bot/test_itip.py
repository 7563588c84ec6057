"""Owns the cases of ``bot.itip``: the bytes of one person's copy, and the identifiers and stamps that order them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzoffset
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event
from icalendar.parser import Contentline

from bot.itip import Copy, calendar, cancel, next_dtstamp, request, uid_for
from bot.text import clean_line, clean_text

START = datetime(2027, 2, 16, 14, 0, tzinfo=UTC)
SENT = datetime(2027, 1, 18, 9, 0, tzinfo=UTC)
COPY = Copy(
    uid="9a@lap.example",
    sequence=2,
    dtstamp=SENT + timedelta(days=1),
    created=SENT,
    start=START,
    end=START + timedelta(minutes=90),
    summary="Joint part",
    description="Call of 16 February 2027.",
    location="https://lap.example/join/T0k",
    organizer="calls@lap.example",
    attendee="ann@agency.example",
    attendee_name="Ann Example",
    cancelled=False,
)

words = st.text(st.one_of(st.sampled_from("\\nN;,:\"^'\r\n\t\x00\x85\u2028\u202e=\ud800é👩\u200d"), st.characters()))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


def lines(calendar: bytes) -> list[str]:
    """The unfolded lines of *calendar*."""
    return calendar.replace(b"\r\n ", b"").decode().split("\r\n")


def unescaped(value: str) -> str:
    """*value* of type TEXT as RFC 5545 3.3.11 has it read."""
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)


@given(st.text(st.sampled_from("abc d\\\\^^,;"), max_size=400))
def test_a_line_is_folded_where_icalendar_folds_it(line: str) -> None:
    said = calendar(f"X:{line}").split(b"\r\n", 3)[3].removesuffix(b"\r\nEND:VCALENDAR\r\n")
    assert said == Contentline(f"X:{line}").to_ical()  # type: ignore[no-untyped-call]


def value(calendar: bytes, name: str) -> str:
    return next(line.partition(":")[2] for line in lines(calendar) if line.startswith(f"{name}:"))


def test_request_is_one_private_event_that_asks_its_one_attendee() -> None:
    assert lines(request(COPY)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//London Action Plan//lap//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:9a@lap.example",
        "SEQUENCE:2",
        "DTSTAMP:20270119T090000Z",
        "CREATED:20270118T090000Z",
        "LAST-MODIFIED:20270119T090000Z",
        "DTSTART:20270216T140000Z",
        "DTEND:20270216T153000Z",
        "SUMMARY:Joint part",
        "STATUS:CONFIRMED",
        "CLASS:PRIVATE",
        "ORGANIZER:mailto:calls@lap.example",
        'ATTENDEE;CN="Ann Example";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE'
        ":mailto:ann@agency.example",
        "LOCATION:https://lap.example/join/T0k",
        "DESCRIPTION:Call of 16 February 2027.\\n\\nhttps://lap.example/join/T0k",
        "TRANSP:OPAQUE",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Joint part",
        "TRIGGER:-PT15M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_cancel_repeats_neither_join_link_nor_description() -> None:
    assert lines(cancel(replace(COPY, cancelled=True))) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//London Action Plan//lap//EN",
        "METHOD:CANCEL",
        "BEGIN:VEVENT",
        "UID:9a@lap.example",
        "SEQUENCE:2",
        "DTSTAMP:20270119T090000Z",
        "CREATED:20270118T090000Z",
        "LAST-MODIFIED:20270119T090000Z",
        "DTSTART:20270216T140000Z",
        "DTEND:20270216T153000Z",
        "SUMMARY:Joint part",
        "STATUS:CANCELLED",
        "CLASS:PRIVATE",
        "ORGANIZER:mailto:calls@lap.example",
        'ATTENDEE;CN="Ann Example":mailto:ann@agency.example',
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_description_that_has_the_join_link_is_left_as_it_is() -> None:
    about = "Join at https://lap.example/join/T0k a minute early."
    assert value(request(replace(COPY, description=about)), "DESCRIPTION") == about


def test_a_name_of_nothing_is_no_name() -> None:
    assert "ATTENDEE:mailto:ann@agency.example" in lines(cancel(replace(COPY, attendee_name="\x00", cancelled=True)))


def test_signs_that_readers_trip_over_leave_the_name() -> None:
    copy = replace(COPY, attendee_name='Ann "Nan" ^n; O\\Neill: a, b\\', cancelled=True)
    assert "ATTENDEE;CN=\"Ann 'Nan' n; ONeill: a, b\":mailto:ann@agency.example" in lines(cancel(copy))


def test_a_backslash_before_a_capital_n_is_no_line_break() -> None:
    assert value(request(replace(COPY, summary="C:\\New")), "SUMMARY") == "C:\\\\New"


@pytest.mark.parametrize(
    "zone", [ZoneInfo("Asia/Tokyo"), tzoffset(None, 9 * 3600), timezone(timedelta(hours=9))], ids=str
)
def test_every_zone_ends_as_utc(zone: ZoneInfo) -> None:
    there = datetime(2027, 2, 16, 23, 0, tzinfo=zone)
    assert request(replace(COPY, start=there)) == request(COPY)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"end": START}, "A copy that ends before it starts"),
        ({"sequence": -1}, "A copy that has a negative SEQUENCE"),
        ({"uid": ""}, "A copy that has no UID of at most 254 octets"),
        ({"uid": "é" * 128}, "A copy that has no UID of at most 254 octets"),
        ({"organizer": "Calls <calls@lap.example>"}, "A copy that has an organizer that is no bare address"),
        ({"attendee": 'q"uo;te@x.example'}, "A copy that has an attendee that is no bare address"),
        ({"attendee": "a@x.example\r\nDESCRIPTION:x"}, "A copy that has an attendee that is no bare address"),
        ({"attendee": "Calls@lap.example"}, "A copy that invites its organizer"),
        ({"dtstamp": datetime(2027, 1, 1)}, "A calendar needs instants with a zone."),
    ],
)
def test_a_copy_that_no_calendar_could_take_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        replace(COPY, **change)  # type: ignore[arg-type]


def test_a_cancelled_copy_is_not_requested() -> None:
    with pytest.raises(ValueError, match=r"^A cancelled copy cannot be requested: send its cancellation\.$"):
        request(replace(COPY, cancelled=True))


def test_a_standing_copy_is_not_cancelled() -> None:
    with pytest.raises(ValueError, match=r"^A copy that stands cannot be cancelled: record the cancellation first\.$"):
        cancel(COPY)


@given(words, words, words)
def test_words_are_read_as_they_were_written_and_make_no_property(title: str, about: str, name: str) -> None:
    plain, odd = request(COPY), request(replace(COPY, summary=title, description=about, attendee_name=name))
    assert unescaped(value(odd, "SUMMARY")) == clean_line(title)
    assert unescaped(value(odd, "DESCRIPTION")) == f"{clean_text(about)}\n\n{COPY.location}".lstrip()
    assert [re.split("[;:]", line)[0] for line in lines(odd)] == [re.split("[;:]", line)[0] for line in lines(plain)]


@given(words, words, words)
def test_every_line_is_short_whole_and_without_controls(title: str, about: str, name: str) -> None:
    calendar = request(replace(COPY, summary=title, description=about, attendee_name=name))
    rows = calendar.split(b"\r\n")
    assert max(map(len, rows)) <= 75
    assert [row for row in rows if clean_line(row.decode()) != row.decode().strip()] == []


@given(words.filter(clean_line), moments, st.timedeltas(timedelta(minutes=1), timedelta(days=2)))
def test_another_library_reads_what_was_meant(name: str, start: datetime, length: timedelta) -> None:
    start, length = start.replace(microsecond=0), timedelta(seconds=length // timedelta(seconds=1))
    copy = replace(COPY, attendee_name=name, start=start, end=start + length)
    (event,) = Calendar.from_ical(request(copy)).walk("VEVENT")
    assert isinstance(event, Event)
    assert (event.start, event.end, str(event["ATTENDEE"]), str(event["ORGANIZER"]), event.errors) == (
        start, start + length, "mailto:ann@agency.example", "mailto:calls@lap.example", [],
    )  # fmt: skip


def test_a_first_dtstamp_is_now_in_whole_seconds() -> None:
    assert next_dtstamp(None, SENT.replace(microsecond=999_999)) == SENT


@given(st.none() | moments, moments)
def test_dtstamps_of_one_copy_strictly_rise_by_what_calendars_see(last: datetime | None, now: datetime) -> None:
    stamp = next_dtstamp(last, now)
    assert stamp.microsecond == 0
    assert stamp >= now.replace(microsecond=0)
    assert last is None or f"{stamp:%Y%m%dT%H%M%SZ}" > f"{last:%Y%m%dT%H%M%SZ}"


def test_a_uid_stays_for_life() -> None:
    assert uid_for("c1", "p1", 0, "lap.example") == uid_for("c1", "p1", 0, "lap.example")


keys = st.tuples(st.text(max_size=9), st.text(max_size=9), st.integers(0, 9))


@given(st.sets(keys, min_size=2, max_size=2))
def test_two_copies_never_share_a_uid(two: set[tuple[str, str, int]]) -> None:
    assert len({uid_for(*key, "lap.example") for key in two}) == 2


@given(keys)
def test_a_uid_is_opaque(key: tuple[str, str, int]) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@lap\.example", uid_for(*key, "lap.example"))


def test_a_uid_needs_a_domain() -> None:
    with pytest.raises(ValueError, match=r"^A UID needs the domain of the organizer's address\.$"):
        uid_for("c1", "p1", 0, "lap.example\r\nX:y")
