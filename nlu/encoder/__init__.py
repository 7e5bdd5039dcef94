"""The sentence encoder: reading its weights, tuning it to our messages, exporting it, running it (README.md)."""
