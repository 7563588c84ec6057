"""Proves what is read of mails that come in, in every program's shape, and that no mail can do harm."""

import base64
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.confidentiality import strictest_in
from bot.invitations import Rsvp
from bot.replies import Answer, Incoming, Method, Returned
from handlers.mail.isolated import NO_MACHINE, NOT_STARTED, Isolated
from handlers.mail.mailbox import NoMailbox
from handlers.mail.reading import from_json, read, to_json
from tests.handlers.mail import replies
from tests.handlers.mail.replies import AUTHSERV, SHAPES, Said

UID = "1f0c9cfc-0000-5000-8000-000000000001@lap.example"
BANK = "abuse-desk@harbour-bank.example"
YES = Answer(Method.REPLY, UID, 0, datetime(2027, 2, 1, 9, 0, tzinfo=UTC), BANK, Rsvp.ACCEPTED)

Shape = Callable[[Said], bytes]


def of(raw: bytes) -> Incoming:
    return read(raw, AUTHSERV)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_an_answer_is_read_from_every_programs_shape(shape: Shape) -> None:
    mail = of(shape(Said(UID)))
    assert (mail.answers, mail.sender, mail.authentic) == ((YES,), BANK, True)


@pytest.mark.parametrize("shape", [s for n, s in SHAPES.items() if n != "bare"], ids=[n for n in SHAPES if n != "bare"])
def test_the_words_beside_an_answer_are_read_too(shape: Shape) -> None:
    assert of(shape(Said(UID, words="I shall be late"))).words == "I shall be late"


def test_words_that_stand_in_the_calendar_alone_are_read_and_those_that_stand_twice_are_read_once() -> None:
    said = Said(UID, extra="COMMENT:Two of us come\nCOMMENT:I shall be late", words="I shall be late")
    assert [of(s(said)).words for s in (replies.bare, replies.google)] == [
        "Two of us come\nI shall be late",
        "I shall be late\n\nTwo of us come\nI shall be late",
    ]


def test_a_mail_that_the_server_did_not_prove_is_not_authentic() -> None:
    assert not of(replies.outlook(Said(UID, proved=False))).authentic


@pytest.mark.parametrize(
    "line",
    [
        "mx.elsewhere.example; dmarc=pass header.from=harbour-bank.example",
        "mx.lap.example; dmarc=pass header.from=elsewhere.example",
        "mx.lap.example; dkim=pass header.d=elsewhere.example",
        "mx.lap.example; spf=pass smtp.mailfrom=harbour-bank.example",
        "mx.lap.example; dmarc=fail header.from=harbour-bank.example; dkim=pass header.d=elsewhere.example",
        "mx.lap.example; none",
        "=?utf-8?q?mx.lap.example?=; dmarc=pass",
        "",
    ],
)
def test_no_other_line_proves_where_a_mail_comes_from(line: str) -> None:
    sound = replies.bare(Said(UID))
    proof = Said(UID).proof.encode()
    assert not of(sound.replace(proof, f"Authentication-Results: {line}\r\n".encode())).authentic


def test_a_proof_that_the_sender_wrote_below_the_servers_own_line_counts_nothing() -> None:
    said = Said(UID)
    denied = replace(said, proved=False).proof
    assert not of(replies.bare(said).replace(said.proof.encode(), (denied + said.proof).encode())).authentic


def test_without_a_configured_server_nothing_is_authentic() -> None:
    assert not read(replies.bare(Said(UID)), None).authentic


def test_two_from_addresses_are_nobody() -> None:
    raw = replies.bare(Said(UID)).replace(b"From: Abuse", b"From: evil@elsewhere.example, Abuse")
    assert (of(raw).sender, of(raw).authentic) == ("", False)


def test_an_address_inside_an_encoded_name_is_no_address() -> None:
    raw = replies.bare(Said(UID)).replace(b"From: Abuse Desk", b"From: =?utf-8?q?x=40y.example=2C?=")
    assert (of(raw).sender, of(raw).sender_name) == (BANK, "x@y.example,")


def test_a_second_from_line_makes_it_nobodys() -> None:
    raw = b"From: evil@elsewhere.example\r\n" + replies.bare(Said(UID))
    assert (of(raw).sender, of(raw).authentic) == ("", False)


def test_a_name_with_a_lone_carriage_return_stays_one_line() -> None:
    raw = replies.bare(Said(UID)).replace(b"From: Abuse Desk", b"From: =?utf-8?q?Abuse=0DBcc=3A_x?=")
    assert of(raw).sender_name == "Abuse Bcc: x"


