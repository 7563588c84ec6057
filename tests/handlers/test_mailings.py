"""The secretariat sees in `call` how far a mass mailing is: what left, who waits and why, who was given up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.mailings import MANY, SHOWN, Mailing, worth_telling
from handlers.announcing import announce_call
from handlers.calls import add_call, show_call
from handlers.delivery import deliver
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.slack.mailing_words import mailing_line
from storage.tables import Door
from tests.cast import Cast
from tests.lists import DAY, START
from tests.workspace.mail import MailDrop

NZ, FR = "spam-enforcement@nz-dia.example", "spam-enforcement@fr-cnil.example"
NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


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
    assert before == f"Mail of {begun}: to 0 of 35 it has left, 35 are to come."
    assert under_way.startswith(
        f"Mail of {begun}: to 33 of 35 it has left, 1 waits to be tried again, 1 was given up. "
    )
    assert f"({NZ}): “550 5.1.1 No such mailbox here”, given up" in under_way
    assert f"({FR}): “451 4.7.1 Greylisted, please try again later”, again " in under_way
    assert done.startswith(f"Mail of {begun}: to 34 of 35 it has left, 1 was given up. ")


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
