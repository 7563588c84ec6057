"""Proves that each act of one secretariat is shown to the other, once a day, and to nobody else."""

import pytest

from handlers.desk import the_clock
from handlers.seats import tell_acts
from tests.cast import Cast
from tests.lists import DAY, Sent, leave, with_call, with_names
from tests.slack_front import say

GB, US = "secretariat@gb-oft.example", "secretariat@us-ftc.example"


def told(cast: Cast) -> list[Sent]:
    tell_acts(cast.desk, the_clock())
    return [s for s in leave(cast) if s.kind == "secretariat.acts"]


def test_what_one_secretariat_did_the_other_reads_the_next_day_and_nobody_else(cast: Cast) -> None:
    assert told(cast) == []
    with_names(cast)
    say(cast, cast.secretary, "timezone Europe/Berlin")
    say(cast, cast.actor("fr-cnil"), f'propose {DAY} cases "Robocalls"')
    cast.clock.advance(days=1)
    (sent,) = told(cast)
    opening, *lines = sent.notice.paragraphs
    assert (sent.email, opening) == (
        GB,
        "Secretariat, us-ftc entered this from Mon 4 Jan 2027, 09:00 Europe/London (09:00 UTC) to "
        "Tue 5 Jan 2027, 09:00 Europe/London (09:00 UTC):",
    )
    assert [line.partition(": ")[0] for line in lines] == [
        "• drafted a call", "• added a part to a call", "• announced a call", "• admitted somebody",
    ]  # fmt: skip
    assert lines[0] == f"• drafted a call: {DAY}"


@pytest.mark.parametrize("gives_it_up", [
    f'contact replace {GB} by new@gb-oft.example "New"', f"contact remove {GB}", f"contact add {GB} as point",
])  # fmt: skip
def test_who_gives_up_the_seat_the_same_day_is_told_of_all_the_same(cast: Cast, gives_it_up: str) -> None:
    """Else one could enter anything, and hand the role on before the other reads."""
    told(cast)
    gb = cast.by_email(GB)
    say(cast, gb, 'contact add second@gb-oft.example "Second" as point')
    say(cast, gb, 'call add 2027-03-15 13:00 UTC for 60 "Case updates"')
    say(cast, gb, gives_it_up)
    cast.clock.advance(days=1)
    (sent,) = [s for s in told(cast) if s.email == US]
    assert "• drafted a call: 2027-03-15" in sent.notice.paragraphs


def test_an_agencys_own_acts_are_told_to_no_secretariat(cast: Cast) -> None:
    told(cast)
    with_call(cast)
    say(cast, cast.actor("fr-cnil"), f'propose {DAY} cases "Robocalls"')
    cast.clock.advance(days=1)
    (sent,) = told(cast)
    assert (sent.email, any("propose" in line for line in sent.notice.paragraphs)) == (GB, False)


def test_each_reads_the_others_acts_and_a_day_without_any_says_nothing(cast: Cast) -> None:
    told(cast)
    with_names(cast)
    say(cast, cast.by_email(GB), f"circulate {DAY} go")
    cast.clock.advance(days=1)
    assert sorted(s.email for s in told(cast)) == [GB, US]
    assert told(cast) == []
    cast.clock.advance(days=1)
    assert told(cast) == []
