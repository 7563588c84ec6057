"""Owns the closed things of what a call begins with, papers and standing items, with those that ``made`` has of what it
leaves; each is there in one world of a pair alone, or says other words in each.

What a reader is shown by name they open, here, and they ask for what is there in the other world alone.
"""

from functools import partial

from tests.barrier.at_work import AMONG_TWO, IN_CLOSED, both
from tests.barrier.begun import APPROVED, DAY, EARLIER, GUESTS, OTHERS, RUNNING, Closed
from tests.barrier.files import ACTIVE, TOO_LARGE
from tests.barrier.made import MADE
from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBSERVES, OFFICER, OTHER, PROPOSER, SECRETARY
from tests.barrier.steps import Attach, Standing
from tests.barrier.twins import Step

# --- how they begin ---

A_CASE = (*APPROVED, Step(f'propose {DAY} cases 5 "A case"', PROPOSER), Step(f"item {{ref}} to {DAY}/3"))
A_JOINT_CASE = (*A_CASE[:-2], Step(f'propose {DAY} cases 5 joint "A case"', PROPOSER), Step(f"item {{ref}} to {DAY}/1"))
A_CASE_OF_TWO = (
    *APPROVED,
    Step(f'segment add {DAY} agencies 10 "Among two" only fr-cnil us-fcc go'),
    Step(f'propose {DAY} cases 5 "A case"', PROPOSER),
    Step(f"item {{ref}} to {DAY}/4"),
)
GREEN = (*IN_CLOSED, Step("note TLP:GREEN us-fcc: Numbers are rising"))
CLEAR = (*IN_CLOSED, Step("note TLP:CLEAR us-fcc: Numbers are rising"))
MUCH = (*RUNNING, *(Step(f"note phishing by voice, {n}") for n in range(4)))
MUCH_AMONG_TWO = (
    *AMONG_TWO[:-3],
    *(Step(f"note phishing by voice, {n}") for n in range(4)),
    *AMONG_TWO[-3:],
)
KEPT_BASES = {
    "a case": A_CASE,
    "a joint case": A_JOINT_CASE,
    "a case of two": A_CASE_OF_TWO,
    "green": GREEN,
    "clear": CLEAR,
    "much": MUCH,
    "much among two": MUCH_AMONG_TWO,
}

# --- papers ---

AGENCY_ALONE = (OTHER, NAMED, *GUESTS)
"""Everybody but the proposer and the secretariat."""

of_agency = partial(Closed, readers=AGENCY_ALONE, opens=True)
"""What the proposer and the secretariat alone may know of papers."""

PAPERS = (
    Closed(
        "a paper of a closed item",
        (Attach("{base}", PROPOSER, name="{words} in figures.pdf"),),
        GUESTS,
        base="a case",
        seen=Step("paper {base}", OTHER),
        asked=("find alphá figures",),
        opens=True,
    ),
    Closed(
        "a paper of a closed item in a joint part",
        (
            Step(f'propose {DAY} cases 5 "Theirs" closed', PROPOSER),
            Step(f"item {{ref}} to {DAY}/Reports"),
            Attach("{first}", PROPOSER, name="{words}.png"),
        ),
        GUESTS,
        seen=Step("paper {first}", OTHER),
        opens=True,
    ),
    Closed(
        "a paper of an item that was closed since",
        readers=GUESTS,
        base="a joint case",
        **both((Attach("{base}", PROPOSER, name="{words}.docx"),), (Step("item {base} closed", PROPOSER),)),
        seen=Step("paper {base}", OTHER),
        opens=True,
    ),
    Closed(
        "a picture attached for two",
        (Attach("{base}", PROPOSER, name="{words}.png"),),
        (OTHER, *GUESTS),
        base="a case of two",
        seen=Step("paper {base}", NAMED),
        opens=True,
    ),
    of_agency(
        "a paper of a proposal",
        (Step(f'propose {DAY} cases 5 "Theirs"', PROPOSER), Attach("{ref}", PROPOSER, name="{words}.txt")),
        seen=Step("paper {first}", PROPOSER),
    ),
    of_agency(
        "a paper of a declined proposal",
        steps=(
            Step(f'propose {DAY} cases 5 "Theirs"', PROPOSER),
            Attach("{ref}", PROPOSER, name="{words}.txt"),
            Step("item {first} decline"),
        ),
        instead=(Step(f'propose {DAY} cases 5 "Theirs"', PROPOSER), Step("item {first} decline")),
        seen=Step("paper {first}", PROPOSER),
    ),
    Closed(
        "a guest's paper in the pool",
        readers=(OTHER, COMES, OBSERVES, NEVER),
        **both(
            (), (Step('propose reports 5 "Ours"', EXCLUDED),), last=(Attach("{ref}", EXCLUDED, name="{words}.txt"),)
        ),
        seen=Step("paper {first}", EXCLUDED),
        opens=True,
    ),
    of_agency(
        "a paper that was removed",
        (Attach("{base}", PROPOSER, name="{words}.txt"), Step("paper {ref} remove", PROPOSER)),
        base="a case",
    ),
    of_agency(
        "a paper with macros",
        (Attach("{base}", PROPOSER, "holds macros", name="{words} " + ACTIVE),),
        base="a case",
    ),
    of_agency(
        "a paper that is too large",
        (Attach("{base}", PROPOSER, "more than 10 megabytes", name="{words} " + TOO_LARGE),),
        base="a joint case",
    ),
)

