"""The configuration: one TOML file, environment variables over it, and no third place.

Every problem is found and told at once, with the key, the mend and the nearest spelling, and never
with the value of a secret. The models are plain pydantic: pydantic-settings would add the merge of
two mappings, stops at the first variable that it cannot read, and its import costs 100 ms beside
Textual's 180, where pydantic costs 40.
"""

from __future__ import annotations

from tui_admin.settings.loading import load
from tui_admin.settings.models import (
    EnvironmentSettings,
    InvitationSettings,
    MailSettings,
    OperatorSettings,
    Settings,
    Sources,
    StoreSettings,
    UiSettings,
)
from tui_admin.settings.problems import Problem, SettingsInvalid

__all__ = [
    "EnvironmentSettings",
    "InvitationSettings",
    "MailSettings",
    "OperatorSettings",
    "Problem",
    "Settings",
    "SettingsInvalid",
    "Sources",
    "StoreSettings",
    "UiSettings",
    "load",
]
