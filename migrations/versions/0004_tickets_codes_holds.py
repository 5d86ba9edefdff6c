"""tickets, codes, holds."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('address_minute',
    sa.Column('address', sa.LargeBinary(length=32), nullable=False),
    sa.Column('minute', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('address', 'minute', name=op.f('pk_address_minute')),
    sqlite_with_rowid=False
    )
    op.create_table('integration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('scopes', sa.String(length=200), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('former_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('former_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_integration_centre_id_centre')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_integration')),
    sa.UniqueConstraint('centre_id', 'name', name=op.f('uq_integration_centre_id_name')),
    sa.UniqueConstraint('former_hash', name=op.f('uq_integration_former_hash')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_integration_key_hash'))
    )
    op.create_table('hold',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('bucket', sa.SmallInteger(), nullable=True),
    sa.Column('channel', sa.SmallInteger(), nullable=False),
    sa.Column('rule', sa.String(length=12), nullable=False),
    sa.Column('state', sa.SmallInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('proposed_state', sa.SmallInteger(), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=200), server_default='', nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_hold_centre_id_centre')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_hold_decided_by_account')),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_hold_proposed_by_account')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_hold_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold'))
    )
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.create_index('ix_hold_window_id_day', ['window_id', 'day'], unique=False)

    op.create_table('phone_day',
    sa.Column('phone', sa.LargeBinary(length=32), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_phone_day_window_id_window')),
    sa.PrimaryKeyConstraint('phone', 'window_id', 'day', name=op.f('pk_phone_day')),
    sqlite_with_rowid=False
    )
    op.create_table('slot_use',
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('slot', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('nonce', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_slot_use_window_id_window')),
    sa.PrimaryKeyConstraint('window_id', 'slot', 'nonce', name=op.f('pk_slot_use')),
    sqlite_with_rowid=False
    )
    op.create_table('webhook',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('integration_id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['integration_id'], ['integration.id'], name=op.f('fk_webhook_integration_id_integration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook'))
    )
    op.create_table('webhook_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('webhook_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trouble', sa.String(length=60), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_webhook_message_webhook_id_webhook')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_message')),
    sa.UniqueConstraint('message_id', name=op.f('uq_webhook_message_message_id'))
    )
    with op.batch_alter_table('webhook_message', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_message_next_try_at', ['next_try_at'], unique=False)

    op.create_table('ticket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('clerk_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.SmallInteger(), nullable=False),
    sa.Column('item', sa.String(length=100), server_default='', nullable=False),
    sa.Column('case_number', sa.String(length=40), server_default='', nullable=False),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('served_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('integration_id', sa.Integer(), nullable=True),
    sa.Column('request_key', sa.String(length=64), nullable=True),
    sa.Column('request_digest', sa.LargeBinary(length=32), nullable=True),
    sa.ForeignKeyConstraint(['clerk_id'], ['clerk.id'], name=op.f('fk_ticket_clerk_id_clerk')),
    sa.ForeignKeyConstraint(['integration_id'], ['integration.id'], name=op.f('fk_ticket_integration_id_integration')),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_ticket_rating_id_rating')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_ticket_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket')),
    sa.UniqueConstraint('code', name=op.f('uq_ticket_code')),
    sa.UniqueConstraint('integration_id', 'request_key', name=op.f('uq_ticket_integration_id_request_key')),
    sa.UniqueConstraint('rating_id', name=op.f('uq_ticket_rating_id'))
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_window_id_served_at', ['window_id', 'served_at'], unique=False)

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.SmallInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('sealed', sa.LargeBinary(), nullable=True))

    # Recreating the largest table would take hours in a city; adding does not.
    op.add_column(
        "rating",
        sa.Column("origin", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.execute(
        "ALTER TABLE rating ADD COLUMN hold_id INTEGER "
        "CONSTRAINT fk_rating_hold_id_hold REFERENCES hold (id)"
    )
    op.create_index(
        "ix_rating_hold_id",
        "rating",
        ["hold_id"],
        sqlite_where=sa.text("hold_id IS NOT NULL"),
        postgresql_where=sa.text("hold_id IS NOT NULL"),
    )
    # By phone until now: the printed code. Neither phone nor screen: a file.
    op.execute("UPDATE rating SET origin = 1 WHERE channel = 1")
    op.execute("UPDATE rating SET origin = 4 WHERE channel = 0 AND device_id IS NULL")


def downgrade():
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_index('ix_rating_hold_id', sqlite_where=sa.text('hold_id IS NOT NULL'), postgresql_where=sa.text('hold_id IS NOT NULL'))
        batch_op.drop_column('hold_id')
        batch_op.drop_column('origin')

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_column('sealed')
        batch_op.drop_column('kind')

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_window_id_served_at')

    op.drop_table('ticket')
    with op.batch_alter_table('webhook_message', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_message_next_try_at')

    op.drop_table('webhook_message')
    op.drop_table('webhook')
    op.drop_table('slot_use')
    op.drop_table('phone_day')
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.drop_index('ix_hold_window_id_day')

    op.drop_table('hold')
    op.drop_table('integration')
    op.drop_table('address_minute')
