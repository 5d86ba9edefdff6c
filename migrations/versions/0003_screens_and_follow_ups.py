"""screens that tell of themselves, follow-ups, contacts."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_LENGTH = 7


def _name_screens():
    """Give the screens that there are a code, a report, and the window they stand at."""
    connection = op.get_bind()
    device = sa.table("device", sa.column("id"), sa.column("code"))
    for (key,) in connection.execute(sa.text("SELECT id FROM device")).all():
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        connection.execute(
            sa.update(device).where(device.c.id == key).values(code=code)
        )
    op.execute("INSERT INTO device_report (device_id) SELECT id FROM device")
    op.execute(
        "INSERT INTO device_stay (device_id, window_id, since) "
        "SELECT id, window_id, paired_at FROM device"
    )


def upgrade():
    op.create_table('served_day',
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_served_day_window_id_window')),
    sa.PrimaryKeyConstraint('window_id', 'day', name=op.f('pk_served_day')),
    sqlite_with_rowid=False
    )
    op.create_table('served_press',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('press', sa.Uuid(), nullable=False),
    sa.Column('clerk_id', sa.Integer(), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['clerk_id'], ['clerk.id'], name=op.f('fk_served_press_clerk_id_clerk')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_served_press_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_served_press')),
    sa.UniqueConstraint('press', name=op.f('uq_served_press_press'))
    )
    with op.batch_alter_table('served_press', schema=None) as batch_op:
        batch_op.create_index('ix_served_press_clerk_id_day', ['clerk_id', 'day'], unique=False)

    op.create_table('tally_reason',
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.SmallInteger(), nullable=False),
    sa.Column('reason', sa.SmallInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_tally_reason_window_id_window')),
    sa.PrimaryKeyConstraint('window_id', 'day', 'state', 'reason', name=op.f('pk_tally_reason')),
    sqlite_with_rowid=False
    )
    op.create_table('device_gap',
    sa.Column('device_id', sa.Integer(), nullable=False),
    sa.Column('first', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_gap_device_id_device')),
    sa.PrimaryKeyConstraint('device_id', 'first', name=op.f('pk_device_gap'))
    )
    op.create_table('device_report',
    sa.Column('device_id', sa.Integer(), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waiting', sa.Integer(), server_default='0', nullable=False),
    sa.Column('set_aside', sa.Integer(), server_default='0', nullable=False),
    sa.Column('oldest_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('battery', sa.SmallInteger(), nullable=True),
    sa.Column('charging', sa.Boolean(), nullable=True),
    sa.Column('version', sa.String(length=20), server_default='', nullable=False),
    sa.Column('offset_ms', sa.BigInteger(), nullable=True),
    sa.Column('storage', sa.String(length=12), server_default='', nullable=False),
    sa.Column('browser', sa.String(length=60), server_default='', nullable=False),
    sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cloned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('clone_sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_report_device_id_device')),
    sa.PrimaryKeyConstraint('device_id', name=op.f('pk_device_report'))
    )
    op.create_table('device_stay',
    sa.Column('device_id', sa.Integer(), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_stay_device_id_device')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_device_stay_window_id_window')),
    sa.PrimaryKeyConstraint('device_id', 'window_id', name=op.f('pk_device_stay'))
    )
    op.create_table('contact',
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=20), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_contact_rating_id_rating')),
    sa.PrimaryKeyConstraint('rating_id', name=op.f('pk_contact'))
    )
    op.create_table('follow_up',
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('list_version', sa.SmallInteger(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_follow_up_rating_id_rating')),
    sa.PrimaryKeyConstraint('rating_id', name=op.f('pk_follow_up')),
    sa.UniqueConstraint('event_id', name=op.f('uq_follow_up_event_id'))
    )
    op.create_table('install_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('link_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['link_id'], ['pairing_link.id'], name=op.f('fk_install_code_link_id_pairing_link')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_install_code')),
    sa.UniqueConstraint('code', name=op.f('uq_install_code_code')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_install_code_secret_hash'))
    )
    with op.batch_alter_table('install_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_install_code_expires_at'), ['expires_at'], unique=False)

    op.create_table('own_key',
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_own_key_rating_id_rating')),
    sa.PrimaryKeyConstraint('rating_id', name=op.f('pk_own_key')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_own_key_key_hash'))
    )
    op.create_table('contact_opening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_opening_account_id_account')),
    sa.ForeignKeyConstraint(['rating_id'], ['contact.rating_id'], name=op.f('fk_contact_opening_rating_id_contact')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_opening'))
    )
    op.create_table('rating_reason',
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['follow_up.rating_id'], name=op.f('fk_rating_reason_rating_id_follow_up')),
    sa.PrimaryKeyConstraint('rating_id', 'reason', name=op.f('pk_rating_reason')),
    sqlite_with_rowid=False
    )
    op.add_column(
        "rating", sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True)
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('made_by', sa.String(length=40), server_default='', nullable=False))

    with op.batch_alter_table('centre', schema=None) as batch_op:
        batch_op.add_column(sa.Column('operator_pin', sa.String(length=8), server_default='', nullable=False))

    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.add_column(sa.Column('code', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('name', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('predecessor_id', sa.Integer(), nullable=True))

    _name_screens()
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.alter_column('code', existing_type=sa.String(length=8), nullable=False)
        batch_op.create_unique_constraint(batch_op.f('uq_device_code'), ['code'])
        batch_op.create_foreign_key(batch_op.f('fk_device_predecessor_id_device'), 'device', ['predecessor_id'], ['id'])

    with op.batch_alter_table('pairing_link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_pairing_link_replaces_id_device'), 'device', ['replaces_id'], ['id'])

    with op.batch_alter_table('window', schema=None) as batch_op:
        batch_op.add_column(sa.Column('code_only', sa.Boolean(), server_default=sa.false(), nullable=False))



def downgrade():
    op.drop_column("rating", "claimed_at")
    with op.batch_alter_table('window', schema=None) as batch_op:
        batch_op.drop_column('code_only')

    with op.batch_alter_table('pairing_link', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_pairing_link_replaces_id_device'), type_='foreignkey')
        batch_op.drop_column('replaces_id')

    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_device_predecessor_id_device'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_device_code'), type_='unique')
        batch_op.drop_column('predecessor_id')
        batch_op.drop_column('name')
        batch_op.drop_column('code')

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_column('made_by')

    with op.batch_alter_table('centre', schema=None) as batch_op:
        batch_op.drop_column('operator_pin')

    op.drop_table('rating_reason')
    op.drop_table('contact_opening')
    op.drop_table('own_key')
    with op.batch_alter_table('install_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_install_code_expires_at'))

    op.drop_table('install_code')
    op.drop_table('follow_up')
    op.drop_table('contact')
    op.drop_table('device_stay')
    op.drop_table('device_report')
    op.drop_table('device_gap')
    op.drop_table('tally_reason')
    with op.batch_alter_table('served_press', schema=None) as batch_op:
        batch_op.drop_index('ix_served_press_clerk_id_day')

    op.drop_table('served_press')
    op.drop_table('served_day')
