"""Figures of docs/decisions/second-edition.md: the recipe of the second edition by leave-one-corpus-out, in NumPy.

usage: python scripts/second-edition.py MEASURES.csv SHARED

    ser features --kind speechAndLevel --no-cache -o MEASURES.csv SHARED/emodb/wav SHARED/corpora/{banglaser,cremad,resd}

Several files are separated by commas. SHARED/corpora holds manifest.csv of each corpus. NumPy alone; three minutes.
"""
import csv
import os
import sys

import numpy as np

CLASSES = ['joy', 'neutral', 'sadness', 'anger']
TESTED = ['emodb', 'banglaser', 'cremad']
FAULTY = {  # audio under two labels, or twice
    '1006_TIE_HAP_XX', '1006_TIE_NEU_XX', '1013_WSI_SAD_XX', '1017_IWW_ANG_XX', '1076_MTI_SAD_XX',
    '03-01-01-01-03-01-17', '03-01-01-01-03-01-15',
}
GROUPS = {'pitch': (0, 15), 'rhythm': (15, 22), 'energy': (22, 32), 'voiceQuality': (32, 87),
          'loudSpectrum': (87, 127), 'modulation': (127, 167), 'level': (167, 168)}


def labels(shared):
    """{ stem: (corpus, class, speaker) } of the four classes."""
    out = {}
    letters = dict(F='joy', N='neutral', T='sadness', W='anger')
    for name in os.listdir(f'{shared}/emodb/wav'):
        if name[5] in letters:
            out[name[:-4]] = ('emodb', letters[name[5]], 'emodb' + name[:2])
    for corpus in ('banglaser', 'cremad', 'resd'):
        for row in csv.DictReader(open(f'{shared}/corpora/{corpus}/manifest.csv')):
            stem = row['path'].rsplit('.', 1)[0]
            if row['label'] in CLASSES and stem not in FAULTY:
                out[stem] = (corpus, row['label'], corpus + row['speaker'])
    return out


def load(files, shared):
    known, rows = labels(shared), {}
    for file in files.split(','):
        for row in csv.reader(open(file)):
            stem = os.path.basename(row[0]).rsplit('.', 1)[0]
            if stem in known:
                rows[stem] = [float(v) if v else np.nan for v in row[-168:]]
    stems = sorted(rows, key=lambda stem: (known[stem][0], stem))
    x = np.array([rows[stem] for stem in stems])
    x = np.where(np.isfinite(x), x, np.nanmedian(x, 0))
    corpus, label, speaker = (np.array(column) for column in zip(*(known[stem] for stem in stems)))
    return x, np.array([CLASSES.index(one) for one in label]), corpus, speaker


