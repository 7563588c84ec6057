"""One person's copy through its whole life, as a real mail server got it: what each mail says, and the calendar's own
numbers (RFC 5545 3.8.7, RFC 5546 2.1.4 and 3.2)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import update

from bot.topics import AudienceKind
from handlers.announcing import cancel_call, move_call
from handlers.attendees import admit, unadmit
from handlers.circulation import approve_list, circulate
from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.own_links import reset_links
from handlers.segments import PartChange, add_segment, change_segment
from handlers.windows import window
from handlers.work import MAILED
from storage.tables import Door, SegmentRow, columns
from tests.cast import Cast
from tests.lists import DAY, START, with_approved, with_call, with_item
from tests.mailing import BANK
from tests.workspace.mail import MailDrop
from tests.workspace.mails import Mail

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Life:
    """A cast whose mail to Harbour Bank arrives at a real server."""

    cast: Cast
    drop: MailDrop

    def mails(self, **later: float) -> list[Mail]:
        """The invitations that arrive until *later*, in order."""
        self.cast.clock.advance(**later)
        before = len(self.drop.mails(BANK))
        deliver_all(self.cast.desk, KINDS)
        return [m for m in self.drop.mails(BANK)[before:] if m.calendar]

    def mail(self, **later: float) -> Mail:
        (one,) = self.mails(**later)
        return one


@pytest.fixture
def life(cast: Cast) -> Iterator[Life]:
    with MailDrop() as drop:
        smtp = Smtp(drop.url)
        door = MailDoor(smtp, cast.desk.settings, "London Action Plan")

        def to_the_bank(*given: object) -> None:  # thirty Agencies have nothing to do with this life
            if getattr(given[2], "email", "") == BANK:
                door(*given)  # type: ignore[arg-type]

        cast.desk = replace(cast.desk, send={Door.MAIL: to_the_bank})
        yield Life(cast, drop)
        smtp.close()


def event(mail: Mail) -> dict[str, str]:
    """What the entry in a mail says, by property, as it is written."""
    (found,) = Calendar.from_ical(mail.calendar or b"").walk("VEVENT")
    lines = (line.partition(":") for line in found.to_ical().decode().replace("\r\n ", "").splitlines())
    return {name.partition(";")[0]: value for name, _, value in lines}


def numbers(mail: Mail) -> tuple[str | None, int]:
    return mail.method, int(event(mail)["SEQUENCE"])


def rename(cast: Cast, title: str) -> None:
    """Gives the first part another title; all calendars are looked at anew when any part changes."""
    with cast.desk.store.begin() as tx:
        tx.execute(update(SegmentRow).where(columns(SegmentRow).position == 0).values(title=title))
    closed = 2 if title != "News" else 1
    change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(minutes=60 - closed))


def test_the_whole_life_of_one_copy(life: Life) -> None:
    cast = life.cast
    with_approved(cast, "harbour-bank")
    mails = [life.mail()]
    move_call(cast.desk, cast.secretary, DAY, START + HOUR)  # another time
    mails.append(life.mail(minutes=1))
    reset_links(cast.desk, cast.secretary, "harbour-bank")  # another link to join
    mails.append(life.mail(minutes=1))
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(minutes=20))  # a smaller window
    mails.append(life.mail(minutes=2))
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)  # withdrawn from one person
    mails.append(life.mail(minutes=2))
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)  # invited again
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    mails.append(life.mail())
    cancel_call(cast.desk, cast.secretary, DAY)  # the call is cancelled
    mails.append(life.mail())

    assert [numbers(m) for m in mails] == [
        ("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3), ("REQUEST", 4), ("CANCEL", 5),
    ]  # fmt: skip
    entries = [event(m) for m in mails]
    assert len({e["UID"] for e in entries}) == len({e["CREATED"] for e in entries}) == 1
    assert [e["LAST-MODIFIED"] for e in entries] == [e["DTSTAMP"] for e in entries]
    stamps = [e["DTSTAMP"] for e in entries]
    assert sorted(set(stamps)) == stamps
    assert [(e["DTSTART"][9:], e["DTEND"][9:]) for e in entries] == [
        ("130000Z", "133000Z"), ("140000Z", "143000Z"), ("140000Z", "143000Z"), *[("140000Z", "142000Z")] * 4
    ]  # fmt: skip
    assert [m.subject.partition(":")[0] for m in mails] == [
        "Invitation", "New time", "New link to join", "Now shorter", "Withdrawn", "Invitation", "Withdrawn",
    ]  # fmt: skip
    assert not [m for m in mails if b"RRULE" in (m.calendar or b"") or b"TZID" in (m.calendar or b"")]


def test_the_mails_of_one_copy_stand_together_for_its_person(life: Life) -> None:
    cast = life.cast
    with_approved(cast, "harbour-bank")
    mails = [life.mail()]
    for hours in (1, 2):
        move_call(cast.desk, cast.secretary, DAY, START + hours * HOUR)
        mails.append(life.mail(minutes=1))
    first, second, third = (str(m.message["Message-ID"]) for m in mails)
    assert [(m.message["In-Reply-To"], m.message["References"]) for m in mails] == [
        (None, None), (first, first), (second, f"{first} {second}")
    ]  # fmt: skip
    assert len({first, second, third}) == 3


def test_changes_within_a_minute_are_one_mail_that_says_what_was_and_what_is(life: Life) -> None:
    cast = life.cast
    with_approved(cast, "harbour-bank")
    life.mail()
    move_call(cast.desk, cast.secretary, DAY, START + HOUR)
    assert life.mails(seconds=20) == []
    rename(cast, "Quarterly reports")
    reset_links(cast.desk, cast.secretary, "harbour-bank")
    assert life.mails(seconds=39) == []
    (mail,) = life.mails(seconds=1)
    assert numbers(mail) == ("REQUEST", 1)
    span = "Tue 16 Feb 2027, {} Europe/London ({} UTC)"
    assert mail.subject == f"New time, title and link to join: Quarterly reports, {span.format('14:00', '14:00')}"
    for words in (
        "Your part of Quarterly reports now has other times. Your calendar entry changes with this mail; please answer "
        "again.",
        "Your link to join is a new one. Please use it from now on, not the one that you were sent before.",
        f"When: {span.format('14:00-14:30', '14:00-14:30')}",
        f"Before: {span.format('13:00-13:30', '13:00-13:30')}",
        "Title: Quarterly reports",
        "Title before: Reports",
    ):
        assert words in mail.text
    assert life.mails(minutes=10) == []


def test_a_change_of_the_title_alone_keeps_sequence_and_answer_with_a_later_stamp(life: Life) -> None:
    with_approved(life.cast, "harbour-bank")
    first = life.mail()
    rename(life.cast, "News")
    second = life.mail(minutes=1)
    assert (numbers(second), event(second)["SUMMARY"]) == (("REQUEST", 0), "News")
    assert event(second)["DTSTAMP"] > event(first)["DTSTAMP"]
    assert second.subject.startswith("New title: News, ")
    assert "Reports is now called News." in second.text


@pytest.mark.parametrize("whole", [False, True], ids=["the name alone", "the whole call"])
def test_a_guest_whose_invitation_is_withdrawn_reads_the_same_whatever_the_cause(life: Life, whole: bool) -> None:
    cast = life.cast
    with_approved(cast, "harbour-bank")
    life.mail()
    if whole:
        cancel_call(cast.desk, cast.secretary, DAY, "the host is away")
    else:
        unadmit(cast.desk, cast.secretary, ("harbour-bank",), DAY)
    mail = life.mail(minutes=3)
    assert mail.method == "CANCEL"
    assert mail.subject == "Withdrawn: your invitation for Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)"
    assert "Your invitation for Tue 16 Feb 2027 has been withdrawn." in mail.text
    assert "away" not in mail.text


def test_a_change_taken_back_within_the_window_sends_nothing(life: Life) -> None:
    cast = life.cast
    with_approved(cast, "harbour-bank")
    life.mail()
    move_call(cast.desk, cast.secretary, DAY, START + HOUR)
    cast.clock.advance(seconds=50)
    move_call(cast.desk, cast.secretary, DAY, START)
    assert life.mails(hours=1) == []


def test_only_whose_copy_changed_gets_mail(cast: Cast) -> None:
    with_approved(cast, "harbour-bank", "meridian-net")
    told: list[str] = []

    def door(*given: object) -> None:
        if getattr(given[1], "kind", "") != MAILED:  # word that the mailing before has ended
            told.append(getattr(given[2], "email", ""))

    cast.desk = replace(cast.desk, send={Door.MAIL: door})
    deliver_all(cast.desk, KINDS)
    told.clear()
    window_before = add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Trends")
    cast.clock.advance(minutes=5)
    deliver_all(cast.desk, KINDS)
    assert (window_before.mails, told) == (0, [])


def test_a_narrowing_waits_for_no_other_change_and_brings_it_along(life: Life) -> None:
    cast = life.cast
    with_approved(cast, "harbour-bank")
    life.mail()
    cast.clock.at = START - timedelta(minutes=14)  # so near to its part that who loses some of it is told at once
    rename(cast, "News")
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(minutes=20))
    mail = life.mail()
    assert mail.subject.startswith("Now shorter, new title: News, ")


def test_an_agencys_narrowing_leaves_at_once_and_what_waited_leaves_with_it(cast: Cast) -> None:
    with_call(cast)
    kept: list[Mail | object] = []
    entries = lambda *given: kept.append(given[0]) if given[1].kind != MAILED else None  # noqa: E731
    cast.desk = replace(cast.desk, send={Door.MAIL: entries})
    deliver_all(cast.desk, KINDS)
    kept.clear()
    move_call(cast.desk, cast.secretary, DAY, START + HOUR)
    cast.clock.advance(seconds=5)
    deliver_all(cast.desk, KINDS)
    assert kept == []
    cancel_call(cast.desk, cast.secretary, DAY)
    deliver_all(cast.desk, KINDS)
    said = {getattr(notice, "subject", "").partition(":")[0] for notice in kept}
    assert said == {"Cancelled"}
    kept.clear()
    cast.clock.advance(minutes=2)
    deliver_all(cast.desk, KINDS)
    assert kept == []


def test_a_second_part_is_a_second_entry_and_the_first_stays(life: Life) -> None:
    cast = life.cast
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Middle")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 10, "Trends")
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY, ["1", "3"])
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    first = life.mail()
    window(cast.desk, cast.secretary, "harbour-bank", DAY, ["1", "3"])
    second = life.mails(minutes=1)
    new = next(m for m in second if event(m)["UID"] != event(first)["UID"])
    assert (numbers(new), new.subject.partition(":")[0]) == (("REQUEST", 0), "Invitation")
    assert (new.message["In-Reply-To"], new.message["References"]) == (None, None)
    window(cast.desk, cast.secretary, "harbour-bank", DAY, ["1"])
    gone = life.mails(minutes=2)
    assert [(numbers(m), event(m)["UID"]) for m in gone if m.method == "CANCEL"] == [(("CANCEL", 1), event(new)["UID"])]


def test_each_of_two_entries_lists_the_items_of_its_own_part(life: Life) -> None:
    cast = life.cast
    call_id = with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Middle")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 10, "Trends")
    titles = {0: "Phishing of banks", 2: "New gateways"}
    for part, title in titles.items():
        with_item(cast, call_id, "harbour-bank", title, part)
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY, ["1", "3"])
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    window(cast.desk, cast.secretary, "harbour-bank", DAY, ["1", "3"])
    mails = life.mails(minutes=1)
    assert [[title for title in titles.values() if title in mail.text] for mail in mails] == [
        [t] for t in titles.values()
    ]


def test_two_changes_in_one_second_have_two_stamps(life: Life) -> None:
    cast = life.cast
    with_approved(cast, "harbour-bank")
    stamps = [event(life.mail())["DTSTAMP"]]
    for hours in (1, 2):
        at: datetime = cast.clock.at
        move_call(cast.desk, cast.secretary, DAY, START + hours * HOUR)
        mail = life.mail(minutes=1)
        stamps.append(event(mail)["DTSTAMP"])
        cast.clock.at = at  # the clock is set back
    assert sorted(set(stamps)) == stamps
