"""Reference for the minimisers: SciPy's counts on the test problems, and their minima.

    python minimize.py          rewrites minimize.json beside this file

The problems are those of More, Garbow & Hillstrom (ACM TOMS 7, 1981) from their standard starts, transcribed here as
residuals alone. Derivatives come from complex steps, dr/dx_j = Im r(x + 1e-30 i e_j) / 1e-30, exact to rounding: none
is shared with the TypeScript code.

The cases of the JSON, one for each problem:
    start      value and gradient at the standard start, to compare the two transcriptions
    minimum    the value where L-BFGS-B ends, polished by Levenberg-Marquardt to the last digits (unless that leaves for
               another minimum: Biggs EXP6 has one at 0.005656 and one at 0)
    lbfgs, cg, newton-cg
               SciPy's L-BFGS-B (maxcor 10, ftol 0), CG and Newton-CG with max |g_i| <= 1e-8, at most 20,000 evaluations:
               iterations, evaluations of the gradient (beside which L-BFGS-B and CG evaluate the value as often), value,
               and whether the tolerance was reached. Newton-CG takes differences of the gradient for Hessian products;
               having a tolerance on x alone, it is stopped at the first iterate within the gradient tolerance.
    lbfgs6     L-BFGS-B again with the tolerance 1e-6
"""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import least_squares, minimize

LIMIT = 20000


def rows(*parts):
    return np.concatenate([np.atleast_2d(part) for part in parts])


def column(values):
    return np.asarray(values, float)[:, None]


def magnitude(z):
    """|z| that complex steps see through."""
    return np.where(z.real < 0, -z, z)


def helical_valley(x):
    a, b, c = x
    angle = np.arctan(b / a) / (2 * np.pi) + np.where(a.real < 0, 0.5, 0)
    return rows(10 * (c - 10 * angle), 10 * (np.sqrt(a * a + b * b) - 1), c)


def biggs(x):
    t = column(np.arange(1, 14) / 10)
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)
    return x[2] * np.exp(-t * x[0]) - x[3] * np.exp(-t * x[1]) + x[5] * np.exp(-t * x[4]) - y


def gaussian(x):
    y = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989]
    t = column((8 - np.arange(1, 16)) / 2)
    return x[0] * np.exp(-x[1] * (t - x[2]) ** 2 / 2) - column(y + y[6::-1])


def powell_badly_scaled(x):
    return rows(1e4 * x[0] * x[1] - 1, np.exp(-x[0]) + np.exp(-x[1]) - 1.0001)


def box(x):
    t = column(np.arange(1, 11) / 10)
    return np.exp(-t * x[0]) - np.exp(-t * x[1]) - x[2] * (np.exp(-t) - np.exp(-10 * t))


def variably_dimensioned(x):
    total = (column(np.arange(1, len(x) + 1)) * (x - 1)).sum(0)
    return rows(x - 1, total, total**2)


def watson(x):
    t = column(np.arange(1, 30) / 29)
    slope = sum(j * x[j] * t ** (j - 1) for j in range(1, len(x)))
    value = sum(x[j] * t**j for j in range(len(x)))
    return rows(slope - value**2 - 1, x[0], x[1] - x[0] ** 2 - 1)


def penalty1(x):
    return rows(np.sqrt(1e-5) * (x - 1), (x * x).sum(0) - 0.25)


def penalty2(x):
    n, root = len(x), np.sqrt(1e-5)
    i = np.arange(2, n + 1)
    y = column(np.exp(i / 10) + np.exp((i - 1) / 10))
    weights = column(n - np.arange(n))
    return rows(
        x[0] - 0.2,
        root * (np.exp(x[1:] / 10) + np.exp(x[:-1] / 10) - y),
        root * (np.exp(x[1:] / 10) - np.exp(-0.1)),
        (weights * x * x).sum(0) - 1,
    )


def brown_badly_scaled(x):
    return rows(x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2)


def brown_dennis(x):
    t = column(np.arange(1, 21) / 5)
    return (x[0] + t * x[1] - np.exp(t)) ** 2 + (x[2] + x[3] * np.sin(t) - np.cos(t)) ** 2


def gulf(x):
    t = column(np.arange(1, 100) / 100)
    y = 25 + (-50 * np.log(t)) ** (2 / 3)
    return np.exp(-(magnitude(y - x[1]) ** x[2]) / x[0]) - t


