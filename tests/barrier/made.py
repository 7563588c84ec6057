"""Owns the closed things of what is made of a call's record: pictures, documents, and what is found; how the calls they
are of begin, and what is attached and stands on agendas, is ``kept``'s.
"""

from functools import partial

from handlers.formats import FORMATS
from tests.barrier.at_work import ADOPTED, SENT, both
from tests.barrier.begun import DAY, GUESTS, Closed
from tests.barrier.people import NAMED, OTHER, PROPOSER
from tests.barrier.twins import Step, wait

EVERY, PRINTED = tuple(FORMATS), ("pdf", "docx")
"""Documents of every form, and of those that hold more than is read on them."""

# --- pictures ---

PROGRESS = ("actions progress",)
of_two = partial(Closed, readers=(OTHER, *GUESTS), base="among two", asked=PROGRESS)
"""What becomes of an action of a part for two, as the picture of all actions might count it for somebody else."""

PICTURES = (
    Closed(
        "an action of a closed part counted as done",
        (Step("action fr-cnil by 2027-03-01 {words}"), Step("done {ref}", PROPOSER)),
        GUESTS,
        base="in a closed part",
        seen=Step("actions {first}"),
        asked=PROGRESS,
    ),
    of_two(
        "an action of a part for two counted",
        (Step("action us-fcc by 2027-03-01 {words}"),),
        then=SENT,
        seen=Step("actions {first}"),
    ),
    of_two(
        "an action of a part for two counted as done",
        **both((), (Step("action us-fcc by 2027-03-01 Theirs"),), SENT, last=(Step("done {first}", NAMED),)),
    ),
    of_two(
        "an action of a part for two counted as dropped",
        **both(
            (),
            (Step("action us-fcc by 2027-03-01 Theirs"),),
            SENT,
            last=(Step("drop {first} because {words}"),),
        ),
        seen=Step("actions {first}"),
    ),
    of_two(
        "an action of a part for two counted as late",
        (Step("action us-fcc by 2027-02-17 {words}"),),
        then=(*SENT, wait(days=9)),
        seen=Step("actions {first}"),
    ),
)

# --- documents ---


def released(label: str, *between: Step) -> tuple[Step, ...]:
    """The minutes are adopted, a named edition is asked for, *between* is done, and the edition is released."""
    asked = (*ADOPTED, Step(f'edition {DAY} "What we learned" {label} go', called="edition"))
    return (*asked, *between, wait(days=16), Step("edition {edition} release go"))


of_edition = partial(Closed, readers=GUESTS, opens=True, endings=EVERY)
"""What an edition might tell of lines that are not in it."""

OF_PROPOSER, OF_NOBODY = Step("note TLP:GREEN fr-cnil: {words}"), Step("note TLP:GREEN Filters help")
DOCUMENTS = (
    Closed(
        "a correction of a withheld line",
        readers=GUESTS,
        base="running",
        **both(
            (),
            (Step("note fr-cnil: Nothing yet"), *SENT, Step("withhold {first}", PROPOSER)),
            last=(Step("correct {first} {words}", PROPOSER),),
        ),
        then=ADOPTED[len(SENT) :],
        seen=Step(f"minutes {DAY}", OTHER),
        endings=EVERY,
    ),
    Closed(
        "words agreed among two",
        (Step("#agreed {words}"),),
        (OTHER, *GUESTS),
        base="among two",
        then=ADOPTED,
        endings=EVERY,
    ),
    Closed(
        "a line taken out of a GREEN edition",
        (OF_PROPOSER, *released("green", Step("edition {edition} object {first}", PROPOSER))),
        GUESTS,
        released("green"),
        base="green",
        opens=True,
        endings=PRINTED,
    ),
    of_edition(
        "a line withheld from a CLEAR edition",
        (Step("note TLP:CLEAR fr-cnil: {words}"), *released("clear", Step("withhold {first}", PROPOSER))),
        instead=released("clear"),
        base="clear",
    ),
    of_edition(
        "an AMBER line beside a GREEN edition",
        (Step("note TLP:AMBER us-fcc: {words}"), *released("green")),
        instead=released("green"),
        base="green",
    ),
    of_edition(
        "other words of a line than an edition was asked for",
        (Step("note TLP:GREEN fr-cnil: Nothing"), *released("green", Step("correct {first} {words}", PROPOSER))),
        instead=(Step("note TLP:GREEN fr-cnil: Nothing"), *released("green", Step("withhold {first}", PROPOSER))),
        base="green",
    ),
    Closed(
        "who took a line out of a GREEN edition",
        (OF_NOBODY, *released("green", Step("edition {edition} object {first}", PROPOSER))),
        (NAMED, *GUESTS),
        (OF_NOBODY, *released("green", Step("edition {edition} object {first}", OTHER))),
        base="green",
        opens=True,
        endings=EVERY,
    ),
    Closed(
        "who holds a line and lets it go",
        readers=(PROPOSER, NAMED, *GUESTS),
        base="running",
        **both((), SENT, last=(Step("hold {ref}", OTHER), Step("hold {ref} release", OTHER))),
        then=ADOPTED[len(SENT) :],
        asked=("minutes {ref}",),
        endings=EVERY,
    ),
)

# --- what is found ---

MORE = tuple(Step(f"note phishing by mail, {n}") for n in range(5))
FOUND = (
    Closed(
        "closed lines between those that are found",
        readers=GUESTS,
        base="much",
        **both(tuple(Step(f"note [closed] phishing {n} {{words}}") for n in range(3)), MORE, ADOPTED),
        seen=Step("find phishing", OTHER),
        asked=("find phishing page 2", "find PHÍSHING", "find phishing alphá", "find phishing page 3"),
    ),
    Closed(
        "lines of two between those that are found",
        readers=(OTHER, *GUESTS),
        base="much among two",
        **both(tuple(Step(f"note phishing {n} {{words}}") for n in range(9)), ADOPTED),
        seen=Step("find phishing", NAMED),
        asked=("find phishing page 2", "find phishing 8"),
    ),
)

MADE = (*PICTURES, *DOCUMENTS, *FOUND)
