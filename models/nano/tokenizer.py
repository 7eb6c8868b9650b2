"""Trains the byte-level BPE: `python tokenizer.py DATA.jsonl... [--base 2304 --spaced 480]`.

Spaces join a word only in late merges for the commonest words: a rare word is then the same tokens wherever it stands
(after a space, a quote or a line break), which makes copying easy. Capitals never merge with capitals, so changing
case is spelling. Digits stand alone (llama.cpp's `smollm` pre-tokenizer).
"""

import argparse
import collections
import json
import re

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from chat import HERE, SPECIAL, render


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('data', nargs='+')
    parser.add_argument('--base', type=int, default=2304)
    parser.add_argument('--spaced', type=int, default=480)
    parser.add_argument('--examples', type=int, default=30_000)
    args = parser.parse_args()
    texts = []
    for path in args.data:
        for at, line in enumerate(open(path)):
            if at >= args.examples:
                break
            example = json.loads(line)
            if example['skill'] in ('case',) or any(
                m['role'] == 'assistant' and (m['content'] or 'a').isupper() for m in example['messages']
            ):
                continue
            text = render(example['messages'], example.get('tools'), example.get('schema'))
            texts += [part for part in re.split(r'<\|\w+\|>', text) if part]
    digits = pre_tokenizers.Digits(individual_digits=True)
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Sequence([digits, bytes_, pre_tokenizers.Split('Ġ', 'isolated')])
    learner.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=args.base,
            min_frequency=20,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    model = json.loads(learner.to_str())['model']
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(' ')) for m in model['merges']]
    shouted = {a + b for a, b in merges if sum(c.isupper() for c in a + b) > 1}
    merges = [(a, b) for a, b in merges if not {a, b, a + b} & shouted]
    known = {token for token in model['vocab'] if token not in shouted}
    counts: collections.Counter = collections.Counter()
    for text in texts:
        for piece, _ in pre_tokenizers.Sequence([digits, bytes_]).pre_tokenize_str(text):
            if piece.startswith('Ġ') and piece[1:] in known:
                counts[piece] += 1
    spaced = [piece for piece, _ in counts.most_common(args.spaced)]
    merges += [('Ġ', piece[1:]) for piece in spaced]
    pieces = sorted(known, key=model['vocab'].get) + spaced
    vocab = {token: at for at, token in enumerate(SPECIAL + pieces)}
    final = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token=None))
    final.pre_tokenizer = pre_tokenizers.Sequence([digits, bytes_])
    final.decoder = decoders.ByteLevel()
    final.add_special_tokens(SPECIAL)
    final.save(f'{HERE}/tokenizer.json')
    sizes = [len(final.encode(t).ids) for t in texts[:5000]]
    print(len(vocab), 'tokens;', 'characters per token %.2f' % (sum(map(len, texts[:5000])) / sum(sizes)))


if __name__ == '__main__':
    main()
