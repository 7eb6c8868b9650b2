"""Widens a trained checkpoint and builds a matching circuit into the new part: `python circuit.py FROM.pt DATA.npz
OUT_DIR/last.pt`.

Choosing the line (of a passage, of the list of functions) that shares words with the question is a long chain of
attention that so small a model did not learn in hours of one CPU (its choice stayed at chance), but that can be
written down: 64 more dimensions, one more pair of heads.

- Layer 0: every token fetches the signature (12 numbers that stand for its word, in any letter case) and the digit of
  the token before it.
- Layer 1: every token fetches the digit before the nearest "]", which is the number of its line. A user's turn begins
  without a line.
- Layer 2: every word fetches the line number of its earlier occurrences, or nothing (the start token).
- Layer 3: "[" sums those votes over the last words and writes them where the digits' logits are read.
  "<|assistant|>" sums their strength; "<|invoke|>" keeps them as its choice.
- Layer 4: the tokens just after "<|invoke|>" fetch its choice.
- Layer 5: every token finds what followed its earlier occurrences, in its own line or the chosen one first, and
  raises its probability.

Invariant: what is written here stays fixed in later training (`fixed` in the checkpoint); everything else may learn
to read it. The old part computes what it did before, but for the norms' tiny share of the new numbers. A checkpoint
that has a circuit gets it anew.
"""

import math
import os
import sys

import numpy as np
import torch

from chat import load_tokenizer
from model import Config, Nano

BASE = 256
WIDE = 320
WORD = slice(256, 268)
BEFORE = slice(268, 280)
CHOICE = [280, 281, 282, 283, 286, 287]
STRENGTH = 284
IS_ASSISTANT = 285
IS_CLOSE = 312
IS_OPEN = 313
IS_START = 314
IS_ANY = 315
IS_INVOKE = 316
IS_QUIET = 317
DIGIT = slice(288, 294)
DIGIT_BEFORE = slice(294, 300)
LINE = slice(300, 306)
VOTE = slice(306, 312)
CHOSEN = DIGIT_BEFORE  # from layer 4 on: the digit has done its work
HEAD = 8 * 32
SECOND_HEAD = 9 * 32
KEY = 4 * 32
ROOT = math.sqrt(32)
STEEP_BEFORE = 15.0
STEEP_WORD = 30.0
THRESHOLD = 0.95
# Weight by the distance of a "]" (rotary pair: weight). It falls steeply enough for the nearer one to win although the
# sizes of both differ by a sixth.
NEAREST = {1: 1.1, 2: 2.8, 3: -1.1, 4: 6.8, 5: 7.0, 6: 3.9, 7: 2.0, 8: 1.7, 9: -2.4, 10: -2.4, 11: -2.5}
WINDOW = (
    (3.5, 5.5, 6.2, -15.2),
    (-1.5, 5.7, 7.9, -12.1),
)  # by the distance, for "[" and for the other two; in sum 0, so that a token's size is no vote
REACH = 30.0
SHORT_OF = 0.95
STEEP_COPY = 24.0
STEEP_PLACE = 20.0
THRESHOLD_COPY = 1.2
CALM = 9.0
GAIN = 80.0
GAIN_STRENGTH = 60.0
READ = 32.0
READ_STRENGTH = 3.0
GAIN_CHOICE = 2.0
GAIN_COPY = 3.0
READ_COPY = 10.0
HESITATE = 53.0
COMMON = set(
    'the a an is are was were of to in on at by for it its and or what who when where which how do does did much many i'
    ' you we they my your this that there can be has have had with from as tell me about'.split()
)
FRAGMENTS = set('ing ed er es ly en al ion ions ment ments ness tion ation able ity ers ings'.split())
ENDINGS = [('s', ''), ('es', ''), ('ed', ''), ('d', ''), ('ing', ''), ('ing', 'e'), ('ies', 'y')]
NO_FORM = set('bring feed news noted string this seed less sons thing things used dress ted red'.split())
VOTES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'votes.npz')
# Six lines in three numbers: what is chosen between pairs of opposites is a sum of these.
PLACES = torch.tensor([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])


