"""Coefficients of the elementary functions (src/core/elementary.ts, src/kernels/simd/assembly/elementary.ts).

Each is a minimax polynomial, found in 60 digits as a least-squares fit whose weights grow where the error is large (C. L.
Lawson, 1961). Coefficients are rounded to the format of the code one after the other, lowest degree first, the later ones
fitted again to what the rounded ones leave.
Run: python test/vectors/minimax.py; it prints every table with the relative error that the rounded polynomial leaves.
"""
import sys

import numpy as np
from mpmath import atanh, cos, exp, expm1, factorial, log, lu_solve, matrix, mp, mpf, pi, sin, sqrt, tanh

mp.dps = 60
POINTS = 120
ROUNDS = 25


def round_to(value, dtype):
    """The nearest value of the format: by way of a decimal string, so that nothing is rounded twice."""
    if dtype == np.float64:
        return mpf(float(value))
    bits = 24
    if value == 0:
        return mpf(0)
    exponent = int(mp.floor(mp.log(abs(value), 2)))
    unit = mpf(2) ** (exponent - bits + 1)
    return mp.nint(value / unit) * unit


def fit(target, weight, powers, low, high):
    """The c that nearly minimise max |weight(x) (sum_i c_i x^powers_i - target(x))|."""
    grid = [low + (high - low) * (1 - cos(pi * (i + mpf(1) / 2) / POINTS)) / 2 for i in range(POINTS)]
    rows = [[weight(x) * x**p for p in powers] for x in grid]
    goals = [weight(x) * target(x) for x in grid]
    shares = [mpf(1) / POINTS] * POINTS
    best, least = None, mp.inf
    n = len(powers)
    for _ in range(ROUNDS):
        normal = matrix(n, n)
        right = matrix(n, 1)
        for i in range(n):
            shared = [s * r[i] for s, r in zip(shares, rows)]
            for j in range(i, n):
                normal[i, j] = normal[j, i] = mp.fdot(zip(shared, (r[j] for r in rows)))
            right[i] = mp.fdot(zip(shared, goals))
        c = list(lu_solve(normal, right))
        errors = [abs(mp.fdot(zip(c, r)) - g) for r, g in zip(rows, goals)]
        if max(errors) < least:
            best, least = c, max(errors)
        total = mp.fdot(zip(shares, errors))
        if total == 0:
            break
        shares = [s * e / total for s, e in zip(shares, errors)]
    return best


def rounded(target, weight, powers, low, high, dtype):
    fixed = []
    rest = target
    for i in range(len(powers)):
        best = fit(rest, weight, powers[i:], low, high)
        fixed.append(round_to(best[0], dtype))
        known = list(zip(fixed, powers))
        rest = lambda x, known=known: target(x) - sum(c * x**p for c, p in known)
    error = max(abs(weight(x) * rest(x)) for x in (low + (high - low) * (i + mpf(1) / 3) / 2000 for i in range(2000)))
    return fixed, error


def show(name, target, weight, powers, low, high, dtype=np.float64):
    coefficients, error = rounded(target, weight, powers, low, high, dtype)
    digits = 17 if dtype == np.float64 else 9
    print(f"{name}  x^{powers[0]}..x^{powers[-1]} on [{float(low):.5g}, {float(high):.5g}]  error 2^{float(mp.log(error, 2)):.1f}")
    for c in coefficients:
        print("  ", float(c).__repr__() if digits == 17 else f"{float(c):.9g}")
    sys.stdout.flush()


def split(name, value, bits):
    """A constant in parts: products of the leading parts with integers of few bits are exact."""
    print(name, end="  ")
    for b in bits:
        unit = mpf(2) ** (int(mp.floor(mp.log(abs(value), 2))) - b + 1)
        part = mp.nint(value / unit) * unit
        print(float(part).__repr__(), end=" ")
        value -= part
    print()
    sys.stdout.flush()


def exp_rest(x):
    """(exp(x) - 1 - x) / x^2, by its series: the formula cancels."""
    return sum(x**k / factorial(k + 2) for k in range(40))


