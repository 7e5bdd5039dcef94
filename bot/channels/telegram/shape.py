"""What an update must look like to be worked on: the library takes any type for any field, and fails at it later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

#: Telegram's numbers have at most 52 significant bits (https://core.telegram.org/bots/api#chat).
_Id = Annotated[StrictInt, Field(gt=-(2**53), lt=2**53)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Chat(_Part):
    id: _Id
    type: StrictStr


class _User(_Part):
    id: _Id
    is_bot: StrictBool
    language_code: StrictStr | None = None


class _Contact(_Part):
    phone_number: StrictStr


class _Location(_Part):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class _Venue(_Part):
    location: _Location


class _Entity(_Part):
    type: StrictStr
    offset: StrictInt = Field(ge=0)
    length: StrictInt = Field(ge=0)


class _Head(_Part):
    message_id: _Id
    date: StrictInt
    chat: _Chat
    from_: _User | None = Field(None, alias="from")


class _Message(_Head):
    text: StrictStr | None = None
    entities: list[_Entity] = []
    contact: _Contact | None = None
    location: _Location | None = None
    venue: _Venue | None = None
    reply_to_message: _Head | None = None


class _Press(_Part):
    id: StrictStr
    from_: _User = Field(alias="from")
    message: _Head | None = None
    data: StrictStr | None = None


class _Member(_Part):
    status: StrictStr
    user: _User


class _Membership(_Part):
    chat: _Chat
    date: StrictInt
    from_: _User = Field(alias="from")
    new_chat_member: _Member


class _Update(_Part):
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Press | None = None
    my_chat_member: _Membership | None = None


def well_formed(update: Mapping[str, Any]) -> bool:
    """Whether what we use of an update, in Telegram's own words, has the types and ranges that Telegram describes."""
    try:
        _Update.model_validate(update)
    except (ValidationError, RecursionError):
        return False
    return True
