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
    to: str = "calls@lap.example"
    proved: bool | None = True
    extra: str = ""

    @property
    def proof(self) -> str:
        domain = self.sender.rpartition("@")[2]
        result = {True: "pass", False: "fail", None: "none"}[self.proved]
        return (
            f"Authentication-Results: {AUTHSERV};\r\n dkim={result} header.d={domain} header.s=s1;\r\n"
            f" dmarc={result} header.from={domain}\r\n"
        )


SUBJECTS = {"ACCEPTED": "Accepted", "DECLINED": "Declined", "TENTATIVE": "Tentative"}
ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""
"""As Exchange writes it: under a name of Windows, with rules from 1601 on."""
TIMES = ("DTSTART:20270216T140000Z", "DTEND:20270216T143000Z")


def _lines(text: str) -> str:
    return dedent(text).lstrip("\n").replace("\n", "\r\n")


def _head(said: Said, subject: str, kind: str, *more: str) -> str:
    headers = "".join(f"{line}\r\n" for line in more)
    return (
        f"Return-Path: <{said.sender}>\r\n{said.proof}From: Abuse Desk <{said.sender}>\r\nTo: {said.to}\r\n"
        f"Subject: {subject}\r\nMessage-ID: <{said.stamp}.{said.uid}>\r\n{headers}MIME-Version: 1.0\r\n"
        f"Content-Type: {kind}\r\n"
    )


def _event(said: Said, attendee: str, *more: str, before: str = "", times: tuple[str, str] = TIMES) -> str:
    extra = tuple(said.extra.splitlines())
    lines = (
        "BEGIN:VCALENDAR", f"METHOD:{said.method}", "PRODID:-//Somebody//Calendar//EN", "VERSION:2.0",
        *before.splitlines(), "BEGIN:VEVENT", attendee, f"UID:{said.uid}", f"SEQUENCE:{said.sequence}",
        f"DTSTAMP:{said.stamp}", f"ORGANIZER:mailto:{said.to}", *times, *more, *extra, "SUMMARY:Reports",
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines)


def _base64(event: str) -> str:
    return base64.encodebytes(event.encode()).decode().replace("\n", "\r\n")


def _subject(said: Said, shape: str = "{word}: Reports") -> str:
    proposed = "New Time Proposed" if said.method == "COUNTER" else SUBJECTS.get(said.partstat, "Re")
    return shape.format(word=proposed)


def outlook(said: Said) -> bytes:
    """Exchange (MS-OXCICAL): an alternative of text and calendar in base64; the address in capitals, the time in a
    zone of Windows, the words as COMMENT, LANGUAGE everywhere; a proposal keeps the original time, too."""
    attendee = f"ATTENDEE;PARTSTAT={said.partstat};CN=Abuse Desk:MAILTO:{said.attendee.upper()}"
    zone = "W. Europe Standard Time"
    original = (
        (f"X-MS-OLK-ORIGINALSTART;TZID={zone}:20270216T150000", f"X-MS-OLK-ORIGINALEND;TZID={zone}:20270216T153000")
        if said.method == "COUNTER"
        else ()
    )
    event = _event(
        said, attendee, f"COMMENT;LANGUAGE=en-US:{said.words}\\n", "CLASS:PUBLIC", "PRIORITY:5", "TRANSP:OPAQUE",
        "STATUS:CONFIRMED", "LOCATION;LANGUAGE=en-US:", f"X-MICROSOFT-CDO-APPT-SEQUENCE:{said.sequence}",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE", "X-MICROSOFT-CDO-INSTTYPE:0", *original,
        before=ZONE, times=(f"DTSTART;TZID={zone}:20270216T150000", f"DTEND;TZID={zone}:20270216T153000"),
    )  # fmt: skip
    kind = 'multipart/alternative;\r\n\tboundary="_000_AM0PR01_"'
    return (
        _head(said, _subject(said), kind, "Thread-Topic: Reports", "X-MS-Has-Attach:", "X-MS-TNEF-Correlator:")
        + f'\r\n--_000_AM0PR01_\r\nContent-Type: text/plain; charset="us-ascii"\r\n\r\n{said.words}\r\n'
        + f'--_000_AM0PR01_\r\nContent-Type: text/calendar; charset="utf-8"; method={said.method}\r\n'
        + f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(event)}\r\n--_000_AM0PR01_--\r\n"
    ).encode()


