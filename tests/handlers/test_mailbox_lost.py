"""A mailbox that cannot be read is told to the secretariat, once, where that lasts; nobody else hears of it."""

from datetime import timedelta

from handlers.mailbox_lost import LONG, UNREAD, find_mailbox, miss_mailbox
from tests.cast import Cast
from tests.lists import Sent, leave
from tests.statements import heard

MAILBOX = "calls@mx.example:993/INBOX"


def told(cast: Cast, **later: float) -> list[Sent]:
    """What is told of it by then."""
    cast.clock.advance(**later)
    return [s for s in leave(cast) if s.kind == UNREAD]


def test_a_mailbox_that_is_out_of_reach_for_an_hour_is_told_once_by_each_door(cast: Cast) -> None:
    miss_mailbox(cast.desk, MAILBOX)
    soon = told(cast, minutes=50)
    for _ in range(3):
        miss_mailbox(cast.desk, MAILBOX)
    later = told(cast, minutes=10) + told(cast, hours=5)
    seats = ("secretariat@gb-oft.example", "secretariat@us-ftc.example")
    assert (soon, sorted((s.door, s.email) for s in later)) == (
        [], [("mail", seats[0]), ("mail", seats[1]), ("slack", seats[0]), ("slack", seats[1])],
    )  # fmt: skip
    assert next(s for s in later if s.email == seats[1]).notice.paragraphs[0] == (
        "The mailbox that answers come to has been out of reach since Mon 4 Jan 2027, 04:00 America/New_York "
        "(09:00 UTC): its server does not answer, or refuses."
    )


def test_one_that_is_back_within_the_hour_is_not_told_and_missed_anew_it_counts_anew(cast: Cast) -> None:
    miss_mailbox(cast.desk, MAILBOX)
    cast.clock.advance(minutes=30)
    find_mailbox(cast.desk, MAILBOX)
    miss_mailbox(cast.desk, MAILBOX)
    assert told(cast, minutes=40) == []
    assert "09:30 UTC" in told(cast, minutes=20)[0].text


def test_one_that_was_never_missed_is_found_in_silence(cast: Cast) -> None:
    find_mailbox(cast.desk, MAILBOX)
    assert told(cast, minutes=LONG / timedelta(minutes=1)) == []


def test_as_long_as_nothing_changes_a_look_is_all_that_it_takes(cast: Cast) -> None:
    find_mailbox(cast.desk, MAILBOX)
    miss_mailbox(cast.desk, MAILBOX)
    with heard(cast.desk.store) as asked:
        miss_mailbox(cast.desk, MAILBOX)
    assert len(asked) == 1
