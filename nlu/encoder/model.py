"""The transformer in PyTorch: BERT over given word embeddings, the mean of its last states, unit length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nlu.encoder.blocks import unpack
from nlu.encoder.tokenizer import Tokenizer
from nlu.encoder.weights import Shape, Weights

#: What E5 wants before a message.
PREFIX = "query: "


class Layer(nn.Module):
    """Self-attention and feed-forward, each with its residual and norm."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.attended = nn.Linear(shape.width, shape.width)
        self.attended_norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.inner = nn.Linear(shape.width, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.width)
        self.outer_norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """The states after this layer; `mask` is true where there is text."""
        batch, length, width = states.shape
        split = self.qkv(states).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        probability = self.dropout.p if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(query, key, value, mask, probability)
        mixed = self.attended(mixed.transpose(1, 2).reshape(batch, length, width))
        states = self.attended_norm(states + self.dropout(mixed))
        wide = functional.gelu(self.inner(states))
        return self.outer_norm(states + self.dropout(self.outer(wide)))


class SentenceModel(nn.Module):
    """Word embeddings and a mask to vectors of unit length."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.positions = nn.Parameter(torch.zeros(shape.positions, shape.width), requires_grad=False)
        self.norm = nn.LayerNorm(shape.width, eps=shape.epsilon).requires_grad_(False)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))

    def forward(self, embeds: Tensor, mask: Tensor) -> Tensor:
        """The vectors of a batch.

        Args:
            embeds: Word embeddings, texts x tokens x width.
            mask: True where there is a token, texts x tokens.

        Returns:
            A row of unit length for each text.
        """
        states = self.dropout(self.norm(embeds + self.positions[: embeds.shape[1]]))
        seen = None if bool(mask.all()) else mask[:, None, None, :]
        for layer in self.layers:
            states = layer(states, seen)
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        return functional.normalize(mean.float(), dim=-1)


def load_model(weights: Weights, dropout: float = 0.0, layers: int | None = None) -> SentenceModel:
    """The model with the weights of a file; the embedding of the (only) text type is added to the positions.

    Args:
        weights: what the file holds.
        dropout: share of the states that a training leaves out.
        layers: how many of the layers are kept, from the lowest on; all by default.
    """
    shape = replace(weights.shape, layers=layers or weights.shape.layers)
    model = SentenceModel(shape, dropout)
    width = shape.width
    positions = weights.floats("emb.pos").reshape(-1, width) + weights.floats("emb.type")[:width]
    state = {"positions": positions, "norm.weight": weights.floats("emb.ln.w"), "norm.bias": weights.floats("emb.ln.b")}
    for number in range(shape.layers):
        state |= _layer_state(weights, number)
    model.load_state_dict({name: torch.tensor(numbers) for name, numbers in state.items()})
    return model


def _layer_state(weights: Weights, number: int) -> dict[str, NDArray[np.float32]]:
    source, target = f"l{number}.", f"layers.{number}."
    state = {
        "qkv.weight": np.concatenate([weights.matrix(f"{source}{part}.w") for part in "qkv"]),
        "qkv.bias": np.concatenate([weights.floats(f"{source}{part}.b") for part in "qkv"]),
    }
    for name, short in (("attended", "ao"), ("inner", "fi"), ("outer", "fo")):
        state[f"{name}.weight"] = weights.matrix(f"{source}{short}.w")
        state[f"{name}.bias"] = weights.floats(f"{source}{short}.b")
    for name, short in (("attended_norm", "aln"), ("outer_norm", "oln")):
        state[f"{name}.weight"] = weights.floats(f"{source}{short}.w")
        state[f"{name}.bias"] = weights.floats(f"{source}{short}.b")
    return {target + name: numbers for name, numbers in state.items()}


class Reader:
    """Texts to the model's input: tokens, then their embeddings, padded to the longest of the batch."""

    def __init__(self, weights: Weights) -> None:
        self._tokenizer = Tokenizer(weights.vocabulary)
        self._specials, self._rows = weights.vocabulary.specials, weights.word_rows
        self._longest = weights.shape.positions

    def tokens(self, text: str) -> list[int]:
        """A message's tokens with prefix, begin and end, cut to what the model can take."""
        tokens = self._tokenizer(PREFIX + text)[: self._longest - 2]
        return [self._specials.begin, *tokens, self._specials.end]

    def batch(self, tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Embeddings and mask of several messages."""
        longest = max(map(len, tokens))
        places = np.full((len(tokens), longest), self._specials.end)
        mask = np.zeros(places.shape, dtype=bool)
        for row, line in enumerate(tokens):
            places[row, : len(line)] = line
            mask[row, : len(line)] = True
        return torch.from_numpy(unpack(self._rows[places])), torch.from_numpy(mask)


def batches_by_length(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Places in batches of similar length: half of the padding is saved."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    return [order[start : start + size] for start in range(0, len(order), size)]


@torch.inference_mode()
def encode(model: SentenceModel, reader: Reader, texts: Sequence[str], size: int = 32) -> NDArray[np.float32]:
    """The vectors of texts, one row each, in their order."""
    model.eval()
    tokens = [reader.tokens(text) for text in texts]
    vectors = np.empty((len(texts), model.shape.width), dtype=np.float32)
    for places in batches_by_length([len(line) for line in tokens], size):
        vectors[places] = model(*reader.batch([tokens[place] for place in places])).numpy()
    return vectors
