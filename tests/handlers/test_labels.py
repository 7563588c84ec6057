"""Labels on a real database: who may change one, and that no door says what stands above the highest it may carry."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.confidentiality import Tlp, Way, may_carry
from bot.item_changes import Change, Do
from bot.proposing import read_proposal
from handlers.actions import give_action
from handlers.agenda import propose_item
from handlers.agenda_changes import change_item
from handlers.calls import show_call
from handlers.carrying import labelled
from handlers.correcting import correct_line
from handlers.desk import Actor
from handlers.labels import set_label
from handlers.live import end_call
from handlers.minutes import read_minutes, send_minutes
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.own_links import tell_links
from handlers.slack.door import text_of
from handlers.steps import run_due_steps
from handlers.work import Reading
from storage import agenda
from storage.tables import Door
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import held, note, running, sent
from tests.lists import DAY, START, Sent, leave, with_approved
from tests.slack_front import say, unmended

NOTHING = (
    "I know no item, line or action `{}` for you. `/lap agenda`, `/lap minutes` and `/lap actions` show what you may "
    "read, with the references."
)


def proposed(cast: Cast, who: Actor, line: str) -> str:
    return propose_item(cast.desk, who, read_proposal(line, cast.desk.procedure.topics)).item.reference


def item_label(cast: Cast, reference: str) -> Tlp:
    with cast.desk.store.read() as tx:
        found = agenda.find(tx, reference)
    assert found is not None
    return found.item.label


def test_whoever_reads_an_item_raises_its_label_and_only_its_proposer_lowers_it(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    item = proposed(cast, cast.actor("fr-cnil"), "next reports Robocalls joint")
    change_item(cast.desk, cast.secretary, item, Change(Do.TO, call=DAY, part="1"))
    raised = set_label(cast.desk, cast.actor("harbour-bank"), item, Tlp.AMBER_STRICT)
    assert (raised.was, item_label(cast, item)) == (Tlp.AMBER, Tlp.AMBER_STRICT)
    others = (cast.actor("harbour-bank"), cast.actor("jp-mic"), cast.secretary)
    assert [refusal_of(lambda who=who: set_label(cast.desk, who, item, Tlp.GREEN)) for who in others] == [
        f"`{item}` is TLP:AMBER+STRICT: only the organisation whose words they are can lower that. Ask it to, or give "
        "a stricter label."
    ] * 3
    set_label(cast.desk, cast.actor("fr-cnil"), item, Tlp.GREEN)
    assert item_label(cast, item) is Tlp.GREEN


def test_the_secretariat_neither_opens_nor_lowers_in_its_own_hat_what_an_officer_of_its_agency_proposed(
    cast: Cast,
) -> None:
    with_approved(cast, "harbour-bank")
    officers = proposed(cast, cast.by_email("spam-enforcement@us-ftc.example"), f"{DAY} cases Robocalls")
    own = proposed(cast, cast.secretary, f"{DAY} cases Roll")
    for item in (officers, own):
        change_item(cast.desk, cast.secretary, item, Change(Do.TO, call=DAY, part="1"))
    opened = [change_item(cast.desk, cast.secretary, item, Change(Do.JOINT)).asked for item in (officers, own)]
    lowered = [refusal_of(lambda it=it: set_label(cast.desk, cast.secretary, it, Tlp.GREEN)) for it in (officers, own)]
    assert (opened, [bool(says) for says in lowered]) == ([True, False], [True, False])
    hatted = change_item(cast.desk, cast.secretary, officers, Change(Do.JOINT, org="us-ftc"))
    assert (hatted.asked, hatted.hat) == (False, "Federal Trade Commission")
    assert set_label(cast.desk, cast.secretary, officers, Tlp.GREEN, "us-ftc").hat == "Federal Trade Commission"


def test_a_label_that_would_not_count_where_it_was_typed_lets_nothing_in_under_another(cast: Cast) -> None:
    """What is RED in its author's eyes was taken in as AMBER, read by all of Slack, and mailed."""
    cnil, bank, secretary = cast.actor("fr-cnil"), cast.actor("harbour-bank"), cast.secretary
    with_approved(cast)
    item = proposed(cast, cnil, "next cases Robocalls")
    before = {
        (cnil, f"propose {DAY} cases 5 joint TLP:RED the source"): "A title has its label beside it, not in it",
        (cnil, f'propose {DAY} cases 5 "TLP:RED the source"'): "A title has its label beside it, not in it",
        (cnil, f'item {item} "[TLP:RED] the source"'): "A title has its label beside it, not in it",
        (cnil, f'item {item} harm victims 1 vulnerable "TLP:RED the source"'): "What is stated of a case stands under",
        (bank, "report we know TLP:RED of the source"): "TLP:RED stands in the middle of the words",
        (secretary, f'segment add {DAY} joint 10 "TLP:RED the source"'): "The title of a call, a part or an edition",
        (secretary, 'call add 2027-02-20 13:00 UTC for 60 "TLP:RED the source"'): "The title of a call, a part or an",
        (secretary, f'edition {DAY} "The source, TLP:RED" green'): "The title of a call, a part or an edition",
    }
    for (who, line), says in before.items():
        assert unmended(say(cast, who, line)).startswith(says), line
    reason = Asked("meridian-net", call_id=cast_call(cast), reason="TLP:RED the source")
    assert (refusal_of(lambda: object_to_access(cast.desk, cnil, reason)) or "").startswith("A reason has no label")
    cast.clock.at = START
    say(cast, secretary, f"start {DAY}")
    note(cast, "fr-cnil: [TLP:RED] the source")
    line = note(cast, "fr-cnil: a kit is sold")
    during = (
        "note we know TLP:RED of the source",
        "decision we know of (TLP:RED) the source",
        "action fr-cnil by +14d ask TLP:RED of the source",
        f"correct {line} we know TLP:RED of the source",
    )
    for typed in during:
        assert unmended(say(cast, secretary, typed)).startswith("TLP:RED stands in the middle of the words"), typed
    assert "the source" not in say(cast, secretary, f"minutes {DAY}").text
    cast.clock.advance(minutes=5)
    assert [s.kind for s in leave(cast) if "the source" in s.text] == []


