"""Owns what becomes in the canaries' story of what was minuted: sent, withheld, adopted, released, counted."""

from datetime import datetime, timedelta

from handlers.formats import FORMATS
from tests.barrier.attached import pages_of, reads_of_papers
from tests.barrier.people import COMES, NAMED, OTHER, PROPOSER, READERS
from tests.barrier.world import FEW, MAIN, World
from tests.lists import START

WITHHOLDING = (
    ("an Agency's withheld line", PROPOSER),
    ("an Agency's line shared again", OTHER),
    ("an Agency's line withheld late", NAMED),
)
"""Lines of a joint part, and the Agencies whose words they are."""


def minutes_sent(w: World) -> None:
    """The call has ended and its minutes went out; one line was corrected, one is held."""
    s, main = w.secrets, w.calls[MAIN]
    w.cast.clock.at = START + timedelta(minutes=125)
    w.done(f"end {MAIN}")
    main.state = "held"
    w.leave()
    drafted(w)
    w.done(f"minutes send {MAIN} go")
    main.sent = True
    w.leave()
    text = s.text("line", "a correction", main, part="reports")
    w.done(f"correct {w.references['a joint note']} {text}")
    w.done(f"hold {w.references['a closed note']}", OTHER)
    withheld(w)
    w.leave()
    counted(w)


def adopted(w: World) -> None:
    """The silence has ended: the minutes stand adopted, and the guests' edition goes out."""
    main = w.calls[MAIN]
    w.done(f"hold {w.references['a closed note']} release", OTHER)
    w.cast.clock.advance(days=15)
    w.leave()
    w.done(f"minutes adopt {MAIN} go")
    main.adopted = True
    w.done(f"action {w.references['a guest' + chr(39) + 's action of a closed part']} confirm")
    s = w.secrets
    s.change("a guest's action of a closed part", confirmed=True)
    w.leave()
    w.cast.clock.advance(days=3)
    w.leave()
    from_paper(w)
    released(w)
    dropped(w)


def from_paper(w: World) -> None:
    """A call of two that was held without the bot is entered, with what was written down, and its minutes are sent."""
    s, few = w.secrets, w.calls[FEW]
    w.cast.clock.at = datetime.fromisoformat(f"{FEW}T20:00+00:00")
    w.leave()
    w.done(f"start {FEW} held")
    few.state = "held"
    w.refers("a line from paper", w.done(f"note {FEW}/1 {s.text('line', 'a line from paper', few, part='all of it')}"))
    w.leave()
    w.done(f"minutes send {FEW} go")
    few.sent = True
    w.leave()


def dropped(w: World) -> None:
    """Actions of a closed part are dropped, with a reason that one of their owners may not read."""
    s, main = w.secrets, w.calls[MAIN]
    for name, who in (("an Agency's action of a closed part", OTHER), ("a guest's action of a closed part", COMES)):
        why = s.text("reason", f"why {name} was dropped", main, part="cases", org=who.person.org)
        w.done(f"drop {w.references[name]} because {why}")
    w.leave()
    for who in READERS:
        w.says(who, "find folded")
        for name in ("an Agency's action of a closed part", "a guest's action of a closed part"):
            w.says(who, f"actions {w.references[name]}")


def drafted(w: World) -> None:
    """Everybody asks for the draft: the scribe reads all of it, whoever was the scribe before them none."""
    for who in READERS:
        w.says(who, f"minutes {MAIN}")
        w.says(who, f"minutes {MAIN} page 2")
        w.says(who, f"runsheet {MAIN}")
    given = w.secrets.given_to(NAMED.person)
    assert given >= {"a joint note", "a closed note", "a note of the named", "an Agency's action"}, given


def withheld(w: World) -> None:
    """Agencies keep words of theirs from wider editions, with what was corrected in them; one shares them again."""
    s, main = w.secrets, w.calls[MAIN]
    kept, shared = (w.references[name] for name, _ in WITHHOLDING[:2])
    text = s.text("line", "a correction of a withheld line", main, part="reports", org=PROPOSER.person.org)
    w.done(f"correct {kept} {text}", PROPOSER)
    w.done(f"withhold {kept}", PROPOSER)
    for name in ("an Agency's withheld line", "a correction of a withheld line"):
        s.change(name, withheld=True)
    w.done(f"withhold {shared}", OTHER)
    w.done(f"withhold {shared} release", OTHER)


def counted(w: World) -> None:
    """What became of everybody's actions, in words and drawn: it has no words of the story, so its own are the mark."""
    for name, mark in (("the count of actions", "Open 25 weeks ago"), ("the picture of actions", "<polyline points=")):
        w.secrets.add("picture", name)
        w.secrets.whole(name, mark)
    for who in READERS:
        w.says(who, "actions progress")
        w.fetches(who, pages_of(w, who))


def released(w: World) -> None:
    """A named edition of what is GREEN in the closed part: one line is taken out of it, one is withheld, one goes."""
    s, main = w.secrets, w.calls[MAIN]
    name = s.text("edition", "an edition's name", main, part="cases")
    w.refers("an edition's name", w.done(f'edition {MAIN} "{name}" green go'))
    reference = w.references["an edition's name"]
    w.leave()
    reads_of_it(w, reference)
    late, who = WITHHOLDING[2]
    w.done(f"withhold {w.references[late]}", who)
    s.change(late, withheld=True)
    w.done(f"edition {reference} object {w.references['a green note taken out']}", OTHER)
    w.done(f"withhold {w.references['a green note withheld']}", PROPOSER)
    w.cast.clock.advance(days=15)
    w.leave()
    w.done(f"edition {reference} release go")
    for released_now in ("an edition's name", "a green closed note"):
        s.change(released_now, released=True)
    w.leave()
    reads_of_it(w, reference)
    reads_of_papers(w)


def reads_of_it(w: World, reference: str) -> None:
    """Everybody asks for the edition, in Slack and as a file."""
    for who in READERS:
        w.says(who, "edition")
        w.says(who, f"edition {reference}")
        pages = sorted(link for link in w.links.get(who.person.name, ()) if link.startswith("/me/"))
        w.fetches(who, [f"{link}/edition/{reference}.{ending}" for link in pages for ending in FORMATS])
