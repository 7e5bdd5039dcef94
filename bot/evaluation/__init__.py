"""`bot evaluate`: how well the model understands messages it never saw, by language."""

from bot.evaluation.run import evaluate

__all__ = ["evaluate"]
