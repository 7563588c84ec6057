"""Writes a short life of a call's invitations as mails, then a feed, with what each means, for ``tests/interop``.

``python -m tests.interop_short DIR`` writes NN-NAME.eml (or .ics) and NN-NAME.expect.json, in order of delivery; into
DIR/declined those that decline a proposal, for all readers but libical, whose table of that method is another one
(docs/mail.md).
"""

import json
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.feed import Listed, Status, Task, feed
from bot.itip import Copy, Declined, Entry, cancel, decline_counter, next_dtstamp, request, task_uid, uid_for
from handlers.mail.compose import Letter, invitation_bytes, message_id
from handlers.mail.html import Page, html_of, text_of

DOMAIN = "lap.example"
ORGANIZER = f"calls@{DOMAIN}"
SENT = datetime(2027, 1, 18, 9, 0, tzinfo=UTC)
START = datetime(2027, 2, 16, 14, 0, tzinfo=UTC)

OF_DECLINED = ("uid", "sequence", "start", "end", "summary", "organizer", "attendees")
"""What a mail that declines a proposal says of the copy."""

# file's word -> (name, title, title as it is to be read), the last where it differs
PEOPLE = {
    "plain": ("Ann Example", "Joint part", None),
    "japanese": ("佐藤 花子", "公開セッション：スパム対策の共同訓練と情報交換", None),
    "hebrew": ("דנה לוי", "\u200fשיחה משותפת עם נציגי המגזר הפרטי\u200f (A.3)", None),
    "arabic": ("ليلى الخطيب", "الجزء المشترك من المكالمة مع ممثلي القطاع الخاص", None),
    "cyrillic": ("Юлия Ёлкина", "Совместная часть звонка", None),
    "emoji": ("Zoë 👩‍💻 Müller", "Training 👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿 in “tracing” – part 2", None),
    "quotes": ('Ann "Nan" O\'Neill, Esq.; (ret.) <x@y.example>', 'The "joint" part: it\'s ours, yours; theirs', None),
    "backslashes": ("A\\B\\", "Logs in C:\\spam\\traps; 50 % \\; a, b", None),
    "long": ("N" * 200, "Ünïcödé — " * 20, ("Ünïcödé — " * 20).strip()),
    "markup": ("=?utf-8?q?=0D=0ABcc:_x?=", "<!channel> <b>&amp;</b> <@U1> =?utf-8?q?x?=", None),
    "hostile": (
        "Eve\r\nBcc: all@lap.example",
        "Part\r\nATTENDEE:mailto:eve@lap.example\x00\x0b\x85\u2028x\u2029\u202ey\u2066z",
        "Part ATTENDEE:mailto:eve@lap.examplexyz",
    ),
}


def first_copy(who: str) -> Copy:
    name, title, _ = PEOPLE[who]
    return Copy(
        uid=uid_for("call of 16 February", who, 0, DOMAIN),
        sequence=0,
        dtstamp=SENT,
        created=SENT,
        start=START,
        end=START + timedelta(minutes=90),
        summary=title,
        description="London Action Plan call of 16 February 2027.\nAgenda: on your page; questions: see the mail.",
        location=f"https://{DOMAIN}/join/{who}-Zq3vK0b1",
        organizer=ORGANIZER,
        attendee=f"{who}@agency-{len(who)}.example",
        attendee_name=name,
        cancelled=False,
    )


def changed(copy: Copy, *, asks_again: bool = True, **what: object) -> Copy:
    """The next revision of *copy*: a later DTSTAMP, and a higher SEQUENCE unless only its text changed."""
    stamp = next_dtstamp(copy.dtstamp, SENT + timedelta(days=1))
    return replace(copy, sequence=copy.sequence + asks_again, dtstamp=stamp, **what)  # type: ignore[arg-type]


def deliveries() -> list[tuple[str, Copy]]:
    """What is sent, in order: first invitations, then one copy's whole life, a shrunk one, and one split in two."""
    first = {who: first_copy(who) for who in PEOPLE}
    hour = timedelta(hours=1)
    moved = changed(first["plain"], start=START + 24 * hour, end=START + 25 * hour)
    renamed = changed(moved, asks_again=False, summary="Joint part, with training")
    withdrawn = changed(renamed, cancelled=True)
    again = changed(withdrawn, cancelled=False)
    shrunk = changed(first["japanese"], end=START + hour)
    lost = changed(first["hebrew"], cancelled=True)
    split = changed(first["emoji"], end=START + timedelta(minutes=30))
    second = replace(
        first["emoji"],
        uid=uid_for("call of 16 February", "emoji", 1, DOMAIN),
        start=START + hour,
        dtstamp=split.dtstamp,
        created=split.dtstamp,
    )
    return [
        *first.items(),
        ("moved", moved),
        ("renamed", renamed),
        ("withdrawn", withdrawn),
        ("invited again", again),
        ("shrunk", shrunk),
        ("lost", lost),
        ("split", split),
        ("second block", second),
    ]


