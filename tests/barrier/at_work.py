"""Owns the closed things of the rooms in which a call runs and is written up: each is there in one world of a pair
alone, or says other words in each.

What must follow in both worlds (the end of the call, its minutes) stands in ``steps`` and in ``instead`` alike. The
first of the readers of each is the one who would be shown it first: who asks in the short form.
"""

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
LIVED = {"placed": PLACED, "in a closed part": IN_CLOSED}


def both(first: tuple[Step, ...], *then: tuple[Step, ...], last: tuple[Step, ...] = ()) -> dict[str, tuple[Step, ...]]:
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
    # --- what was written up ---
    Closed(
        "a line withheld",
        readers=GUESTS,
        base="running",
        **both((Step("note fr-cnil: {words}"),), SENT[:-1], SENT[-1:], last=(Step("withhold {first}", PROPOSER),)),
        then=ADOPTED[len(SENT) :],
    ),
    Closed(
        "who holds a line",
        readers=(PROPOSER, NAMED, *GUESTS),
        base="running",
        **both((), SENT, last=(Step("hold {ref}", OTHER),)),
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
    "an action dropped",
}  # fmt: skip
"""What goes the way of another one here: the long form alone asks about it."""

ASKED_AT_WORK = (
    "find Alpha",
    "find Omega longer",
    "find phishing",
    "actions mine",
    "actions open",
    "queue",
    "scribe",
)
