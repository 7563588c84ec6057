"""Owns what happens in the year: six calls at one o'clock in London, across both changes of its clocks, whose titles
and people have names in more than ten scripts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.confidentiality import Tlp
from bot.participants import Role
from bot.procedure import Procedure
from storage import directory
from tests.barrier import model
from tests.barrier.doors import unsynced
from tests.cast import cast as make_cast
from tests.cast import read_roster
from tests.year.life import KINDS_OF, Year
from tests.year.shelf import Planned

ORGS = (
    "us-ftc", "fr-cnil", "jp-mic", "kr-kisa", "nz-dia", "tw-ncc", "oecd", "itu", "harbour-bank", "meridian-net",
    "polar-telecom", "savanna-mobile",
)  # fmt: skip
FEW = ("us-ftc", "fr-cnil", "jp-mic", "oecd", "harbour-bank", "meridian-net")
NAMES = {
    "fr-cnil": "Zoë d’Arcy-Müller",
    "jp-mic": "佐藤 花子",
    "kr-kisa": "김민지",
    "nz-dia": "Te Ārai Māori-O'Neill",
    "tw-ncc": "陳大文",
    "oecd": "Юлия Ёлкина",
    "itu": "ليلى الخطيب",
    "harbour-bank": 'Ann "Nan" O\'Neill, Esq.; (ret.) <x@y.example>',
    "meridian-net": "דנה לוי",
    "polar-telecom": "Zoë 👩‍💻 B\\C\\",
    "savanna-mobile": "नीलम शर्मा",
}
"""The first contact of an organisation is called so; the others as in the example roster."""

CALLS = (
    (
        "2027-02-16 13:00",
        'Members’ call: the "joint" part; yours, ours – 50 % \\; a, b',
        "Logs in C:\\spam\\traps\\",
    ),
    ("2027-03-23 13:00", "公開セッション：スパム対策の共同訓練と情報交換", "Ομάδα εργασίας: απάτη και ανεπιθύμητα"),
    ("2027-06-15 13:00", "Совместная часть звонка: «итоги»", "공동 회의: 스팸 대응 훈련 👩‍👩‍👧‍👦"),
    ("2027-08-17 13:00", "الجزء المشترك من المكالمة", "שיחה משותפת עם נציגי המגזר הפרטי (A.3)"),
    ("2027-10-26 13:00", "स्पैम के विरुद्ध संयुक्त अभ्यास", "การประชุมร่วม: การหลอกลวง 🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
    ("2027-12-21 13:00", "反垃圾邮件联合会议“第二部分”", "სპამის წინააღმდეგ; தமிழ் " + "Ünïcödé — " * 8),
)
FEBRUARY, MARCH, JUNE, AUGUST, OCTOBER, DECEMBER = range(6)
FETCHED = (FEBRUARY, AUGUST, DECEMBER)
"""After the calls of these months feeds are fetched: other people's calendars take seconds for each."""
TASK = "Send “numbers”, C:\\lists\\; 数字 и числа 🔢"
FED = ("fr-cnil", "harbour-bank", "oecd")
Month = Callable[[Year, Planned], None]


@contextmanager
def opened(folder: Path, orgs: Sequence[str] = ORGS) -> Iterator[Year]:
    """The house on 4 January 2027 with *orgs* in it, all six calls planned and none announced."""
    default = Procedure.default()
    # Calendars of this network may carry what is AMBER, so that tasks say in their feeds what they ask.
    procedure = replace(default, labels=replace(default.labels, calendar=Tlp.AMBER))
    with make_cast(f"sqlite:///{folder}/lap.db", procedure=procedure, people=False) as cast:
        unsynced(cast.desk.store)
        participants, contacts = read_roster()
        ours = {p.id: p for p in participants if p.short_name in orgs}
        named = dict(NAMES)
        people = []
        for contact in sorted((c for c in contacts if c.participant_id in ours), key=lambda c: c.id):
            short = ours[contact.participant_id].short_name
            name = contact.name if Role.SECRETARIAT in contact.roles else named.pop(short, contact.name)
            people.append(replace(contact, name=name))
        with cast.desk.store.begin() as tx:
            directory.insert_participants(tx, list(ours.values()))
            directory.insert_contacts(tx, people)
        kinds = {
            c.id: model.SECRETARIAT if Role.SECRETARIAT in c.roles else KINDS_OF[ours[c.participant_id].kind]
            for c in people
        }
        year = Year(
            cast,
            {c.email: model.Person(c.email, ours[c.participant_id].short_name, kinds[c.id]) for c in people},
            {c.email: c for c in people},
        )
        for local, title, joint in CALLS:
            call = year.plan(local, 90, title)
            year.part(call, 30, joint.strip())
        yield year


