"""Papers over HTTP: attached by who proposed the item, read by who reads it, and there for nobody else."""

import html
import re
import socket

import httpx
import pytest
from sqlalchemy import select

from bot.item_changes import Change, Do
from bot.papers import MOST_PAPERS
from handlers.agenda_changes import change_item
from handlers.web.app import make_app
from handlers.web.nowhere import NOT_FOUND_SECONDS
from storage.audit import LOOK
from storage.tables import AuditRow, columns
from tests.cast import Cast
from tests.handlers.test_agenda import JOINT, Room
from tests.links import PAGE, browsing, path, whole
from tests.slack_front import say
from tests.workspace.running import serving

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"
NOTHING = "/me/AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def attach(client: httpx.Client, page: str, item: str, name: str = "numbers.pdf", data: bytes = PDF) -> httpx.Response:
    seal = re.findall(r'name="seal" value="([^"]+)"', client.get(f"{page}/item/{item}").text)
    files = {"file": (name, data, "application/octet-stream")}
    return client.post(f"{page}/item/{item}/attach", data={"seal": seal[0] if seal else ""}, files=files)


def paper_of(client: httpx.Client, page: str, item: str) -> str:
    return re.findall(r'/paper/([0-9A-Z]{6})"', client.get(f"{page}/item/{item}").text)[0]


