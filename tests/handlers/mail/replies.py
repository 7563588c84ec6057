"""Owns answers to invitations in the shapes that calendar programs send them, and in worse ones."""

import base64
from dataclasses import dataclass
from textwrap import dedent

AUTHSERV = "mx.lap.example"


@dataclass(frozen=True)
class Said:
    """What an answer says; the shapes below say it each in its program's way."""

    uid: str
    sequence: int = 0
    stamp: str = "20270201T090000Z"
    partstat: str = "ACCEPTED"
    attendee: str = "abuse-desk@harbour-bank.example"
    sender: str = "abuse-desk@harbour-bank.example"
    method: str = "REPLY"
    words: str = ""
    proved: bool = True
    extra: str = ""

    @property
    def proof(self) -> str:
        domain, result = self.sender.rpartition("@")[2], "pass" if self.proved else "fail"
        return (
            f"Authentication-Results: {AUTHSERV};\r\n dkim={result} header.d={domain} header.s=s1;\r\n"
            f" dmarc={result} header.from={domain}\r\n"
        )


ZONE = """BEGIN:VTIMEZONE TZID:Europe BEGIN:STANDARD DTSTART:16010101T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10 END:STANDARD END:VTIMEZONE"""


def _lines(text: str) -> str:
    return dedent(text).lstrip("\n").replace("\n", "\r\n")


def _head(said: Said, subject: str, kind: str) -> str:
    return (
        f"Return-Path: <{said.sender}>\r\n{said.proof}From: Abuse Desk <{said.sender}>\r\nTo: calls@lap.example\r\n"
        f"Subject: {subject}\r\nMessage-ID: <{said.stamp}.{said.uid}>\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n"
    )


def _event(said: Said, attendee: str, *more: str, before: str = "") -> str:
    extra = tuple(said.extra.splitlines())
    lines = (
        "BEGIN:VCALENDAR", "PRODID:-//Somebody//Calendar//EN", "VERSION:2.0", f"METHOD:{said.method}",
        *before.split(), "BEGIN:VEVENT", f"UID:{said.uid}", f"SEQUENCE:{said.sequence}", f"DTSTAMP:{said.stamp}",
        "ORGANIZER:mailto:calls@lap.example", attendee, "DTSTART:20270216T140000Z", "DTEND:20270216T143000Z", *more,
        *extra, "SUMMARY:Reports", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines)


def outlook(said: Said) -> bytes:
    """Exchange: an alternative of text and calendar in base64; the address in capitals, a COMMENT, a time zone."""
    attendee = f"ATTENDEE;PARTSTAT={said.partstat};CN=Abuse Desk:MAILTO:{said.attendee.upper()}"
    event = _event(said, attendee, "COMMENT;LANGUAGE=en-US:\\n", "X-MICROSOFT-CDO-APPT-SEQUENCE:0", before=ZONE)
    return (
        _head(said, "Accepted: Reports", 'multipart/alternative; boundary="_000_"')
        + f'\r\n--_000_\r\nContent-Type: text/plain; charset="us-ascii"\r\n\r\n{said.words}\r\n'
        + '--_000_\r\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\r\n'
        + "Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(event.encode()).decode().replace("\n", "\r\n")
        + "\r\n--_000_--\r\n"
    ).encode()


def google(said: Said) -> bytes:
    """Google Calendar: mixed, an alternative within, and the same once more as invite.ics; sent by a machine."""
    attendee = (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said.partstat};CN=Abuse\r\n  Desk;X-NUM-GUESTS=0:"
        f"mailto:{said.attendee}"
    )
    event = _event(said, attendee, "CREATED:20270101T000000Z", "LAST-MODIFIED:20270201T085900Z")
    return (
        _head(said, "Accepted: Reports @ Tue Feb 16, 2027", 'multipart/mixed; boundary="m1"').replace(
            "MIME-Version", "Auto-Submitted: auto-generated\r\nMIME-Version"
        )
        + '\r\n--m1\r\nContent-Type: multipart/alternative; boundary="a1"\r\n\r\n'
        + f'--a1\r\nContent-Type: text/plain; charset="UTF-8"; format=flowed\r\n\r\n{said.words}\r\n'
        + f'--a1\r\nContent-Type: text/calendar; charset="UTF-8"; method=REPLY\r\n\r\n{event}\r\n--a1--\r\n'
        + '--m1\r\nContent-Type: application/ics; name="invite.ics"\r\nContent-Disposition: attachment\r\n'
        + "Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(event.encode()).decode().replace("\n", "\r\n")
        + "\r\n--m1--\r\n"
    ).encode()


