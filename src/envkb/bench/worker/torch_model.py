"""A small transformer: a training step, inference, and the optimizer alone."""

from __future__ import annotations

import copy
from typing import Any

from envkb.bench.worker.case import Case, Work
from envkb.bench.worker.torch_setup import SEED, Setup

_TENSORS = 16
_RATE, _DECAY, _EPSILON = 1e-3, 1e-2, 1e-8
_BETAS = (0.9, 0.999)
# A check runs the model in float64 on the host, too; this many tokens it can do anywhere.
_CHECKED = (1, 16)


def model_cases(setup: Setup) -> list[Case]:
    """Return the benchmarks of whole models."""
    names = ("layers", "width", "heads", "vocabulary", "batch", "length")
    model = dict(zip(names, setup.sizes.transformer))
    optimizer = {"parameters": setup.sizes.optimizer, "tensors": _TENSORS, "dtype": "float32", "method": "AdamW"}
    training, inference = {**model, "dtype": "float32", "method": "AdamW"}, {**model, "dtype": setup.dtype}
    return [
        setup.case("optimizer-step", "float32", optimizer, lambda: _optimizer(setup)),
        setup.case("transformer-training-step", "float32", training, lambda: _training(setup)),
        setup.case("transformer-inference", setup.dtype, inference, lambda: _inference(setup)),
    ]


def _optimizer(setup: Setup) -> Work:
    torch, each = setup.torch, setup.sizes.optimizer // _TENSORS
    parameters = [torch.nn.Parameter(setup.normal(each, seed=SEED + part)) for part in range(_TENSORS)]
    for part, parameter in enumerate(parameters):
        parameter.grad = setup.normal(each, seed=SEED + _TENSORS + part)
    optimizer = _adamw(setup, parameters)

    def check(_: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(parameters[0])
        fresh = torch.nn.Parameter(setup.normal(each))
        before, fresh.grad = setup.precise(fresh), setup.normal(each, seed=SEED + 1)
        gradient = setup.precise(fresh.grad)
        _adamw(setup, [fresh]).step()
        # The first step: both means are the gradient itself, once they are corrected for their start at 0. The step is
        # compared, not where it leads, which is hardly elsewhere.
        expected = -_RATE * (_DECAY * before + gradient / (gradient.abs() + _EPSILON))
        return setup.agree(setup.precise(fresh) - before, expected, "float32")

    return setup.work(optimizer.step, check)


def _adamw(setup: Setup, parameters: Any) -> Any:  # noqa: ANN401
    return setup.torch.optim.AdamW(parameters, lr=_RATE, betas=_BETAS, eps=_EPSILON, weight_decay=_DECAY)


def _training(setup: Setup) -> Work:
    _, _, _, vocabulary, batch, length = setup.sizes.transformer
    model = _transformer(setup).to(setup.device.name)
    optimizer = _adamw(setup, model.parameters())
    tokens, targets = (_tokens(setup, vocabulary, batch, length, SEED + part) for part in range(2))

    def run() -> Any:  # noqa: ANN401
        optimizer.zero_grad()
        loss = _loss(setup, model, tokens, targets)
        loss.backward()
        optimizer.step()
        return loss

    def check(loss: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(loss)
        exact = copy.deepcopy(model).cpu().double()
        # Never what it was trained on: of that it soon is so sure that hardly more than rounding errors are left.
        few = (tokens[: _CHECKED[0], : _CHECKED[1]], (targets[: _CHECKED[0], : _CHECKED[1]] + 1) % vocabulary)
        gradient = _gradient(setup, model, *few)
        return setup.agree(gradient, _gradient(setup, exact, *(part.cpu() for part in few)), "float32")

    return setup.work(run, check)


def _inference(setup: Setup) -> Work:
    _, _, _, vocabulary, batch, length = setup.sizes.transformer
    model = _transformer(setup).to(setup.kind(setup.dtype)).to(setup.device.name).eval()
    tokens = _tokens(setup, vocabulary, batch, length, SEED)

    def run() -> Any:  # noqa: ANN401
        with setup.torch.inference_mode():
            return model(tokens)

    def check(logits: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(logits)
        few = tokens[: _CHECKED[0], : _CHECKED[1]]
        with setup.torch.no_grad():
            return setup.agree(model(few), copy.deepcopy(model).cpu().double()(few.cpu()), setup.dtype)

    return setup.work(run, check)


def _tokens(setup: Setup, vocabulary: int, batch: int, length: int, seed: int) -> Any:  # noqa: ANN401
    generator = setup.torch.Generator().manual_seed(seed)
    return setup.torch.randint(vocabulary, (batch, length), generator=generator).to(setup.device.name)


def _loss(setup: Setup, model: Any, tokens: Any, targets: Any) -> Any:  # noqa: ANN401
    return setup.torch.nn.functional.cross_entropy(model(tokens).flatten(0, 1), targets.flatten())


def _gradient(setup: Setup, model: Any, tokens: Any, targets: Any) -> Any:  # noqa: ANN401
    model.zero_grad()
    _loss(setup, model, tokens, targets).backward()
    return model.head.weight.grad


def _transformer(setup: Setup) -> Any:  # noqa: ANN401
    """Return a decoder on the host, in float32, with the same weights on every machine."""
    torch = setup.torch
    nn, attend = torch.nn, torch.nn.functional.scaled_dot_product_attention
    layers, width, heads, vocabulary, _, _ = setup.sizes.transformer

    class Block(nn.Module):  # type: ignore[misc,name-defined] # torch is not there to have types
        def __init__(self) -> None:
            super().__init__()
            self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
            self.inputs, self.outputs = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.thinking = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

        def forward(self, states: Any) -> Any:  # noqa: ANN401
            batch, length, _ = states.shape
            parts = self.inputs(self.before(states)).view(batch, length, 3, heads, width // heads)
            query, key, value = parts.permute(2, 0, 3, 1, 4)
            seen = attend(query, key, value, is_causal=True).transpose(1, 2).reshape(batch, length, width)
            states = states + self.outputs(seen)
            return states + self.thinking(self.between(states))

    class Decoder(nn.Module):  # type: ignore[misc,name-defined] # likewise
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(vocabulary, width)
            self.blocks = nn.Sequential(*(Block() for _ in range(layers)))
            self.head = nn.Linear(width, vocabulary)

        def forward(self, tokens: Any) -> Any:  # noqa: ANN401
            return self.head(self.blocks(self.embedding(tokens)))

    torch.manual_seed(SEED)
    return Decoder()
