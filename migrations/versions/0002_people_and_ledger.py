"""people and ledger."""

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What is written stays written. Erasing empties salt and body of an entry and
# changes nothing else; its commitment, hash and place stay.
APPEND_ONLY = ("checkpoint", "signing_key")
_WORDS = "what is written here stays; it is neither changed nor deleted"
_KEPT = ("chain_id", "number", "day", "kind", "commitment", "hash", "rating_id")


def _sqlite_triggers():
    kept = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT)
    op.execute(
        "CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry "
        f"WHEN {kept} OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    )
    refused = [("DELETE", "ledger_entry")]
    refused += [(act, name) for name in APPEND_ONLY for act in ("UPDATE", "DELETE")]
    for act, name in refused:
        op.execute(
            f"CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        )


def _postgresql_triggers():
    kept = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _KEPT)
    op.execute(
        "CREATE OR REPLACE FUNCTION kiosk_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry FOR EACH ROW "
        f"WHEN ({kept} OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL) "
        "EXECUTE FUNCTION kiosk_stays()"
    )
    refused = [("DELETE", "ledger_entry"), ("TRUNCATE", "ledger_entry")]
    refused += [
        (act, name) for name in APPEND_ONLY for act in ("UPDATE", "DELETE", "TRUNCATE")
    ]
    for act, name in refused:
        op.execute(
            f"CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kiosk_stays()"
        )


def _begin_chains():
    """One chain for the organisation, one for each centre there is; still empty."""
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT identity FROM installation")).scalar()
    if found is None:
        return
    identity = found if isinstance(found, UUID) else UUID(str(found))
    centres = connection.execute(
        sa.text("SELECT id, code, time_zone FROM centre ORDER BY id")
    ).all()
    chains = [(0, None, "organisation", centres[0].time_zone)]
    chains += [(c.id, c.id, f"centre/{c.code}", c.time_zone) for c in centres]
    table = sa.table(
        "chain",
        *(sa.column(name) for name in ("id", "centre_id", "origin", "time_zone")),
        sa.column("number"),
        sa.column("tip", sa.LargeBinary()),
        sa.column("changed_at", sa.DateTime(timezone=True)),
    )
    now = datetime.now(UTC)
    for key, centre, name, zone in chains:
        origin = f"window-kiosk/{identity}/{name}"
        tip = sha256(b"\x02" + origin.encode()).digest()
        row = {"id": key, "centre_id": centre, "origin": origin, "time_zone": zone}
        row |= {"number": 0, "tip": tip, "changed_at": now}
        connection.execute(sa.insert(table), row)


def _salt_comments():
    connection = op.get_bind()
    keys = connection.execute(sa.text("SELECT rating_id FROM comment")).scalars().all()
    table = sa.table(
        "comment", sa.column("rating_id"), sa.column("salt", sa.LargeBinary())
    )
    for key in keys:
        connection.execute(
            sa.update(table)
            .where(table.c.rating_id == key)
            .values(salt=secrets.token_bytes(32))
        )


def upgrade():
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("factor_required", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "totp_last_step",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("subject", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sender", sa.LargeBinary(length=16), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sign_in_try_sender_tried_at", ["sender", "tried_at"], unique=False
        )
        batch_op.create_index(
            "ix_sign_in_try_subject_tried_at", ["subject", "tried_at"], unique=False
        )

    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("public", name=op.f("uq_signing_key_public")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_calendar_day_centre_id_centre")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint(
            "centre_id", "day", name=op.f("uq_calendar_day_centre_id_day")
        ),
    )
    op.create_table(
        "chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("tip", sa.LargeBinary(length=32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_chain_centre_id_centre")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain")),
        sa.UniqueConstraint("centre_id", name=op.f("uq_chain_centre_id")),
        sa.UniqueConstraint("origin", name=op.f("uq_chain_origin")),
    )
    op.create_table(
        "clerk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("badge", sa.String(length=20), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_clerk_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_clerk_centre_id_centre")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["clerk.id"], name=op.f("fk_clerk_successor_id_clerk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clerk")),
        sa.UniqueConstraint("account_id", name=op.f("uq_clerk_account_id")),
    )
    with op.batch_alter_table("clerk", schema=None) as batch_op:
        batch_op.create_index(
            "uq_clerk_current_badge",
            ["centre_id", "badge"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "known_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_known_device_account_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_known_device_token_hash")),
    )
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_opening_hours_centre_id_centre")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint(
            "centre_id",
            "weekday",
            "opens",
            name=op.f("uq_opening_hours_centre_id_weekday_opens"),
        ),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_recovery_code_account_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("agent", sa.String(length=60), nullable=False),
        sa.Column("factor_passed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column(
            "size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("tip", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_id"], ["chain.id"], name=op.f("fk_checkpoint_chain_id_chain")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["signing_key.id"],
            name=op.f("fk_checkpoint_key_id_signing_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )
    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checkpoint_chain_id_size", ["chain_id", "size"], unique=True
        )

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_invitation_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["clerk.id"], name=op.f("fk_invitation_clerk_id_clerk")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_invitation_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["clerk.id"], name=op.f("fk_posting_clerk_id_clerk")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_posting_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint(
            "clerk_id", "starts_on", name=op.f("uq_posting_clerk_id_starts_on")
        ),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_role_grant_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(
            "ix_role_grant_in_force",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_shift_centre_id_centre")
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["clerk.id"], name=op.f("fk_shift_clerk_id_clerk")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"],
            ["shift.id"],
            name=op.f("fk_shift_superseded_by_id_shift"),
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_shift_window_id_window")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(
            "ix_shift_centre_id_starts_at", ["centre_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "ix_shift_clerk_id_starts_at", ["clerk_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "ix_shift_valid_window",
            ["window_id", "starts_at"],
            unique=False,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "tally_clerk",
        sa.Column("clerk_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("c1", sa.Integer(), nullable=False),
        sa.Column("c2", sa.Integer(), nullable=False),
        sa.Column("c3", sa.Integer(), nullable=False),
        sa.Column("c4", sa.Integer(), nullable=False),
        sa.Column("c5", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["clerk.id"], name=op.f("fk_tally_clerk_clerk_id_clerk")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_tally_clerk_window_id_window")
        ),
        sa.PrimaryKeyConstraint(
            "clerk_id",
            "day",
            "window_id",
            "channel",
            "verified",
            "state",
            name=op.f("pk_tally_clerk"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shift_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=True),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"],
            ["centre.id"],
            name=op.f("fk_shift_proposal_centre_id_centre"),
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["clerk.id"], name=op.f("fk_shift_proposal_clerk_id_clerk")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["account.id"],
            name=op.f("fk_shift_proposal_decided_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["account.id"],
            name=op.f("fk_shift_proposal_proposed_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_shift_proposal_shift_id_shift")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"],
            ["window.id"],
            name=op.f("fk_shift_proposal_window_id_window"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_proposal")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("chain_id", sa.Integer(), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "rating_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["chain_id"], ["chain.id"], name=op.f("fk_ledger_entry_chain_id_chain")
        ),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name=op.f("fk_ledger_entry_rating_id_rating")
        ),
        sa.PrimaryKeyConstraint("chain_id", "number", name=op.f("pk_ledger_entry")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_entry_acts",
            ["chain_id", "number"],
            unique=False,
            sqlite_where=sa.text("rating_id IS NULL"),
            postgresql_where=sa.text("rating_id IS NULL"),
        )
        batch_op.create_index(
            "ix_ledger_entry_rating",
            ["rating_id"],
            unique=False,
            sqlite_where=sa.text("rating_id IS NOT NULL"),
            postgresql_where=sa.text("rating_id IS NOT NULL"),
        )

    _begin_chains()
    op.drop_table("centre_head")
    with op.batch_alter_table("centre", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "region", sa.String(length=20), server_default="cn", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("accept_days", sa.Integer(), server_default="1", nullable=False)
        )
        batch_op.add_column(
            sa.Column("answer_days", sa.Integer(), server_default="5", nullable=False)
        )
        batch_op.add_column(
            sa.Column("rectify_days", sa.Integer(), server_default="15", nullable=False)
        )

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("salt", sa.LargeBinary(length=32), nullable=True))

    _salt_comments()
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.alter_column(
            "salt", existing_type=sa.LargeBinary(length=32), nullable=False
        )

    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.add_column(sa.Column("clerk_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_rating_window_id_day", ["window_id", "day"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_rating_clerk_id_clerk"), "clerk", ["clerk_id"], ["id"]
        )

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))

    with op.batch_alter_table("window", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("handles", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("takes", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("documents", sa.Text(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("promises", sa.Text(), server_default="", nullable=False)
        )

    # Last: recreating a table on SQLite would drop its triggers.
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgresql_triggers()


def downgrade():
    entered = sa.text("SELECT count(*) FROM ledger_entry WHERE rating_id IS NOT NULL")
    if op.get_bind().execute(entered).scalar():
        raise SystemExit(
            "The ledger holds ratings; going back would destroy it. Restore a backup "
            "that was made before the upgrade instead."
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION kiosk_stays() CASCADE")
    with op.batch_alter_table("window", schema=None) as batch_op:
        batch_op.drop_column("promises")
        batch_op.drop_column("documents")
        batch_op.drop_column("takes")
        batch_op.drop_column("handles")

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_column("ended_on")

    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_rating_clerk_id_clerk"), type_="foreignkey"
        )
        batch_op.drop_index("ix_rating_window_id_day")
        batch_op.drop_column("clerk_id")

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_column("salt")

    with op.batch_alter_table("centre", schema=None) as batch_op:
        batch_op.drop_column("rectify_days")
        batch_op.drop_column("answer_days")
        batch_op.drop_column("accept_days")
        batch_op.drop_column("region")

    op.create_table(
        "centre_head",
        sa.Column("centre_id", sa.INTEGER(), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_centre_head_centre_id_centre")
        ),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_centre_head")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ledger_entry_rating",
            sqlite_where=sa.text("rating_id IS NOT NULL"),
            postgresql_where=sa.text("rating_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_ledger_entry_acts",
            sqlite_where=sa.text("rating_id IS NULL"),
            postgresql_where=sa.text("rating_id IS NULL"),
        )

    op.drop_table("ledger_entry")
    op.drop_table("shift_proposal")
    op.drop_table("tally_clerk")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_shift_valid_window",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index("ix_shift_clerk_id_starts_at")
        batch_op.drop_index("ix_shift_centre_id_starts_at")

    op.drop_table("shift")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_role_grant_in_force",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("role_grant")
    op.drop_table("posting")
    op.drop_table("invitation")
    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.drop_index("ix_checkpoint_chain_id_size")

    op.drop_table("checkpoint")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_account_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_account_id"))

    op.drop_table("recovery_code")
    op.drop_table("opening_hours")
    op.drop_table("known_device")
    with op.batch_alter_table("clerk", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_clerk_current_badge",
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.drop_table("clerk")
    op.drop_table("chain")
    op.drop_table("calendar_day")
    op.drop_table("signing_key")
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_try_subject_tried_at")
        batch_op.drop_index("ix_sign_in_try_sender_tried_at")

    op.drop_table("sign_in_try")
    op.drop_table("account")