def cast_call(cast: Cast) -> str:
    return show_call(cast.desk, cast.secretary, DAY).view.id


def test_the_secretariat_enters_a_lower_label_for_the_originator_and_the_answer_names_it(cast: Cast) -> None:
    with_approved(cast)
    item = proposed(cast, cast.actor("fr-cnil"), "next cases Robocalls")
    assert say(cast, cast.secretary, f"label {item} TLP:GREEN for fr-cnil").text == (
        f"`{item}` is labelled anew for Commission nationale de l'informatique et des libertés; it was TLP:AMBER. "
        "It reads now: TLP:GREEN Robocalls"
    )


def test_a_label_is_no_way_to_learn_what_there_is(cast: Cast) -> None:
    with_approved(cast, start=START + timedelta(days=63))
    item = proposed(cast, cast.actor("fr-cnil"), "2027-04-20 cases Robocalls")
    _, _, closed = held(cast)
    for reference in (closed, item, "ABC234"):
        for who in (cast.actor("harbour-bank"), cast.actor("jp-mic")):
            said = refusal_of(lambda who=who, ref=reference: set_label(cast.desk, who, ref, Tlp.RED))
            assert said == NOTHING.format(reference)


def test_a_line_raised_to_red_is_minuted_no_longer_until_its_originator_lowers_it(cast: Cast) -> None:
    own, *_ = sent(cast)
    assert set_label(cast.desk, cast.actor("fr-cnil"), own, Tlp.RED).text == "TLP:RED, not minuted"
    assert "phishing is up" not in say(cast, cast.secretary, f"minutes {DAY}").text
    assert set_label(cast.desk, cast.actor("harbour-bank"), own, Tlp.AMBER).text == "TLP:AMBER phishing is up"


def test_words_that_were_never_minuted_come_with_a_correction_of_their_originator(cast: Cast) -> None:
    running(cast)
    line = note(cast, "TLP:RED fr-cnil: the source is known")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    cnil = cast.actor("fr-cnil")
    assert refusal_of(lambda: set_label(cast.desk, cnil, line, Tlp.AMBER)) == (
        f"The words of `{line}` were never minuted. Give them with their label: `/lap correct {line} TLP:AMBER TEXT`."
    )
    assert correct_line(cast.desk, cnil, line, "TLP:AMBER the source was heard").line.text == (
        "TLP:AMBER the source was heard"
    )


def test_a_red_line_is_minuted_where_its_originator_asks_and_stands_on_pages_alone(cast: Cast) -> None:
    running(cast)
    note(cast, "TLP:RED [minuted] fr-cnil: the source is known")
    page = replace(cast.secretary, way=Way.PAGE)
    shown = [
        [line.text for part in read_minutes(cast.desk, who, DAY).parts for s in part.subjects for line in s.lines]
        for who in (cast.secretary, page)
    ]
    assert shown == [
        ["TLP:RED (on your page: `/lap feed` gives its address)"],
        ["TLP:RED the source is known"],
    ]


def test_what_was_said_under_a_stricter_label_is_not_mailed_under_the_one_that_it_has_now(cast: Cast) -> None:
    running(cast)
    line = note(cast, "TLP:AMBER+STRICT fr-cnil: the source is known")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    correct_line(cast.desk, cast.actor("fr-cnil"), line, "TLP:GREEN a source was heard")
    (mail, *_) = [s for s in leave(cast) if s.kind == "line_corrected"]
    assert (mail.notice.label, mail.text.count("the source is known"), mail.text.count("a source was heard")) == (
        Tlp.GREEN, 0, 1,
    )  # fmt: skip


