"""What is hidden from somebody and what does not exist are one answer: in words and buttons, and in its time.

Everything that the house registers is asked twice, once for a thing of the world of the canaries that its reader may
not know, once for one that there is not; what was typed is masked, and the two answers have to be equal.
"""

import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.slack.front import NOT_FOUND_SECONDS
from handlers.slack.rooms import ROOMS
from storage.tables import CallRow, SegmentRow, columns
from tests.barrier.doors import Button
from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBSERVES, OTHER, THEIR_ORGS, UNKNOWN, Reader
from tests.barrier.story import STORY
from tests.barrier.walk import expanded, words_of
from tests.barrier.world import DRAFT, FEW, World, built

NO_DAY, NO_ID, NO_REFERENCE = "2027-03-10", "id-999999", "7ZZZZ9"
WHO_ASKS = (OTHER, NAMED, COMES, EXCLUDED, NEVER, OBSERVES, UNKNOWN)
DAYS = {FEW: "few", DRAFT: "draft"}
NEW = re.compile(
    r"(?<=`)[0-9A-Z]{6}(?=`)|(?<=\"value\": \")[0-9A-Z]{6}(?=\")|id-\d{6}|(?<=report )[0-9A-Z]{6}(?= withdraw)"
)
"""What an answer draws anew."""


@pytest.fixture(scope="module")
def told() -> Iterator[World]:
    """The world of the canaries at the end of its story, in which nobody searches any more."""
    with tempfile.TemporaryDirectory() as folder, built(Path(folder), THEIR_ORGS) as world:
        for step in STORY:
            step(world)
        yield world


@dataclass(frozen=True)
class Pair:
    """Something hidden from its reader, and one of its form that does not exist; *kind* is the word of the usages."""

    kind: str
    hidden: str
    absent: str


def pairs(w: World, who: Reader) -> list[Pair]:
    """References, days and ids of rows that *who* may not know."""
    found = []
    for name, reference in w.references.items():
        secret = w.secrets.by_name.get(name)
        if secret and not secret.may(who.person):
            found.append(Pair(secret.thing.kind.upper(), reference, NO_REFERENCE))
    calls, segments = columns(CallRow), columns(SegmentRow)
    with w.cast.desk.store.read() as tx:
        ids = {f"{row.start:%Y-%m-%d}": row.id for row in tx.execute(select(calls.id, calls.start))}
        parts = {row.call_id: row.id for row in tx.execute(select(segments.id, segments.call_id))}
    for day, name in DAYS.items():
        if not w.secrets.by_name[name].may(who.person):
            found.append(Pair("CALL", day, NO_DAY))
            found += [Pair("ID", ids[day], NO_ID), Pair("ID", parts[ids[day]], NO_ID)]
    return found


def lines_for(
    pair: Pair, words: Mapping[str, Sequence[str]], rng: random.Random, most: int
) -> Iterator[tuple[str, str]]:
    """The same line with the hidden word and with the absent one: behind each verb, and in the forms of its usage."""
    for verb, room in ROOMS.verbs.items():
        yield f"{verb} {pair.hidden}", f"{verb} {pair.absent}"
        for _ in range(most):
            seed = rng.random()
            hidden, absent = (
                expanded(room.usage, {**words, pair.kind: [word]}, random.Random(seed))
                for word in (pair.hidden, pair.absent)
            )
            if hidden != absent:
                yield hidden, absent


def masked(said: str, pair: Pair) -> str:
    for word in (pair.hidden, pair.absent):
        for form in (word, word.casefold(), word.upper().translate(str.maketrans("IOL", "101"))):
            said = said.replace(form, "…")
    return NEW.sub("_", said)


def answers(w: World, ask: Callable[[], object]) -> str:
    kept: list[str] = []
    w.take = lambda who, door, media_type, data, typed="": kept.append(_shape(data))  # type: ignore[method-assign]
    ask()
    return "\n".join(kept)


def _shape(data: bytes) -> str:
    """The answer as JSON writes it in one way, whatever was escaped."""
    return json.dumps(json.loads(data), ensure_ascii=False)


Asking = tuple[str, Callable[[], object], Callable[[], object]]


