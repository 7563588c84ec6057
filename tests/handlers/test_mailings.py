"""The secretariat sees in `call` how far a mass mailing is: what left, who waits and why, who was given up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.mailings import MANY, MASS, SHOWN, Mailing, masses, worth_telling
from bot.participants import Role
from bot.topics import AudienceKind
from handlers.announcing import announce_call
from handlers.attendees import admit
from handlers.calls import add_call, show_call
from handlers.circulation import circulate
from handlers.delivery import deliver
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.segments import add_segment
from handlers.slack.mailing_words import ABOUT, mailing_line
from storage.tables import ContactRow, Door, columns
from tests.cast import Cast
from tests.held import sent
from tests.lists import DAY, START, leave, with_names
from tests.workspace.mail import MailDrop

NZ, FR = "spam-enforcement@nz-dia.example", "spam-enforcement@fr-cnil.example"
SECRETARY = "secretariat@us-ftc.example"
NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
CALL = "Case updates, Tue 16 Feb 2027, 08:00 America/New_York (13:00 UTC)"
WHAT = f"invitation to {CALL}"


def line(cast: Cast) -> str:
    prepared = show_call(cast.desk, cast.secretary, DAY).prepared
    assert prepared is not None
    return mailing_line(prepared.mailing, cast.secretary.zone) if prepared.mailing else ""


def test_a_mailing_is_told_in_one_line_while_it_is_under_way_and_when_it_is_done(cast: Cast) -> None:
    add_call(cast.desk, cast.secretary, START, 90, "Case updates")
    with MailDrop() as drop:
        smtp = Smtp(drop.url, timeout=3.0)
        object.__setattr__(cast.desk, "send", {Door.MAIL: MailDoor(smtp, cast.desk.settings, "London Action Plan")})
        drop.refuse(NZ)
        drop.greylist(FR, times=2)
        announce_call(cast.desk, cast.secretary, DAY)
        begun = "Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC)"
        before = line(cast)
        cast.clock.advance(seconds=1)
        while deliver(cast.desk, KINDS).any:
            pass
        under_way = line(cast)
        drop.accept(FR)
        cast.clock.advance(minutes=5)
        while deliver(cast.desk, KINDS).any:
            pass
        done = line(cast)
        smtp.close()
    assert before == (
        f"Last mail to many (new or changed invitations), of {begun}: it has left for 0 of 35 people, 35 are to come."
    )
    assert under_way.startswith(
        f"Last mail to many (new or changed invitations), of {begun}: it "
        f"has left for 33 of 35 people, 1 waits to be tried again, 1 was given up. "
    )
    assert f"({NZ}): “550 5.1.1 No such mailbox here”, given up" in under_way
    assert f"({FR}): “451 4.7.1 Greylisted, please try again later”, again " in under_way
    assert done.startswith(
        f"Last mail to many (new or changed invitations), of {begun}: it has left for 34 of 35 people, 1 was given up. "
    )


def test_what_waits_for_a_digest_on_purpose_is_said_with_its_time(cast: Cast) -> None:
    with_names(cast, "harbour-bank")
    circulate(cast.desk, cast.secretary, DAY, None)
    leave(cast)
    cast.clock.advance(hours=1)
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked("harbour-bank"))
    assert line(cast) == (
        "Last mail to many (a changed list of attendees), of Mon 4 Jan 2027, 05:00 America/New_York (10:00 UTC): it "
        "has left for 0 of 35 people, 35 are to come from Tue 5 Jan 2027, 02:00 America/New_York (07:00 UTC) on."
    )


def test_the_line_says_which_mail_it_counts(cast: Cast) -> None:
    sent(cast)
    assert line(cast).startswith("Last mail to many (draft minutes), of ")
    assert set(ABOUT) <= set(KINDS.compose)
    zone = cast.secretary.zone
    assert "(new or changed invitations and a changed list of attendees)" in mailing_line(
        Mailing(NOW, left=9, kinds=frozenset(["list_change", "invitation"])), zone
    )
    assert "(about the call)" in mailing_line(Mailing(NOW, left=9, kinds=frozenset(["item.news"])), zone)


def announced(cast: Cast, drop: MailDrop) -> None:
    """A call is announced to 35 people through the mail server *drop*."""
    add_call(cast.desk, cast.secretary, START, 90, "Case updates")
    door = MailDoor(Smtp(drop.url, timeout=3.0), cast.desk.settings, "London Action Plan")
    object.__setattr__(cast.desk, "send", {Door.MAIL: door})
    announce_call(cast.desk, cast.secretary, DAY)


def rounds(cast: Cast, minutes: int = 0) -> None:
    cast.clock.advance(minutes=minutes)
    while deliver(cast.desk, KINDS).any:
        pass


def ends(drop: MailDrop) -> list[str]:
    """The subjects of what was told of the end of a mailing."""
    return [m.subject for m in drop.mails(SECRETARY) if "people have been written to" in m.subject]


def test_who_wrote_to_many_is_told_once_when_all_has_left_or_was_refused(cast: Cast) -> None:
    with MailDrop() as drop:
        drop.refuse(NZ)
        drop.greylist(FR, times=3)
        announced(cast, drop)
        for minutes in (0, 1, 2):
            rounds(cast, minutes)
        before = ends(drop)
        for minutes in (10, 10, 60):
            rounds(cast, minutes)
        told = [m for m in drop.mails(SECRETARY) if m.subject in ends(drop)]
    assert (before, [m.subject for m in told]) == ([], [f"34 of 35 people have been written to, 1 was refused: {WHAT}"])
    assert "It began to leave on Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC). No more" in told[0].text
    assert f"({NZ}): 550 5.1.1 No such mailbox here" in told[0].text
    assert "/lap contact replace OLD by NEW" in told[0].text


def test_where_nobody_was_refused_that_is_said_and_no_more(cast: Cast) -> None:
    with MailDrop() as drop:
        announced(cast, drop)
        rounds(cast)
        rounds(cast, 1)
        (told,) = [m for m in drop.mails(SECRETARY) if m.subject in ends(drop)]
    assert (told.subject, "replace OLD" in told.text) == (f"All 35 people have been written to: {WHAT}", False)


def test_two_mailings_about_one_call_are_told_apart_by_their_subjects(cast: Cast) -> None:
    with MailDrop() as drop:
        announced(cast, drop)
        rounds(cast, 1)
        add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 30, "Reports")
        admit(cast.desk, cast.secretary, ("harbour-bank",), DAY)
        circulate(cast.desk, cast.secretary, DAY, None)
        rounds(cast)
        rounds(cast, 1)
        told = ends(drop)
    assert f"All 35 people have been written to: {WHAT}" in told
    assert f"All 35 people have been written to: proposed attendees of {CALL}" in told
    assert len(told) == len(set(told))


def test_who_is_of_the_secretariat_no_longer_is_not_told(cast: Cast) -> None:
    with MailDrop() as drop:
        announced(cast, drop)
        rounds(cast)
        k = columns(ContactRow)
        with cast.desk.store.begin() as tx:
            tx.execute(update(ContactRow).where(k.email == SECRETARY).values(roles=Role.POINT_OF_CONTACT))
        rounds(cast, 1)
        assert ends(drop) == []


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40).map(str)), max_size=80))
def test_only_what_goes_to_many_people_about_one_call_is_a_mass_mailing(told: list[tuple[str, str]]) -> None:
    people = {call: {p for c, p in told if c == call} for call in "ab"}
    assert set(masses(told)) == {call for call, them in people.items() if len(them) >= MASS}


def test_nobody_but_the_secretariat_reads_it(cast: Cast) -> None:
    add_call(cast.desk, cast.secretary, START, 90, "Case updates")
    announce_call(cast.desk, cast.secretary, DAY)
    prepared = show_call(cast.desk, cast.actor("fr-cnil"), DAY).prepared
    assert prepared is not None
    assert prepared.mailing is None


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 48))
def test_what_has_not_left_is_told_however_old_and_what_has_for_a_day(left: int, ahead: int, hours: int) -> None:
    it = Mailing(NOW - timedelta(hours=hours), left=left, ahead=ahead)
    told = worth_telling([it], NOW) is not None
    assert told == (left + ahead >= MANY and (ahead > 0 or timedelta(hours=hours) < SHOWN))
