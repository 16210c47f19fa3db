"""Reference vectors for the RBM, the Gaussian RBM and the CRBM: everything summed over the states of the energy itself.

    python energy.py        rewrites energy.json beside this file

Needs numpy and torch (CPU); written with Python 3.11, numpy 2.4 and torch 2.13, and the versions used are in the JSON.
All is float64, printed so that it reads back bit for bit. Matrices are nested lists, row by row.

The energies, for visibles x [V] and hidden units h [H] in {0, 1}:
    rbm        E = -x'Wh - b'x - c'h,                                                     x in {0, 1}
    gaussian   E = sum_i (x_i - b_i)^2 / (2 s_i^2) - c'h - sum_ij (x_i / s_i) W_ij h_j,   s = exp(logSigma)
    crbm       E = 1/2 ||x - bt||^2 - ct'h - x'Wh   (linear)   or   -bt'x - ct'h - x'Wh   (binary),
               bt = b + A hist, ct = c + B hist, hist = x(t-1), x(t-2), ... x(t-order)

No closed form of the free energy, of log Z or of a conditional of binary units enters: F(x) = -ln sum_h exp(-E(x, h)),
the probabilities are sums over states, the gradients torch's of those sums, checked by central differences. A Gaussian
integral is the peak of exp(-E(., h)) times (2 pi)^(V/2) prod_i s_i; a grid confirms it where V <= 2.

Every case has the parameters, some x (v where binary) and h, and of each row what its keys say. Beyond these:
    joint               P(v, h) as [2^V][2^H]; unit i of state s is bit i of s
    reconstruct         the mean of x given the probabilities P(h = 1 | x) in place of h
    pseudoLikelihood    sum_i ln P(v_i | all other v)
    likelihoodGradient  of the mean log-likelihood of the rows (crbm: of ln p(x_t | hist) over the frames t >= order)
    expectedCd          { k: dW }, CD-k of the rows averaged over all Gibbs chains, by powers of the transition matrix
    cd                  gradient of mean(F(vk) - F(v0)), the way CD ascends; the crbm has the frames t >= order as v0,
                        and row n of vk follows the history of row n of v0
    expected            (crbm) E[x_t | hist], exact
    transform           (crbm) P(h = 1 | x_t, hist) for all t, frames before the first being copies of the first
The first cases of rbm and of crbm have been computed by other code too; its figures are asserted below.
"""

import json
import math
import platform
from pathlib import Path

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def states(units):
    """All binary vectors, [2^units, units]; unit i of state s is bit i of s."""
    return torch.tensor([[s >> i & 1 for i in range(units)] for s in range(2**units)], dtype=torch.float64)


def interaction(W, x, h):
    return torch.einsum("...i,ij,...j->...", x, W, h)


class Binary:
    """x in {0, 1}; p has W, b, c."""

    @staticmethod
    def energy(p, x, h):
        return -interaction(p["W"], x, h) - x @ p["b"] - h @ p["c"]

    @staticmethod
    def visible_given_hidden(p, h):
        """Means [n, V]; h may be probabilities."""
        v = states(len(p["b"]))
        return torch.softmax(-Binary.energy(p, v[None], h[:, None]), dim=1) @ v

    @staticmethod
    def log_mass(p, h):
        """ln sum_x exp(-E(x, h)) of every row of h."""
        return torch.logsumexp(-Binary.energy(p, states(len(p["b"]))[None], h[:, None]), dim=1)


class Gaussian:
    """x real; p has W, b, c, logSigma."""

    @staticmethod
    def energy(p, x, h):
        s = torch.exp(p["logSigma"])
        return (((x - p["b"]) / s) ** 2).sum(-1) / 2 - h @ p["c"] - interaction(p["W"], x / s, h)

    @staticmethod
    def visible_given_hidden(p, h):
        x = p["b"] + torch.exp(p["logSigma"]) * (h @ p["W"].T)
        at = x.detach().requires_grad_()
        slope = torch.autograd.grad(Gaussian.energy({k: v.detach() for k, v in p.items()}, at, h).sum(), at)[0]
        assert slope.abs().max() < 1e-12, slope
        return x

    @staticmethod
    def log_mass(p, h):
        """ln of the integral of exp(-E(x, h)) over x: the peak times its volume, exact because E is quadratic in x."""
        peak = -Gaussian.energy(p, Gaussian.visible_given_hidden(p, h), h)
        return peak + p["logSigma"].sum() + len(p["b"]) / 2 * math.log(2 * math.pi)