def test_a_calendar_of_one_line_is_not_taken_for_the_name_of_a_file() -> None:
    raw = replies.in_words(BANK, "/etc/passwd").replace(b"text/plain", b"text/calendar; method=REPLY")
    assert (of(raw).answers, of(raw).whole) == ((), False)


def test_a_hundred_thousand_attendees_are_no_answer() -> None:
    many = "".join(f"ATTENDEE:mailto:a{n}@b.example\r\n" for n in range(100_000))
    mail = of(replies.bare(Said(UID, extra=many)))
    assert (mail.answers, mail.whole) == ((), False)


def test_two_attendees_are_no_answer() -> None:
    assert of(replies.bare(Said(UID, extra="ATTENDEE:mailto:b@c.example\r\n"))).answers == ()


def test_a_delegation_is_seen() -> None:
    raw = replies.bare(Said(UID, partstat='DELEGATED;DELEGATED-TO="mailto:x@y.example"'))
    assert [a.delegated for a in of(raw).answers] == [True]


def test_a_proposed_time_is_read_from_a_counter_only() -> None:
    start = datetime(2027, 2, 16, 14, 0, tzinfo=UTC)
    found = [of(replies.bare(Said(UID, method=m))).answers[0].start for m in ("COUNTER", "REPLY")]
    assert found == [start, None]


def test_a_proposed_time_may_say_how_long_it_lasts() -> None:
    raw = replies.bare(Said(UID, method="COUNTER")).replace(b"DTEND:20270216T143000Z", b"DURATION:PT45M")
    assert of(raw).answers[0].end == datetime(2027, 2, 16, 14, 45, tzinfo=UTC)


@pytest.mark.parametrize("lasts", ["P99999999D", "P7000000W", "-P9999999999W"])
def test_a_time_that_lasts_beyond_all_years_ends_at_none(lasts: str) -> None:
    raw = replies.bare(Said(UID, method="COUNTER")).replace(b"DTEND:20270216T143000Z", f"DURATION:{lasts}".encode())
    assert [a.end for a in of(raw).answers] in ([None], [])


def recoded(raw: bytes, charset: str) -> bytes:
    """A mail that is nothing but a calendar, in that character set."""
    head, _, body = raw.partition(b"\r\n\r\n")
    head = head.replace(b"charset=UTF-8", f"charset={charset}".encode()) + b"\r\nContent-Transfer-Encoding: base64"
    return head + b"\r\n\r\n" + base64.encodebytes(body.decode().encode(charset))


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "windows-1252", "utf-8-sig", "utf-7"])
def test_an_answer_is_read_in_the_character_set_that_its_part_names(charset: str) -> None:
    mail = of(recoded(replies.bare(Said(UID, extra="COMMENT:D\u00e9j\u00e0 pris")), charset))
    assert [(a.rsvp, a.comment) for a in mail.answers] == [(Rsvp.ACCEPTED, "D\u00e9j\u00e0 pris")]


@pytest.mark.parametrize("charset", ["x-unknown", "zlib", "cp037"])
def test_a_character_set_that_nobody_knows_or_that_is_none_makes_no_answer(charset: str) -> None:
    raw = replies.bare(Said(UID)).replace(b"charset=UTF-8", f"charset={charset}".encode())
    assert (of(raw).answers, of(raw).whole) == ((), False)


@pytest.mark.parametrize("stamp", ["DTSTAMP:20270201T090000", "DTSTAMP;VALUE=DATE:20270201", "X-NONE:1"])
def test_an_answer_without_a_stamp_of_its_own_was_written_when_its_mail_was(stamp: str) -> None:
    raw = replies.bare(Said(UID)).replace(b"DTSTAMP:20270201T090000Z", stamp.encode())
    dates = {
        "Mon, 01 Feb 2027 10:30:00 +0100": datetime(2027, 2, 1, 9, 30, tzinfo=UTC),
        "Mon, 01 Feb 2027 09:30:00 -0000": datetime(2027, 2, 1, 9, 30, tzinfo=UTC),
        "Mon, 01 Feb 2027 10:30:00": None,
        "yesterday": None,
        "Mon, 01 Feb 9999 10:30:00 +0100": None,
    }
    told = {date: of(b"Date: %s\r\n" % date.encode() + raw).answers[0].dtstamp for date in dates}
    assert told == dates


