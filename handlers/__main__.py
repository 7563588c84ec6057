"""Owns the commands of ``lap``: what each holds, makes and does; their arguments and words are ``handlers.cli``'s."""

import gc

gc.disable()  # nothing that is read at the start is garbage, and to look through it takes a fifth of the start

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import structlog

from bot.errors import Refusal
from bot.procedure import procedure_text
from handlers import logs, wiring
from handlers.cli import audit, doctor, holds, roster, serving, subjects
from handlers.cli.arguments import parser
from handlers.clock.courier import PATIENCE, Courier
from handlers.clock.heartbeat import Heartbeat
from handlers.desk import Desk
from handlers.examining import Finding, examine_database, examine_links, examine_procedure, examine_replies
from handlers.identity import unknown_secretariat
from handlers.settings import SENDING, SLACK, WRONG, Settings, examined_settings, read_settings
from handlers.slack import scopes
from handlers.slack.socket_mode import Socket
from handlers.ticking import tick

gc.freeze()
gc.enable()

log = structlog.get_logger()

DONE, REFUSED = 0, 1

ONE_PROCESS = (
    "`lap {command}` needs PostgreSQL, because an SQLite file takes one writing process. Use `lap serve`, which does "
    "all in one, or set DATABASE_URL to a PostgreSQL."
)
UNKNOWN = (
    "LAP_SECRETARIAT names who is no contact of an Agency yet: {names}. `lap roster import DIR` brings the contacts "
    "and gives them the role."
)
ANSWERS = "answers by mail"
PROBES: Sequence[tuple[str, frozenset[str], Callable[[Settings], str | None]]] = (
    ("mail", frozenset({"SMTP_URL", "MAIL_FROM"}), wiring.mail_problem),
    (ANSWERS, frozenset({"IMAP_URL"}), wiring.mailbox_problem),
    ("Slack", frozenset({"SLACK_BOT_TOKEN", "SLACK_API_URL"}), scopes.problem),
)
"""What the doctor asks of other servers, with the settings that it needs for that."""

