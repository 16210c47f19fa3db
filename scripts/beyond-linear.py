"""Figures of docs/results/beyond-linear.md: models beyond linear discriminants, by leave-one-corpus-out.

usage: python scripts/beyond-linear.py FOLDER SHARED [linear] [actors] [speakers] [registers] [kernels] [known] [trees] [NETWORK.COLUMNS.EPOCHS[.OPTION]]... [with NAME[+NAME]...]

    npm run build && node scripts/beyond-linear.mjs FOLDER

NETWORK: conv, conv2d, lstm. COLUMNS: speech (energy, pitch, voice quality), mel, all. OPTION: adversarial, mixup.
Trees and networks write FOLDER/NAME.npz; `with` averages their log probabilities and adds them to the discriminants'.
NumPy; trees: scikit-learn; networks: PyTorch. SHARED holds the corpora.
"""
import csv
import importlib.util
import json
import os
import sys

import numpy as np

path = os.path.join(os.path.dirname(__file__), 'second-edition.py')
spec = importlib.util.spec_from_file_location('second_edition', path)
base = importlib.util.module_from_spec(spec)
spec.loader.exec_module(base)
WAYS = ['none', 'corpus', 'ten', 'all']
SHARPNESS = 0.38


class Data:
    def __init__(self, folder):
        known = json.load(open(f'{folder}/recordings.json'))
        self.folder = folder
        self.stem = np.array([os.path.basename(one['path']).rsplit('.', 1)[0] for one in known])
        x = np.fromfile(f'{folder}/measures.f64').reshape(-1, 168)
        self.x = np.where(np.isfinite(x), x, np.nanmedian(x, 0))
        self.y = np.array([base.CLASSES.index(one['label']) for one in known])
        self.corpus = np.array([one['corpus'] for one in known])
        self.speaker = np.array([one['corpus'] + one['speaker'] for one in known])
        self.rows = np.array([one['rows'] for one in known])


class Coral(base.Model):
    """Total covariance of the corpus turned into that of the training set, to a share n / (n + strength)."""

    def __init__(self, strength, **settings):
        super().__init__(**settings)
        self.strength = strength

    def adapted(self, asked, others, prior_var):
        if len(others) < 200:
            return super().adapted(asked, others, prior_var)
        voice = base.shrunk(others[:, :-1].mean(0), others[:, :-1].var(0), len(others), self.g0, prior_var)
        z, own = (self.relative(rows, *voice, others[:, -1].mean()) for rows in (asked, others))
        source = np.linalg.inv(self.inverse) + self.mu.T @ self.mu / 4
        target = np.cov(own.T)
        share = len(own) / (len(own) + self.strength)
        target = (1 - share) * source + share * target * np.trace(source) / np.trace(target)
        turn = power(target, -0.5) @ power(source, 0.5)
        return self.scores(z @ turn, self.moved(own @ turn, self.start(others)))


def power(s, p):
    """s^p of a symmetric matrix whose eigenvalues below 1e-6 count as that."""
    values, vectors = np.linalg.eigh(s)
    return (vectors * np.maximum(values, 1e-6) ** p) @ vectors.T


