"""Commands and pages take few SQL statements, however much there is: a call's life is typed on two sizes of data."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bot.confidentiality import Tlp
from bot.minutes import LineKind
from handlers.desk import the_clock
from handlers.links import PAGE, print_links
from handlers.page import show_page
from handlers.work import Reading
from storage.store import Store
from storage.tables import (
    ActionItemRow,
    AmendmentRow,
    CorrectionRow,
    EditionLineRow,
    MinuteEntryRow,
    NamedEditionRow,
    columns,
)
from tests.bench import data
from tests.bench.desks import opened
from tests.bench.life import FRAME, WHO, Clock
from tests.bench.places import Place
from tests.bench.statement_row import MOST, counted, over_the_most
from tests.cast import NOW
from tests.statements import heard


def test_no_command_takes_more_statements_than_it_may(tmp_path: Path) -> None:
    assert over_the_most(Place(tmp_path, NOW)) == []


@pytest.mark.long
def test_no_command_takes_more_statements_for_more_data(tmp_path: Path) -> None:
    wrong = [c for c in counted(Place(tmp_path, NOW)) if c.plain != c.tenfold or c.plain > MOST]
    assert wrong == []


def _closed_texts(store: Store, now: datetime) -> None:
    """What makes pages long: lines and actions that Slack may not carry, one put right and one amended, an edition that
    was released and one that is open."""
    held = now - timedelta(days=200)
    t, a = columns(MinuteEntryRow), columns(ActionItemRow)
    with store.begin() as tx:
        tx.execute(update(MinuteEntryRow).where(t.kind == LineKind.DECISION).values(label=Tlp.AMBER_STRICT))
        tx.execute(update(ActionItemRow).where(a.entered_at > held).values(label=Tlp.AMBER_STRICT))
        lines = tx.execute(select(t.reference, t.call_id).where(t.entered_at > held, t.closed.is_(False))).all()
        for n, (line, call) in enumerate(lines[:20]):
            made = {"line": line, "label": Tlp.AMBER_STRICT, "by_id": data.roster()[0][0].id, "at": held}
            tx.execute(insert(CorrectionRow).values(id=f"correction-{n}", was="It was said otherwise", **made))
            tx.execute(insert(AmendmentRow).values(id=f"amendment-{n}", call_id=call, text="It was Tuesday", **made))
            named = {"reference": f"EDIT{n:02}", "call_id": call, "name": "What we learned", "label": Tlp.GREEN}
            released = {"asked_at": held, "ends_at": held, "released_at": held if n % 2 else None}
            tx.execute(insert(NamedEditionRow).values(**named, **released))
            tx.execute(insert(EditionLineRow).values(edition=f"EDIT{n:02}", line=line, words="0" * 64))


def pages_of(place: Place, size: data.Size) -> dict[str, int]:
    """The statements of a personal page by who reads it, the first time within an hour: the dearest."""
    clock = Clock(place.now)
    with opened(place.database("pages", size, _closed_texts), clock) as desk:
        found = {}
        for who, email in WHO.items():
            contact = next(c for c in data.roster()[1] if c.email == email)
            with desk.store.begin() as tx:
                url = print_links(Reading(desk, tx, the_clock(), clock()), contact.id, PAGE)[0]
            with heard(desk.store) as sent:
                page = show_page(desk, url.rpartition("/")[2])
            assert page is not None
            assert page.past.minutes
            found[who] = len([s for s in sent if not s.startswith(FRAME)])
    return found


def test_no_page_takes_more_statements_than_it_may(tmp_path: Path) -> None:
    assert {who: count for who, count in pages_of(Place(tmp_path, NOW), data.PLAIN).items() if count > MOST} == {}


@pytest.mark.long
def test_no_page_takes_more_statements_for_more_data(tmp_path: Path) -> None:
    place = Place(tmp_path, NOW)
    assert pages_of(place, data.CROWD) == pages_of(place, data.PLAIN)
