"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('centre',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_centre')),
    sa.UniqueConstraint('code', name=op.f('uq_centre_code'))
    )
    op.create_table('installation',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('identity', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.String(length=100), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('demonstration_rows', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_installation_only_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_installation'))
    )
    op.create_table('organiser_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('holder_hash', sa.LargeBinary(length=32), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organiser_link')),
    sa.UniqueConstraint('holder_hash', name=op.f('uq_organiser_link_holder_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_organiser_link_token_hash'))
    )
    op.create_table('centre_head',
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_centre_head_centre_id_centre')),
    sa.PrimaryKeyConstraint('centre_id', name=op.f('pk_centre_head'))
    )
    op.create_table('service_type',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_service_type_centre_id_centre')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_type')),
    sa.UniqueConstraint('centre_id', 'name', name=op.f('uq_service_type_centre_id_name'))
    )
    op.create_table('unit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_unit_centre_id_centre')),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('centre_id', 'name', name=op.f('uq_unit_centre_id_name'))
    )
    op.create_table('window',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('location', sa.String(length=100), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_window_centre_id_centre')),
    sa.ForeignKeyConstraint(['successor_id'], ['window.id'], name=op.f('fk_window_successor_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_window')),
    sa.UniqueConstraint('code', name=op.f('uq_window_code'))
    )
    with op.batch_alter_table('window', schema=None) as batch_op:
        batch_op.create_index('uq_window_open_number', ['centre_id', 'number'], unique=True, sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))

    op.create_table('device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('paired_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_delivery_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_level', sa.SmallInteger(), nullable=True),
    sa.Column('last_tapped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_event_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_device_centre_id_centre')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_device_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_device_token_hash'))
    )
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_window_id'), ['window_id'], unique=False)

    op.create_table('placement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('service_type_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['service_type_id'], ['service_type.id'], name=op.f('fk_placement_service_type_id_service_type')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_placement_unit_id_unit')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_placement_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement')),
    sa.UniqueConstraint('window_id', 'starts_on', name=op.f('uq_placement_window_id_starts_on'))
    )
    op.create_table('tally_bucket',
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('bucket', sa.SmallInteger(), nullable=False),
    sa.Column('channel', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.SmallInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_tally_bucket_window_id_window')),
    sa.PrimaryKeyConstraint('window_id', 'day', 'bucket', 'channel', 'state', name=op.f('pk_tally_bucket')),
    sqlite_with_rowid=False
    )
    op.create_table('tally_day',
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('channel', sa.SmallInteger(), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.Column('state', sa.SmallInteger(), nullable=False),
    sa.Column('c1', sa.Integer(), nullable=False),
    sa.Column('c2', sa.Integer(), nullable=False),
    sa.Column('c3', sa.Integer(), nullable=False),
    sa.Column('c4', sa.Integer(), nullable=False),
    sa.Column('c5', sa.Integer(), nullable=False),
    sa.Column('p1', sa.Integer(), nullable=False),
    sa.Column('p2', sa.Integer(), nullable=False),
    sa.Column('p3', sa.Integer(), nullable=False),
    sa.Column('p4', sa.Integer(), nullable=False),
    sa.Column('p5', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_tally_day_window_id_window')),
    sa.PrimaryKeyConstraint('window_id', 'day', 'channel', 'verified', 'state', name=op.f('pk_tally_day')),
    sqlite_with_rowid=False
    )
    op.create_table('window_step',
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('waiting', sa.SmallInteger(), nullable=False),
    sa.Column('since_day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_window_step_window_id_window')),
    sa.PrimaryKeyConstraint('window_id', name=op.f('pk_window_step'))
    )
    op.create_table('pairing_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_pairing_link_device_id_device')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_pairing_link_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pairing_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_pairing_link_token_hash'))
    )
    op.create_table('rating',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('receipt', sa.String(length=13), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('channel', sa.SmallInteger(), nullable=False),
    sa.Column('level', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.SmallInteger(), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revises', sa.Uuid(), nullable=True),
    sa.Column('tapped_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('bucket', sa.SmallInteger(), nullable=False),
    sa.Column('time_uncertain', sa.Boolean(), nullable=False),
    sa.Column('clerk_label', sa.String(length=64), nullable=False),
    sa.Column('device_label', sa.String(length=64), nullable=False),
    sa.CheckConstraint('level BETWEEN 1 AND 5', name=op.f('ck_rating_level')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_rating_device_id_device')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_rating_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
    sa.UniqueConstraint('event_id', name=op.f('uq_rating_event_id'))
    )
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rating_receipt'), ['receipt'], unique=False)
        batch_op.create_index('ix_rating_revises', ['revises'], unique=False, sqlite_where=sa.text('revises IS NOT NULL'), postgresql_where=sa.text('revises IS NOT NULL'))

    op.create_table('comment',
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_comment_rating_id_rating')),
    sa.PrimaryKeyConstraint('rating_id', name=op.f('pk_comment'))
    )


def downgrade():
    op.drop_table('comment')
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_index('ix_rating_revises', sqlite_where=sa.text('revises IS NOT NULL'), postgresql_where=sa.text('revises IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_rating_receipt'))

    op.drop_table('rating')
    op.drop_table('pairing_link')
    op.drop_table('window_step')
    op.drop_table('tally_day')
    op.drop_table('tally_bucket')
    op.drop_table('placement')
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_window_id'))

    op.drop_table('device')
    with op.batch_alter_table('window', schema=None) as batch_op:
        batch_op.drop_index('uq_window_open_number', sqlite_where=sa.text('closed_on IS NULL'), postgresql_where=sa.text('closed_on IS NULL'))

    op.drop_table('window')
    op.drop_table('unit')
    op.drop_table('service_type')
    op.drop_table('centre_head')
    op.drop_table('organiser_link')
    op.drop_table('installation')
    op.drop_table('centre')
