"""`python3 torch_steps.py <workload> <threads>`: the same steps in PyTorch, where it is installed."""
import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

name, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.register_buffer("mask", torch.tril(torch.ones(context, context)) == 0)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = (
            part.view(batch, tokens, self.heads, -1).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(width, 2)
        )
        scores = (q @ k.transpose(2, 3)) / math.sqrt(q.shape[3])
        seen = scores.masked_fill(self.mask, float("-inf")).softmax(3) @ v
        x = x + self.out(seen.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self, vocabulary=65, context=64, layers=4, heads=4, width=128):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*[Block(width, heads, context) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        x = self.tokens(x) + self.positions.weight
        return self.norm(self.blocks(x)) @ self.tokens.weight.T


def conv(inputs, filters, padding):
    return nn.Sequential(nn.Conv2d(inputs, filters, 3, padding=padding), nn.ReLU())


pool = nn.MaxPool2d(2)
if name == "mlp":
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    x = torch.randn(64, 784)
elif name in ("cnn", "cnn-forward"):
    convolutions = [conv(3, 32, 0), pool, conv(32, 64, 0), pool, conv(64, 64, 0), nn.Flatten()]
    model = nn.Sequential(*convolutions, nn.Linear(1024, 64), nn.ReLU(), nn.Linear(64, 10))
    x = torch.randn(32, 3, 32, 32)
elif name == "fashion":
    convolutions = [conv(1, 32, 1), pool, conv(32, 64, 1), pool, nn.Flatten()]
    model = nn.Sequential(*convolutions, nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10))
    x = torch.randn(64, 1, 28, 28)
else:
    model = Gpt()
    x = torch.arange(12 * 64).remainder(65).view(12, 64)
if name == "gpt":
    y = torch.arange(12 * 64).remainder(61)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, (0.9, 0.99), weight_decay=0.1)
else:
    y = torch.arange(x.shape[0]).remainder(10)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)


def forward():
    with torch.no_grad():
        return model(x).sum().item()


def train():
    optimizer.zero_grad(set_to_none=True)
    logits = model(x)
    loss = F.cross_entropy(logits.view(-1, logits.shape[-1]), y)
    loss.backward()
    optimizer.step()
    return loss.item()


step = forward if name == "cnn-forward" else train
for _ in range(6):
    step()
times = []
end = time.perf_counter() + 2
while time.perf_counter() < end or len(times) < 5:
    start = time.perf_counter()
    step()
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps(times))
