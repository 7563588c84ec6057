"""Owns the Slack room of labels: an item, a line or an action labelled anew."""

from bot.confidentiality import is_label, read_label, respelt
from bot.errors import NotUnderstood
from bot.words import is_reference, split_words
from handlers.edition_lines import TOO_STRICT, told_gone
from handlers.labels import set_label
from handlers.slack.asked import ALL, Asked, Press, Verb, View
from handlers.slack.in_flight import leaving
from handlers.slack.reply import Reply, escape

CHANGED = "`{reference}` is labelled anew{hat}; it was {was}. It reads now: {text}"
AGAIN = "`{reference}` was {was} already by somebody else's word; by yours{hat} it stays so. It reads: {text}"
HOW = (
    "Say which item, line or action, and its label, as in `/lap label K7MPQ2 TLP:AMBER+STRICT`. The labels are "
    "TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and TLP:CLEAR. You typed: {text}"
)


def label(asked: Asked) -> Reply:
    """``/lap label REF TLP:X [for ORG]``."""
    words = [word.text for word in split_words(respelt(asked.text))]
    if len(words) < 2 or not is_reference(words[0]) or not is_label(words[1]):
        raise NotUnderstood(HOW.format(text=asked.text or "nothing"))
    rest = words[2:]
    if rest and (rest[0].casefold() != "for" or len(rest) == 1):
        raise NotUnderstood(HOW.format(text=asked.text))
    it = set_label(asked.desk, asked.actor, words[0], read_label(words[1]), " ".join(rest[1:]) or None)
    hat = f" for {escape(it.hat)}" if it.hat else ""
    says = AGAIN if it.label is it.was else CHANGED
    text = says.format(reference=it.reference, hat=hat, was=it.was, text=escape(it.text))
    text += f"\n{escape(told_gone(it.gone_from, TOO_STRICT))}" if it.gone_from else ""
    return Reply(text + leaving(it.in_flight))


VERBS: dict[str, Verb] = {
    "label": Verb(
        label, ALL, "label REF TLP:LABEL [for ORG]",
        "Labels an item, a line or an action anew: whoever may read it raises its label, only the organisation whose "
        "words they are lowers it.",
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
