"""Owns what is stated of a case beside its title: its kind, the harm to victims, and the order that this offers.

The item itself is ``agenda``'s; whether a title names somebody is ``codenames``' to doubt.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.agenda import AgendaItem, in_order
from bot.confidentiality import unlabelled
from bot.errors import NotUnderstood
from bot.text import clean_line
from bot.words import Word, split_words

MOST = 10**12
MOST_COUNTRIES = 60
LONGEST_WHO = 60

_AMOUNT = re.compile(r"([0-9]{1,13}(?:[,_' ][0-9]{3})*)(?:\.([0-9]{1,3}))?(k|m|bn)?", re.IGNORECASE)
_TIMES = {"": 1, "k": 10**3, "m": 10**6, "bn": 10**9}
_COUNTRY = re.compile(r"[A-Z]{2}", re.IGNORECASE)
_ISO = {"UK": "GB", "EL": "GR"}
"""What people type for two countries that ISO 3166-1 calls otherwise."""

KIND, VICTIMS, LOSS, COUNTRIES, VULNERABLE, URGENT = "kind", "victims", "loss", "countries", "vulnerable", "urgent"
NONE = "none"
COUNTED = (VICTIMS, LOSS)

HOW = (
    "Say what is known of the case, each by its word: a kind ({kinds}), `victims 12000`, `loss 3.4M`, "
    '`countries NZ AU`, `vulnerable "elderly people"`, `urgent`; `none` after a word takes it back, `none` alone all. '
    "For example: `/lap item {item} harm phishing victims 12000 loss 3.4M countries NZ AU urgent`."
)
STRANGE = "I do not understand “{word}”. {how} A new title that begins with “harm” goes in quotes."
NO_AMOUNT = "After `{word}` comes a number, for example `12000`, `12k` or `3.4M`; not “{said}”. {how}"
NO_COUNTRY = "After `countries` come two letters for each (ISO 3166), for example `NZ AU`. {how}"
HARM_LABELLED = (
    "What is stated of a case stands under the label of its item, so “{label}” would not count there. Leave it out; "
    "`/lap label ITEM TLP:LABEL` labels the item with all that is stated of it."
)
TOO_LONG = 'Say in at most {most} characters who is vulnerable, for example `vulnerable "elderly people"`.'


@dataclass(frozen=True, slots=True)
class Case:
    """What its proposer states of a case: ``kind`` is a word of the procedure file, ``loss`` whole units of its
    currency, ``vulnerable`` who among the victims is, ``countries`` ISO 3166-1 alpha-2. Nothing stated is nothing."""

    kind: str = ""
    victims: int | None = None
    loss: int | None = None
    countries: tuple[str, ...] = ()
    vulnerable: str = ""
    urgent: bool = False


NOTHING = Case()


def read_harm(text: str, before: Case, kinds: Collection[str], item: str) -> Case:
    """*before* with what *text* states of it: ``[KIND] [victims N] [loss N] [countries XX...] [vulnerable WHO]
    [urgent]``, in any order, a comma between them or none, a number before its word or behind it; ``none`` after a
    word takes that back, ``none`` alone everything.

    Raises NotUnderstood with how it is said; *item* is the reference that its example names.
    """
    how = HOW.format(kinds=", ".join(f"`{kind}`" for kind in kinds), item=item)
    words = _as_read(split_words(text))
    if not words:
        raise NotUnderstood(how)
    if [w.text.casefold() for w in words] == [NONE]:
        return NOTHING
    found, rest = before, list[Word](words)
    while rest:
        found, rest = _taken(found, rest, kinds, how)
    return found


def _as_read(words: Sequence[Word]) -> list[Word]:
    """*words* without the commas between them, and “12000 victims” as “victims 12000”."""
    plain = [w if w.quoted else replace(w, text=w.text.rstrip(",;")) for w in words]
    plain = [w for w in plain if w.text]
    at = 0
    while at + 1 < len(plain):
        around = [plain[n].text.casefold() if 0 <= n < len(plain) else "" for n in (at - 1, at, at + 1)]
        if around[2] in COUNTED and around[0] not in COUNTED and read_amount(around[1]) is not None:
            plain[at : at + 2] = [plain[at + 1], plain[at]]
            at += 1
        at += 1
    return plain


def _taken(found: Case, words: list[Word], kinds: Collection[str], how: str) -> tuple[Case, list[Word]]:
    """*found* with what the first of *words* and those that belong to it say, and the words after these."""
    said = words[0].text.casefold()
    if said in kinds:
        return replace(found, kind=said), words[1:]
    if said not in _READ:
        raise NotUnderstood(STRANGE.format(word=words[0].text, how=how))
    after = words[1:]
    if after and after[0].text.casefold() == NONE:
        return replace(found, **{said: getattr(NOTHING, said)}), after[1:]
    value, used = _READ[said](after, kinds, how)
    return replace(found, **{said: value}), after[used:]


def _amount(word: str) -> Callable[[Sequence[Word], Collection[str], str], tuple[int, int]]:
    def read(after: Sequence[Word], kinds: Collection[str], how: str) -> tuple[int, int]:
        number = read_amount(after[0].text) if after else None
        if number is None:
            raise NotUnderstood(NO_AMOUNT.format(word=word, said=after[0].text if after else "", how=how))
        return number, 1

    return read


def read_amount(text: str) -> int | None:
    """The whole number in '12000', '12,000', '12k' or '3.4M', at most 10**12; nothing where *text* is none."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    times, decimals = _TIMES[(match[3] or "").casefold()], match[2] or ""
    number = int(re.sub(r"\D", "", match[1])) * times + int(decimals or "0") * times // 10 ** len(decimals)
    return number if number <= MOST else None