def trigonometric(x):
    n = len(x)
    return n - np.cos(x).sum(0) + column(np.arange(1, n + 1)) * (1 - np.cos(x)) - np.sin(x)


def extended_rosenbrock(x):
    return rows(10 * (x[1::2] - x[::2] ** 2), 1 - x[::2])


def chained_rosenbrock(x):
    return rows(10 * (x[1:] - x[:-1] ** 2), 1 - x[:-1])


def powell_singular(x):
    a, b, c, d = x[::4], x[1::4], x[2::4], x[3::4]
    return rows(a + 10 * b, np.sqrt(5) * (c - d), (b - 2 * c) ** 2, np.sqrt(10) * (a - d) ** 2)


def beale(x):
    return rows(*(y - x[0] * (1 - x[1] ** k) for k, y in ((1, 1.5), (2, 2.25), (3, 2.625))))


def wood(x):
    a, b, c, d = x
    r90, r10 = np.sqrt(90), np.sqrt(10)
    return rows(10 * (b - a * a), 1 - a, r90 * (d - c * c), 1 - c, r10 * (b + d - 2), (b - d) / r10)


def chebyquad(x):
    t = 2 * x - 1
    before, now = np.ones_like(t), t
    out = []
    for k in range(1, len(x) + 1):
        out.append(now.mean(0) + (1 / (k * k - 1) if k % 2 == 0 else 0))
        before, now = now, 2 * t * now - before
    return rows(*out)


def freudenstein_roth(x):
    a, b = x
    return rows(-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b)


def jennrich_sampson(x):
    k = column(np.arange(1, 11))
    return 2 + 2 * k - np.exp(k * x[0]) - np.exp(k * x[1])


def bard(x):
    y = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39]
    u = column(np.arange(1, 16))
    v = 16 - u
    return column(y) - (x[0] + u / (v * x[1] + np.minimum(u, v) * x[2]))


def kowalik_osborne(x):
    y = column([0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246])
    u = column([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])
    return y - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3])


def neighbours(x):
    edge = np.zeros_like(x[:1])
    return rows(edge, x[:-1]), rows(x[1:], edge)


def discrete_boundary(x):
    h = 1 / (len(x) + 1)
    left, right = neighbours(x)
    t = h * column(np.arange(1, len(x) + 1))
    return 2 * x - left - right + h * h * (x + t + 1) ** 3 / 2


def broyden_tridiagonal(x):
    left, right = neighbours(x)
    return (3 - 2 * x) * x - left - 2 * right + 1


def boundary_start(n):
    t = np.arange(1, n + 1) / (n + 1)
    return t * (t - 1)


PROBLEMS = {
    "helical valley": (helical_valley, [-1, 0, 0]),
    "Biggs EXP6": (biggs, [1, 2, 1, 1, 1, 1]),
    "Gaussian": (gaussian, [0.4, 1, 0]),
    "Powell badly scaled": (powell_badly_scaled, [0, 1]),
    "Box 3-D": (box, [0, 10, 20]),
    "variably dimensioned 10": (variably_dimensioned, 1 - np.arange(1, 11) / 10),
    "Watson 6": (watson, np.zeros(6)),
    "Watson 9": (watson, np.zeros(9)),
    "penalty I 4": (penalty1, np.arange(1, 5)),
    "penalty I 10": (penalty1, np.arange(1, 11)),
    "penalty II 4": (penalty2, np.full(4, 0.5)),
    "penalty II 10": (penalty2, np.full(10, 0.5)),
    "Brown badly scaled": (brown_badly_scaled, [1, 1]),
    "Brown-Dennis": (brown_dennis, [25, 5, -5, -1]),
    "Gulf": (gulf, [5, 2.5, 0.15]),
    "trigonometric 10": (trigonometric, np.full(10, 0.1)),
    "Rosenbrock": (extended_rosenbrock, [-1.2, 1]),
    "extended Rosenbrock 10": (extended_rosenbrock, [-1.2, 1] * 5),
    "extended Rosenbrock 100": (extended_rosenbrock, [-1.2, 1] * 50),
    "Powell singular 4": (powell_singular, [3, -1, 0, 1]),
    "Powell singular 20": (powell_singular, [3, -1, 0, 1] * 5),
    "Beale": (beale, [1, 1]),
    "Wood": (wood, [-3, -1, -3, -1]),
    "Chebyquad 8": (chebyquad, np.arange(1, 9) / 9),
    "Chebyquad 10": (chebyquad, np.arange(1, 11) / 11),
    "chained Rosenbrock 10": (chained_rosenbrock, [-1.2, 1] * 5),
    "chained Rosenbrock 100": (chained_rosenbrock, [-1.2, 1] * 50),
    "Freudenstein-Roth": (freudenstein_roth, [0.5, -2]),
    "Jennrich-Sampson": (jennrich_sampson, [0.3, 0.4]),
    "Bard": (bard, [1, 1, 1]),
    "Kowalik-Osborne": (kowalik_osborne, [0.25, 0.39, 0.415, 0.39]),
    "discrete boundary 10": (discrete_boundary, boundary_start(10)),
    "Broyden tridiagonal 10": (broyden_tridiagonal, np.full(10, -1)),
}


