"""Small networks over the tracks of speech, for beyond-linear.py. PyTorch, one thread."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
# Of the 54 tracks: energy, f0, 11 of voice quality, 40 mel bands, level.
COLUMNS = {'speech': list(range(13)), 'mel': [0, *range(13, 53)], 'all': list(range(53))}
VOICED = list(range(1, 13))
ONE_CLASS = 'resd'  # its roles play one emotion each: relative to the corpus


class Tracks:
    """Tracks at 50 rows a second, without the ends that are silent, and for each recording sum, sum of squares and count of each column."""

    def __init__(self, data, columns):
        self.speaker, self.corpus = data.speaker, data.corpus
        every = np.memmap(f'{data.folder}/tracks.f32', np.float32, 'r').reshape(-1, 54)
        ends = np.cumsum(data.rows)
        self.voiced = np.isin(columns, VOICED)
        self.rows, sums = [], []
        for first, end in zip(ends - data.rows, ends):
            x = np.array(every[first:end, :53])
            loud = np.flatnonzero(x[:, 0] > -30)
            x = x[loud[0]:loud[-1] + 1]  # without silence at the ends
            x = x[:len(x) // 2 * 2]
            active = x[:, 0] > -30
            voiced = (x[:, 1] > 0) & active
            x[:, 1] = 12 * np.log2(np.maximum(x[:, 1], 50) / 100)
            x = np.nan_to_num(x[:, columns], posinf=0, neginf=0)
            mask = np.where(self.voiced, voiced[:, None], 1.0)
            pairs, kept = (x * mask).reshape(-1, 2, len(columns)), mask.reshape(-1, 2, len(columns))
            x, mask = pairs.sum(1) / np.maximum(kept.sum(1), 1), kept.mean(1)
            self.rows.append(np.c_[x, voiced.reshape(-1, 2).mean(1)].astype(np.float32))
            counted = np.where(self.voiced, mask > 0, active.reshape(-1, 2).any(1)[:, None])
            sums.append([(x * counted).sum(0), (x * x * counted).sum(0), counted.sum(0)])
        self.sums = np.array(sums)

    def statistics(self, of):
        total, squares, n = self.sums[of].sum(0)
        mean = total / np.maximum(n, 1)
        return mean, np.maximum(squares / np.maximum(n, 1) - mean ** 2, 1e-3)

    def relative(self, i, voice):
        x = self.rows[i]
        z = np.clip((x[:, :-1] - voice[0]) / np.sqrt(voice[1]), -4, 4)
        z[:, self.voiced] *= x[:, -1:] > 0
        return np.c_[z, x[:, -1]].astype(np.float32)


class Voices:
    """Statistics of training corpora and speakers, and the priors of others."""

    def __init__(self, tracks, train):
        self.tracks = tracks
        self.corpora = {c: tracks.statistics(train[tracks.corpus[train] == c]) for c in sorted(set(tracks.corpus[train]))}
        self.prior = tuple(np.mean([one[part] for one in self.corpora.values()], 0) for part in (0, 1))
        self.members = {u: train[tracks.speaker[train] == u] for u in sorted(set(tracks.speaker[train]))}
        self.speakers = {u: tracks.statistics(i) for u, i in self.members.items() if not u.startswith(ONE_CLASS)}
        self.within = np.mean([one[1] for one in self.speakers.values()], 0)

    def shrunk(self, of):
        mean, variance = self.tracks.statistics(of)
        n = len(of)
        return (n * mean + 2 * self.prior[0]) / (n + 2), (n * variance + 10 * self.within) / (n + 10)

    def drawn(self, i, random):
        """Of its corpus by a half, else of its speaker or of a few of its recordings."""
        kind, u = random.integers(6), self.tracks.speaker[i]
        if kind < 3 or u not in self.speakers:
            return self.corpora[self.tracks.corpus[i]]
        if kind == 3:
            return self.speakers[u]
        return self.shrunk(random.permutation(self.members[u])[:random.choice([3, 5, 10])])

    def asked(self, test, way, random):
        if way == 'none':
            return [self.prior] * len(test)
        if way == 'corpus':
            return [self.tracks.statistics(test[test != i]) for i in test]
        out = []
        for i in test:
            others = test[(self.tracks.speaker[test] == self.tracks.speaker[i]) & (test != i)]
            out.append(self.shrunk(random.permutation(others)[:10] if way == 'ten' else others))
        return out


class Reverse(torch.autograd.Function):
    """Gradients of the classifier of corpora, turned round (Ganin & Lempitsky 2015)."""

    @staticmethod
    def forward(context, x, factor):
        context.factor = factor
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        return -context.factor * gradient, None


class Network(nn.Module):
    """Rows at 25 a second, attention pooling of mean and deviation, softmax."""

    def __init__(self, kind, columns, corpora):
        super().__init__()
        self.kind, width = kind, 32 if kind == 'lstm' else 48
        if kind == 'conv2d':
            self.planes = nn.ModuleList([
                nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.Conv2d(16, 32, 3, stride=(1, 2), padding=1),
                nn.Conv2d(32, 32, 3, stride=(1, 2), padding=1)])
            self.norms = nn.ModuleList(nn.BatchNorm2d(n) for n in (16, 32, 32))
            self.flat = nn.Conv1d(32 * 5, width, 1)
        else:
            self.first = nn.Conv1d(columns + 1, width, 5, stride=2, padding=2)
            self.norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in range(3))
        if kind == 'conv':
            self.more = nn.ModuleList([nn.Conv1d(width, width, 5, padding=2), nn.Conv1d(width, width, 5, padding=4, dilation=2)])
        if kind == 'lstm':
            self.lstm = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        outputs = 2 * width if kind == 'lstm' else width
        self.attention = nn.Sequential(nn.Conv1d(outputs, 32, 1), nn.Tanh(), nn.Conv1d(32, 1, 1))
        self.drop, self.out = nn.Dropout(0.3), nn.Linear(2 * outputs, 4)
        self.which = nn.Sequential(nn.Linear(2 * outputs, 32), nn.ReLU(), nn.Linear(32, corpora))

    def rows(self, x):
        if self.kind == 'conv2d':
            h = x[:, :, -41:-1][:, None]
            for plane, norm in zip(self.planes, self.norms):
                h = torch.relu(norm(plane(h)))
            return torch.relu(self.flat(self.drop(h.transpose(2, 3).flatten(1, 2))))
        h = self.drop(torch.relu(self.norms[0](self.first(x.transpose(1, 2)))))
        if self.kind == 'lstm':
            return self.lstm(h.transpose(1, 2))[0].transpose(1, 2)
        for layer, norm in zip(self.more, self.norms[1:]):
            h = h + torch.relu(norm(layer(self.drop(h))))
        return h

    def forward(self, x, mask, factor=0.0):
        h = self.rows(x)
        weights = self.attention(h)[:, 0].masked_fill(mask[:, ::2] == 0, -1e9).softmax(1)[:, None]
        mean = (h * weights).sum(2)
        deviation = ((h * h * weights).sum(2) - mean ** 2).clamp(min=1e-4).sqrt()
        pooled = self.drop(torch.cat([mean, deviation], 1))
        return self.out(pooled), self.which(Reverse.apply(pooled, factor))


def batch(sequences):
    longest = max(24, *map(len, sequences))
    x, mask = np.zeros((len(sequences), longest, sequences[0].shape[1]), np.float32), np.zeros((len(sequences), longest), np.float32)
    for j, one in enumerate(sequences):
        x[j, :len(one)], mask[j, :len(one)] = one, 1
    return torch.tensor(x), torch.tensor(mask)


def augmented(x, random, bands):
    """Speed within 14 %, a crop of 3 s, one offset for each column, a masked range of bands and of time."""
    if random.random() < 0.3:
        speed = random.uniform(0.88, 1.14)
        x = x[np.minimum((np.arange(int(len(x) / speed)) * speed).astype(int), len(x) - 1)]
    first = random.integers(max(1, len(x) - 149))
    x = x[first:first + 150].copy()
    x[:, :-1] += random.normal(0, 0.15, x.shape[1] - 1).astype(np.float32)
    if bands:
        first = x.shape[1] - 1 - 40 + random.integers(40)
        x[:, first:min(first + random.integers(9), x.shape[1] - 1)] = 0
    first = random.integers(len(x))
    x[first:first + random.integers(max(2, len(x) // 6))] = 0
    return x


def trained(data, tracks, voices, train, kind, bands, epochs, options):
    torch.manual_seed(0)
    random, corpora = np.random.default_rng(0), sorted(set(data.corpus[train]))
    cells = [train[(data.corpus[train] == c) & (data.y[train] == k)] for c in corpora for k in range(4)]
    cells = [cell for cell in cells if len(cell) > 0]
    network, steps = Network(kind, tracks.sums.shape[2], len(corpora)), len(train) // 64 * epochs
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps + 1)
    for step in range(steps):
        members = [random.choice(cells[cell % len(cells)]) for cell in random.permutation(64)]
        x, mask = batch([augmented(tracks.relative(i, voices.drawn(i, random)), random, bands) for i in members])
        x = x + 0.1 * torch.randn_like(x) * mask[..., None]
        target = functional.one_hot(torch.tensor(data.y[members]), 4).float()
        if 'mixup' in options:
            share, other = random.beta(0.4, 0.4), torch.randperm(64)
            x, target, mask = share * x + (1 - share) * x[other], share * target + (1 - share) * target[other], torch.maximum(mask, mask[other])
        factor = 0.3 * (2 / (1 + np.exp(-10 * step / steps)) - 1) if 'adversarial' in options else 0.0
        scores, which = network(x, mask, factor)
        loss = functional.cross_entropy(scores, target, label_smoothing=0.1)
        if 'adversarial' in options:
            loss = loss + functional.cross_entropy(which, torch.tensor([corpora.index(data.corpus[i]) for i in members]))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
    return network.eval()


def answers(data, kind, columns, epochs, *options):
    """{ (corpus, way): log probabilities } of each corpus left out."""
    tracks, out = Tracks(data, COLUMNS[columns]), {}
    for c in ('emodb', 'banglaser', 'cremad'):
        train, test = np.flatnonzero(data.corpus != c), np.flatnonzero(data.corpus == c)
        voices = Voices(tracks, train)
        network = trained(data, tracks, voices, train, kind, columns != 'speech', int(epochs), options)
        for way in ('none', 'corpus', 'ten', 'all'):
            asked, parts = voices.asked(test, way, np.random.default_rng(5)), []
            for at in range(0, len(test), 32):
                x, mask = batch([tracks.relative(i, v)[:400] for i, v in zip(test[at:at + 32], asked[at:at + 32])])
                with torch.no_grad():
                    parts.append(network(x, mask)[0].log_softmax(1).numpy())
            out[c, way] = np.concatenate(parts)
    if options == () or 'adversarial' in options:
        print(f'{sum(p.numel() for n, p in network.named_parameters() if not n.startswith("which"))} parameters')
    return out