def google(said: Said) -> bytes:
    """Google Calendar: mixed, an alternative within, and the same once more as invite.ics; sent by a machine, the words
    as a parameter of the attendee too."""
    comment = f';X-RESPONSE-COMMENT="{said.words}"' if said.words else ""
    attendee = (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said.partstat};CN=Abuse\r\n  Desk;X-NUM-GUESTS=0"
        f"{comment}:mailto:{said.attendee}"
    )
    event = _event(said, attendee, "CREATED:20270101T000000Z", "LAST-MODIFIED:20270201T085900Z", "TRANSP:OPAQUE")
    return (
        _head(
            said, _subject(said, "{word}: Reports @ Tue Feb 16, 2027 3pm - 3:30pm (CET)"),
            'multipart/mixed; boundary="m1"', f"Reply-To: Abuse Desk <{said.attendee}>",
            "Sender: Google Calendar <calendar-notification@google.com>", "Auto-Submitted: auto-generated",
        )
        + '\r\n--m1\r\nContent-Type: multipart/alternative; boundary="a1"\r\n\r\n'
        + f'--a1\r\nContent-Type: text/plain; charset="UTF-8"; format=flowed\r\n\r\n{said.words}\r\n'
        + f'--a1\r\nContent-Type: text/html; charset="UTF-8"\r\n\r\n<p>{said.words}</p>\r\n'
        + f'--a1\r\nContent-Type: text/calendar; charset="UTF-8"; method={said.method}\r\n\r\n{event}\r\n--a1--\r\n'
        + '--m1\r\nContent-Type: application/ics; name="invite.ics"\r\nContent-Disposition: attachment\r\n'
        + f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(event)}\r\n--m1--\r\n"
    ).encode()  # fmt: skip


def apple(said: Said) -> bytes:
    """Apple's Calendar through Mail: mixed with text and a calendar file in quoted-printable, EMAIL beside the
    address."""
    attendee = (
        f'ATTENDEE;CN="Abuse Desk";CUTYPE=INDIVIDUAL;EMAIL="{said.attendee}";PARTSTAT={said.partstat};'
        f"ROLE=REQ-PARTICIPANT:mailto:{said.attendee}"
    )
    event = _event(said, attendee, before="CALSCALE:GREGORIAN").replace("=", "=3D")
    return (
        _head(said, _subject(said), 'multipart/mixed; boundary="Apple-Mail-1"', "X-Mailer: Apple Mail (2.3774)")
        + f"\r\n--Apple-Mail-1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{said.words}\r\n"
        + f"--Apple-Mail-1\r\nContent-Type: text/calendar; charset=utf-8; method={said.method}; name=iCal.ics\r\n"
        + "Content-Disposition: attachment; filename=iCal.ics\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + event
        + "\r\n--Apple-Mail-1--\r\n"
    ).encode()


def icloud(said: Said) -> bytes:
    """iCloud's server for its user: from an address of Apple's, the person in Reply-To."""
    attendee = (
        f'ATTENDEE;CUTYPE=INDIVIDUAL;EMAIL="{said.attendee}";PARTSTAT={said.partstat};ROLE=REQ-PARTICIPANT:'
        f"mailto:{said.attendee}"
    )
    event = _event(said, attendee, "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", before="CALSCALE:GREGORIAN")
    return (
        _head(
            said, _subject(said, "Abuse Desk {word}: Reports"), 'multipart/mixed; boundary="ic"',
            f"Reply-To: Abuse Desk <{said.attendee}>",
        )
        + '\r\n--ic\r\nContent-Type: multipart/alternative; boundary="ia"\r\n\r\n'
        + f"--ia\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n{said.words}\r\n"
        + f"--ia\r\nContent-Type: text/calendar; charset=UTF-8; method={said.method}\r\n"
        + f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(event)}\r\n--ia--\r\n--ic--\r\n"
    ).encode()  # fmt: skip


