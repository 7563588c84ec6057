"""Readiness probes rarely what is well, and often what is not."""

from handlers.web.readiness import ILL_SECONDS, WELL_SECONDS, Remembered, all_of


def test_a_part_that_is_well_is_asked_again_after_half_a_minute_and_an_ill_one_after_a_second() -> None:
    now, asked, well = 0.0, 0, False

    def check() -> bool:
        nonlocal asked
        asked += 1
        return well

    remembered = Remembered(check, lambda: now)
    assert [remembered(), remembered(), asked] == [False, False, 1]
    now, well = ILL_SECONDS, True
    assert [remembered(), asked] == [True, 2]
    now, well = ILL_SECONDS + WELL_SECONDS - 0.1, False
    assert [remembered(), asked] == [True, 2]
    now += 0.2
    assert [remembered(), asked] == [False, 3]


def test_a_part_that_joins_later_is_asked_too() -> None:
    later: dict[str, object] = {}
    ask = all_of({"database": lambda: True}, later)  # type: ignore[arg-type]
    assert ask() == {"database": True}
    later["heartbeat"] = lambda: False
    assert ask() == {"database": True, "heartbeat": False}
