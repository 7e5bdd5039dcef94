"""The transformer as an ONNX graph of ONNX Runtime's fused operators, its matrices rounded to 8 bits.

Written node by node rather than traced: the graph is the one that runs, and nothing but `onnx` is needed to make it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlu.encoder.weights import Shape

#: How matrices are kept: in single precision, or in 8 bits with a scale for each output.
Rounding = Literal["none", "dynamic"]
FUSED = "com.microsoft"
_OPSET, _IR = 18, 9


class Graph:
    """A graph that grows node by node; each adding returns the name of what the node computes."""

    def __init__(self, rounding: Rounding) -> None:
        self._rounding = rounding
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """A stored tensor."""
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, operator: str, inputs: list[str], outputs: int = 1, domain: str = "", **how: Any) -> list[str]:
        """A node with its outputs."""
        names = [f"{operator}_{len(self._nodes)}_{place}" for place in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, domain=domain, **how))
        return names

    def linear(self, name: str, states: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """States times a matrix (a row an output), plus a bias."""
        added = self.constant(f"{name}.bias", bias)
        if self._rounding == "none":
            matrix = self.constant(f"{name}.weight", weight.T)
            return self.node("Add", [self.node("MatMul", [states, matrix])[0], added])[0]
        return self._linear_dynamic(name, states, weight, added)

    def _linear_dynamic(self, name: str, states: str, weight: NDArray[np.float32], bias: str) -> str:
        """Each output's weights share a scale; the states are rounded as they come, all of a batch with one scale."""
        scales = np.abs(weight).max(axis=1) / 127
        matrix = np.rint(weight / scales[:, None]).astype(np.int8).T
        inputs = [
            states,
            self.constant(f"{name}.weight", matrix),
            self.constant(f"{name}.scale", scales.astype(np.float32)),
            self.constant(f"{name}.zero", np.zeros(len(scales), dtype=np.int8)),
            bias,
        ]
        return self.node("DynamicQuantizeMatMul", inputs, domain=FUSED)[0]

    def model(self, output: str, width: int) -> onnx.ModelProto:
        """The finished graph: `inputs_embeds` and `attention_mask` to `vectors`."""
        self._nodes.append(helper.make_node("Identity", [output], ["vectors"]))
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [
                helper.make_tensor_value_info("inputs_embeds", TensorProto.FLOAT, ["texts", "tokens", width]),
                helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"]),
            ],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", width])],
            self._constants,
        )
        versions = [helper.make_opsetid("", _OPSET), helper.make_opsetid(FUSED, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=_IR, producer_name="nlu.encoder")


def build(numbers: Mapping[str, NDArray[Any]], shape: Shape, rounding: Rounding) -> onnx.ModelProto:
    """The graph of a model.

    Args:
        numbers: The tensors under the names of `model.SentenceModel`.
        shape: The measures of the model.
        rounding: How its matrices are kept.
    """
    graph = Graph(rounding)
    mask = graph.node("Cast", ["attention_mask"], to=TensorProto.INT32)[0]
    states = _embedded(graph, numbers, shape)
    for number in range(_layers_of(numbers)):
        layer = {
            name.split(".", 2)[2]: value for name, value in numbers.items() if name.startswith(f"layers.{number}.")
        }
        states = _layer(graph, f"layer{number}", layer, shape, states, mask)
    return graph.model(_pooled(graph, states), shape.width)


def _layers_of(numbers: Mapping[str, NDArray[Any]]) -> int:
    """How many layers a tuned model kept."""
    return len({name.split(".")[1] for name in numbers if name.startswith("layers.")})


def _embedded(graph: Graph, numbers: Mapping[str, NDArray[Any]], shape: Shape) -> str:
    """Word embeddings plus those of their positions, normed."""
    positions = graph.constant("positions", numbers["positions"])
    begin = graph.constant("zero", np.array([0]))
    length = graph.node("Shape", ["inputs_embeds"], start=1, end=2)[0]
    used = graph.node("Slice", [positions, begin, length, begin])[0]
    added = graph.node("Add", ["inputs_embeds", used])[0]
    norm = [graph.constant(f"norm.{part}", numbers[f"norm.{part}"]) for part in ("weight", "bias")]
    return graph.node("LayerNormalization", [added, *norm], epsilon=shape.epsilon, axis=-1)[0]


def _layer(graph: Graph, name: str, numbers: Mapping[str, NDArray[Any]], shape: Shape, states: str, mask: str) -> str:
    def linear(part: str, inputs: str) -> str:
        return graph.linear(f"{name}.{part}", inputs, numbers[f"{part}.weight"], numbers[f"{part}.bias"])

    def normed(part: str, inputs: str, residual: str) -> str:
        norm = [graph.constant(f"{name}.{part}.{kind}", numbers[f"{part}.{kind}"]) for kind in ("weight", "bias")]
        return graph.node("SkipLayerNormalization", [inputs, residual, *norm], domain=FUSED, epsilon=shape.epsilon)[0]

    split = graph.node("Split", [linear("qkv", states)], 3, axis=-1, num_outputs=3)
    attention = [*split, "", mask]
    mixed = graph.node("MultiHeadAttention", attention, domain=FUSED, num_heads=shape.heads)[0]
    states = normed("attended_norm", linear("attended", mixed), states)
    wide = graph.node("Gelu", [linear("inner", states)], domain=FUSED)[0]
    return normed("outer_norm", linear("outer", wide), states)


def _pooled(graph: Graph, states: str) -> str:
    """The mean of the states where there is text, of unit length."""
    tokens = graph.constant("tokens_axis", np.array([1]))
    last = graph.constant("last_axis", np.array([-1]))
    kept = graph.node("Cast", ["attention_mask"], to=TensorProto.FLOAT)[0]
    weights = graph.node("Unsqueeze", [kept, last])[0]
    summed = graph.node("ReduceSum", [graph.node("Mul", [states, weights])[0], tokens], keepdims=0)[0]
    length = graph.node("ReduceL2", [summed, last], keepdims=1)[0]
    return graph.node("Div", [summed, length])[0]
