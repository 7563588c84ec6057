"""Owns whose an action is, as it is typed before the task; what an action is, ``actions``'s."""

from collections.abc import Sequence

from bot.actions import Typed
from bot.errors import NotFound, NotUnderstood
from bot.who import Who, candidates
from bot.words import Word, mailto, mention, split_words
from handlers.finding import NOBODY, may_name
from handlers.naming import ME, find_one
from handlers.work import Reading
from storage.directory import Directory

NO_OWNER = "Whose action is it? Name the owner first, as in `/lap action fr-cnil by +14d Send the list of numbers`."
ONE_OWNER = (
    "An action has one owner, and “{who}” is followed by another name. Give each of them one of their own, as in "
    "`ACTION: fr-cnil send the numbers`."
)
AND = frozenset({"and", "&", "+", "/", "or"})
LEAST_BEGINNING = 4
"""So many signs has a beginning of a name that an owner is known by in a line of words."""
MOST_WORDS = 12
"""No name has more."""


def owner_of(named: Who) -> Who:
    """Whose an action is that is given to *named*: its organisation's where that is a proxy, who comes to one call and
    acts in nobody's name."""
    return Who(named.participant) if named.contact is not None and named.contact.only_call is not None else named


def read_owner(work: Reading, typed: Typed, people: Directory) -> tuple[Who, str]:
    """Whose action it is, and what is to be done: the owner is what stands before ``by DATE`` where that is a name,
    else the longest name that the words begin with, which a colon may follow.

    There a beginning of a name has four signs or more: “me”, “my team” and “no calls” are no organisation's. Raises
    NotUnderstood for several owners.
    """
    if typed.before and typed.after and _is_known(work, typed.before, people):
        return find_one(work, typed.before, people), typed.after
    text = f"{typed.before} {typed.after}".strip()
    words = split_words(typed.before or typed.after)
    if not words:
        raise NotUnderstood(NO_OWNER)
    known = [n for n in range(1, min(len(words), MOST_WORDS) + 1) if _is_whole(work, _name_in(words[:n]), people)]
    if not known:
        first = typed.before if typed.after and typed.before else words[0].text
        raise NotFound(NOBODY.format(asked=first.rstrip(":,")))
    end = known[-1]
    _refuse_several(work, words, end, people)
    return find_one(work, _name_in(words[:end]), people), text[words[end - 1].end :].strip()


def _name_in(words: Sequence[Word]) -> str:
    return " ".join(w.text for w in words).rstrip(":,").rstrip()


def _is_whole(work: Reading, name: str, people: Directory) -> bool:
    """Whether *name* means somebody among the words of a task: "me", or a name of which no short beginning is given."""
    if name.casefold() in ME or mention(name):
        return True
    if len(name) >= LEAST_BEGINNING:
        return _is_known(work, name, people)
    organisations = (n for p in people.participants for n in (p.short_name, p.name))
    persons = (c.name for c in people.everyone if may_name(work, c))
    return any(name.casefold() == known.casefold() for known in (*organisations, *persons))


def _refuse_several(work: Reading, words: Sequence[Word], end: int, people: Directory) -> None:
    """Raises NotUnderstood where the owner, of so many *words*, is followed by another name: “fr-cnil, se-ko do it”."""
    joined = words[end : end + 1]
    after = end + 1 if joined and joined[0].text.casefold() in AND else end
    listed = words[end - 1].text.endswith(",") or after > end
    last = min(len(words), after + MOST_WORDS)
    if listed and any(_is_whole(work, _name_in(words[after:n]), people) for n in range(after + 1, last + 1)):
        raise NotUnderstood(ONE_OWNER.format(who=_name_in(words[:end])))


def _is_known(work: Reading, text: str, people: Directory) -> bool:
    """Whether *text* is a name, or a beginning of one, of anybody."""
    named = [c for c in people.everyone if may_name(work, c)]
    return bool(text.casefold() in ME or mention(text) or candidates(mailto(text) or text, people.participants, named))