class Directions(base.Model):
    """Class means move along the directions in which those of the training speakers differ: the share of direction j is
    min(n l_j / (n l_j + 1), limit), with l_j its variance between speakers over that within classes."""

    def __init__(self, strength=0.3, rank=24, limit=0.4, steps=2, **settings):
        super().__init__(**settings)
        self.strength, self.rank, self.limit, self.steps = strength, rank, limit, steps

    def fit(self, x, y, corpus, speaker):
        super().fit(x, y, corpus, speaker)
        x = (x - self.mean) / self.scale
        trained = self.training_means
        between, within, rows, inverse_counts = [], 0, 0, []
        for u in sorted(set(speaker)):
            i = speaker == u
            classes = [k for k in range(4) if np.sum(i & (y == k)) > 1]
            if len(classes) < 2:
                continue
            z = self.relative(x[i], x[i, :-1].mean(0), x[i, :-1].var(0), x[i, -1].mean())
            own = np.array([z[y[i] == k].mean(0) for k in classes]) - trained[classes]
            between += list((own - own.mean(0)) * np.sqrt(len(classes) / (len(classes) - 1)))
            for k in classes:
                rest = z[y[i] == k] - z[y[i] == k].mean(0)
                within, rows = within + rest.T @ rest, rows + len(rest) - 1
                inverse_counts.append(1 / len(rest))
        s = np.array(between).T @ np.array(between) / len(between) - np.mean(inverse_counts) * within / rows
        s = power(s, 1)
        s = self.strength * (0.7 * s + 0.3 * np.trace(s) / len(s) * np.eye(len(s)))
        root = np.linalg.cholesky(self.inverse)  # inverse = root root'
        variances, vectors = np.linalg.eigh(root.T @ s @ root)
        self.basis = (root @ vectors)[:, ::-1]
        self.variances = np.maximum(variances[::-1], 0)
        if self.rank < len(s):
            self.variances[self.rank:] = self.variances[self.rank:].mean()
        self.back = np.linalg.inv(self.basis)
        return self

    def moved(self, z, first):
        q, m0 = z @ self.basis, first @ self.basis
        m = m0
        for _ in range(self.steps):
            p = base.softmax(0.3 * (q @ m.T - 0.5 * np.sum(m * m, 1)))
            n = p.sum(0)[:, None]
            share = np.minimum(n * self.variances / (n * self.variances + 1), self.limit)
            m = m0 + share * (p.T @ q / (n + 1e-9) - m0)
            m = m - m.mean(0)
        return m @ self.back


PITCH = 0  # column of pitchMean, semitones


def registers(x, speaker):
    """Of each recording whether its speaker has the higher of two registers, by the median pitch of a speaker; 2-means."""
    names = sorted(set(speaker))
    pitch = np.array([np.median(x[speaker == u, PITCH]) for u in names])
    high = pitch > np.median(pitch)
    for _ in range(20):
        high = pitch > (pitch[high].mean() + pitch[~high].mean()) / 2
    return dict(zip(names, high))


class Registers(base.Model):
    """Anchors: the speakers of each corpus with the lower and with the higher register."""

    def grouped(self, x, corpus, speaker):
        high = registers(x, speaker)
        return np.array([f'{c} {int(high[u])}' for c, u in zip(corpus, speaker)])


class Gated:
    """A model for each register, each trained on its speakers; scores mixed by how likely the pitch is in each."""

    def __init__(self, **settings):
        self.models = [base.Model(**settings) for _ in range(2)]

    def fit(self, x, y, corpus, speaker):
        high = registers(x, speaker)
        high = np.array([high[u] for u in speaker])
        for model, i in zip(self.models, (~high, high)):
            model.fit(x[i], y[i], corpus[i], speaker[i])
        self.pitch = [(x[i, PITCH].mean(), x[i, PITCH].std()) for i in (~high, high)]
        return self

    def shares(self, x):
        logs = np.array([-0.5 * ((x[:, PITCH] - mean) / sd) ** 2 - np.log(sd) for mean, sd in self.pitch]).T
        return base.softmax(logs)

    def answer(self, x, speaker, way):
        share = self.shares(x)
        if way in ('ten', 'all'):  # the register of the speaker
            share = np.array([share[speaker == u].mean(0) for u in speaker])
        return sum(share[:, [j]] * model.answer(x, speaker, way) for j, model in enumerate(self.models))