def askings(w: World, who: Reader, pair: Pair, rng: random.Random, most: int) -> Iterator[Asking]:
    """What is asked, how for the hidden thing, and how for the absent one: typed, pressed and sent in."""
    for hidden, absent in lines_for(pair, words_of(w), rng, most):
        yield hidden, partial(w.says, who, hidden), partial(w.says, who, absent)
    for action in ROOMS.presses:
        one, other = (partial(w.presses, who, Button(action, word)) for word in (pair.hidden, pair.absent))
        yield f"{action} {pair.hidden}", one, other
    for callback in ROOMS.views:
        form = json.loads(w.views.get(callback, '{"blocks": []}'))
        blocks = [b["block_id"] for b in form["blocks"] if b["type"] == "input"]
        values: dict[str, object] = {b: "2027-12-01" if b == "until" else "words" for b in blocks}
        one, other = (partial(w.submits, who, callback, values, word) for word in (pair.hidden, pair.absent))
        yield f"{callback} {pair.hidden}", one, other


@pytest.mark.parametrize("who", WHO_ASKS, ids=lambda r: r.person.name)
def test_a_hidden_thing_is_answered_as_one_that_is_not_there(
    told: World, who: Reader, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    rng = random.Random(who.person.name)
    asked, apart = 0, {}
    found = pairs(told, who)
    for pair in found if long else rng.sample(found, 3):
        for what, hidden, absent in askings(told, who, pair, rng, 6 if long else 1):
            one, other = (masked(answers(told, ask), pair) for ask in (hidden, absent))
            asked += 1
            if one != other:
                apart[what] = (one[:700], other[:700])
    print(f"\n{who.person.name}: {asked} pairs asked")
    assert apart == {}


# --- time ---

TRIES = 1_000
MOST_TOLD_APART = 0.55


def told_apart(one: Callable[[], object], other: Callable[[], object], tries: int) -> float:
    """How often the time of an answer tells which of two was asked: the best threshold on half of *tries*, used on the
    other half; the two are asked in turns, the order of each turn by chance."""
    rng = random.Random(1)
    times: list[tuple[float, bool]] = []
    for _ in range(tries // 2):
        for first in rng.sample((True, False), 2):
            began = time.perf_counter()
            (one if first else other)()
            times.append((time.perf_counter() - began, first))
    learnt, judged = times[::2], times[1::2]

    def right(threshold: float, above: bool, of: Sequence[tuple[float, bool]]) -> float:
        return statistics.mean(((seconds > threshold) is above) is first for seconds, first in of)

    guesses = [(seconds, above) for seconds, _ in learnt for above in (True, False)]
    threshold, above = max(guesses, key=lambda guess: right(guess[0], guess[1], learnt))
    return right(threshold, above, judged)


TIMED = (
    ("call {day}", OTHER),
    ("item {item} withdraw", OTHER),
    ("correct {line} other words", COMES),
    ("done {action}", COMES),
)


def test_nothing_is_found_at_a_multiple_of_so_many_seconds(told: World) -> None:
    waited: list[float] = []
    told.pause = waited.append
    answers(told, lambda: told.says(COMES, f"done {NO_REFERENCE}"))
    assert [0 < seconds <= NOT_FOUND_SECONDS for seconds in waited] == [True]


@pytest.mark.long
@pytest.mark.parametrize(("line", "who"), TIMED, ids=[line for line, _ in TIMED])
def test_the_time_of_an_answer_does_not_tell_a_hidden_thing_from_none(told: World, line: str, who: Reader) -> None:
    hidden = {
        "day": FEW,
        "item": told.references["a deferred case"],
        "line": told.references["a closed note"],
        "action": told.references["an Agency's action of a closed part"],
    }
    absent = {"day": NO_DAY, **dict.fromkeys(("item", "line", "action"), NO_REFERENCE)}
    told.pause = time.sleep
    answers(told, lambda: told.says(who, line.format(**hidden)))
    one, other = (partial(told.says, who, line.format(**words)) for words in (hidden, absent))
    share = told_apart(one, other, TRIES)
    print(f"\n{line}: told apart in {share:.1%} of {TRIES} tries")
    assert share <= MOST_TOLD_APART
