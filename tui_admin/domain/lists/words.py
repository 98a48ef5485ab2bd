"""Words that people type in the query bar where they mean another one."""

from __future__ import annotations

ORG = ("organisation", "organization", "company")
"""What people type where they mean `org`."""
INVITED_BY = ("invited-by", "inviter")
"""What people type where they mean `by`."""
