"""Layers of models: attention, layer norm, LSTM."""

from __future__ import annotations

from typing import Any

from envkb.bench.worker.case import Case, Work
from envkb.bench.worker.torch_setup import SEED, Setup

_ROWS = 8
_NORM_EPSILON = 1e-5


def layer_cases(setup: Setup) -> list[Case]:
    """Return the benchmarks of layers."""
    sequences, heads, length, width = setup.sizes.attention
    attention = {"batch": sequences, "heads": heads, "length": length, "width": width, "dtype": setup.dtype}
    rows, columns = setup.sizes.layer_norm
    norm = {"rows": rows, "columns": columns, "dtype": setup.dtype}
    steps, batch, hidden = setup.sizes.lstm
    lstm = {"length": steps, "batch": batch, "width": hidden, "dtype": "float32"}
    return [
        setup.case("attention", setup.dtype, attention, lambda: _attention(setup)),
        setup.case("layer-norm", setup.dtype, norm, lambda: _layer_norm(setup)),
        setup.case("lstm", "float32", lstm, lambda: _lstm(setup)),
    ]


def _attention(setup: Setup) -> Work:
    query, key, value = (setup.normal(*setup.sizes.attention, dtype=setup.dtype, seed=SEED + part) for part in range(3))
    attend = setup.torch.nn.functional.scaled_dot_product_attention

    def check(result: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(result)
        scores = setup.precise(query[0, 0, :_ROWS]) @ setup.precise(key[0, 0]).T
        expected = setup.torch.softmax(scores / query.shape[-1] ** 0.5, -1) @ setup.precise(value[0, 0])
        return setup.agree(result[0, 0, :_ROWS], expected, setup.dtype)

    return setup.work(lambda: attend(query, key, value), check)


def _layer_norm(setup: Setup) -> Work:
    rows = setup.normal(*setup.sizes.layer_norm, dtype=setup.dtype)
    columns = setup.sizes.layer_norm[1]
    weight = setup.normal(columns, dtype=setup.dtype, seed=SEED + 1)
    bias = setup.normal(columns, dtype=setup.dtype, seed=SEED + 2)

    def check(result: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(result)
        few = setup.precise(rows[:_ROWS])
        centred = few - few.mean(-1, keepdim=True)
        scaled = centred / (centred.square().mean(-1, keepdim=True) + _NORM_EPSILON).sqrt()
        return setup.agree(result[:_ROWS], scaled * setup.precise(weight) + setup.precise(bias), setup.dtype)

    norm = setup.torch.nn.functional.layer_norm
    return setup.work(lambda: norm(rows, (columns,), weight, bias, _NORM_EPSILON), check)


def _lstm(setup: Setup) -> Work:
    steps, batch, hidden = setup.sizes.lstm
    setup.torch.manual_seed(SEED)
    layer = setup.torch.nn.LSTM(hidden, hidden).to(setup.device.name).requires_grad_(False)  # noqa: FBT003 - torch's own
    inputs = setup.normal(steps, batch, hidden)

    def check(result: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(result[0])
        return setup.agree(result[0][:, 0], _lstm_reference(setup, layer, inputs[:, 0]), "float32")

    return setup.work(lambda: layer(inputs), check)


def _lstm_reference(setup: Setup, layer: Any, inputs: Any) -> Any:  # noqa: ANN401
    """Return what an LSTM gives for one sequence, step by step as its definition says."""
    torch, precise = setup.torch, setup.precise
    into, back = precise(layer.weight_ih_l0), precise(layer.weight_hh_l0)
    bias = precise(layer.bias_ih_l0) + precise(layer.bias_hh_l0)
    hidden = cell = torch.zeros(back.shape[1], dtype=torch.float64)
    outputs = []
    for step in precise(inputs):
        gates = into @ step + back @ hidden + bias
        enter, forget, content, leave = gates.chunk(4)
        cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(content)
        hidden = torch.sigmoid(leave) * torch.tanh(cell)
        outputs.append(hidden)
    return torch.stack(outputs)
