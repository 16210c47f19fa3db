"""Reference vectors of the elementary functions of src/core, from mpmath with 60 digits (500 for the sine of large numbers).

    python elementary.py        rewrites elementary.json beside this file

Per function: base64 of little-endian float64 arguments `x` (and `y` for pow), of the float64 `nearest` to the exact result,
and of signed bytes `rest`: exact = nearest + rest / 256 ulp, an ulp being the distance of neighbours at `nearest`.
"""
import base64
import json
import math
from pathlib import Path

import mpmath
import numpy as np
from mpmath import mp, mpf

rng = np.random.default_rng(1)
N = 200


def sizes(low, high, n=N):
    return np.exp(rng.uniform(np.log(low), np.log(high), n))


def signed(values):
    return values * rng.choice([-1.0, 1.0], len(values))


def join(*parts):
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])


angles = join(
    rng.uniform(-10, 10, N), signed(sizes(1e-20, 1e7)), signed(sizes(1e6, 1e308, 60)), np.arange(1, 60) * math.pi / 2, np.arange(1, 60) * math.pi / 512
)
points = {
    "exp": join(rng.uniform(-745.2, 709.8, N), rng.uniform(-2, 2, N), signed(sizes(1e-20, 1, 50)), [709.782712893384, -745.1332191019411, -708.5, 5e-324]),
    "expm1": join(rng.uniform(-40, 709, N), rng.uniform(-2, 2, N), signed(sizes(1e-20, 1)), [709.782712893384, 5e-324, -1e-310]),
    "log": join(sizes(1e-323, 1e308), rng.uniform(0.5, 2, N), 1 + signed(sizes(1e-16, 0.3)), [5e-324, 1e-310, 2.0**-1022, 1.797e308]),
    "log1p": join(sizes(1e-323, 1e308), rng.uniform(-1, 2, N), signed(sizes(1e-20, 1)), [5e-324, -1e-310, 1.797e308]),
    "tanh": join(rng.uniform(-22, 22, N), rng.uniform(-2, 2, 2 * N), signed(sizes(1e-20, 1)), [5e-324, 0.55, -0.55]),
    "sigmoid": join(rng.uniform(-745, 40, N), rng.uniform(-6, 6, 2 * N), signed(sizes(1e-20, 1, 50)), [-699.9, -700.1, -745.1]),
    "softplus": join(rng.uniform(-745, 40, N), rng.uniform(-6, 6, 2 * N), signed(sizes(1e-20, 1, 50))),
    "sin": angles,
    "cos": angles,
}
functions = {name: getattr(mp, name) for name in ("exp", "expm1", "log", "log1p", "tanh", "sin", "cos")}
functions["sigmoid"] = lambda x: 1 / (1 + mp.exp(-x))
functions["softplus"] = lambda x: mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))
functions["pow"] = lambda x, y: x**y

powers = [(math.exp(rng.uniform(-5, 5)), rng.uniform(-100, 100)) for _ in range(N)]
powers += [(math.exp(rng.uniform(-740, 709)), rng.uniform(-1, 1)) for _ in range(N)]
powers += [(1 + rng.uniform(-1e-3, 1e-3), rng.uniform(-1e5, 1e5)) for _ in range(N)]


def text(values, dtype):
    return base64.b64encode(np.asarray(values, dtype=dtype).tobytes()).decode()


def row(name, *arguments):
    large = name in ("sin", "cos") and abs(arguments[0]) > 1e5
    mp.dps = 500 if large else 60
    exact = functions[name](*[mpf(float(a)) for a in arguments])
    nearest = float(exact)
    return nearest, 0 if math.isinf(nearest) else max(-128, min(127, round(float((exact - mpf(nearest)) / mpf(math.ulp(nearest))) * 256)))


result = {"versions": {"mpmath": mpmath.__version__, "numpy": np.__version__}}
for name, xs in points.items():
    rows = [row(name, x) for x in xs]
    result[name] = {"x": text(xs, "<f8"), "nearest": text([r[0] for r in rows], "<f8"), "rest": text([r[1] for r in rows], "i1")}
rows = [(x, y, *row("pow", x, y)) for x, y in powers]
rows = [r for r in rows if math.isfinite(r[2])]
result["pow"] = {key: text([r[i] for r in rows], "<f8") for i, key in enumerate(("x", "y", "nearest"))} | {"rest": text([r[3] for r in rows], "i1")}
# Drawn last: the arguments of the others stay what they were.
xs = join(rng.uniform(-1.2, 1.2, N), signed(sizes(1e-12, 1e12)), signed(sizes(1e-300, 1e300, 60)), np.arange(-16, 17) / 16, [5e-324, -1.797e308])
functions["atan"] = mp.atan
rows = [row("atan", x) for x in xs]
result["atan"] = {"x": text(xs, "<f8"), "nearest": text([r[0] for r in rows], "<f8"), "rest": text([r[1] for r in rows], "i1")}
Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