def tanh_rest(x):
    return (tanh(x) / x - 1) / x**2


def log_rest(z):
    """By its series in z = s^2."""
    return sum(2 * z**k / (2 * k + 1) for k in range(1, 45))


def log1p_rest(f):
    """(ln(1 + f) - f + f^2 / 2) / f^3, by its series where the formula cancels."""
    if abs(f) < mpf("0.02"):
        return sum((-1) ** k * f**k / (k + 3) for k in range(40))
    return (log(1 + f) - f + f * f / 2) / f**3


def sin_rest(z):
    return sum((-1) ** (k + 1) * z**k / factorial(2 * k + 3) for k in range(25))


def cos_rest(z):
    return sum((-1) ** k * z**k / factorial(2 * k + 4) for k in range(25))


def single():
    half = log(2) / 2 * mpf("1.001")
    split("ln 2", log(2), [16, 24])
    print("1 / ln 2", f"{float(1 / log(2)):.9g}")
    # Relative to exp(x) - 1, the harder of its two uses.
    for degree in (3, 4):
        show(f"exp: (e^x - 1 - x) / x^2, degree {degree}", exp_rest, lambda x: x * x / abs(expm1(x)) if x != 0 else mpf(0), list(range(degree + 1)), -half, half, np.float32)


    show("log: (ln(1 + f) - f + f^2 / 2) / f^3", log1p_rest, lambda f: f**3 / log(1 + f) if f != 0 else mpf(0), list(range(8)), sqrt(mpf(1) / 2) - 1, sqrt(2) - 1, np.float32)
    for degree in (3, 4):
        show(f"tanh: (tanh(x) / x - 1) / x^2 as a polynomial in x^2, degree {degree}", tanh_rest, lambda x: x * x * x / tanh(x), list(range(0, 2 * degree + 2, 2)), mpf(2) ** -10, mpf("0.55"), np.float32)


def double():
    half = log(2) / 2 * mpf("1.0001")
    quarter = pi / 4 * mpf("1.0001")
    split("ln 2", log(2), [32, 53])
    print("1 / ln 2", repr(float(1 / log(2))))
    split("pi / 2", pi / 2, [33, 33, 53])
    print("2 / pi", repr(float(2 / pi)))
    mp.dps = 500
    digits = int(mp.floor(2 / pi * mpf(2) ** 1280))
    mp.dps = 60
    print("2 / pi, first 1280 bits", hex(digits))
    show("exp: (e^x - 1 - x) / x^2", exp_rest, lambda x: x * x / exp(x), list(range(10)), -half, half)
    show("expm1: (e^x - 1 - x) / x^2", exp_rest, lambda x: x * x / abs(expm1(x)), list(range(10)), -half, half)
    # s = f / (2 + f) for 1 + f between sqrt(1/2) and sqrt(2).
    edge = (sqrt(2) - 1) / (sqrt(2) + 1)
    show("log: ln((1 + s) / (1 - s)) / s - 2, in z = s^2", log_rest, lambda z: sqrt(z) / atanh(sqrt(z)) / 2, list(range(1, 8)), mpf(2) ** -40, edge * edge)
    # For pow, which adds 2 z / 3 by itself.
    show("log beyond z", lambda z: log_rest(z) - 2 * z / 3, lambda z: sqrt(z) / atanh(sqrt(z)) / 2, list(range(2, 8)), mpf(2) ** -40, edge * edge)
    split("2 / 3", mpf(2) / 3, [53, 53])
    split("ln 2 for pow", log(2), [42, 53])
    show("sin: (sin(x) / x - 1) / x^2, in x^2", sin_rest, lambda z: z * sqrt(z) / sin(sqrt(z)), list(range(6)), mpf(2) ** -40, quarter**2)
    show("cos: (cos(x) - 1 + x^2 / 2) / x^4, in x^2", cos_rest, lambda z: z * z / cos(sqrt(z)), list(range(6)), mpf(2) ** -40, quarter**2)


if __name__ == "__main__":
    which = sys.argv[1:] or ["double", "single"]
    for name in which:
        globals()[name]()