def test_what_a_line_said_is_not_mailed_once_its_label_is_too_strict_for_that(cast: Cast) -> None:
    """The mail that tells of a correction waited for a server, and said it under the label that the line had then."""
    running(cast)
    line = note(cast, "fr-cnil: the source is known")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    correct_line(cast.desk, cast.actor("fr-cnil"), line, "a source was heard")
    set_label(cast.desk, cast.actor("fr-cnil"), line, Tlp.RED)
    (mail, *_) = [s for s in leave(cast) if s.kind == "line_corrected"]
    assert (mail.text.count("source"), mail.text.count("TLP:RED, not minuted")) == (0, 2)


def test_an_actions_label_is_raised_by_its_owner_and_lowered_by_who_gave_it(cast: Cast) -> None:
    running(cast)
    action = give_action(cast.desk, cast.secretary, "harbour-bank by +7d TLP:GREEN Preserve the logs.").reference
    assert set_label(cast.desk, cast.actor("harbour-bank"), action, Tlp.AMBER).was is Tlp.GREEN
    assert refusal_of(lambda: set_label(cast.desk, cast.actor("harbour-bank"), action, Tlp.CLEAR)).startswith(
        f"`{action}` is TLP:AMBER: only the organisation whose words they are can lower that."
    )
    assert set_label(cast.desk, cast.secretary, action, Tlp.CLEAR).text == "TLP:CLEAR Preserve the logs."


def test_a_label_is_taken_back_while_nobody_changed_it_again(cast: Cast) -> None:
    with_approved(cast)
    item = proposed(cast, cast.actor("fr-cnil"), "next cases Robocalls")
    set_label(cast.desk, cast.secretary, item, Tlp.RED)
    assert say(cast, cast.secretary, "undo go").text == f"`{item}` has its label again: TLP:AMBER Robocalls"
    set_label(cast.desk, cast.secretary, item, Tlp.AMBER_STRICT)
    set_label(cast.desk, cast.actor("fr-cnil"), item, Tlp.GREEN)
    assert say(cast, cast.secretary, "undo go").text == (f"`{item}` was labelled anew since, so it was left as it is.")


def test_a_label_that_two_gave_stays_when_the_first_takes_it_back(cast: Cast) -> None:
    with_approved(cast)
    item = proposed(cast, cast.actor("fr-cnil"), "next cases Robocalls")
    set_label(cast.desk, cast.secretary, item, Tlp.RED)
    assert say(cast, cast.actor("fr-cnil"), f"label {item} TLP:RED").text.startswith(
        f"`{item}` was TLP:RED already by somebody else's word; by yours it stays so. It reads:"
    )
    kept = say(cast, cast.secretary, "undo go").text
    assert (kept, item_label(cast, item)) == (f"`{item}` was labelled anew since, so it was left as it is.", Tlp.RED)
    stays = say(cast, cast.actor("fr-cnil"), "undo go").text
    assert stays.startswith(f"`{item}` keeps the label that somebody else gave it, too: TLP:RED")
    say(cast, cast.secretary, "undo go")
    assert item_label(cast, item) is Tlp.AMBER


def test_a_label_that_somebody_else_set_since_stays_also_where_it_is_the_same_again(cast: Cast) -> None:
    with_approved(cast)
    cnil = cast.actor("fr-cnil")
    item = proposed(cast, cnil, "next cases Robocalls")
    set_label(cast.desk, cast.secretary, item, Tlp.RED)
    set_label(cast.desk, cnil, item, Tlp.AMBER)
    set_label(cast.desk, cnil, item, Tlp.RED)
    refused = say(cast, cast.secretary, "undo go").text
    assert refused == f"`{item}` was labelled anew since, so it was left as it is."
    assert say(cast, cnil, "undo go").text == f"`{item}` has its label again: TLP:AMBER Robocalls"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("label {item} TLP:AMBER", "`{item}` is TLP:AMBER already; nothing was changed."),
        (
            "label {item} TLP:WHITE",
            "“TLP:WHITE” is not a TLP 2.0 label. The labels are TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and "
            "TLP:CLEAR.",
        ),
        (
            "label {item}",
            "Say which item, line or action, and its label, as in `/lap label K7MPQ2 TLP:AMBER+STRICT`. The labels are "
            "TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and TLP:CLEAR. You typed: {item}",
        ),
    ],
)
def test_what_cannot_be_done_is_told(cast: Cast, line: str, says: str) -> None:
    with_approved(cast)
    item = proposed(cast, cast.actor("fr-cnil"), "next cases Robocalls")
    assert say(cast, cast.actor("fr-cnil"), line.format(item=item)).text == says.format(item=item)


