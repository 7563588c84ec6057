"""Owns what ``lap hold`` says; what a hold suspends is ``bot.holds``'."""

from argparse import Namespace

from handlers import holds
from handlers.desk import Desk
from handlers.holds import Holding
from handlers.identity import the_machine

DONE = 0
ADDED = "Hold {reference} stands. {what} is neither erased nor deleted when its time is over, until the hold is lifted."
LIFTED = "Hold {reference} is lifted. What has grown older than it may be meanwhile goes with the next daily sweep."
NONE = "No hold stands."
LINE = "{reference}  since {at:%Y-%m-%d}  {about}  {reason}"
EVERYTHING = "everything"


def hold(desk: Desk, args: Namespace) -> int:
    """``lap hold add "REASON" [EMAIL|CALL]``, ``list``, ``lift REFERENCE``; returns the exit status."""
    machine = the_machine("command line")
    if args.way == "add":
        added = holds.add_hold(desk, machine, args.reason, args.about)
        print(ADDED.format(reference=added.reference, what=_what(added)))
    elif args.way == "lift":
        print(LIFTED.format(reference=holds.lift_hold(desk, machine, args.reference)))
    else:
        lines = [
            LINE.format(reference=h.reference, at=h.at, about=h.about or EVERYTHING, reason=h.reason)
            for h in holds.standing_holds(desk, machine)
        ]
        print("\n".join(lines) or NONE)
    return DONE


def _what(added: Holding) -> str:
    return f"What is kept about {added.about}" if added.about else "All that is kept"
