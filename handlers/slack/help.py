"""Owns the Slack room of help: the verbs of the house, cut to who asks; what each does, its own room says."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.errors import NotFound
from bot.participants import ParticipantKind
from bot.spoken import ACCEPTED
from handlers.desk import Actor
from handlers.slack.asked import PROXIES, RUN, Knock, OpenVerb, Verb
from handlers.slack.front import STRANGER, names_of, role_of
from handlers.slack.reply import MOST_TEXT, Reply, escape

_WORDS = tuple(w for a in ACCEPTED if (w := a.words[0].casefold()) not in ("q+", "q-", "ack"))
"""The words of a call that are no verbs of their own."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("You", ("help", "whoami", "iam", "timezone", "feed", "links", "undo")),
    (
        "Calls",
        ("calls", "call", "rsvp", "yes", "no", "maybe", "regrets", "announce", "series", "segment", "steps", "step"),
    ),
    ("Agenda", ("topics", "propose", "ask", "agenda", "item", "paper", "report", "briefing", "label")),
    (
        "Who comes",
        ("admit", "unadmit", "bring", "circulate", "attendees", "approve", "answers", "window", "why", "shown"),
    ),
    ("Objections", ("object", "objections", "withdraw")),
    (
        "During a call",
        (
            "scribe",
            "runsheet",
            "start",
            "next",
            "skip",
            "gate",
            "clear",
            "gates",
            "here",
            "present",
            "left",
            "roll",
            "late",
            "rotate",
            "note",
            "decision",
            "action",
            "q+",
            "q-",
            "queue",
            "ack",
            "end",
        ),
    ),
    ("Lines of a call, in its channel or here", ("words", *_WORDS)),
    (
        "Afterwards",
        (
            "minutes",
            "find",
            "correct",
            "hold",
            "withhold",
            "edition",
            "actions",
            "accept",
            "decline",
            "done",
            "due",
            "give",
            "drop",
        ),
    ),
    ("People", ("directory", "contact", "participant", "channel", "mail")),
)
OTHERS = "More"
RUNNING = frozenset(dict(GROUPS)["During a call"]) - {"ack"}
"""What of a call only who runs it does; `ack` is of whoever takes the floor, too."""

_OWN_ITEM = 'item ITEM [withdraw|closed|joint|confirm|"TITLE"] | item ITEM harm TEXT'
_OWN_CONTACT = 'contact add EMAIL "NAME" [zone ZONE] | replace EMAIL by EMAIL "NAME" | remove EMAIL'
_INTO_THE_POOL = 'propose TOPIC [MINUTES] "TITLE" [closed|joint] [TLP:LABEL]'
FORMS: Mapping[tuple[str, str], str] = {
    ("call", "S"): 'call [CALL] | call add DATE HH:MM ZONE for MINUTES "TITLE" '
    "[members|law-enforcement|training|annual] [only ORG...] | call move CALL to DATE HH:MM ZONE | "
    "call cancel CALL [because TEXT]",
    ("propose", "A"): 'propose [CALL] TOPIC [MINUTES] "TITLE" [closed|joint] [TLP:LABEL]',
    ("object", "A"): "object [WHO] [to CALL[/N]...|standing [until DATE]] [dry-run]",
    ("withdraw", "A"): "withdraw OBJECTION",
    ("objections", "A"): "objections | objections confirm OBJECTION",
    ("hold", "A"): "hold LINE [release]",
    ("withhold", "A"): "withhold LINE [release]",
    **{("edition", role): "edition [REF] | edition REF object [LINE...]" for role in "APO"},
    **{("label", role): "label REF TLP:LABEL" for role in "APO"},
    **{("regrets", role): "regrets [CALL]" for role in "PO"},
    **{("q+", role): "q+ [to TEXT]" for role in "PO"},
    **{("q-", role): "q-" for role in "PO"},
    **{("propose", role): _INTO_THE_POOL for role in "PO"},
    **{("contact", role): _OWN_CONTACT for role in "AP"},
    ("item", "A"): _OWN_ITEM.replace("] |", " [dry-run]] |"),
    **{("item", role): _OWN_ITEM for role in "PO"},
    **{("agenda", role): "agenda [CALL]" for role in "APO"},
    **{("bring", role): 'bring EMAIL "NAME" to CALL | bring' for role in "APO"},
    **{("minutes", role): "minutes [CALL] | minutes LINE" for role in "APO"},
    ("briefing", "A"): "briefing [CALL]",
    **{("actions", role): "actions [mine|open|overdue|declined|CALL|ACTION]" for role in "APO"},
    **{("undo", role): "undo" for role in "PO"},
    **{("links", role): "links reset" for role in "APO"},
}
"""The forms of a verb (first) that a role (second) may type, where these are not all or not those of its usage."""

