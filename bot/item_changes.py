"""Owns what may be done to an agenda item: how it is typed, by whom, in which state; the item is ``agenda``'s."""

from dataclasses import dataclass
from enum import StrEnum

from bot.agenda import AgendaItem, ItemState
from bot.errors import Conflict, NotEntitled, NotUnderstood
from bot.words import Word, each_word, read_minutes, rest_from, split_words

P, A, F = ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.DEFERRED
GONE = (ItemState.DECLINED, ItemState.WITHDRAWN)


class Do(StrEnum):
    """The words after ``item ITEM``; MINUTES, TITLE and TO stand for a number, a text, and ``to CALL/N``; HARM goes on
    with what is known of it."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DEFER = "defer"
    WITHDRAW = "withdraw"
    MINUTES = "minutes"
    UP = "up"
    DOWN = "down"
    TO = "to"
    CLOSED = "closed"
    JOINT = "joint"
    TITLE = "title"
    HARM = "harm"
    CONFIRM = "confirm"


PROPOSERS = frozenset({Do.WITHDRAW, Do.CLOSED, Do.JOINT, Do.TITLE, Do.HARM, Do.CONFIRM})
"""What the proposing organisation may do; the secretariat may do all, but open (barrier.md)."""

FROM: dict[Do, tuple[ItemState, ...]] = {
    Do.ACCEPT: (P, F, ItemState.DECLINED),
    Do.DECLINE: (P, A, F),
    Do.DEFER: (P, A),
    Do.WITHDRAW: (P, A, F, ItemState.DECLINED),
    Do.MINUTES: (P, A, F),
    Do.UP: (A,),
    Do.DOWN: (A,),
    Do.TO: (P, A, F, ItemState.DECLINED),
    Do.CLOSED: (P, A, F),
    Do.JOINT: (P, A, F),
    Do.TITLE: (P, A, F),
    Do.HARM: (P, A, F),
    Do.CONFIRM: (A,),
}
"""The states in which each is done; a withdrawn item is proposed anew."""

STANDS = frozenset({Do.WITHDRAW, Do.MINUTES, Do.UP, Do.DOWN, Do.TITLE, Do.JOINT, Do.HARM, Do.CONFIRM})
"""What is refused once an item's call is over: its agenda stands as it was."""

SAYS = {
    ItemState.PROPOSED: "waits for the secretariat",
    ItemState.ACCEPTED: "has been accepted",
    ItemState.DECLINED: "has been declined",
    ItemState.DEFERRED: "has been deferred",
    ItemState.WITHDRAWN: "has been withdrawn",
}

