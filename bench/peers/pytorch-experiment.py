"""The experiment `ser experiment --systems lstm` in PyTorch, on one thread, from the features of bench/experiment-features.mjs:
`python pytorch-experiment.py FOLDER [--speakers 03,08]` leaves each speaker out once and prints a report as JSON.

The same system: rectifier 48, LSTM 64 (torch.nn.LSTM has no peepholes), mean, maximum and deviation over time, softmax; crops, vocal tract
warping, offsets, noise, masks of bands and of time; batches, AdamW with warm-up and cosine decay, clipping, label smoothing, class weights,
moving average of the weights, epochs, without early stopping, which that system does not use by default either.
"""

import argparse
import json
import math
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_sequence, pad_packed_sequence

MASK_FILTERS = 6
LOWEST, HIGHEST = 20, 8000


class Network(nn.Module):
    def __init__(self, inputs, classes, s):
        super().__init__()
        self.rectifier = nn.Linear(inputs, s["rectifier"])
        self.lstm = nn.LSTM(s["rectifier"], s["units"])
        self.dropout = nn.Dropout(s["dropout"])
        self.head = nn.Linear(3 * s["units"], classes)
        nn.init.kaiming_normal_(self.rectifier.weight, nonlinearity="relu")
        nn.init.xavier_uniform_(self.lstm.weight_ih_l0)
        for gate in self.lstm.weight_hh_l0.chunk(4):
            nn.init.orthogonal_(gate)
        nn.init.xavier_uniform_(self.head.weight)
        for bias in (self.rectifier.bias, self.lstm.bias_ih_l0, self.lstm.bias_hh_l0, self.head.bias):
            nn.init.zeros_(bias)
        with torch.no_grad():
            self.lstm.bias_ih_l0[s["units"] : 2 * s["units"]] = 1  # forget gate

    def forward(self, packed):
        x = self.dropout(torch.relu(self.rectifier(packed.data)))
        h, _ = self.lstm(PackedSequence(x, *packed[1:]))
        h, lengths = pad_packed_sequence(h)  # [T, B, H]
        present = (torch.arange(h.shape[0])[:, None] < lengths).unsqueeze(-1)
        count = lengths[:, None].float()
        mean = h.sum(0) / count  # padding is zero
        deviation = ((h - mean) * present).square().sum(0)
        highest = h.masked_fill(~present, -math.inf).amax(0)
        pooled = torch.cat([mean, highest, (deviation / count + 1e-6).sqrt()], 1)
        return self.head(self.dropout(pooled))


def mel(hz):
    return 1125 * np.log1p(hz / 700)


class Augmentation:
    """Crops, warps, offsets, noise and masks for the sequences of a batch, in standardised units."""

    def __init__(self, s, mean, scale):
        self.s = s
        frames_per_second = 100
        self.crop = round(frames_per_second * s["cropSeconds"] / s["framesPerStep"])
        self.filters = s["frontEnd"]["filters"]
        bands = [order * (self.filters + 1) for order in range(1 + s["frontEnd"]["deltas"])]
        self.starts = [copy * len(mean) + start for copy in range(s["framesPerStep"]) for start in bands]
        self.mean = np.tile(mean, s["framesPerStep"])
        self.scale = np.tile(scale, s["framesPerStep"])
        low = mel(LOWEST)
        self.low, self.step = low, (mel(HIGHEST) - low) / (self.filters + 1)
        self.centres = 700 * np.expm1((low + (1 + np.arange(self.filters)) * self.step) / 1125)

    def add_warped(self, x, out, factor):
        """Adds x, in which each log mel energy becomes that at its warped place, between two filters a and b."""
        n, starts = self.filters, np.array(self.starts)[:, None]
        places = np.clip((mel(factor * self.centres) - self.low) / self.step - 1, 0, n - 1)
        lower = places.astype(int)
        share = places - lower
        every = np.arange(len(self.mean))
        a, b, of_a, of_b, shift = every.copy(), every.copy(), *np.stack([every >= 0, every < 0, every < 0]).astype(float)
        to, from_a, from_b = starts + np.arange(n), starts + lower, starts + np.minimum(lower + 1, n - 1)
        a[to], b[to] = from_a, from_b
        mean, scale = self.mean, self.scale
        of_a[to] = (1 - share) * scale[from_a] / scale[to]
        of_b[to] = share * scale[from_b] / scale[to]
        shift[to] = (mean[from_a] + share * (mean[from_b] - mean[from_a]) - mean[to]) / scale[to]
        of_a, of_b, shift = torch.from_numpy(np.stack([of_a, of_b, shift]).astype(np.float32))
        out += shift
        out.addcmul_(x[:, torch.from_numpy(a)], of_a).addcmul_(x[:, torch.from_numpy(b)], of_b)

    def __call__(self, sequences, rng):
        s = self.s
        cropped = []
        for x in sequences:
            length = min(len(x), self.crop)
            first = rng.integers(len(x) - length + 1)
            cropped.append(x[first : first + length])
        # Noise of the whole batch at once; what follows works on its rows in place.
        outs = torch.randn(sum(map(len, cropped)), len(self.mean)).mul_(s["noise"]).split([len(x) for x in cropped])
        offsets = torch.randn(len(cropped), len(self.mean)).mul_(s["offset"])
        for x, out, offset in zip(cropped, outs, offsets):
            out += offset
            self.add_warped(x, out, 1 + s["vocalTract"] * (2 * rng.random() - 1))
            for _ in range(s["bandMasks"]):
                width = rng.integers(MASK_FILTERS + 1)
                first = rng.integers(self.filters - width + 1)
                for start in self.starts:
                    out[:, start + first : start + first + width] = 0
            length = rng.integers(int(s["timeMask"] * len(x)) + 1)
            first = rng.integers(len(x) - length + 1)
            out[first : first + length] = 0
        return outs


