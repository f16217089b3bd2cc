"""What an actor may do is the role's grants cut by the token's scopes, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Denied
from workspaces.access.actor import Actor
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.members.models import User, Workspace

roles = st.sampled_from(list(Role))
perms = st.sampled_from(list(Perm))
scopes = st.none() | st.frozensets(perms)


@given(roles, perms, scopes)
def test_can_is_grants_and_scopes(role, perm, scope):
    actor = Actor(User(), Workspace(), role, scopes=scope)
    allowed = GRANTS[role] if scope is None else GRANTS[role] & scope

    assert actor.can(perm) == (perm in allowed)
    if actor.can(perm):
        actor.require(perm)
    else:
        with pytest.raises(Denied, match=role.label):
            actor.require(perm)


@given(roles, scopes, scopes)
def test_a_narrower_token_never_opens_more(role, one, other):
    wide = Actor(User(), Workspace(), role, scopes=one)
    both = frozenset(Perm if one is None else one) & frozenset(Perm if other is None else other)
    narrow = Actor(User(), Workspace(), role, scopes=both)

    assert all(wide.can(perm) for perm in Perm if narrow.can(perm))


def test_every_role_has_grants_and_every_permission_a_role():
    assert set(GRANTS) == set(Role)
    assert frozenset().union(*GRANTS.values()) == frozenset(Perm)


def test_money_is_seen_only_by_those_who_need_it():
    sees = {role for role in Role if Actor(User(), Workspace(), role).sees_money}
    assert sees == {Role.OWNER, Role.ADMIN, Role.PRODUCT, Role.FINANCE}


def test_a_role_that_edits_can_also_view():
    pairs = [
        (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW),
        (Perm.LEDGER_EDIT, Perm.LEDGER_VIEW),
        (Perm.CUSTOMERS_EDIT, Perm.CUSTOMERS_VIEW),
        (Perm.FEEDBACK_EDIT, Perm.FEEDBACK_VIEW),
        (Perm.MEMBERS_MANAGE, Perm.MEMBERS_VIEW),
        (Perm.WORKSPACE_MANAGE, Perm.WORKSPACE_VIEW),
    ]
    assert all(
        look in GRANTS[role] for role in Role for edit, look in pairs if edit in GRANTS[role]
    )