class Kernels(base.Model):
    """Discriminants with `weight` of ridge regression of the classes on cosines of the measures: random features of a Gaussian kernel
    (Rahimi & Recht 2007) whose variance is `width` times the number of measures."""

    def __init__(self, weight, width=1, count=768, ridge=1e-3, **settings):
        super().__init__(**settings)
        self.weight, self.width, self.count, self.ridge = weight, width, count, ridge

    def fit(self, x, y, corpus, speaker):
        super().fit(x, y, corpus, speaker)
        z, labels, w = self.training
        random = np.random.default_rng(self.seed + 1)
        self.turn = random.standard_normal((z.shape[1], self.count)) / np.sqrt(self.width * z.shape[1])
        self.phase = random.uniform(0, 2 * np.pi, self.count)
        f, w = self.features(z), w / w.sum()
        self.centre = w @ f
        f = f - self.centre
        targets = np.eye(4)[labels] - 0.25
        self.weights = np.linalg.solve(f.T @ (f * w[:, None]) + self.ridge * np.eye(self.count), f.T @ (targets * w[:, None]))
        return self

    def features(self, z):
        return np.sqrt(2 / self.count) * np.cos(z @ self.turn + self.phase)

    def answer(self, x, speaker, way):
        """Class means move by the discriminants alone."""
        z = relative_rows(self, x, speaker, way)
        kernel = 6 * (self.features(z) - self.centre) @ self.weights
        linear = SHARPNESS * super().answer(x, speaker, way)
        return {w: (linear if w != 'alone' else 0) + (1 if w == 'alone' else w) * kernel for w in self.weight}


class KnownVoices(Kernels, Registers):
    """Both."""


class Known:
    """Without statistics, two models: one for voices of corpora that are known, one for others. A recording is of a known corpus where the
    distance to the nearest anchor, by the covariance within them, is below `limit` times its median in the training. The model of what is
    known has anchors by register, shares twice as sharp, class means by 0.8 of the way to the anchors' and kernels by 1; the other, and both
    with statistics, corpora as anchors and kernels by 0.3."""

    def __init__(self, limit=1.3, kernels=(0.3, 1), seed=0):
        self.limit, self.kernels, self.seed = limit, kernels, seed

    def fit(self, x, y, corpus, speaker):
        self.other = Kernels(self.kernels, seed=self.seed, guess=True).fit(x, y, corpus, speaker)
        self.known = KnownVoices(self.kernels, seed=self.seed, guess=True).fit(x, y, corpus, speaker)
        self.known.sharpness *= 2
        self.known.own = self.known.mu + 0.8 / 0.3 * (self.known.own - self.known.mu)
        b, groups = self.rows(x), corpus
        names = sorted(set(groups))
        s = np.mean([np.cov(b[groups == c].T) for c in names], 0)
        self.inverse = np.linalg.inv(0.95 * s + 0.05 * np.trace(s) / len(s) * np.eye(len(s)))
        self.means = [b[groups == c].mean(0) for c in names]
        distances = self.distances(b)
        self.medians = [np.median(distances[groups == c, j]) for j, c in enumerate(names)]
        return self

    def rows(self, x):
        return np.clip(((x - self.other.mean) / self.other.scale)[:, :-1], -8, 8)

    def distances(self, b):
        return np.array([np.sum((b - m) @ self.inverse * (b - m), 1) for m in self.means]).T

    def answer(self, x, speaker, way):
        other = self.other.answer(x, speaker, way)[self.kernels[0]]
        if way != 'none':
            return other
        known = np.min(self.distances(self.rows(x)) / self.medians, 1) < self.limit
        return np.where(known[:, None], self.known.answer(x, speaker, way)[self.kernels[1]], other)


def line(name, rates):
    each = ' | '.join('/'.join(f'{v:.1f}' for v in column) for column in np.array(rates).T)
    print(f'| {name} | ' + ' | '.join(f'{v:.1f}' for v in np.mean(rates, 0)) + f' | {each} |', flush=True)


def scores(data, make, usable=None, labels=None):
    """{ (corpus, way): scores } of each corpus left out."""
    out, y = {}, data.y if labels is None else labels
    for c in base.TESTED:
        a, t = data.corpus != c, data.corpus == c
        a &= True if usable is None else usable
        model = make().fit(data.x[a], y[a], data.corpus[a], data.speaker[a])
        for way in WAYS:
            out[c, way] = model.answer(data.x[t], data.speaker[t], way)
    return out