def linearised(residual):
    """Residuals and Jacobian at x."""

    def at(x):
        steps = x[:, None] + 1e-30j * np.eye(len(x))
        return residual(x[:, None] + 0j).real[:, 0], residual(steps).imag / 1e-30

    return at


def value_and_gradient(at):
    def f(x):
        r, jacobian = at(x)
        return r @ r, 2 * r @ jacobian

    return f


class Reached(Exception):
    pass


def run(f, x0, method, tolerance):
    counted = {"n": 0}

    def counting(x):
        counted["n"] += 1
        if counted["n"] > LIMIT:
            raise Reached
        return f(x)

    def stop(intermediate_result):
        if np.abs(f(intermediate_result.x)[1]).max() <= tolerance:
            raise StopIteration

    options = {
        "L-BFGS-B": dict(maxcor=10, ftol=0, gtol=tolerance, maxiter=LIMIT, maxfun=LIMIT),
        "CG": dict(gtol=tolerance, maxiter=LIMIT),
        "Newton-CG": dict(xtol=1e-15, maxiter=LIMIT),
    }[method]
    callback = stop if method == "Newton-CG" else None
    try:
        result = minimize(counting, x0, jac=True, method=method, options=options, callback=callback)
    except Reached:
        return None, dict(iterations=None, evaluations=LIMIT, value=None, converged=False)
    gradient = np.abs(f(result.x)[1]).max()
    return result.x, dict(
        iterations=int(result.nit),
        evaluations=int(result.njev),
        value=printed(result.fun),
        converged=bool(gradient <= tolerance),
    )


def printed(value):
    return float(f"{value:.12g}")


def polished(at, x, converged):
    end = at(x)[0] @ at(x)[0]
    fit = least_squares(
        lambda z: at(z)[0], x, lambda z: at(z)[1], method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=20000
    )
    elsewhere = converged and abs(2 * fit.cost - end) > max(1e-4 * end, 1e-9)
    return end if elsewhere else min(end, 2 * fit.cost)


def case(name, residual, start):
    x0 = np.array(start, float)
    at = linearised(residual)
    f = value_and_gradient(at)
    value, gradient = f(x0)
    x, lbfgs = run(f, x0, "L-BFGS-B", 1e-8)
    minimum = polished(at, x, lbfgs["converged"])
    return dict(
        name=name,
        start=dict(value=printed(value), gradient=[printed(g) for g in gradient]),
        minimum=printed(minimum) if minimum > 1e-12 else 0,
        lbfgs=lbfgs,
        lbfgs6=run(f, x0, "L-BFGS-B", 1e-6)[1],
        cg=run(f, x0, "CG", 1e-8)[1],
        newtonCg=run(f, x0, "Newton-CG", 1e-8)[1],
    )


def main():
    np.seterr(all="ignore")
    cases = [case(name, *given) for name, given in PROBLEMS.items()]
    versions = dict(python=platform.python_version(), numpy=np.__version__, scipy=scipy.__version__)
    lines = ",\n".join("  " + json.dumps(one) for one in cases)
    text = f'{{\n "versions": {json.dumps(versions)},\n "cases": [\n{lines}\n ]\n}}\n'
    Path(__file__).with_suffix(".json").write_text(text)


if __name__ == "__main__":
    main()
