"""Owns a second opinion on who may learn what, written from the page on the barrier alone, as naively as possible.

It imports nothing of the house, so that a mistake there is not made here as well. People, organisations, parts and
calls go by plain names; every question is a function that answers yes or no.
"""

from dataclasses import dataclass, field

SECRETARIAT, AGENCY, REPRESENTATIVE, OBSERVER, NOBODY = "secretariat", "agency", "representative", "observer", "nobody"
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Person:
    """Somebody at a door: *kind* is one of the words above; whoever left, was replaced or was never known is nobody.

    *brought*: the name of the one call that a proxy was brought to; '' for who speaks for their organisation always.
    """

    name: str
    org: str
    kind: str
    brought: str = ""


@dataclass(frozen=True)
class Part:
    """A segment: *joint* or closed, *only* the organisations named where any are; *minutes* long."""

    name: str
    minutes: int
    joint: bool
    only: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Objection:
    """Of the Agency *by* against *org*, or one *person* of it: to those *parts* of the call, or to all of it.

    It stands from *since* on, until it is *withdrawn* or its time (*until*) has run out: minutes from the call's start.
    """

    by: str
    org: str
    person: str = ""
    parts: frozenset[str] = frozenset({EVERYWHERE})
    since: int = -100_000
    withdrawn: int | None = None
    until: int | None = None

    def stands(self, moment: int) -> bool:
        if self.since > moment:
            return False
        return all(end is None or moment < end for end in (self.withdrawn, self.until))


@dataclass
class Call:
    """A call and what was done about it. *state*: draft, announced, held or cancelled. *approved*, *circulated* and
    *chosen* are pairs of a person and a part; *own* those of an organisation and a part in which its item stands.

    *now* and when it *ended* are minutes from its planned start; *running* while it does. *scribe* is the name of who
    runs it beside the secretariat, while they hear every part.
    """

    name: str
    parts: list[Part] = field(default_factory=list)
    state: str = "draft"
    only: frozenset[str] = frozenset()
    law_enforcement: bool = False
    circulated: set[tuple[str, str]] = field(default_factory=set)
    approved: set[tuple[str, str]] = field(default_factory=set)
    chosen: set[tuple[str, str]] = field(default_factory=set)
    own: set[tuple[str, str]] = field(default_factory=set)
    objections: list[Objection] = field(default_factory=list)
    sent: bool = False
    adopted: bool = False
    now: int = -10_000
    running: bool = False
    ended: int | None = None
    briefed: bool = False
    scribe: str = ""

    def judged_at(self) -> int:
        """An objection reaches calls that have not ended; a call that never began has, a day after it should have."""
        planned = sum(p.minutes for p in self.parts)
        if self.ended is not None:
            return self.ended
        if self.state in ("held", "cancelled"):
            return planned
        return self.now if self.running else min(self.now, planned + 24 * 60)

    def part(self, name: str) -> Part:
        return next(p for p in self.parts if p.name == name)


# --- Bound: whose parts they are ---


def invited(who: Person, call: Call) -> bool:
    """An Agency is invited to an announced call: all of them, or those that it names."""
    if who.kind != AGENCY or call.state not in ("announced", "held"):
        return False
    return not call.only or who.org in call.only


def barred(call: Call, person: str, org: str, part: str) -> bool:
    """An objection takes a name off for its scope, whoever made it."""
    for objection in call.objections:
        if objection.org != org or objection.person not in ("", person) or not objection.stands(call.judged_at()):
            continue
        if EVERYWHERE in objection.parts or part in objection.parts:
            return True
    return False


def takes(call: Call, kind: str, org: str, part: Part) -> bool:
    """Which guests an audience takes: representatives joint parts, observers any, nobody a call of law enforcement."""
    if call.law_enforcement or (part.only and org not in part.only):
        return False
    return kind == OBSERVER or (kind == REPRESENTATIVE and part.joint)


def approved_for(who: Person, call: Call, part: Part) -> bool:
    """Approved by name, in a part that takes them, and objected to by nobody."""
    if call.state not in ("announced", "held") or not takes(call, who.kind, who.org, part):
        return False
    return (who.name, part.name) in call.approved and not barred(call, who.name, who.org, part.name)


