"""Whose acts ``undo`` reaches: those of the hat that somebody wears now, and of a text only while they may read it."""

from dataclasses import replace

import pytest
from sqlalchemy import delete

from bot.confidentiality import Tlp
from bot.item_changes import Change, Do
from handlers.action_changes import accept_action, drop_action, hand_over, mark_done
from handlers.actions import NO_ACTION, give_action
from handlers.agenda_changes import change_item
from handlers.attendee_views import attendees
from handlers.attendees import admit, unadmit
from handlers.correcting import correct_line
from handlers.desk import Actor
from handlers.labels import NOTHING as NO_TEXT
from handlers.labels import OTHER_WORDS, set_label
from handlers.live import start_call
from handlers.looking import Wish
from handlers.objecting import Asked
from handlers.objections import NO_OBJECTION, object_to_access
from handlers.undo import NOTHING, undo_last
from storage.tables import ActionChangeRow, ActionItemRow, AttendanceRow, MinuteEntryRow, RegretsRow
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.handlers.test_labels import proposed
from tests.held import note, running
from tests.lists import DAY, START, with_approved
from tests.mailing import mailing, timed
from tests.slack_front import say

CNIL = "Commission nationale de l'informatique et des libertés"


def refused(cast: Cast, who: Actor) -> str:
    return refusal_of(lambda: undo_last(cast.desk, who, Wish("undo", go=True)))


def undone(cast: Cast, who: Actor) -> str:
    return undo_last(cast.desk, who, Wish("undo", go=True)).said


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


def test_who_ran_the_call_before_does_not_learn_by_undo_where_it_is_now(cast: Cast) -> None:
    """That its gate was passed told that the call went on."""
    running(cast)
    cnil, seat = cast.actor("fr-cnil"), cast.secretary
    for who, line in ((seat, "scribe fr-cnil"), (cnil, "gate"), (seat, "scribe none")):
        say(cast, who, line)
    shut = refused(cast, cnil)
    say(cast, seat, "clear")
    assert (refused(cast, cnil), shut.startswith("No call is under way that is yours to run")) == (shut, True)


@pytest.mark.parametrize(
    "did", ["note Said so", "undo {line}", "regrets from gb-ico", "here gb-ico", "action gb-ico by +7d Send them"]
)
def test_who_ran_the_call_before_does_not_learn_by_undo_what_others_did_since(cast: Cast, did: str) -> None:
    """That a line, an action, regrets or a seat is gone from the draft told who did not run the call any more."""
    running(cast)
    line = note(cast, "Reported")
    cnil, seat = cast.actor("fr-cnil"), cast.secretary
    for who, typed in ((seat, "scribe fr-cnil"), (cnil, did.format(line=line)), (seat, "scribe none")):
        say(cast, who, typed)
    stood = refused(cast, cnil)
    with cast.desk.store.begin() as tx:
        for table in (MinuteEntryRow, RegretsRow, AttendanceRow, ActionChangeRow, ActionItemRow):
            tx.execute(delete(table))
    assert (refused(cast, cnil), stood.startswith("No call is under way that is yours to run")) == (stood, True)


def test_who_may_read_a_text_no_longer_reads_it_by_taking_back_its_label(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    bank = cast.actor("harbour-bank")
    item = proposed(cast, cast.actor("fr-cnil"), "next reports Robocalls joint")
    change_item(cast.desk, cast.secretary, item, Change(Do.TO, call=DAY, part="1"))
    set_label(cast.desk, bank, item, Tlp.AMBER_STRICT)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    assert refused(cast, bank) == NO_TEXT.format(reference=item)


def test_who_may_read_an_action_no_longer_reads_it_by_taking_back_what_became_of_it(cast: Cast) -> None:
    running(cast, "harbour-bank")
    reference = give_action(cast.desk, cast.secretary, "harbour-bank by +7d Send the numbers").reference
    bank = cast.actor("harbour-bank")
    mark_done(cast.desk, bank, reference)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    assert refused(cast, bank) == NO_ACTION.format(reference=reference)


def test_who_handed_an_action_over_does_not_learn_by_undo_what_became_of_it(cast: Cast) -> None:
    """That it has changed since told who may not read it any more that its new owner had looked at it."""
    running(cast)
    reference = give_action(cast.desk, cast.secretary, "fr-cnil by +7d Send the numbers").reference
    cnil, ico = cast.actor("fr-cnil"), cast.actor("gb-ico")
    hand_over(cast.desk, cnil, reference, "gb-ico")
    accept_action(cast.desk, ico, reference)
    assert refused(cast, cnil).startswith(f"People were told already that `{reference}` is handed over, so that stays.")
    with cast.desk.store.begin() as tx:
        for table in (ActionChangeRow, ActionItemRow):
            tx.execute(delete(table))
    assert refused(cast, cnil) == NO_ACTION.format(reference=reference)


def test_a_name_taken_off_twice_is_not_approved_again_by_taking_back_the_first(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    other = replace(cast.secretary, user="another")
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    admit(cast.desk, other, ["harbour-bank"], DAY)
    unadmit(cast.desk, other, ["harbour-bank"], DAY)
    assert "but not everybody on the list of Case updates is approved again" in undone(cast, cast.secretary)
    names = [n for _, names in attendees(cast.desk, cast.secretary, DAY).parts for n in names]
    assert [n.state for n in names] == ["proposed, not circulated yet"]


def test_an_admission_taken_back_in_between_leaves_the_approval_to_come_back(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    undone(cast, cast.secretary)
    assert "is as it was before" in undone(cast, cast.secretary)


@pytest.mark.parametrize("correction", ["fr-cnil: a raid in Calais is near", "TLP:AMBER+STRICT"])
def test_a_label_stays_where_somebody_else_corrected_the_line_since_or_gave_it_that_label(
    cast: Cast, correction: str
) -> None:
    running(cast)
    line = note(cast, "fr-cnil: a raid is near")
    set_label(cast.desk, cast.secretary, line, Tlp.AMBER_STRICT)
    correct_line(cast.desk, replace(cast.secretary, user="another"), line, correction)
    assert refused(cast, cast.secretary) == OTHER_WORDS.format(reference=line, label=Tlp.AMBER)


def test_a_label_stays_where_its_item_has_another_title_by_now(cast: Cast) -> None:
    with_approved(cast)
    cnil = cast.actor("fr-cnil")
    item = proposed(cast, cnil, "next cases Robocalls")
    set_label(cast.desk, cast.secretary, item, Tlp.AMBER_STRICT)
    change_item(cast.desk, cnil, item, Change(Do.TITLE, title="Robocalls from Calais"))
    assert refused(cast, cast.secretary) == OTHER_WORDS.format(reference=item, label=Tlp.AMBER)


def test_taking_back_a_lower_label_narrows_as_a_higher_one_does(cast: Cast) -> None:
    with_approved(cast)
    cnil = cast.actor("fr-cnil")
    item = proposed(cast, cnil, "next cases Robocalls")
    set_label(cast.desk, cnil, item, Tlp.GREEN)
    with mailing(cast) as post, post.leaving(seconds=0.3):
        said, seconds = timed(lambda: undone(cast, cnil))
    assert (said.endswith("TLP:AMBER Robocalls"), seconds >= 0.2) == (True, True)
