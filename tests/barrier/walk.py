"""Owns how a reader walks every door: what to type, press and send is made from what the house registers.

A verb, button, form or route that is new is walked without a line here; ``FIXED`` fills in what a usage leaves open.
What they type of tokens and references is spelt as the house never spells one (``canaries.guessed``).
"""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from handlers.formats import FORMATS
from handlers.slack.rooms import ROOMS
from tests.barrier.canaries import guessed
from tests.barrier.doors import Button
from tests.barrier.mailed import comes_in, quoted
from tests.barrier.model import SECRETARIAT
from tests.barrier.people import READERS, Reader
from tests.barrier.world import DRAFT, FEW, MAIN, OFF, World

READING = (
    "",
    "calls",
    "call",
    "agenda",
    "attendees",
    "minutes",
    "actions",
    "objections",
    "directory",
    "steps",
    "runsheet",
    "gates",
    "queue",
    "topics",
    "report",
    "briefing",
    "edition",
)
"""What is read before anything is changed, so that the walk of who may do all shows all."""

FEW_GUESSES = 30
NO_PAGES = "none"
NOTHING = "ZZZZZZ"
TYPED = "zzverytyped"
"""A word in what those who walk type themselves: they may read it again, the log may not."""
DAYS = (MAIN, FEW, DRAFT, OFF, "2027-08-08", "next", "last")
FIXED: Mapping[str, Sequence[str]] = {
    "N": ("1", "2", "3", "4", "5", "6"),
    "DATE": (MAIN, FEW, "2027-12-01", "+14d"),
    "HH": ("10",),
    "MM": ("30",),
    "ZONE": ("UTC", "Paris"),
    "MINUTES": ("5", "20"),
    "TITLE": (f"A {TYPED} title", "Reports"),
    "TEXT": (f"some {TYPED} text", f"some {TYPED} TLP:GREEN text"),
    "TOPIC": ("cases", "reports", "training"),
    "CODE": ("000000", "7K2M9Q"),
    "NAME": (f"A. {TYPED}",),
    "PERSON": (f"A. {TYPED}",),
    "LABEL": ("RED", "AMBER", "GREEN", "PURPLE"),
    "USER": ("U0NE",),
    "TLP": ("TLP",),
}


def words_of(w: World) -> dict[str, Sequence[str]]:
    """What may stand for each word in capitals; references are those of the whole story, and one of nothing."""
    references = [guessed(reference) for reference in (*w.references.values(), NOTHING)]
    emails = [r.email for r in READERS if r.email]
    organisations = sorted({r.person.org for r in READERS if r.person.org})
    known = {
        **FIXED,
        "CALL": [*DAYS, *(f"{MAIN}/{n}" for n in range(1, 6))],
        "VERB": list(ROOMS.verbs),
        **dict.fromkeys(("ITEM", "LINE", "ACTION", "OBJECTION", "REF", "REPORT", "PAPER"), references),
        **dict.fromkeys(("WHO", "ORG", "AGENCY", "SHORT"), (*organisations, *emails)),
        "EMAIL": emails,
    }
    return {**known, "": sorted({word for words in known.values() for word in words})}


def expanded(usage: str, words: Mapping[str, Sequence[str]], rng: random.Random) -> str:
    """One line of the form *usage*: an alternative of each, what may be left out in or out, capitals filled in."""
    line = rng.choice(usage.split(" | "))
    while "[" in line:
        shorter = re.sub(r"\[([^\[\]]*)\]", lambda m: m[1] if rng.random() < 0.6 else "", line)
        line = shorter if shorter != line else line.replace("[", "")
    line = " ".join(rng.choice(word.split("|")) for word in line.replace("...", "").split())
    return re.sub(r"[A-Z]+", lambda m: rng.choice(words.get(m[0], words[""])), line)