NOT_FOR: Mapping[tuple[str, str], str] = {
    **{
        ("actions", role): "; `progress` tells the secretariat what became of all of them in half a year"
        for role in "APO"
    },
    **{
        ("agenda", role): " The secretariat's: `build` gives each accepted item its place, `harm` orders the cases by "
        "the harm stated."
        for role in "APO"
    },
    **{("undo", role): " Who runs a call takes a LINE of the draft of its minutes back, too." for role in "PO"},
    ("briefing", "A"): "; the secretariat sends those that wait",
    ("bring", "A"): ", others once the secretariat has approved the name",
    **{("bring", role): "an Agency at once, others " for role in "PO"},
    **{("call", role): " The secretariat plans, moves and cancels calls." for role in "APO"},
    **{
        (
            "directory",
            role,
        ): " Agencies: `directory show me` or `hide me` decides whether representatives and observers see you."
        for role in "PO"
    },
    **{
        ("edition", role): " The secretariat asks for one by a call, a name and a label, and releases it after the "
        "silence."
        for role in "APO"
    },
    **{("item", role): " `dry-run` at its end says who would read the item no longer, and who newly." for role in "PO"},
    **{("minutes", role): " The secretariat sends the draft, and adopts it after the silence." for role in "APO"},
    **{("propose", role): " Representatives and observers leave the call out." for role in "APO"},
    **{("q+", role): "; who runs the call asks for somebody with WHO" for role in "PO"},
    **{("regrets", role): " `from`: who runs the call writes down those of others." for role in "PO"},
}
"""What of a verb's sentence (first) is about others than that role (second), and so is not said to it."""

SECRETARIAT, PROXY = "the secretariat", "a proxy at one call"
HATS = {
    ParticipantKind.AGENCY: "an Agency",
    ParticipantKind.PRIVATE_SECTOR: "a private sector representative",
    ParticipantKind.OBSERVER: "an observer",
}
HEAD = "`/lap` alone says what awaits you. What you can type after it, as {hat}:"
MORE = (
    "`/lap help VERB` says more of one. Words in capitals are yours to fill in; [ ] may be left out. "
    "Questions: {address}."
)
SHORT = ("s/",)
"""Verbs that are typed in one with what follows them, as help lists them."""
GUEST = "P"
"""Whose forms a proxy types, too: nothing in anybody's name but one's own."""
NOT_YOURS = " It is for {names}."
NOT_A_PROXYS = " It is not for a proxy: ask a contact of the organisation that brings you."
WHO_RUNS = " Only the secretariat and the call's scribe do so."
UNKNOWN = "There is no `{verb}`.{near} `/lap help` shows what there is."
NEAR = " Did you mean `{verb}`?"

Table = Mapping[str, Verb | OpenVerb]


def help_(knock: Knock) -> Reply:
    """``/lap help [VERB]``: a stranger reads what it can do about being one."""
    if knock.actor is None:
        return Reply(STRANGER.format(address=knock.desk.settings.mail_from))
    every: Table = {**knock.verbs, **knock.open_verbs}
    role = GUEST if knock.actor.reader.is_proxy else role_of(knock.actor)
    table = {word: _cut(word, entry, role) for word, entry in every.items()}
    word = knock.text.split()[0].casefold() if knock.text else ""
    if word:
        return Reply(one(table, word.removeprefix("/lap").strip() or word, knock.actor))
    return Reply(everything(table, knock.actor, knock.desk.settings.mail_from or ""))


