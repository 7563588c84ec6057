"""Owns the reference of the HTTP rows: a bare Bolt app as small as an expert would write it, well served, one process.

``PORT=... python -m tests.bench.reference DATABASE_URL SLACK_API_URL``: Bolt with ``process_before_response``,
dispatched in a thread of the pool of a Starlette app under uvicorn with uvloop and httptools. A command or a feed is
one indexed SELECT; ``/lap propose`` and ``/lap note`` one SELECT and one committed INSERT under a write lock; a press
the same, with its Slack call left to a pool of its own.
"""

import hashlib
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any
from uuid import uuid4

import uvicorn
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from sqlalchemy import create_engine, event, text
from sqlmodel import Field, SQLModel, insert, select
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.bench.common import BOT_TOKEN, CONNECTIONS, SIGNING_SECRET


class Proposal(SQLModel, table=True):
    __tablename__ = "bare_proposal"
    id: str = Field(primary_key=True)
    contact_id: str = Field(index=True)
    title: str


class User(SQLModel, table=True):
    """The columns of the data set's users that the SELECT needs, found by primary key."""

    __tablename__ = "slack_user"
    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    contact_id: str


class Link(SQLModel, table=True):
    """The columns of the data set's links that the SELECT needs, found by primary key."""

    __tablename__ = "link"
    token_sha256: str = Field(primary_key=True)
    contact_id: str


USERS, LINKS = User.__table__.c, Link.__table__.c  # type: ignore[attr-defined]


def make_app(url: str, api_url: str) -> Starlette:
    engine = create_engine(url, pool_size=CONNECTIONS, max_overflow=0)
    writing, later = Lock(), ThreadPoolExecutor(16)

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=2000", "wal_autocheckpoint=32000"):
            connection.execute(f"PRAGMA {pragma}")

    Proposal.__table__.create(engine, checkfirst=True)  # type: ignore[attr-defined]
    app = App(
        client=WebClient(BOT_TOKEN, api_url),
        signing_secret=SIGNING_SECRET,
        process_before_response=True,
        token_verification_enabled=False,
    )

    def read(team: str, user: str) -> str:
        with engine.connect() as connection:
            found = select(USERS.contact_id).where(USERS.team_id == team, USERS.user_id == user)
            return connection.execute(found).scalar_one()

    def write(team: str, user: str, title: str) -> str:
        with writing, engine.begin() as connection:
            found = select(USERS.contact_id).where(USERS.team_id == team, USERS.user_id == user)
            contact = connection.execute(found).scalar_one()
            connection.execute(insert(Proposal).values(id=uuid4().hex, contact_id=contact, title=title))
        return contact

    @app.command("/lap")
    def lap(ack: Any, body: dict[str, Any]) -> None:
        work = write if body["text"].startswith(("propose", "note")) else lambda team, user, _: read(team, user)
        ack(f"You speak for `{work(body['team_id'], body['user_id'], body['text'])}`.")

    @app.action(re.compile(".*"))
    def press(ack: Any, body: dict[str, Any], respond: Any) -> None:
        contact = write(body["team"]["id"], body["user"]["id"], body["actions"][0]["value"])
        ack()
        later.submit(respond, f"You speak for `{contact}`.")

    async def events(request: Request) -> Response:
        asked = BoltRequest(body=(await request.body()).decode(), headers=dict(request.headers))
        answer = await run_in_threadpool(app.dispatch, asked)
        return Response(answer.body, answer.status, {name: values[0] for name, values in answer.headers.items()})

    def feed(request: Request) -> Response:
        sha256 = hashlib.sha256(request.path_params["token"].encode()).hexdigest()
        with engine.connect() as connection:
            contact = connection.execute(select(LINKS.contact_id).where(LINKS.token_sha256 == sha256)).scalar_one()
        return PlainTextResponse(f"You are {contact}.")

    async def ready(_: Request) -> Response:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return PlainTextResponse("ready")

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            Route("/calendar/{token}.ics", feed),
            Route("/readyz", ready),
        ]
    )


def main() -> None:
    url, api_url = sys.argv[1:]
    port = int(os.environ["PORT"])
    uvicorn.run(
        make_app(url, api_url),
        port=port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        lifespan="off",
    )


if __name__ == "__main__":
    main()