def test_a_paper_is_attached_on_its_items_page_and_read_by_whoever_reads_the_item(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways joint TLP:GREEN", "next/1").reference
    room.approve(room.bank, JOINT)
    own, guest, other = (path(room.cast, a, PAGE) for a in (room.cnil, room.bank, room.oecd))
    with browsing(room.cast) as client:
        assert attach(client, own, item).status_code == 303
        paper = paper_of(client, guest, item)
        read = client.get(f"{guest}/paper/{paper}")
        assert (read.status_code, read.content, read.headers["content-type"]) == (200, PDF, "application/pdf")
        assert read.headers["content-disposition"] == "attachment; filename*=UTF-8''TLP-GREEN%20numbers.pdf"
        assert read.headers["cache-control"] == "no-store"
        assert read.headers["content-security-policy"] == "sandbox; default-src 'none'"
        nothing = whole(client.get(NOTHING))
        for closed in (f"{other}/paper/{paper}", f"{other}/item/{item}", f"{own}/paper/ZZZZZZ", f"{own}/item/ZZZZZZ"):
            assert whole(client.get(closed)) == nothing
        assert "numbers.pdf" in say(room.cast, room.crtc, f"paper {item}").text


def test_the_page_and_the_answer_say_who_hears_an_item_to_those_who_may_know(room: Room) -> None:
    closed = room.placed(room.cnil, "cases 10 Gateways", "next/2").reference
    aside = room.placed(room.cnil, "cases 10 Aside", "next/1").reference
    joint = room.placed(room.cnil, "cases 10 Numbers joint", "next/1").reference
    room.approve(room.bank, JOINT)
    bank, crtc, seats = (path(room.cast, a, PAGE) for a in (room.bank, room.crtc, room.secretary))
    says = "This item is closed: only Agencies read it and its papers."
    with browsing(room.cast) as client:
        for page in (crtc, seats):
            shown = client.get(f"{page}/item/{closed}").text
            assert "Agencies</span>, for Agencies only, Tue 16 Feb 2027" in shown
            assert says in shown
            assert f"{says} It is closed to the guests of its part." in client.get(f"{page}/item/{aside}").text
            shown = client.get(f"{page}/item/{joint}").text
            assert "Reports</span>, joint, Tue 16 Feb 2027" in shown
            assert "This item is joint: the representatives and observers invited to its part read it" in shown
        shown = client.get(f"{bank}/item/{joint}").text
        hours = '<span class="whole">13:00-13:30</span>'
        assert f"Reports</span>, Tue 16 Feb 2027, {hours} Europe/London ({hours} UTC)</p>" in shown
        assert not [word for word in ("This item is", ", joint", "losed", "Agencies only") if word in shown]
        nothing = whole(client.get(NOTHING))
        assert [whole(client.get(f"{bank}/item/{item}")) for item in (closed, aside)] == [nothing] * 2


def test_item_alone_shows_the_item_as_its_reader_may_have_it(room: Room) -> None:
    aside = room.placed(room.cnil, "cases 10 Aside", "next/1").reference
    joint = room.placed(room.cnil, "cases 10 Numbers joint", "next/1").reference
    room.approve(room.bank, JOINT)
    by = "10 minutes, proposed by Commission nationale de l'informatique et des libertés; accepted."
    assert say(room.cast, room.crtc, f"item {aside}").text == (
        f"`{aside}` TLP:AMBER Aside\nTopic A.3.a cases, {by} Audience: closed, only Agencies hear it. “The "
        "February call”: Part 1, Reports (joint), Tue "
        "16 Feb 2027, 08:00-08:30 America/Toronto (13:00-13:30 UTC).\nIt is marked closed in that joint part: the "
        "guests there do not see it."
    )
    assert say(room.cast, room.bank, f"item {joint.lower()}").text == (
        f"`{joint}` TLP:AMBER Numbers\nTopic A.3.a cases, {by} Part 1, Reports, Tue 16 Feb 2027, "
        "13:00-13:30 Europe/London (13:00-13:30 UTC)."
    )
    refused = say(room.cast, room.bank, f"item {aside}").text
    assert refused.replace(aside, "ZZZZZ2") == say(room.cast, room.bank, "item ZZZZZ2").text
    assert "I know no item" in refused


def test_a_guest_reads_of_its_own_item_in_a_closed_part_neither_part_nor_call(room: Room) -> None:
    own = room.placed(room.bank, "reports 10 Gateways", "next/2").reference
    room.approve(room.bank, JOINT)
    assert say(room.cast, room.bank, f"item {own}").text == (
        f"`{own}` TLP:AMBER Gateways\nTopic B.3.a.i reports, 10 minutes, proposed by Harbour Bank; accepted."
    )
    with browsing(room.cast) as client:
        shown = client.get(f"{path(room.cast, room.bank, PAGE)}/item/{own}").text
    assert "Feb 2027" not in shown


def test_a_closed_item_takes_its_papers_away_with_it(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways joint", "next/1")
    room.approve(room.bank, JOINT)
    own, guest = (path(room.cast, a, PAGE) for a in (room.cnil, room.bank))
    with browsing(room.cast) as client:
        attach(client, own, item.reference)
        paper = paper_of(client, guest, item.reference)
        change_item(room.desk, room.secretary, item.reference, Change(Do.CLOSED))
        assert whole(client.get(f"{guest}/paper/{paper}")) == whole(client.get(NOTHING))
        assert client.get(f"{own}/paper/{paper}").status_code == 200


def test_what_the_secretariat_attaches_to_a_guests_item_once_it_is_closed_the_guest_does_not_read(room: Room) -> None:
    item = room.placed(room.bank, "reports 10 Gateways", "next/1").reference
    room.approve(room.bank, JOINT)
    own, agency, seats = (path(room.cast, a, PAGE) for a in (room.bank, room.cnil, room.secretary))
    with browsing(room.cast) as client:
        attach(client, own, item)
        attach(client, seats, item, "with-it.pdf")
        assert "with-it.pdf" in client.get(f"{own}/item/{item}").text
        change_item(room.desk, room.secretary, item, Change(Do.CLOSED))
        attach(client, seats, item, "analysis.pdf")
        shown = [client.get(f"{page}/item/{item}").text for page in (own, agency)]
        assert [[name in text for name in ("numbers.pdf", "with-it.pdf", "analysis.pdf")] for text in shown] == [
            [True, False, False], [True, True, True],
        ]  # fmt: skip
        papers = re.findall(r'/paper/([0-9A-Z]{6})"', shown[1])
        read = sorted(client.get(f"{own}/paper/{paper}").status_code for paper in papers)
        assert read == [200, 404, 404]
        assert "analysis" not in say(room.cast, room.bank, f"paper {item}").text


def test_papers_that_a_guest_does_not_read_take_the_place_of_none_of_its_own(room: Room) -> None:
    """Ten of the secretariat's on a guest's item that stands where it hears nothing: its own first one was refused."""
    item = room.placed(room.bank, "reports 10 Gateways", "next/2").reference
    own, seats = (path(room.cast, a, PAGE) for a in (room.bank, room.secretary))
    with browsing(room.cast) as client:
        for number in range(MOST_PAPERS):
            attach(client, seats, item, f"analysis-{number}.pdf")
        hidden = paper_of(client, seats, item)
        assert attach(client, own, item).status_code == 303
        shown = client.get(f"{own}/item/{item}").text
        assert ("numbers.pdf" in shown, "analysis" in shown) == (True, False)
        seal = re.findall(r'name="seal" value="([^"]+)"', shown)[0]
        removed = [
            client.post(f"{own}/item/{item}/remove", data={"seal": seal, "paper": p}) for p in (hidden, "ZZZZZZ")
        ]
        assert len({(r.status_code, html.unescape(r.text)) for r in removed}) == 1
        assert hidden in client.get(f"{seats}/item/{item}").text


def test_a_proxy_is_offered_no_form_that_is_refused_to_it(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/2").reference
    say(room.cast, room.cnil, 'bring jane@fr-cnil.example "Jane" to next')
    own, proxys = (path(room.cast, a, PAGE) for a in (room.cnil, room.cast.by_email("jane@fr-cnil.example")))
    with browsing(room.cast) as client:
        attach(client, own, item)
        shown = client.get(f"{proxys}/item/{item}").text
        assert ("numbers.pdf" in shown, "Attach a paper" in shown, "Remove for good" in shown) == (True, False, False)


def test_only_the_items_organisation_and_the_secretariat_attach_and_remove(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/2").reference
    own, other, seats = (path(room.cast, a, PAGE) for a in (room.cnil, room.crtc, room.secretary))
    with browsing(room.cast) as client:
        assert "Attach a paper" not in client.get(f"{other}/item/{item}").text
        refused = attach(client, other, item)
        assert refused.status_code == 409
        assert attach(client, seats, item).status_code == 303
        paper = paper_of(client, own, item)
        assert say(room.cast, room.crtc, f"paper {paper} remove").text.startswith(f"`{item}` was proposed by ")
        assert say(room.cast, room.cnil, f"paper {paper} remove").text.startswith(f"Removed for good: `{paper}`.")
        assert whole(client.get(f"{own}/paper/{paper}")) == whole(client.get(NOTHING))


def test_a_refused_file_leaves_the_page_with_the_reason(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/2").reference
    own = path(room.cast, room.cnil, PAGE)
    with browsing(room.cast) as client:
        refused = attach(client, own, item, "numbers.docm", b"PK")
        assert refused.status_code == 409
        assert "“numbers.docm” is of a kind that is not taken." in html.unescape(refused.text)
        assert "No paper is attached to it." in refused.text


def _connection(client: httpx.Client) -> socket.socket:
    return socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=20)


def test_two_hundred_megabytes_are_refused_by_their_length_alone(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/2").reference
    own = path(room.cast, room.cnil, PAGE)
    with (
        browsing(room.cast) as client,
        socket.create_connection((client.base_url.host, client.base_url.port or 0)) as to,
    ):
        to.sendall(f"POST {own}/item/{item}/attach HTTP/1.1\r\nHost: x\r\nContent-Length: {200 << 20}\r\n\r\n".encode())
        answer = b""
        while b"megabytes" not in answer and (more := to.recv(65536)):
            answer += more
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"That file has more than 10 megabytes" in answer


def test_a_form_that_no_page_showed_attaches_nothing(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/2").reference
    own, files = path(room.cast, room.cnil, PAGE), {"file": ("a.pdf", PDF, "application/pdf")}
    with browsing(room.cast) as client:
        forged = client.post(f"{own}/item/{item}/attach", data={"seal": "x" * 22}, files=files)
        assert forged.status_code == 409
        assert "Something changed since that page was opened." in forged.text
        assert "No paper is attached to it." in client.get(f"{own}/item/{item}").text


def test_the_look_at_a_paper_of_a_closed_item_is_on_the_secretariats_record(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/2").reference
    own, seats = path(room.cast, room.cnil, PAGE), path(room.cast, room.secretary, PAGE)
    with browsing(room.cast) as client:
        attach(client, own, item)
        paper = paper_of(client, own, item)
        assert client.get(f"{seats}/paper/{paper}").status_code == 200
    with room.desk.store.read() as tx:
        looks = tx.execute(select(columns(AuditRow).subject).where(columns(AuditRow).act == LOOK)).scalars().all()
    assert looks == ["call-1"]


def test_that_there_is_nothing_is_answered_in_a_time_that_tells_nothing(room: Room) -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    own = path(room.cast, room.cnil, PAGE)
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with serving(make_app(room.desk, None, dict, pause), listener), httpx.Client(base_url=base, timeout=20) as client:
        for address in (f"{own}/item/ZZZZZZ", f"{own}/paper/ZZZZZZ", f"{own}/runsheet/call-9"):
            assert client.get(address).status_code == 404
        assert client.post(f"{own}/item/ZZZZZZ/attach", files={"file": ("a.pdf", PDF)}).status_code == 404
        with socket.create_connection(listener.getsockname()) as to:
            head = f"POST {own}/item/ZZZZZZ/attach HTTP/1.1\r\nHost: x\r\nContent-Length: {200 << 20}\r\n\r\n"
            to.sendall(head.encode())
            assert to.recv(65536).startswith(b"HTTP/1.1 404 ")
    assert [0 < seconds <= NOT_FOUND_SECONDS for seconds in waited] == [True] * 5
