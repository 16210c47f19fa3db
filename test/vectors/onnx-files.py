"""ONNX files of other exporters, and the outputs of their own libraries.

    python onnx-files.py torch|sklearn|tensorflow [FOLDER]

writes FOLDER/NAME.onnx (large tensors in NAME.onnx.data) and FOLDER/EXPORTER.json: for each file the exporter, an input and the
outputs of the library that it comes from, not of a runtime. torch 2.15.0, onnx 1.23.2, onnxscript 0.7.2; scikit-learn 1.9.1, skl2onnx
1.20.0; tensorflow-cpu 2.21.0, keras 3.15.1, tf2onnx 1.17.0, Python 3.13. Notes of the exporters on nodes, which hold paths of the
machine, are taken out.
"""

import json
import os
import sys

import numpy as np
import onnx

EXPORTER = sys.argv[1]
FOLDER = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "onnx")
cases = {}


def rounded(x):
    return [float(str(v)) for v in np.asarray(x, dtype=np.float32).reshape(-1)]


def keep(name, by, x, outputs, **more):
    """Takes notes out of the file, and notes input and outputs."""
    path = os.path.join(FOLDER, name + ".onnx")
    model = onnx.load(path, load_external_data=False)
    for part in [model, model.graph, *model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info, *model.graph.initializer]:
        part.doc_string = ""
        if hasattr(part, "metadata_props"):
            del part.metadata_props[:]
    del model.graph.value_info[:]
    onnx.save(model, path)
    x = np.asarray(x, dtype=np.float32)
    cases[name] = {
        "by": by,
        "x": {"shape": list(x.shape), "data": rounded(x)},
        "outputs": {key: {"shape": list(np.shape(y)), "data": rounded(y)} for key, y in outputs.items()},
        **more,
    }


