"""cases, replies, mail."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sa.String(length=254), nullable=True))

    op.create_table('mail_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trouble', sa.String(length=60), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mail_message_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_message')),
    sa.UniqueConstraint('account_id', 'about', name=op.f('uq_mail_message_account_id_about')),
    sa.UniqueConstraint('message_id', name=op.f('uq_mail_message_message_id'))
    )
    with op.batch_alter_table('mail_message', schema=None) as batch_op:
        batch_op.create_index('ix_mail_message_next_try_at', ['next_try_at'], unique=False)

    op.create_table('reply_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('cause', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_reply_template_centre_id_centre')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_template')),
    sa.UniqueConstraint('centre_id', 'name', name=op.f('uq_reply_template_centre_id_name'))
    )
    op.create_table('case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('centre_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('road', sa.String(length=12), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=True),
    sa.Column('clerk_id', sa.Integer(), nullable=True),
    sa.Column('cause', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('verified', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('week', sa.Date(), nullable=True),
    sa.Column('part', sa.SmallInteger(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('half', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('state', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('raised', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('late', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('accept_due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rectify_due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=12), server_default='', nullable=False),
    sa.Column('second_due', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rectified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('look_back_on', sa.Date(), nullable=True),
    sa.Column('looked_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('call_tries', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('call_outcome', sa.String(length=12), server_default='', nullable=False),
    sa.Column('second', sa.SmallInteger(), nullable=True),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('grade', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=8), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], name=op.f('fk_case_centre_id_centre')),
    sa.ForeignKeyConstraint(['clerk_id'], ['clerk.id'], name=op.f('fk_case_clerk_id_clerk')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_case_unit_id_unit')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_case_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('centre_id', 'number', name=op.f('uq_case_centre_id_number')),
    sa.UniqueConstraint('event_id', name=op.f('uq_case_event_id')),
    sa.UniqueConstraint('window_id', 'week', 'cause', 'part', name=op.f('uq_case_window_id_week_cause_part'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.create_index('ix_case_centre_id_state', ['centre_id', 'state'], unique=False)
        batch_op.create_index('ix_case_clerk_id', ['clerk_id'], unique=False)
        batch_op.create_index('ix_case_unit_id_received_on', ['unit_id', 'received_on'], unique=False)

    op.create_table('case_contact',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_contact_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_contact')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_case_contact_key_hash'))
    )
    op.create_table('case_opening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_case_opening_account_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_opening_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_opening'))
    )
    with op.batch_alter_table('case_opening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_opening_case_id'), ['case_id'], unique=False)

    op.create_table('case_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_case_text_account_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_text_case_id_case')),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_case_text_rating_id_rating')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_text'))
    )
    with op.batch_alter_table('case_text', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_text_case_id'), ['case_id'], unique=False)

    op.create_table('case_appeal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=8), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('proposed_state', sa.SmallInteger(), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=200), server_default='', nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_appeal_case_id_case')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_case_appeal_decided_by_account')),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_case_appeal_proposed_by_account')),
    sa.ForeignKeyConstraint(['text_id'], ['case_text.id'], name=op.f('fk_case_appeal_text_id_case_text')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_appeal')),
    sa.UniqueConstraint('case_id', 'side', name=op.f('uq_case_appeal_case_id_side'))
    )
    op.create_table('case_inbox',
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_case_inbox_rating_id_rating')),
    sa.PrimaryKeyConstraint('rating_id', name=op.f('pk_case_inbox'))
    )
    op.create_table('case_rating',
    sa.Column('rating_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('second', sa.SmallInteger(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_rating_case_id_case')),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_case_rating_rating_id_rating')),
    sa.PrimaryKeyConstraint('rating_id', name=op.f('pk_case_rating'))
    )
    with op.batch_alter_table('case_rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_rating_case_id'), ['case_id'], unique=False)



def downgrade():
    with op.batch_alter_table('case_rating', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_rating_case_id'))

    op.drop_table('case_rating')
    op.drop_table('case_inbox')
    op.drop_table('case_appeal')
    with op.batch_alter_table('case_text', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_text_case_id'))

    op.drop_table('case_text')
    with op.batch_alter_table('case_opening', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_opening_case_id'))

    op.drop_table('case_opening')
    op.drop_table('case_contact')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index('ix_case_unit_id_received_on')
        batch_op.drop_index('ix_case_clerk_id')
        batch_op.drop_index('ix_case_centre_id_state')

    op.drop_table('case')
    op.drop_table('reply_template')
    with op.batch_alter_table('mail_message', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_message_next_try_at')

    op.drop_table('mail_message')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('email')