def rates(data, answers):
    return [[base.uar(data.y[data.corpus == c], answers[c, way].argmax(1)) for way in WAYS] for c in base.TESTED]


def votes(data, shared):
    """The class that most listeners heard in the voice, -1 where it is another or a tie; the label elsewhere."""
    heard = {row['file']: row['voiceVote'] for row in csv.DictReader(open(f'{shared}/corpora/cremad/votes.csv'))}
    letters = dict(H=0, N=1, S=2, A=3)
    return np.array([letters.get(heard[s], -1) if c == 'cremad' and s in heard else k
                     for s, c, k in zip(data.stem, data.corpus, data.y)])


def linear(data, shared):
    anchors = dict(guess=True)
    for name, make in {
        'discriminants, corpora as anchors': lambda: base.Model(**anchors),
        'CORAL, strength 200': lambda: Coral(200, **anchors),
        'CORAL, strength 1000': lambda: Coral(1000, **anchors),
        'CORAL, strength 4000': lambda: Coral(4000, **anchors),
        'moves along 24 directions': lambda: Directions(**anchors),
        'moves along all directions': lambda: Directions(rank=168, **anchors),
        'moves along 24 directions, three steps': lambda: Directions(steps=3, **anchors),
        'moves along 24 directions, no limit': lambda: Directions(limit=1, **anchors),
    }.items():
        line(name, rates(data, scores(data, make)))
    heard = votes(data, shared)
    make = lambda: base.Model(**anchors)
    line('CREMA-D less what was misheard', rates(data, scores(data, make, heard == data.y)))
    line("CREMA-D by its listeners' votes", rates(data, scores(data, make, heard >= 0, np.maximum(heard, 0))))


def actors(data, models):
    for name, make in models.items():
        x, y, corpus, speaker = data.x, data.y, data.corpus, data.speaker
        fold = folds_by_actor(data)
        answers = {(c, way): np.zeros((np.sum(corpus == c), 4)) for c in base.TESTED for way in WAYS}
        for q in range(5):
            a = fold != q
            fitted = make().fit(x[a], y[a], corpus[a], speaker[a])
            for c, way in answers:
                t = ~a & (corpus == c)
                answers[c, way][t[corpus == c]] = fitted.answer(x[t], speaker[t], way)
        line(f'{name}, unheard actors', rates(data, answers))


def relative_rows(model, x, speaker, way):
    """z as the discriminants see it."""
    x, random, n = (x - model.mean) / model.scale, np.random.default_rng(5), len(x)
    if way == 'none':
        return model.unadapted(x)
    out = np.empty_like(x)
    for i in range(n):
        own = (speaker == speaker[i]) if way != 'corpus' else np.ones(n, bool)
        others = np.flatnonzero(own & (np.arange(n) != i))
        others = random.permutation(others)[:10] if way == 'ten' else others
        b = x[others, :-1]
        voice = base.shrunk(b.mean(0), b.var(0), len(b), model.g0, model.v0 if way == 'corpus' else model.w0)
        out[i] = model.relative(x[[i]], *voice, x[others, -1].mean())[0]
    return out


def keep(data, name, answers):
    np.savez(f'{data.folder}/{name}.npz', **{f'{c} {way}': p for (c, way), p in answers.items()})
    line(name, rates(data, answers))


def trees(data):
    from sklearn.ensemble import ExtraTreesClassifier
    answers = {}
    for c in base.TESTED:
        a, t = data.corpus != c, data.corpus == c
        model = base.Model(guess=True).fit(data.x[a], data.y[a], data.corpus[a], data.speaker[a])
        z, y, w = model.training
        forest = ExtraTreesClassifier(150, min_samples_leaf=20, max_features=13, random_state=0).fit(z, y, w)
        for way in WAYS:
            rows = relative_rows(model, data.x[t], data.speaker[t], way)
            answers[c, way] = np.log(np.clip(forest.predict_proba(rows), 1e-3, 1))
    keep(data, 'trees', answers)