# --- standing items ---

ANNUAL = (
    Step(f'call add {EARLIER} 13:00 UTC for 60 "The year" annual'),
    Step(f"announce {EARLIER} go"),
    Step(f"admit meridian-net oecd to {EARLIER}"),
    Step(f"circulate {EARLIER} go"),
    Step(f"approve {EARLIER} early go"),
)
OF_TWO = (
    Step(f'call add {EARLIER} 13:00 UTC for 60 "Among two" only fr-cnil de-bnetza'),
    Step(f"announce {EARLIER} go"),
)
STANDING = (
    Closed(
        "a standing item of a closed part",
        readers=GUESTS,
        **both((Standing('cases 10 "{words}"', kind="annual"),), ANNUAL),
        seen=Step(f"agenda {EARLIER}", OTHER),
        opens=True,
    ),
    Closed(
        "a standing item that finds no time",
        readers=GUESTS,
        **both((Standing('reports 90 "{words}"', kind="annual"),), ANNUAL),
        seen=Step(f"agenda {EARLIER}", OTHER),
        opens=True,
    ),
    Closed(
        "a standing item of a call for two",
        readers=(OTHER, NAMED, *GUESTS),
        **both((Standing('cases 10 "{words}"'),), OF_TWO),
        seen=Step(f"agenda {EARLIER}", PROPOSER),
        opens=True,
    ),
    Closed(
        "a standing item of a year's drafts",
        readers=(PROPOSER, *OTHERS),
        **both(
            (Standing('cases 10 "{words}"'),),
            (Step('series add quarterly "Members" from 2027-04-20 at 13:00 UTC for 60'),),
        ),
        seen=Step("agenda 2027-04-20"),
        opens=True,
    ),
)

# --- drafts ---

A_DRAFT = Step(f'call add {EARLIER} 13:00 UTC for 60 "The next one"')
THEIR_OWN = (A_DRAFT, Step(f'propose {DAY} cases 5 "Theirs"', OFFICER), Step(f"item {{ref}} to {EARLIER}"))
DRAFTS = (
    Closed(
        "what the secretariat entered in a draft",
        readers=(OFFICER, PROPOSER, *OTHERS),
        **both((), (A_DRAFT,), last=(Step(f'propose {EARLIER} cases 5 "{{words}}"'),)),
        seen=Step(f"agenda {EARLIER}"),
        opens=True,
    ),
    Closed(
        "a paper of the secretariat's in a draft",
        readers=(OFFICER, PROPOSER, *OTHERS),
        **both((), THEIR_OWN, last=(Attach("{first}", SECRETARY, name="{words}.txt"),)),
        seen=Step("paper {first}"),
        opens=True,
    ),
)

KEPT = (*PAPERS, *STANDING, *DRAFTS, *MADE)

KEPT_LONG = {
    "a paper of an item that was closed since", "a picture attached for two", "a paper of a proposal",
    "a paper that is too large", "an action of a part for two counted as done", "an action of a part for two counted",
    "an action of a part for two counted as dropped", "an action of a part for two counted as late",
    "a standing item that finds no time", "a standing item of a call for two", "a standing item of a year's drafts",
    "a correction of a withheld line", "words agreed among two", "a line withheld from a CLEAR edition",
    "an AMBER line beside a GREEN edition", "other words of a line than an edition was asked for",
    "who took a line out of a GREEN edition", "who holds a line and lets it go",
    "lines of two between those that are found",
}  # fmt: skip
"""What goes the way of another one here, as ``LONG_ALONE`` has it."""
