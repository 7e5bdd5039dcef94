"""Joins the parts: the one file that knows every one of them."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from bot.applications.attachment_files import AttachmentFiles
from bot.applications.leads import new_reference
from bot.errors import ModelError
from bot.programme import Programme, load_programme
from bot.settings import Settings
from bot.storage import Storage, create_storage
from bot.training import ensure_model

if TYPE_CHECKING:  # imported late: Rasa takes seconds to import
    from bot.conversation.assistant import Assistant
    from bot.conversation.engine import Engine

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(timezone.utc)


def quieten() -> None:
    """Keep Rasa, TensorFlow and their libraries from printing people's words or noise.

    Rasa's structured logger prints users' messages at debug level unless it is configured before and after loading.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("LOG_LEVEL", "ERROR")  # else Rasa draws a progress bar for each policy
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # else the encoder's threads spin beside other work
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.captureWarnings(True)  # a filter would not do: libraries set their own while they are imported
    logging.getLogger().addFilter(_no_tensorboard)
    for name in (
        "py.warnings",
        "rasa",
        "rasa_sdk",
        "tensorflow",
        "apscheduler",
        "asyncio",
        "httpx",
        "alembic",
        "matplotlib",
        "socketio",
        "engineio",
    ):
        logging.getLogger(name).setLevel(logging.ERROR if name == "py.warnings" else logging.WARNING)


def _no_tensorboard(record: logging.LogRecord) -> bool:
    """TensorFlow says at every start that TensorBoard, which we leave out, is not there."""
    return not str(record.msg).startswith("Limited tf.")


def _configure_rasa_logging() -> None:
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)


@dataclass(frozen=True)
class Service:
    """The joined parts of a running bot."""

    settings: Settings
    programme: Programme
    storage: Storage
    engine: Engine
    files: AttachmentFiles


@asynccontextmanager
async def open_storage(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Storage]:
    """The database, brought up to date; closed on leaving."""
    storage = create_storage(settings.database_url, clock)
    try:
        if settings.database_url.startswith("sqlite"):
            await storage.upgrade()
        yield storage
    finally:
        await storage.close()


def load_assistant(settings: Settings) -> Assistant:
    """The trained model, trained first when none fits the data.

    Raises:
        ModelError: training or loading failed.
    """
    quieten()
    _configure_rasa_logging()
    from bot.conversation.assistant import Assistant
    from nlu.components.entities import shared_lexicons

    try:
        assistant = Assistant(ensure_model(settings.model_dir), shared_lexicons())
    except OSError as error:
        raise ModelError(f"The model folder {settings.model_dir} cannot be used: {error}") from error
    _configure_rasa_logging()
    return assistant


@asynccontextmanager
async def open_service(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Service]:
    """Everything that answers messages, ready for the channels."""
    programme = load_programme(settings.programme_dir)
    assistant = load_assistant(settings)
    from bot.conversation.engine import Engine

    async with open_storage(settings, clock) as storage:
        files = AttachmentFiles(settings.attachment_folder)
        engine = Engine(assistant, storage, programme, files=files, clock=clock, new_reference=new_reference)
        yield Service(settings, programme, storage, engine, files)
