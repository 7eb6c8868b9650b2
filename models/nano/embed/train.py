"""Trains the embedding model: `python embed/train.py WORDNET_DICT OUT.pt --minutes 20`. Seeded; one thread.

BERT's graph with one layer and no positions, so that llama.cpp runs it as it is; in-batch contrastive loss, both ways.
"""

import argparse
import json
import os
import sys
import time

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pairs import Net, Pairs  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
DIM = 256
FFN = 1024
HEADS = 4
LAYERS = 1
PIECES = 18_000


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.out = nn.Linear(DIM, 3 * DIM), nn.Linear(DIM, DIM)
        self.up, self.down = nn.Linear(DIM, FFN), nn.Linear(FFN, DIM)
        self.norm1, self.norm2 = nn.LayerNorm(DIM, eps=1e-12), nn.LayerNorm(DIM, eps=1e-12)
        for layer in (self.out, self.down):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x, mask):
        b, n, _ = x.shape
        q, k, v = (t.view(b, n, HEADS, -1).transpose(1, 2) for t in self.qkv(x).chunk(3, -1))
        a = (q @ k.mT * (DIM // HEADS) ** -0.5 + mask[:, None, None]).softmax(-1).to(v.dtype) @ v
        x = self.norm1(x + self.out(a.transpose(1, 2).reshape(b, n, DIM)))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Encoder(nn.Module):
    def __init__(self, size: int):
        super().__init__()
        self.token = nn.Embedding(size, DIM)
        nn.init.normal_(self.token.weight, std=1.0)
        self.norm = nn.LayerNorm(DIM, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, ids):
        real = ids != 0
        x = self.norm(self.token(ids))
        mask = torch.zeros(ids.shape).masked_fill(~real, float('-inf'))
        for layer in self.layers:
            x = layer(x, mask)
        return F.normalize((x.float() * real[..., None]).sum(1), dim=-1)


def learn_pieces(net: Net, path: str) -> None:
    made = Tokenizer(models.WordPiece(unk_token='[UNK]'))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    texts, draw = [], Pairs(net, 5)
    for entry in net.entries.values():
        texts += [entry['gloss'], *entry['examples'], ' '.join(entry['lemmas'])]
    for word in net.common:
        texts += [word] * 6
    for source in ('passage', 'api', 'tools'):
        for _ in range(4000):
            texts += draw.draw(source)
    made.train_from_iterator(
        texts,
        trainers.WordPieceTrainer(vocab_size=PIECES, special_tokens=SPECIAL, limit_alphabet=200, show_progress=False),
    )
    made.save(path)


def batch(tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    rows = [[2, *e.ids[:62], 3] for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    out = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    for row, ids in zip(out, rows):
        row[: len(ids)] = torch.tensor(ids)
    return out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('wordnet')
    parser.add_argument('out')
    parser.add_argument('--steps', type=int, default=2000)
    parser.add_argument('--batch', type=int, default=320)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    net = Net(args.wordnet)
    path = f'{args.out}.tokenizer.json'
    if not os.path.exists(path):
        learn_pieces(net, path)
    tokenizer = Tokenizer.from_file(path)
    model = Encoder(tokenizer.get_vocab_size())
    scale = nn.Parameter(torch.tensor(3.0))
    fast = [p for n, p in model.named_parameters() if n.startswith('token')]
    slow = [p for n, p in model.named_parameters() if not n.startswith('token')] + [scale]
    optimizer = torch.optim.Adam(
        [
            {'params': fast, 'lr': args.rate * 10, 'base': args.rate * 10},
            {'params': slow, 'lr': args.rate, 'base': args.rate},
        ],
        betas=(0.9, 0.98),
        fused=True,
    )
    draw, started, mean = Pairs(net, args.seed), time.time(), {}
    names, weights = zip(*draw.sources.items())
    first = 0
    if os.path.exists(args.out):
        saved = torch.load(args.out)
        model.load_state_dict(saved['model'])
        optimizer.load_state_dict(saved['optimizer'])
        scale.data.copy_(saved['scale'])
        first = saved['step']
        draw = Pairs(net, args.seed + 1000 + first)
    for step in range(first, args.steps):
        source = draw.r.choices(names, weights)[0]
        pairs = [draw.draw(source) for _ in range(args.batch)]
        speed = min(1, (step + 1) / 50) * max(0.02, min(1, (1 - step / args.steps) / 0.5))
        for group in optimizer.param_groups:
            group['lr'] = group['base'] * speed
        with torch.autocast('cpu', torch.bfloat16):
            both = model(batch(tokenizer, [t for p in pairs for t in p]))
        left, right = both[0::2].float(), both[1::2].float()
        scores = left @ right.T * scale.exp()
        texts = [p[1] for p in pairs]
        double = torch.tensor([[a == b for b in texts] for a in texts]) & ~torch.eye(len(texts), dtype=torch.bool)
        scores = scores.masked_fill(double, -1e4)
        target = torch.arange(len(pairs))
        loss = (F.cross_entropy(scores, target) + F.cross_entropy(scores.T, target)) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scale.data.clamp_(max=4.6)
        mean[source] = 0.9 * mean.get(source, loss.item()) + 0.1 * loss.item()
        if (step + 1) % 50 == 0:
            print(
                step + 1,
                f'{time.time() - started:.0f}s',
                f'scale {float(scale.detach().exp()):.1f}',
                json.dumps({k: round(v, 2) for k, v in sorted(mean.items())}),
                flush=True,
            )
        if (step + 1) % 100 == 0 or step + 1 == args.steps:
            torch.save(
                {
                    'model': model.state_dict(),
                    'optimizer': optimizer.state_dict(),
                    'scale': scale.data,
                    'step': step + 1,
                },
                args.out + '.part',
            )
            os.replace(args.out + '.part', args.out)


if __name__ == '__main__':
    main()