def free_energy(kind, p, x):
    return -torch.logsumexp(-kind.energy(p, x[:, None], states(len(p["c"]))[None]), dim=1)


def hidden_given_visible(kind, p, x):
    h = states(len(p["c"]))
    return torch.softmax(-kind.energy(p, x[:, None], h[None]), dim=1) @ h


def log_z(kind, p):
    return torch.logsumexp(kind.log_mass(p, states(len(p["c"]))), dim=0)


def marginals(kind, p):
    """E[x] and E[h] of the model."""
    h = states(len(p["c"]))
    weights = torch.softmax(kind.log_mass(p, h), dim=0)
    return weights @ kind.visible_given_hidden(p, h), weights @ h


def log_likelihood(kind, p, x):
    return -free_energy(kind, p, x) - log_z(kind, p)


def pseudo_likelihood(p, v):
    here, total = -free_energy(Binary, p, v), 0
    for i in range(v.shape[1]):
        flipped = v.clone()
        flipped[:, i] = 1 - v[:, i]
        total = total + here - torch.logaddexp(here, -free_energy(Binary, p, flipped))
    return total


def check_integral(p):
    """log Z and E[x] of one or two Gaussian visibles by the trapezoid rule, exact to rounding for such tails."""
    axes = [torch.linspace(-25, 25, 1001)] * len(p["b"])
    grid = torch.cartesian_prod(*axes).reshape(-1, len(p["b"]))
    mass = torch.exp(-free_energy(Gaussian, p, grid)) * (50 / 1000) ** len(p["b"])
    assert abs(torch.log(mass.sum()) - log_z(Gaussian, p)) < 1e-12
    assert torch.allclose(mass @ grid / mass.sum(), marginals(Gaussian, p)[0], rtol=0, atol=1e-12)


def gradient(loss_of, p):
    """The gradient of loss_of(p) by every parameter, by autograd and, within rounding, by central differences."""
    leaves = {name: value.clone().requires_grad_() for name, value in p.items()}
    grads = dict(zip(leaves, torch.autograd.grad(loss_of(leaves), list(leaves.values()))))
    for name, value in p.items():
        for at in range(value.numel()):
            nudge = torch.zeros(value.numel())
            nudge[at] = 1e-5
            nudge = nudge.reshape(value.shape)
            numeric = (loss_of({**p, name: value + nudge}) - loss_of({**p, name: value - nudge})) / 2e-5
            assert abs(numeric - grads[name].reshape(-1)[at]) < 1e-7, (name, at, numeric)
    return listed(grads)


def contrast(kind, p, v0, vk):
    """Gradient of mean(F(vk) - F(v0))."""
    def loss(q):
        return (free_energy(kind, q, vk) - free_energy(kind, q, v0)).mean()
    return {"v0": v0.tolist(), "vk": vk.tolist(), "gradient": gradient(loss, p)}


def expected_cd(p, v0, k):
    """dW of CD-k, averaged over every chain: h sampled, v sampled, k times; statistics v p(h | v)'."""
    v, h = states(len(p["b"])), states(len(p["c"]))
    energy = Binary.energy(p, v[:, None], h[None])
    step = torch.softmax(-energy, dim=1) @ torch.softmax(-energy, dim=0).T
    start = (v0[:, None] == v[None]).all(dim=2).double().mean(dim=0)
    end = start @ torch.linalg.matrix_power(step, k)
    hidden = hidden_given_visible(Binary, p, v)
    return torch.einsum("s,si,sj->ij", start - end, v, hidden)


def listed(tensors):
    return {name: value.detach().tolist() for name, value in tensors.items()}


def draw(rng, scale, *shape):
    """Normal numbers of few digits, which keep the file short and readable; + 0 makes a plain 0 of -0."""
    return torch.tensor(np.round(scale * rng.standard_normal(shape), 3) + 0)


def bits(rng, *shape):
    return torch.tensor(rng.integers(0, 2, shape), dtype=torch.float64)


def common(kind, p, x, h):
    """What both kinds of RBM have."""
    mean_visible, mean_hidden = marginals(kind, p)
    return listed({
        "energy": kind.energy(p, x, h),
        "freeEnergy": free_energy(kind, p, x),
        "hiddenGivenVisible": hidden_given_visible(kind, p, x),
        "visibleGivenHidden": kind.visible_given_hidden(p, h),
        "reconstruct": kind.visible_given_hidden(p, hidden_given_visible(kind, p, x)),
        "logZ": log_z(kind, p),
        "marginalVisible": mean_visible,
        "marginalHidden": mean_hidden,
        "meanLogLikelihood": log_likelihood(kind, p, x).mean(),
    }) | {"likelihoodGradient": gradient(lambda q: log_likelihood(kind, q, x).mean(), p)}


