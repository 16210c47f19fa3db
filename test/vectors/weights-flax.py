"""Reference vectors for weights by name: modules of Flax, their variables as `to_bytes` writes them, and outputs.

    python weights-flax.py          rewrites weights-flax.json beside this file

Needs flax and jax (CPU); their versions are recorded in the JSON. Files are float32, one is float64; outputs are computed in float64 from
the same numbers. Parameters are drawn by Flax from a seed, biases too (they start at zero), rounded to three decimals.
"""

import base64
import json
import os
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"

import flax
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx, serialization

jax.config.update("jax_enable_x64", True)
wide = {"dtype": jnp.float64, "param_dtype": jnp.float64}
random = np.random.default_rng(23)
x = np.round(random.normal(0, 1, (6, 3)), 3)


class Compact(nn.Module):
    """Cells that the module itself makes are named by class and number."""

    @nn.compact
    def __call__(self, x):
        forward = nn.RNN(nn.OptimizedLSTMCell(4, **wide))
        backward = nn.RNN(nn.OptimizedLSTMCell(4, **wide))
        x = nn.Bidirectional(forward, backward)(x)
        x = nn.RNN(nn.SimpleCell(4, **wide))(x)
        return nn.softmax(nn.Dense(2, **wide)(x))


class Setup(nn.Module):
    def setup(self):
        self.scale = nn.LayerNorm(epsilon=1e-5, **wide)
        self.recurrent = nn.Bidirectional(nn.RNN(nn.GRUCell(4, **wide)), nn.RNN(nn.GRUCell(4, **wide)))
        self.above = nn.RNN(nn.LSTMCell(3, **wide))
        self.head = nn.Dense(2, use_bias=False, **wide)

    def __call__(self, x):
        return self.head(self.above(self.recurrent(self.scale(x))))


class Nnx(nnx.Module):
    def __init__(self, rngs):
        own = {"rngs": rngs, **wide}
        lstm = lambda: nnx.RNN(nnx.OptimizedLSTMCell(3, 4, **own))
        self.both = nnx.Bidirectional(lstm(), lstm())
        self.plain = nnx.RNN(nnx.LSTMCell(8, 4, **own))
        self.gated = nnx.RNN(nnx.GRUCell(4, 4, **own))
        self.simple = nnx.RNN(nnx.SimpleCell(4, 4, **own))
        self.norm = nnx.LayerNorm(4, epsilon=1e-5, **own)
        self.head = nnx.Linear(4, 2, **own)

    def __call__(self, x):
        return self.head(self.norm(self.simple(self.gated(self.plain(self.both(x))))))


def decimals(tree):
    return jax.tree.map(lambda leaf: jnp.asarray(np.round(np.asarray(leaf) + random.normal(0, 0.2, leaf.shape), 3)), tree)


def case(variables, outputs, dtype=np.float32):
    stored = jax.tree.map(lambda leaf: np.asarray(leaf, dtype), variables)
    data = serialization.to_bytes(stored)
    return {"file": base64.b64encode(data).decode(), "y": [float(f"{float(v):.12g}") for v in np.asarray(outputs).reshape(-1)]}


def linen(module, **options):
    variables = decimals(module.init(jax.random.key(0), x[None]))
    return case(variables, module.apply(variables, x[None])[0], **options)


def of_nnx():
    module = Nnx(nnx.Rngs(0))
    graph, parameters, rest = nnx.split(module, nnx.Param, ...)
    nnx.replace_by_pure_dict(parameters, decimals(nnx.to_pure_dict(parameters)))
    module = nnx.merge(graph, parameters, rest)
    return case(nnx.to_pure_dict(nnx.state(module, nnx.Param)), module(x[None])[0])


cases = {
    "cell": linen(nn.RNN(nn.OptimizedLSTMCell(4, **wide))),
    "compact": linen(Compact(), dtype=np.float64),
    "setup": linen(Setup()),
    "nnx": of_nnx(),
}
state = {"step": 3, "scale": np.float32(0.5), "opt_state": {"0": None, "1": {"count": np.int32(3)}}, "params": {"kernel": jnp.ones((2, 3), jnp.bfloat16)}}
containers = {"state": base64.b64encode(serialization.to_bytes(state)).decode()}
versions = {"flax": flax.__version__, "jax": jax.__version__}
found = {"versions": versions, "x": [float(v) for v in x.reshape(-1)], "cases": cases, "containers": containers}
Path(__file__).with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