def apple(said: Said) -> bytes:
    """Apple's Calendar: mixed with text and a calendar file in quoted-printable, EMAIL beside the address."""
    attendee = (
        f'ATTENDEE;CN="Abuse Desk";CUTYPE=INDIVIDUAL;EMAIL="{said.attendee}";PARTSTAT={said.partstat};'
        f"ROLE=REQ-PARTICIPANT:mailto:{said.attendee}"
    )
    event = _event(said, attendee).replace("=", "=3D")
    return (
        _head(said, "Accepted: Reports", 'multipart/mixed; boundary="Apple-Mail-1"')
        + f"\r\n--Apple-Mail-1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{said.words}\r\n"
        + "--Apple-Mail-1\r\nContent-Type: text/calendar; charset=utf-8; method=REPLY; name=iCal.ics\r\n"
        + "Content-Disposition: attachment; filename=iCal.ics\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + event
        + "\r\n--Apple-Mail-1--\r\n"
    ).encode()


def thunderbird(said: Said) -> bytes:
    """Thunderbird: mixed, with an alternative of text and calendar, and invite.ics."""
    attendee = f"ATTENDEE;CN=Abuse Desk;PARTSTAT={said.partstat};ROLE=REQ-PARTICIPANT:mailto:{said.attendee}"
    event = _event(said, attendee, "X-MOZ-RECEIVED-SEQUENCE:0")
    return (
        _head(said, "Event Invitation Reply (Accepted): Reports", 'multipart/mixed; boundary="t"')
        + '\r\n--t\r\nContent-Type: multipart/alternative; boundary="u"\r\n\r\n'
        + f"--u\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{said.words}\r\n"
        + f"--u\r\nContent-Type: text/calendar; method=REPLY; charset=UTF-8\r\n\r\n{event}\r\n--u--\r\n--t--\r\n"
    ).encode()


def nextcloud(said: Said) -> bytes:
    """Nextcloud: text and HTML, the calendar as an attached file; sabre/dav's parameters."""
    attendee = f"ATTENDEE;CN=Abuse Desk;PARTSTAT={said.partstat};SCHEDULE-STATUS=2.0:mailto:{said.attendee}"
    event = _event(said, attendee, "REQUEST-STATUS:2.0;Success")
    return (
        _head(said, "Re: Reports", 'multipart/mixed; boundary="n"')
        + f"\r\n--n\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>{said.words}</p></body></html>\r\n"
        + "--n\r\nContent-Type: text/calendar; method=REPLY; name=event.ics\r\n"
        + f"Content-Disposition: attachment; filename=event.ics\r\n\r\n{event}\r\n--n--\r\n"
    ).encode()


def bare(said: Said) -> bytes:
    """A mail that is nothing but the calendar."""
    event = _event(said, f"ATTENDEE;PARTSTAT={said.partstat}:mailto:{said.attendee}")
    return (_head(said, "Reply", "text/calendar; charset=UTF-8; method=REPLY") + f"\r\n{event}").encode()


SHAPES = {f.__name__: f for f in (outlook, google, apple, thunderbird, nextcloud, bare)}


def in_words(sender: str, words: str, *, proved: bool = True, headers: str = "") -> bytes:
    """A mail that a person wrote."""
    said = Said("none@lap.example", sender=sender, proved=proved)
    return (_head(said, "About the call", "text/plain; charset=utf-8") + headers + f"\r\n{words}\r\n").encode()


def bounce(address: str) -> bytes:
    """A delivery status that says an address could not be reached (RFC 3464)."""
    return _lines(
        f"""
        Return-Path: <>
        From: Mail Delivery System <mailer-daemon@mx.lap.example>
        To: calls@lap.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        I'm sorry to have to inform you that your message could not be delivered.

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.lap.example

        Final-Recipient: rfc822; {address}
        Action: failed
        Status: 5.1.1

        --b
        Content-Type: message/rfc822

        From: calls@lap.example
        To: {address}
        Subject: Invitation: Cases

        What stood in it.
        --b--
        """
    ).encode()
