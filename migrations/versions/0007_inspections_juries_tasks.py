"""inspections, juries, tasks."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('inspection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('sheet', sa.String(length=40), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('window_id', sa.Integer(), nullable=True),
    sa.Column('announced', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=400), server_default='', nullable=False),
    sa.Column('inspector_id', sa.Integer(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_inspection_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['inspector_id'], ['account.id'], name=op.f('fk_inspection_inspector_id_account')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_inspection_unit_id_unit')),
    sa.ForeignKeyConstraint(['window_id'], ['window.id'], name=op.f('fk_inspection_window_id_window')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection')),
    sa.UniqueConstraint('event_id', name=op.f('uq_inspection_event_id'))
    )
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.create_index('ix_inspection_campaign', ['campaign_id', 'unit_id'], unique=False)

    op.create_table('juror',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_juror_account_id_account')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_juror_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_juror_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_juror')),
    sa.UniqueConstraint('campaign_id', 'account_id', name=op.f('uq_juror_campaign_id_account_id'))
    )
    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=40), nullable=False),
    sa.Column('deduction', sa.SmallInteger(), nullable=False),
    sa.Column('clerk_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=400), server_default='', nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.SmallInteger(), server_default='1', nullable=False),
    sa.Column('objection', sa.Text(), server_default='', nullable=False),
    sa.Column('objected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ruling', sa.String(length=400), server_default='', nullable=False),
    sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_finding_case_id_case')),
    sa.ForeignKeyConstraint(['clerk_id'], ['clerk.id'], name=op.f('fk_finding_clerk_id_clerk')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_finding_inspection_id_inspection')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_inspection_id'), ['inspection_id'], unique=False)

    op.create_table('unit_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('task', sa.String(length=40), server_default='', nullable=False),
    sa.Column('problem', sa.String(length=400), server_default='', nullable=False),
    sa.Column('measure', sa.String(length=400), server_default='', nullable=False),
    sa.Column('person', sa.String(length=60), server_default='', nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('proof', sa.Text(), server_default='', nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('remark', sa.String(length=400), server_default='', nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('kept', sa.Boolean(), nullable=True),
    sa.Column('looked_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_unit_task_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_unit_task_case_id_case')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_task_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_task'))
    )
    with op.batch_alter_table('unit_task', schema=None) as batch_op:
        batch_op.create_index('ix_unit_task_unit', ['campaign_id', 'unit_id'], unique=False)
        batch_op.create_index('ix_unit_task_once', ['campaign_id', 'unit_id', 'task'], unique=True, sqlite_where=sa.text("task <> ''"), postgresql_where=sa.text("task <> ''"))

    op.create_table('jury_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('juror_id', sa.Integer(), nullable=False),
    sa.Column('candidate_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.Text(), server_default='{}', nullable=False),
    sa.Column('abstained', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('scored_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidate.id'], name=op.f('fk_jury_sheet_candidate_id_candidate')),
    sa.ForeignKeyConstraint(['juror_id'], ['juror.id'], name=op.f('fk_jury_sheet_juror_id_juror')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jury_sheet')),
    sa.UniqueConstraint('juror_id', 'candidate_id', name=op.f('uq_jury_sheet_juror_id_candidate_id'))
    )
    with op.batch_alter_table('jury_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_jury_sheet_candidate_id'), ['candidate_id'], unique=False)


def downgrade():
    with op.batch_alter_table('jury_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_jury_sheet_candidate_id'))

    op.drop_table('jury_sheet')
    with op.batch_alter_table('unit_task', schema=None) as batch_op:
        batch_op.drop_index('ix_unit_task_once')
        batch_op.drop_index('ix_unit_task_unit')

    op.drop_table('unit_task')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_inspection_id'))

    op.drop_table('finding')
    op.drop_table('juror')
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.drop_index('ix_inspection_campaign')

    op.drop_table('inspection')
