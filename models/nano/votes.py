"""Fits which words the circuit listens to: `python votes.py TRAIN.npz HELDOUT.npz OUT.npz [MINUTES]`.

The circuit's vote (see circuit.py), written out over whole words: every word of a question looks for its like in the
lines before it, by signature; a line's share of those finds, nearer words first, is its score. Fitted are the
signatures (so that related words come nearer to each other) and how unheeded a word is. Steepness rises from soft to
what the circuit uses, else far words get no gradient.
"""

import re
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import circuit
from chat import load_tokenizer

STEEP = 30.0
THRESHOLD = 0.75
PULL = 0.003
TOKENIZER = load_tokenizer()
OPEN, CLOSE, USER, INVOKE, TOOLS, END, ASSISTANT, COMMA = (
    TOKENIZER.token_to_id(x)
    for x in ('[', ']', '<|user|>', '<|invoke|>', '<|tools|>', '<|end|>', '<|assistant|>', '",')
)
DIGITS = {TOKENIZER.token_to_id(str(d)): d - 1 for d in range(1, 7)}
TURN = (10000.0 ** (-torch.arange(0, 32, 2).double() / 32)).float()


def cases(path: str) -> list:
    """Per conversation: tokens, the line of each, and the choices (place, right line, whether a function)."""
    shard, found = np.load(path), []
    for i in np.where(np.isin(shard['skills'], ['calls', 'tools', 'passage', 'quiz']))[0]:
        ids = shard['ids'][shard['offsets'][i] : shard['offsets'][i + 1]].astype(np.int64).tolist()
        if len(ids) > 220:
            continue
        lines, line, names, choices, inside = [], -1, {}, [], False
        for at, token in enumerate(ids):
            line = -1 if token == USER else DIGITS.get(ids[at - 1], -1) if token == CLOSE else line
            lines.append(line)
        if TOOLS in ids:
            start = ids.index(TOOLS)
            for n, text in enumerate(
                TOKENIZER.decode(ids[start + 1 : ids.index(END, start)], skip_special_tokens=False).split('\n')
            ):
                name = re.match(r'\[\d\](\w+)\(', text)
                names.update({name.group(1): n % 6} if name else {})
        for at, token in enumerate(ids[:-1]):
            inside = token == ASSISTANT or (inside and token != END)
            if inside and token == INVOKE and len(set(names.values())) > 1 and COMMA in ids[at:]:
                name = TOKENIZER.decode(ids[at + 5 : ids.index(COMMA, at)])
                choices += [(at, names[name], 1)] if name in names else []
            if inside and token == OPEN and ids[at - 1] == ASSISTANT and ids[at + 1] in DIGITS:
                choices.append((at, DIGITS[ids[at + 1]], 0))
        if choices:
            found.append((torch.tensor(ids), torch.tensor(lines), choices))
    return found


class Vote(torch.nn.Module):
    def __init__(self, signature: torch.Tensor, quiet: torch.Tensor):
        super().__init__()
        self.signature, self.quiet = torch.nn.Parameter(signature.clone()), torch.nn.Parameter(quiet.clone())
        self.window = torch.nn.Parameter(torch.tensor([window[:3] for window in circuit.WINDOW]))
        self.gain = torch.nn.Parameter(torch.tensor([50.0, 70.0]))
        self.steep = STEEP

    def forward(self, batch: list):
        ids = torch.nn.utils.rnn.pad_sequence([c[0] for c in batch], True)
        lines = torch.nn.utils.rnn.pad_sequence([c[1] for c in batch], True, -1)
        rows = torch.tensor([b for b, c in enumerate(batch) for _ in c[2]])
        place, right, kind = torch.tensor([d for c in batch for d in c[2]]).T
        length, words = ids.shape[1], self.signature[ids]
        before = F.pad(words[:, :-1], (0, 0, 1, 0))
        scores = (self.steep * words @ before.mT).masked_fill(torch.ones(length, length).triu(1).bool(), -1e9)
        nothing = self.steep * THRESHOLD * (1 + self.quiet[ids])
        votes = (
            torch.cat([nothing[..., None], scores], -1).softmax(-1)[..., 1:] @ F.one_hot(lines + 1, 7)[..., 1:].float()
        )
        distance = (place[:, None] - torch.arange(length)).float()
        heed = sum(self.window[kind][:, j, None] * torch.cos(distance * TURN[4 + j]) for j in range(3))
        total = (heed.masked_fill(distance < 0, -1e9).softmax(1)[:, None] @ votes[rows])[:, 0]
        present = torch.zeros(len(batch), 6, dtype=torch.bool).scatter_(1, lines.clamp(min=0), True)
        return (total * self.gain[kind][:, None]).masked_fill(~present[rows], -1e9), right, kind


def accuracy(vote: Vote, data: list) -> list[float]:
    with torch.no_grad():
        marks = [
            ((logits.argmax(1) == right).float(), kind)
            for logits, right, kind in (vote(data[k : k + 64]) for k in range(0, len(data), 64))
        ]
    right, kind = (torch.cat(parts) for parts in zip(*marks))
    return [round(right[kind == k].mean().item(), 3) for k in (0, 1)]


def main() -> None:
    train, heldout, out, *rest = sys.argv[1:]
    minutes = float(rest[0]) if rest else 3.0
    torch.manual_seed(7)
    rng, tokens = np.random.default_rng(1), [TOKENIZER.id_to_token(i) for i in range(TOKENIZER.get_vocab_size())]
    table = {'token_embd.weight': torch.zeros(len(tokens), circuit.WIDE)}
    circuit.signatures(table, tokens, 1 / 3, votes='')
    first = table['token_embd.weight'][:, circuit.WORD].clone()
    vote, train, heldout = Vote(first, table['token_embd.weight'][:, circuit.IS_QUIET]), cases(train), cases(heldout)
    optimizer = torch.optim.Adam(
        [
            {'params': [vote.signature, vote.quiet], 'rate': 0.01},
            {'params': [vote.window], 'rate': 0.03},
            {'params': [vote.gain], 'rate': 0.1},
        ],
        betas=(0.9, 0.98),
    )
    print('lines and functions right before', accuracy(vote, heldout), flush=True)
    started = time.time()
    while (share := (time.time() - started) / (60 * minutes)) < 1:
        for group in optimizer.param_groups:
            group['lr'] = group['rate'] * (1 - share)
        vote.steep = 6 + (STEEP - 6) * min(1, share / 0.75)
        logits, right, _ = vote([train[i] for i in rng.integers(len(train), size=32)])
        loss = F.cross_entropy(logits, right) + PULL * (vote.signature - first).pow(2).sum() / 32
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            vote.signature.copy_(F.normalize(vote.signature, dim=1) * (first.norm(dim=1, keepdim=True) > 0))
            vote.quiet.clamp_(-0.15, 2)
    vote.steep = STEEP
    print('and after', accuracy(vote, heldout), 'windows', vote.window.tolist())
    np.savez_compressed(
        out,
        signature=vote.signature.detach().numpy().astype(np.float16),
        quiet=vote.quiet.detach().numpy().astype(np.float16),
    )


if __name__ == '__main__':
    main()