def lines(w: World, rng: random.Random, most: int) -> Iterator[str]:
    """Every verb alone, with one word of each kind, in the forms of its usage; at most about *most* of the latter."""
    words = words_of(w)
    known = {**{v: r.usage for v, r in ROOMS.verbs.items()}, **{v: r.usage for v, r in ROOMS.open_verbs.items()}}
    yield "nonsense"
    yield from known
    helped = [f"help {verb}" for verb in known]
    yield from rng.sample(helped, min(len(helped), most // 2))
    ones = [f"{verb} {word}" for verb in known for word in words[""] if word[1:].isupper() or word[:1].isdigit()]
    tokens = [token for token in w.secrets.words() if rng.random() < 0.3]
    ones += [f"{verb} {MAIN}/{token}" for verb in known for token in tokens]
    for line in rng.sample(ones, min(len(ones), most // 2)):
        yield line
    for _ in range(most // 2):
        line = expanded(rng.choice(list(known.values())), words, rng)
        yield line + rng.choice(("", "", " go"))


def presses(w: World, rng: random.Random, most: int) -> Iterator[Button]:
    """Every button that anybody was shown, as anybody; and every action with the value of any other."""
    shown = sorted(w.buttons, key=lambda b: (b.action, b.value))
    values = [*(b.value for b in shown), *w.references.values(), NOTHING, "", MAIN]
    actions = sorted({*ROOMS.presses, *(b.action for b in shown)})
    forged = [Button(rng.choice(actions), rng.choice(values)) for _ in range(most)]
    yield from rng.sample(shown, min(len(shown), most))
    yield from forged


def submissions(w: World, rng: random.Random, most: int) -> Iterator[tuple[str, dict[str, object], str]]:
    """Every form that anybody was shown, sent by anybody: with choices of the form, or with the reference of others."""
    forms = {callback: json.loads(view) for callback, view in w.views.items()}
    references = [NOTHING, "", *w.references.values(), *(f["private_metadata"] for f in forms.values())]
    for _ in range(most):
        callback = rng.choice(sorted(ROOMS.views))
        form = forms.get(callback)
        if form is None:
            yield callback, {"title": "A title", "who": NOTHING, "topic": "cases"}, rng.choice(references)
            continue
        values = {block["block_id"]: _chosen(block, rng) for block in form["blocks"] if block["type"] == "input"}
        yield callback, values, rng.choice([form["private_metadata"], rng.choice(references)])


def _chosen(block: Mapping[str, object], rng: random.Random) -> object:
    element = block["element"]
    assert isinstance(element, dict)
    options = [o["value"] for o in element.get("options", ())]
    options += [o["value"] for group in element.get("option_groups", ()) for o in group["options"]]
    if not options:
        return rng.choice(("", "5", f"Some {TYPED} words", "2027-12-01"))
    return [rng.choice(options)] if str(element["type"]).startswith("multi") else rng.choice(options)


def reads(w: World, who: Reader, words: Sequence[str] = ("", *DAYS), ending: str = "") -> None:
    """What *who* is shown on asking with each of *words*, and at the pages: at all of them, or at their own, with files
    of one *ending*; at none with NO_PAGES."""
    for verb in READING:
        for word in words:
            w.says(who, f"{verb} {word}".strip())
    for page in ("", " page 2", " page 3"):
        w.says(who, f"find folded{page}")
        w.says(who, f"find and more of it{page}")
    if not ending:
        w.pages(who)
    elif ending != NO_PAGES:
        w.own_pages(who, ending)


def walk(w: World, who: Reader, rng: random.Random, most: int) -> None:
    """*who* tries every door of a world that is theirs to change; *most* of each kind of guess. What the others are
    told of it within a day is no news about anybody else's secrets."""
    if most > FEW_GUESSES:
        reads(w, who)
    else:
        reads(w, who, ("", rng.choice(DAYS)), rng.choice(list(FORMATS)))
    for line in lines(w, rng, most):
        w.says(who, line)
    for button in presses(w, rng, most // 3):
        w.presses(who, button)
    for callback, values, reference in submissions(w, rng, most // 6):
        w.submits(who, callback, values, reference)
    known = sorted(w.references.values())
    w.pages(who, [MAIN, NOTHING, *(known if most > FEW_GUESSES else rng.sample(known, min(4, len(known))))])
    w.posts(who)
    for mail in w.mails.get(who.person.name, ())[-2:] if who.email else ():
        comes_in(w, who, f"Re: {TYPED}", f"{TYPED}\n{quoted(mail)}")
    if w.slack is not None:
        w.over_slack(who, [f"agenda {MAIN}", *rng.sample(list(lines(w, rng, most)), most // 6)])
    if who.person.kind != SECRETARIAT:
        after = replace(w, secrets=w.secrets.not_of(who.person.org))
        if most > FEW_GUESSES:
            after.leave()
        w.cast.clock.advance(days=1)
        after.leave()
