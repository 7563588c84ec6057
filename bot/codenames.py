"""Owns code names for cases, and the doubt whether a title names somebody; what a title may hold is ``agenda``'s."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.words import ALPHABET

_FORMS = frozenset(
    "ab ag as bv bvba co corp corporation gmbh inc incorporated kft kg llc llp ltd limited nv oy plc pte pty sa sarl "
    "sas sl sp spa srl".split()
)
"""Legal forms of companies, without dots."""
_TITLES = frozenset("mr mrs ms miss dr prof sir herr frau monsieur madame señor señora".split())
_NO_NAMES = frozenset(
    "action africa agencies agency alliance america american april arab asia asian august australia australian "
    "authorities britain british call calls canada canadian case cases china chinese commission consumer council "
    "december do early east emirates england europe european february federal france french friday german germany "
    "hong india indian internet ireland italian italy january japan japanese july june kingdom kong korea korean "
    "london march may mexico monday network new north not november october office op operation pacific plan project "
    "protection registry republic saturday saudi scotland september south spain spam states sunday the thursday trade "
    "tuesday union united update wales warning wednesday west zealand".split()
)
"""Words with a capital that name no person and no company: places, days, bodies, and what titles begin with."""
_LOOKS = re.compile(
    r"[^\s@]+@[^\s@]+\.[^\s@]+"  # an address
    r"|(?:[a-z0-9-]+\.)+[a-z]{2,24}(?=[\s,;:)/]|$)"  # a domain
    r"|(?<!\d)(?:\d{1,3}\.){3}\d{1,3}(?!\d)"  # an IPv4 address
    r"|(?<!\d)\+?\d[\d\s()-]{6,}\d(?!\d)",  # a telephone number
    re.IGNORECASE,
)
_VERSUS = re.compile(r"\b\w+\s+(?:v\.?|vs\.?|versus|contra)\s+\w+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")

_LEAST_WORD = 4
"""A word of so many signs has a capital in a title that is written with capitals."""

_COLOURS = (
    "amber ash azure bronze cobalt copper coral cream crimson ebony emerald flint golden granite green grey indigo "
    "ivory jade khaki lilac linen marble maroon ochre olive onyx opal pearl quartz ruby russet"
).split()
_BIRDS = (
    "avocet bittern bunting condor curlew dipper dunlin egret falcon finch gannet godwit grebe harrier heron hoopoe "
    "ibis kestrel kiwi lapwing linnet magpie merlin osprey petrel pipit plover puffin raven redstart shrike siskin "
    "skua sparrow starling stork swift tern thrush wagtail whimbrel wren"
).split()


_NO_PART = _NO_NAMES.union(_COLOURS, _BIRDS, _TITLES)


def code_name(reference: str) -> str:
    """A code name for the item with that random reference: 'Cobalt Heron'; it says nothing of what it stands for."""
    number = 0
    for sign in reference:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    colour, bird = number % len(_COLOURS), number // len(_COLOURS) % len(_BIRDS)
    return f"{_COLOURS[colour]} {_BIRDS[bird]}".title()


def looks_like_a_name(title: str) -> str:
    """What in *title* looks like the name of a person, a company, an address or a number; empty where nothing does.

    A doubt, not a judgement: it is told, and nothing is refused for it.
    """
    for found in (_LOOKS.search(title), _VERSUS.search(title)):
        if found is not None:
            return found[0].strip(" ,;:")
    return next(_named(title), "")


def _named(title: str) -> Iterator[str]:
    """Two words with a capital beside each other that look like a person's or a company's: after a title, before a
    legal form, or in a sentence whose other words have none; a title of two such words alone looks like a person's."""
    words = list(_WORD.finditer(title))
    plain = [w[0].replace(".", "").casefold() for w in words]
    capital = [w[0][:1].isupper() and not w[0].isupper() for w in words]  # SMS names nobody
    for at, (word, following) in enumerate(pairwise(words)):
        beside = not title[word.end() : following.start()].strip(" ,.&-")
        if not (beside and capital[at]):
            continue
        marked = plain[at] in _TITLES or plain[at + 1] in _FORMS
        alone = len(words) == 2 or (not all(capital) if at else _is_sentence(words))
        if marked or (capital[at + 1] and alone and _NO_PART.isdisjoint(plain[at : at + 2])):
            yield title[word.start() : following.end()]


def _is_sentence(words: Sequence[re.Match[str]]) -> bool:
    """Whether what follows the first two *words* is written as in a sentence, and not as titles are: then the capital
    of the second is a name's."""
    return any(len(word[0]) >= _LEAST_WORD and word[0][:1].islower() for word in words[2:])