def _countries(after: Sequence[Word], kinds: Collection[str], how: str) -> tuple[tuple[str, ...], int]:
    named = list(_leading(after, lambda w: _COUNTRY.fullmatch(w.text.rstrip(",")) is not None))
    if not named:
        raise NotUnderstood(NO_COUNTRY.format(how=how))
    codes = (w.text.rstrip(",").upper() for w in named)
    return tuple(dict.fromkeys(_ISO.get(code, code) for code in codes))[:MOST_COUNTRIES], len(named)


def _vulnerable(after: Sequence[Word], kinds: Collection[str], how: str) -> tuple[str, int]:
    """Who, in quotes or up to the next word that states something; nobody named is all of them."""
    if after and after[0].quoted:
        named = [after[0]]
    else:
        named = list(_leading(after, lambda w: w.text.casefold() not in _READ and w.text.casefold() not in kinds))
    who = unlabelled(clean_line(" ".join(w.text for w in named)), HARM_LABELLED) or "yes"
    if len(who) > LONGEST_WHO:
        raise NotUnderstood(TOO_LONG.format(most=LONGEST_WHO))
    return who, len(named)


def _leading(words: Sequence[Word], fits: Callable[[Word], bool]) -> Iterator[Word]:
    for word in words:
        if not fits(word):
            return
        yield word


def _kind(after: Sequence[Word], kinds: Collection[str], how: str) -> tuple[str, int]:
    said = after[0].text.casefold() if after else ""
    if said not in kinds:
        raise NotUnderstood(STRANGE.format(word=after[0].text if after else "kind", how=how))
    return said, 1


_READ: dict[str, Callable[[Sequence[Word], Collection[str], str], tuple[Any, int]]] = {
    VICTIMS: _amount(VICTIMS),
    LOSS: _amount(LOSS),
    COUNTRIES: _countries,
    VULNERABLE: _vulnerable,
    URGENT: lambda after, kinds, how: (True, 0),
    KIND: _kind,
}


def with_stated(case: Case, before: Case, after: Case) -> Case:
    """*case* with what somebody stated *before* and states *after*: what they left as it was stays as others stated it
    meanwhile, and so does what others stated in its place where they take theirs back."""

    def is_theirs(name: str) -> bool:
        was, now = getattr(before, name), getattr(after, name)
        return bool(now != was and (now != getattr(NOTHING, name) or getattr(case, name) == was))

    return replace(case, **{name: getattr(after, name) for name in Case.__slots__ if is_theirs(name)})


def written(case: Case) -> str:
    """*case* in the words of ``read_harm``, always the same for the same case; empty where nothing is stated."""
    parts = [
        f"kind {case.kind}" if case.kind else "",
        f"victims {case.victims}" if case.victims is not None else "",
        f"loss {case.loss}" if case.loss is not None else "",
        f"countries {' '.join(case.countries)}" if case.countries else "",
        f'vulnerable "{_unquoted(case.vulnerable)}"' if case.vulnerable else "",
        URGENT if case.urgent else "",
    ]
    return " ".join(part for part in parts if part)


def _unquoted(text: str) -> str:
    return re.sub(r'["“”„‟«»]', "'", text)


def read_written(words: str) -> Case:
    """The case that ``written`` wrote, whatever kinds the procedure file names by now."""
    kinds = re.findall(r"^kind (\S+)", words)
    return read_harm(words, NOTHING, kinds, "") if words else NOTHING


def shown(case: Case, currency: str) -> str:
    """*case* as people read it: 'phishing, 12,000 victims, loss 3,400,000 USD, NZ AU, vulnerable: elderly, urgent'."""
    parts = [
        case.kind,
        "" if case.victims is None else "1 victim" if case.victims == 1 else f"{case.victims:,} victims",
        "" if case.loss is None else f"loss {case.loss:,} {currency}",
        " ".join(case.countries),
        "" if not case.vulnerable else "vulnerable" if case.vulnerable == "yes" else f"vulnerable: {case.vulnerable}",
        URGENT if case.urgent else "",
    ]
    return ", ".join(part for part in parts if part)


def weight(case: Case) -> tuple[int, int, int, int, int]:
    """By what cases are ordered, the heaviest first: urgent ones, those with vulnerable victims, then by how many
    figures the number of victims and the loss have, and by how many countries. Figures are estimates: 900 victims and
    1,200 are as many."""
    return (
        -case.urgent,
        -bool(case.vulnerable),
        -len(str(case.victims or 0)) * bool(case.victims),
        -len(str(case.loss or 0)) * bool(case.loss),
        -len(case.countries),
    )


def by_harm(items: Sequence[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The items of one segment in the order that harm offers: those of which a case is stated take the places that
    such items have, the heaviest first and else as they stood; everything else keeps its place."""
    order = sorted(items, key=lambda i: (i.position, i.created_at, i.reference))
    stated = sorted((i for i in order if i.case), key=lambda i: weight(read_written(i.case)))
    heaviest = iter(stated)
    return in_order([next(heaviest) if i.case else i for i in order])
