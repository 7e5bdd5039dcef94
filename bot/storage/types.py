"""Column types that keep times in UTC and text storable in every database."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.errors import StorageError

#: PostgreSQL stores no NUL, and neither database stores half of a surrogate pair; people's clients send both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; a time without a zone is refused, since nobody can tell what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any zone into UTC."""
        if value is not None and value.tzinfo is None:
            raise StorageError("A time without a time zone was to be stored: pass aware datetimes.")
        return value and value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's times the zone that it does not keep."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=timezone.utc)
        return value and value.astimezone(timezone.utc)


class CleanText(TypeDecorator[str]):
    """Text of any length; characters that no database takes become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        return value and _UNSTORABLE.sub("\ufffd", value)


def dump_json(value: Any) -> str:
    """JSON as both databases take it, readable in the table itself unless it holds half a surrogate pair."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return json.dumps(value, allow_nan=False) if _SURROGATE.search(text) else text


#: SQLite counts rows by itself only in a column declared INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
#: JSON and not JSONB: it keeps the order of keys, which is the order of the form's questions.
Json = JSON(none_as_null=True)
