"""The front door: one way in for every verb."""

from tests.cast import Cast
from tests.slack_front import say


def test_what_could_not_be_read_comes_back_ready_to_mend(cast: Cast) -> None:
    answer = say(cast, cast.secretary, 'call add 2027-02-30 13:00 UTC for 60 "A call"').text
    assert answer.endswith('\nYou typed: `/lap call add 2027-02-30 13:00 UTC for 60 "A call"`')


def test_a_text_with_a_label_is_not_repeated(cast: Cast) -> None:
    assert "Heron" not in say(cast, cast.actor("nz-dia"), 'propose nothing 10 "Heron" TLP:RED').text


def test_a_last_word_go_is_text_where_nothing_is_looked_at(cast: Cast) -> None:
    assert "Ready steady go" in say(cast, cast.actor("harbour-bank"), "propose warning 5 Ready steady go").text
