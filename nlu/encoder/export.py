"""Command: writes the tuned transformer as the ONNX file that the bot runs.

python -m nlu.encoder.export --tuned FOLDER/tuned.npz --out nlu/encoder/files/transformer.onnx
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, get_args

import numpy as np
import onnx
from numpy.typing import NDArray

from nlu.encoder.graph import Rounding, build
from nlu.encoder.weights import read_weights


def read_numbers(file: Path | None) -> dict[str, NDArray[Any]]:
    """The tensors of a tuned model, or of the untuned one where no file is given."""
    if file is None:
        from nlu.encoder.model import load_model

        return {name: value.numpy() for name, value in load_model(read_weights()).state_dict().items()}
    with np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def export(tuned: Path | None, rounding: Rounding, target: Path) -> None:
    """Write a model's graph; the file is whole or not there."""
    model = build(read_numbers(tuned), read_weights().shape, rounding)
    onnx.checker.check_model(model)
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_suffix(".new")
    onnx.save(model, new)
    new.replace(target)


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder.export", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tuned", type=Path, help="what the tuning wrote; without it the untuned model is exported")
    parser.add_argument("--rounding", choices=get_args(Rounding), default="dynamic")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    options = parser.parse_args()
    export(options.tuned, options.rounding, options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
