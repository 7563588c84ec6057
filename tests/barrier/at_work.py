"""Owns the closed things of the rooms in which a call runs and is written up: each is there in one world of a pair
alone, or says other words in each.

What must follow in both worlds (the end of the call, its minutes) stands in ``steps`` and in ``instead`` alike. The
first of the readers of each is the one who would be shown it first: who asks in the short form.
"""

from typing import Any

from tests.barrier.begun import APPROVED, DAY, GUESTS, RUNNING, Closed
from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBSERVES, OTHER, PROPOSER, UNKNOWN, Reader
from tests.barrier.twins import Step, wait

ELSE = (EXCLUDED, NEVER, OBSERVES, UNKNOWN)
"""The guests but the one who comes."""

AGENCIES_TOO = (OTHER, NAMED, *ELSE)
ONE_SECOND = wait(seconds=1)
TO_CLOSED = (Step("gate"), Step("clear"), Step("gate"), Step("clear"))
"""Through both gates: Trends is the same people's, and a call's next part all the same."""

PLACED = (
    *APPROVED,
    Step(f'propose {DAY} cases 5 joint "Theirs"', PROPOSER),
    Step(f"item {{ref}} to {DAY}/Reports"),
)
IN_CLOSED = (*RUNNING, *TO_CLOSED, ONE_SECOND)
ENDED = (wait(hours=2), Step("end"))
SENT = (*ENDED, Step(f"minutes send {DAY} go"))
ADOPTED = (*SENT, wait(days=16), Step(f"minutes adopt {DAY} go"))
AMONG_TWO = (
    *APPROVED,
    Step(f'segment add {DAY} agencies 10 "Among two" only fr-cnil us-fcc go'),
    Step(f"start {DAY} now"),
    *TO_CLOSED,
    Step("gate"),
    Step("clear"),
    ONE_SECOND,
)
ON_TIME = (*APPROVED, wait(days=43, hours=4), Step(f"start {DAY}"), ONE_SECOND)
"""The call runs when it was to: here its clock says so, and not the secretariat's ``now``."""

CASES_ON = (
    *APPROVED,
    Step(f'propose {DAY} cases 5 "One case"', PROPOSER),
    Step(f"item {{ref}} to {DAY}/3"),
    Step(f'propose {DAY} cases 5 "Another case"', PROPOSER),
    Step(f"item {{ref}} to {DAY}/3"),
    Step(f"start {DAY} now"),
    *TO_CLOSED,
)
OF_A_CALL = (
    f"call {DAY}", f"yes {DAY}", f"no {DAY}", "maybe", "regrets", "call next", "call last", 'call "Trends"', "bring",
    f'bring somebody@else.example "Somebody" to {DAY}', f'propose {DAY} cases 5 "Theirs"', "agenda+ cases Theirs",
    "q+", "present+", f"ask polar-telecom to {DAY}", "roll", "late 5", f"minutes {DAY}",
)  # fmt: skip
"""What one asks and tries of a call that may be on. Not an objection: that reaches the call until it has really ended,
also from an Agency which does not hear where it stands."""

SAID = Step("note meridian-net: phishing is up")
RECORDED = (Step(f"minutes send {DAY} go"), wait(days=16), Step(f"minutes adopt {DAY} go"))
LIVED = {
    "placed": PLACED,
    "theirs": (*APPROVED, Step('propose reports 5 "Ours"', COMES), Step(f"item {{ref}} to {DAY}/Reports")),
    "in a closed part": IN_CLOSED,
    "among two": AMONG_TWO,
    "cases are on": CASES_ON,
    "on time": ON_TIME,
    "on time in a closed part": (*ON_TIME, *TO_CLOSED, ONE_SECOND),
    "on time before two": (*APPROVED, AMONG_TWO[len(APPROVED)], *ON_TIME[len(APPROVED) :], *TO_CLOSED),
}


def both(first: tuple[Step, ...], *then: tuple[Step, ...], last: tuple[Step, ...] = ()) -> dict[str, Any]:
    """*first* and *last* are what one world alone has; *then* is done in both, in between."""
    middle = tuple(step for steps in then for step in steps)
    return {"steps": (*first, *middle, *last), "instead": middle}


def typed(
    name: str,
    line: str,
    who: Reader | None = None,
    readers: tuple[Reader, ...] = GUESTS,
    base: str = "in a closed part",
    then: tuple[Step, ...] = (),
) -> Closed:
    """One line more."""
    step = Step(line, who) if who else Step(line)
    return Closed(name, (step,), readers, base=base, then=then)


