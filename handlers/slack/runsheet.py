"""Owns the Slack room of the run sheet; the sheet to print is the web's, the one by mail ``handlers.runsheet``'s."""

from handlers.runsheet import paragraphs, run_sheet
from handlers.slack.asked import RUN, Asked, Press, Verb, View
from handlers.slack.minutes import read_page
from handlers.slack.reply import Reply, escape, paged


def runsheet(asked: Asked) -> Reply:
    """``/lap runsheet [CALL] [page N]``."""
    named, page = read_page(asked.text)
    it = run_sheet(asked.desk, asked.actor, named)
    return paged(escape("\n\n".join(paragraphs(it, asked.actor.zone))), f"runsheet {it.name}", page)


VERBS: dict[str, Verb] = {
    "runsheet": Verb(
        runsheet, RUN, "runsheet [CALL]",
        "Shows all that running a call needs on paper: order, times, who is let in where, roll. It is mailed "
        "an hour before, too, with a link to print it.",
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
