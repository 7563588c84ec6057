"""Owns the cut that labels make: words as the way to their reader may carry them; who reads them is ``audience``'s.

Every act and every letter puts labelled words through ``carried``, so that no door has to think of it.
"""

from dataclasses import replace

from bot.confidentiality import NOT_HERE, ON_PAGE, ON_PAGE_AT, Tlp, Way, may_carry, stricter
from bot.notices import Notice
from handlers.links import PAGE, known_links, page_link
from handlers.work import Reading

YOUR_PAGE = "Your page, where the rest stands that this message may not carry"


def carried(work: Reading, text: str, label: Tlp) -> str:
    """*text* where the actor's way may carry *label*, else where it stands instead: on the reader's page (barrier.md).

    The label itself goes directly before it, whichever it is.
    """
    if may_carry(label, work.desk.procedure.labels.highest(work.actor.way)):
        if work.strictest is None or not may_carry(label, work.strictest):
            work.strictest = label
        return text
    if work.actor.way is Way.DOCUMENT:  # it goes from hand to hand: a personal address has no place in it
        return ON_PAGE
    if work.page is None:
        work.page = _page(work)
    if not work.page:
        return NOT_HERE
    work.withheld = True
    # A message gives the link once, beside its text; a calendar, which others may share, gives it nowhere.
    beside = (Way.MAIL, Way.MESSAGE, Way.CALENDAR)
    return ON_PAGE if work.actor.way in beside else ON_PAGE_AT.format(page=work.page)


def labelled(work: Reading, text: str, label: Tlp) -> str:
    """*label* directly before *text*, cut as ``carried`` says."""
    return f"{label} {carried(work, text, label)}"


def marked(work: Reading, notice: Notice) -> Notice:
    """*notice* under the strictest label of what was carried since the last one, with the link to what was not: a mail
    has it at its foot anyway."""
    page = ((YOUR_PAGE, work.page),) if work.withheld and work.page and work.actor.way is not Way.MAIL else ()
    label, work.strictest, work.withheld = stricter(notice.label, work.strictest), None, False
    if label is notice.label and not page:
        return notice
    return replace(notice, label=label, links=(*notice.links, *page))


def _page(work: Reading) -> str:
    """The link to the actor's own page; empty where there is none. What leaves by itself makes it known; an answer
    writes nothing, so it names the one that was printed before."""
    contact_id = work.reader.contact_id
    if work.actor.way in (Way.MAIL, Way.MESSAGE):
        return page_link(work, contact_id)
    return known_links(work, contact_id).get(PAGE, "")
