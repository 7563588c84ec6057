"""Two worlds with one script and one clock give whoever may not know the difference the same bytes at every door.

Content: the closed thing says something else. Existence: it is there, or is not; an objection is compared with a name
that the secretariat takes off the same part at the same moment. Where two worlds differ in what they are *for* (a step
of the secretariat's does something in one only), they are no pair.
"""

import functools
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.participants import ParticipantKind
from handlers.formats import FORMATS
from tests.barrier import model
from tests.barrier.at_work import ASKED_AT_WORK, AT_WORK, LIVED, LONG_ALONE
from tests.barrier.begun import APPROVED, BASES, DAY, EARLIER, GUESTS, OTHERS, SMALL, Closed
from tests.barrier.kept import KEPT, KEPT_BASES, KEPT_LONG
from tests.barrier.led import LED, LED_BASES
from tests.barrier.people import (
    COMES,
    EXCLUDED,
    NAMED,
    NEVER,
    OBJECTOR,
    OBSERVES,
    OTHER,
    PROPOSER,
    PROXY,
    UNKNOWN,
    Reader,
)
from tests.barrier.ruled import RED, RULED, RULED_BASES, RULED_LONG
from tests.barrier.steps import GoOn
from tests.barrier.twins import Step, Twin, drawn, numbered, reads, small_world, start_of, wait
from tests.cast import read_roster

SHORT = "Alpha"
LONGER = "Omega is longer; with & and <é>"
AT_ONCE = (*AT_WORK, *KEPT, *RULED, *LED, RED)
"""What is asked about as it was brought about, in the short form: what goes on afterwards stands in its own steps."""