def rbm_case(p, v, h, rng):
    visible, hidden = p["W"].shape
    # Both orders of summation and the joint table must agree.
    all_energies = Binary.energy(p, states(visible)[:, None], states(hidden)[None])
    joint = torch.exp(-all_energies - log_z(Binary, p))
    assert abs(joint.sum() - 1) < 1e-13
    assert torch.allclose(joint.sum(1) @ states(visible), marginals(Binary, p)[0], rtol=0, atol=1e-14)
    # Visibles between 0 and 1, as a mean-field reconstruction gives them, must do too.
    vk = torch.tensor(np.round(rng.random((5, visible)), 3))
    return {
        "visible": visible, "hidden": hidden, **listed(p), "v": v.tolist(), "h": h.tolist(),
        **common(Binary, p, v, h),
        "pseudoLikelihood": pseudo_likelihood(p, v).tolist(),
        "cd": contrast(Binary, p, bits(rng, 5, visible), vk),
    }, joint


def random_rbm(visible, hidden, seed):
    rng = np.random.default_rng(seed)
    p = {"W": draw(rng, 1, visible, hidden), "b": draw(rng, 1, visible), "c": draw(rng, 1, hidden)}
    return rbm_case(p, bits(rng, 5, visible), bits(rng, 5, hidden), rng)[0]


def gaussian_case(visible, hidden, spread, seed):
    """logSigma is normal with deviation spread."""
    rng = np.random.default_rng(seed)
    p = {"W": draw(rng, 0.8, visible, hidden), "b": draw(rng, 0.7, visible), "c": draw(rng, 0.7, hidden),
         "logSigma": draw(rng, spread, visible)}
    x, h = draw(rng, 1.2, 5, visible), bits(rng, 5, hidden)
    if visible <= 2:
        check_integral(p)
    return {
        "visible": visible, "hidden": hidden, **listed(p), "x": x.tolist(), "h": h.tolist(),
        **common(Gaussian, p, x, h),
        "cd": contrast(Gaussian, p, draw(rng, 1.2, 5, visible), draw(rng, 1.2, 5, visible)),
    }


def history(sequence, t, order):
    """x(t-1), x(t-2), ... end to end; copies of the first frame stand before it."""
    return torch.cat([sequence[max(t - lag, 0)] for lag in range(1, order + 1)])


def conditioned(p, hist):
    """The RBM that a CRBM is once its history is known."""
    return {"W": p["W"], "b": p["b"] + p["A"] @ hist, "c": p["c"] + p["B"] @ hist, "logSigma": torch.zeros(len(p["b"]))}


def crbm_case(p, order, linear, sequence, h, vk):
    kind = Gaussian if linear else Binary
    visible, hidden = p["W"].shape
    hists = [history(sequence, t, order) for t in range(len(sequence))]

    def frames(f, q=p, start=order):
        """f(the RBM of frame t, x_t as one row, t - order) of every frame from start on, stacked."""
        return torch.stack([
            f(conditioned(q, hists[t]), sequence[t : t + 1], t - order).squeeze(0) for t in range(start, len(sequence))
        ])

    def log_probability(q):
        return frames(lambda r, x, _: log_likelihood(kind, r, x), q)

    def gap(q):
        return frames(lambda r, x, n: free_energy(kind, r, vk[n : n + 1]) - free_energy(kind, r, x), q).mean()

    if linear and visible <= 2:
        for hist in hists[order:]:
            check_integral(conditioned(p, hist))
    return {
        "visible": visible, "hidden": hidden, "order": order, "linear": linear,
        **listed(p), "sequence": sequence.tolist(), "h": h.tolist(),
        **listed({
            "energy": frames(lambda r, x, n: kind.energy(r, x, h[n : n + 1])),
            "freeEnergy": frames(lambda r, x, _: free_energy(kind, r, x)),
            "logZ": frames(lambda r, x, _: log_z(kind, r)),
            "logProbability": log_probability(p),
            "expected": frames(lambda r, x, _: marginals(kind, r)[0]),
            "hiddenGivenVisible": frames(lambda r, x, _: hidden_given_visible(kind, r, x)),
            "transform": frames(lambda r, x, _: hidden_given_visible(kind, r, x), start=0),
            "reconstruct": frames(lambda r, x, _: kind.visible_given_hidden(r, hidden_given_visible(kind, r, x))),
        }),
        "likelihoodGradient": gradient(lambda q: log_probability(q).mean(), p),
        "cd": {"v0": sequence[order:].tolist(), "vk": vk.tolist(), "gradient": gradient(gap, p)},
    }


