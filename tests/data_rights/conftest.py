"""Databases as the storage tests have them, with the engine on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from types import MappingProxyType

import pytest
from storage.conftest import (  # noqa: F401  # fixtures
    clock,
    postgres_database,
    postgres_server,
    sqlite_template,
    storage,
    url,
)

from bot.conversation.engine import Engine
from bot.programme import Programme, load_programme

from .people import MAILBOX, Person


@pytest.fixture
def programme() -> Programme:
    """The programme, the Irish organisation of which has named a mailbox."""
    plain = load_programme()
    irish = plain.partners["DCC"].model_copy(update={"notify_email": MAILBOX})
    return replace(plain, partners=MappingProxyType({**plain.partners, "DCC": irish}))


@pytest.fixture
def person(assistant, storage, files, clock, programme) -> Callable[..., Person]:  # noqa: F811
    """Makes people who write to one engine."""
    numbers = count(1)
    engine = Engine(
        assistant, storage, programme, files=files, clock=clock, new_reference=lambda: f"MSME-TEST{next(numbers):04}"
    )
    return lambda name="anna": Person(engine, storage, name)
