"""The forms that correct and take back reach their author's last line, whichever door it came through: a line of the
channel, a mention, or a verb."""

from typing import Any

import pytest

from bot.errors import Refusal
from bot.spoken import read_spoken
from handlers.correcting import correct_line
from handlers.lines_back import take_back_line
from storage import calls
from storage import said as rows
from tests.cast import Cast
from tests.handlers.test_spoken import CHANNEL, TEAM, heard, item, record, say, words
from tests.handlers.test_spoken import on as on
from tests.slack_front import front
from tests.slack_front import say as type_

EMPTY = (
    "Nothing was corrected, since nothing stands between the first two strokes. Write what is to be replaced by what, "
    "as in `s/Firday/Friday/`; to put words in, repeat the one before them: `s/Friday/Friday noon/`."
)


def typed(cast: Cast, *lines: str) -> list[str]:
    """What the secretary is answered to *lines* after ``/lap``, a second after one another."""
    said = []
    for line in lines:
        cast.clock.advance(seconds=1)
        said.append(type_(cast, cast.secretary, line).text)
    return said


def mentions(cast: Cast, text: str) -> None:
    """The secretary types *text* after the bot's name in the channel, now."""
    cast.clock.advance(seconds=1)
    event: dict[str, Any] = {
        "type": "app_mention", "channel": CHANNEL, "user": cast.secretary.user, "text": f"<@UBOT> {text}",
        "ts": f"{cast.clock().timestamp():.6f}",
    }  # fmt: skip
    front(cast).event({"team_id": TEAM, "event": event, "authorizations": [{"user_id": "UBOT"}]})


@pytest.mark.parametrize("verb", ["note", "decision", "#info", "#agreed"])
@pytest.mark.parametrize("door", ["channel", "mention", "verb"])
def test_a_correction_by_any_door_reaches_the_last_line_that_came_by_any_other(on: Cast, verb: str, door: str) -> None:
    typed(on, f"{verb} nz-dia: by Firday")
    if door == "verb":
        assert typed(on, "s/Firday/Friday/") == ["Corrected. It now says: TLP:AMBER by Friday"]
    elif door == "mention":
        mentions(on, "s/Firday/Friday/")
    else:
        assert heard(on, on.secretary, "s/Firday/Friday/", 30)
    assert words(on) == ["by Friday"]


def test_the_last_line_is_the_last_whatever_it_was_typed_as(on: Cast) -> None:
    say(on, on.secretary, "#info on Firday", 1)
    on.clock.advance(seconds=2)
    typed(on, "note by Firday", "s/Firday/Friday/")
    assert words(on) == ["on Firday", "by Friday"]
    typed(on, "#undo", "#undo", "s/Firday/Friday/")
    assert words(on) == ["on Friday"]


def test_an_action_of_the_verb_is_taken_back_by_the_word_and_then_the_line_before_it(on: Cast) -> None:
    said = typed(on, "note by Friday", "action nz-dia by +14d send the numbers", "#undo", "#undo")
    assert (said[2].startswith("Taken back: "), "send the numbers" in said[2]) == (True, True)
    assert (said[3], words(on)) == ("Taken back: TLP:AMBER by Friday", [])


def test_a_correction_reaches_past_what_was_taken_back_by_hand_until_that_is_undone(on: Cast) -> None:
    typed(on, "note on Firday", "note by Firday", "undo go", "s/Firday/Friday/")
    assert words(on) == ["on Friday"]
    typed(on, "note by Firday")
    line = type_(on, on.secretary, "minutes").text.rpartition("by Firday")[0].rsplit("`", 2)[-2]
    take_back_line(on.desk, on.secretary, line)
    assert typed(on, "s/Firday/Friday/")[0].startswith("The last line that you entered in this call does not hold that")
    typed(on, "undo go", "s/Firday/Friday/")
    assert words(on) == ["on Friday", "by Friday"]


def last_reference(cast: Cast, text: str) -> str:
    """The reference of the line with that *text*, as the minutes show it."""
    return type_(cast, cast.secretary, "minutes").text.rpartition(text)[0].rsplit("`", 2)[-2]


@pytest.mark.parametrize("after", [["s/Friday/Monday/"], ["s/call/talk/", "#undo"]], ids=["corrected", "and back"])
def test_what_was_said_of_a_line_goes_with_it_when_it_is_taken_back_by_hand(on: Cast, after: list[str]) -> None:
    typed(on, "note Friday meeting", "note Friday call", *after)
    take_back_line(on.desk, on.secretary, last_reference(on, "day call"))
    assert typed(on, "s/meeting/session/") == ["Corrected. It now says: TLP:AMBER Friday session"]
    typed(on, "#undo")
    assert words(on) == ["Friday meeting"]


def test_words_that_were_put_right_by_hand_are_corrected_by_hand(on: Cast) -> None:
    reference = str(say(on, on.secretary, "#info by Firday", 1).reference)
    on.clock.advance(seconds=2)
    correct_line(on.desk, on.secretary, reference, "by Firday noon")
    assert typed(on, "s/Firday/Friday/") == [
        "Your last line was put right since with `correct`, so it was left as it is. "
        f"`/lap correct {reference} TEXT` says what it is to say.\nYou typed: `/lap s/Firday/Friday/`"
    ]
    assert words(on) == ["by Firday noon"]


def test_a_note_takes_its_place_as_a_line_does_when_a_topic_comes_late(on: Cast) -> None:
    on.clock.advance(seconds=60)
    typed(on, "note said under the item")
    say(on, on.secretary, f"#topic {item(on)}", 30)
    assert record(on) == [("Reports", "said under the item", item(on))]


def test_what_is_entered_for_a_part_by_its_number_is_no_last_line_of_what_is_on(on: Cast) -> None:
    typed(on, "note by Firday", "note 2027-02-16/1 on Firday", "s/Firday/Friday/")
    assert sorted(words(on)) == ["by Friday", "on Firday"]


def test_of_a_note_that_is_red_no_words_are_kept_beside_the_record_either(on: Cast) -> None:
    typed(on, "note the source is known TLP:RED")
    with on.desk.store.read() as tx:
        kept = rows.of_call(tx, calls.running(tx)[0].call.id)
    assert (words(on), [s.text for s in kept]) == ([""], [""])
    assert typed(on, "s/source/origin/")[0].startswith("The last line that you entered in this call does not hold that")


@pytest.mark.parametrize("text", ["s///", "s//Friday/", "s||Friday|g"])
def test_a_correction_of_nothing_is_refused_in_words_that_help(on: Cast, text: str) -> None:
    typed(on, "note by Firday")
    assert typed(on, text) == [f"{EMPTY}\nYou typed: `/lap {text}`"]
    with pytest.raises(Refusal) as refused:
        say(on, on.secretary, text, 30)
    assert (refused.value.says, words(on)) == (EMPTY, ["by Firday"])


def test_half_a_correction_after_lap_is_answered_with_how_it_is_written(on: Cast) -> None:
    assert typed(on, "s/Firday/Friday")[0].startswith(
        "I could not read that. • `s/OLD/NEW/` Corrects the last line that"
    )
    assert [it for it in ("s/he said so", "s//", "s//x/") if read_spoken(it) is None] == ["s/he said so"]
