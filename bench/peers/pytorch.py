"""PyTorch on one thread: `python pytorch.py FOLDER`."""

from peer import serve, skip

try:
    import torch
except ImportError as error:
    skip(error)

torch.set_num_threads(1)


class Network(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.lstm = torch.nn.LSTM(size["D"], size["H"], batch_first=True)
        self.dense = torch.nn.Linear(size["H"], 4)

    def forward(self, x, state=None):
        h, state = self.lstm(x, state)
        return self.dense(h), state


def gemm(_, data):
    a, b = torch.from_numpy(data["a"]), torch.from_numpy(data["b"])
    return lambda: a @ b


def elementwise(function):
    def make(_, data):
        x = torch.from_numpy(data["x"])
        out = torch.empty_like(x)
        return lambda: function(x, out=out)

    return make


def normal_noise(size, _):
    out = torch.empty(size["n"])
    return lambda: torch.randn(size["n"], out=out)


def step(size, data):
    net = Network(size)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    x = torch.from_numpy(data["x"])
    targets = torch.from_numpy(data["labels"]).long().repeat_interleave(size["T"])

    def run():
        adam.zero_grad()
        logits, _ = net(x)
        torch.nn.functional.cross_entropy(logits.reshape(-1, 4), targets).backward()
        adam.step()

    return run


def inference(size, data):
    net = Network(size)
    x = torch.from_numpy(data["x"])

    @torch.inference_mode()
    def run():
        net(x)[0].softmax(-1)

    return run


def stream(size, data):
    net = Network(size)
    frames = torch.from_numpy(data["x"]).reshape(-1, 1, 1, size["D"])

    @torch.inference_mode()
    def run():
        state = None
        for frame in frames:
            logits, state = net(frame, state)
            logits.softmax(-1)

    return run


def kernel():
    return f"oneDNN {'on' if torch.backends.mkldnn.is_available() else 'off'}, {torch.backends.cpu.get_cpu_capability()}"


serve(
    [f"PyTorch {torch.__version__} ({kernel()})"],
    {
        "gemm": gemm,
        "tanh": elementwise(torch.tanh),
        "sigmoid": elementwise(torch.sigmoid),
        "exp": elementwise(torch.exp),
        "normal noise": normal_noise,
        "lstm step": step,
        "lstm inference": inference,
        "lstm stream": stream,
    },
)
