"""Who may do what, where: permissions, rights, scope and ceiling (DESIGN.md §2, rules 1 to 5)."""

from __future__ import annotations

from typing import NamedTuple


class Permission(NamedTuple):
    """Something a role can allow; `subject` groups it in the role editor."""

    name: str
    subject: str
    description: str


PERMISSIONS = (
    Permission("can_view", "People", "See users, invitations and organisations"),
    Permission("can_invite", "People", "Invite one address at a time"),
    Permission("can_bulk_invite", "People", "Invite more than one address at once"),
    Permission("can_add_user", "People", "Add a user without an invitation"),
    Permission("can_approve", "People", "Approve or reject registrations"),
    Permission("can_block", "People", "Block and unblock users"),
    Permission("can_register_identity", "People", "Register or complete a digital identity"),
    Permission("can_change_role", "Rights", "Give a user another role"),
    Permission("can_edit_roles", "Rights", "Make, change and delete roles"),
    Permission("can_manage_members", "Organisations", "Add, change and remove members"),
    Permission("can_edit_organisation", "Organisations", "Create, edit and archive organisations"),
    Permission("can_manage_domains", "Organisations", "Claim e-mail domains and mark shared ones"),
    Permission("can_view_invoices", "Organisations", "See invoices"),
    Permission("can_manage_mail", "System", "See the outbox, retry and cancel mails"),
    Permission("can_view_audit", "System", "See the audit log"),
    Permission("documents.view", "Applications", "View documents"),
    Permission("documents.create", "Applications", "Create documents"),
    Permission("documents.send", "Applications", "Send documents"),
    Permission("partners.manage", "Applications", "Manage partners"),
)
ALL = frozenset(each.name for each in PERMISSIONS)
COMPANY_ADMINISTRATOR = frozenset(
    {
        "can_view",
        "can_invite",
        "can_bulk_invite",
        "can_approve",
        "can_manage_members",
        "can_view_invoices",
    }
)
BASIC, ADVANCED, ADMINISTRATOR = "Basic user", "Advanced user", "Administrator"
BUILT_IN: dict[str, frozenset[str]] = {
    BASIC: frozenset({"documents.view"}),
    ADVANCED: frozenset({"documents.view", "documents.create", "documents.send"}),
    ADMINISTRATOR: ALL,
}


class Scope(NamedTuple):
    """Where a permission holds: on the whole environment, or on these organisations only."""

    everywhere: bool = False
    organisations: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        """Say whether it holds anywhere at all."""
        return self.everywhere or bool(self.organisations)

    def covers(self, organisation_id: int | None) -> bool:
        """Say whether it holds there; None stands for the environment itself."""
        return self.everywhere or (
            organisation_id is not None and organisation_id in self.organisations
        )


class Rights(NamedTuple):
    """What an operator may do at this moment, as read in the transaction that acts on it.

    `environment` holds everywhere (from the role); `companies` are the organisations on which the
    operator is company administrator.
    """

    operator_id: int
    username: str
    active: bool
    role_id: int
    environment: frozenset[str] = frozenset()
    companies: frozenset[int] = frozenset()

    def scope(self, permission: str) -> Scope:
        """Return where a permission holds."""
        if not self.active:
            return Scope()
        if permission in self.environment:
            return Scope(everywhere=True)
        if permission in COMPANY_ADMINISTRATOR:
            return Scope(organisations=self.companies)
        return Scope()

    def beyond(self, permissions: frozenset[str]) -> frozenset[str]:
        """Return those of the permissions that this operator cannot hand on (the ceiling, rule 4)."""
        return permissions - self.environment if self.active else permissions
