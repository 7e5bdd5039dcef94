"""The storage's own errors, and the translation of the driver's into them."""

from __future__ import annotations

import asyncpg  # type: ignore[import-untyped]  # it carries no types of its own
from sqlalchemy.exc import SQLAlchemyError, StatementError

from bot.errors import StorageError

#: What connecting may raise: asyncpg's own errors are not wrapped there.
CONNECT_ERRORS = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)

#: What the drivers call a missing table (SQLSTATE 42P01; SQLite has no codes for it).
_MISSING_TABLE = ("UndefinedTableError", "no such table")
_BUSY = ("database is locked", "DeadlockDetectedError", "QueuePool limit")


class LeadStateError(StorageError):
    """Raised when a lead cannot go from its state to the one that was asked for."""


class ClaimLostError(StorageError):
    """Raised when a message is finished that somebody else has finished, or that was erased meanwhile."""


def translate(error: BaseException) -> StorageError:
    """The error to raise in place of a driver's.

    Its text never repeats the driver's in full: PostgreSQL quotes the offending row with its contact details.
    """
    cause = error.orig if isinstance(error, StatementError) and error.orig else error
    if isinstance(cause, StorageError):
        return cause
    what = _describe(cause)
    if any(sign in what for sign in _MISSING_TABLE):
        return StorageError(f"The database lacks a table ({what}). Run `bot db upgrade`.")
    if any(sign in what for sign in _BUSY):
        return StorageError(f"The database is too busy ({what}). Try again.")
    return StorageError(f"The database refused the operation ({what}).")


def unreachable(error: BaseException, place: str) -> StorageError:
    """The error to raise when no connection could be had; `place` is the address without its password."""
    return StorageError(
        f"The database {place} cannot be reached ({_describe(error)}). "
        "Check that it runs and that BOT_DATABASE_URL is right."
    )


def _describe(cause: BaseException) -> str:
    """What went wrong in words that hold no stored value: class, constraint, and texts known to be safe."""
    driver = cause.__cause__ or cause
    constraint = getattr(driver, "constraint_name", None)
    name = type(driver).__name__
    if constraint:
        return f"{name}: {constraint}"
    # SQLite's messages, Python's about types and SQLAlchemy's about its pool name things, not values.
    safe = type(driver).__module__ == "sqlite3" or isinstance(driver, (TypeError, OSError))
    if safe or (isinstance(driver, SQLAlchemyError) and not isinstance(driver, StatementError)):
        return f"{name}: {driver}"
    return name
