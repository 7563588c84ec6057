"""Owns how the worlds of a pair begin, and what a closed thing is; which there are is ``test_two_worlds``' and
``at_work``'s."""

from dataclasses import dataclass

from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBSERVES, OTHER, PROXY, UNKNOWN, Reader
from tests.barrier.twins import Step

DAY, EARLIER = "2027-02-16", "2027-02-09"
SMALL = ("us-ftc", "fr-cnil", "us-fcc", "jp-mic", "de-bnetza", "harbour-bank", "meridian-net", "polar-telecom", "oecd")
GUESTS = (COMES, EXCLUDED, NEVER, OBSERVES, UNKNOWN)
OTHERS = (OTHER, NAMED, *GUESTS)

APPROVED = (
    Step(f'call add {DAY} 13:00 UTC for 90 "Case updates"'),
    Step(f'segment add {DAY} joint 30 "Reports"'),
    Step(f'segment add {DAY} joint 20 "Trends"'),
    Step(f"announce {DAY} go"),
    Step(f"admit harbour-bank meridian-net oecd to {DAY}"),
    Step(f"circulate {DAY} go"),
    Step(f"approve {DAY} early go"),
)
LATE = (*APPROVED[:3], Step(f"segment {DAY}/3 up"), Step(f"segment {DAY}/2 up"))
"""Nothing is announced yet, and the closed part comes first."""
RUNNING = (
    *APPROVED,
    Step('propose reports 5 "Ours"', COMES),
    Step(f"item {{ref}} to {DAY}/Reports"),
    Step(f"start {DAY} now"),
    Step("next"),
    Step("note meridian-net: phishing is up"),
)
BROUGHT = (*APPROVED, Step(f'bring {PROXY.email} "A proxy" to {DAY}', NAMED))
BASES = {"approved": APPROVED, "late": LATE, "running": RUNNING, "brought": BROUGHT}


@dataclass(frozen=True)
class Closed:
    """A closed thing: what brings it about, what is done *instead* in the world without it, what *then*
    in both, and who may not know.

    ``seen``: who does read its words there, and by which line, which shows that there is something to be told;
    ``asked``: what its readers ask beside all that is asked of every pair; ``opens``: they open the papers and editions
    that they were shown, and what is only there in one world; ``endings``: they fetch documents of each of these;
    ``alone``: nobody else does anything afterwards, since what reaches a call only while it is on rightly differs.
    """

    name: str
    steps: tuple[Step, ...]
    readers: tuple[Reader, ...]
    instead: tuple[Step, ...] = ()
    base: str = "approved"
    then: tuple[Step, ...] = ()
    seen: Step | None = None
    asked: tuple[str, ...] = ()
    opens: bool = False
    endings: tuple[str, ...] = ()
    alone: bool = False

    @property
    def is_said(self) -> bool:
        """Whether it says words, so that its contents can be compared."""
        return any(step.says for step in self.steps)

    def may_follow(self, step: Step) -> bool:
        """Whether *step* may be done afterwards, in both worlds."""
        return not self.alone or step.who is None or step.who in self.readers