USAGE = (
    "After the item's reference say one of: `accept`, `decline`, `defer`, `withdraw`, a number of minutes, `up`, "
    "`down`, `to CALL/N`, `closed`, `joint`, `confirm`, `harm ...`, or a new title in quotes. "
    'For example: `/lap item K7M2QX "Gateways"`.'
)
ALONE = (
    "I understood `{word}`, but not “{more}” after it. Send `/lap item {item} {word}`; "
    "a title that begins so goes in quotes."
)
ONE_WORD = "I do not understand “{word}”. " + USAGE
BESIDE = (
    "I read “{title}” as the new title, and do not understand “{more}” beside it. Say one thing at a time, or put the "
    'quotes around the whole title, for example `/lap item {item} "Gateways"`.'
)
NO_ITEM = (
    "Which item? Give its reference, as in `/lap item K7M2QX`; `/lap agenda` lists them, and `/lap help item` says "
    "what you can do to one."
)
NO_PLACE = "Where to? Name a call, or one of its parts, as in `/lap item {item} to next/2`."
NOT_YOURS = "`{item}` was proposed by {name}: only it and the secretariat can change it."
SECRETARIATS = (
    "`{do}` is for the secretariat. Of your own item you can say `withdraw`, `closed`, `joint`, `confirm`, "
    "`harm ...` or a new title."
)
NOT_NOW = "`{item}` {state}, so it cannot be changed like that now.{next}"
OVER = (
    "The call of `{item}` is over, and its agenda stands as it was. With `/lap item {item} defer` the secretariat "
    "brings it back on the next call's."
)
TRY = {
    ItemState.PROPOSED: " Accept it first: `/lap item {item} accept`.",
    ItemState.ACCEPTED: " To take it off again: `/lap item {item} decline` or `defer`.",
    ItemState.DECLINED: " The secretariat can accept it after all.",
    ItemState.DEFERRED: " It comes back on the next call's agenda.",
    ItemState.WITHDRAWN: " Propose it anew with `/lap propose`.",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done to an item; ``call`` and ``part`` are of ``to CALL/N``, ``org`` whom it is entered for,
    ``words`` what follows ``harm``; ``place`` where the item stood when the button that does it was shown, as far as
    its reader may know."""

    do: Do
    minutes: int = 0
    title: str = ""
    call: str = ""
    part: str = ""
    org: str | None = None
    words: str = ""
    place: str = ""


_PLAIN = {do.value: do for do in Do if do not in (Do.MINUTES, Do.TITLE, Do.TO, Do.HARM)}


def read_change(text: str) -> tuple[str, Change]:
    """``ITEM accept|decline|defer|withdraw|MINUTES|up|down|to CALL/N|closed|joint|confirm|harm WORDS|"TITLE"
    [for AGENCY]``: the item's reference as typed, and the change.

    A title may go without quotes from two words on; a single word would too easily be a slip. Raises NotUnderstood.
    """
    words = each_word(text)
    item, first = next(words, None), next(words, None)
    if item is None:
        raise NotUnderstood(NO_ITEM)
    if first is None:
        raise NotUnderstood(USAGE)
    said, small, rest = first.text, first.text.casefold(), text[first.end :].strip()
    if first.quoted:
        return item.text, _quoted_title(text, first, rest, item.text)
    if small in _PLAIN:
        return item.text, Change(_PLAIN[small], org=_for(rest, small, item.text))
    if small == Do.HARM:
        return item.text, Change(Do.HARM, words=rest)
    if small == "to":
        return item.text, _to(rest, item.text)
    if (minutes := read_minutes(text[first.start :])) is not None:
        return item.text, Change(Do.MINUTES, minutes=minutes)
    if not rest:
        raise NotUnderstood(ONE_WORD.format(word=said))
    return item.text, Change(Do.TITLE, title=rest_from(text, first))


def _quoted_title(text: str, first: Word, rest: str, item: str) -> Change:
    if not rest:
        return Change(Do.TITLE, title=first.text)
    if _ends_quoted(text):
        return Change(Do.TITLE, title=rest_from(text, first))
    if rest.casefold().partition(" ")[0] != "for":
        raise NotUnderstood(BESIDE.format(title=first.text, more=rest, item=item))
    return Change(Do.TITLE, title=first.text, org=_for(rest, first.text, item))


def _ends_quoted(text: str) -> bool:
    """Whether a title that begins with a quotation ends with one too: then the quotes are the title's own."""
    return [word.quoted for word in each_word(text)][2:][-1:] == [True]


def _for(rest: str, word: str, item: str) -> str | None:
    if not rest:
        return None
    said, _, org = rest.partition(" ")
    if said.casefold() != "for" or not org.strip():
        raise NotUnderstood(ALONE.format(word=word, more=rest, item=item))
    return org.strip().strip('"“”')


def _to(rest: str, item: str) -> Change:
    place = " ".join(w.text for w in split_words(rest))
    if not place:
        raise NotUnderstood(NO_PLACE.format(item=item))
    call, _, part = place.partition("/")
    return Change(Do.TO, call=call.strip(), part=part.strip())


def check_entitled(change: Change, item: AgendaItem, name: str, *, secretariat: bool, own: bool) -> None:
    """Raises NotEntitled for who may not: the secretariat may all (opening only asks, see ``handlers``), who proposed
    it (*own*; called *name*) a few things, others nothing."""
    if secretariat:
        return
    if not own:
        raise NotEntitled(NOT_YOURS.format(item=item.reference, name=name))
    if change.do not in PROPOSERS:
        raise NotEntitled(SECRETARIATS.format(do=change.do))


def check_state(change: Change, item: AgendaItem, *, over: bool) -> None:
    """Raises Conflict where the item's state does not allow it, or its call is *over*; it says what the state is."""
    if item.state not in FROM[change.do]:
        todo = TRY[item.state].format(item=item.reference)
        raise Conflict(NOT_NOW.format(item=item.reference, state=SAYS[item.state], next=todo))
    if over and item.state is ItemState.ACCEPTED and change.do in STANDS:
        raise Conflict(OVER.format(item=item.reference))
