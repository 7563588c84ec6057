"""Owns the cases of ``compose``: one whole mail's bytes, read back by Python's own parser, the strict one."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.itip import Copy, cancel, request
from bot.text import clean_line, clean_text
from handlers.mail.compose import Letter, invitation_bytes, letter_bytes, message_id

LETTER = Letter(
    to="ann@agency.example",
    to_name="Ann Example",
    subject="Call of 16 February 2027, 15:00 Europe/Paris",
    text="Dear Ann,\n\nsee you there.\n.\nFrom the secretariat",
    html="<p>Dear Ann,</p>",
    sender="calls@lap.example",
    sender_name="London Action Plan calls",
    message_id="<1@lap.example>",
    date=datetime(2027, 1, 18, 9, 0, tzinfo=UTC),
    boundary_seed="p1 k1 1",
    in_reply_to=None,
)
COPY = Copy(
    uid="9a@lap.example",
    sequence=0,
    dtstamp=LETTER.date,
    created=LETTER.date,
    start=LETTER.date + timedelta(days=29),
    end=LETTER.date + timedelta(days=29, hours=1),
    summary="Joint part",
    description="",
    location="https://lap.example/join/T0k",
    organizer=LETTER.sender,
    attendee=LETTER.to,
    attendee_name=LETTER.to_name,
    cancelled=False,
)
CALENDAR = request(COPY)

words = st.text(
    st.one_of(st.sampled_from('=?_"\\<>,;:@()\r\n\t\x00\x85\u2028\u202e\ud800é👩\u200d .'), st.characters())
)


def read(data: bytes) -> EmailMessage:
    message = BytesParser(policy=policy.SMTP).parsebytes(data)
    assert isinstance(message, EmailMessage)
    return message


def shape(part: EmailMessage) -> object:
    if part.is_multipart():
        return (part.get_content_subtype(), *(shape(inner) for inner in part.iter_parts()))
    return part.get_content_type()


def content(part: EmailMessage) -> str:
    return part.get_content().replace("\r\n", "\n")


def spaced(text: str) -> str:
    """*text* as headers show it: one line, each run of white space as one space."""
    return re.sub(r"\s+", " ", clean_line(text))


def test_letter_has_just_these_headers() -> None:
    assert letter_bytes(LETTER).partition(b"\r\n\r\n")[0].decode().split("\r\n")[:-1] == [
        'From: "London Action Plan calls" <calls@lap.example>',
        'To: "Ann Example" <ann@agency.example>',
        "Subject: Call of 16 February 2027, 15:00 Europe/Paris",
        "Date: Mon, 18 Jan 2027 09:00:00 +0000",
        "Message-ID: <1@lap.example>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]


def test_letter_is_text_and_html_of_the_same() -> None:
    message = read(letter_bytes(LETTER))
    assert (shape(message), [content(part) for part in message.iter_parts()]) == (
        ("alternative", "text/plain", "text/html"),
        [LETTER.text + "\n", LETTER.html + "\n"],
    )


def test_answer_to_a_mail_says_so() -> None:
    message = read(letter_bytes(replace(LETTER, in_reply_to="<q@agency.example>")))
    assert [message[name] for name in ("In-Reply-To", "References", "Auto-Submitted")] == [
        "<q@agency.example>",
        "<q@agency.example>",
        "auto-replied",
    ]


def test_invitation_carries_the_calendar_twice() -> None:
    message = read(invitation_bytes(LETTER, CALENDAR, "REQUEST"))
    *_, inline = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    (attached,) = message.iter_attachments()
    assert (shape(message), inline.get_payload(decode=True), attached.get_payload(decode=True)) == (
        ("mixed", ("alternative", "text/plain", "text/html", "text/calendar"), "application/ics"),
        CALENDAR,
        CALENDAR,
    )


def test_invitation_names_its_method_charset_and_file() -> None:
    message = read(invitation_bytes(replace(LETTER), cancel(replace(COPY, cancelled=True)), "CANCEL"))
    (inline,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    (attached,) = message.iter_attachments()
    assert (dict(inline["Content-Type"].params), attached.get_filename()) == (
        {"method": "CANCEL", "charset": "UTF-8"},
        "invite.ics",
    )


def test_invitation_is_not_marked_as_automatic() -> None:
    assert "Auto-Submitted" not in read(invitation_bytes(LETTER, CALENDAR, "REQUEST"))


def test_no_address_stands_in_a_mail_but_sender_and_recipient() -> None:
    message = read(letter_bytes(replace(LETTER, to_name="Eve <eve@x.example>, Bob <bob@x.example>")))
    assert [a.addr_spec for name in ("From", "To") for a in message[name].addresses] == [LETTER.sender, LETTER.to]


def test_long_subject_is_folded_and_reads_as_written() -> None:
    subject = "Changed to 16:00 Europe/Paris: " + "training in tracing, " * 9 + "end"
    data = letter_bytes(replace(LETTER, subject=subject))
    assert (read(data)["Subject"], max(map(len, data.split(b"\r\n"))) <= 78) == (subject, True)


def test_date_is_told_in_utc() -> None:
    there = LETTER.date.astimezone(timezone(timedelta(hours=9)))
    assert letter_bytes(replace(LETTER, date=there)) == letter_bytes(LETTER)


def test_boundaries_come_from_the_seed_alone() -> None:
    mails = [invitation_bytes(replace(LETTER, boundary_seed=s), CALENDAR, "REQUEST") for s in ("p1 k1 1", "p1 k1 2")]
    one, other = (set(re.findall(rb"=_[0-9a-f]{24}", mail)) for mail in mails)
    assert (len(one), one & other) == (2, set())


@given(words, words, words, words)
def test_any_words_give_a_faultless_mail_that_reads_as_written(name: str, subject: str, text: str, seed: str) -> None:
    letter = replace(LETTER, to_name=name, subject=subject, text=text, html=text, boundary_seed=seed)
    data = invitation_bytes(letter, CALENDAR, "REQUEST")
    message = read(data)
    plain = message.get_body(("plain",))
    assert plain is not None
    assert [d for part in message.walk() for d in (*part.defects, *(f for v in part.values() for f in v.defects))] == []
    assert (message["To"].addresses[0].addr_spec, len(message["To"].addresses)) == (LETTER.to, 1)
    assert message["Subject"] == spaced(subject)
    # Python 3.11 reads the space between two encoded words of a name as one of the name (against RFC 2047 6.2).
    assert "".join(message["To"].addresses[0].display_name.split()) == "".join(clean_line(name).split())
    assert content(plain) == clean_text(text) + "\n"
    assert data == invitation_bytes(letter, CALENDAR, "REQUEST")


@given(words, words, words)
def test_any_words_give_short_ascii_lines(name: str, subject: str, text: str) -> None:
    data = letter_bytes(replace(LETTER, to_name=name, subject=subject, text=text, html=text))
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 78 and line.isascii() for line in data.split(b"\r\n"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"to": "Ann <ann@x.example>"}, "A mail goes from one bare address to one bare address."),
        ({"to": "ann@x.example, eve@x.example"}, "A mail goes from one bare address to one bare address."),
        ({"sender": "calls"}, "A mail goes from one bare address to one bare address."),
        ({"message_id": "1@lap.example"}, "A Message-ID has the form <word@domain>."),
        ({"in_reply_to": "<a@b>\r\nBcc: eve@x.example"}, "A Message-ID has the form <word@domain>."),
        ({"date": datetime(2027, 1, 1)}, "A mail's date needs a zone."),
    ],
)
def test_a_letter_that_no_header_could_carry_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        letter_bytes(replace(LETTER, **change))  # type: ignore[arg-type]


def test_a_calendar_of_another_method_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^The calendar's METHOD is not the mail's\.$"):
        invitation_bytes(LETTER, CALENDAR, "CANCEL")


@pytest.mark.parametrize("change", [{"to": "eve@x.example"}, {"sender": "eve@x.example"}])
def test_another_persons_calendar_is_refused(change: dict[str, str]) -> None:
    says = r"^The calendar's organizer must be the mail's sender, its one attendee the mail's recipient\.$"
    with pytest.raises(ValueError, match=says):
        invitation_bytes(replace(LETTER, **change), CALENDAR, "REQUEST")  # type: ignore[arg-type]


def test_a_message_id_stays_at_every_attempt() -> None:
    assert message_id("p1", "k1", 3, "lap.example") == message_id("p1", "k1", 3, "lap.example")


keys = st.tuples(st.text(max_size=9), st.text(max_size=9), st.integers(0, 9))


@given(st.sets(keys, min_size=2, max_size=2))
def test_two_mails_never_share_a_message_id(two: set[tuple[str, str, int]]) -> None:
    assert len({message_id(*key, "lap.example") for key in two}) == 2


@given(keys)
def test_a_message_id_is_opaque_and_fits_a_letter(key: tuple[str, str, int]) -> None:
    identifier = message_id(*key, "lap.example")
    assert re.fullmatch(r"<[0-9a-f]{32}@lap\.example>", identifier)
    assert read(letter_bytes(replace(LETTER, message_id=identifier)))["Message-ID"] == identifier


def test_a_message_id_needs_a_domain() -> None:
    with pytest.raises(ValueError, match=r"^A Message-ID needs the domain of the sender's address\.$"):
        message_id("p1", "k1", 1, "lap example")
