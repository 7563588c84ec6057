"""Owns the story of the canaries: typed at the doors step by step, and told to the model in the same breath.

Every message that leaves on the way is searched as the wire has it; who walks the doors in between is ``walk``'s, and
what becomes of what was minuted is ``minuted``'s.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.barrier import model
from tests.barrier.accounts import code_entered, seat_given
from tests.barrier.attached import attached, reads_of_papers
from tests.barrier.doors import tie
from tests.barrier.mailed import written_by_mail
from tests.barrier.minuted import WITHHOLDING, adopted, minutes_sent
from tests.barrier.people import (
    COMES,
    EXCLUDED,
    FORMER,
    GUESTS_PROXY,
    NAMED,
    NARROWED,
    OBJECTOR,
    OBSERVES,
    OBSERVES_CLOSED,
    OTHER,
    PENDING,
    PROPOSER,
    PROXY,
    SECOND_OBJECTOR,
    SECRETARY,
    UNADMITTED,
    Reader,
)  # fmt: skip
from tests.barrier.spoken import (
    called_otherwise,
    channel_opened,
    spoken_among_the_named,
    spoken_behind_a_gate,
    spoken_in_a_closed_part,
    told_in_channel,
)
from tests.barrier.world import DRAFT, FEW, MAIN, OFF, World
from tests.lists import START

Step = Callable[[World], None]


def planned(w: World) -> None:
    """Calls of every state, parts of every audience, people with names of their own; then who asks for what."""
    s = w.secrets
    main, few, draft, off = (w.calls.setdefault(day, model.Call(day)) for day in (MAIN, FEW, DRAFT, OFF))
    w.done(f'call add {MAIN} 13:00 UTC for 120 "{s.text("call title", "main", main)}"')
    for name, joint, minutes, only in (
        ("reports", True, 30, ""),
        ("trends", True, 20, ""),
        ("cases", False, 30, ""),
        ("strategy", False, 20, "fr-cnil us-fcc"),
    ):
        title = s.text("part title", name, main, part=name)
        word = "joint" if joint else "agencies"
        w.done(f'segment add {MAIN} {word} {minutes} "{title}"' + (f" only {only}" if only else ""))
        main.parts.append(model.Part(name, minutes, joint, frozenset(only.split())))
    main.parts.insert(2, model.Part("the closed rest", 20, joint=False))
    few.only = frozenset({"fr-cnil", "us-fcc"})
    w.done(f'call add {FEW} 14:00 UTC for 60 "{s.text("call title", "few", few)}" only fr-cnil us-fcc')
    w.done(f'call add {DRAFT} 14:00 UTC for 60 "{s.text("call title", "draft", draft)}"')
    w.done(f'call add {OFF} 14:00 UTC for 60 "{s.text("call title", "off", off)}"')
    for call in (few, draft, off):
        call.parts.append(model.Part("all of it", 60, joint=False))
    s.add("entry in a draft", "an item of the draft", draft, org=SECRETARY.person.org)
    w.refers("an item of the draft", w.done(f'propose {DRAFT} cases 5 "{s.token("an item of the draft")}"'))
    for day in (MAIN, FEW, OFF):
        w.done(f"announce {day} go")
        w.calls[day].state = "announced"
    contact(w, "an Agency's person", PROPOSER, "point")
    contact(w, "a representative's person", COMES)
    contact(w, "an excluded one's person", EXCLUDED)
    contact(w, "an observer's person", OBSERVES, "liaison")
    w.done(f'contact add {FORMER.email} "Former" for meridian-net')
    tie(w)
    w.leave()
    w.done(f"contact remove {FORMER.email}")
    w.leave()


def contact(w: World, name: str, of: Reader, role: str = "") -> None:
    text = w.secrets.text("contact", name, org=of.person.org)
    email = f"{w.secrets.token(name)}@{of.person.org}.example"
    w.done(f'contact add {email} "{re.sub("[<>;]", "", text)}" for {of.person.org}' + (f" as {role}" if role else ""))


def proposed(w: World) -> None:
    """Items of every audience and state, by Agencies for a call, by guests into the pool."""
    s, main = w.secrets, w.calls[MAIN]

    def item(name: str, who: Reader, line: str, *, joint: bool, call: bool = True) -> str:
        title = s.text("item", name, main if call else None, org=who.person.org, joint=joint)
        return w.refers(name, w.done(f'propose {line} "{title}"', who))

    placed = (
        ("a closed case", PROPOSER, f"{MAIN} cases 10", False, "3"),
        ("a joint item of an Agency", PROPOSER, f"{MAIN} a3a 5 joint", True, "1"),
        ("an item of the named", NAMED, f"{MAIN} cases 10", False, "5"),
        ("a case under another name", PROPOSER, f"{MAIN} techniques 5", False, "3"),
        ("a red case", PROPOSER, f"{MAIN} cases 5 TLP:RED", False, "4"),
        ("a guest's report", COMES, "reports 5", True, "1"),
        ("an excluded guest's report", EXCLUDED, "reports 5", True, "1"),
        ("a guest's training", NARROWED, "training 5", True, "2"),
    )
    for name, who, line, joint, _ in placed:
        item(name, who, line, joint=joint, call=who.person.kind == model.AGENCY)
    for name, who, line in (
        ("a declined case", OTHER, f"{MAIN} cases 10"),
        ("a proposal that waits", OTHER, f"{MAIN} cases 10"),
        ("a deferred case", OBJECTOR, f"{MAIN} cases 10"),
    ):
        item(name, who, line, joint=False)
    for name, who in (("a proposal in the pool", PENDING), ("an observer's proposal", OBSERVES)):
        item(name, who, "reports 5", joint=True, call=False)
    s.only_on_pages.add("a red case")
    w.leave()
    w.done(f"item {w.references['a declined case']} decline")
    w.done(f"item {w.references['a deferred case']} defer")
    for name, _, _, _, number in placed:
        w.done(f"item {w.references[name]} to {MAIN}/{number}")
        parts = {"1": "reports", "2": "trends", "3": "the closed rest", "4": "cases", "5": "strategy"}
        secret = s.by_name[name]
        s.by_name[name] = replace(secret, call=main)
        s.change(name, call=MAIN, part=parts[number], accepted=True)
        main.own.add((secret.thing.org, parts[number]))
    closing_item = w.references["a joint item of an Agency"]
    s.add("harm", "whom a case harms", main, part="reports", org=PROPOSER.person.org, accepted=True)
    w.done(f'item {closing_item} harm victims 12 vulnerable "{s.token("whom a case harms")} people"', PROPOSER)
    theirs, words = w.references["a guest's report"], "whom a guest's case harms"
    s.add("harm by others", words, main, part="reports", org=COMES.person.org, joint=True, accepted=True)
    w.done(f'item {theirs} harm vulnerable "{s.token(words)} people"')
    for name, who in (("a report", COMES), ("an excluded guest's early warning", EXCLUDED)):
        text = s.text("report", name, main, org=who.person.org)
        w.refers(name, w.done(f"report {text}", who))
    w.done(f"item {closing_item} closed", PROPOSER)
    s.change("a joint item of an Agency", joint=False)
    w.leave()
    attached(w)


GUESTS = {
    COMES: ("reports", "trends"),
    EXCLUDED: ("reports", "trends"),
    NARROWED: ("reports", "trends"),
    UNADMITTED: ("reports", "trends"),
    OBSERVES: ("reports", "trends"),
    OBSERVES_CLOSED: ("cases",),
}


def approved(w: World) -> None:
    """A list sent round and approved, but for one name that waits; then objections, and a name taken off."""
    s, main = w.secrets, w.calls[MAIN]
    w.done(f"admit {' '.join(r.person.org for r in GUESTS if r is not OBSERVES_CLOSED)} to {MAIN}")
    w.done(f"admit itu to {MAIN}/4")
    w.done(f"circulate {MAIN} go")
    places = {(name, part) for guest, parts in GUESTS.items() for name in w.people_of(guest) for part in parts}
    main.circulated |= places
    w.leave()
    w.done(f"approve {MAIN} early go")
    main.approved |= places
    w.leave()
    brought(w)
    code_entered(w)
    seat_given(w)
    w.done(f"admit {PENDING.person.org} to {MAIN}")
    s.add("objection", "an objection", main, org=OBJECTOR.person.org)
    w.refers("an objection", w.done(f"object harbour-bank to {MAIN}", OBJECTOR))
    main.objections.append(model.Objection(OBJECTOR.person.org, "harbour-bank"))
    reason = s.text("objection", "a reason", main, org=SECOND_OBJECTOR.person.org)
    object_by_form(w, SECOND_OBJECTOR, NARROWED, "trends", reason)
    main.objections.append(model.Objection(SECOND_OBJECTOR.person.org, "savanna-mobile", parts=frozenset({"trends"})))
    w.done(f"unadmit paybridge from {MAIN} go")
    off = {(UNADMITTED.person.name, part) for part in ("reports", "trends")}
    main.approved -= off
    main.circulated -= off
    w.leave()
    w.cast.clock.advance(minutes=3)
    w.leave()
    w.cast.clock.advance(days=1)
    w.leave()
    w.done(f"briefing send {MAIN} go")
    main.briefed = True
    w.leave()
    reads_of_papers(w)
    written_by_mail(w)
    w.says(SECRETARY, f"call cancel {OFF} because {s.text('cancel reason', 'why it is off', w.calls[OFF])} go")
    w.calls[OFF].state = "cancelled"
    w.leave()


def brought(w: World) -> None:
    """An Agency brings a proxy to one of its two calls; a guest's is asked for, confirmed, circulated and approved. Who
    walked copies before was shown such buttons too, of wishes that are none here."""
    others = set(w.buttons)
    w.done(f'bring {PROXY.email} "A proxy" to {MAIN}', NAMED)
    w.done(f'bring {GUESTS_PROXY.email} "A guest\'s proxy" to {MAIN}', COMES)
    w.leave()
    [confirms] = [b for b in w.buttons - others if b.action == "contact.add"]
    w.presses(SECRETARY, confirms)
    w.done(f"circulate {MAIN} go")
    places = {(GUESTS_PROXY.person.name, part) for part in ("reports", "trends")}
    w.calls[MAIN].circulated |= places
    w.leave()
    w.done(f"approve {MAIN} early go")
    w.calls[MAIN].approved |= places
    tie(w)
    w.leave()


def object_by_form(w: World, who: Reader, guest: Reader, part: str, reason: str) -> None:
    """An objection with a reason, which only the form has a field for; the choices are those that the form shows."""
    w.done("object", who)
    view = json.loads(w.views["object"])
    options = {
        option["text"]["text"]: option["value"]
        for block in view["blocks"]
        for option in block.get("element", {}).get("options", ())
    }
    token = next(t for t, name in w.secrets._of_token.items() if name == part)
    whom = next(v for text, v in options.items() if guest.person.org.split("-")[0] in text.casefold())
    scope = next(v for text, v in options.items() if token in text)
    w.submits(who, "object", {"who": whom, "scope": [scope], "until": "", "reason": reason}, view["private_metadata"])


def day_before(w: World) -> None:
    """Agencies read the telephone numbers of their parts."""
    w.cast.clock.at = START - timedelta(hours=20)
    w.leave()
    w.learn_numbers(NAMED)
    w.pages(NAMED)


def part_opens(w: World) -> None:
    """The call begins; the first part runs, with what is minuted in it."""
    s, main = w.secrets, w.calls[MAIN]
    channel_opened(w)
    w.done(f"scribe {MAIN} {PROPOSER.email}")
    main.scribe = PROPOSER.person.name
    w.cast.clock.at = START
    w.done(f"start {MAIN}")
    w.learn_bridge(PROPOSER, "reports")
    w.done("here meridian-net fr-cnil jp-mic")
    s.add("attendance", "who left a part early", main, part="reports", org="jp-mic")
    s.whole("who left a part early", "Left before the end: jp-mic")
    w.done("left jp-mic")
    s.add("regrets", "who cannot come", main, part="reports", org="ca-crtc")
    s.whole("who cannot come", "Regrets: ca-crtc")
    s.add("gate", "that a gate stood shut", main)
    s.whole("that a gate stood shut", "The gate before this part ")
    w.done("regrets from ca-crtc")

    def entered(name: str, line: str, **more: object) -> None:
        w.cast.clock.advance(seconds=1)
        verb, _, rest = line.partition(" ")
        text = s.text("line", name, main, part="reports", **more)
        w.refers(name, w.done(f"{verb} {rest}{text}"))

    entered("a joint note", "note ")
    entered("a guest's line", "note meridian-net: ", org="meridian-net")
    entered("an excluded guest's line", "note harbour-bank: ", org="harbour-bank")
    for name, who in WITHHOLDING:
        entered(name, f"note {who.person.org}: ", org=who.person.org)
    entered("a decision", "decision ")
    entered("a closed line", "note [closed] ", closed=True)
    w.cast.clock.advance(seconds=1)
    given(w, "a guest's action", COMES, "reports")
    given(w, "an Agency's action", NAMED, "reports")
    w.leave()
    w.done(f"late {MAIN} 4")
    w.leave()


def given(w: World, name: str, to: Reader, part: str, *, confirmed: bool = False) -> None:
    text = w.secrets.text("action", name, w.calls[MAIN], part=part, org=to.person.org, confirmed=confirmed)
    w.refers(name, w.done(f"action {to.person.org} by 2027-03-01 {text}"))


def closed_part(w: World) -> None:
    """Through the gates to the closed parts; an action from there to a guest waits for its words."""
    s, main = w.secrets, w.calls[MAIN]

    w.done(f"scribe {MAIN} {NAMED.email}", PROPOSER)
    main.scribe = NAMED.person.name

    def on() -> None:
        w.done(f"gate {MAIN}")
        w.done(f"clear {MAIN}")
        w.cast.clock.advance(seconds=1)

    on()
    spoken_behind_a_gate(w, on)
    w.done("next")
    told_in_channel(w, "a closed case")
    w.done("next")
    called_otherwise(w)
    on()
    w.learn_bridge(PROPOSER, "cases")
    w.refers("a closed note", w.done(f"note {s.text('line', 'a closed note', main, part='cases')}"))
    w.cast.clock.advance(seconds=1)
    text = s.text("line", "a scribe's line", main, part="cases")
    w.refers("a scribe's line", w.done(f"note {text}", NAMED))
    w.cast.clock.advance(seconds=1)
    for name in ("a green closed note", "a green note taken out", "a green note withheld"):
        who = "fr-cnil: " if "withheld" in name else ""
        text = s.text("line", name, main, part="cases", org="fr-cnil" if who else "")
        w.refers(name, w.done(f"note TLP:GREEN {who}{text}"))
        w.cast.clock.advance(seconds=1)
    given(w, "a guest's action of a closed part", COMES, "cases")
    given(w, "an Agency's action of a closed part", OTHER, "cases")
    spoken_in_a_closed_part(w)
    w.cast.clock.advance(minutes=1)
    on()
    w.learn_bridge(PROPOSER, "strategy")
    w.refers("a note of the named", w.done(f"note {s.text('line', 'a note of the named', main, part='strategy')}"))
    spoken_among_the_named(w)
    w.leave()


STORY: tuple[Step, ...] = (planned, proposed, approved, day_before, part_opens, closed_part, minutes_sent, adopted)
