"""Databases as the storage tests have them."""

from __future__ import annotations

from storage.conftest import (  # noqa: F401  # fixtures
    clock,
    postgres_database,
    postgres_server,
    sqlite_template,
    storage,
    url,
)