def window(who: Person, call: Call) -> list[Part]:
    """A guest's parts without a gap: what the secretariat chose, else the block with their own item, else the longer,
    else the earlier (Who comes, 8)."""
    blocks: list[list[Part]] = [[]]
    for part in call.parts:
        if approved_for(who, call, part):
            blocks[-1].append(part)
        else:
            blocks.append([])
    blocks = [b for b in blocks if b]
    if len(blocks) > 1 and any((who.name, p.name) in call.chosen for b in blocks for p in b):
        return [p for b in blocks if any((who.name, p.name) in call.chosen for p in b) for p in b]
    best: list[Part] = []
    best_rank = (False, 0)
    for block in blocks:
        rank = (any((who.org, p.name) in call.own for p in block), sum(p.minutes for p in block))
        if rank > best_rank:
            best, best_rank = block, rank
    return best


def hears(who: Person, call: Call, name: str) -> bool:
    """Whether somebody may be in a part of a call, and so learn its title, items and papers."""
    if who.kind == SECRETARIAT:
        return True
    part = call.part(name)
    if who.kind == AGENCY:
        return invited(who, call) and (not part.only or who.org in part.only)
    return part in window(who, call)


def writes(who: Person, call: Call) -> bool:
    """The scribe reads the draft of what is entered, for as long as they hear every part."""
    return who.kind == AGENCY and who.name == call.scribe and all(hears(who, call, p.name) for p in call.parts)


def hears_any(who: Person, call: Call) -> bool:
    return who.kind == SECRETARIAT or any(hears(who, call, p.name) for p in call.parts)


# --- Bound: one question for each kind of thing that is said or written ---


@dataclass(frozen=True)
class Thing:
    """Something said or written; *org* is whose it is: who proposed an item, spoke a line, owns an action, objects.

    *part* '' is no part; *joint* an item's own mark; *closed* a line's or action's; *confirmed* an action's words;
    *shown* an Agency's contact that chose to stand in everybody's directory; *released* in a named edition; *withheld*
    by its Agency from wider editions; *whose*: the person who waits for the floor.
    """

    kind: str
    call: str = ""
    part: str = ""
    org: str = ""
    person: str = ""
    joint: bool = False
    closed: bool = False
    accepted: bool = False
    confirmed: bool = False
    shown: bool = False
    released: bool = False
    withheld: bool = False
    whose: Person | None = None


def may(who: Person, thing: Thing, call: Call | None) -> bool:
    """Whether *who* may have *thing*, of *call* where it is of one. Everything not listed is nobody's."""
    if who.kind == NOBODY:
        return False
    if who.brought and thing.kind not in ("link", "typed"):
        return _may_proxy(who, thing, call)
    return _RULES[thing.kind](who, thing, call or Call(""))


def _may_proxy(who: Person, thing: Thing, call: Call | None) -> bool:
    """A proxy has of its one call what its organisation has of it; of everything else nothing, but whom everybody may
    know. It objects to nobody, so reads no list; what its organisation reports or proposes elsewhere is none of its
    own."""
    if thing.kind == "contact":
        return thing.shown
    if (
        call is None
        or call.name != who.brought
        or thing.call != call.name
        or thing.kind in ("objection", "name on the list")
    ):
        return False
    if thing.kind == "report":
        return who.kind == AGENCY and call.briefed and hears_any(who, call)
    return _RULES[thing.kind](who, thing, call)


def _call_title(who: Person, thing: Thing, call: Call) -> bool:
    """A guest's call bears the title of their part; Agencies are told of one that is off by the title they knew."""
    if who.kind == SECRETARIAT:
        return True
    if call.state == "cancelled":
        return who.kind == AGENCY and (not call.only or who.org in call.only)
    return who.kind == AGENCY and hears_any(who, call)


def _part_title(who: Person, thing: Thing, call: Call) -> bool:
    return hears(who, call, thing.part)


def _cancel_reason(who: Person, thing: Thing, call: Call) -> bool:
    """It is for the Agencies invited; a cancelled call is nobody else's any more."""
    return who.kind == SECRETARIAT or (who.kind == AGENCY and (not call.only or who.org in call.only))


def _item(who: Person, thing: Thing, call: Call) -> bool:
    """Its own organisation; once accepted, the Agencies of its part, and the guests of it where it is marked joint."""
    if who.kind == SECRETARIAT or who.org == thing.org:
        return True
    if not thing.accepted or not thing.call:
        return False
    if not thing.part:
        return who.kind == AGENCY and hears_any(who, call)
    return hears(who, call, thing.part) and (who.kind == AGENCY or thing.joint)


