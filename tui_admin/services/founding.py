"""The first rows of a new store: built-in roles, the founder, the first organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from tui_admin.domain.addresses import read_address
from tui_admin.domain.errors import Refused
from tui_admin.domain.permissions import ADMINISTRATOR, BUILT_IN
from tui_admin.domain.text import fold, one_line
from tui_admin.domain.usernames import check
from tui_admin.services.environment import ENVIRONMENT_NAME
from tui_admin.services.people import naming
from tui_admin.services.trail import Subject, Trail
from tui_admin.services.work import Operator
from tui_admin.store.schema.accounts import role, role_permission, user
from tui_admin.store.schema.environment import setting
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

DESCRIPTIONS = {
    "Basic user": "Everybody's first role: sees documents.",
    "Advanced user": "Creates and sends documents.",
    "Administrator": "May do everything on the environment.",
}


class Founding(NamedTuple):
    """What a new store begins with."""

    environment: str
    email: str
    username: str
    organisation: str
    registration_number: str


async def found(store: Store, founding: Founding, now: datetime) -> Operator:
    """Write the first rows; raises `Refused` for a store that has data."""
    address = read_address(founding.email)
    check(founding.username)
    name = one_line(founding.organisation, field="organisation", limit=200, required=True)
    number = one_line(
        founding.registration_number, field="registration number", limit=50, required=True
    )

    async def act(connection: AsyncConnection) -> Operator:
        if await connection.scalar(select(func.count()).select_from(user)):
            raise Refused("store_has_data")
        roles = await built_in_roles(connection)
        row = {
            "email": address.typed,
            "email_key": address.key,
            "status": "active",
            "role_id": roles[ADMINISTRATOR],
            "created_at": now,
            **naming(address.key, founding.username, ""),
        }
        founder_id = (
            await connection.execute(user.insert().values(row).returning(user.c.id))
        ).scalar_one()
        await _organisation(connection, name, number, founder_id, now)
        await connection.execute(
            setting.insert().values(name=ENVIRONMENT_NAME, value=founding.environment)
        )
        founder = Operator(founder_id, founding.username, address.typed, "")
        trail = Trail(now, founder, "init")
        after = {"environment": founding.environment, "organisation": name}
        trail.note("environment.found", Subject("user", founder_id, address.typed, 1), {}, after)
        await trail.append(connection)
        return founder

    return await store.exclusive(act)


async def built_in_roles(connection: AsyncConnection) -> dict[str, int]:
    """Write the roles that every environment has, and return their ids by name."""
    ids: dict[str, int] = {}
    for name, permissions in BUILT_IN.items():
        row = {"name": name, "description": DESCRIPTIONS[name], "builtin": True}
        made = await connection.execute(role.insert().values(row).returning(role.c.id))
        ids[name] = made.scalar_one()
        await connection.execute(
            role_permission.insert(),
            [{"role_id": ids[name], "permission": each} for each in sorted(permissions)],
        )
    return ids


async def _organisation(
    connection: AsyncConnection, name: str, number: str, founder: int, now: datetime
) -> None:
    row = {
        "name": name,
        "name_key": fold(name),
        "registration_number": number,
        "search": fold(f"{name} {number}"),
        "created_at": now,
    }
    made = await connection.execute(organisation.insert().values(row).returning(organisation.c.id))
    await connection.execute(
        membership.insert().values(
            user_id=founder,
            organisation_id=made.scalar_one(),
            kind="administrator",
            company_administrator=True,
            created_at=now,
            created_by=founder,
        )
    )