def token(kind: str, label: Tlp) -> str:
    return f"{kind}-{label.removeprefix('TLP:').replace('+', '-').lower()}-words"


ALL = {token(kind, label) for kind in ("item", "line", "action") for label in Tlp}


def may_say(highest: Tlp) -> set[str]:
    """What a door with that limit may say of the play below; of a RED line nothing was recorded at all."""
    kinds = ("item", "line", "action")
    return {token(k, label) for k in kinds for label in Tlp if may_carry(label, highest)} - {token("line", Tlp.RED)}


def found_in(told: list[str]) -> set[str]:
    return {t for t in ALL if any(t in text for text in told)}


def play(cast: Cast) -> tuple[list[str], list[Sent]]:
    """A call with an item, a line and an action under each label: what all were answered in Slack, and what left."""
    cnil, bank, secretary = cast.actor("fr-cnil"), cast.actor("harbour-bank"), cast.secretary
    answers, left = list[str](), list[Sent]()

    def told(who: Actor, *lines: str) -> None:
        answers.extend(say(cast, who, line).text for line in lines)

    with_approved(cast, "harbour-bank", "oecd")
    for label in Tlp:
        reference = proposed(cast, cnil, f'{DAY} reports 1 joint {label} "{token("item", label)}"')
        told(secretary, f"item {reference} to {DAY}/1")
    told(secretary, f"agenda {DAY}")
    told(bank, "agenda")
    left += leave(cast)
    cast.clock.at = START - timedelta(hours=1)
    run_due_steps(cast.desk)
    left += leave(cast)
    cast.clock.at = START
    told(secretary, "start", "next", "next", "next", "next", "next")
    for label in Tlp:
        told(secretary, f"note {label} fr-cnil: {token('line', label)}")
        told(secretary, f"action fr-cnil by +7d {label} {token('action', label)}")
    told(secretary, "end", f"minutes {DAY}", f"minutes send {DAY} go")
    cast.clock.advance(minutes=5)
    left += leave(cast)
    told(cnil, f"minutes {DAY}", "actions", "", f"agenda {DAY}")
    shown = read_minutes(cast.desk, cnil, DAY)
    for line in (line for part in shown.parts for subject in part.subjects for line in subject.lines):
        told(cnil, f"hold {line.reference}", f"correct {line.reference} [joint]")
    told(cnil, "undo")
    return answers, left + leave(cast)


BOUNDS = (Tlp.RED, Tlp.GREEN)


@pytest.mark.parametrize("highest", [t if t in BOUNDS else pytest.param(t, marks=pytest.mark.long) for t in Tlp])
def test_no_door_says_what_stands_above_its_highest_label_and_each_says_the_rest(cast: Cast, highest: Tlp) -> None:
    pushed = highest if highest is not Tlp.RED else Tlp.AMBER_STRICT
    labels = replace(cast.desk.procedure.labels, slack=highest, mail=pushed)
    cast.desk = replace(cast.desk, procedure=replace(cast.desk.procedure, labels=labels))
    answers, left = play(cast)
    mails = [text_of(s.notice) for s in left if s.door == Door.MAIL]
    messages = [text_of(s.notice) + repr(s.notice.buttons) for s in left if s.door == Door.SLACK]
    assert (found_in(answers), found_in(mails)) == (may_say(highest), may_say(pushed))
    assert found_in(messages) <= may_say(pushed)
    assert [s.notice.subject for s in left if not is_marked(s)] == []


def is_marked(message: Sent) -> bool:
    """Whether a message is labelled as strictly as everything within."""
    text = text_of(message.notice)
    within = [label for label in Tlp if any(token(kind, label) in text for kind in ("item", "line", "action"))]
    return all(message.notice.label and may_carry(label, message.notice.label) for label in within)


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        (Way.PAGE, "TLP:RED the source"),
        (Way.SLACK, "TLP:RED (on your page: https://lap.example/me/"),
        (Way.MESSAGE, "TLP:RED (on your page)"),
        (Way.MAIL, "TLP:RED (on your page)"),
        (Way.CALENDAR, "TLP:RED (on your page)"),
        (None, "TLP:RED (on your page: https://lap.example/me/"),
    ],
)
def test_what_a_way_may_not_carry_is_said_to_stand_on_the_readers_page(cast: Cast, way: Way | None, shown: str) -> None:
    actor = replace(cast.actor("fr-cnil"), way=way)
    tell_links(cast.desk, actor)
    with cast.desk.store.begin() as tx:
        words = labelled(Reading(cast.desk, tx, actor, cast.clock()), "the source", Tlp.RED)
    assert (words[: len(shown)], len(words) > len(shown)) == (shown, "https" in shown)
