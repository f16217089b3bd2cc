"""What the database itself says of approvals; the gates' trigger compares the same values."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection


def covered_values(table: str, pk: int, columns: Sequence[str]) -> dict[str, Any]:
    """These columns of a row as the gate's trigger compares them."""
    if not columns:
        return {}
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(jsonb_object_agg(c, to_jsonb(r) ->> c), '{}')::text "
            f"FROM {quoted} r, unnest(%s::text[]) c WHERE r.id = %s",
            [list(columns), pk],
        )
        found = cursor.fetchone()
    values: dict[str, Any] = json.loads(found[0])
    return values


def granting_people(workspace_id: int, approval_pk: int) -> int:
    """How many people other than the one who asked said yes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT d.user_id) FROM workspaces_approval a "
            "JOIN workspaces_approvalstep s ON s.approval_id = a.id "
            "JOIN workspaces_approver p ON p.step_id = s.id "
            "JOIN workspaces_decision d ON d.approver_id = p.id "
            "WHERE a.workspace_id = %s AND a.id = %s AND d.verdict <> 'reject' "
            "AND d.user_id IS DISTINCT FROM a.requested_by_id",
            [workspace_id, approval_pk],
        )
        return int(cursor.fetchone()[0])
