"""Whose acts ``undo`` reaches: those of the hat that somebody wears now, and of a text only while they may read it."""

from dataclasses import replace

from bot.confidentiality import Tlp
from bot.item_changes import Change, Do
from handlers.action_changes import drop_action
from handlers.actions import give_action
from handlers.agenda_changes import change_item
from handlers.attendees import unadmit
from handlers.desk import Actor
from handlers.labels import NOTHING as NO_TEXT
from handlers.labels import set_label
from handlers.live import start_call
from handlers.looking import Wish
from handlers.objecting import Asked
from handlers.objections import NO_OBJECTION, object_to_access
from handlers.undo import NOTHING, undo_last
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.handlers.test_labels import proposed
from tests.lists import DAY, START, with_approved
from tests.slack_front import say

CNIL = "Commission nationale de l'informatique et des libertés"


def refused(cast: Cast, who: Actor) -> str:
    return refusal_of(lambda: undo_last(cast.desk, who, Wish("undo", go=True)))


def test_who_came_to_another_organisation_takes_nothing_back_for_the_one_before(cast: Cast) -> None:
    with_approved(cast, "harbour-bank", "meridian-net")
    cnil = cast.actor("fr-cnil")
    object_to_access(cast.desk, cnil, Asked("meridian-net", calls=((DAY, ()),)))
    assert refused(cast, replace(cast.actor("harbour-bank"), user=cnil.user)) == NOTHING


def test_who_is_of_the_secretariat_no_longer_takes_back_nothing_of_it(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    was = replace(cast.secretary, reader=replace(cast.secretary.reader, secretariat=False))
    assert refused(cast, was) == NOTHING


def test_who_is_of_the_secretariat_no_longer_takes_back_no_objection_of_another_agency(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    entered = Asked("harbour-bank", calls=((DAY, ()),), agency="fr-cnil")
    reference = object_to_access(cast.desk, cast.secretary, entered).references[0]
    was = replace(cast.secretary, reader=replace(cast.secretary.reader, secretariat=False))
    assert refused(cast, was) == NO_OBJECTION.format(reference=reference)


def test_who_is_of_the_secretariat_no_longer_takes_back_nothing_that_it_entered_for_others(cast: Cast) -> None:
    """Words of others may stand there by now: a proposal and an action were given back with those they have today."""
    with_approved(cast, "harbour-bank")
    was = replace(cast.secretary, reader=replace(cast.secretary.reader, secretariat=False))
    item = proposed(cast, cast.secretary, 'reports "Gateways" for harbour-bank')
    change_item(cast.desk, cast.actor("harbour-bank"), item, Change(Do.TITLE, title="What the raid found"))
    assert refused(cast, was) == f"There is no proposal `{item}` any more."
    say(cast, cast.secretary, f'bring jane@fr-cnil.example "Jane" to {DAY} for fr-cnil')
    assert refused(cast, was) == "That proxy is there no longer, so there is nothing to take back."
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    action = give_action(cast.desk, cast.secretary, "fr-cnil by +7d Send the numbers").reference
    drop_action(cast.desk, cast.secretary, action, "It was overtaken.")
    assert refused(cast, was).startswith(f"I know no action `{action}` for you.")
    assert undo_last(cast.desk, cast.secretary, Wish("undo", go=True)).said.endswith("Send the numbers (" + CNIL + ").")


def test_who_may_read_a_text_no_longer_reads_it_by_taking_back_its_label(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    bank = cast.actor("harbour-bank")
    item = proposed(cast, cast.actor("fr-cnil"), "next reports Robocalls joint")
    change_item(cast.desk, cast.secretary, item, Change(Do.TO, call=DAY, part="1"))
    set_label(cast.desk, bank, item, Tlp.AMBER_STRICT)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    assert refused(cast, bank) == NO_TEXT.format(reference=item)
