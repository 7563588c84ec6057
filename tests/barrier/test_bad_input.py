"""Bad input at the barrier: refused with a next step, or answered as what does not exist, and nothing is changed.

Forms and buttons that came too late, or that nobody opened so, are ``tests/handlers/slack/test_stale_forms.py``'s and
``test_stale_buttons.py``'s; the references of others at every button, form and verb ``test_hidden.py``'s; an empty pool
of bridges ``tests/handlers/test_rotating.py``'s; a broken row of the record ``tests/handlers/cli/test_audit.py``'s.
"""

from datetime import timedelta

import pytest

from bot.calls import Call
from handlers.joining import follow
from handlers.slack.reply import Reply
from storage import calls
from storage.calls import Part
from tests.cast import Cast
from tests.links import JOIN, printed
from tests.lists import DAY, START, arrive, leave, with_approved, with_call, with_names
from tests.slack_front import press, say, submit, unmended

A, OTHER, BANK = "fr-cnil", "jp-mic", "harbour-bank"
OBJECTION = f"object harbour-bank to {DAY}"


def reference(reply: Reply) -> str:
    return reply.text.split("`")[1]


AGENCIES_ONLY = "`{verb}` is for Agencies. `/lap help` shows what is yours."
REFUSED = (
    (BANK, f"object meridian-net to {DAY}", AGENCIES_ONLY.format(verb="object")),
    ("oecd", f"object meridian-net to {DAY}", AGENCIES_ONLY.format(verb="object")),
    (BANK, "withdraw K7M2QX", AGENCIES_ONLY.format(verb="withdraw")),
    (
        A,
        f"object jp-mic to {DAY}",
        "Ministry of Internal Affairs and Communications is an Agency, and Agencies are not objected to. The "
        "secretariat plans a part for named Agencies only.",
    ),
    (
        A,
        f"object nobody-at-all to {DAY}",
        "I know nobody called “nobody-at-all”. Give a short name, a full name or an e-mail address; `/lap directory` "
        "lists them.",
    ),
    (
        A,
        "object harbour-bank to 2027-02-18",
        "I know no call “2027-02-18” for you. `/lap calls` lists yours; a call is named by its date, as in "
        "`2027-02-16`.",
    ),
    (A, f"object harbour-bank to {DAY}/9", "Case updates has no part “9” for you. Its parts: 1 Reports, 2 Agencies."),
    (
        A,
        f'propose {DAY} cases 5 "A case" TLP:PURPLE',
        "“TLP:PURPLE” is not a TLP 2.0 label. The labels are TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and "
        "TLP:CLEAR.",
    ),
    (A, "withdraw K7M2QX", "I know no objection “K7M2QX” of yours. `/lap objections` lists them."),
)


@pytest.mark.parametrize(("who", "line", "says"), REFUSED, ids=[f"{who}: {line}" for who, line, _ in REFUSED])
def test_what_nobody_may_do_is_refused(cast: Cast, who: str, line: str, says: str) -> None:
    with_approved(cast)
    assert unmended(say(cast, cast.actor(who), line)) == says


def test_the_same_objection_twice_is_one(cast: Cast) -> None:
    with_approved(cast)
    first, second = (say(cast, cast.actor(A), OBJECTION) for _ in range(2))
    assert reference(second) == reference(first)
    assert say(cast, cast.actor(A), "objections").text.count("*`") == 1


@pytest.mark.parametrize("who", [OTHER, BANK])
def test_anothers_objection_is_withdrawn_by_nobody_else_not_even_by_a_forged_button(cast: Cast, who: str) -> None:
    with_approved(cast)
    made = reference(say(cast, cast.actor(A), OBJECTION))
    asked = [press(cast, cast.actor(who), "withdraw", it).text.replace(it, "…") for it in (made, "7ZZZZ9")]
    typed = [say(cast, cast.actor(who), f"withdraw {it}").text.replace(it, "…") for it in (made, "7ZZZZ9")]
    assert (asked[0], typed[0]) == (asked[1], typed[1])
    assert f"`{made}`" in say(cast, cast.actor(A), "objections").text


def test_the_button_of_a_look_does_no_other_verbs_work(cast: Cast) -> None:
    with_names(cast)
    look = say(cast, cast.secretary, f"circulate {DAY}").buttons[0]
    answers = [press(cast, cast.secretary, "announce", it).text for it in (look.value, "7ZZZZ9")]
    assert (look.action, answers[0]) == ("circulate", answers[1])


def test_an_objection_to_the_middle_one_of_three_parts_leaves_one_block(cast: Cast) -> None:
    with_call(cast)
    for title in ("Trends", "Training"):
        say(cast, cast.secretary, f'segment add {DAY} joint 20 "{title}"')
    for line in (f"admit harbour-bank to {DAY}", f"circulate {DAY} go", f"approve {DAY} early go"):
        say(cast, cast.secretary, line)
    say(cast, cast.actor(A), f"object harbour-bank to {DAY}/2")
    shown = say(cast, cast.actor(BANK), f"call {DAY}").text
    assert [title in shown for title in ("Reports", "Trends", "Training")] == [True, False, False]


def test_an_objection_in_the_second_a_part_starts_is_told_at_once(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    cast.clock.at = START
    say(cast, cast.actor(A), OBJECTION)
    assert say(cast, cast.actor(BANK), f"call {DAY}").text == say(cast, cast.actor("polar-telecom"), f"call {DAY}").text
    told = [s.notice.subject for s in leave(cast) if s.email.endswith("@harbour-bank.example") and s.notice.copy]
    assert [subject.partition(":")[0] for subject in told] == ["Withdrawn"]


def test_a_form_with_the_call_of_others_is_answered_as_one_of_no_call(cast: Cast) -> None:
    with_approved(cast)
    for line in ('call add 2027-03-09 14:00 UTC for 60 "Ours" only fr-cnil', "announce 2027-03-09 go"):
        say(cast, cast.secretary, line)
    hidden = next(c.id for c in every_call(cast) if c.start.month == 3)
    given = {"who": "p-harbour-bank", "scope": ["call"], "until": "", "reason": ""}
    answers = [submit(cast, cast.actor(OTHER), "object", given, it) for it in (hidden, "id-999999")]
    assert answers[0] == answers[1]


def every_call(cast: Cast) -> list[Call]:
    with cast.desk.store.read() as tx:
        return [r.call for r in calls.upcoming(tx, cast.clock(), Part.NONE)]


def test_the_link_of_somebody_removed_leads_nowhere_and_neither_does_one_where_no_bridge_is_left(cast: Cast) -> None:
    call_id = with_approved(cast)
    bank, carrier = cast.actor(BANK), cast.actor("meridian-net")
    links = [printed(cast, who, JOIN, call_id) for who in (bank, carrier)]
    say(cast, cast.secretary, "contact remove abuse-desk@harbour-bank.example")
    cast.clock.at = START - timedelta(minutes=5)
    assert [follow(cast.desk, link) for link in (*links, "AAAAAAAAAAAAAAAAAAAAAA")] == [None, None, None]
