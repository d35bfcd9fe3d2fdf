"""Custom rewards, regression cases, re-scorings, pre-flights, questions to workers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "custom_rewards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_custom_rewards"),
        sa.UniqueConstraint("name", "version", name="uq_custom_rewards_name_version"),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("queue", sa.String(length=63), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_state", "questions", ["state"])

    op.create_table(
        "preflights",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_preflights_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", name="pk_preflights"),
    )
    op.create_index("ix_preflights_fingerprint", "preflights", ["fingerprint"])

    op.create_table(
        "rescores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_rescores_job_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_rescores_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_rescores"),
    )
    op.create_index("ix_rescores_run_id", "rescores", ["run_id"])

    op.create_table(
        "reward_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reward", sa.String(length=200), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("sample", sa.JSON(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=True),
        sa.Column("tolerance", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rollout_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rollout_id"], ["rollouts.id"], name="fk_reward_cases_rollout_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_reward_cases_run_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_reward_cases"),
    )
    op.create_index("ix_reward_cases_reward_id", "reward_cases", ["reward", "id"])
    op.create_index("ix_reward_cases_rollout_id", "reward_cases", ["rollout_id"])

    op.add_column("groups", sa.Column("columns", sa.JSON(), nullable=False, server_default="{}"))

    op.add_column("runs", sa.Column("preflight", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "preflight")
    op.drop_column("groups", "columns")
    op.drop_table("reward_cases")
    op.drop_table("rescores")
    op.drop_table("preflights")
    op.drop_table("questions")
    op.drop_table("custom_rewards")
