"""Owns the Slack room of papers: those of an item listed, and one removed; they are read and attached on the page."""

from zoneinfo import ZoneInfo

from bot.errors import NotUnderstood
from bot.papers import KINDS, shown_size
from bot.when import show
from handlers import papers as acts
from handlers.papers import Papers
from handlers.slack.asked import ALL, Asked, Verb
from handlers.slack.reply import Reply, escape

WHICH = "Which item? Give its reference, as in `/lap paper K7M2QX`; `/lap agenda` lists them."
HEAD = "`{item}` {text}"
NONE = "No paper is attached to it."
LINE = "• `{reference}` {name} ({size}, {when})"
READ = "They are read on your page: {page}"
ATTACH = f"Attach one there, under the item's label: {KINDS}, at most {{most}} MB."
NO_PAGE = "They are read and attached on your page, whose address comes with the next mail that you get from us."
REMOVE = "`/lap paper PAPER remove` removes one for good."
REMOVED = "Removed for good: `{reference}`.\n"


def paper(asked: Asked) -> Reply:
    """``/lap paper ITEM`` and ``/lap paper PAPER remove``."""
    reference, _, word = asked.text.partition(" ")
    if not reference or word.strip().casefold() not in ("", "remove"):
        raise NotUnderstood(WHICH)
    if word:
        gone = acts.remove_paper(asked.desk, asked.actor, reference)
        said = REMOVED.format(reference=escape(reference.strip("`").upper()))
        return Reply(said + _listed(gone, asked.actor.zone))
    return Reply(_listed(acts.list_papers(asked.desk, asked.actor, reference), asked.actor.zone))


def _listed(it: Papers, zone: ZoneInfo) -> str:
    lines = [HEAD.format(item=it.item.reference, text=escape(it.item.text))]
    lines += [
        LINE.format(reference=p.reference, name=escape(p.name), size=shown_size(p.size), when=show(p.at, zone))
        for p in it.papers
    ] or [NONE]
    if it.papers or it.may_attach:
        lines.append(READ.format(page=it.page) if it.page else NO_PAGE)
    if it.may_attach:
        lines += [ATTACH.format(most=it.megabytes), *([REMOVE] if it.papers else [])]
    return "\n".join(lines)


VERBS: dict[str, Verb] = {
    "paper": Verb(
        paper, ALL, "paper ITEM | paper PAPER remove",
        "The papers of an item, under its label; its proposer attaches them on the personal page, and removes them.",
    ),
}  # fmt: skip
