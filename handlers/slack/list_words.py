"""Owns how the words of list and objection commands fall into names, calls and flags; their meaning is the acts'."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import NotUnderstood
from bot.words import Word, split_words
from handlers.finding import split_call

_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:T[0-9:]{1,5}Z?)?", re.IGNORECASE)
NEAR = ("next", "last")
DRY_RUN = ("dry-run", "dryrun", "--dry-run")
ONE_CALL = "One call at a time, with its parts: {example}."


@dataclass(frozen=True, slots=True)
class Line:
    """What is left of a command's words, and the calls and flags that were taken from them."""

    words: tuple[Word, ...]

    @classmethod
    def read(cls, text: str) -> "Line":
        return cls(tuple(split_words(text)))

    @property
    def names(self) -> tuple[str, ...]:
        """The words that are left, as typed, a comma kept at its word's end."""
        return tuple(w.text for w in self.words)

    @property
    def text(self) -> str:
        return " ".join(self.names)

    def flag(self, *spellings: str) -> tuple[bool, "Line"]:
        """Whether a flag stands anywhere, and the line without it; ``dry run`` may be two words."""
        words = list(self.words)
        for at, word in enumerate(words):
            pair = "-".join(w.text.casefold() for w in words[at : at + 2])
            for length, said in ((1, word.text.casefold()), (2, pair)):
                if not word.quoted and said in spellings:
                    return True, Line((*words[:at], *words[at + length :]))
        return False, self

    def after(self, keyword: str) -> tuple[tuple[str, ...], "Line"]:
        """The calls named after *keyword*, and the line without both.

        Where what follows has no call's shape, the one word that follows is taken for a call's name.
        """
        places = [
            at for at, w in enumerate(self.words[:-1]) if not w.quoted and w.text.casefold() == keyword
        ]  # fmt: skip
        if not places:
            return (), self
        at = next((p for p in places if is_call(self.words[p + 1])), places[-1])
        end = at + 1
        while end < len(self.words) and is_call(self.words[end]):
            end += 1
        end = max(end, at + 2)
        found = tuple(w.text.rstrip(",") for w in self.words[at + 1 : end])
        return found, Line((*self.words[:at], *self.words[end:]))

    def calls(self) -> tuple[tuple[str, ...], "Line"]:
        """The calls named anywhere, and the line without them."""
        found = tuple(w.text.rstrip(",") for w in self.words if is_call(w))
        return found, Line(tuple(w for w in self.words if not is_call(w)))


def is_call(word: Word) -> bool:
    """Whether a word has the shape of CALL or CALL/N."""
    call = split_call(word.text.rstrip(","))[0]
    if word.quoted or not call:
        return False
    return call.casefold() in NEAR or _DATE.fullmatch(call) is not None


def by_call(tokens: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """``CALL/N`` words as calls with the parts named of each, in the order of first mention; none of a call that is
    named whole, too."""
    found: dict[str, list[str]] = {}
    whole = {call for call, part in map(split_call, tokens) if not part}
    for token in tokens:
        call, part = split_call(token)
        found.setdefault(call, []).extend([part] if part and call not in whole else [])
    return tuple((call, tuple(parts)) for call, parts in found.items())


def one_call(tokens: Sequence[str], example: str) -> tuple[str | None, tuple[str, ...]]:
    """The one call that *tokens* name, with its parts; None where none is named. Raises NotUnderstood for two, and for
    one that is named whole and by a part: which is meant decides who hears how much."""
    found = by_call(tokens)
    if len(found) > 1 or (found and len(set(tokens)) > max(1, len(set(found[0][1])))):
        raise NotUnderstood(ONE_CALL.format(example=example))
    return found[0] if found else (None, ())