def _paper(who: Person, thing: Thing, call: Call) -> bool:
    """What a paper says and what it is called: whoever may read the item that it is attached to."""
    return _item(who, thing, call)


def _taken_out(who: Person, thing: Thing, call: Call) -> bool:
    """What an item was called before its proposer gave it another title is theirs and the secretariat's."""
    return who.kind == SECRETARIAT or who.org == thing.org


def _entered_in_a_draft(who: Person, thing: Thing, call: Call) -> bool:
    """What the secretariat entered as itself in a draft is nobody else's, also not of the Agency whose people it is."""
    return who.kind == SECRETARIAT


def _harm(who: Person, thing: Thing, call: Call) -> bool:
    """What harm a case does is for Agencies alone, also where guests read its title, and for whoever stated it."""
    return (who.kind in (SECRETARIAT, AGENCY) or who.org == thing.org) and _item(who, thing, call)


def _harm_by_others(who: Person, thing: Thing, call: Call) -> bool:
    """What somebody else states of the harm of a guest's case is not the guest's: that is for Agencies alone."""
    return who.kind in (SECRETARIAT, AGENCY) and _item(who, thing, call)


def _of_proposer(who: Person, thing: Thing, call: Call) -> bool:
    """That an item's presenter was asked to open it, or has confirmed it: the presenter's organisation and the
    secretariat."""
    return who.kind == SECRETARIAT or who.org == thing.org


def _report(who: Person, thing: Thing, call: Call) -> bool:
    """A guest's report: its own organisation's and the secretariat's; the Agencies' once a briefing was sent."""
    if who.kind == SECRETARIAT or who.org == thing.org:
        return True
    return who.kind == AGENCY and call.briefed and hears_any(who, call)


def _line(who: Person, thing: Thing, call: Call) -> bool:
    """The scribe at once; Agencies once the minutes are sent; guests the lines attributed to them then, the others once
    adopted, none that is withheld; everybody who takes part one that was released in a named edition."""
    if who.kind == SECRETARIAT or thing.released:
        return True
    if not call.sent:
        return writes(who, call)
    if not hears(who, call, thing.part):
        return False
    return who.kind == AGENCY or (not thing.closed and not thing.withheld and (call.adopted or who.org == thing.org))


def _amendment(who: Person, thing: Thing, call: Call) -> bool:
    """What was put right below a line: whoever may read the line."""
    return _line(who, thing, call)


def _edition_line(who: Person, thing: Thing, call: Call) -> bool:
    """A line of a named edition, which is made of adopted minutes without what is withheld: once it is released for all
    who take part; before, for those who read it, and of them, where it holds somebody's words, for these alone."""
    if not call.adopted or thing.withheld:
        return False
    if who.kind == SECRETARIAT or thing.released:
        return True
    return (not thing.org or who.org == thing.org) and _line(who, thing, call)


def _edition(who: Person, thing: Thing, call: Call) -> bool:
    """The name of a named edition: before the release only those whose lines it asks for, who heard their part."""
    return who.kind == SECRETARIAT or thing.released or hears(who, call, thing.part)


def _action(who: Person, thing: Thing, call: Call) -> bool:
    """Its owner once the words are confirmed or where it was in the room; Agencies of its part once the minutes are
    sent."""
    if who.kind == SECRETARIAT:
        return True
    heard = hears(who, call, thing.part)
    if who.org == thing.org:
        return thing.confirmed or (heard and (who.kind == AGENCY or not thing.closed)) or _of_sent(who, heard, call)
    return _of_sent(who, heard, call)


def _former_owner(who: Person, thing: Thing, call: Call) -> bool:
    """Whose an action was before: Agencies of its part once the minutes are sent, not whose it is now."""
    return who.kind == SECRETARIAT or (who.kind == AGENCY and call.sent and hears(who, call, thing.part))


def _reason(who: Person, thing: Thing, call: Call) -> bool:
    """Why an action was dropped: those, and an owner who was in the room when it was given."""
    if _former_owner(who, thing, call):
        return True
    return who.org == thing.org and hears(who, call, thing.part) and (who.kind == AGENCY or not thing.closed)