def test_a_stamp_of_its_own_counts_before_the_date_of_its_mail() -> None:
    raw = b"Date: Tue, 02 Feb 2027 10:30:00 +0100\r\n" + replies.bare(Said(UID))
    assert of(raw).answers[0].dtstamp == datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def test_the_answer_of_a_delegate_names_who_sent_them_too() -> None:
    jane = "jane@harbour-bank.example"
    other = f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{jane}":mailto:{BANK}'
    said = Said(UID, sender=jane, attendee=jane, partstat=f'ACCEPTED;DELEGATED-FROM="mailto:{BANK}"', extra=other)
    assert [(a.attendee, a.rsvp) for a in of(replies.bare(said)).answers] == [(jane, Rsvp.ACCEPTED)]


@pytest.mark.parametrize("sequence", [-1, 2**31, 10**30])
def test_a_sequence_that_no_database_keeps_is_no_answer(sequence: int) -> None:
    assert of(replies.bare(Said(UID, sequence=sequence))).answers == ()


def test_a_proposed_time_that_no_zone_can_show_is_none() -> None:
    raw = replies.bare(Said(UID, method="COUNTER")).replace(b"DTSTART:2027", b"DTSTART:0001")
    assert [a.start for a in of(raw).answers] == [None]


def test_a_method_that_only_an_organizer_sends_is_no_answer() -> None:
    assert of(replies.bare(Said(UID, method="CANCEL"))).answers == ()


def test_what_a_mail_carries_along_is_not_taken_for_its_own_words() -> None:
    raw = replies.bounce("gone@harbour-bank.example")
    assert "What stood in it" not in of(raw).words


def test_a_bounce_names_the_addresses_that_failed() -> None:
    mail = of(replies.bounce("gone@harbour-bank.example", UID))
    returned = Returned("gone@harbour-bank.example", "5.1.1 550 no such user here", "Invitation: Cases", UID)
    assert (mail.returned, mail.automatic, mail.answers) == ((returned,), True, ())


def test_a_delay_is_no_bounce_as_the_server_tries_on() -> None:
    raw = replies.bounce("gone@harbour-bank.example").replace(b"Action: failed", b"Action: delayed")
    assert (of(raw).returned, of(raw).automatic) == ((), True)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; type=vacation", "Precedence: bulk",
        "Precedence: auto_reply", "X-Autoreply: yes", "X-Autorespond: away", "X-Auto-Response-Suppress: All",
        "X-Failed-Recipients: a@b.example", "List-Id: <all.bank.example>",
    ],
)  # fmt: skip
def test_what_a_machine_wrote_is_known_as_such(header: str) -> None:
    assert of(replies.in_words(BANK, "I am away", headers=f"{header}\r\n")).automatic


def test_the_empty_sender_is_a_machine_and_a_person_is_none() -> None:
    raw = replies.in_words(BANK, "Hello", headers="Auto-Submitted: no\r\n")
    empty = raw.replace(f"Return-Path: <{BANK}>".encode(), b"Return-Path: <>")
    assert (of(raw).automatic, of(empty).automatic) == (False, True)


def test_a_proposal_may_name_others_beside_its_sender_and_an_answer_may_not() -> None:
    both = [Said(UID, method=m, extra="ATTENDEE:mailto:b@c.example") for m in ("COUNTER", "REPLY")]
    assert [[a.attendee for a in of(replies.bare(said)).answers] for said in both] == [[BANK], []]


def test_html_alone_is_read_as_words() -> None:
    raw = replies.in_words(BANK, "<style>p{}</style><p>Dear all,</p><p>I &amp; Ann come.</p>").replace(
        b"text/plain", b"text/html"
    )
    assert of(raw).words == "Dear all,\nI & Ann come."


def test_a_mail_passes_the_line_between_the_processes_unchanged() -> None:
    mail = of(replies.outlook(Said(UID, words="é–\u200f", method="COUNTER")))
    assert from_json(to_json(mail)) == mail


# --- hostile ones, in the process of their own ---


@pytest.fixture(scope="module")
def isolated() -> Isolated:
    made = Isolated(AUTHSERV)
    yield made
    made.close()


def test_the_process_reads_as_the_function_does(isolated: Isolated) -> None:
    raw = replies.google(Said(UID, words="yes"))
    assert isolated.read(raw) == of(raw)


