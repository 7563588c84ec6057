"""Owns the migration to 0001: initial."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Initial."""
    op.create_table(
        "archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("segment_id", sa.String(), nullable=True),
        sa.Column("participant_id", sa.String(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('item', 'paper', 'line', 'amendment', 'action', 'reason', 'report')", name=op.f("ck_archive_kind")
        ),
        sa.CheckConstraint(
            "label IN ('TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR')",
            name=op.f("ck_archive_label"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    op.create_index("uq_archive_kind", "archive", ["kind", "reference"], unique=True)
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "channel",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_channel")),
    )
    op.create_table(
        "entered",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entered")),
        sa.UniqueConstraint("request", name=op.f("uq_entered_request")),
    )
    op.create_index(op.f("ix_entered_at"), "entered", ["at"], unique=False)
    op.create_index(op.f("ix_entered_undoes"), "entered", ["undoes"], unique=False)
    op.create_index("ix_entered_user_number", "entered", ["user", "number"], unique=False)
    op.create_table(
        "mailbox",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox")),
    )
    op.create_table(
        "mark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('agency', 'private_sector', 'observer')", name=op.f("ck_participant_kind")),
        sa.CheckConstraint(
            "sector IN ('financial_institution', 'internet_service_provider', 'telecommunications_company', 'security_software_provider', 'mobile_operator', 'courier_service', 'commercial_mail_receiving_agency', 'industry_membership_organization', 'consumer_organization', 'payment_system_provider', 'credit_reporting_agency', 'domain_name_registrar_or_registry', 'dispute_resolution_provider')",
            name=op.f("ck_participant_sector"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("short_name", name=op.f("uq_participant_short_name")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("cadence", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("local", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drafted_until", sa.Date(), nullable=True),
        sa.CheckConstraint("cadence IN ('quarterly', 'bimonthly')", name=op.f("ck_series_cadence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("attending", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("feed_alarm", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("successor_id", sa.String(), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_contact_participant_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["contact.id"], name=op.f("fk_contact_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_participant_id"), "contact", ["participant_id"], unique=False)
    op.create_index(
        "uq_contact_email",
        "contact",
        ["email"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("series_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("only", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.String(), nullable=False),
        sa.Column("live_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_segment_id", sa.String(), nullable=True),
        sa.Column("live_item", sa.String(), nullable=True),
        sa.Column("live_cleared", sa.Boolean(), nullable=False),
        sa.Column("live_segment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_item_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_shut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_moved_by", sa.String(), nullable=False),
        sa.Column("live_tell_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("scribe_id", sa.String(), nullable=True),
        sa.Column("list_circulated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("list_window_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("list_approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("list_early", sa.Boolean(), nullable=False),
        sa.Column("minutes_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_adopts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('members', 'law-enforcement', 'training', 'annual')", name=op.f("ck_call_kind")),
        sa.CheckConstraint("state IN ('draft', 'announced', 'held', 'cancelled')", name=op.f("ck_call_state")),
        sa.ForeignKeyConstraint(["scribe_id"], ["contact.id"], name=op.f("fk_call_scribe_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_call_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index(
        "ix_call_live_tell_at",
        "call",
        ["live_tell_at"],
        unique=False,
        sqlite_where=sa.text("live_tell_at IS NOT NULL"),
        postgresql_where=sa.text("live_tell_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_call_series_id"), "call", ["series_id"], unique=False)
    op.create_index("ix_call_start", "call", ["start"], unique=False)
    op.create_index("ix_call_state_start", "call", ["state", "start"], unique=False)
    op.create_table(
        "look",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_look_contact_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_look")),
    )
    op.create_index(op.f("ix_look_at"), "look", ["at"], unique=False)
    op.create_index(op.f("ix_look_contact_id"), "look", ["contact_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("authentic", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("uid", sa.String(), nullable=True),
        sa.Column("rsvp", sa.String(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('words', 'automatic', 'answer', 'bounce', 'unreadable')", name=op.f("ck_mail_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('counted', 'refreshed', 'wish', 'colleague', 'delegated', 'stale', 'ahead', 'repeated', 'over', 'unverified', 'strange')",
            name=op.f("ck_mail_outcome"),
        ),
        sa.CheckConstraint("rsvp IN ('NEEDS-ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE')", name=op.f("ck_mail_rsvp")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_mail_contact_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_mail")),
    )
    op.create_index(op.f("ix_mail_at"), "mail", ["at"], unique=False)
    op.create_index(op.f("ix_mail_digest"), "mail", ["digest"], unique=False)
    op.create_index("ix_mail_sender_at", "mail", ["sender", "at"], unique=False)
    op.create_table(
        "slack_code",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_slack_code_contact_id")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_slack_code")),
    )
    op.create_table(
        "slack_user",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("source IN ('profile', 'code', 'secretariat', 'roster')", name=op.f("ck_slack_user_source")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_slack_user_contact_id")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_slack_user")),
    )
    op.create_index(op.f("ix_slack_user_contact_id"), "slack_user", ["contact_id"], unique=False)
    op.create_table(
        "action_item",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("owner_contact_id", sa.String(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "label IN ('TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR')",
            name=op.f("ck_action_item_label"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'open', 'done', 'declined', 'dropped')", name=op.f("ck_action_item_state")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["participant.id"], name=op.f("fk_action_item_by_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_action_item_call_id")),
        sa.ForeignKeyConstraint(["owner_contact_id"], ["contact.id"], name=op.f("fk_action_item_owner_contact_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["participant.id"], name=op.f("fk_action_item_owner_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_action_item")),
    )
    op.create_index(op.f("ix_action_item_call_id"), "action_item", ["call_id"], unique=False)
    op.create_index(
        "ix_action_item_escalate_at",
        "action_item",
        ["escalate_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_action_item_open",
        "action_item",
        ["due"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_action_item_owner_id"), "action_item", ["owner_id"], unique=False)
    op.create_index(
        "ix_action_item_remind_at",
        "action_item",
        ["remind_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "attendance",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_attendance_call_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_attendance_participant_id")),
        sa.PrimaryKeyConstraint("call_id", "segment_id", "participant_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "bridge",
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_bridge_call_id")),
        sa.PrimaryKeyConstraint("segment_id", name=op.f("pk_bridge")),
    )
    op.create_index(op.f("ix_bridge_call_id"), "bridge", ["call_id"], unique=False)
    op.create_table(
        "bridge_led",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_bridge_led_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_bridge_led_contact_id")),
        sa.PrimaryKeyConstraint("call_id", "url", "contact_id", name=op.f("pk_bridge_led")),
    )
    op.create_table(
        "contact_request",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("replaces_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["contact.id"], name=op.f("fk_contact_request_asked_by")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_contact_request_call_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_contact_request_participant_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["contact.id"], name=op.f("fk_contact_request_replaces_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_contact_request")),
    )
    op.create_table(
        "earlier_date",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_earlier_date_call_id")),
        sa.PrimaryKeyConstraint("call_id", "start", name=op.f("pk_earlier_date")),
    )
    op.create_table(
        "exposure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("errand_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shows", sa.String(), nullable=False),
        sa.Column("posts", sa.String(), nullable=False),
        sa.CheckConstraint("door IN ('mail', 'slack')", name=op.f("ck_exposure_door")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_exposure_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_exposure_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
    )
    op.create_index(op.f("ix_exposure_call_id"), "exposure", ["call_id"], unique=False)
    op.create_index("ix_exposure_contact_id_began_at", "exposure", ["contact_id", "began_at"], unique=False)
    op.create_table(
        "hold",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("contact_id IS NULL OR call_id IS NULL", name=op.f("ck_hold_one")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_hold_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_hold_contact_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_hold")),
    )
    op.create_table(
        "invitation",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("dtstamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        sa.Column("sent_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_title", sa.String(), nullable=False),
        sa.Column("rsvp", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_link", sa.String(), nullable=False),
        sa.Column("sent_parts", sa.String(), nullable=False),
        sa.Column("thread_stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("rsvp_before", sa.String(), nullable=True),
        sa.CheckConstraint(
            "rsvp IN ('NEEDS-ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE')", name=op.f("ck_invitation_rsvp")
        ),
        sa.CheckConstraint(
            "rsvp_before IN ('NEEDS-ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE')",
            name=op.f("ck_invitation_rsvp_before"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_invitation_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_invitation_contact_id")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_invitation")),
    )
    op.create_index("ix_invitation_revisions", "invitation", ["contact_id", "revision", "sent_revision"], unique=False)
    op.create_index("uq_invitation_copy", "invitation", ["call_id", "contact_id", "block"], unique=True)
    op.create_table(
        "link",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('join', 'feed', 'page', 'reply')", name=op.f("ck_link_purpose")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_link_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_link_contact_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_contact_id"), "link", ["contact_id"], unique=False)
    op.create_table(
        "list_before",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("circulated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("tells_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'approved')", name=op.f("ck_list_before_state")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_list_before_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_list_before_contact_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_list_before_participant_id")),
        sa.PrimaryKeyConstraint("reference", "segment_id", "contact_id", name=op.f("pk_list_before")),
    )
    op.create_index(op.f("ix_list_before_call_id"), "list_before", ["call_id"], unique=False)
    op.create_table(
        "list_change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("only", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_list_change_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_list_change_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_change")),
    )
    op.create_index(op.f("ix_list_change_batch"), "list_change", ["batch"], unique=False)
    op.create_index(op.f("ix_list_change_call_id"), "list_change", ["call_id"], unique=False)
    op.create_table(
        "minute_entry",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("speaker_id", sa.String(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minuted", sa.Boolean(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('note', 'decision')", name=op.f("ck_minute_entry_kind")),
        sa.CheckConstraint(
            "label IN ('TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR')",
            name=op.f("ck_minute_entry_label"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_minute_entry_call_id")),
        sa.ForeignKeyConstraint(["speaker_id"], ["participant.id"], name=op.f("fk_minute_entry_speaker_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_minute_entry")),
    )
    op.create_index(op.f("ix_minute_entry_call_id"), "minute_entry", ["call_id"], unique=False)
    op.create_table(
        "named_edition",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("label IN ('TLP:GREEN', 'TLP:CLEAR')", name=op.f("ck_named_edition_label")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_named_edition_call_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_named_edition")),
    )
    op.create_index(op.f("ix_named_edition_call_id"), "named_edition", ["call_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("segment_ids", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follows", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["participant.id"], name=op.f("fk_objection_by_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_objection_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_objection_contact_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_objection_participant_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_by_id"), "objection", ["by_id"], unique=False)
    op.create_index(op.f("ix_objection_call_id"), "objection", ["call_id"], unique=False)
    op.create_index(op.f("ix_objection_participant_id"), "objection", ["participant_id"], unique=False)
    op.create_index(
        "ix_objection_standing",
        "objection",
        ["raised_at"],
        unique=False,
        sqlite_where=sa.text("call_id IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("call_id IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("door IN ('mail', 'slack')", name=op.f("ck_outbox_door")),
        sa.CheckConstraint("state IN ('due', 'sent', 'dropped', 'failed', 'missed')", name=op.f("ck_outbox_state")),
        sa.CheckConstraint("(contact_id IS NULL) <> (address IS NULL)", name=op.f("ck_outbox_addressed")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_outbox_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_outbox_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_call_id", "outbox", ["call_id", "created_at"], unique=False)
    op.create_index("ix_outbox_contact_id_subject", "outbox", ["contact_id", "subject"], unique=False)
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["first", "due_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_index(
        "ix_outbox_missed",
        "outbox",
        ["ended_at"],
        unique=False,
        sqlite_where=sa.text("state = 'missed'"),
        postgresql_where=sa.text("state = 'missed'"),
    )
    op.create_table(
        "panel",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("shows", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_panel_call_id")),
        sa.PrimaryKeyConstraint("call_id", "team_id", "channel_id", name=op.f("pk_panel")),
    )
    op.create_table(
        "place",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("segment_id", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("cleared", sa.Boolean(), nullable=True),
        sa.Column("scribe_id", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("skipped", sa.String(), nullable=True),
        sa.Column("by_user", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_place_call_id")),
        sa.ForeignKeyConstraint(["scribe_id"], ["contact.id"], name=op.f("fk_place_scribe_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_place")),
    )
    op.create_index("ix_place_call_id_at", "place", ["call_id", "at"], unique=False)
    op.create_table(
        "proxy",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["contact.id"], name=op.f("fk_proxy_by_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_proxy_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_proxy_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_call_id"), "proxy", ["call_id"], unique=False)
    op.create_table(
        "regrets",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_regrets_call_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_regrets_participant_id")),
        sa.PrimaryKeyConstraint("call_id", "participant_id", name=op.f("pk_regrets")),
    )
    op.create_table(
        "report",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "label IN ('TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR')",
            name=op.f("ck_report_label"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_report_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_report_contact_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_report_participant_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_call_id"), "report", ["call_id"], unique=False)
    op.create_index(op.f("ix_report_participant_id"), "report", ["participant_id"], unique=False)
    op.create_table(
        "said",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "form IN ('topic', 'agreed', 'info', 'link', 'action', 'undo', 'correct', 'chair', 'present', 'regrets', 'queue', 'unqueue', 'ack', 'agenda', 'off')",
            name=op.f("ck_said_form"),
        ),
        sa.CheckConstraint(
            "state IN ('entered', 'not_then', 'taken_back', 'withdrawn', 'refused')", name=op.f("ck_said_state")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_said_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_said_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said")),
        sa.UniqueConstraint("channel_id", "ts", name="uq_said_channel_id_ts"),
    )
    op.create_index("ix_said_call_id_at", "said", ["call_id", "at"], unique=False)
    op.create_table(
        "seen_order",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("segment_ids", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_seen_order_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_seen_order_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "call_id", name=op.f("pk_seen_order")),
    )
    op.create_table(
        "segment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("only", sa.String(), nullable=False),
        sa.Column("chatham", sa.Boolean(), nullable=False),
        sa.CheckConstraint("audience IN ('agencies', 'joint')", name=op.f("ck_segment_audience")),
        sa.CheckConstraint("minutes >= 1", name=op.f("ck_segment_minutes")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_segment_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
    )
    op.create_index(op.f("ix_segment_call_id"), "segment", ["call_id"], unique=False)
    op.create_table(
        "speaker",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('agency', 'private_sector', 'observer')", name=op.f("ck_speaker_kind")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_speaker_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_speaker_contact_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_speaker_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
    )
    op.create_index(op.f("ix_speaker_call_id"), "speaker", ["call_id"], unique=False)
    op.create_table(
        "step",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('call_for_items', 'items_close', 'list_circulated', 'window_ends', 'approval', 'agenda_out', 'reminder_day', 'reminder_hour', 'draft_minutes', 'minutes_adopted')",
            name=op.f("ck_step_kind"),
        ),
        sa.CheckConstraint("state IN ('due', 'done', 'missed')", name=op.f("ck_step_state")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_step_call_id")),
        sa.PrimaryKeyConstraint("call_id", "kind", name=op.f("pk_step")),
    )
    op.create_index(
        "ix_step_missed",
        "step",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text("state = 'missed'"),
        postgresql_where=sa.text("state = 'missed'"),
    )
    op.create_index("ix_step_state_due_at", "step", ["state", "due_at"], unique=False)
    op.create_table(
        "action_change",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=True),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("owner_contact_id", sa.String(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('given', 'words confirmed', 'accepted', 'declined', 'moved', 'handed over', 'done', 'dropped')",
            name=op.f("ck_action_change_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'open', 'done', 'declined', 'dropped')", name=op.f("ck_action_change_state")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["participant.id"], name=op.f("fk_action_change_by_id")),
        sa.ForeignKeyConstraint(["owner_contact_id"], ["contact.id"], name=op.f("fk_action_change_owner_contact_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["participant.id"], name=op.f("fk_action_change_owner_id")),
        sa.ForeignKeyConstraint(
            ["reference"], ["action_item.reference"], name=op.f("fk_action_change_reference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reference", "number", name=op.f("pk_action_change")),
    )
    op.create_table(
        "admission",
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("circulated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("window_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'approved')", name=op.f("ck_admission_state")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_admission_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_admission_contact_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_admission_participant_id")),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_admission_segment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("segment_id", "contact_id", name=op.f("pk_admission")),
    )
    op.create_index("ix_admission_call_id", "admission", ["call_id", "contact_id"], unique=False)
    op.create_table(
        "agenda_item",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("segment_id", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposer_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("stated", sa.String(), nullable=False),
        sa.Column("drafted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("audience IN ('agencies', 'joint')", name=op.f("ck_agenda_item_audience")),
        sa.CheckConstraint(
            "label IN ('TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR')",
            name=op.f("ck_agenda_item_label"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'deferred', 'withdrawn')", name=op.f("ck_agenda_item_state")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_agenda_item_call_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_agenda_item_contact_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["participant.id"], name=op.f("fk_agenda_item_proposer_id")),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_agenda_item_segment_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_agenda_item")),
    )
    op.create_index(op.f("ix_agenda_item_call_id"), "agenda_item", ["call_id"], unique=False)
    op.create_table(
        "amendment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "label IN ('TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR')",
            name=op.f("ck_amendment_label"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["participant.id"], name=op.f("fk_amendment_by_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_amendment_call_id")),
        sa.ForeignKeyConstraint(["line"], ["minute_entry.reference"], name=op.f("fk_amendment_line")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    op.create_index(op.f("ix_amendment_call_id"), "amendment", ["call_id"], unique=False)
    op.create_index(op.f("ix_amendment_line"), "amendment", ["line"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "label IN ('TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR')",
            name=op.f("ck_correction_label"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["participant.id"], name=op.f("fk_correction_by_id")),
        sa.ForeignKeyConstraint(["line"], ["minute_entry.reference"], name=op.f("fk_correction_line")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_line"), "correction", ["line"], unique=False)
    op.create_table(
        "edition_line",
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["named_edition.reference"], name=op.f("fk_edition_line_edition")),
        sa.ForeignKeyConstraint(["line"], ["minute_entry.reference"], name=op.f("fk_edition_line_line")),
        sa.PrimaryKeyConstraint("edition", "line", name=op.f("pk_edition_line")),
    )
    op.create_index(op.f("ix_edition_line_line"), "edition_line", ["line"], unique=False)
    op.create_table(
        "line_hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["participant.id"], name=op.f("fk_line_hold_by_id")),
        sa.ForeignKeyConstraint(["line"], ["minute_entry.reference"], name=op.f("fk_line_hold_line")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_hold")),
    )
    op.create_index(op.f("ix_line_hold_line"), "line_hold", ["line"], unique=False)
    op.create_table(
        "taken_out",
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["participant.id"], name=op.f("fk_taken_out_by_id")),
        sa.ForeignKeyConstraint(["edition"], ["named_edition.reference"], name=op.f("fk_taken_out_edition")),
        sa.ForeignKeyConstraint(["line"], ["minute_entry.reference"], name=op.f("fk_taken_out_line")),
        sa.PrimaryKeyConstraint("edition", "line", "by_id", name=op.f("pk_taken_out")),
    )
    op.create_index(op.f("ix_taken_out_line"), "taken_out", ["line"], unique=False)
    op.create_table(
        "paper",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drafted", sa.Boolean(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["participant.id"], name=op.f("fk_paper_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_paper_contact_id")),
        sa.ForeignKeyConstraint(["item"], ["agenda_item.reference"], name=op.f("fk_paper_item")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_paper")),
    )
    op.create_index(op.f("ix_paper_item"), "paper", ["item"], unique=False)


def downgrade() -> None:
    """Takes it back."""
    op.drop_index(op.f("ix_paper_item"), table_name="paper")
    op.drop_table("paper")
    op.drop_index(op.f("ix_taken_out_line"), table_name="taken_out")
    op.drop_table("taken_out")
    op.drop_index(op.f("ix_line_hold_line"), table_name="line_hold")
    op.drop_table("line_hold")
    op.drop_index(op.f("ix_edition_line_line"), table_name="edition_line")
    op.drop_table("edition_line")
    op.drop_index(op.f("ix_correction_line"), table_name="correction")
    op.drop_table("correction")
    op.drop_index(op.f("ix_amendment_line"), table_name="amendment")
    op.drop_index(op.f("ix_amendment_call_id"), table_name="amendment")
    op.drop_table("amendment")
    op.drop_index(op.f("ix_agenda_item_call_id"), table_name="agenda_item")
    op.drop_table("agenda_item")
    op.drop_index("ix_admission_call_id", table_name="admission")
    op.drop_table("admission")
    op.drop_table("action_change")
    op.drop_index("ix_step_state_due_at", table_name="step")
    op.drop_index(
        "ix_step_missed",
        table_name="step",
        sqlite_where=sa.text("state = 'missed'"),
        postgresql_where=sa.text("state = 'missed'"),
    )
    op.drop_table("step")
    op.drop_index(op.f("ix_speaker_call_id"), table_name="speaker")
    op.drop_table("speaker")
    op.drop_index(op.f("ix_segment_call_id"), table_name="segment")
    op.drop_table("segment")
    op.drop_table("seen_order")
    op.drop_index("ix_said_call_id_at", table_name="said")
    op.drop_table("said")
    op.drop_index(op.f("ix_report_participant_id"), table_name="report")
    op.drop_index(op.f("ix_report_call_id"), table_name="report")
    op.drop_table("report")
    op.drop_table("regrets")
    op.drop_index(op.f("ix_proxy_call_id"), table_name="proxy")
    op.drop_table("proxy")
    op.drop_index("ix_place_call_id_at", table_name="place")
    op.drop_table("place")
    op.drop_table("panel")
    op.drop_index(
        "ix_outbox_missed",
        table_name="outbox",
        sqlite_where=sa.text("state = 'missed'"),
        postgresql_where=sa.text("state = 'missed'"),
    )
    op.drop_index(
        "ix_outbox_due",
        table_name="outbox",
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.drop_index("ix_outbox_contact_id_subject", table_name="outbox")
    op.drop_index("ix_outbox_call_id", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(
        "ix_objection_standing",
        table_name="objection",
        sqlite_where=sa.text("call_id IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("call_id IS NULL AND withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_objection_participant_id"), table_name="objection")
    op.drop_index(op.f("ix_objection_call_id"), table_name="objection")
    op.drop_index(op.f("ix_objection_by_id"), table_name="objection")
    op.drop_table("objection")
    op.drop_index(op.f("ix_named_edition_call_id"), table_name="named_edition")
    op.drop_table("named_edition")
    op.drop_index(op.f("ix_minute_entry_call_id"), table_name="minute_entry")
    op.drop_table("minute_entry")
    op.drop_index(op.f("ix_list_change_call_id"), table_name="list_change")
    op.drop_index(op.f("ix_list_change_batch"), table_name="list_change")
    op.drop_table("list_change")
    op.drop_index(op.f("ix_list_before_call_id"), table_name="list_before")
    op.drop_table("list_before")
    op.drop_index(op.f("ix_link_contact_id"), table_name="link")
    op.drop_table("link")
    op.drop_index("uq_invitation_copy", table_name="invitation")
    op.drop_index("ix_invitation_revisions", table_name="invitation")
    op.drop_table("invitation")
    op.drop_table("hold")
    op.drop_index("ix_exposure_contact_id_began_at", table_name="exposure")
    op.drop_index(op.f("ix_exposure_call_id"), table_name="exposure")
    op.drop_table("exposure")
    op.drop_table("earlier_date")
    op.drop_table("contact_request")
    op.drop_table("bridge_led")
    op.drop_index(op.f("ix_bridge_call_id"), table_name="bridge")
    op.drop_table("bridge")
    op.drop_table("attendance")
    op.drop_index(
        "ix_action_item_remind_at",
        table_name="action_item",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_action_item_owner_id"), table_name="action_item")
    op.drop_index(
        "ix_action_item_open",
        table_name="action_item",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "ix_action_item_escalate_at",
        table_name="action_item",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_action_item_call_id"), table_name="action_item")
    op.drop_table("action_item")
    op.drop_index(op.f("ix_slack_user_contact_id"), table_name="slack_user")
    op.drop_table("slack_user")
    op.drop_table("slack_code")
    op.drop_index("ix_mail_sender_at", table_name="mail")
    op.drop_index(op.f("ix_mail_digest"), table_name="mail")
    op.drop_index(op.f("ix_mail_at"), table_name="mail")
    op.drop_table("mail")
    op.drop_index(op.f("ix_look_contact_id"), table_name="look")
    op.drop_index(op.f("ix_look_at"), table_name="look")
    op.drop_table("look")
    op.drop_index("ix_call_state_start", table_name="call")
    op.drop_index("ix_call_start", table_name="call")
    op.drop_index(op.f("ix_call_series_id"), table_name="call")
    op.drop_index(
        "ix_call_live_tell_at",
        table_name="call",
        sqlite_where=sa.text("live_tell_at IS NOT NULL"),
        postgresql_where=sa.text("live_tell_at IS NOT NULL"),
    )
    op.drop_table("call")
    op.drop_index(
        "uq_contact_email",
        table_name="contact",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(op.f("ix_contact_participant_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_table("series")
    op.drop_table("participant")
    op.drop_table("mark")
    op.drop_table("mailbox")
    op.drop_index("ix_entered_user_number", table_name="entered")
    op.drop_index(op.f("ix_entered_undoes"), table_name="entered")
    op.drop_index(op.f("ix_entered_at"), table_name="entered")
    op.drop_table("entered")
    op.drop_table("channel")
    op.drop_table("audit_head")
    op.drop_table("audit")
    op.drop_index("uq_archive_kind", table_name="archive")
    op.drop_table("archive")
