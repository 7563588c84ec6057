"""The front door: one way in for every verb."""

import pytest

from handlers.identity import Profile
from handlers.slack.front import MOST_MENTIONED, Front
from handlers.slack.rooms import ROOMS
from storage import directory
from tests.cast import Cast
from tests.lists import DAY, with_names
from tests.slack_front import TEAM, say, unmended


def test_what_could_not_be_read_comes_back_ready_to_mend(cast: Cast) -> None:
    answer = say(cast, cast.secretary, 'call add 2027-02-30 13:00 UTC for 60 "A call"').text
    assert answer.endswith('\nYou typed: `/lap call add 2027-02-30 13:00 UTC for 60 "A call"`')


def test_a_line_of_many_names_comes_back_where_one_of_them_is_not_found(cast: Cast) -> None:
    with_names(cast)
    line = f"admit harbour-bank meridian-nte polar-telecom to {DAY}/1"
    assert say(cast, cast.secretary, line).text.rpartition("\n")[2] == f"You typed: `/lap {line}`"
    assert "You typed" not in say(cast, cast.secretary, "call 2031-01-01").text  # the refusal repeats it


def test_a_text_with_a_label_is_not_repeated(cast: Cast) -> None:
    assert "Heron" not in say(cast, cast.actor("nz-dia"), 'propose nothing 10 "Heron" TLP:RED').text


def test_a_last_word_go_is_text_where_nothing_is_looked_at(cast: Cast) -> None:
    assert "Ready steady go" in say(cast, cast.actor("harbour-bank"), "propose warning 5 Ready steady go").text


def test_what_was_typed_comes_back_once_as_it_was_typed_without_what_turns_its_direction(cast: Cast) -> None:
    text = say(cast, cast.secretary, "contact add <mailto:a@b.example|a@b.example> \u202eJane").text
    assert (text.count("You typed"), "\u202e" in text, text.rpartition("\n")[2]) == (
        1,
        False,
        "You typed: `/lap contact add a@b.example Jane`",
    )


def test_a_command_pasted_with_its_slash_is_read_as_it_is(cast: Cast) -> None:
    assert say(cast, cast.secretary, "/lap  calls").text == say(cast, cast.secretary, "calls").text


@pytest.mark.parametrize("line", ["contact remove nobody@nowhere.example", "participant leave nowhere"])
def test_a_last_word_go_names_nobody_where_nothing_waits_for_it(cast: Cast, line: str) -> None:
    assert unmended(say(cast, cast.secretary, f"{line} go")) == unmended(say(cast, cast.secretary, line))


def test_a_last_word_go_is_no_name_to_take_off_a_list(cast: Cast) -> None:
    with_names(cast)
    assert "go" not in say(cast, cast.secretary, f"unadmit harbour-bank from {DAY} go").text.split()


def test_a_mention_names_a_contact_who_never_typed_before(cast: Cast) -> None:
    def profile(_team: str, user: str) -> Profile | None:
        return Profile("spam-enforcement@fr-cnil.example", True) if user == "U0FRANCE" else None

    say(cast, cast.secretary, "calls")
    body = {"team_id": TEAM, "user_id": cast.secretary.user, "text": "here <@U0FRANCE|cnil>", "trigger_id": "t1"}
    Front(cast.desk, ROOMS, profile).command(body)
    with cast.desk.store.read() as tx:
        known = directory.who_is(tx, TEAM, "U0FRANCE")
    assert known is not None
    assert known[1].short_name == "fr-cnil"


def test_slack_is_asked_once_for_whoever_is_named_in_a_line_however_often(cast: Cast) -> None:
    asked: list[str] = []

    def profile(_team: str, user: str) -> Profile | None:
        asked.append(user)
        return None

    with cast.desk.store.begin() as tx:
        directory.link_slack_user(tx, TEAM, "U0SEC", cast.secretary.contact.id, "roster", cast.clock(), confirmed=True)
    names = " ".join(f"<@U{n % 100:03}>" for n in range(500))
    body = {"team_id": TEAM, "user_id": "U0SEC", "text": f"here {names}", "trigger_id": "t1"}
    Front(cast.desk, ROOMS, profile).command(body)
    assert (len(asked), len(set(asked))) == (MOST_MENTIONED, MOST_MENTIONED)
