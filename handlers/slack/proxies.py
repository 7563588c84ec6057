"""Owns the Slack room of proxies: somebody is brought to one call."""

from bot.proxies import EXAMPLE, read_bring
from bot.when import show_span
from handlers.proxies import Brought, Coming, bring_proxy, list_brought
from handlers.slack.asked import ALL, Asked, Verb
from handlers.slack.reply import Reply, escape

INVITED = (
    "{name}, {email}, comes to {title} as a proxy of {organisation}, for {when}. An invitation is on its way, behind a "
    "first mail that says who writes; the secretariat is told. They read and join this call alone. "
    "`/lap contact remove {email}` ends it."
)
ASKED = (
    "Asked: `{reference}`. The secretariat is asked to put {name}, {email}, on the list in the place of "
    "{organisation}, for {when}. The Agencies are told the name before it is approved (Plan B.3); nothing is sent to "
    "that address until then."
)
LISTED = (
    "{name}, {email}, is on the list as a proxy of {organisation}, wherever it is on that list itself. Nothing is sent "
    "to them yet: `/lap circulate {call}` sends the name round, and `/lap approve {call}` invites them."
)


NOBODY = "Nobody is brought to a call that lies ahead. To bring somebody: {example}."
COMES = "• {name}, {email}, for `{organisation}` to {title} (`{call}`){waits}"
WAITS = ": the secretariat has yet to confirm it"
TO_CONFIRM = ': to be confirmed, by `/lap bring {email} "{name}" to {call} for {organisation}`'
ENDS = "`/lap contact remove EMAIL` ends one."


def bring(asked: Asked) -> Reply:
    """``/lap bring EMAIL "NAME" to CALL [for ORG]``; alone, who is brought to what."""
    if not asked.text:
        confirms = asked.actor.is_secretariat
        return Reply(escape(listed(list_brought(asked.desk, asked.actor), TO_CONFIRM if confirms else WAITS)))
    return Reply(escape(said(bring_proxy(asked.desk, asked.actor, read_bring(asked.text)), asked)))


def said(done: Brought, asked: Asked) -> str:
    words = ASKED if done.waits else LISTED if done.listed else INVITED
    return words.format(
        reference=done.reference, name=done.contact.name, email=done.contact.email, title=done.call.title,
        organisation=done.participant.name, call=done.call.name,
        when=show_span(done.call.start, done.call.end, asked.actor.zone),
    )  # fmt: skip


def listed(found: tuple[Coming, ...], waits: str) -> str:
    """Whom one brings; *waits*: what is said of somebody who has yet to be confirmed."""
    if not found:
        return NOBODY.format(example=EXAMPLE)
    lines = []
    for c in found:
        said = {"name": c.name, "email": c.email, "organisation": c.organisation, "call": c.call.name}
        lines.append(COMES.format(title=c.call.title, waits=waits.format(**said) if c.waits else "", **said))
    return "\n".join([*lines, ENDS])


VERBS: dict[str, Verb] = {
    "bring": Verb(
        bring, ALL, 'bring EMAIL "NAME" to CALL [for ORG] | bring',
        "Brings somebody who is no contact to one call in the place of your organisation: an Agency at once, others "
        f"once the secretariat has approved the name. They read and join that call alone. As in {EXAMPLE}; "
        "`/lap bring` alone lists whom you bring, and `/lap contact remove EMAIL` ends it.",
    ),
}  # fmt: skip
