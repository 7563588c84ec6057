"""Owns in the canaries' story who speaks for whom: a guest's code, a seat of the secretariat given since a wish, an
account that is untied and a channel that is given up while the post there says where the call stands.
"""

import re

from storage import identity
from tests.barrier.doors import tie
from tests.barrier.people import ASKED_FOR, COMES, GUEST_ACCOUNT, NAMED, OBJECTOR, SECRETARY, TEAM
from tests.barrier.world import World
from tests.workspace.people import User

SEAT = "colleague@us-fcc.example"
EMPTY = "Nothing is shown here"


def code_entered(w: World) -> None:
    """A guest's account types the code of an Agency's contact: it is tied once the secretariat confirms, not before."""
    w.says(GUEST_ACCOUNT, f"iam {NAMED.email}")
    w.leave()
    *_, code = re.findall(r"/lap iam (\w{6})\b", w.mails[NAMED.person.name][-1].decode())
    said = w.says(GUEST_ACCOUNT, f"iam {code}")
    assert "the secretariat confirms first" in said, said
    w.leave()


def seat_given(w: World) -> None:
    """An Agency asks for somebody in the place of a colleague, who has a seat of the secretariat when that is looked
    at: nobody comes by it, neither to the seat nor to the Agency."""
    w.done(f'contact add {SEAT} "A colleague" for us-fcc')
    others = set(w.buttons)
    w.done(f'contact replace {SEAT} by {ASKED_FOR.email} "Somebody"', NAMED)
    w.leave()
    [confirms] = [b for b in w.buttons - others if b.action in ("contact.add", "contact.replace")]
    w.done(f'contact add {SEAT} "A colleague" for us-fcc as secretariat')
    said = w.presses(SECRETARY, confirms)
    assert "is of the secretariat since this was asked for" in said, said
    tie(w)
    w.leave()


def untied(w: World) -> None:
    """An account in the channel speaks for its Agency no longer, and for it again."""
    assert w.slack is not None
    w.done(f"contact unlink {OBJECTOR.email}")
    w.strangers.add(OBJECTOR.person.name)
    w.leave()
    assert EMPTY in w.slack.posts[-1], w.slack.posts[-1]
    tie(w)
    w.strangers.clear()


def given_up(w: World) -> None:
    """The channel is the Agencies' no longer, and a guest is let in; then it is theirs again."""
    assert w.slack is not None
    place = w.slack.channel
    w.done("channel off")
    w.slack.workspace.add_user(User(COMES.user, TEAM, COMES.user.casefold(), COMES.email), place)
    w.leave()
    assert EMPTY in w.slack.posts[-1], w.slack.posts[-1]
    w.slack.workspace.leave(COMES.user, place)
    desk = w.cast.desk
    with desk.store.begin() as tx:
        identity.set_channel(tx, TEAM, place, desk.now())
