"""Owns the closed things that a bridge might tell: who was led to one before, and which call has just ended.

A join link is followed by who asks: where it leads is compared, too.
"""

from tests.barrier.begun import APPROVED, DAY, EARLIER, GUESTS, Closed
from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBJECTOR, OBSERVES, OTHER, PROPOSER, UNKNOWN
from tests.barrier.steps import Follows
from tests.barrier.twins import Step, wait

EVENING = "2027-02-15"
AT_NIGHT = (Step(f'call add {DAY} 00:30 UTC for 90 "Case updates"'), *APPROVED[1:])
EARLIER_APPROVED = (
    Step(f'call add {EARLIER} 13:00 UTC for 60 "Before"'),
    Step(f'segment add {EARLIER} joint 30 "News"'),
    *(Step(step.line.replace(DAY, EARLIER)) for step in APPROVED[3:]),
)
LED_BEFORE = (
    *APPROVED,
    *EARLIER_APPROVED,
    wait(days=36, hours=4),
    Step(f"start {EARLIER}"),
    Follows("is led in", EXCLUDED),
    wait(hours=1),
    Step(f"end {EARLIER}"),
)
LED_BASES = {"at night": AT_NIGHT, "led before": LED_BEFORE}

TWO_OF_US = (
    Step(f'call add {EVENING} 22:30 UTC for 60 "{{words}}" only fr-cnil us-fcc'),
    Step(f"announce {EVENING} go"),
)
UNTIL_EVENING, UNTIL_ITS_END, UNTIL_NIGHT = (
    wait(days=42, hours=13, minutes=30),
    wait(hours=1, minutes=40),
    wait(minutes=10),
)
UNTIL_THE_CALL = wait(days=6, hours=22, minutes=50)
FOLLOWED = (Follows("is led in", COMES), Step(f"start {DAY} now"), Follows("is led in", COMES))

LED = (
    Closed(
        "a call closed to them that has just ended",
        (
            *TWO_OF_US,
            UNTIL_EVENING,
            Step(f"start {EVENING}"),
            Follows("is led in", PROPOSER),
            UNTIL_ITS_END,
            Step(f"end {EVENING}"),
            UNTIL_NIGHT,
        ),
        GUESTS,
        (UNTIL_EVENING, UNTIL_ITS_END, UNTIL_NIGHT),
        base="at night",
        then=FOLLOWED,
    ),
    Closed(
        "an objection to somebody who was led in before",
        (Step(f"object harbour-bank to {DAY}", OBJECTOR), UNTIL_THE_CALL),
        (COMES, PROPOSER, OTHER, NAMED, EXCLUDED, NEVER, OBSERVES, UNKNOWN),
        (Step(f"unadmit harbour-bank from {DAY} go"), UNTIL_THE_CALL),
        base="led before",
        then=FOLLOWED,
    ),
)
