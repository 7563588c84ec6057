"""Owns the papers of the canaries' story: attached on the page of their item, asked for by everybody on the way."""

import re

from tests.barrier.doors import Doors
from tests.barrier.files import holding
from tests.barrier.people import COMES, PROPOSER, READERS, Reader
from tests.barrier.world import MAIN, World

ATTACHED = (
    ("a closed case", PROPOSER, "pdf", {"part": "the closed rest"}),
    ("a joint item of an Agency", PROPOSER, "txt", {"part": "reports"}),
    ("a guest's report", COMES, "txt", {"part": "reports", "joint": True}),
)
"""Of which item, by whom, of which kind, and what the model is told of it: whoever may read the item reads them."""


def attached(w: World) -> None:
    """A paper on items of every audience: what each says and what each is called are secrets of their own."""
    main = w.calls[MAIN]
    for item, who, ending, known in ATTACHED:
        more = {"org": who.person.org, "accepted": True, **known}
        text = w.secrets.text("paper", f"a paper of {item}", main, **more)
        called = f"the name of a paper of {item}"
        w.secrets.add("paper", called, main, **more)
        page = f"{pages_of(w, who)[0]}/item/{w.references[item]}"
        [form] = [sheet for sheet in w.fetches(who, [page]) if sheet.action.endswith("/attach")]
        name = f"{w.secrets.token(called)} & Zoë.{ending}"
        w.sends(who, form.holding(name, holding(name, text)))
        _, _, listed = w.done(f"paper {w.references[item]}", who).partition("\n")
        w.refers(called, listed)


def pages_of(w: Doors, who: Reader) -> list[str]:
    """The addresses of *who*'s own personal page, as far as they were told any."""
    return sorted(link for link in w.links.get(who.person.name, ()) if re.fullmatch(r"/me/[\w-]+", link))


def reads_of_papers(w: World) -> None:
    """Everybody asks for each paper and for the page of its item, and for both in Slack."""
    items = [w.references[item] for item, *_ in ATTACHED]
    papers = [w.references[f"the name of a paper of {item}"] for item, *_ in ATTACHED]
    for who in READERS:
        for page in pages_of(w, who):
            w.fetches(who, [*(f"{page}/item/{it}" for it in items), *(f"{page}/paper/{it}" for it in papers)])
        for reference in (*items, *papers):
            w.says(who, f"paper {reference}")
            w.says(who, f"item {reference}")