EXISTENCE = (
    *AT_ONCE[:-1],
    Closed("a closed part", (Step(f'segment add {DAY} agencies 10 "{{words}}"'),), GUESTS),
    Closed(
        "a closed part before theirs",
        (
            Step(f'segment add {DAY} agencies 10 "{{words}}"'),
            Step(f"segment {DAY}/4 up"),
            Step(f"segment {DAY}/3 up"),
        ),
        GUESTS,
        base="late",
        then=APPROVED[3:],
    ),
    Closed("a part for two", (Step(f'segment add {DAY} agencies 10 "{{words}}" only fr-cnil us-fcc go'),), GUESTS),
    Closed(
        "a closed item in a joint part",
        (Step(f'propose {DAY} cases 5 "{{words}}" closed', PROPOSER), Step(f"item {{ref}} to {DAY}/Reports")),
        GUESTS,
    ),
    Closed(
        "a closed item that is on in a joint part",
        (
            Step(f'propose {DAY} cases 5 "{{words}}" closed', PROPOSER),
            Step(f"item {{ref}} to {DAY}/Reports"),
            Step(f"start {DAY} now"),
            Step("next"),
        ),
        GUESTS,
        (Step(f"start {DAY} now"),),
        seen=Step(f"call {DAY}", OTHER),
    ),
    Closed("a proposal", (Step(f'propose {DAY} cases 5 "{{words}}"', PROPOSER),), OTHERS),
    Closed("a proposal in the pool", (Step('propose reports 5 "{words}"', EXCLUDED),), (OTHER, COMES, OBSERVES, NEVER)),
    Closed(
        "a declined proposal", (Step('propose reports 5 "{words}"', NEVER), Step("item {ref} decline")), (OTHER, COMES)
    ),
    Closed("a draft", (Step(f'call add {EARLIER} 13:00 UTC for 60 "{{words}}"'),), (PROPOSER, *OTHERS)),
    Closed(
        "a call for two",
        (
            Step(f'call add {EARLIER} 13:00 UTC for 60 "{{words}}" only fr-cnil de-bnetza'),
            Step(f"announce {EARLIER} go"),
        ),
        OTHERS,
    ),
    Closed(
        "a guest of a call for two",
        (
            Step(f'call add {EARLIER} 13:00 UTC for 60 "{{words}}" only fr-cnil de-bnetza'),
            Step(f'segment add {EARLIER} joint 20 "{{words}}"'),
            Step(f"announce {EARLIER} go"),
            Step(f"admit polar-telecom to {EARLIER}"),
            Step(f"circulate {EARLIER} go"),
            Step(f"approve {EARLIER} early go"),
        ),
        (OTHER, NAMED, COMES, EXCLUDED, OBSERVES, UNKNOWN),
    ),
    Closed(
        "another call of a proxy's Agency",
        (Step(f'call add {EARLIER} 13:00 UTC for 60 "{{words}}"'), Step(f"announce {EARLIER} go")),
        (PROXY,),
        base="brought",
    ),
    Closed(
        "an objection of a proxy's Agency",
        (Step(f"object harbour-bank to {DAY}", NAMED),),
        (PROXY,),
        (Step(f"unadmit harbour-bank from {DAY} go"),),
        base="brought",
    ),
    Closed(
        "a guest's wish to bring somebody",
        (Step(f'bring somebody@meridian-net.example "{{words}}" to {DAY}', COMES),),
        (PROPOSER, OTHER, EXCLUDED, NEVER, OBSERVES, UNKNOWN),
    ),
    Closed(
        "an objection",
        (Step(f"object harbour-bank to {DAY}", OBJECTOR),),
        (PROPOSER, *OTHERS),
        (Step(f"unadmit harbour-bank from {DAY} go"),),
    ),
    Closed(
        "an objection to a part",
        (Step(f"object harbour-bank to {DAY}/Trends", OBJECTOR),),
        (PROPOSER, *OTHERS),
        (Step(f"unadmit harbour-bank from {DAY}/Trends go"),),
    ),
    Closed(
        "an objection to an observer",
        (Step(f"object oecd to {DAY}", OBJECTOR),),
        (PROPOSER, *OTHERS),
        (Step(f"unadmit oecd from {DAY} go"),),
    ),
    Closed(
        "a standing objection to somebody on no list",
        (Step("object polar-telecom standing", OBJECTOR),),
        (PROPOSER, *OTHERS),
    ),
    Closed(
        "another guest",
        (Step(f"admit polar-telecom to {DAY}"), Step(f"circulate {DAY} go"), Step(f"approve {DAY} early go")),
        (COMES, EXCLUDED, OBSERVES, UNKNOWN),
    ),
    Closed("a guest who was not sent round", (Step(f"admit polar-telecom to {DAY}"),), (PROPOSER, *OTHERS)),
    Closed("a closed line", (Step("note [closed] {words}"),), GUESTS, base="running"),
    Closed("a draft of a line", (Step("note {words}"), Step("undo go")), (PROPOSER, *OTHERS), base="running"),
    Closed("an action for another", (Step("action fr-cnil by 2027-03-01 {words}"),), GUESTS, base="running"),
    Closed(
        "a contact of another",
        (Step('contact add x@harbour-bank.example "{words}" for harbour-bank'),),
        (COMES, OBSERVES, NEVER),
    ),
)
CONTENT = (
    *(c for c in EXISTENCE if c.is_said),
    Closed("why it is cancelled", (Step(f"call cancel {DAY} because {{words}} go"),), GUESTS),
    Closed("a line before it is sent", (Step("note harbour-bank: {words}"),), (PROPOSER, OTHER, COMES), base="running"),
    RED,
)
AFTER = (
    Step(f"segment {DAY}/Trends 15"),
    Step(f"segment {DAY}/Reports 40"),
    Step(f"segment {DAY}/Trends agencies"),
    Step(f"segment {DAY}/Trends remove"),
    Step(f"call move {DAY} to 2027-02-17 15:00 UTC go"),
    Step(f"call cancel {DAY} go"),
    Step(f"unadmit meridian-net from {DAY} go"),
    Step(f"unadmit harbour-bank from {DAY}/Reports go"),
    Step(f"admit polar-telecom to {DAY}"),
    Step(f"circulate {DAY} go"),
    Step(f"approve {DAY} early go"),
    Step(f"object meridian-net to {DAY}/Reports", NAMED),
    Step("object oecd standing", NAMED),
    Step(f"yes {DAY}", COMES),
    Step(f"no {DAY}", EXCLUDED),
    Step('propose reports 5 "Theirs"', OBSERVES),
    Step(f'propose {DAY} cases 5 "Another case"', NAMED),
    Step(f"item {{ref}} to {DAY}/Reports"),
    Step("item {ref} decline"),
    Step(f"ask polar-telecom to {DAY}", NAMED),
    Step('contact replace abuse-desk@meridian-net.example by new@meridian-net.example "New"'),
    Step("participant leave oecd"),
    Step("participant leave us-fcc"),
    Step(f"start {DAY} now"),
    GoOn("next"),
    Step("note oecd: another thing"),
    Step("here all except oecd"),
    Step("end"),
    Step(f"minutes send {DAY} go"),
    Step(f"minutes adopt {DAY} go"),
    wait(minutes=3),
    wait(days=1),
    wait(days=16),
)
QUESTIONS = (
    *reads((DAY, EARLIER, "next")),
    *(f"call {DAY}/{n}" for n in (1, 2, 3)),
    f"yes {EARLIER}",
    f"ask polar-telecom to {DAY}/2",
    "propose next cases 5 Something",
    f"propose {EARLIER} cases 5 Something",
    *ASKED_AT_WORK,
    "directory harbour-bank",
    "undo",
    "whoami",
    "feed",
)
COUNTED: Counter[str] = Counter()
LONG = 16
"""Generated pairs of each closed thing, some 2,400 in all; in the short run there is one, drawn by the thing's name."""


