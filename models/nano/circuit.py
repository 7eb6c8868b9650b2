"""Widens a trained checkpoint and builds a matching circuit into the new part: `python circuit.py FROM.pt DATA.npz OUT_DIR/last.pt`.

Choosing the line of a passage that shares words with the question is a long chain of attention that so small a model did not learn
in hours of one CPU (its choice stayed at chance), but that can be written down: 64 more dimensions, one more pair of heads, four layers.

  layer 0  every token fetches the signature (12 numbers that stand for its word, whatever its case) and the digit of the token before
  layer 1  every token fetches the digit before the nearest "]" : the number of its line
  layer 2  every word fetches the line number of its earlier occurrences, or nothing (the start token)
  layer 3  "[" sums those votes over the last words and writes them where the digits' logits are read; "<|assistant|>" sums their strength

Invariant: what is written here stays fixed in later training (`fixed` in the checkpoint); everything else may learn to read it. The old
part computes what it did before, but for the norms' tiny share of the new numbers.
"""
import math
import sys

import numpy as np
import torch

from chat import load_tokenizer
from model import Config, Nano

BASE, WIDE = 256, 320
WORD, BEFORE = slice(256, 268), slice(268, 280)
STRENGTH, IS_ASSISTANT, IS_CLOSE, IS_OPEN, IS_START, IS_ANY = 284, 285, 312, 313, 314, 315
DIGIT, DIGIT_BEFORE, LINE, VOTE = slice(288, 294), slice(294, 300), slice(300, 306), slice(306, 312)
HEAD, SECOND_HEAD, KEY = 8 * 32, 9 * 32, 4 * 32
ROOT = math.sqrt(32)
STEEP_BEFORE, STEEP_LINE, STEEP_WORD, THRESHOLD, WINDOW, REST = 15.0, 40.0, 30.0, 0.75, 3.0, 8.0
GAIN, GAIN_STRENGTH, READ, READ_STRENGTH = 60.0, 60.0, 20.0, 3.0
COMMON = set('the a an is are was were of to in on at by for it its and or what who when where which how do does did much many i you we they my your this that there can be has have had with from as tell me about'.split())


def widen(old: dict, model: Nano) -> dict:
    new = {name: torch.zeros_like(p) for name, p in model.named_parameters()}
    for name, tensor in old.items():
        target = new[name]
        if tensor.dim() == 1:
            target[:BASE] = tensor * math.sqrt(BASE / WIDE)
        else:
            target[:tensor.shape[0], :tensor.shape[1]] = tensor
    return new


def signatures(new: dict, tokens: list[str], unit: float) -> None:
    table, known = new['token_embd.weight'], {}
    marks = {']': IS_CLOSE, '[': IS_OPEN, '<|bos|>': IS_START, '<|assistant|>': IS_ASSISTANT}
    for i, token in enumerate(tokens):
        if token in marks:
            table[i, marks[token]] = 3 * unit
        if token in list('123456'):
            table[i, DIGIT.start + int(token) - 1] = 3 * unit
        word = token.replace('\u0120', '').lower()
        if token.startswith('<|') or len(word) < 2 or not word[0].isalnum() or word in COMMON:
            continue
        if word not in known:
            drawn = torch.randn(12)
            known[word] = drawn / drawn.norm()
        table[i, WORD] = known[word] * 3 * unit
    for _ in range(6):  # exactly 1 after the first norm, whatever the token
        table[:, IS_ANY] = (table.pow(2).sum(1) / WIDE + 1e-5).sqrt()