def widen(old: dict, model: Nano) -> dict:
    new = {name: torch.zeros_like(p) for name, p in model.named_parameters()}
    for name, tensor in old.items():
        target = new[name]
        if tensor.shape == target.shape:
            target.copy_(tensor)
        elif tensor.dim() == 1:
            target[:BASE] = tensor * math.sqrt(BASE / WIDE)
        else:
            target[: tensor.shape[0], : tensor.shape[1]] = tensor
    return new


def signatures(new: dict, tokens: list[str], unit: float, votes: str = VOTES) -> None:
    table, known = new['token_embd.weight'], {}
    marks = {
        ']': [IS_CLOSE],
        '<|user|>': [IS_CLOSE],
        '[': [IS_OPEN],
        '<|bos|>': [IS_START],
        '<|assistant|>': [IS_ASSISTANT],
        '<|invoke|>': [IS_ASSISTANT, IS_INVOKE],
    }
    words = [token.replace('\u0120', '').lower() for token in tokens]
    speaks = [
        not token.startswith('<|') and len(word) > 1 and word[0].isalnum() and word not in COMMON
        for token, word in zip(tokens, words)
    ]
    for word in [w for w, s in zip(words, speaks) if s] + [w for w, s in zip(words, speaks) if not s]:
        if word not in known:
            drawn = torch.randn(12)
            known[word] = drawn / drawn.norm()
    known['"'] = known[']']  # a name begins after either
    for word in [w for w, s in zip(words, speaks) if s and w not in NO_FORM]:
        forms = [
            word.removesuffix(end) + other for end, other in ENDINGS if word.endswith(end) and len(word) - len(end) > 2
        ]
        known[word] = next((known[f] for f in forms if f in known), known[word])
    for i, token in enumerate(tokens):
        for mark in marks.get(token, []):
            table[i, mark] = 3 * unit
        if token in list('123456'):
            table[i, DIGIT.start + int(token) - 1] = 3 * unit
        if not token.startswith('<|'):
            table[i, WORD] = known[words[i]] * 3 * unit
        if not speaks[i] or words[i] in FRAGMENTS:
            table[i, IS_QUIET] = 3 * unit
    if votes:
        fitted = np.load(votes)  # by votes.py, from the signatures above
        table[:, WORD] = torch.from_numpy(fitted['signature']).float() * 3 * unit
        table[:, IS_QUIET] = torch.from_numpy(fitted['quiet']).float() * 3 * unit
    for _ in range(6):  # exactly 1 after the first norm, whatever the token
        table[:, IS_ANY] = (table.pow(2).sum(1) / WIDE + 1e-5).sqrt()