def softmax(scores):
    p = np.exp(scores - scores.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def shrunk(mean, var, n, prior_mean, prior_var):
    return (n * mean + 2 * prior_mean) / (n + 2), (n * var + 10 * prior_var) / (n + 10)


def uar(y, guess):
    return 100 * np.mean([(guess[y == k] == k).mean() for k in np.unique(y)])


class Model:
    """Last column of x: level. Settings: `moves` of class means; `guess`: statistics of the corpora that the recording sounds like;
    `speakers`: the power of their weights (speakerWeightPower)."""

    def __init__(self, shrinkage=0.5, moves=2, guess=False, seed=0, speakers=0):
        self.shrinkage, self.moves, self.guess, self.seed, self.speakers = shrinkage, moves, guess, seed, speakers
        self.sharpness = 0.1  # of the shares of anchors

    def relative(self, rows, mean, var, level=None):
        z = np.zeros_like(rows)
        z[:, :-1] = np.clip((rows[:, :-1] - mean) / (np.sqrt(var) + 1e-3), -5, 5)
        if level is not None:
            z[:, -1] = np.clip((rows[:, -1] - level) / 3, -4, 4)
        return z

    def fit(self, x, y, corpus, speaker):
        random = np.random.default_rng(self.seed)
        self.mean, self.scale = x.mean(0), x.std(0) + 1e-6
        self.mean[-1], self.scale[-1] = 0, 1
        x = (x - self.mean) / self.scale
        b, names = x[:, :-1], sorted(set(corpus))
        members = {u: np.flatnonzero(speaker == u) for u in sorted(set(speaker))}
        members = {u: i for u, i in members.items() if len(set(y[i])) > 1}
        means, variances = (np.array([f(b[corpus == c], 0) for c in names]) for f in (np.mean, np.var))
        self.g0, self.v0 = means.mean(0), variances.mean(0)
        self.w0 = np.mean([b[i].var(0) for i in members.values()], 0)
        by_corpus = np.empty_like(x)
        for j, c in enumerate(names):
            i = corpus == c
            by_corpus[i] = self.relative(x[i], means[j], variances[j], x[i, -1].mean())
        by_speaker = by_corpus.copy()
        for i in members.values():
            by_speaker[i] = self.relative(x[i], b[i].mean(0), b[i].var(0), x[i, -1].mean())
        copies = [by_corpus, by_speaker]
        for _ in range(2):
            few = by_speaker.copy()
            for i in members.values():
                for part in np.array_split(random.permutation(i), 3):
                    own = b[random.permutation(i)[:random.choice([3, 5, 10])]]
                    voice = shrunk(own.mean(0), own.var(0), len(own), self.g0, self.w0)
                    few[part] = self.relative(x[part], *voice, x[i, -1].mean())
            copies.append(few)
        copies.append(np.c_[by_corpus[:, :-1], np.zeros(len(x))])
        if self.guess:
            groups = self.grouped(x * self.scale + self.mean, corpus, speaker)
            self.anchor(b, groups)
            copies.append(self.unadapted(x))
        weights = np.ones(len(y))
        for c in names:
            for k in range(4):
                cell = np.flatnonzero((corpus == c) & (y == k))
                if self.speakers > 0:
                    _, at, counts = np.unique(speaker[cell], return_inverse=True, return_counts=True)
                    weights[cell] = counts[at] ** -float(self.speakers)
                    weights[cell] *= len(cell) / weights[cell].sum()
                weights[cell] /= max(1, len(cell))
        z, yy, w = np.concatenate(copies), np.tile(y, len(copies)), np.tile(weights, len(copies))
        mu = np.array([np.average(z[yy == k], 0, w[yy == k]) for k in range(4)])
        self.training, self.training_means = (z, yy, w), mu  # for beyond-linear.py
        s = np.mean([np.cov(z[yy == k].T, aweights=w[yy == k]) for k in range(4)], 0)
        s = (1 - self.shrinkage) * s + self.shrinkage * np.trace(s) / len(s) * np.eye(len(s))
        self.mu, self.inverse = mu - mu.mean(0), np.linalg.inv(s)
        if self.guess:  # class means of each corpus, by 0.3
            own = np.array([[np.mean([np.average(r[i], 0, weights[i]) for r in copies[:2]], 0)
                             for k in range(4) for i in [(groups == c) & (y == k)]] for c in sorted(set(groups))])
            self.own = self.mu + 0.3 * (own - own.mean(1, keepdims=True) - self.mu)
        return self

    def grouped(self, x, corpus, speaker):
        """Of each recording the anchor."""
        return corpus

    def anchor(self, b, groups):
        """Corpora as anchors, with the mean covariance within them, shrunk by 0.3."""
        b, names = np.clip(b, -8, 8), sorted(set(groups))
        s = np.mean([np.cov(b[groups == c].T) for c in names], 0)
        s = 0.7 * s + 0.3 * np.trace(s) / len(s) * np.eye(len(s))
        self.anchors = np.array([b[groups == c].mean(0) for c in names]), np.array([b[groups == c].var(0) for c in names])
        self.directions = np.linalg.solve(s, self.anchors[0].T)

    def shares(self, x):
        """How much a recording sounds like each corpus [n, corpora]."""
        offsets = 0.5 * np.sum(self.anchors[0].T * self.directions, 0)
        return softmax(self.sharpness * (np.clip(x[:, :-1], -8, 8) @ self.directions - offsets))

    def unadapted(self, x):
        if not self.guess:
            return self.relative(x, self.g0, self.v0)
        g = self.shares(x)
        return self.relative(x, g @ self.anchors[0], g @ self.anchors[1])

    def scores(self, z, mu):
        directions = self.inverse @ mu.T
        return z @ directions - 0.5 * np.sum(mu.T * directions, 0)

    def start(self, x):
        return np.tensordot(self.shares(x).mean(0), self.own, 1) if self.guess else self.mu

    def moved(self, z, first):
        mu = first
        for _ in range(self.moves):
            p = softmax(0.3 * self.scores(z, mu))
            n = p.sum(0)[:, None]
            share = np.minimum(n / (n + 20), 0.4)
            mu = (1 - share) * first + share * (p.T @ z) / (n + 1e-9)
            mu = mu - mu.mean(0)
        return mu

    def adapted(self, asked, others, prior_var):
        """Scores of asked rows by others."""
        voice = shrunk(others[:, :-1].mean(0), others[:, :-1].var(0), len(others), self.g0, prior_var)
        level = others[:, -1].mean()
        return self.scores(self.relative(asked, *voice, level), self.moved(self.relative(others, *voice, level), self.start(others)))

    def answer(self, x, speaker, way):
        """Scores [n, 4]; statistics and class means of other recordings than the asked one."""
        x, random = (x - self.mean) / self.scale, np.random.default_rng(5)
        if way == 'none':
            z = self.unadapted(x)
            return np.concatenate([self.scores(z[[i]], self.start(x[[i]])) for i in range(len(x))])
        out, n = np.empty((len(x), 4)), len(x)
        if way == 'corpus':
            fold = random.permutation(n) % 5
            for q in range(5):
                out[fold == q] = self.adapted(x[fold == q], x[fold != q], self.v0)
            return out
        for i in range(n):
            others = np.flatnonzero((speaker == speaker[i]) & (np.arange(n) != i))
            if way == 'ten':
                others = random.permutation(others)[:10]
            alone = len(others) == 0
            others = np.flatnonzero(np.arange(n) != i) if alone else others
            out[i] = self.adapted(x[[i]], x[others], self.v0 if alone else self.w0)[0]
        return out


def left_out(name, data, drop=(), **settings):
    x, y, corpus, speaker = data
    rates = []
    for c in TESTED:
        a, t = (corpus != c) & ~np.isin(corpus, drop), corpus == c
        model = Model(**settings).fit(x[a], y[a], corpus[a], speaker[a])
        rates.append([uar(y[t], model.answer(x[t], speaker[t], way).argmax(1)) for way in ('none', 'corpus', 'ten', 'all')])
    each = ' | '.join('/'.join(f'{v:.1f}' for v in column) for column in zip(*rates))
    print(f'| {name} | ' + ' | '.join(f'{v:.1f}' for v in np.mean(rates, 0)) + f' | {each} |', flush=True)


def unheard(name, data, **settings):
    """Five folds by actor (RESD: by dialogue)."""
    x, y, corpus, speaker = data
    key = np.array([s[:6] if c == 'resd' else s for s, c in zip(speaker, corpus)])
    fold, random = np.zeros(len(y), int), np.random.default_rng(0)
    for c in sorted(set(corpus)):
        for q, u in enumerate(random.permutation(sorted(set(key[corpus == c])))):
            fold[key == u] = q % 5
    guesses = {way: np.zeros(len(y), int) for way in ('none', 'all')}
    for q in range(5):
        a = fold != q
        model = Model(**settings).fit(x[a], y[a], corpus[a], speaker[a])
        for c in TESTED:
            t = ~a & (corpus == c)
            for way, guess in guesses.items():
                guess[t] = model.answer(x[t], speaker[t], way).argmax(1)
    rates = [[uar(y[corpus == c], guess[corpus == c]) for c in TESTED] for guess in guesses.values()]
    print(f'| {name}, unheard actors | ' + ' | '.join(f'{np.mean(r):.1f} ({"/".join(f"{v:.1f}" for v in r)})' for r in rates) + ' |', flush=True)


if __name__ == '__main__':
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    data = load(sys.argv[1], sys.argv[2])
    print(dict(zip(*np.unique(data[2], return_counts=True))))
    left_out('class means stay', data, moves=0)
    left_out('measures-lda', data)
    left_out('measures-lda, without RESD', data, drop=('resd',))
    left_out('measures-lda, another seed', data, seed=1)
    left_out('corpora as anchors', data, guess=True)
    unheard('measures-lda', data)
    unheard('corpora as anchors', data, guess=True)
    for group, (first, end) in GROUPS.items():
        x = data[0].copy()
        x[:, first:end] = 0
        left_out(f'without {group}', (x, *data[1:]))