def _two_joint_parts(year: Year, call: Planned) -> None:
    """With a closed one between them: a gap, which guests are kept from unless the secretariat chooses both."""
    year.part(call, 20, "Второй блок – “zweiter Block”")
    year.shift(call, 2, 1)


def _a_part_for_one_agency(year: Year, call: Planned) -> None:
    """In the middle, so that every other Agency holds two entries."""
    year.part(call, 20, "Only ours", joint=False, only=["us-ftc"])
    year.shift(call, 3, -1)


def _excluded_and_invited_again(year: Year, call: Planned) -> None:
    reference = year.object(call, "fr-cnil", "harbour-bank")
    year.leave()
    year.renew("meridian-net")
    year.leave()
    year.withdraw("fr-cnil", reference)
    year.approve(call, ["harbour-bank"])
    year.leave()


def _moved_over_the_clocks_spring(year: Year, call: Planned) -> None:
    year.move(call, "2027-04-06 13:00")
    year.leave()


def _cancelled(year: Year, call: Planned) -> None:
    year.cancel(call, "The room in “Σταθμός” is flooded")
    year.leave()


def _a_second_block_and_the_first_lost(year: Year, call: Planned) -> None:
    year.keep(call, "oecd", 1, 3)
    year.leave()
    year.wish(call, "meridian-net", "2027-08-18 15:00")
    year.leave()
    year.take_off(call, "oecd", 1)
    year.leave()
    year.object(call, "jp-mic", "meridian-net", 1)
    year.leave()


def _moved_over_the_clocks_autumn_closed_and_opened(year: Year, call: Planned) -> None:
    year.move(call, "2027-11-02 13:00")
    year.leave()
    year.turn(call, 1, joint=False)
    year.leave()
    year.turn(call, 1, joint=True)
    year.invite(call, year.guests)
    year.leave()


def _shortened_and_taken_off(year: Year, call: Planned) -> None:
    year.shorten(call, 1, 20)
    year.leave()
    year.take_off(call, "meridian-net")
    year.leave()
    year.invite(call, ["meridian-net"])
    year.move(call, "2027-12-20 09:30")
    year.leave()


BEFORE: Mapping[int, Month] = {AUGUST: _two_joint_parts, OCTOBER: _a_part_for_one_agency}
"""How a call of a month is shaped before it is announced."""
AFTER: Mapping[int, Month] = {
    FEBRUARY: _excluded_and_invited_again,
    MARCH: _moved_over_the_clocks_spring,
    JUNE: _cancelled,
    AUGUST: _a_second_block_and_the_first_lost,
    OCTOBER: _moved_over_the_clocks_autumn_closed_and_opened,
    DECEMBER: _shortened_and_taken_off,
}


def live(year: Year, months: Sequence[int] = tuple(range(6))) -> None:
    """The whole year, or those months of it: each call is announced and its guests approved, then its month happens;
    last some feeds are fetched as they stand."""
    calls = list(year.calls.values())
    for month in months:
        call = calls[month]
        year.at(call.start - timedelta(days=28))
        if month in BEFORE:
            BEFORE[month](year, call)
        year.announce(call)
        year.leave()
        year.invite(call, year.guests)
        year.leave()
        year.at(year.cast.clock.at + timedelta(days=2))
        AFTER[month](year, call)
        if call.model.state == "announced":
            year.hold(call, TASK, FED)
            year.leave()
        if month in FETCHED:
            year.feeds([name for name, who in year.people.items() if who.org in FED])
        year.at(call.start + timedelta(days=2))