AT_WORK = (
    # --- the words of a call ---
    typed("words agreed in a closed part", "#agreed {words}", then=ADOPTED),
    typed("a link in a closed part", "#link https://example.org/ {words}"),
    typed("a topic in a closed part", "#topic {words}"),
    typed("an action in a closed part", "ACTION: fr-cnil {words} - 2027-03-01"),
    typed("a scribe", "#chair spam-enforcement@fr-cnil.example"),
    typed("somebody of a closed part", "present+", PROPOSER),
    typed("a closed line spoken in a joint part", "#info [closed] {words}", base="running", then=ADOPTED),
    Closed(
        "a line put right in a closed part",
        (Step("#info Nothing yet"), ONE_SECOND, Step("s/Nothing yet/{words}/")),
        GUESTS,
        (ONE_SECOND,),
        base="in a closed part",
    ),
    Closed(
        "a line taken back",
        (Step("#info {words}"), ONE_SECOND, Step("#undo")),
        (PROPOSER, OTHER, NAMED, *GUESTS),
        (ONE_SECOND,),
        base="running",
    ),
    # --- who is there, who speaks ---
    typed("who is in a closed part", "here fr-cnil jp-mic"),
    Closed("who left a closed part", (Step("here jp-mic"), Step("left jp-mic")), GUESTS, base="in a closed part"),
    typed("who waits in a closed part", "q+", PROPOSER),
    typed("a guest who waits", "q+", COMES, ELSE, "running"),
    typed("a guest who is there", "here meridian-net", None, ELSE, "running", ADOPTED),
    typed("a run sheet read", f"runsheet {DAY}", None, AGENCIES_TOO, "running"),
    typed("who waits among two", "q+", NAMED, (OTHER, *GUESTS), "among two"),
    Closed(
        "who has the floor among two",
        (Step("q+", NAMED), Step("ack us-fcc")),
        (OTHER, *GUESTS),
        base="among two",
    ),
    # --- where the call stands ---
    Closed(
        "that a call goes on behind a gate",
        (*TO_CLOSED[:2], wait(minutes=5), *TO_CLOSED[2:], wait(minutes=10)),
        GUESTS,
        (*TO_CLOSED[:2], wait(minutes=5), Step("end"), wait(minutes=10)),
        base="on time",
        asked=OF_A_CALL,
        alone=True,
    ),
    Closed(
        "that a gate is shut",
        TO_CLOSED[:3],
        GUESTS,
        TO_CLOSED[:2],
        base="on time",
        asked=(*OF_A_CALL, "queue", "q-", "ack", "#agreed That is so"),
        alone=True,
    ),
    Closed(
        "that a gate to a part for two is shut",
        (TO_CLOSED[0],),
        (OTHER, *GUESTS),
        base="on time before two",
        asked=(*OF_A_CALL, "queue", "q-", "ack", "ACTION: me send it - 2027-03-01", "#undo"),
        alone=True,
    ),
    Closed(
        "that a call went on behind a gate",
        (*TO_CLOSED[:2], SAID, *TO_CLOSED[2:], wait(minutes=10), Step("end"), *RECORDED),
        GUESTS,
        (*TO_CLOSED[:2], SAID, Step("end"), wait(minutes=10), *RECORDED),
        base="on time",
    ),
    Closed(
        "that a call goes on among two",
        (*TO_CLOSED[:2], wait(minutes=10)),
        (OTHER, *GUESTS),
        (Step("end"), wait(minutes=10)),
        base="on time before two",
        asked=OF_A_CALL,
        alone=True,
    ),
    Closed(
        "how long a gate to a closed part stands shut",
        (*TO_CLOSED[:2], SAID, TO_CLOSED[2], wait(minutes=5), TO_CLOSED[3], *ADOPTED),
        GUESTS,
        (*TO_CLOSED[:2], SAID, wait(minutes=5), *TO_CLOSED[2:], *ADOPTED),
        base="on time",
        asked=(f"gates {DAY}",),
    ),
    typed("an item passed over in a closed part", "skip", base="cases are on"),
    Closed(
        "which closed item is on",
        (
            Step(f'propose {DAY} cases 5 "{{words}}" closed', PROPOSER),
            Step(f"item {{ref}} to {DAY}/Reports"),
            ONE_SECOND,
            Step("#topic {ref}"),
        ),
        GUESTS,
        (
            Step(f'propose {DAY} cases 5 "Nothing yet" closed', PROPOSER),
            Step(f"item {{ref}} to {DAY}/Reports"),
            ONE_SECOND,
            Step("#topic {ref}"),
        ),
        base="running",
        asked=(f"call {DAY}", "call", f"agenda {DAY}"),
    ),
    Closed(
        "a proxy on the run sheet",
        (Step(f"scribe {DAY} {OTHER.email}"), Step(f'bring somebody@fcc.example "{{words}}" to {DAY}', NAMED)),
        (OTHER, *GUESTS),
        (Step(f"scribe {DAY} {OTHER.email}"),),
        asked=(f"runsheet {DAY}", f"call {DAY}"),
    ),
    typed("a rule for a closed part while it runs", f"segment {DAY}/3 chatham go", base="in a closed part"),
    typed("a delay that nobody waits through", f"late {DAY} 10", base="on time in a closed part"),
    # --- what was written up ---
    Closed(
        "a line withheld",
        readers=GUESTS,
        base="running",
        **both((Step("note fr-cnil: {words}"),), SENT[:-1], SENT[-1:], last=(Step("withhold {first}", PROPOSER),)),
        then=ADOPTED[len(SENT) :],
    ),
    Closed(
        "what a line said in the draft",
        (Step("correct {base} {words}"), Step("correct {base} phishing is up again")),
        (OTHER, PROPOSER, NAMED, *GUESTS),
        (Step("correct {base} Nothing yet"), Step("correct {base} phishing is up again")),
        base="running",
        then=ADOPTED,
        asked=("minutes {base}", f"minutes {DAY}"),
    ),
    Closed(
        "who holds a line",
        readers=(PROPOSER, NAMED, *GUESTS),
        base="running",
        **both((), SENT, last=(Step("hold {ref}", OTHER),)),
        asked=("minutes {ref}",),
    ),
    Closed(
        "an amendment of a closed line",
        readers=GUESTS,
        base="running",
        **both((Step("note [closed] Nothing yet"),), ADOPTED, last=(Step("correct {first} {words}"),)),
    ),
    Closed(
        "an edition asked of who was in a closed part",
        readers=GUESTS,
        base="in a closed part",
        **both(
            (Step("note TLP:GREEN fr-cnil: {words}"),),
            ADOPTED,
            last=(Step(f'edition {DAY} "{{words}}" green go'),),
        ),
    ),
    # --- the agenda ---
    Closed("that somebody presents their item", (Step("item {ref} confirm", PROPOSER),), AGENCIES_TOO, base="placed"),
    Closed(
        "whom a case harms", (Step('item {ref} harm victims 12 vulnerable "{words}"', PROPOSER),), GUESTS, base="placed"
    ),
    Closed(
        "whom a guest's case harms, as others state it",
        (Step('item {base} harm loss 3M vulnerable "{words}"'),),
        GUESTS,
        base="theirs",
        seen=Step("agenda", OTHER),
    ),
    Closed(
        "a guest's report",
        (Step("report There is more of {words}", EXCLUDED),),
        (OTHER, NAMED, COMES, OBSERVES, NEVER),
        base="approved",
    ),
    # --- actions ---
    Closed(
        "an action accepted",
        (Step("action meridian-net by 2027-03-01 {words}"), Step("accept {ref}", COMES)),
        ELSE,
        base="running",
    ),
    Closed(
        "an action declined",
        (Step("action meridian-net by 2027-03-01 {words}"), Step("decline {ref} because {words}", COMES)),
        ELSE,
        base="running",
    ),
    Closed(
        "an action given on",
        (Step("action fr-cnil by 2027-03-01 {words}"), Step("give {ref} to jp-mic")),
        GUESTS,
        base="running",
    ),
    Closed(
        "an action dropped",
        (Step("action fr-cnil by 2027-03-01 {words}"), Step("drop {ref} because {words}")),
        GUESTS,
        base="running",
    ),
)

LONG_ALONE = {
    "a link in a closed part", "a topic in a closed part", "an action in a closed part", "a scribe",
    "somebody of a closed part", "a line taken back", "who is in a closed part", "who left a closed part",
    "a guest who is there", "a run sheet read", "who holds a line", "an action accepted", "an action given on",
    "an action dropped", "who waits among two", "who has the floor among two",
    "that a call went on behind a gate", "that a call goes on among two", "that a gate to a part for two is shut",
    "how long a gate to a closed part stands shut", "an item passed over in a closed part",
    "a rule for a closed part while it runs", "a delay that nobody waits through",
}  # fmt: skip
"""What goes the way of another one here: the long form alone asks about it."""

ASKED_AT_WORK = (
    "find Alpha",
    "find Omega longer",
    "find phishing",
    "actions mine",
    "actions open",
    "actions overdue",
    "actions declined",
    "queue",
    "scribe",
)
