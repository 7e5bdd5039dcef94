"""Tunes the transformer: all layers, to tell the intents of our phrases apart."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from nlu.encoder.accuracy import Regression
from nlu.encoder.model import Reader, SentenceModel, batches_by_length
from nlu.encoder.phrases import Phrase, language_weights
from nlu.encoder.variation import varied

#: What a tuning can go on from, by name.
State = Mapping[str, Any]


@dataclass(frozen=True)
class Settings:
    """How to tune; what was measured with these settings is in README.md."""

    layers: int = 12
    passes: int = 5
    batch: int = 32
    rate: float = 1e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warm_up: float = 0.1
    dropout: float = 0.1
    smoothing: float = 0.1
    variation: float = 0.3
    contrast: float = 0.0
    seed: int = 7
    bfloat16: bool = False


class Head(nn.Module):
    """The classifier on top, begun as the regression on the untuned vectors."""

    _SCALE = 20.0

    def __init__(self, regression: Regression, dropout: float) -> None:
        super().__init__()
        self.mean = nn.Buffer(torch.from_numpy(regression.mean))
        self.linear = nn.Linear(len(regression.mean), len(regression.labels))
        self.dropout = nn.Dropout(dropout)
        with torch.no_grad():
            self.linear.weight.copy_(torch.from_numpy(regression.weight) / self._SCALE)
            self.linear.bias.copy_(torch.from_numpy(regression.bias))

    def centred(self, vectors: Tensor) -> Tensor:
        """Vectors around the mean, of unit length."""
        return functional.normalize(vectors - self.mean, dim=-1)

    def forward(self, vectors: Tensor) -> Tensor:
        """A score for each intent."""
        scores: Tensor = self.linear(self.dropout(self._SCALE * self.centred(vectors)))
        return scores


def contrastive(vectors: Tensor, labels: Tensor, temperature: float = 0.1) -> Tensor:
    """The supervised contrastive loss of each text: near those of its intent, far from the others of the batch."""
    own = torch.eye(len(labels), dtype=torch.bool)
    alike = (labels[:, None] == labels[None, :]) & ~own
    logits = (vectors @ vectors.T / temperature).masked_fill(own, -1e9)
    likelihood = functional.log_softmax(logits, dim=-1)
    return -(likelihood * alike).sum(1) / alike.sum(1).clamp(min=1)


def tune(
    model: SentenceModel,
    reader: Reader,
    phrases: Sequence[Phrase],
    regression: Regression,
    settings: Settings,
    after_pass: Callable[[Head, State], None],
    begun: State | None = None,
) -> Head:
    """Tune a model in place.

    Args:
        model: The model, as it was loaded.
        reader: Makes its input.
        phrases: What to learn.
        regression: A classifier on the model's vectors before tuning.
        settings: How.
        after_pass: Called after each pass with the head and the state from which the next pass can go on.
        begun: The state that an earlier run of the same tuning came to.

    Returns:
        The head, tuned with the model.
    """
    torch.manual_seed(settings.seed)
    head = Head(regression, settings.dropout)
    training = _Training(model, head, len(phrases), settings)
    first = training.restore(begun) if begun else 0
    loss_of = _Loss(model, head, phrases, regression.labels, settings)
    with tqdm(
        total=training.steps,
        initial=first * training.steps // settings.passes,
        desc="Tuning",
        unit="batch",
        file=sys.stderr,
        mininterval=5,
        dynamic_ncols=True,
    ) as progress:
        for number in range(first, settings.passes):
            model.train()
            head.train()
            for places, embeds, mask in _batches(reader, phrases, settings, training.chance):
                training.step(loss_of(places, embeds, mask))
                progress.update()
                progress.set_postfix(loss=f"{loss_of.recent:.3f}", refresh=False)
            after_pass(head, training.state(number + 1))
    return head


class _Training:
    """What changes from step to step: model, head, optimizer, learning rate, chance."""

    def __init__(self, model: SentenceModel, head: Head, phrases: int, settings: Settings) -> None:
        self._modules: dict[str, nn.Module] = {"model": model, "head": head}
        self.chance = random.Random(settings.seed)
        self.steps = settings.passes * -(-phrases // settings.batch)
        self._optimizer = torch.optim.AdamW(_groups(model, head, settings), weight_decay=settings.weight_decay)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: _share(step, self.steps, settings.warm_up)
        )

    def step(self, loss: Tensor) -> None:
        """Move every weight a little."""
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([value for part in self._modules.values() for value in part.parameters()], 1.0)
        self._optimizer.step()
        self._schedule.step()

    def state(self, passes: int) -> State:
        """Everything, so that the tuning can go on after these passes."""
        parts = {**self._modules, "optimizer": self._optimizer, "schedule": self._schedule}
        states = {name: part.state_dict() for name, part in parts.items()}
        return {**states, "passes": passes, "chance": self.chance.getstate(), "torch": torch.get_rng_state()}

    def restore(self, state: State) -> int:
        """Go back to a state; gives the passes that were done."""
        for name, module in self._modules.items():
            module.load_state_dict(state[name])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        version, numbers, gauss = state["chance"]
        self.chance.setstate((version, tuple(numbers), gauss))
        torch.set_rng_state(state["torch"])
        return int(state["passes"])


class _Loss:
    """The loss of a batch, all languages weighing the same; `recent` is its moving mean, for the progress bar."""

    def __init__(
        self, model: SentenceModel, head: Head, phrases: Sequence[Phrase], labels: list[str], settings: Settings
    ) -> None:
        self._model, self._head, self._settings = model, head, settings
        number = {label: place for place, label in enumerate(labels)}
        self._labels = torch.tensor([number[phrase.intent] for phrase in phrases])
        self._weights = torch.tensor(language_weights(phrases))
        self.recent = float("nan")

    def __call__(self, places: list[int], embeds: Tensor, mask: Tensor) -> Tensor:
        labels, weights = self._labels[places], self._weights[places]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._settings.bfloat16):
            vectors = self._model(embeds, mask)
        scores = self._head(vectors)
        each = functional.cross_entropy(scores, labels, reduction="none", label_smoothing=self._settings.smoothing)
        if self._settings.contrast:
            each = each + self._settings.contrast * contrastive(self._head.centred(vectors), labels)
        loss = (each * weights).mean()
        now = float(loss.detach())
        self.recent = now if self.recent != self.recent else 0.98 * self.recent + 0.02 * now
        return loss


def _groups(model: SentenceModel, head: Head, settings: Settings) -> list[dict[str, object]]:
    """Parameters with their learning rates: lower layers learn more slowly."""
    groups: list[dict[str, object]] = [{"params": list(head.parameters()), "lr": settings.head_rate}]
    for depth, layer in enumerate(reversed(model.layers)):
        groups.append({"params": list(layer.parameters()), "lr": settings.rate * settings.layer_decay**depth})
    return groups


def _share(step: int, steps: int, warm_up: float) -> float:
    """The share of the learning rate at a step: up in a line, then down in a line to zero."""
    rising = max(1, round(warm_up * steps))
    return (step + 1) / rising if step < rising else max(0.0, (steps - step) / max(1, steps - rising))


def _batches(
    reader: Reader, phrases: Sequence[Phrase], settings: Settings, chance: random.Random
) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """A pass over all phrases, each perhaps varied, in batches of similar length and random order."""
    tokens = [reader.tokens(varied(phrase, settings.variation, chance)) for phrase in phrases]
    order = list(range(len(tokens)))
    chance.shuffle(order)
    batches = batches_by_length([len(tokens[place]) for place in order], settings.batch)
    chance.shuffle(batches)
    for batch in batches:
        places = [order[place] for place in batch]
        yield places, *reader.batch([tokens[place] for place in places])
