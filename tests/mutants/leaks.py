"""Owns the deliberate leaks: each a small change to one file, of a kind that a person could make in good faith.

``make mutants`` puts them into a copy, one at a time, and says which test caught each; ``missed`` explains one that no
test can be expected to catch.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leak:
    """*was* stands exactly once in the file at *path*; *becomes* stands in its place. ``says``: what leaks;
    ``near``: the file of tests that knows of it, where that does not mirror the leak's: it is asked first."""

    name: str
    path: str
    was: str
    becomes: str
    says: str
    missed: str = ""
    near: str = ""


def put_into(leak: Leak, sound: str) -> str:
    """The file with the leak in it. Raises ValueError where what it changes does not stand there exactly once."""
    if sound.count(leak.was) != 1:
        raise ValueError(f"{leak.name}: what it changes stands {sound.count(leak.was)} times in {leak.path}")
    return sound.replace(leak.was, leak.becomes)


AUDIENCE = "bot/audience.py"
LIST = "bot/attendees.py"

LEAKS: tuple[Leak, ...] = (
    # --- the choke point: calls and parts ---
    Leak(
        "uninvited-agency",
        AUDIENCE,
        "    return reader.kind is ParticipantKind.AGENCY and named and reader.may_ask_of(call.id)\n",
        "    return reader.kind is ParticipantKind.AGENCY and reader.may_ask_of(call.id)\n",
        "a call for named Agencies is shown to every Agency",
    ),
    Leak(
        "scribe-of-less",
        AUDIENCE,
        "return reader.secretariat or (_is_scribe(reader, record) and hears_whole(reader, record, at))",
        "return reader.secretariat or _is_scribe(reader, record)",
        "a scribe whom a part leaves out goes on running the whole call",
    ),
    Leak(
        "panel-for-strangers",
        AUDIENCE,
        "    if on is None or not all(r.secretariat or r.kind is ParticipantKind.AGENCY for r in readers):\n",
        "    if on is None:\n",
        "a post in a channel with a representative in it says where the call stands",
    ),
    Leak(
        "panel-of-a-part-not-heard",
        AUDIENCE,
        "    if not all(hears_it(on.id) for hears_it in heard):\n",
        "    if not any(hears_it(on.id) for hears_it in heard):\n",
        "a post says of a part what an Agency in the channel that does not hear it may not know",
    ),
    Leak(
        "edition-of-what-was-closed-since",
        "bot/editions.py",
        " for one in ((True,) if closed else (True, False)))\n",
        " for one in (True, False))\n",
        "a line that was closed after it was asked for goes on standing in the edition that everybody reads",
    ),
    Leak(
        "refusal-repeats-what-is-strict",
        "handlers/spoken.py",
        "    why = refusal.says if kept.text or not _repeats(refusal.says, line.spoken.text) else NOT_REPEATED\n",
        "    why = refusal.says\n",
        "what is TLP:RED is kept, and comes back in Slack, in the reason for which it was not entered",
    ),
    Leak(
        "gate-told-to-all",
        AUDIENCE,
        "    return hears(reader, record, order[order.index(live.segment_id) + 1], at)\n",
        "    return hears(reader, record, live.segment_id, at)\n",
        "a gate that stands shut tells a guest that the call goes on without them",
    ),
    Leak(
        "panel-counts-all-parts",
        AUDIENCE,
        "    number = record.call.segments.index(on) + 1 if alike else None\n",
        "    number = record.call.segments.index(on) + 1\n",
        "the number of a part in a post tells an Agency of an earlier one that it does not hear",
    ),
    Leak(
        "sheet-with-numbers-for-all",
        "handlers/runsheet.py",
        "    if not work.reader.secretariat:\n        return {}\n",
        "",
        "a scribe reads bridges and telephone numbers that no link led to, and dials in after an exclusion",
    ),
    Leak(
        "panel-keeps-a-strict-title",
        "handlers/labels.py",
        "        if it.is_on and it.call_id:\n",
        "        if it.is_on and not it.call_id:\n",
        "a title stays in the Agencies' channel after its label became too strict for Slack",
    ),
    Leak(
        "panel-without-members",
        "handlers/panels.py",
        "    readers = {user: _reader(speaks.get(user), table.people) for user in members}\n",
        "    readers = {user: _reader(speaks[user], table.people) for user in members if user in speaks}\n",
        "a post is made although somebody unknown is in the channel",
    ),
    Leak(
        "queue-of-all",
        AUDIENCE,
        "return tuple(a for a in waiting if a.is_of(reader.participant_id, reader.contact_id))",
        "return tuple(waiting)",
        "a guest reads who else waits for the floor, and so who else is there",
    ),
    Leak(
        "queue-of-a-part-not-heard",
        AUDIENCE,
        "    if on is None or not hears(reader, record, on, at):\n        return ()\n    waiting",
        "    if on is None:\n        return ()\n    waiting",
        "who does not hear the part reads who waits for the floor in it",
    ),
    Leak(
        "draft-shown",
        AUDIENCE,
        "    if call.state in (CallState.DRAFT, CallState.CANCELLED) and not reader.secretariat:\n        return ()\n",
        "",
        "drafts and cancelled calls are shown to Agencies",
    ),
    Leak(
        "named-part-to-all",
        AUDIENCE,
        "return tuple(s for s in call.segments if not s.only or reader.participant_id in s.only)",
        "return call.segments",
        "a part for named Agencies is heard by every Agency invited",
    ),
    Leak(
        "gap-told",
        AUDIENCE,
        "return chosen_windows(stretches, chosen, own)",
        "return stretches",
        "a representative's two blocks show the closed part between them",
    ),
    Leak(
        "unassigned-open",
        AUDIENCE,
        "unassigned = reader.kind is ParticipantKind.AGENCY and bool(mine)",
        "unassigned = bool(mine)",
        "what stands in no part is taken for open",
    ),
    Leak(
        "call-title-to-guests",
        AUDIENCE,
        'title = call.title if whole else " and ".join(dict.fromkeys(v.title for v in views))',
        "title = call.title",
        "a representative reads the call's own title",
    ),
    Leak(
        "numbers-of-the-call",
        AUDIENCE,
        "for number, s in enumerate(mine, 1)\n",
        "for number, s in enumerate(call.segments, 1)\n        if s in mine\n",
        "a part's number counts the closed parts before it",
    ),
    Leak(
        "whole-span",
        AUDIENCE,
        "start, end = views[0].start, views[-1].end",
        "start, end = call.start, call.end",
        "a representative reads when the whole call starts and ends",
    ),
    Leak(
        "audience-of-parts",
        AUDIENCE,
        "s.audience if whole else None, s.only if whole else frozenset(),",
        "s.audience, s.only,",
        "a representative reads for whom a part is",
    ),
    # --- the choke point: items ---
    Leak(
        "closed-items",
        AUDIENCE,
        "    return reader.kind is ParticipantKind.AGENCY or item.audience is AudienceKind.JOINT\n",
        "    return True\n",
        "an item that is closed in a joint part is read by representatives",
    ),
    Leak(
        "proposals-shown",
        AUDIENCE,
        "if item.state is not ItemState.ACCEPTED or not heard(item.segment_id):",
        "if not heard(item.segment_id):",
        "proposals are read before they are accepted",
    ),
    Leak(
        "items-of-unheard-parts",
        AUDIENCE,
        "if item.state is not ItemState.ACCEPTED or not heard(item.segment_id):",
        "if item.state is not ItemState.ACCEPTED:",
        "accepted items of parts that the reader does not hear are read",
    ),
    Leak(
        "own-item-tells-its-part",
        AUDIENCE,
        "segment_id=item.segment_id if part else None,",
        "segment_id=item.segment_id,",
        "who proposed an item learns the closed part it stands in",
    ),
    Leak(
        "doubt-past-its-label",
        "handlers/agenda_views.py",
        "if is_case and is_carried else",
        "if is_case else",
        "the doubt about a title repeats words that Slack may not carry",
    ),
    Leak(
        "papers-of-unread-items",
        AUDIENCE,
        "    if cut_item(reader, record, item, at) is None:\n        return ()\n    return tuple(p for p in papers",
        "    return tuple(p for p in papers",
        "papers of an item are read by who may not read the item",
    ),
    Leak(
        "papers-past-the-item",
        "handlers/papers.py",
        """    if audience.cut_item(work.reader, record, item, work.now) is None:
        raise NotFound(NO_ITEM.format(asked=asked))
    if item.call_id:
        work.shows_closed""",
        """    if item.call_id:
        work.shows_closed""",
        "an item's page and its papers open to whoever knows its reference",
    ),
    Leak(
        "reports-before-briefing",
        AUDIENCE,
        "or (r.call_id in told and r.taken_back_at is None)",
        "or reader.kind is ParticipantKind.AGENCY",
        "early-warning reports are shown to Agencies before the secretariat gathered them, taken back or not",
    ),
    Leak(
        "reports-to-guests",
        AUDIENCE,
        "told = {r.call.id for r in records if reader.kind is ParticipantKind.AGENCY and hears(reader, r, None, at)}",
        "told = {r.call.id for r in records if windows(reader, r, at)}",
        "representatives read each other's early-warning reports",
    ),
    Leak(
        "harm-to-guests",
        AUDIENCE,
        'case=item.case if agency or own else "",',
        "case=item.case,",
        "the harm stated of a case is shown to the guests of its part",
    ),
    Leak(
        "confirmations-to-all",
        AUDIENCE,
        "confirmed_at=item.confirmed_at if own else None,",
        "confirmed_at=item.confirmed_at,",
        "who presents an item is told to every Agency before the call",
    ),
    Leak(
        "harm-past-its-label",
        "handlers/agenda_views.py",
        'if item.case and may_carry(item.label, highest) else "",',
        'if item.case else "",',
        "the harm stated under TLP:RED is said where its title may not be",
    ),
    Leak(
        "own-item-tells-its-place",
        AUDIENCE,
        "position=item.position if part else 0,",
        "position=item.position,",
        "who proposed an item learns its place among closed ones",
    ),
    Leak(
        "consent-told",
        AUDIENCE,
        "consent_asked_at=item.consent_asked_at if own else None,",
        "consent_asked_at=item.consent_asked_at,",
        "others learn that an item's proposer was asked for consent",
    ),
    # --- the choke point: the record ---
    Leak(
        "minutes-before-sent",
        AUDIENCE,
        "        return _writes(reader, record, heard)\n    if reader.kind",
        "        return reader.kind is ParticipantKind.AGENCY and heard(line.segment_id)\n    if reader.kind",
        "Agencies read the draft of the minutes before it is sent",
    ),
    Leak(
        "closed-lines",
        AUDIENCE,
        "if line.closed or line.withheld or line.item in closed_items or not heard(line.segment_id):",
        "if line.withheld or line.item in closed_items or not heard(line.segment_id):",
        "a line that was closed is read by representatives",
    ),
    Leak(
        "lines-of-closed-items",
        AUDIENCE,
        "if line.closed or line.withheld or line.item in closed_items or not heard(line.segment_id):",
        "if line.closed or line.withheld or not heard(line.segment_id):",
        "lines under an item that was closed later are read by representatives",
    ),
    Leak(
        "lines-of-unheard-parts",
        AUDIENCE,
        "if line.closed or line.withheld or line.item in closed_items or not heard(line.segment_id):",
        "if line.closed or line.withheld or line.item in closed_items:",
        "minutes of unheard parts are read by representatives",
    ),
    Leak(
        "withheld-lines",
        AUDIENCE,
        "if line.closed or line.withheld or line.item in closed_items or not heard(line.segment_id):",
        "if line.closed or line.item in closed_items or not heard(line.segment_id):",
        "words that their Agency withholds are read by representatives",
    ),
    Leak(
        "amendments-of-unread-lines",
        AUDIENCE,
        "seen = sorted((a for a in record.amendments if a.line in lines), key=lambda a: (a.at, a.id))",
        "lines = {line.reference: line for line in record.lines}\n"
        "    seen = sorted((a for a in record.amendments if a.line in lines), key=lambda a: (a.at, a.id))",
        "an amendment is read by who may not read its line",
    ),
    Leak(
        "amendment-under-a-looser-label",
        AUDIENCE,
        "label=label_of(a, lines[a.line]),",
        "label=a.label,",
        "a line's label was raised, and what stands below it is carried as before",
    ),
    Leak(
        "amender-named-under-chatham",
        AUDIENCE,
        'by_id="" if lines[a.line].segment_id in ruled else a.by_id,',
        "by_id=a.by_id,",
        "an amendment names who made it in a part under the Chatham House Rule",
    ),
    Leak(
        "edition-before-adoption",
        AUDIENCE,
        "return record.minutes.adopted_at is not None or line.speaker_id == reader.participant_id",
        "return True",
        "representatives read others' lines before adoption",
    ),
    Leak(
        "attendance-to-guests",
        AUDIENCE,
        "    if reader.kind is not ParticipantKind.AGENCY:\n        return ()\n"
        "    heard = hearing(reader, record, at)\n    if",
        "    heard = hearing(reader, record, at)\n    if",
        "a representative learns which other guests were there",
    ),
    Leak(
        "unconfirmed-actions",
        AUDIENCE,
        "(action.confirmed or hears_action(reader, action, heard))",
        "True",
        "an action's words reach an owner who may not hear them, unconfirmed",
    ),
    Leak(
        "actions-of-unheard-parts",
        AUDIENCE,
        "return reader.kind is ParticipantKind.AGENCY and sent and heard(action.segment_id)",
        "return reader.kind is ParticipantKind.AGENCY and sent",
        "actions given in an unheard part are read by other Agencies",
    ),
    Leak(
        "everybodys-progress",
        "handlers/progress.py",
        '    secretariat_only(work, "see what became of everybody\'s actions")\n',
        "",
        "anybody reads how many actions everybody has open",
    ),
    Leak(
        "found-without-the-cut",
        "handlers/searching.py",
        "    if not audience.sees_line(work.reader, record, line, work.now):\n        return None\n",
        "",
        "what the index leaves in of lines is shown without asking `audience`",
    ),
    Leak(
        "found-under-a-closed-item",
        "handlers/searching.py",
        "reach, {v.item for v in held.lines.values() if v.item})",
        "reach, ())",
        "guests find lines under an item that was closed to them, as its being closed was not fetched",
    ),
    Leak(
        "found-above-the-label",
        "handlers/searching.py",
        "frozenset(label for label in Tlp if may_carry(label, highest))",
        "frozenset(Tlp)",
        "that a text has certain words is told where its label does not let it go",
    ),
    Leak(
        "found-under-the-amendments-own-label",
        "handlers/searching.py",
        "        if seen is not None and seen.label in reach.labels:",
        "        if seen is not None:",
        "an amendment is found in Slack whose line was labelled more strictly since",
    ),
    Leak(
        "found-though-taken-back",
        "storage/archive.py",
        "CASE WHEN {_NOTHING} THEN '' ELSE {{n}}.text END",
        "{{n}}.text",
        "lines that were taken back or not minuted stay in the index",
    ),
    Leak(
        "history-before-it-was-theirs",
        AUDIENCE,
        "theirs = [c for n, c in enumerate(known) if n >= max(began, default=0)]",
        "theirs = known",
        "a new owner reads whose an action was before, and what became of it then",
    ),
    Leak(
        "reasons-of-an-unheard-part",
        AUDIENCE,
        'text=c.text if hears_it or c.by_id == own else "",',
        "text=c.text,",
        "the reason for which an action is dropped reaches an owner who did not hear its part",
    ),
    Leak(
        "confirming-told",
        AUDIENCE,
        "return tuple(c for c in changes if c.kind is not ChangeKind.CONFIRMED)",
        "return tuple(changes)",
        "Agencies read that words had to be confirmed, and so that their owner is kept out of the part",
    ),
    Leak(
        "words-kept-confirmed",
        "bot/actions.py",
        "confirmed=action.confirmed and same,",
        "confirmed=action.confirmed,",
        "words that were confirmed for one owner go to the next, which may not hear them",
    ),
    Leak(
        "carried-actions",
        AUDIENCE,
        "            return reader.secretariat\n        record, heard",
        "            return True\n        record, heard",
        "open actions of calls that were not fetched are shown to anybody",
    ),
    # --- the choke point: lists, objections, the directory ---
    Leak(
        "list-to-guests",
        AUDIENCE,
        "    if reader.kind is not ParticipantKind.AGENCY or reader.is_proxy:\n        return ()\n",
        "    if reader.is_proxy:\n        return ()\n",
        "a representative reads the attendee list",
    ),
    Leak(
        "list-to-proxies",
        AUDIENCE,
        "    if reader.kind is not ParticipantKind.AGENCY or reader.is_proxy:\n        return ()\n",
        "    if reader.kind is not ParticipantKind.AGENCY:\n        return ()\n",
        "whoever an Agency brings to a call reads who of the representatives is expected there",
    ),
    Leak(
        "list-before-circulated",
        AUDIENCE,
        "if a.segment_id in mine and a.circulated_at is not None and not is_barred(record, a, at)",
        "if a.segment_id in mine and not is_barred(record, a, at)",
        "Agencies read names before they are circulated",
    ),
    Leak(
        "list-of-unheard-parts",
        AUDIENCE,
        "if a.segment_id in mine and a.circulated_at is not None and not is_barred(record, a, at)",
        "if a.circulated_at is not None and not is_barred(record, a, at)",
        "Agencies read the names of parts that they do not hear",
    ),
    Leak(
        "objections-to-all-agencies",
        AUDIENCE,
        "if reader.secretariat or (reader.kind is ParticipantKind.AGENCY and reader.stands_for(o.by_id, None))",
        "if reader.secretariat or reader.kind is ParticipantKind.AGENCY",
        "every Agency reads who objected to whom",
    ),
    Leak(
        "window-of-the-whole-list",
        AUDIENCE,
        "return AttendeeList(circulated, ends, approved, False, bool(approved) and changed)",
        "return AttendeeList(circulated, record.list.window_ends_at, approved, False, bool(approved) and changed)",
        "the end of the time to object moves for an Agency when names it may not know of go round",
    ),
    Leak(
        "directory-to-guests",
        AUDIENCE,
        "and (agency or own or Role.SECRETARIAT in c.roles or (c.shown and chose))",
        "",
        "a representative reads every Agency's people",
    ),
    # --- rules that decide who comes ---
    Leak(
        "objection-forgotten",
        LIST,
        "        and may_be_admitted(kind, call, s, participant_id)\n"
        "        and not barred(standing, participant_id, contact_id, call.id, s.id, judged)\n",
        "        and may_be_admitted(kind, call, s, participant_id)\n",
        "an objection does not keep an approved name out",
    ),
    Leak(
        "proposed-is-enough",
        LIST,
        "if a.contact_id == contact_id and a.state is AdmissionState.APPROVED}",
        "if a.contact_id == contact_id}",
        "a name that was never approved is let in",
    ),
    Leak(
        "closed-part-takes-guests",
        LIST,
        "return kind is ParticipantKind.OBSERVER or segment.audience is AudienceKind.JOINT",
        "return True",
        "a part that was closed keeps its representatives",
    ),
    Leak(
        "objection-to-the-person-only",
        "bot/objections.py",
        "and self.contact_id in (None, contact_id)",
        "and self.contact_id == contact_id",
        "an objection to an organisation leaves its people in",
    ),
    Leak(
        "notice-at-once",
        LIST,
        "    return now + timedelta(seconds=seconds)\n\n\n@dataclass",
        "    return now\n\n\n@dataclass",
        "a slip tells before it can be taken back",
    ),
    # --- delivery ---
    Leak(
        "sent-to-the-removed",
        "handlers/composing.py",
        "if gone and first.kind not in kinds.for_the_gone:",
        "if False:",
        "somebody who is no contact any more is still told",
        near="tests/handlers/test_contacts.py",
    ),
    Leak(
        "composed-as-the-secretariat",
        "handlers/composing.py",
        'actor = Actor(contact, participant, reader_of(contact, participant), "delivery", way=WAYS[first.door])',
        "reader = replace(reader_of(contact, participant), secretariat=True)\n"
        '    actor = Actor(contact, participant, reader, "delivery", way=WAYS[first.door])',
        "what is sent is composed with the secretariat's eyes",
    ),
    Leak(
        "told-before-its-time",
        "handlers/composing.py",
        "    if later is not None:\n        raise NotYet(later)\n",
        "",
        "an older errand tells of a narrowing that can still be taken back",
    ),
    Leak(
        "no-fence",
        "handlers/delivery.py",
        "fence.enter_context(desk.store.sending(first.person, TURN_SECONDS if before is None else 0.0))\n",
        "True\n",
        "a sender holds no fence, so an exclusion says “in effect” while a message leaves",
    ),
    Leak(
        "ledger-after-the-fact",
        "handlers/composing.py",
        "    exposures.begin(tx, entries)\n",
        "",
        "what is about to leave is not written down before it leaves",
    ),
    Leak(
        "made-before-its-turn-and-sent-as-it-was",
        "handlers/ahead.py",
        "good = desk.store.written == self._written and ",
        "good = ",
        "a mail that was made before its turn leaves although its reader lost what it shows since",
    ),
    Leak(
        "made-before-its-turn-outside-the-fence",
        "handlers/delivery.py",
        "if held and ahead.holds(errands):",
        "if ahead.holds(errands):",
        "a mail that was made before its turn leaves while another one is being handed over to the same person",
    ),
    Leak(
        "end-of-a-mailing-told-to-the-former",
        "handlers/mailings.py",
        "if record is None or not work.reader.secretariat:",
        "if record is None:",
        "who is of the secretariat no longer reads whose addresses do not work, and what the call is called",
    ),
    Leak(
        "items-of-other-parts-in-the-mail",
        "handlers/invitation_letters.py",
        "        if i.segment_id in inside and i.state is ItemState.ACCEPTED\n",
        "        if i.state is ItemState.ACCEPTED\n",
        "an invitation lists items that stand outside its copy",
    ),
    Leak(
        "cause-told-to-guests",
        "handlers/invitation_letters.py",
        "    if guest:\n        return (NEUTRAL_WITHDRAWN.format(day=day), reasons(work)), ",
        "    if guest and record.call.state is not CallState.CANCELLED:\n"
        "        return (NEUTRAL_WITHDRAWN.format(day=day), reasons(work)), ",
        "a representative reads from its mail that the whole call was cancelled, and why",
    ),
    Leak(
        "lost-title-named",
        AUDIENCE,
        "return copy.sent_title if named and named <= heard else None",
        "return copy.sent_title or None",
        "the mail to somebody who lost a part says what it was called",
    ),
    Leak(
        "narrowing-merged",
        "handlers/invitations.py",
        "    waiting = {u.contact_id for u in coming if u.first}\n",
        "    waiting = {u.contact_id for u in coming}\n",
        "who loses a part while another change of theirs waits for more is told with that change only",
    ),
    Leak(
        "sequence-for-all",
        "bot/invitations.py",
        "        if moved or old.title != wanted.title:\n",
        "        if True:\n",
        "SEQUENCE and DTSTAMP of every copy move with any change of the call",
    ),
    # --- links and bridges ---
    Leak(
        "shared-bridge",
        "bot/bridges.py",
        "shared = [before[1]] if before is not None and before[0] == who else []",
        "shared = [before[1]] if before is not None else []",
        "parts with different people share a bridge",
    ),
    Leak(
        "bridge-of-the-excluded",
        "bot/bridges.py",
        "url = next((u for u in (*shared, *free) if not spoilt(u, segment.id)), None)",
        "url = next((u for u in (*shared, *free)), None)",
        "a closed part keeps a bridge that somebody now excluded was led to",
    ),
    Leak(
        "numbers-to-guests",
        "handlers/joining.py",
        "agency = reader.kind is ParticipantKind.AGENCY and bool(work.desk.procedure.bridges.dial_in)",
        "agency = bool(work.desk.procedure.bridges.dial_in)",
        "a representative reads the telephone numbers of the bridges",
    ),
    Leak(
        "numbers-forgotten",
        "handlers/joining.py",
        "for s in ((segment,) if segment else dialled) if s.id in given}",
        "for s in ((segment,) if segment else ()) if s.id in given}",
        "a bridge whose number somebody was shown is used for a part that is closed to them",
    ),
    Leak(
        "gate-open",
        "bot/bridges.py",
        "return current if call.live.cleared else None",
        "return current",
        "a link leads into a part before it was cleared",
    ),
    # --- doors ---
    Leak(
        "in-channel",
        "handlers/slack/reply.py",
        '"response_type": "ephemeral"',
        '"response_type": "in_channel"',
        "an answer to one person is posted to the channel",
    ),
    Leak(
        "parts-in-an-error",
        "handlers/finding.py",
        'parts = ", ".join(f"{s.number} {s.title}" for s in view.segments)\n    raise NotFound(NO_SEGMENT',
        'parts = ", ".join(s.title for s in record.call.segments)\n    raise NotFound(NO_SEGMENT',
        "the refusal of a part's number names the closed parts",
    ),
    Leak(
        "hidden-is-not-absent",
        "handlers/finding.py",
        "    match = utc or own or _moved(work, found, day)\n",
        "    match = utc or own or _moved(work, found, day)\n"
        "    if not match and calls.around(work.tx, midnight, midnight + timedelta(days=1)):\n"
        '        raise NotFound("That call is not yours to see.")\n',
        "a call that is hidden is answered unlike one that is not there",
    ),
    Leak(
        "parts-gone-are-all-parts",
        "handlers/finding.py",
        "    if len(found) < len(set(ids)):\n        raise PartGone(PART_GONE.format(title=view.title))\n",
        "",
        "who was to come to a part that was removed meanwhile is admitted to every joint one",
        near="tests/handlers/slack/test_stale_forms.py",
    ),
    Leak(
        "line-where-the-call-has-gone",
        "handlers/lines.py",
        "(stood_in(work, stood), text) if stood else placed_in(work, text)",
        "placed_in(work, text)",
        "a long line that was written down in a closed part stands in the one behind it",
        near="tests/handlers/slack/test_stale_forms.py",
    ),
    Leak(
        "cache-without-the-reader",
        "handlers/calls.py",
        "    views = [v for r in records if (v := audience.cut_call(work.reader, r, work.now))]\n",
        "    kept = audience.__dict__.setdefault('kept', {})\n"
        "    views = [\n"
        "        v\n"
        "        for r in records\n"
        "        if (v := kept.get(r.call.id) or audience.cut_call(work.reader, r, work.now))\n"
        "        and kept.setdefault(r.call.id, v)\n"
        "    ]\n",
        "a cache is keyed by the call and not by its reader",
    ),
    Leak(
        "slack-without-asking",
        "handlers/invitation_letters.py",
        "if (copy.start, copy.end) not in [(w.start, w.end) for w in wanted.windows] or copy.end <= work.now:",
        "if copy.end <= work.now:",
        "Slack tells of a part that was closed since the mail left",
    ),
    Leak(
        "labels-ignored",
        "bot/confidentiality.py",
        "    return _STRICTNESS[label] <= _STRICTNESS[highest]\n",
        "    return True\n",
        "text labelled above a door's highest label leaves by it",
    ),
    Leak(
        "uncarried",
        "handlers/carrying.py",
        "    work.withheld = True\n",
        "    return text\n",
        "text above a door's label stands there after all",
    ),
    Leak(
        "chatham-names",
        AUDIENCE,
        "return replace(line, speaker_id=None) if line.segment_id in _ruled(record) else line",
        "return line",
        "minutes under the Chatham House Rule name who spoke",
    ),
    Leak(
        "chatham-attendance",
        AUDIENCE,
        "told = [a for a in record.attendance if a.segment_id not in ruled]",
        "told = list(record.attendance)",
        "an edition lists who was in a part under the Chatham House Rule",
    ),
    Leak(
        "taken-back-lines",
        AUDIENCE,
        "    if line.taken_back_at is not None:\n        return False\n    if",
        "    if",
        "a line that was taken back is read",
        missed="`cut_minutes`, the only way lines are fetched by, drops them before it asks; this is its second lock",
    ),
    Leak(
        "bridge-in-the-calendar",
        "handlers/invitation_letters.py",
        "        location=link,\n",
        "        location=next(iter(work.desk.procedure.bridges.urls), link),\n",
        "the calendar's entry holds the bridge and not the person's own link",
    ),
    Leak(
        "links-of-the-gone",
        "storage/links.py",
        '_L.token_sha256 == bindparam("sha256"), _L.purpose == bindparam("purpose"), _L.dead_at.is_(None),',
        '_L.token_sha256 == bindparam("sha256"), _L.dead_at.is_(None),',
        "the address of one kind opens another kind's door",
    ),
    Leak(
        "look-off-the-record",
        "handlers/agenda_pages.py",
        "    work.shows_closed(*(a.call_id for a in actions))\n",
        "",
        "the secretariat reads actions of closed parts on the next call's agenda, and no record says so",
    ),
    Leak(
        "time-tells",
        "handlers/slack/front.py",
        "            self.pause((began - monotonic()) % NOT_FOUND_SECONDS)\n",
        "            pass\n",
        "a hidden thing takes longer to be not found than one that is not there",
    ),
    Leak(
        "mail-to-everybody",
        "handlers/mailed_words.py",
        "if not found or not work.reader.secretariat:",
        "if not found:",
        "what somebody wrote to the secretariat would be composed for another",
        missed="errands of that kind are only ever put in for the secretariat's contacts; this is its second lock",
    ),
    Leak(
        "join-by-anothers-place",
        "storage/links.py",
        "    .correlate(LinkRow)  # of the link asked about, two statements further out: else of any link\n",
        "",
        "a link to join lives on while anybody else has a place on a list",
    ),
    # --- feeds that are kept ---
    Leak(
        "kept-for-all",
        "handlers/kept_feeds.py",
        "            kept = self._kept.get(key)\n            if kept is None or kept.standing != standing or now",
        "            kept = next(iter(self._kept.values()), None)\n"
        "            if kept is None or kept.standing.entries != standing.entries or now",
        "feeds are kept without their reader",
    ),
    Leak(
        "kept-after-narrowing",
        "handlers/kept_feeds.py",
        "kept is None or kept.standing != standing or now < kept.made_at",
        "kept is None or now < kept.made_at",
        "a feed made before an exclusion is given out after it",
    ),
    Leak(
        "kept-past-delivery",
        "storage/feeds.py",
        "func.sum(_I.revision + _I.sent_revision), 0)",
        "func.count(_I.uid), 0)",
        "a feed shows a copy as it was before its mail was made or sent",
    ),
    Leak(
        "kept-past-its-hour",
        "handlers/kept_feeds.py",
        "if kept.until is not None and kept.until <= now:",
        "if kept.until is None and kept.made_at > now:",
        "a kept feed shows what an hour has changed",
    ),
    # --- mail that comes in ---
    Leak(
        "answers-to-all",
        AUDIENCE,
        "return copies if reader.secretariat else tuple(c for c in copies if c.contact_id == reader.contact_id)",
        "return copies",
        "who answered what is shown to whoever asks",
    ),
    Leak(
        "anothers-reply-address",
        "handlers/mailed.py",
        "if named and named[0].id in owners:",
        "if named and owners:",
        "the reply address of one person proves the answer of another",
    ),
    Leak(
        "declined-to-all",
        "handlers/mailed_by_hand.py",
        "work.tell(DECLINED, [copy.contact_id], call_id=copy.call_id, subject=mail.reference)",
        "work.tell(\n        DECLINED, [c.id for c in directory.everybody(work.tx).contacts], call_id=copy.call_id, "
        "subject=mail.reference\n    )",
        "what one person proposed is told to everybody",
    ),
    Leak(
        "came-back-anothers",
        "handlers/mailed.py",
        "uid=copy.uid if copy and own else None,",
        "uid=copy.uid if copy else None,",
        "a forged delivery status learns nothing, but ties somebody's invitation to another's address",
    ),
    # --- named editions and documents ---
    Leak(
        "edition-before-its-release",
        AUDIENCE,
        "if named.edition.released_at is None or named.edition.dropped_at is not None:",
        "if named.edition.dropped_at is not None:",
        "a named edition is read by everybody before the silence has ended",
    ),
    Leak(
        "lines-asked-of-everybody",
        AUDIENCE,
        "if reader.secretariat or _comes_from(reader, record, unattributed(record, line), heard, closed_items)",
        "if True",
        "an organisation is asked about lines that come from others",
    ),
    Leak(
        "stricter-lines-released",
        "bot/editions.py",
        "        and all(may_carry(one, label) for one in labels)\n",
        "",
        "AMBER lines go into a GREEN edition",
    ),
    Leak(
        "withheld-lines-released",
        "bot/editions.py",
        "        and not line.withheld\n",
        "",
        "a line that its Agency withholds goes into a named edition",
    ),
    Leak(
        "taken-out-lines-released",
        "bot/editions.py",
        "        and line.reference not in gone\n",
        "",
        "a line that an organisation took out goes into a named edition",
    ),
    Leak(
        "other-words-released",
        "bot/editions.py",
        "        and words[line.reference] in _digests(line, amendments, closed=line.reference in closed)\n",
        "",
        "words that nobody was asked about go into a named edition",
    ),
    Leak(
        "red-in-documents",
        "bot/terms.py",
        "        if way is Way.DOCUMENT:\n            return NEVER_RED\n",
        "        if way is Way.DOCUMENT:\n            return Tlp.RED\n",
        "a minuted RED text is exported",
    ),
    Leak(
        "brought-again-though-objected-to",
        "handlers/proxies.py",
        "        keep_objected(work, new, known)\n",
        "        pass\n",
        "who was objected to comes back as a proxy: the objection is to who they were",
        near="tests/handlers/test_proxies.py",
    ),
    # --- what can be found ---
    Leak(
        "found-reasons-uncut",
        "handlers/searching.py",
        "    changes = audience.cut_changes(work.reader, above.record, action, made, work.now)\n",
        "    changes = made\n",
        "an owner finds by its words why an action from a part that it does not hear was dropped",
    ),
    Leak(
        "found-under-an-old-label",
        "storage/archive.py",
        '        return sorted(set(re.findall(r"\\{o\\}\\.(\\w+)", " ".join(self.made.values()))))\n',
        '        return ["reference"]\n',
        "a paper of an item whose label was raised is found in Slack by its name",
    ),
    # --- the running of a part ---
    Leak(
        "regrets-of-who-is-on-no-list",
        AUDIENCE,
        " if p in may or (p, one) in listed]\n",
        "]\n",
        "an Agency learns from regrets who was proposed, and who may hear a part",
    ),
    Leak(
        "gate-of-a-part-not-heard",
        AUDIENCE,
        "    return tuple(g for g in gates if g.segment_id in parts and g.opens in parts)\n",
        "    return tuple(g for g in gates if g.segment_id in parts or g.opens in parts)\n",
        "the minutes of one part tell its Agencies that there was another, and when",
    ),
    Leak(
        "gates-before-the-minutes",
        AUDIENCE,
        "    if not reader.secretariat and record.minutes.sent_at is None and not _writes(reader, record, heard):\n",
        "    if not reader.secretariat and record.minutes.sent_at is None and not heard(None):\n",
        "regrets and gates are read before the minutes are sent",
    ),
    # --- proxies for one call ---
    Leak(
        "proxy-at-any-call",
        AUDIENCE,
        "    if not reader.may_ask_of(call.id):\n        return ()\n    if call.state",
        "    if call.state",
        "a guest's proxy who stands on the list of another call comes to that, too",
    ),
    Leak(
        "proxy-reads-objections",
        AUDIENCE,
        "(reader.kind is ParticipantKind.AGENCY and reader.stands_for(o.by_id, None))",
        "(reader.kind is ParticipantKind.AGENCY and o.by_id == reader.participant_id)",
        "whoever an Agency brings to a call reads to whom that Agency objects",
    ),
    Leak(
        "proxy-with-the-agencys-hat",
        "bot/participants.py",
        "    return Reader(contact.id, participant.id, participant.kind, only_call=contact.only_call)\n",
        "    return Reader(contact.id, participant.id, participant.kind)\n",
        "whoever was brought to one call reads all that their Agency reads",
    ),
    Leak(
        "proxy-acts-for-its-agency",
        "handlers/desk.py",
        "    if work.reader.is_proxy and not hasattr(decide, PROXIES_DO):\n",
        "    if work.reader.is_proxy and not decide.__name__:\n",
        "a proxy removes contacts of its Agency, accepts its actions and brings others",
    ),
    Leak(
        "proxy-told-to-a-guest",
        "handlers/proxies.py",
        "    before = rows.asked_for(work.tx, participant.id, record.call.id)\n",
        "    if known.by_email(new.email):\n        raise Conflict(OF_OTHERS.format(email=new.email))\n"
        "    before = rows.asked_for(work.tx, participant.id, record.call.id)\n",
        "a guest who tries addresses learns from the answers whose takes part",
    ),
    # --- the words of a call ---
    Leak(
        "spoken-in-a-part-not-heard",
        "handlers/said.py",
        'if audience.hears(work.reader, then, call.live.segment_id or "", work.now):',
        "if audience.hears(work.reader, then, None, work.now):",
        "an Agency that a part leaves out learns from its answers that the part is on",
    ),
    Leak(
        "spoken-by-a-guest",
        "handlers/spoken.py",
        "    if not work.reader.is_agency and not work.reader.secretariat:\n",
        "    if not work.reader.contact_id:\n",
        "a representative who was let into the channel acts there",
    ),
    Leak(
        "label-lowered-by-a-correction",
        "handlers/recorded.py",
        "    label = stricter(made.label, first.label if first else None) or made.label\n",
        "    label = made.label\n",
        "s/RED/CLEAR/ lowers the label of somebody's words",
    ),
    Leak(
        "given-before-its-item-closed",
        "handlers/recorded.py",
        "            closed.append(it.reference)\n",
        "            closed.extend(())\n",
        "an action given under a closed item whose #topic came late is told to a guest",
    ),
    Leak(
        "marks-behind-the-speaker-unread",
        "bot/minutes.py",
        '        yield behind[0], f"{text[: head.end()]}{rest}".strip()\n',
        "        yield from ()\n",
        "“fr-cnil: TLP:RED the source” is minuted as AMBER, and “fr-cnil: [closed] aside” is read by guests",
    ),
    Leak(
        "red-kept-beside-the-record",
        "handlers/said.py",
        "    return read.label is not Tlp.RED or read.minuted\n",
        "    return bool(text)\n",
        "RED words that are not minuted are kept as they were typed",
    ),
    Leak(
        "refusal-in-the-channel",
        "handlers/slack/app.py",
        "client.chat_postEphemeral(channel=channel, user=user, text=text)",
        "client.chat_postMessage(channel=channel, text=text)",
        "what one person is told, the whole channel reads",
    ),
)
