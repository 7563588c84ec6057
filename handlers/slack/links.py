"""Owns the Slack room of somebody's own links: the calendar feed, the page, and new ones for all that was printed."""

from bot.errors import NotUnderstood
from bot.feed import alarm_in_words, read_alarm
from handlers import own_links
from handlers.own_links import Own
from handlers.slack.asked import ALL, Asked, Press, Verb, View
from handlers.slack.reply import Reply, escape

YOURS = (
    "Your calendar feed: {feed}\n"
    "To subscribe: in Outlook “Add calendar”, “Subscribe from web”; in Google Calendar “Other calendars”, “From URL”; "
    "in Apple Calendar “File”, “New Calendar Subscription”.\n"
    "Reminders in it: {rings}. `/lap feed alarm 15` sets them 15 minutes before, `/lap feed alarm off` ends them.\n"
    "Your page, which says what awaits you and needs no Slack: {page}\n"
    "Both are for you alone: whoever has an address reads what you read. `/lap feed reset` gives the feed a new one, "
    "`/lap links reset` all your links."
)
NEW_FEED = "Your calendar feed has a new address, and the earlier one leads nowhere any more. Subscribe to it again.\n"
NEW_LINKS = (
    "Your links have new addresses, and the earlier ones lead nowhere any more. The entries of coming calls in your "
    "calendar follow by mail.\n"
)
NEW_OF = (
    "The links of {name} have new addresses, and the earlier ones lead nowhere any more. A mail with the page, and "
    "the entries of coming calls with their new links, are on their way."
)
WHICH_FEED = (
    "Say `feed` for the addresses of your feed and your page, `/lap feed reset` for a new feed, or "
    "`/lap feed alarm 15` for a reminder before each entry."
)
RINGS = "Reminders in your calendar feed: {rings}, from the next time that your calendar looks at it."
WHICH_LINKS = "Say `links reset` for new links of your own; the secretariat may name somebody: `/lap links reset WHO`."


def feed(asked: Asked) -> Reply:
    """``/lap feed [reset|alarm MINUTES|alarm off]``."""
    word, _, more = asked.text.casefold().partition(" ")
    if word == "alarm":
        own = own_links.set_feed_alarm(asked.desk, asked.actor, read_alarm(more))
        return Reply(RINGS.format(rings=alarm_in_words(own.alarm)))
    if more or word not in ("", "reset"):
        raise NotUnderstood(WHICH_FEED)
    if not word:
        return Reply(_yours(own_links.tell_links(asked.desk, asked.actor)))
    return Reply(NEW_FEED + _yours(own_links.reset_feed(asked.desk, asked.actor)))


def links(asked: Asked) -> Reply:
    """``/lap links reset [WHO]``."""
    word, _, who = asked.text.partition(" ")
    if word.casefold() != "reset":
        raise NotUnderstood(WHICH_LINKS)
    done = own_links.reset_links(asked.desk, asked.actor, who.strip())
    if done.own is not None:
        return Reply(NEW_LINKS + _yours(done.own))
    return Reply(NEW_OF.format(name=escape(done.name)))


def _yours(own: Own) -> str:
    return YOURS.format(feed=f"<{own.feed}>", page=f"<{own.page}>", rings=alarm_in_words(own.alarm))


VERBS: dict[str, Verb] = {
    "feed": Verb(
        feed,
        ALL,
        "feed [reset|alarm MINUTES|alarm off]",
        "Shows the addresses of your calendar feed and your page; `reset`: a new feed; `alarm`: reminders in it.",
    ),
    "links": Verb(
        links, ALL, "links reset [WHO]", "Gives you new personal links; the earlier ones lead nowhere any more."
    ),
}
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