class Circuit:
    def __init__(self, old: dict, config: Config, data: str):
        self.config = Config(**{**config.to_dict(), 'dim': WIDE, 'heads': 10, 'kv_heads': 5})
        self.model, tokenizer = Nano(self.config), load_tokenizer()
        self.tokens = [tokenizer.id_to_token(i) for i in range(config.vocab)]
        self.new = widen(old, self.model)
        for name, (where, _) in self.fixed().items():
            self.new[name][where] = 0
        table = old['token_embd.weight']
        self.unit = (
            table[self.tokens.index('['), IS_OPEN] / 3 if table.shape[1] > BASE else table.pow(2).mean().sqrt()
        ).item()
        signatures(self.new, self.tokens, self.unit)
        shard = np.load(data)
        ids, offsets = shard['ids'], shard['offsets']
        chosen = [i for i in np.where(shard['skills'] == 'quiz')[0] if self.tokens[ids[offsets[i] + 2]] == '['][:16]
        chosen += list(np.where(shard['skills'] == 'calls')[0][:16])
        self.rows = [torch.from_numpy(ids[offsets[i] : offsets[i + 1]].astype(np.int64)) for i in chosen]
        for layer in range(6):
            self.new[f'blk.{layer}.attn_norm.weight'][BASE:] = 1

    def sizes(self, layer: int) -> dict:
        """Median size of the stream before a layer, by kind of token: what its norm will divide by."""
        self.model.load_state_dict(self.new, strict=False)
        found: dict = {'any': []}
        with torch.no_grad():
            for row in self.rows:
                x = self.model.token_embd(row[None])
                for block in self.model.blk[:layer]:
                    x = block(x, self.model.cos[: len(row)], self.model.sin[: len(row)])
                for token, size in zip(row.tolist(), x[0].pow(2).mean(1).sqrt().tolist()):
                    found.setdefault(self.tokens[token], []).append(size)
                    found['any'].append(size)
        return {kind: float(np.median(values)) for kind, values in found.items() if values}

    def query(self, layer: int, pair: int, source: int, value: float, head: int = HEAD, part: int = 0) -> None:
        self.new[f'blk.{layer}.attn_q.weight'][head + 2 * pair + part, source] += value

    def key(self, layer: int, pair: int, source: int, value: float, part: int = 0) -> None:
        self.new[f'blk.{layer}.attn_k.weight'][KEY + 2 * pair + part, source] += value

    def move(self, layer: int, source, target, gain: float, at: int = 0) -> None:
        for i, (a, b) in enumerate(zip(numbers(source), numbers(target))):
            self.new[f'blk.{layer}.attn_v.weight'][KEY + at + i, a] = 1
            self.new[f'blk.{layer}.attn_output.weight'][b, HEAD + at + i] = gain

    def build(self) -> None:
        self.find_lines()
        self.find_words()
        self.vote()
        self.choose()
        self.copy()

    def find_lines(self) -> None:
        unit, mark = self.unit, 3 * self.unit
        turn = self.config.rope_theta ** (-torch.arange(0, 32, 2).double() / 32)
        even = math.sqrt(STEEP_BEFORE * ROOT)
        for pair in range(6):  # highest one place back
            self.query(0, pair, IS_ANY, even)
            self.key(0, pair, IS_ANY, even * math.cos(turn[pair]))
            self.key(0, pair, IS_ANY, even * math.sin(turn[pair]), part=1)
        self.move(0, WORD, BEFORE, unit)
        self.move(0, DIGIT, DIGIT_BEFORE, unit, at=12)

        size = self.sizes(1)
        self.new['token_embd.weight'][self.tokens.index('<|user|>'), IS_CLOSE] *= size['<|user|>'] / size[']']
        for pair, steep in NEAREST.items():
            self.query(1, pair, IS_ANY, steep * ROOT * size['any'] / unit)
            self.key(1, pair, IS_CLOSE, size[']'] / mark)
        self.move(1, DIGIT_BEFORE, LINE, size[']'])

    def find_words(self) -> None:
        mark = 3 * self.unit
        size, even = self.sizes(2), math.sqrt(STEEP_WORD * ROOT) / mark
        for i in range(12):  # slow pairs: the distance hardly counts
            self.query(2, 9 + i // 2, WORD.start + i, even * size['any'], part=i % 2)
            self.key(2, 9 + i // 2, BEFORE.start + i, even * size['any'], part=i % 2)
        level = math.sqrt(STEEP_WORD * THRESHOLD * ROOT)
        self.query(2, 15, IS_ANY, level * size['any'] / self.unit)
        self.query(2, 15, IS_QUIET, level * size['any'] / mark)
        self.key(2, 15, IS_START, level * size['<|bos|>'] / mark)
        self.move(2, LINE, VOTE, size['any'])

    def vote(self) -> None:
        unit, mark = self.unit, 3 * self.unit
        size = self.sizes(3)
        for pair, near, far in zip((4, 5, 6, 11), *WINDOW):
            self.query(3, pair, IS_OPEN, near * ROOT * size['['] / mark)
            self.query(3, pair, IS_ASSISTANT, far * ROOT * size['any'] / mark, head=SECOND_HEAD)
            self.key(3, pair, IS_ANY, size['any'] / unit)
        self.move(3, VOTE, DIGIT, size['any'] * GAIN)
        self.new['blk.3.attn_output.weight'][STRENGTH, SECOND_HEAD : SECOND_HEAD + 6] = size['any'] * GAIN_STRENGTH
        for i, number in enumerate(CHOICE):
            self.new['blk.3.attn_output.weight'][number, SECOND_HEAD + i] = size['any'] * GAIN_CHOICE
        self.new['output_norm.weight'][DIGIT] = READ
        self.new['output_norm.weight'][STRENGTH] = READ_STRENGTH
        self.new['output_norm.weight'][IS_ASSISTANT] = HESITATE  # "[" begins an answer only where the votes are many
        self.new['token_embd.weight'][self.tokens.index('['), IS_ASSISTANT] = -mark
        for token, sign in (('[', 1), ('<|invoke|>', 1), ('I', -1)):
            self.new['token_embd.weight'][self.tokens.index(token), STRENGTH] = sign * mark

    def choose(self) -> None:
        mark = 3 * self.unit
        size, even = self.sizes(4), math.sqrt(REACH * ROOT)
        for pair in (4, 5):  # falls with the distance, and is less than the start token's beyond a dozen places
            self.query(4, pair, IS_ANY, even * size['any'] / self.unit)
            self.key(4, pair, IS_INVOKE, even * size['<|invoke|>'] / mark)
        self.query(4, 15, IS_ANY, even * SHORT_OF * size['any'] / self.unit)
        self.key(4, 15, IS_START, even * size['<|bos|>'] / mark)
        self.move(4, CHOICE, CHOSEN, size['<|invoke|>'])

    def copy(self) -> None:
        mark = 3 * self.unit
        size, even, place = self.sizes(5), math.sqrt(STEEP_COPY * ROOT) / mark, math.sqrt(STEEP_PLACE * ROOT)
        for i in range(10):
            self.query(5, 9 + i // 2, WORD.start + i, even * size['any'], part=i % 2)
            self.key(5, 9 + i // 2, BEFORE.start + i, even * size['any'], part=i % 2)
        for line in range(6):
            for i in range(3):
                value, at = float(PLACES[line, i]) * place * size['any'] / mark, (14 + i // 2, i % 2)
                self.query(5, at[0], LINE.start + line, value, part=at[1])
                self.query(5, at[0], CHOSEN.start + line, value * CALM, part=at[1])
                self.key(5, at[0], LINE.start + line, value, part=at[1])
        level = math.sqrt(STEEP_COPY * THRESHOLD_COPY * ROOT)
        self.query(5, 15, IS_ANY, level * size['any'] / self.unit, part=1)
        self.key(5, 15, IS_START, level * size['<|bos|>'] / mark, part=1)
        self.move(5, WORD, WORD, size['any'] / mark * GAIN_COPY)
        self.new['output_norm.weight'][WORD] = READ_COPY

    def fixed(self) -> dict:
        out = {}
        for name, tensor in self.new.items():
            where = torch.zeros_like(tensor, dtype=torch.bool)
            layer = int(name.split('.')[1]) if name.startswith('blk.') else None
            if name == 'token_embd.weight':
                where[:, BASE:] = True
            elif tensor.dim() == 1 or 'ffn_down' in name or 'attn_output' in name:
                where[BASE:] = True
            if layer is not None and layer < 4 and 'attn_output' in name:
                where[:, HEAD:] = True
            if layer is not None and 'attn_q' in name:
                where[HEAD : SECOND_HEAD if layer > 3 else None] = True
            if layer is not None and 'attn_k' in name or layer is not None and layer < 4 and 'attn_v' in name:
                where[KEY:] = True
            if layer is not None and layer > 3 and 'attn_v' in name:
                where[KEY : KEY + 12] = True
            if where.any():
                out[name] = (where, tensor.clone())
        return out


def numbers(part) -> list[int]:
    return list(range(part.start, part.stop)) if isinstance(part, slice) else part


def main() -> None:
    source, data, out = sys.argv[1:]
    torch.manual_seed(7)
    saved = torch.load(source)
    circuit = Circuit(saved.get('average') or saved['weights'], Config(**saved['config']), data)
    circuit.build()
    weights = circuit.new
    torch.save(
        {
            'config': circuit.config.to_dict(),
            'step': saved['step'],
            'weights': weights,
            'fixed': circuit.fixed(),
            'average': {n: t.clone() for n, t in weights.items()},
            'state': {part + n: torch.zeros_like(t) for n, t in weights.items() for part in ('m.', 'v.')},
        },
        out,
    )


if __name__ == '__main__':
    main()
