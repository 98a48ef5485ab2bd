"""The roles as they were read, and what the operator has changed of them and not saved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.permissions import PERMISSIONS
from tui_admin.domain.roles import Difference, Edit, differences, why_not_edit

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason
    from tui_admin.domain.permissions import Rights
    from tui_admin.domain.roles import RoleRow

NAMES = tuple(each.name for each in PERMISSIONS)


class Board:
    """Which role allows what, with toggles on top that are kept when others change roles, too.

    `meanwhile` is what others changed, by role, since the operator began to change that role.
    """

    def __init__(self) -> None:
        """Begin with no roles."""
        self.roles: tuple[RoleRow, ...] = ()
        self.toggled: dict[int, set[str]] = {}
        self.meanwhile: dict[int, tuple[Difference, ...]] = {}
        self._seen: dict[int, RoleRow] = {}

    def read(self, roles: tuple[RoleRow, ...]) -> tuple[RoleRow, ...]:
        """Take the roles as they are now; return those to be changed that others changed."""
        self.roles = roles
        now = {each.id: each for each in roles}
        self.toggled = {each: some for each, some in self.toggled.items() if each in now and some}
        moved = []
        for each in self.toggled:
            found = differences(self._seen[each], now[each])
            if found and found != self.meanwhile.get(each):
                moved.append(now[each])
                self.meanwhile[each] = found
            # What somebody else has done in the same way needs no doing any more.
            done = {one.field for one in found}
            self.toggled[each] = {one for one in self.toggled[each] if one not in done}
        self._forget_the_rest()
        return tuple(moved)

    def toggle(self, role: RoleRow, permission: str) -> None:
        """Have a role allow something, or not; a second time, leave it as it is."""
        mine = self.toggled.setdefault(role.id, set())
        self._seen.setdefault(role.id, role)
        mine ^= {permission}
        self._forget_the_rest()

    def why_not(self, rights: Rights, role: RoleRow, permission: str) -> Reason | None:
        """Return why an operator cannot toggle it."""
        after = role._replace(permissions=role.permissions ^ {permission})
        return why_not_edit(rights, role, after)

    def allows(self, role: RoleRow, permission: str) -> bool:
        """Say whether it is going to be allowed."""
        return (permission in role.permissions) != self.is_toggled(role, permission)

    def is_toggled(self, role: RoleRow, permission: str) -> bool:
        """Say whether that is about to change."""
        return permission in self.toggled.get(role.id, ())

    def edits(self) -> tuple[Edit, ...]:
        """Return what is to be saved, of the roles as they are on the board."""
        found = []
        for each in self.roles:
            mine = frozenset(self.toggled.get(each.id, ()))
            if mine:
                gone = mine & each.permissions
                found.append(Edit(each.id, each.version, mine - gone, gone))
        return tuple(found)

    def drop(self) -> None:
        """Forget every change that is not saved."""
        self.toggled.clear()
        self._forget_the_rest()

    def _forget_the_rest(self) -> None:
        """Forget what was seen of roles that are not being changed."""
        self.toggled = {each: some for each, some in self.toggled.items() if some}
        for kept in (self._seen, self.meanwhile):
            for each in kept.keys() - self.toggled.keys():
                del kept[each]