def together(data, names, weights=(0.3, 0.5, 1)):
    members = [np.load(f'{data.folder}/{name}.npz') for name in names]
    for title, make in (('discriminants', base.Model), ('moves along 24 directions', Directions)):
        linear_scores = scores(data, lambda: make(guess=True))
        for weight in weights:
            line(f'{title} with {weight} {" + ".join(names)}', rates(data, {
                (c, way): SHARPNESS * s + weight * np.mean([one[f'{c} {way}'] for one in members], 0)
                for (c, way), s in linear_scores.items()}))


EXTRA = {
    'speakers': {'speakers weigh the same': lambda: base.Model(guess=True, speakers=1)},
    'known': {
        'known voices by register and kernels': Known,
        'known voices, another seed': lambda: Known(seed=1),
        'known voices, limit 1.2': lambda: Known(limit=1.2),
        'known voices, limit 1.5': lambda: Known(limit=1.5),
        'known voices by register, no kernels': lambda: Known(kernels=(0, 0.0)),
    },
    'registers': {
        'corpora by register as anchors': lambda: Registers(guess=True),
        'a model for each register': lambda: Gated(guess=True),
    },
}


def folds_by_actor(data):
    """Of each recording its fold; of RESD by dialogue."""
    key = np.array([s[:6] if c == 'resd' else s for s, c in zip(data.speaker, data.corpus)])
    fold, random = np.zeros(len(data.y), int), np.random.default_rng(0)
    for c in sorted(set(data.corpus)):
        for q, u in enumerate(random.permutation(sorted(set(key[data.corpus == c])))):
            fold[key == u] = q % 5
    return fold


def kernels(data):
    """All weights of one training."""
    weights = ('alone', 0.3, 1)
    for width in (1, 4):
        answers = {w: {} for w in weights}
        for c in base.TESTED:
            t = data.corpus == c
            model = Kernels(weights, width, guess=True).fit(data.x[~t], data.y[~t], data.corpus[~t], data.speaker[~t])
            for way in WAYS:
                for w, out in model.answer(data.x[t], data.speaker[t], way).items():
                    answers[w][c, way] = out
        for w in weights:
            line(f'kernels of width {width}, {w}', rates(data, answers[w]))
        fold = folds_by_actor(data)
        answers = {w: {(c, way): np.zeros((np.sum(data.corpus == c), 4)) for c in base.TESTED for way in WAYS} for w in weights}
        for q in range(5):
            a = fold != q
            model = Kernels(weights, width, guess=True).fit(data.x[a], data.y[a], data.corpus[a], data.speaker[a])
            for c in base.TESTED:
                t = ~a & (data.corpus == c)
                for way in WAYS:
                    for w, out in model.answer(data.x[t], data.speaker[t], way).items():
                        answers[w][c, way][t[data.corpus == c]] = out
        for w in weights:
            line(f'kernels of width {width}, {w}, unheard actors', rates(data, answers[w]))


def main(folder, shared, *names):
    data = Data(folder)
    print(dict(zip(*np.unique(data.corpus, return_counts=True))))
    for at, name in enumerate(names):
        if name == 'linear':
            linear(data, shared)
        elif name == 'actors':
            actors(data, {'discriminants, corpora as anchors': lambda: base.Model(guess=True), 'moves along 24 directions': lambda: Directions(guess=True)})
        elif name in EXTRA:
            for title, make in EXTRA[name].items():
                line(title, rates(data, scores(data, make)))
                actors(data, {title: make})
        elif name == 'kernels':
            kernels(data)
        elif name == 'trees':
            trees(data)
        elif name == 'with':
            for each in names[at + 1:]:
                together(data, each.split('+'))
            break
        else:
            from beyond_linear_networks import answers
            keep(data, name, answers(data, *name.split('.')))


if __name__ == '__main__':
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