def _place(who: Person, thing: Thing, call: Call) -> bool:
    """Who waits for the floor in the part that is on, the first: those of them who still hear it, to the Agencies of
    the part; a guest learns of their own place alone."""
    assert thing.whose is not None
    if not call.running or thing.part != call.parts[0].name or not hears(thing.whose, call, thing.part):
        return False
    return who.kind == SECRETARIAT or (hears(who, call, thing.part) and (who.kind == AGENCY or who == thing.whose))


def _gate(who: Person, thing: Thing, call: Call) -> bool:
    """That a gate stood shut: Agencies that hear the parts beside it, where they read who was there; no guest."""
    return who.kind == SECRETARIAT or (who.kind == AGENCY and (call.sent or writes(who, call)) and hears_any(who, call))


def _of_sent(who: Person, heard: bool, call: Call) -> bool:
    return who.kind == AGENCY and (call.sent or writes(who, call)) and heard


def _on_list(who: Person, thing: Thing, call: Call) -> bool:
    """A name on a list: Agencies of that part, as circulated, while it stands."""
    if who.kind == SECRETARIAT:
        return True
    standing = (thing.person, thing.part) in call.circulated and not barred(call, thing.person, thing.org, thing.part)
    return who.kind == AGENCY and standing and hears(who, call, thing.part)


def _attendance(who: Person, thing: Thing, call: Call) -> bool:
    if who.kind == SECRETARIAT:
        return True
    return who.kind == AGENCY and (call.sent or writes(who, call)) and hears(who, call, thing.part)


def _regrets(who: Person, thing: Thing, call: Call) -> bool:
    """Who cannot come to a part: whoever reads who was there, of an Agency that could have come, and of a guest whose
    name they read on its list."""
    if thing.person:
        return _attendance(who, thing, call) and not who.brought and _on_list(who, thing, call)
    return _attendance(who, thing, call) and hears(Person("", thing.org, AGENCY), call, thing.part)


def _objection(who: Person, thing: Thing, call: Call) -> bool:
    """Who objected, and why, and that anybody did: the objecting Agency and the secretariat only."""
    return who.kind == SECRETARIAT or (who.kind == AGENCY and who.org == thing.org)


def _contact(who: Person, thing: Thing, call: Call) -> bool:
    """Agencies have the directory; others their own organisation and the Agency contacts that chose to be shown."""
    return who.kind in (SECRETARIAT, AGENCY) or who.org == thing.org or thing.shown


def _link(who: Person, thing: Thing, call: Call) -> bool:
    """A personal link is one person's, and the secretariat has no use for it either."""
    return who.name == thing.person


def _picture(who: Person, thing: Thing, call: Call) -> bool:
    """How many actions of everybody are open is for the secretariat alone."""
    return who.kind == SECRETARIAT


def _red(who: Person, thing: Thing, call: Call) -> bool:
    """TLP:RED words that their originator did not ask to be minuted, and what is off the record, are nobody's."""
    return False


def _typed(who: Person, thing: Thing, call: Call) -> bool:
    """What somebody typed during a call and was not taken comes back to them alone."""
    return who.kind == SECRETARIAT or who.name == thing.person


def _bridge(who: Person, thing: Thing, call: Call) -> bool:
    """One that no part was given yet is the secretariat's, which supplies the pool."""
    return who.kind == SECRETARIAT or (bool(thing.part) and hears(who, call, thing.part))


def _number(who: Person, thing: Thing, call: Call) -> bool:
    """Telephone numbers are for Agencies, of the parts that they hear."""
    return who.kind in (SECRETARIAT, AGENCY) and _bridge(who, thing, call)


_RULES = {
    "call title": _call_title,
    "part title": _part_title,
    "cancel reason": _cancel_reason,
    "item": _item,
    "taken out": _taken_out,
    "entry in a draft": _entered_in_a_draft,
    "paper": _paper,
    "harm": _harm,
    "harm by others": _harm_by_others,
    "report": _report,
    "line": _line,
    "edition": _edition,
    "line of an edition": _edition_line,
    "amendment": _amendment,
    "confirmation": _of_proposer,
    "consent": _of_proposer,
    "former owner": _former_owner,
    "reason": _reason,
    "place in the queue": _place,
    "action": _action,
    "gate": _gate,
    "name on the list": _on_list,
    "attendance": _attendance,
    "regrets": _regrets,
    "objection": _objection,
    "contact": _contact,
    "link": _link,
    "picture": _picture,
    "typed": _typed,
    "red": _red,
    "bridge": _bridge,
    "number": _number,
}