def stacked(x, size):
    steps = len(x) // size
    return x[: steps * size].reshape(steps, -1)


def train(sequences, labels, classes, s, augment, rng):
    net = Network(sequences[0].shape[1], classes, s)
    weights = (len(labels) / (classes * torch.bincount(labels, minlength=classes))) ** s["classWeightPower"]
    parameters = list(net.parameters())
    decayed = [p for p in parameters if p.ndim > 1]
    groups = [{"params": decayed}, {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=s["learningRate"], weight_decay=s["weightDecay"], fused=True)
    updates = s["epochs"] * math.ceil(len(labels) / s["batchSize"])
    rise = s["warmUp"]
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda i: (i + 1) / rise if i < rise else (1 + math.cos(math.pi * (i - rise) / max(1, updates - rise))) / 2,
    )
    average = [p.detach().clone() for p in parameters]
    done = 0
    for _ in range(s["epochs"]):
        order = torch.from_numpy(rng.permutation(len(labels)))
        for members in order.split(s["batchSize"]):
            packed = pack_sequence(augment([sequences[i] for i in members.tolist()], rng), enforce_sorted=False)
            wanted = labels[members]
            losses = nn.functional.cross_entropy(
                net(packed), wanted, label_smoothing=s["labelSmoothing"], reduction="none"
            )
            optimizer.zero_grad()
            (losses * weights[wanted]).mean().backward()
            nn.utils.clip_grad_norm_(parameters, s["clipNorm"])
            optimizer.step()
            schedule.step()
            done += 1
            decay = min(s["averaging"], (1 + done) / (10 + done))
            torch._foreach_lerp_(average, [p.detach() for p in parameters], 1 - decay)
    with torch.no_grad():
        for p, mean in zip(parameters, average):
            p.copy_(mean)
    return net.eval()


def run_fold(features, labels, test, classes, s, rng):
    training = [x for x, is_test in zip(features, test) if not is_test]
    mean = np.concatenate(training).mean(0, dtype=np.float64)
    scale = np.concatenate(training).std(0, dtype=np.float64)
    ready = [torch.from_numpy(stacked(((x - mean) / scale).astype(np.float32), s["framesPerStep"])) for x in features]
    inside = [x for x, is_test in zip(ready, test) if not is_test]
    outside = [x for x, is_test in zip(ready, test) if is_test]
    net = train(inside, labels[~test], classes, s, Augmentation(s, mean, scale), rng)
    with torch.inference_mode():
        return net(pack_sequence(outside, enforce_sorted=False)).argmax(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--speakers", default="", help="the folds of these test speakers only")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    described = json.loads((arguments.folder / "recordings.json").read_text())
    recordings, classes, s = described["recordings"], described["classes"], described["settings"]
    ends = np.cumsum([r["frames"] for r in recordings])
    features = np.split(np.load(arguments.folder / "features.npy").reshape(ends[-1], -1), ends[:-1])
    labels = torch.tensor([classes.index(r["label"]) for r in recordings])
    speakers = np.array([r["speaker"] for r in recordings])
    right, heard = 0, 0
    for name in filter(None, arguments.speakers.split(",")) if arguments.speakers else sorted(set(speakers)):
        test = torch.from_numpy(speakers == name)
        said = run_fold(features, labels, test, len(classes), s, rng)
        right += int((said == labels[test]).sum())
        heard += int(test.sum())
    print(json.dumps({"versions": [f"PyTorch {torch.__version__}"], "right": right, "heard": heard}))


main()