class Circuit:
    def __init__(self, old: dict, config: Config, data: str):
        self.config = Config(**{**config.to_dict(), 'dim': WIDE, 'heads': 10, 'kv_heads': 5})
        self.model, tokenizer = Nano(self.config), load_tokenizer()
        self.tokens = [tokenizer.id_to_token(i) for i in range(config.vocab)]
        self.new = widen(old, self.model)
        self.unit = old['token_embd.weight'].pow(2).mean().sqrt().item()
        signatures(self.new, self.tokens, self.unit)
        shard = np.load(data)
        ids, offsets = shard['ids'], shard['offsets']
        chosen = [i for i in np.where(shard['skills'] == 'quiz')[0] if self.tokens[ids[offsets[i] + 2]] == '['][:16]
        self.rows = [torch.from_numpy(ids[offsets[i]:offsets[i + 1]].astype(np.int64)) for i in chosen]
        for layer in range(4):
            self.new[f'blk.{layer}.attn_norm.weight'][BASE:] = 1

    def sizes(self, layer: int) -> dict:
        """Mean size of the stream before a layer, by kind of token: what its norm will divide by."""
        self.model.load_state_dict(self.new, strict=False)
        found: dict = {'any': [], '<|bos|>': [], ']': [], '[': []}
        with torch.no_grad():
            for row in self.rows:
                x = self.model.token_embd(row[None])
                for block in self.model.blk[:layer]:
                    x = block(x, self.model.cos[:len(row)], self.model.sin[:len(row)])
                for token, size in zip(row.tolist(), x[0].pow(2).mean(1).sqrt().tolist()):
                    found.setdefault(self.tokens[token], []).append(size)
                    found['any'].append(size)
        return {kind: float(np.mean(values)) for kind, values in found.items() if values}

    def query(self, layer: int, pair: int, source: int, value: float, head: int = HEAD, part: int = 0) -> None:
        self.new[f'blk.{layer}.attn_q.weight'][head + 2 * pair + part, source] += value

    def key(self, layer: int, pair: int, source: int, value: float, part: int = 0) -> None:
        self.new[f'blk.{layer}.attn_k.weight'][KEY + 2 * pair + part, source] += value

    def move(self, layer: int, source: slice, target: slice, gain: float, at: int = 0) -> None:
        for i in range(source.stop - source.start):
            self.new[f'blk.{layer}.attn_v.weight'][KEY + at + i, source.start + i] = 1
            self.new[f'blk.{layer}.attn_output.weight'][target.start + i, HEAD + at + i] = gain

    def build(self) -> None:
        unit, mark = self.unit, 3 * self.unit
        turn = self.config.rope_theta ** (-torch.arange(0, 32, 2).double() / 32)
        even = math.sqrt(STEEP_BEFORE * ROOT)
        for pair in range(6):  # highest one place back
            self.query(0, pair, IS_ANY, even)
            self.key(0, pair, IS_ANY, even * math.cos(turn[pair]))
            self.key(0, pair, IS_ANY, even * math.sin(turn[pair]), part=1)
        self.move(0, WORD, BEFORE, unit)
        self.move(0, DIGIT, DIGIT_BEFORE, unit, at=12)

        size, even = self.sizes(1), math.sqrt(STEEP_LINE * ROOT)
        for pair in (5, 6, 7):  # falls with the distance
            self.query(1, pair, IS_ANY, even * size['any'] / unit)
            self.key(1, pair, IS_CLOSE, even * size[']'] / mark)
        self.move(1, DIGIT_BEFORE, LINE, size[']'])

        size, even = self.sizes(2), math.sqrt(STEEP_WORD * ROOT) / mark
        for i in range(12):  # slow pairs: the distance hardly counts
            self.query(2, 9 + i // 2, WORD.start + i, even * size['any'], part=i % 2)
            self.key(2, 9 + i // 2, BEFORE.start + i, even * size['any'], part=i % 2)
        level = math.sqrt(STEEP_WORD * THRESHOLD * ROOT)
        self.query(2, 15, IS_ANY, level * size['any'] / unit)
        self.key(2, 15, IS_START, level * size['<|bos|>'] / mark)
        self.move(2, LINE, VOTE, size['any'])

        size, even, rest = self.sizes(3), math.sqrt(WINDOW * ROOT), math.sqrt(REST * ROOT)
        for pair in (4, 5, 6):
            self.query(3, pair, IS_OPEN, even * size['['] / mark)
            self.query(3, pair, IS_ASSISTANT, even * size['any'] / mark, head=SECOND_HEAD)
            self.key(3, pair, IS_ANY, even * size['any'] / unit)
        for head in (HEAD, SECOND_HEAD):
            self.query(3, 15, IS_ANY, rest * size['any'] / unit, head=head)
        self.key(3, 15, IS_START, rest * size['<|bos|>'] / mark)
        self.move(3, VOTE, DIGIT, size['any'] * GAIN)
        self.new['blk.3.attn_output.weight'][STRENGTH, SECOND_HEAD:SECOND_HEAD + 6] = size['any'] * GAIN_STRENGTH
        self.new['output_norm.weight'][DIGIT] = READ
        self.new['output_norm.weight'][STRENGTH] = READ_STRENGTH
        self.new['token_embd.weight'][self.tokens.index('['), STRENGTH] = mark
        self.new['token_embd.weight'][self.tokens.index('I'), STRENGTH] = -mark

    def fixed(self) -> dict:
        out = {}
        for name, tensor in self.new.items():
            where = torch.zeros_like(tensor, dtype=torch.bool)
            in_circuit = name.startswith('blk.') and int(name.split('.')[1]) < 4
            if name == 'token_embd.weight':
                where[:, BASE:] = True
            elif tensor.dim() == 1 or 'ffn_down' in name or 'attn_output' in name:
                where[BASE:] = True
            if in_circuit and 'attn_output' in name:
                where[:, HEAD:] = True
            if in_circuit and 'attn_q' in name:
                where[HEAD:] = True
            if in_circuit and ('attn_k' in name or 'attn_v' in name):
                where[KEY:] = True
            if where.any():
                out[name] = (where, tensor.clone())
        return out


def main() -> None:
    source, data, out = sys.argv[1:]
    torch.manual_seed(7)
    saved = torch.load(source)
    circuit = Circuit(saved.get('average') or saved['weights'], Config(**saved['config']), data)
    circuit.build()
    weights = circuit.new
    torch.save({'config': circuit.config.to_dict(), 'step': saved['step'], 'weights': weights, 'fixed': circuit.fixed(), 'average': {n: t.clone() for n, t in weights.items()}, 'state': {part + n: torch.zeros_like(t) for n, t in weights.items() for part in ('m.', 'v.')}}, out)


if __name__ == '__main__':
    main()
