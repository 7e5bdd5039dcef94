"""Trains the model when none fits the data, with Rasa's own trainer, and says which model to load."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ModelError
from bot.settings import ROOT

logger = logging.getLogger(__name__)

#: What a model is made from: a change in any of these files makes it outdated.
SOURCES = (
    "config.yml",
    "domain.yml",
    "stories/*.yml",
    "nlu/*/nlu.yml",
    "nlu/components/text.py",
    "nlu/components/greek.py",
    "nlu/components/language.py",
    "nlu/components/encoder.py",
    "nlu/components/classifier.py",
    "nlu/encoder/run.py",
    "nlu/encoder/tokenizer.py",
    "nlu/encoder/vocabulary.py",
    "nlu/encoder/blocks.py",
    "nlu/encoder/variation.py",
    "nlu/encoder/files/*",
)


def fingerprint(root: Path = ROOT) -> str:
    """A checksum over all that a model is trained from."""
    digest = hashlib.sha256()
    files = sorted(path for pattern in SOURCES for path in root.glob(pattern))
    if not files:
        raise ModelError(f"{root} holds no training data: run the bot from its repository.")
    for file in files:
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def model_path(model_dir: Path, root: Path = ROOT) -> Path:
    """Where the model that fits today's data lies, or would lie."""
    return model_dir / f"mobilisesme-{fingerprint(root)}.tar.gz"


def ensure_model(model_dir: Path, root: Path = ROOT) -> Path:
    """The model that fits the data, trained first if there is none."""
    path = model_path(model_dir, root)
    return path if path.exists() else train(model_dir, root)


def train(model_dir: Path, root: Path = ROOT) -> Path:
    """Train a model from the repository's data; progress goes to stderr, warnings of Rasa's to the log.

    Raises:
        ModelError: the data cannot be trained on; the text says why.
    """
    from rasa.model_training import train as rasa_train
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)  # else Rasa prints the states of every rule

    path = model_path(model_dir, root)
    with _inside(root), _stdout_to_stderr():
        result = rasa_train(
            domain="domain.yml",
            config="config.yml",
            training_files=["nlu", "stories"],
            output=str(path.parent),
            fixed_model_name=path.name.removesuffix(".tar.gz"),
            force_training=True,
        )
    if result.code != 0 or result.model is None or not path.exists():
        raise ModelError("Training failed; the lines above say why. Check the files under nlu/ and stories/.")
    return path


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Rasa reads its data relative to the working directory."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Rasa prints its progress on stdout, which belongs to our own commands' answers."""
    import contextlib
    import sys

    with contextlib.redirect_stdout(sys.stderr):
        yield