def thunderbird(said: Said) -> bytes:
    """Thunderbird (calendar/itip/CalItipEmailTransport): mixed, with an alternative of text and calendar, and
    invite.ics."""
    attendee = f"ATTENDEE;CN=Abuse Desk;PARTSTAT={said.partstat};ROLE=REQ-PARTICIPANT:mailto:{said.attendee}"
    event = _event(said, attendee, f"X-MOZ-RECEIVED-SEQUENCE:{said.sequence}", f"X-MOZ-RECEIVED-DTSTAMP:{said.stamp}")
    return (
        _head(said, _subject(said, "Event Invitation Reply ({word}): Reports"), 'multipart/mixed; boundary="t"')
        + '\r\n--t\r\nContent-Type: multipart/alternative; boundary="u"\r\n\r\n'
        + f"--u\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{said.words}\r\n"
        + f"--u\r\nContent-Type: text/calendar; method={said.method}; charset=UTF-8\r\n"
        + f"Content-Transfer-Encoding: 8bit\r\n\r\n{event}\r\n--u--\r\n"
        + '--t\r\nContent-Type: application/ics; name="invite.ics"\r\n'
        + 'Content-Disposition: attachment; filename="invite.ics"\r\n'
        + f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(event)}\r\n--t--\r\n"
    ).encode()


def nextcloud(said: Said) -> bytes:
    """Nextcloud (IMipPlugin): text and HTML, the calendar as an attached file; sabre/dav's parameters; the person in
    Reply-To, since its server writes from an address of its own."""
    attendee = f"ATTENDEE;CN=Abuse Desk;PARTSTAT={said.partstat};SCHEDULE-STATUS=2.0:mailto:{said.attendee}"
    event = _event(said, attendee, "REQUEST-STATUS:2.0;Success", before="CALSCALE:GREGORIAN")
    html = f"<html><head><title>Re</title></head><body><p>{said.words}</p></body></html>"
    return (
        _head(
            said, _subject(said, "Re: Reports"), 'multipart/mixed; boundary="n"', f"Reply-To: <{said.attendee}>",
            "X-NC-IMip: reply",
        )
        + '\r\n--n\r\nContent-Type: multipart/alternative; boundary="na"\r\n\r\n'
        + f"--na\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{said.words}\r\n"
        + f"--na\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--na--\r\n"
        + f"--n\r\nContent-Type: text/calendar; method={said.method}; name=event.ics\r\n"
        + f"Content-Disposition: attachment; filename=event.ics\r\n\r\n{event}\r\n--n--\r\n"
    ).encode()  # fmt: skip


def bare(said: Said) -> bytes:
    """A mail that is nothing but the calendar."""
    event = _event(said, f"ATTENDEE;PARTSTAT={said.partstat}:mailto:{said.attendee}")
    return (_head(said, "Reply", f"text/calendar; charset=UTF-8; method={said.method}") + f"\r\n{event}").encode()


SHAPES = {f.__name__: f for f in (outlook, google, apple, icloud, thunderbird, nextcloud, bare)}


def in_words(sender: str, words: str, *, proved: bool = True, headers: str = "") -> bytes:
    """A mail that a person wrote."""
    said = Said("none@lap.example", sender=sender, proved=proved)
    return (_head(said, "About the call", "text/plain; charset=utf-8") + headers + f"\r\n{words}\r\n").encode()


def bounce(address: str, uid: str = "1@lap.example") -> bytes:
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
        Diagnostic-Code: smtp; 550 no such user here

        --b
        Content-Type: message/rfc822

        From: calls@lap.example
        To: {address}
        Subject: Invitation: Cases
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="i"

        --i
        Content-Type: text/plain

        What stood in it.
        --i
        Content-Type: text/calendar; method=REQUEST

        BEGIN:VCALENDAR
        UID:{uid}
        END:VCALENDAR
        --i--
        --b--
        """
    ).encode()