def of_torch():
    import torch
    from torch import nn

    torch.set_num_threads(1)
    dynamic = torch.export.Dim.DYNAMIC

    class Recurrent(nn.Module):
        def __init__(self, cell, head, D=3, H=4, K=3, batch_first=True, **options):
            super().__init__()
            self.r = cell(D, H, batch_first=batch_first, **options)
            d = 2 if options.get("bidirectional") else 1
            self.H, self.d, self.head = H, d, head
            self.norm = nn.LayerNorm(d * H)
            self.batchNorm = nn.BatchNorm1d(D)
            self.out = nn.Linear(d * H, K)
            self.single = nn.Linear(H, K)
            self.score = nn.Sequential(nn.Linear(d * H, 5), nn.Tanh(), nn.Linear(5, 1))
            self.pool = nn.AdaptiveAvgPool1d(1)
            self.drop = nn.Dropout(0.3)
            self.h0 = nn.Parameter(torch.randn(options.get("num_layers", 1) * d, 1, H) * 0.5)
            self.c0 = nn.Parameter(torch.randn(options.get("num_layers", 1) * d, 1, H) * 0.5)
            self.same = nn.Linear(H, D)

        def forward(self, x, *more):
            return self.head(self, x, *more)

    def last(m, x):
        return m.out(m.r(x)[0][:, -1])

    def frames(m, x):
        return m.out(m.r(x)[0])

    def h_n(m, x):
        return m.out(m.drop(m.r(x)[1][-1]))

    def lstm_h_n(m, x):
        return torch.softmax(m.out(m.r(x)[1][0][-1]), dim=-1)

    def both_h_n(m, x):
        h = m.r(x)[1][0]
        return torch.softmax(m.out(torch.cat([h[-2], h[-1]], dim=1)), dim=1)

    def both_ends(m, x):
        y = m.r(x)[0]
        return m.out(torch.cat([y[:, -1, : m.H], y[:, 0, m.H :]], dim=-1))

    def mean(m, x):
        return torch.log_softmax(m.out(m.norm(m.r(x)[0]).mean(dim=1)), dim=-1)

    def largest(m, x):
        return m.out(torch.relu(m.r(x)[0]).max(dim=1)[0])

    def adaptive(m, x):
        return m.out(m.pool(m.r(x)[0].transpose(1, 2)).squeeze(-1))

    def attention(m, x):
        y = m.r(x)[0]
        w = torch.softmax(m.score(y), dim=1)
        return m.out((w * y).sum(dim=1))

    def normed(m, x):
        return m.out(m.r(m.batchNorm(x.transpose(1, 2)).transpose(1, 2))[0])

    def learned(m, x):
        B = x.shape[0]
        return m.out(m.r(x, (m.h0.expand(-1, B, -1).contiguous(), m.c0.expand(-1, B, -1).contiguous()))[0])

    def summed(m, x):
        y = m.r(x)[0]
        return m.single(y[..., : m.H] + y[..., m.H :])

    def residual(m, x):
        return x + m.same(m.r(x)[0])

    def everything(m, x):
        y, (h, c) = m.r(x)
        return m.out(y), h, c

    def time_first(m, x):
        return m.out(m.r(x)[0])

    def packed(m, x, lengths):
        p = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        y, (h, c) = m.r(p)
        y, _ = nn.utils.rnn.pad_packed_sequence(y, batch_first=True)
        return m.out(y)

    def packed_last(m, x, lengths):
        p = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=True)
        return torch.softmax(m.out(m.r(p)[1][0][-1]), dim=-1)

    two = {"num_layers": 2}
    both = {"bidirectional": True}
    plans = {
        "lstm-last": (nn.LSTM, last, {}),
        "lstm-frames": (nn.LSTM, frames, {}),
        "lstm-two-h": (nn.LSTM, lstm_h_n, {**two, "dropout": 0.2}),
        "lstm-both-h": (nn.LSTM, both_h_n, {**two, **both}),
        "lstm-both-ends": (nn.LSTM, both_ends, both),
        "lstm-no-bias": (nn.LSTM, last, {"bias": False}),
        "lstm-learned": (nn.LSTM, learned, {**two, **both}),
        "lstm-sum": (nn.LSTM, summed, both),
        "lstm-adaptive": (nn.LSTM, adaptive, {}),
        "lstm-attention": (nn.LSTM, attention, both),
        "lstm-everything": (nn.LSTM, everything, {**two}),
        "lstm-time-first": (nn.LSTM, time_first, {"batch_first": False, **both}),
        "gru-two-h": (nn.GRU, h_n, two),
        "gru-mean": (nn.GRU, mean, both),
        "gru-max": (nn.GRU, largest, {**two, **both}),
        "gru-batch-norm": (nn.GRU, normed, {}),
        "gru-residual": (nn.GRU, residual, {}),
        "rnn-tanh": (nn.RNN, frames, two),
        "rnn-relu": (nn.RNN, last, {**both, "nonlinearity": "relu"}),
        "lstm-large": (nn.LSTM, last, {"D": 70, "H": 32, **both}),
        "gru-large": (nn.GRU, last, {"D": 20, "H": 56}),
        "lstm-projection": (nn.LSTM, last, {"proj_size": 2, "out": 2}),
    }

    def drawn(model):
        with torch.no_grad():
            for p in model.parameters():
                p.add_(torch.randn_like(p) * 0.2)
            for m in model.modules():
                if isinstance(m, nn.BatchNorm1d):
                    m.running_mean.normal_()
                    m.running_var.uniform_(0.5, 2)
        return model.eval()

    def outputs_of(model, args):
        with torch.no_grad():
            y = model(*args)
        y = y if isinstance(y, tuple) else (y,)
        return {f"y{i}" if i else "y": v.numpy() for i, v in enumerate(y)}

    def written(name, kind, model, args, free=True, names=None, external=True, **more):
        path = os.path.join(FOLDER, name + ".onnx")
        count = len(outputs_of(model, args))
        outs = [f"y{i}" if i else "y" for i in range(count)]
        ins = ["x", "lengths"][: len(args)]
        if kind == "torch":
            axes = {0: dynamic, 1: dynamic} if args[0].dim() == 3 else {0: dynamic}
            shapes = ({i: dynamic for i in axes},) + (({0: dynamic},) if len(args) > 1 else ())
            program = torch.onnx.export(model, args, dynamo=True, dynamic_shapes=shapes if free else None, input_names=ins, output_names=outs, verbose=False)
            program.save(path, external_data=external)
        else:
            axes = {"x": {0: "B", 1: "T"} if args[0].dim() == 3 else {0: "B"}}
            if len(args) > 1:
                axes["lengths"] = {0: "B"}
            torch.onnx.export(model, args, path, dynamo=False, input_names=ins, output_names=outs, dynamic_axes=axes if free else None, opset_version=more.pop("opset", 20))
        keep(name, kind, args[0].numpy(), outputs_of(model, args), **more)

    for i, (name, (cell, head, options)) in enumerate(plans.items()):
        for kind in ["torch", "torch-legacy"]:
            torch.manual_seed(i)
            options = dict(options)
            out = options.pop("out", None)
            large = "large" in name
            if kind == "torch-legacy" and (large or name == "lstm-projection") or kind == "torch" and cell is nn.RNN:
                continue
            model = Recurrent(cell, head, **options)
            if out:
                model.out = nn.Linear(out, 3)
            model = drawn(model)
            D = options.get("D", 3)
            shape = (6, 2, D) if name == "lstm-time-first" else (2, 6, D)
            full = name if kind == "torch" else f"legacy-{name}"
            written(full, kind, model, (torch.randn(*shape),), external=large)

    torch.manual_seed(98)
    written("rnn-fixed", "torch", drawn(Recurrent(nn.RNN, frames)), (torch.randn(2, 6, 3),), free=False, external=False)
    torch.manual_seed(99)
    fixed = drawn(Recurrent(nn.LSTM, both_h_n, **two, **both))
    written("lstm-fixed", "torch", fixed, (torch.randn(2, 6, 3),), free=False, external=False)
    written("legacy-lstm-fixed", "torch-legacy", fixed, (torch.randn(2, 6, 3),), free=False)
    x = torch.randn(2, 6, 3)
    written("legacy-lstm-packed", "torch-legacy", drawn(Recurrent(nn.LSTM, packed, **both)), (x, torch.tensor([6, 6])))
    written("legacy-lstm-packed-last", "torch-legacy", drawn(Recurrent(nn.LSTM, packed_last, **two)), (x, torch.tensor([6, 6])))
    written("legacy-layer-norm-13", "torch-legacy", drawn(Recurrent(nn.GRU, mean, **both)), (x,), opset=13)
    written("legacy-attention-13", "torch-legacy", drawn(Recurrent(nn.GRU, attention, **both)), (x,), opset=13)

    rows = torch.randn(5, 4)
    mlps = {
        "mlp-relu": nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Dropout(0.5), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3), nn.Softmax(dim=-1)),
        "mlp-batch-norm": nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.BatchNorm1d(6), nn.Linear(6, 2)),
        "mlp-mixed": nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.LayerNorm(6), nn.Linear(6, 5, bias=False), nn.Softplus(), nn.Linear(5, 3), nn.LeakyReLU(0.01), nn.Linear(3, 1), nn.Sigmoid()),
    }
    for name, model in mlps.items():
        written(name, "torch", drawn(model), (rows,), external=False)
        written(f"legacy-{name}", "torch-legacy", drawn(model), (rows,))

    class Convolution(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv1d(3, 4, 3)

        def forward(self, x):
            return self.c(x.transpose(1, 2)).mean(dim=2)

    written("convolution", "torch", drawn(Convolution()), (x,), external=False)


def of_sklearn():
    from skl2onnx import to_onnx
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    random = np.random.default_rng(0)
    x = (random.normal(size=(120, 4)) * [1, 2, 5, 0.5] + [0, 1, -3, 10]).astype(np.float32)
    three = np.array(["anger", "joy", "neutral"])[(x[:, 0] > 0).astype(int) + (x[:, 1] > 1)]
    two = (x[:, 2] > -3).astype(int)
    values = np.stack([x[:, 0] * x[:, 1], x[:, 2] + x[:, 3]], axis=1)
    options = {"hidden_layer_sizes": (6, 5), "max_iter": 60, "random_state": 0}
    plans = {
        "sklearn-scaled": (make_pipeline(StandardScaler(), MLPClassifier(activation="relu", **options)), three, {}),
        "sklearn-three": (MLPClassifier(activation="tanh", **options), three, {}),
        "sklearn-three-zipmap-off": (MLPClassifier(activation="logistic", **options), three, {"zipmap": False}),
        "sklearn-two": (make_pipeline(StandardScaler(), MLPClassifier(activation="logistic", **options)), two, {}),
        "sklearn-two-zipmap-off": (MLPClassifier(activation="identity", **options), two, {"zipmap": False}),
        "sklearn-two-named": (MLPClassifier(activation="relu", **options), np.array(["no", "yes"])[two], {}),
        "sklearn-regressor": (MLPRegressor(activation="relu", **options), values[:, 0], {}),
        "sklearn-regressor-two": (make_pipeline(StandardScaler(), MLPRegressor(activation="tanh", **options)), values, {}),
    }
    for name, (model, target, given) in plans.items():
        model.fit(x, target)
        last = model.steps[-1][1] if hasattr(model, "steps") else model
        onx = to_onnx(model, x[:1], options={id(last): given} if given else None)
        onnx.save(onx, os.path.join(FOLDER, name + ".onnx"))
        rows = x[:7]
        if hasattr(model, "predict_proba"):
            keep(name, "skl2onnx", rows, {"y": model.predict_proba(rows)}, labels=[str(v) for v in model.predict(rows)])
        else:
            keep(name, "skl2onnx", rows, {"y": np.asarray(model.predict(rows)).reshape(7, -1)})


def of_tensorflow():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf
    import tf2onnx

    L = keras.layers
    keras.utils.set_random_seed(0)
    plans = {
        "keras-lstm-last": [L.LSTM(4), L.Dense(3, activation="softmax")],
        "keras-lstm-frames": [L.LSTM(4, return_sequences=True), L.Dropout(0.3), L.LSTM(3, return_sequences=True), L.Dense(2, activation="tanh")],
        "keras-both": [L.Bidirectional(L.LSTM(4, return_sequences=True)), L.Bidirectional(L.LSTM(3)), L.Dense(3, activation="softmax")],
        "keras-mean": [L.LSTM(4, return_sequences=True), L.LayerNormalization(), L.GlobalAveragePooling1D(), L.Dense(3, activation="softmax")],
        "keras-max": [L.Dense(5, activation="relu"), L.LSTM(4, return_sequences=True), L.GlobalMaxPooling1D(), L.Dense(1, activation="sigmoid")],
        "keras-batch-norm": [L.BatchNormalization(), L.LSTM(4), L.BatchNormalization(), L.Dense(2)],
        "keras-gru": [L.GRU(4), L.Dense(3, activation="softmax")],
        "keras-rnn": [L.SimpleRNN(4), L.Dense(3, activation="softmax")],
        "keras-masked": [L.Masking(), L.LSTM(4), L.Dense(3, activation="softmax")],
    }
    random = np.random.default_rng(1)
    for name, layers in plans.items():
        model = keras.Sequential([keras.Input((None, 3)), *layers])
        model.set_weights([w + np.float32(0.2) * np.abs(random.normal(size=w.shape)).astype(np.float32) for w in model.get_weights()])
        x = random.normal(size=(2, 6, 3)).astype(np.float32)
        function = tf.function(lambda v: model(v, training=False), input_signature=[tf.TensorSpec((None, None, 3), tf.float32, name="x")])
        tf2onnx.convert.from_function(function, input_signature=function.input_signature, output_path=os.path.join(FOLDER, name + ".onnx"))
        keep(name, "tf2onnx", x, {"y": model(x, training=False).numpy()})
    model = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="relu"), L.BatchNormalization(), L.Dense(3, activation="softmax")])
    x = random.normal(size=(5, 4)).astype(np.float32)
    function = tf.function(lambda v: model(v, training=False), input_signature=[tf.TensorSpec((None, 4), tf.float32, name="x")])
    tf2onnx.convert.from_function(function, input_signature=function.input_signature, output_path=os.path.join(FOLDER, "keras-mlp.onnx"))
    keep("keras-mlp", "tf2onnx", x, {"y": model(x, training=False).numpy()})


os.makedirs(FOLDER, exist_ok=True)
{"torch": of_torch, "sklearn": of_sklearn, "tensorflow": of_tensorflow}[EXPORTER]()
with open(os.path.join(FOLDER, EXPORTER + ".json"), "w") as out:
    out.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in cases.items()) + "\n}\n")
