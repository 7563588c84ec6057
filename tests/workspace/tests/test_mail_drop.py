"""Owns the proofs of the mail drop with the standard library's SMTP client, troubles to order included."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workspace.mail import MailDrop

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Zusammenk\xc3\xbcnfte\r\nEND:VCALENDAR\r\n"
TO = "someone@x.example"


def invitation(to: str = TO, calendar: bytes = CALENDAR) -> EmailMessage:
    """A mail as invitations are: text, HTML and *calendar* as alternatives, the same calendar attached."""
    mail = EmailMessage()
    mail["From"] = "Calls <calls@lap.example>"
    mail["To"] = to
    mail["Subject"] = "Réunion, 16 February"
    mail.set_content("Plain words\n")
    mail.add_alternative("<p>Rich words</p>\n", subtype="html")
    mail.add_alternative(calendar, "text", "calendar", params={"method": "REQUEST", "charset": "utf-8"})
    mail.add_attachment(calendar, "text", "calendar", filename="invite.ics")
    return mail


def send(drop: MailDrop, *recipients: str, timeout: float = 5) -> dict[str, tuple[int, bytes]]:
    """One mail over one connection; the recipients that were refused."""
    with smtplib.SMTP(drop.host, drop.port, timeout=timeout) as client:
        return client.send_message(invitation(), to_addrs=list(recipients or (TO,)))


@pytest.fixture(scope="module")
def lasting() -> Iterator[MailDrop]:
    """One drop for all examples of a law."""
    with MailDrop() as made:
        yield made


def test_a_mail_is_kept_byte_for_byte(drop: MailDrop) -> None:
    raw = b"Subject: x\r\n\r\n.leading dot\r\n\r\nlast line\r\n"
    with smtplib.SMTP(drop.host, drop.port) as client:
        client.sendmail("calls@lap.example", [TO], raw)
    assert [(m.raw, m.sender, m.to, m.number) for m in drop.mails()] == [(raw, "calls@lap.example", TO, 1)]


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\r\n"), max_size=40), min_size=1))
def test_whatever_is_sent_is_kept_unchanged(lasting: MailDrop, lines: list[str]) -> None:
    raw = "".join(f"{line}\r\n" for line in lines).encode()
    with smtplib.SMTP(lasting.host, lasting.port) as client:
        client.sendmail("calls@lap.example", [TO], raw)
    assert lasting.mails()[-1].raw == raw


def test_every_part_of_an_invitation_can_be_read(drop: MailDrop) -> None:
    send(drop)
    [mail] = drop.mails(TO)
    assert (mail.subject, mail.text.strip(), mail.html.strip(), mail.calendar, mail.method, mail.attachments) == (
        "Réunion, 16 February",
        "Plain words",
        "<p>Rich words</p>",
        CALENDAR,
        "REQUEST",
        [("invite.ics", "text/calendar", CALENDAR)],
    )


def test_a_plain_mail_has_no_other_part(drop: MailDrop) -> None:
    with smtplib.SMTP(drop.host, drop.port) as client:
        client.sendmail("calls@lap.example", [TO], b"Subject: x\r\n\r\nOnly text\r\n")
    [mail] = drop.mails()
    assert (mail.html, mail.calendar, mail.method, mail.attachments) == ("", None, None, [])


def test_mails_are_numbered_in_order_of_arrival(drop: MailDrop) -> None:
    for to in ("a@x.example", "b@x.example", "a@x.example"):
        send(drop, to)
    assert [m.number for m in drop.mails("A@x.example")] == [1, 3]


def test_the_commands_of_a_connection_are_logged(drop: MailDrop) -> None:
    send(drop)
    assert [c.split()[0] for c in drop.commands] == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


def test_a_refused_recipient_gets_550_and_others_their_mail(drop: MailDrop) -> None:
    drop.refuse("gone@x.example")
    refused = send(drop, "gone@x.example", TO)
    assert (refused, [m.recipients for m in drop.mails()]) == (
        {"gone@x.example": (550, b"5.1.1 No such mailbox here")},
        [(TO,)],
    )


def test_a_recipient_can_be_taken_again(drop: MailDrop) -> None:
    drop.refuse(TO)
    drop.accept(TO)
    assert send(drop) == {}


def test_a_greylisted_recipient_is_taken_the_second_time(drop: MailDrop) -> None:
    drop.greylist(TO)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(drop)
    assert (caught.value.recipients[TO][0], send(drop), len(drop.mails())) == (451, {}, 1)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_outlasts_a_client_in_a_hurry(drop: MailDrop, command: str) -> None:
    drop.hang(30, at=command)
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(drop, timeout=0.2)


@pytest.mark.parametrize(("recorded", "kept"), [(True, 1), (False, 0)])
def test_a_connection_dropped_after_data_leaves_the_sender_in_doubt(drop: MailDrop, recorded: bool, kept: int) -> None:
    drop.drop_after_data(recorded=recorded)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(drop)
    assert (len(drop.mails()), send(drop), len(drop.mails())) == (kept, {}, kept + 1)


def test_a_server_that_is_down_refuses_connections_and_comes_back_on_its_port(drop: MailDrop) -> None:
    port = drop.port
    drop.down()
    with pytest.raises(ConnectionRefusedError):
        send(drop)
    drop.up()
    assert (send(drop), drop.port) == ({}, port)


def test_going_down_cuts_open_connections(drop: MailDrop) -> None:
    client = smtplib.SMTP(drop.host, drop.port, timeout=5)
    drop.down()
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        client.noop()
    client.close()


def test_waiting_for_mails_ends_when_they_are_there(drop: MailDrop) -> None:
    send(drop)
    assert [m.to for m in drop.wait_for(1, TO)] == [TO]


def test_waiting_in_vain_says_how_many_came(drop: MailDrop) -> None:
    with pytest.raises(TimeoutError, match=r"0 of 1 mails to anybody after 0\.01 s"):
        drop.wait_for(1, seconds=0.01)


@pytest.mark.parametrize(("password", "taken"), [("right", 1), ("wrong", 0)])
def test_a_drop_with_credentials_takes_mail_after_the_right_login(password: str, taken: int) -> None:
    with MailDrop(credentials=("lap", "right")) as drop:
        with smtplib.SMTP(drop.host, drop.port) as client:
            try:
                client.login("lap", password)
                client.send_message(invitation())
            except smtplib.SMTPAuthenticationError:
                client.close()
        assert len(drop.mails()) == taken


def test_without_a_login_a_drop_with_credentials_takes_nothing() -> None:
    with MailDrop(credentials=("lap", "right")) as drop, pytest.raises(smtplib.SMTPSenderRefused):
        send(drop)