def random_crbm(visible, hidden, order, linear, seed):
    rng, length = np.random.default_rng(seed), order + 4
    p = {"W": draw(rng, 0.7, visible, hidden), "A": draw(rng, 0.4, visible, order * visible),
         "B": draw(rng, 0.5, hidden, order * visible), "b": draw(rng, 0.5, visible), "c": draw(rng, 0.5, hidden)}
    sequence = draw(rng, 1, length, visible) if linear else bits(rng, length, visible)
    vk = draw(rng, 1, 4, visible) if linear else bits(rng, 4, visible)
    return crbm_case(p, order, linear, sequence, bits(rng, 4, hidden), vk)


def close(got, *wanted):
    """Within the twelve decimals in which the known values were given."""
    assert np.allclose(np.ravel(got), wanted, rtol=0, atol=6e-13), (got, wanted)


def known_rbm():
    i, j = torch.arange(4.0)[:, None], torch.arange(3.0)[None, :]
    p = {"W": torch.sin(1 + 3 * i + j), "b": 0.1 * (torch.arange(4.0) - 1.5), "c": 0.2 * (torch.arange(3.0) - 1)}
    v = torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]])
    rng = np.random.default_rng(8)
    case, joint = rbm_case(p, v, bits(rng, 3, 3), rng)
    case["joint"] = joint.tolist()
    case["expectedCd"] = {str(k): expected_cd(p, v, k).tolist() for k in (1, 2, 5, 10)}
    close(case["logZ"], 5.569397991423)
    close(case["freeEnergy"][2], -4.617085675541)
    close(case["hiddenGivenVisible"][2], 0.785575282431, 0.869739298737, 0.679883940807)
    close(case["marginalVisible"], 0.737906361665, 0.217823924777, 0.787940302044, 0.242929616468)
    close(case["meanLogLikelihood"], -2.663597745814)
    close(case["likelihoodGradient"]["W"][0][0], -0.099079016619)
    close([dW[0][0] for dW in case["expectedCd"].values()],
          -0.073022419016, -0.092826550774, -0.098989132432, -0.099078939998)
    return case


def known_crbm():
    i, j, k = torch.arange(3.0), torch.arange(2.0), torch.arange(6.0)
    p = {"W": 0.5 * torch.sin(1 + 2 * i[:, None] + j), "A": 0.3 * torch.cos(3 * k + i[:, None]),
         "B": 0.4 * torch.sin(2 + 2 * k + j[:, None]), "b": torch.tensor([0.1, -0.2, 0.3]),
         "c": torch.tensor([-0.5, 0.25])}
    sequence = torch.tensor([[0.3, 0.9, -0.6], [-1.2, 0.4, 0.7], [0.8, -0.1, 0.4], [1, -0.5, 0.25], [0.2, -0.7, 1.1]])
    rng = np.random.default_rng(9)
    case = crbm_case(p, 2, True, sequence, bits(rng, 3, 2), draw(rng, 1, 3, 3))
    close(case["freeEnergy"][-1], -1.261612087901)
    close(case["logZ"][-1], 5.310497705015)
    close(case["logProbability"][-1], -4.048885617115)
    close(case["expected"][-1], 0.926094509517, -0.479847876858, -0.344520707398)
    return case


def main():
    out = {
        "about": "written by energy.py",
        "versions": {"python": platform.python_version(), "numpy": np.__version__,
                     "torch": torch.__version__.split("+")[0]},
        "rbm": [known_rbm(), random_rbm(3, 5, 1), random_rbm(6, 2, 2), random_rbm(5, 5, 3)],
        "gaussian": [gaussian_case(3, 2, 0, 4), gaussian_case(2, 4, 0.3, 5), gaussian_case(1, 3, 0.3, 6),
                     gaussian_case(4, 3, 0.3, 7)],
        "crbm": [known_crbm(), random_crbm(2, 4, 3, True, 10), random_crbm(3, 4, 2, False, 11),
                 random_crbm(4, 3, 1, True, 12)],
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