@functools.cache
def base(name: str) -> tuple[Twin, ExitStack]:
    """A world as each pair begins with, made once in a process."""
    kept = ExitStack()
    folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
    world = kept.enter_context(small_world(folder, SMALL))
    steps = {**BASES, **LIVED, **KEPT_BASES, **RULED_BASES, **LED_BASES}[name]
    world.tell(steps, "")
    assert all(world.acted), [s for s, acted in zip(steps, world.acted, strict=True) if not acted]
    return world, kept


@functools.lru_cache(maxsize=64)
def told(
    closed: Closed,
    first: tuple[Step, ...],
    there: tuple[Step, ...],
    after: tuple[Step, ...],
    words: str,
    who: Reader,
    ending: str,
) -> Twin:
    """The world in which *first* brings about what is closed, and *there* in the other one, then *after* goes on; asked
    at the end by *who*. The short form compares one world with that of other words and with the one without."""
    world, _ = base(closed.base)
    file = world.cast.desk.store.file
    assert file is not None
    rest = (*closed.then, *after)
    numbers = numbered((*first, *rest), (*closed.steps, *rest))
    with world.once_more(file.with_name("twin.db")) as twin:
        twin.tell(first, words, numbers[: len(first)], there)
        idle = [s for s, acted in zip(first, twin.acted, strict=True) if not acted]
        said = [twin.shown_to(s.who.person)[-500:] for s in idle if s.who is not None]
        assert not idle, f"{closed.name} is not brought about: {idle}, {said}"
        if closed.seen is not None:
            said = closed.seen.done_in(twin, words)
            assert first != closed.steps or words.split()[0] in said, f"{closed.name} is not there: {said}"
        twin.acted.clear()
        twin.reference = world.reference
        twin.tell(rest, "", numbers[len(first) :])
        twin.references.number = start_of(len(closed.steps) + len(rest))
        opens = [*drawn(closed.steps), world.reference] if closed.opens else None
        asked = [twin.filled(line, "") for line in closed.asked]
        twin.asks(who, (*QUESTIONS, *asked), *(closed.endings or [ending] * bool(ending)), opens=opens)
        return twin


def compare(
    level: str, closed: Closed, after: tuple[Step, ...], asks: int, ending: str = "", words: str = SHORT
) -> bool:
    """One pair: its bytes for each reader who may not know. One of them asks at every door, which takes longest. False
    where it is no pair."""
    asking = closed.readers[asks % len(closed.readers)]
    without = closed.steps if level == "content" else closed.instead
    here = told(closed, closed.steps, without, after, words, asking, ending)
    there = told(closed, without, closed.steps, after, LONGER, asking, ending)
    COUNTED[f"{level}: generated"] += 1
    if here.acted != there.acted:
        COUNTED[f"{level}: no pair"] += 1
        return False
    for who in closed.readers:
        COUNTED[f"{level}: compared"] += 1
        one, other = here.shown_to(who.person), there.shown_to(who.person)
        assert one == other, f"{who.person.name} can tell {closed.name}:\n{first_difference(one, other)}"
    return True


