"""Owns the Agencies' channel of the canaries' story: the bot's post there, and the words of a call typed in it."""

import re
from collections.abc import Callable
from dataclasses import replace

from handlers.slack.door import SlackDoor
from storage import identity
from tests.barrier.accounts import given_up, untied
from tests.barrier.doors import JSON
from tests.barrier.model import AGENCY, SECRETARIAT
from tests.barrier.people import NAMED, OTHER, PROPOSER, READERS, SECRETARY, TEAM, Reader
from tests.barrier.wire import Slack
from tests.barrier.world import MAIN, World

RED = (
    "#info TLP:RED", "#agreed fr-cnil: TLP:RED", "#topic TLP:RED", "#link https://example.org/ TLP:RED", "[off]",
)  # fmt: skip
"""What is typed before words that are kept nowhere: nobody reads them again."""


def channel_opened(w: World) -> None:
    """Everybody of an Agency is in the channel, also who is not in each part: the post says what all may know."""
    if w.slack is None:
        return
    desk = w.cast.desk
    channel = w.slack.opened(who for who in READERS if who.person.kind in (AGENCY, SECRETARIAT))
    with desk.store.begin() as tx:
        identity.set_channel(tx, TEAM, channel, desk.now())
    w.cast.desk = replace(desk, channels=SlackDoor(w.slack.known_to(desk)))


def told_in_channel(w: World, *names: str) -> None:
    """The post leaves, and says all of *names*: the search sees it where it may be read."""
    if w.slack is None:
        return
    before = len(w.slack.posts)
    w.leave()
    said = {name for post in w.slack.posts[before:] for name in w.secrets.found_in(JSON, post.encode()).values()}
    assert len(w.slack.posts) > before, "nothing was posted"
    assert said >= set(names), said


def called_otherwise(w: World) -> None:
    """The title of the item that is on is taken out by whose it is: it stands in the channel no longer."""
    s, old = w.secrets, "a case under another name"
    told_in_channel(w, old)
    reference = w.references["its other name"] = w.references.pop(old)
    thing = s.by_name[old].thing
    title = s.text("item", "its other name", w.calls[MAIN], part=thing.part, org=thing.org, accepted=True)
    w.done(f'item {reference} "{title}"', PROPOSER)
    s.refer("its other name", reference)
    s.change(old, kind="taken out")
    told_in_channel(w, "its other name")


def spoken_behind_a_gate(w: World, pass_it: Callable[[], None]) -> None:
    """A topic of the joint part, by a clock that is past the gate behind it by then; and what is said behind that."""
    if w.slack is None:
        pass_it()
        return
    item = w.references["a guest's training"]
    w.types(SECRETARY, f"#topic {item}", ahead=20)
    pass_it()
    w.cast.clock.advance(seconds=30)
    name = "a line behind a gate"
    _types(w, SECRETARY, f"#info {w.secrets.text('line', name, w.calls[MAIN], part='the closed rest')}")


def spoken_in_a_closed_part(w: World) -> None:
    """What all Agencies hear: entered from who runs the call, refused to who does not, whose own words come back."""
    if w.slack is None:
        return
    _types(w, PROPOSER, "present+")
    _types(w, PROPOSER, "q+")
    _types(w, SECRETARY, f"#agreed {w.secrets.text('line', 'a spoken line', w.calls[MAIN], part='cases')}")
    _refused(w, "words refused to who does not run the call", OTHER)
    told_in_channel(w, "cases")
    for change in (untied, given_up):
        change(w)
        _types(w, PROPOSER, "q-")
        _types(w, PROPOSER, "q+")
        told_in_channel(w, "cases")
    _each_word(w, "cases")


def spoken_among_the_named(w: World) -> None:
    """What one of the channel does not hear: they are told that nothing was on, and the post says nothing."""
    if w.slack is None:
        return
    _types(w, NAMED, "q+")
    _types(
        w, SECRETARY, f"#info {w.secrets.text('line', 'a spoken line of the named', w.calls[MAIN], part='strategy')}"
    )
    _refused(w, "words of who does not hear the part", OTHER)
    for word in ("present+", "q+", "#undo"):
        _types(w, OTHER, word)
    told_in_channel(w)
    assert "Nothing is shown here" in w.slack.posts[-1], w.slack.posts[-1]


def _each_word(w: World, part: str) -> None:
    """Every other word that holds a text: minuted in that *part*, put right, passed on; and what nobody reads again:
    what is RED and what is off the record, typed by who runs the call and by who does not."""
    s, main = w.secrets, w.calls[MAIN]

    def text(name: str) -> str:
        return s.text("line", name, main, part=part)

    _types(w, SECRETARY, f"#link https://example.org/{s.token(_added(w, 'an address', part))} {text('a spoken link')}")
    _types(w, SECRETARY, f"#topic {text('a spoken heading')}")
    _types(w, SECRETARY, f"#info {text('words that are put right')} Firday")
    _types(w, SECRETARY, f"s/Firday/{s.token(_added(w, 'words put right', part))}/")
    for who in (SECRETARY, OTHER):
        for mark in RED:
            name = f"{mark} of {who.person.name}"
            _types(w, who, f"{mark} {s.text('red', name, main)}")
    given = s.text("action", "a spoken action", main, part=part, org=OTHER.person.org)
    _types(w, SECRETARY, f"ACTION: {OTHER.person.org} {re.sub('[<>]', '', given)} - 2027-03-01")
    _types(w, SECRETARY, f"#chair {PROPOSER.email}")
    main.scribe = PROPOSER.person.name
    _types(w, PROPOSER, f"#chair {NAMED.email}")
    main.scribe = NAMED.person.name


def _added(w: World, name: str, part: str) -> str:
    w.secrets.add("line", name, w.calls[MAIN], part=part)
    return name


def _refused(w: World, name: str, who: Reader) -> None:
    _types(w, who, f"#info {w.secrets.text('typed', name, w.calls[MAIN], person=who.person.name)}")


def _types(w: World, who: Reader, words: str) -> None:
    assert isinstance(w.slack, Slack)
    w.types(who, words)
    w.cast.clock.advance(seconds=2)