WENT_WRONG = (
    "Something went wrong here; what it was stands above under the reference {reference}. `lap doctor` checks "
    "settings, database, mail and Slack."
)
NO_DATABASE = "There is no database at {file}. `lap migrate` makes one, and so does `lap serve`."


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0 done, 1 refused with the reason on stderr; wrong use exits 2."""
    args = parser().parse_args(argv)
    logs.configure()
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # names come from everywhere
    try:
        status = COMMANDS[args.command](args)
        sys.stdout.flush()  # what was printed and kept nowhere is not done
        return status
    except Refusal as refusal:
        print(refusal.says, file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    except Exception:  # logged under a reference, without secrets; nobody is shown a bare traceback
        reference = uuid4().hex[:8]
        log.exception("a command went wrong", command=args.command, reference=reference)
        print(WENT_WRONG.format(reference=reference), file=sys.stderr)
    return REFUSED


def serve(_: Namespace) -> int:
    """Web, heartbeat and delivery in one process, the only one that writes an SQLite file."""
    settings = _settings(SLACK, SENDING)
    with wiring.alone(settings, "lap serve"):
        desk = wiring.make_desk(settings)
        if unknown := wiring.ready_database(desk):
            log.warning("LAP_SECRETARIAT names who is no contact of an Agency yet", names=len(unknown))
        desk.store.close()
        return _run(settings, web=True, work=True)


def web(_: Namespace) -> int:
    """The web part of several processes; Socket Mode, where it is set, is web too."""
    settings = _settings(SLACK, SENDING)
    _refuse_sqlite(settings, "web")
    return _run(settings, web=True, work=False)


def worker(_: Namespace) -> int:
    """Heartbeat and delivery of several processes."""
    settings = _settings(SLACK, SENDING)
    _refuse_sqlite(settings, "worker")
    return _run(settings, web=False, work=True)


def tick_once(_: Namespace) -> int:
    """Does once what is due."""
    settings = _settings(SLACK, SENDING)
    with wiring.alone(settings, "lap tick"):
        house = wiring.make_house(settings)
        try:
            wiring.refuse_unready(house.desk)
            done = tick(house.desk, lanes=house.lanes)
        finally:
            house.close()
    print(done)
    return REFUSED if done.failed else DONE


def migrate(_: Namespace) -> int:
    """Brings the database to head."""
    settings = _settings()
    with wiring.alone(settings, "lap migrate"):
        desk = wiring.make_desk(settings)
        try:
            unknown = wiring.ready_database(desk)
        finally:
            desk.store.close()
    print("The database is at the version of this program.")
    if unknown:
        print(UNKNOWN.format(names=", ".join(unknown)))
    return DONE


def procedure(_: Namespace) -> int:
    """Prints the procedure in force."""
    print(procedure_text(wiring.the_procedure(_settings())), end="")
    return DONE


def roster_files(args: Namespace) -> int:
    """Brings the roster in or out."""
    settings = _settings()
    with ExitStack() as stack:
        if args.way == "import":
            stack.enter_context(wiring.alone(settings, "lap roster import"))
        desk = wiring.make_desk(settings, read_only=args.way == "export")
        stack.callback(desk.store.close)
        _refuse_absent(desk.store.file)
        wiring.refuse_unready(desk)
        return (roster.import_roster if args.way == "import" else roster.export_roster)(desk, args.folder)


def audit_record(args: Namespace) -> int:
    """Verifies the audit record; nothing is written."""
    with _reading_desk() as desk:
        return audit.verify_audit(desk, args.head)


def subject(args: Namespace) -> int:
    """Gives out, or erases, what is kept about one person."""
    if args.way == "export":
        with _reading_desk() as desk:
            return subjects.export(desk, args.email, args.to)
    with _writing_desk("lap subject erase") as desk:
        return subjects.erase(desk, args.email)


def hold(args: Namespace) -> int:
    """Suspends erasure and retention, and ends that."""
    with _reading_desk() if args.way == "list" else _writing_desk(f"lap hold {args.way}") as desk:
        return holds.hold(desk, args)


def examine(_: Namespace) -> int:
    """Checks settings, procedure, database, mail and Slack, each as far as the settings for it can be read."""
    settings, told = examined_settings(SLACK, SENDING)
    logs.configure(settings.secrets)
    found = [Finding("settings", not told, WRONG.format(told="\n".join(told.values())) if told else "")]
    try:
        wiring.the_procedure(settings)
    except Refusal as refusal:
        found.append(Finding("procedure", False, refusal.says))
        settings = settings.model_copy(update={"lap_procedure": None})
    desk = wiring.make_desk(settings, read_only=True)
    if "DATABASE_URL" not in told:
        found.extend(_examine_database(desk))
    desk.store.close()
    found.extend(examine_procedure(desk))
    found.extend(examine_links(settings))
    found.extend(examine_replies(settings))
    for part, needs, problem in PROBES:
        asked = part != ANSWERS or settings.imap_url is not None
        if asked and not needs & told.keys():
            says = problem(settings)
            found.append(Finding(part, says is None, says or ""))
    return doctor.report(found)


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "serve": serve,
    "web": web,
    "worker": worker,
    "tick": tick_once,
    "migrate": migrate,
    "procedure": procedure,
    "roster": roster_files,
    "audit": audit_record,
    "subject": subject,
    "hold": hold,
    "doctor": examine,
}


def _run(settings: Settings, *, web: bool, work: bool) -> int:
    """Runs the parts of a serving process until a signal comes, and ends them in the order that loses nothing.

    Nobody can connect before everything is warm: the socket listens last.
    """
    with ExitStack() as stack:
        listener = stack.enter_context(serving.bound(settings.host, settings.port)) if web else None
        courier = Courier()
        alive: dict[str, Callable[[], bool]] = {}
        house = wiring.make_house(settings, wake=courier.wake, alive=alive)
        stack.callback(house.close)
        wiring.refuse_unready(house.desk)
        if web:
            wiring.warm_up(house)
            settle_memory()
        if work:
            courier.start(house.deliver_once, house.leaving)
            stack.callback(house.lanes.wait_for_all, PATIENCE)
            stack.callback(courier.stop)
            if bell := wiring.make_bell(house.desk, courier.wake):
                bell.start()
                stack.callback(bell.stop)
            heart = Heartbeat(house.beat)
            heart.start()
            stack.callback(heart.stop)
            alive.update(heartbeat=lambda: heart.alive, delivery=lambda: courier.alive)
            if postman := wiring.make_postman(house.desk):
                postman.start()
                stack.callback(postman.stop)
        else:  # what is due is for the workers
            courier.start(lambda: wiring.ring_bell(house.desk))
            stack.callback(courier.stop)
        if web and settings.slack_app_token and house.bolt is not None:
            socket = Socket(house.bolt, settings)
            socket.start()
            stack.callback(socket.stop)
            alive["slack"] = lambda: socket.alive
        if listener is None:
            log.info("working")
            serving.wait_for_signal()
        else:
            port = listener.getsockname()[1]
            serving.serve(house.web, listener, lambda: log.info("listening", host=settings.host, port=port))
        log.info("stopping")
    return DONE


def _examine_database(desk: Desk) -> list[Finding]:
    if desk.store.file is not None and not desk.store.file.exists():
        return [Finding("database", False, NO_DATABASE.format(file=desk.store.file))]
    found = list(examine_database(desk))
    unknown = unknown_secretariat(desk) if all(f.well for f in found) else ()
    return [*found, *([Finding("LAP_SECRETARIAT", True, UNKNOWN.format(names=", ".join(unknown)))] if unknown else [])]


@contextmanager
def _reading_desk() -> Iterator[Desk]:
    """A desk of a database that is there and at head, through which nothing is written."""
    desk = wiring.make_desk(_settings(), read_only=True)
    try:
        _refuse_absent(desk.store.file)
        wiring.refuse_unready(desk)
        yield desk
    finally:
        desk.store.close()


@contextmanager
def _writing_desk(command: str) -> Iterator[Desk]:
    """The same, for a command that writes: on SQLite no other process does meanwhile."""
    settings = _settings()
    with wiring.alone(settings, command):
        desk = wiring.make_desk(settings)
        try:
            _refuse_absent(desk.store.file)
            wiring.refuse_unready(desk)
            yield desk
        finally:
            desk.store.close()


def settle_memory() -> None:
    """Takes what was made at the start for lasting, so that the collector passes it over and nobody waits while half a
    million objects are looked through. What is new it looks at often: ten thousand at once made one answer in a hundred
    twice as long (`make bench`, rows 3 and 19)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(1_000, 50, 100)


def _settings(*needed: Mapping[str, str]) -> Settings:
    settings = read_settings(*needed)
    logs.configure(settings.secrets)
    return settings


def _refuse_sqlite(settings: Settings, command: str) -> None:
    if settings.database_url.startswith("sqlite"):
        raise Refusal(ONE_PROCESS.format(command=command))


def _refuse_absent(file: os.PathLike[str] | None) -> None:
    if file is not None and not os.path.exists(file):
        raise Refusal(NO_DATABASE.format(file=file))


if __name__ == "__main__":
    sys.exit(main())