def _cut(word: str, entry: Verb | OpenVerb, role: str) -> Verb | OpenVerb:
    """A verb with the form and the sentence that it has for that role."""
    if (word, role) not in FORMS and (word, role) not in NOT_FOR:
        return entry
    usage = FORMS.get((word, role), entry.usage)
    return replace(entry, usage=usage, says=entry.says.replace(NOT_FOR.get((word, role), ""), ""))


def one(table: Table, word: str, actor: Actor) -> str:
    """A verb's one-line form and sentence, and whose it is where it is not the actor's. Raises NotFound."""
    word = next((short for short in SHORT if word.startswith(short)), word)
    entry = table.get(word)
    if entry is None:
        near = difflib.get_close_matches(word, list(table), n=1)
        raise NotFound(UNKNOWN.format(verb=word, near=NEAR.format(verb=near[0]) if near else ""))
    whose = "" if _is_for(entry, role_of(actor)) else NOT_YOURS.format(names=names_of(_roles(entry)))
    if actor.reader.is_proxy and word not in PROXIES:
        whose = NOT_A_PROXYS
    runs = WHO_RUNS if word in RUNNING and _roles(entry) == RUN and not whose else ""
    return f"`/lap {escape(entry.usage)}`\n{escape(entry.says)}{runs}{whose}"


def everything(table: Table, actor: Actor, address: str) -> str:
    """The actor's verbs by group, with as much of each as fits into one answer: form and sentence, form, or word."""
    role, proxy = role_of(actor), actor.reader.is_proxy
    mine = {w: entry for w, entry in table.items() if _is_for(entry, role) and (not proxy or w in PROXIES)}
    hat = SECRETARIAT if actor.is_secretariat else PROXY if proxy else HATS[actor.reader.kind]
    head, close = HEAD.format(hat=hat), MORE.format(address=escape(address))
    groups = [(title, words) for title, words in _grouped(mine) if words]
    text = ""
    for shape in _SHAPES:
        text = "\n".join((head, *(f"*{title}*{shape(mine, words)}" for title, words in groups), close))
        if len(text) <= MOST_TEXT:
            break
    return text


def _in_full(table: Table, words: Sequence[str]) -> str:
    return "".join(f"\n• `{escape(table[w].usage)}` {escape(table[w].says)}" for w in words)


def _forms(table: Table, words: Sequence[str]) -> str:
    return "".join(f"\n• `{escape(table[w].usage)}`" for w in words)


def _names(table: Table, words: Sequence[str]) -> str:
    return " " + ", ".join(f"`{w}{_second_words(table[w].usage)}`" for w in words)


def _second_words(usage: str) -> str:
    """What follows the verb in those of several forms that begin with a word of their own: ' add|move|cancel'."""
    verb, *_ = usage.split(" ")
    forms = [form.removeprefix(f"{verb} ") for form in usage.split(" | ")] if " | " in usage else []
    words = dict.fromkeys(first for form in forms if (first := form.split(" ")[0]).isalpha() and first.islower())
    return " " + "|".join(w for w in words if w != verb) if words.keys() - {verb} else ""


_SHAPES = (_in_full, _forms, _names)


def _grouped(mine: Table) -> list[tuple[str, list[str]]]:
    """The verbs under their titles; what no group names comes last."""
    named = {word for _, words in GROUPS for word in words}
    groups = [(title, [w for w in words if w in mine]) for title, words in GROUPS]
    return [*groups, (OTHERS, _sorted(w for w in mine if w not in named))]


def _sorted(words: Iterable[str]) -> list[str]:
    return sorted(w for w in words if w)


def _roles(entry: Verb | OpenVerb) -> str:
    return entry.roles if isinstance(entry, Verb) else "SAPO"


def _is_for(entry: Verb | OpenVerb, role: str) -> bool:
    roles = _roles(entry)
    return role in roles or (role == "S" and "A" in roles)


OPEN_VERBS: dict[str, OpenVerb] = {
    "help": OpenVerb(help_, "help [VERB]", "Shows what you can type, or one verb's form and what it does."),
}
