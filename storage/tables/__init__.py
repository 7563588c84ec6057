"""Owns the rows of the database (SQLModel); a row never leaves storage, the queries beside it return values of ``bot``.

Times are UTC. Every state column has a CHECK, every constraint a name, every reference to another row a foreign key;
``only``, ``roles``, ``segment_ids``, ``held_by``, ``shows`` and ``posts`` hold words separated by spaces; empty, the
first says “everybody” and ``segment_ids`` “the whole call”.
"""

from sqlmodel.sql.sqltypes import UTCDateTime

from storage.tables.agenda import AgendaItemRow, PaperRow, ReportRow
from storage.tables.attendees import (
    AdmissionRow,
    InvitationRow,
    ListBeforeRow,
    ListChangeRow,
    MailboxRow,
    MailRow,
    ObjectionRow,
)
from storage.tables.calls import CallRow, EarlierDateRow, SeenOrderRow, SegmentRow, SeriesRow, StepRow
from storage.tables.common import Moment, Row, columns, metadata
from storage.tables.live import (
    AttendanceRow,
    BridgeLedRow,
    BridgeRow,
    ChannelRow,
    PanelRow,
    PlaceRow,
    RegretsRow,
    SaidRow,
    SpeakerRow,
)
from storage.tables.minutes import (
    ActionChangeRow,
    ActionItemRow,
    AmendmentRow,
    ArchiveRow,
    CorrectionRow,
    EditionLineRow,
    LineHoldRow,
    MinuteEntryRow,
    NamedEditionRow,
    TakenOutRow,
)
from storage.tables.outbox import Door, ExposureRow, OutboxRow, OutboxState
from storage.tables.people import (
    ContactRequestRow,
    ContactRow,
    LinkPurpose,
    LinkRow,
    ParticipantRow,
    ProxyRow,
    SlackCodeRow,
    SlackUserRow,
)
from storage.tables.record import AuditHeadRow, AuditRow, EnteredRow, HoldRow, LookRow, MarkRow

__all__ = [
    "ActionChangeRow", "ActionItemRow", "AdmissionRow", "AgendaItemRow", "AmendmentRow", "ArchiveRow",
    "AttendanceRow", "AuditHeadRow", "AuditRow", "BridgeLedRow", "BridgeRow", "CallRow", "ChannelRow",
    "ContactRequestRow", "ContactRow", "CorrectionRow", "Door", "EarlierDateRow", "EditionLineRow", "EnteredRow",
    "ExposureRow", "HoldRow", "InvitationRow", "LineHoldRow", "LinkPurpose", "LinkRow", "ListBeforeRow",
    "ListChangeRow",
    "LookRow", "MailRow", "MailboxRow", "MarkRow", "MinuteEntryRow", "NamedEditionRow", "ObjectionRow", "OutboxRow",
    "OutboxState", "PanelRow", "PaperRow", "ParticipantRow", "PlaceRow", "ProxyRow", "RegretsRow", "ReportRow",
    "Row", "SaidRow", "SeenOrderRow", "SegmentRow", "SeriesRow", "SlackCodeRow", "SlackUserRow", "SpeakerRow",
    "StepRow", "TakenOutRow", "columns", "metadata",
]  # fmt: skip

for _column in (column for table in metadata.tables.values() for column in table.columns):
    if isinstance(_column.type, UTCDateTime):
        _column.type = Moment()
