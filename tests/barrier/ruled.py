"""Owns the closed things of a part under the Chatham House Rule, whose owner, speaker or corrector is one Agency in one
world of a pair and another in the other; of editions that somebody is not asked about; and of what is entered from
paper and comes in by mail.
"""

from functools import partial

from handlers.formats import FORMATS
from tests.barrier.at_work import ADOPTED, RECORDED, SENT
from tests.barrier.begun import APPROVED, DAY, GUESTS, Closed
from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBJECTOR, OBSERVES, OTHER, PROPOSER, SECRETARY, UNKNOWN
from tests.barrier.steps import Writes
from tests.barrier.twins import Step, wait

UNDER_THE_RULE = (*APPROVED, Step(f"segment {DAY}/Reports chatham go"), Step(f"start {DAY} now"))
"""Its first part is joint, and names nobody."""
ON_PAPER = (*APPROVED, wait(days=44), Step(f"start {DAY} held"))
RULED_BASES = {"under the rule": UNDER_THE_RULE, "on paper": ON_PAPER}

# --- whose it is ---

of_nobody = partial(Closed, readers=(OTHER, PROPOSER, *GUESTS), base="under the rule", endings=tuple(FORMATS))
"""Of us-fcc in one world and of de-bnetza in the other: whose it is neither of them reads here."""
TAKEN = "action {} by 2027-02-17 Keep the logs"
TO_SOMEBODY = Step(TAKEN.format("jp-mic"), called="action")
SAID = Step("note Numbers are rising", called="line")
THEIR_NOTE = "Filters help against voice calls"

UNDER_RULE = (
    of_nobody(
        "whose an action is under the rule, when one of them leaves",
        (Step(TAKEN.format("us-fcc"), called="theirs"),),
        instead=(Step(TAKEN.format("de-bnetza"), called="theirs"),),
        then=(*SENT, Step("participant leave us-fcc"), wait(days=9)),
        asked=("actions", f"actions {DAY}", "find logs"),
    ),
    of_nobody(
        "whose an action becomes under the rule",
        (TO_SOMEBODY, *SENT, Step("give {action} to us-fcc", called="given"), wait(minutes=3)),
        instead=(TO_SOMEBODY, *SENT, Step("give {action} to de-bnetza", called="given"), wait(minutes=3)),
        asked=("actions", f"actions {DAY}", "find logs"),
    ),
    of_nobody(
        "who amended a line under the rule",
        (SAID, *ADOPTED, Step("correct {line} " + THEIR_NOTE, NAMED, called="theirs")),
        instead=(SAID, *ADOPTED, Step("correct {line} " + THEIR_NOTE, OBJECTOR, called="theirs")),
        asked=("find voice",),
    ),
    of_nobody(
        "whose words a line holds under the rule",
        (Step(f"note us-fcc: {THEIR_NOTE}", called="theirs"), *ADOPTED),
        instead=(Step(f"note de-bnetza: {THEIR_NOTE}", called="theirs"), *ADOPTED),
        asked=("find voice", "find fcc"),
    ),
    of_nobody(
        "who was there under the rule",
        (Step("here us-fcc"), *ADOPTED),
        instead=(Step("here de-bnetza"), *ADOPTED),
    ),
)

# --- what is asked of others, written on paper, and mailed ---

ELSEWHERE = (
    Closed(
        "an edition that another Agency is asked about",
        (*ADOPTED, Step(f'edition {DAY} "{{words}}" green go')),
        (OTHER, PROPOSER, *GUESTS),
        ADOPTED,
        base="green",
        then=(Step("correct {base} TLP:GREEN Numbers are falling", OTHER),),
        seen=Step("edition", NAMED),
        opens=True,
    ),
    Closed(
        "a closed line entered from paper",
        (Step(f"note {DAY}/3 {{words}}"),),
        GUESTS,
        base="on paper",
        then=RECORDED,
        seen=Step(f"minutes {DAY}", SECRETARY),
    ),
    Closed(
        "what somebody writes by mail",
        (Writes("{words}", COMES),),
        (EXCLUDED, OTHER, NAMED, PROPOSER, OBSERVES, NEVER, UNKNOWN),
        seen=Step("mail {first}", SECRETARY),
        asked=("mail",),
    ),
)

RED = Closed(
    "what somebody writes by mail under TLP:RED",
    (Writes("TLP:RED {words}", COMES),),
    (SECRETARY, EXCLUDED, OTHER, NAMED, PROPOSER, OBSERVES, NEVER, UNKNOWN),
    then=(wait(days=1),),
    asked=("mail", "mail {first}"),
)
"""That it came the secretariat is told; what it says stands nowhere but in the mailbox."""

RULED = (*UNDER_RULE, *ELSEWHERE)
RULED_LONG = {
    "whose an action becomes under the rule", "whose words a line holds under the rule",
    "who was there under the rule", "a closed line entered from paper", "what somebody writes by mail",
}  # fmt: skip
"""What goes the way of another one here, as ``LONG_ALONE`` has it."""
