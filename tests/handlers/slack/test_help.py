"""Help: cut to the role, grouped, short enough for one message."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spoken import ACCEPTED
from handlers.identity import nobody
from handlers.slack.asked import Verb
from handlers.slack.help import GROUPS, NOT_FOR, everything
from handlers.slack.reply import MOST_TEXT, Reply, escape
from handlers.slack.rooms import ROOMS
from tests.cast import Cast
from tests.slack_front import say


def done(_: object) -> Reply:
    return Reply("")


PEOPLE = ["us-ftc", "gb-ico", "harbour-bank", "oecd"]


@pytest.mark.parametrize("short", [*PEOPLE, "secretariat"])
def test_help_stays_under_the_length_of_a_message(cast: Cast, short: str) -> None:
    actor = cast.secretary if short == "secretariat" else cast.actor(short)
    assert len(say(cast, actor, "help").text) <= MOST_TEXT


def test_help_shows_the_secretariat_every_verb(cast: Cast) -> None:
    shown = say(cast, cast.secretary, "help").text
    assert [word for word in (*ROOMS.verbs, *ROOMS.open_verbs) if word and f"`{word}" not in shown] == []


def test_words_shows_every_form_of_the_table(cast: Cast) -> None:
    shown = "\n".join(say(cast, cast.secretary, f"words page {n}").text for n in (1, 2))
    assert [a.usage for a in ACCEPTED if f"• `{escape(a.usage)}` {escape(a.says)}" not in shown] == []


@pytest.mark.parametrize("short", ["harbour-bank", "oecd"])
def test_help_shows_guests_none_of_the_verbs_of_others(cast: Cast, short: str) -> None:
    shown = say(cast, cast.actor(short), "help").text
    letter = "P" if short == "harbour-bank" else "O"
    theirs = [word for word, verb in ROOMS.verbs.items() if word and letter not in verb.roles]
    assert [word for word in theirs if f"• `{word}`" in shown or f"• `{word} " in shown] == []


@pytest.mark.parametrize("short", ["gb-ico", "harbour-bank", "oecd"])
def test_help_shows_nobody_else_a_form_of_the_secretariat(cast: Cast, short: str) -> None:
    actor = cast.actor(short)
    shown = say(cast, actor, "help").text + "".join(say(cast, actor, f"help {w}").text for w in ("item", "agenda"))
    forms = ("agenda build", "minutes send", "minutes adopt", "accept|", "for ORG", "for AGENCY", "@USER", "call add")
    assert [form for form in forms if form in shown] == []


def test_the_secretariat_reads_that_a_call_can_be_added_moved_and_cancelled(cast: Cast) -> None:
    assert ("`call add|move|cancel`" in say(cast, cast.secretary, "help").text) or (
        "call cancel" in say(cast, cast.secretary, "help").text
    )


def test_a_verb_stands_under_one_title() -> None:
    named = [word for _, words in GROUPS for word in words]
    assert sorted(set(named)) == sorted(named)


def test_a_verb_that_no_title_names_comes_last_under_its_own() -> None:
    table = {word: Verb(done, "SAPO", word, "Says so.") for word in ("zebra", "calls")}
    text = everything(table, nobody("U1", None), "calls@lap.example")
    assert text.index("*Calls*") < text.index("*More*") < text.index("`zebra`")


def test_help_with_a_verb_gives_its_form_and_a_sentence(cast: Cast) -> None:
    assert say(cast, cast.actor("gb-ico"), "help timezone").text == (
        "`/lap timezone ZONE`\nShows your times in the zone of that city, in mails too."
    )


@pytest.mark.parametrize("short", ["harbour-bank", "oecd"])
def test_help_says_to_nobody_what_is_for_others_alone(cast: Cast, short: str) -> None:
    guest = cast.actor(short)
    assert say(cast, guest, "help regrets").text == (
        "`/lap regrets [CALL]`\nAnswers your invitation to the next call, or to the one named."
    )
    assert say(cast, guest, "help minutes").text == (
        "`/lap minutes [CALL] | minutes LINE`\nShows the minutes that you may read; of one line what became of it."
    )
    assert "`from`" in say(cast, cast.actor("gb-ico"), "help regrets").text
    assert "progress" in say(cast, cast.secretary, "help actions").text


def test_what_help_leaves_out_for_a_role_stands_in_the_sentence_of_the_verb() -> None:
    assert [which for which, part in NOT_FOR.items() if part not in ROOMS.verbs[which[0]].says] == []


def test_help_with_a_verb_of_others_says_whose_it_is(cast: Cast) -> None:
    assert say(cast, cast.actor("harbour-bank"), "help channel").text == (
        "`/lap channel here|off`\nMakes the private channel that you type it in the Agencies' one, or ends that. It is "
        "for the secretariat."
    )


def test_help_says_that_only_who_runs_the_call_does_so_of_the_verbs_that_run_it(cast: Cast) -> None:
    shown = {w: say(cast, cast.actor("gb-ico"), f"help {w}").text for w in ("ack", "gate", "present+", "attendees")}
    assert {word: text.partition("\n")[2] for word, text in shown.items()} == {
        "ack": "Gives the floor to the first who waits, or to WHO. Who does not run the call takes it, as `ack me` "
        "does.",
        "gate": "Shuts the door before the next part, and lists who must go and who may come. Only the secretariat and "
        "the call's scribe do so.",
        "present+": "Records that your organisation is there. For any Agency, about itself; about others for who runs "
        "the call.",
        "attendees": "Who is on a call's list, and how far that is.",
    }


def test_help_knows_each_form_as_it_lists_it(cast: Cast) -> None:
    agency = cast.actor("gb-ico")
    listed = re.findall(r"^• `(\S+?)[ `]", say(cast, agency, "help").text, re.MULTILINE)
    assert "s/OLD/NEW/" in listed
    assert [w for w in listed if say(cast, agency, f"help {w}").text.startswith("There is no")] == []


def test_help_with_an_unknown_verb_offers_the_nearest(cast: Cast) -> None:
    assert say(cast, cast.actor("gb-ico"), "help timezones").text == (
        "There is no `timezones`. Did you mean `timezone`? `/lap help` shows what there is."
    )


VERBS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=10),
    st.builds(Verb, st.just(done), st.just("SAPO"), st.text("x", max_size=120), st.text("y", max_size=200)),
    max_size=60,
)


@given(VERBS)
def test_however_many_verbs_there_are_help_names_each_and_fits(verbs: dict[str, Verb]) -> None:
    table = {word: replace(verb, usage=f"{word} {verb.usage}") for word, verb in verbs.items()}
    text = everything(table, nobody("U1", None), "calls@lap.example")
    assert len(text) <= MOST_TEXT
    assert [word for word in table if f"`{word}" not in text] == []
