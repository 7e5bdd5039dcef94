"""Mistakes in the programme's data files: each with its line and its remedy, told all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import DataFileError


@dataclass(frozen=True)
class Fault:
    """One mistake in a data file."""

    file: Path
    line: int | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        """The fault as the operator reads it: `file:line: problem`, and the remedy below."""
        return str(DataFileError(self.file, self.line, self.problem, self.remedy))


class ProgrammeDataError(DataFileError):
    """Raised when the programme's data files hold mistakes; its text lists every one of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Take the faults, at least one; the first gives `file`, `line`, `problem` and `remedy`."""
        first = faults[0]
        super().__init__(first.file, first.line, first.problem, first.remedy)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        """All faults, one below the other."""
        return "\n".join(str(fault) for fault in self.faults)