def mail(copy: Copy) -> bytes:
    """The mail that brings *copy*, or takes it away."""
    if copy.cancelled:
        return invitation_bytes(letter_of(copy), cancel(copy), "CANCEL")
    return invitation_bytes(letter_of(copy), request(copy), "REQUEST")


def declined(copy: Copy) -> bytes:
    """The mail to who proposed another time for *copy*: it stays."""
    held = (copy.uid, copy.sequence, copy.dtstamp, copy.start, copy.end, copy.summary)
    calendar = decline_counter(Declined(*held, copy.organizer, copy.attendee, copy.attendee_name))
    return invitation_bytes(letter_of(copy), calendar, "DECLINECOUNTER")


def letter_of(copy: Copy) -> Letter:
    page = Page(
        title=f"Invitation: {copy.summary}",
        paragraphs=(f"Dear {copy.attendee_name},", copy.description),
        facts=(("Starts", f"{copy.start:%d %B %Y, %H:%M} UTC"), ("Ends", f"{copy.end:%d %B %Y, %H:%M} UTC")),
        links=(("Join", copy.location),),
    )
    return Letter(
        to=copy.attendee,
        to_name=copy.attendee_name,
        subject=f"16 February 2027, 14:00 UTC: {copy.summary}",
        text=text_of(page),
        html=html_of(page),
        sender=ORGANIZER,
        sender_name="London Action Plan calls",
        message_id=message_id(copy.attendee, copy.uid, int(copy.dtstamp.timestamp()), DOMAIN),
        date=copy.dtstamp,
        boundary_seed=f"{copy.uid} {copy.sequence} {copy.dtstamp}",
        in_reply_to=None,
    )


def meaning(copy: Copy) -> dict[str, object]:
    """What every reader must find in the mail of *copy*; a cancellation tells neither place nor description."""
    meant = {title: read for _, title, read in PEOPLE.values() if read}
    facts = {
        "method": "CANCEL" if copy.cancelled else "REQUEST",
        "uid": copy.uid,
        "sequence": copy.sequence,
        "start": copy.start.isoformat(),
        "end": copy.end.isoformat(),
        "summary": meant.get(copy.summary, copy.summary),
        "organizer": copy.organizer,
        "attendees": [copy.attendee],
        "status": "CANCELLED" if copy.cancelled else "CONFIRMED",
    }
    told = {"location": copy.location, "description": f"{copy.description}\n\n{copy.location}"}
    return facts if copy.cancelled else facts | told


def feed_after(sent: list[tuple[str, Copy]]) -> tuple[bytes, dict[str, object]]:
    """A feed of every copy as it stands in the end, with a plan and two tasks; and what its first entry means."""
    last = {copy.uid: copy for _, copy in sent}
    entries = [listed(c, Status.CANCELLED if c.cancelled else Status.CONFIRMED) for c in last.values()]
    later = START + timedelta(days=56)
    uid = uid_for("call of 13 April", "plain", 0, DOMAIN)
    plan = replace(first_copy("plain"), uid=uid, start=later, end=later + timedelta(hours=1))
    entries.append(listed(plan, Status.TENTATIVE))
    tasks = [
        Task(task_uid(name, "plain", DOMAIN), SENT, SENT, START.date(), PEOPLE[name][1], done)
        for name, done in (("cyrillic", None), ("hostile", START))
    ]
    first = min(entries, key=lambda e: (e.entry.start, e.entry.uid))
    meant = meaning(last[first.entry.uid])
    of_mails = ("method", "organizer", "attendees")
    return feed("London Action Plan calls", entries, tasks), {k: v for k, v in meant.items() if k not in of_mails}


def listed(copy: Copy, status: Status) -> Listed:
    link = "" if status is Status.CANCELLED else copy.location
    about = copy.description if link else ""
    facts = {f.name: getattr(copy, f.name) for f in fields(Entry)}
    return Listed(Entry(**{**facts, "description": about, "location": link}), status)


def write(folder: Path) -> int:
    """Writes every delivery into *folder*, last the feed, and answers how many mails there are."""
    sent = deliveries()
    body, meant = feed_after(sent)
    for number, (word, copy) in enumerate(sent):
        put(folder, f"{number:02d}-{word.replace(' ', '-')}.eml", mail(copy), meaning(copy))
    put(folder, f"{len(sent):02d}-feed.ics", body, meant)
    for who in PEOPLE:
        said = {name: fact for name, fact in meaning(first_copy(who)).items() if name in OF_DECLINED}
        put(folder / "declined", f"{who}.eml", declined(first_copy(who)), {"method": "DECLINECOUNTER", **said})
    return len(sent)


def put(folder: Path, name: str, data: bytes, meant: dict[str, object]) -> None:
    """Writes a file and, beside it, what it means."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    path.with_suffix(".expect.json").write_text(json.dumps(meant, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]))} mails in {sys.argv[1]}")
