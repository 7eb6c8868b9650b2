"""Retrieval of the hand-written queries: the embedding model against BM25 and hashed words. `python embed/score.py
MODEL.pt|MODEL.gguf [WORDNET_DICT]`.

Rules: lower-case words of letters and digits; the right passage of all 48 must come first (R@1), and mean reciprocal
rank (MRR). BM25 has k1 1.2, b 0.75 and the word counts of the 48 passages. Hashed words: each word but 60 function
words gets ±1 at one of 256 (or 4,096) places by MD5, summed, cosine. With WORDNET_DICT also: 1,000 held-out glosses
by their words.
"""

import hashlib
import json
import math
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


def words(text: str) -> list[str]:
    return re.findall(r'[a-z0-9]+', text.lower())


def bm25(queries: list[str], passages: list[str]):
    docs = [words(p) for p in passages]
    mean = sum(map(len, docs)) / len(docs)
    in_docs = {w: sum(w in d for d in docs) for d in docs for w in d}
    out = []
    for q in queries:
        row = []
        for d in docs:
            s = 0.0
            for w in set(words(q)) & set(d):
                idf = math.log(1 + (len(docs) - in_docs[w] + 0.5) / (in_docs[w] + 0.5))
                s += idf * d.count(w) * 2.2 / (d.count(w) + 1.2 * (0.25 + 0.75 * len(d) / mean))
            row.append(s)
        out.append(row)
    return out


STOP = set(
    """
        a an the of to in on at by for from with and or but not no is are was were be been it its this that i you he she
        we they my your his her our their do does did how what when where which who why can may if there
    """.split()
)


def hashed(size: int):
    def embed(text: str) -> list[float]:
        v = [0.0] * size
        for w in words(text):
            if w not in STOP:
                h = int.from_bytes(hashlib.md5(w.encode()).digest()[:8], 'big')
                v[h % size] += 1 if h >> 40 & 1 else -1
        n = math.sqrt(sum(x * x for x in v)) or 1
        return [x / n for x in v]

    return embed


def dots(a, b):
    return [[sum(x * y for x, y in zip(p, q)) for q in b] for p in a]


def model(path: str, texts: list[str]):
    if path.endswith('.gguf'):
        run = subprocess.run(
            ['node', f'{HERE}/embed.ts', path], input=json.dumps(texts), check=True, capture_output=True, text=True
        )
        return json.loads(run.stdout)
    import torch
    from tokenizers import Tokenizer

    from train import Encoder, batch

    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(f'{path}.tokenizer.json')
    encoder = Encoder(tokenizer.get_vocab_size())
    encoder.load_state_dict(torch.load(path)['model'])
    with torch.no_grad():
        return [
            row for at in range(0, len(texts), 128) for row in encoder(batch(tokenizer, texts[at : at + 128])).tolist()
        ]


def marks(scores, right: list[int]) -> tuple[float, float]:
    """Equal scores share their places: the mean over all orders."""
    first = rank = 0.0
    for row, at in zip(scores, right):
        above, equal = sum(s > row[at] + 1e-9 for s in row), sum(abs(s - row[at]) <= 1e-9 for s in row)
        first += (above == 0) / equal
        rank += sum(1 / (above + i) for i in range(1, equal + 1)) / equal
    return 100 * first / len(right), rank / len(right)


def table(
    name: str, queries: list[str], passages: list[str], right: list[int], path: str, kinds: list[str] | None = None
) -> None:
    vectors = model(path, queries + passages)
    rows = {
        'BM25': bm25(queries, passages),
        'hashed words, 256': dots(map(hashed(256), queries), [hashed(256)(p) for p in passages]),
        'hashed words, 4,096': dots(map(hashed(4096), queries), [hashed(4096)(p) for p in passages]),
        os.path.basename(path): dots(vectors[: len(queries)], vectors[len(queries) :]),
    }
    groups = ['all', *sorted(set(kinds or []))]
    print(
        f'### {name}\n\n| ranking | '
        + ' | '.join(f'{g}: R@1 | MRR' for g in groups)
        + ' |\n| --- |'
        + ' ---: | ---: |' * len(groups)
    )
    for label, scores in rows.items():
        cells = []
        for group in groups:
            some = [i for i in range(len(queries)) if group == 'all' or kinds[i] == group]
            first, rank = marks([scores[i] for i in some], [right[i] for i in some])
            cells.append(f'{first:.0f} % | {rank:.3f}')
        print(f'| {label} | ' + ' | '.join(cells) + ' |')
    print()


def main() -> None:
    path = sys.argv[1]
    for line in open(f'{HERE}/eval/frozen.sha256'):
        digest, name = line.split()
        assert hashlib.sha256(open(f'{HERE}/eval/{name}', 'rb').read()).hexdigest() == digest, f'{name} has changed'
    passages = [json.loads(line)['text'] for line in open(f'{HERE}/eval/passages.jsonl')]
    queries = [json.loads(line) for line in open(f'{HERE}/eval/queries.jsonl')]
    table(
        'Written by hand',
        [q['query'] for q in queries],
        passages,
        [q['passage'] for q in queries],
        path,
        [q['kind'] for q in queries],
    )
    if len(sys.argv) > 2:
        from pairs import Net

        net = Net(sys.argv[2])
        some = net.test[::2][:1000]
        table(
            'Held-out entries of WordNet: the meaning by its words',
            [', '.join(net.entries[k]['lemmas']) for k in some],
            [net.entries[k]['gloss'] for k in some],
            list(range(len(some))),
            path,
        )


if __name__ == '__main__':
    main()
