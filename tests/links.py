"""Owns how tests print somebody's links and open them over HTTP, from an application that listens on a port."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from handlers.desk import Actor
from handlers.links import Link, print_links
from handlers.web.app import make_app
from handlers.work import Reading
from storage.tables import LinkPurpose
from tests.cast import Cast
from tests.workspace.running import serving

JOIN, PAGE, FEED = LinkPurpose.JOIN, LinkPurpose.PAGE, LinkPurpose.FEED


def path(cast: Cast, actor: Actor, purpose: LinkPurpose, call_id: str | None = None) -> str:
    """The path of a link that is printed for *actor*, made known as a mail makes it."""
    with cast.desk.store.begin() as tx:
        work = Reading(cast.desk, tx, actor, cast.clock())
        url = print_links(work, actor.contact.id, Link(purpose, call_id))[0]
    return url.removeprefix(cast.desk.settings.public_url)


def printed(cast: Cast, actor: Actor, purpose: LinkPurpose, call_id: str | None = None) -> str:
    """The token of it."""
    return path(cast, actor, purpose, call_id).rpartition("/")[2].removesuffix(".ics")


@contextmanager
def browsing(cast: Cast) -> Iterator[httpx.Client]:
    """A client of the web application on *cast*'s desk, over a real port; it follows no redirection."""
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with (
        serving(make_app(cast.desk, None, dict), listener),
        httpx.Client(base_url=base, timeout=20, verify=False) as client,
    ):
        yield client


def whole(answer: httpx.Response) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """All that an answer shows but the date of its sending: status, headers in order, body."""
    return answer.status_code, tuple((k, v) for k, v in answer.headers.items() if k != "date"), answer.content