def test_fifty_megabytes_are_cut(isolated: Isolated) -> None:
    mail = isolated.read(replies.in_words(BANK, "a" * 50_000_000))
    assert mail is not None
    assert (mail.sender, mail.whole, len(mail.words) < 10_000) == (BANK, False, True)


def test_a_mail_that_takes_too_long_is_given_up_and_the_next_one_read() -> None:
    made = Isolated(AUTHSERV, seconds=0.05)
    parts = replies.in_words(BANK, "--b\r\n\r\n" * 30_000)
    hostile = parts.replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"')
    assert [made.read(raw) is None for raw in (hostile, replies.bare(Said(UID)))] == [True, False]
    made.close()


def test_no_file_of_the_folder_in_which_it_runs_is_taken_for_a_part_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "email.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    made = Isolated(AUTHSERV)
    assert made.read(replies.bare(Said(UID))) is not None
    made.close()


def test_a_process_that_was_killed_while_it_waited_is_begun_anew_and_the_next_mail_read(isolated: Isolated) -> None:
    raw = replies.bare(Said(UID))
    isolated.read(raw)
    assert isolated._process is not None
    isolated._process.kill()
    isolated._process.wait()
    assert [mail is None for mail in (isolated.read(raw), isolated.read(raw))] == [False, False]


STARTS = (
    "import os, signal, sys, time; sys.stdin.buffer.read(4); sys.stdout.buffer.write(bytes(4)); sys.stdout.flush(); "
)
"""A process that answers once, as one that can read mails does, and then does something else with the first."""


def begins(then: str, begun: Path) -> Isolated:
    """What reads mails, in a process that does *then* with them and writes down each time that it is begun."""
    made = Isolated(AUTHSERV, patience=0.2)
    made._argv = [
        *made._argv[:1],
        "-c",
        f"open({str(begun)!r}, 'a').write('x'); {STARTS} sys.stdin.buffer.read(4); {then}",
    ]
    return made


@pytest.mark.parametrize(
    ("then", "times"),
    [
        ("pass", 2),
        ("os.abort()", 2),
        ("signal.setitimer(signal.ITIMER_PROF, 0.01); any(iter(int, 1))", 1),
    ],
)
def test_a_mail_that_ends_the_process_or_uses_its_time_up_is_given_up(tmp_path: Path, then: str, times: int) -> None:
    begun = tmp_path / "begun"
    assert (begins(then, begun).read(replies.bare(Said(UID))), begun.read_text()) == (None, "x" * times)


@pytest.mark.parametrize("then", ["time.sleep(60)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_mail_that_the_machine_left_no_time_or_memory_for_is_taken_again_and_not_for_ever(
    tmp_path: Path, then: str
) -> None:
    """It was given up at once, whoever wrote it: somebody's answer on a machine that had other work."""
    made = begins(then, tmp_path / "begun")
    for _ in range(2):
        with pytest.raises(NoMailbox, match=NO_MACHINE):
            made.read(replies.bare(Said(UID)))
    assert made.read(replies.bare(Said(UID))) is None


def test_a_mail_waits_for_a_processor_that_has_other_work() -> None:
    made = Isolated(AUTHSERV, patience=0.2)
    raw = replies.bare(Said(UID))
    assert made.read(raw) is not None
    assert made._process is not None
    made._process.send_signal(signal.SIGSTOP)
    with pytest.raises(NoMailbox, match=NO_MACHINE):
        made.read(raw)
    assert made.read(raw) == of(raw)
    made.close()


@pytest.mark.parametrize("argv", [["/nowhere/python"], [sys.executable, "-c", "pass"]])
def test_where_no_process_starts_the_mailbox_waits_and_no_mail_is_given_up(argv: list[str]) -> None:
    made = Isolated(AUTHSERV)
    made._argv = argv
    for _ in range(4):
        with pytest.raises(NoMailbox, match=NOT_STARTED):
            made.read(replies.bare(Said(UID)))


@pytest.mark.parametrize("said", ["TLP:RED", "(TLP RED)", "TLP: AMBER + STRICT"])
@pytest.mark.parametrize("before", [5_990, 5_996, 7_000])
def test_a_label_at_the_foot_of_words_of_which_not_all_are_read_on_counts_for_all(said: str, before: int) -> None:
    text = f"From: {BANK}\r\n\r\n{'a raid '.ljust(before, 'x')}\r\n{said}\r\n{'y' * 80}\r\n"
    mail = of(text.encode())
    assert (strictest_in(mail.words), mail.whole) == (strictest_in(said), False)