def first_difference(one: str, other: str) -> str:
    lines = zip(one.split("\n"), other.split("\n"), strict=False)
    at = next((n for n, (a, b) in enumerate(lines) if a != b), 0)
    show = ["\n".join(text.split("\n")[max(at - 6, 0) : at + 3]) for text in (one, other)]
    return "\n--- here ---\n" + show[0] + "\n--- there ---\n" + show[1]


@pytest.fixture(scope="module", autouse=True)
def counted() -> Iterator[None]:
    yield
    print("\ntwo worlds:", dict(COUNTED))


def search(request: pytest.FixtureRequest, level: str, closed: Closed) -> None:
    if not request.config.getoption("--long"):
        rng = random.Random(closed.name)
        after, asks, ending = tuple(rng.sample(AFTER, 2)), rng.randrange(7), rng.choice(list(FORMATS))
        after, asks = ((), 0) if closed in AT_ONCE else (after, asks)
        words = rng.choice((SHORT, LONGER)) if level == "existence" else SHORT
        assert any(compare(level, closed, more, asks, ending, words) for more in (after, ()))
        return

    @settings(max_examples=LONG, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from([s for s in AFTER if closed.may_follow(s)]), max_size=5), st.integers(0, 6))
    def pair(after: list[Step], asks: int) -> None:
        compare(level, closed, tuple(after), asks)

    pair()


@pytest.mark.parametrize(
    "closed",
    [
        pytest.param(c, marks=pytest.mark.long) if c.name in LONG_ALONE | KEPT_LONG | RULED_LONG else c
        for c in EXISTENCE
    ],
    ids=lambda c: c.name,
)
def test_whether_the_closed_thing_is_there_cannot_be_told(closed: Closed, request: pytest.FixtureRequest) -> None:
    search(request, "existence", closed)


LATER = [pytest.param(c, marks=pytest.mark.long) if c in EXISTENCE else c for c in CONTENT]
"""Where nothing may tell that it is there, what it says is found by that as well, short words of it or long ones."""


@pytest.mark.parametrize("closed", LATER, ids=lambda c: c.name)
def test_what_the_closed_thing_says_cannot_be_told(closed: Closed, request: pytest.FixtureRequest) -> None:
    search(request, "content", closed)


def test_a_call_that_goes_on_past_a_closed_item_goes_on_for_its_guests() -> None:
    """Twice as many presses in one world as in the other, and the same people are spoken to."""
    [closed] = [c for c in EXISTENCE if c.name == "a closed item in a joint part"]
    start, on = Step(f"start {DAY} now"), GoOn("next")
    assert all(compare("existence", closed, after, asks=0) for after in ((start, on), (start, on, on, Step("end"))))


# --- who objected ---


def test_the_agency_that_objected_cannot_be_told(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """One world for each Agency of the roster: equal bytes for every representative, observer and other Agency."""
    roster, _ = read_roster()
    long = request.config.getoption("--long")
    agencies = [p.short_name for p in roster if p.kind is ParticipantKind.AGENCY]
    agencies = agencies if long else agencies[::11]
    orgs = [p.short_name for p in roster if long or p.short_name in (*SMALL, *agencies)]
    shown: dict[model.Person, dict[str, str]] = {}
    with small_world(tmp_path, orgs) as world:
        world.tell(APPROVED, "")
        for agency in agencies:
            with world.once_more(tmp_path / "copy.db") as twin:
                twin.tell(
                    (Step(f"object harbour-bank to {DAY}/Trends for {agency}"), wait(minutes=3), wait(days=1)), ""
                )
                assert twin.acted[0], agency
                for who in (EXCLUDED, COMES, OBSERVES, OTHER, PROPOSER):
                    twin.asks(who, QUESTIONS, *([] if long else ["html"]))
                for person in twin.told_to:
                    if person.kind != model.SECRETARIAT and person.org != agency:
                        shown.setdefault(person, {})[agency] = twin.shown_to(person)
    assert {person.name: len(set(by_agency.values())) for person, by_agency in shown.items()} == dict.fromkeys(
        (person.name for person in shown), 1
    )
