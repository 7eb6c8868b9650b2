"""Conversations → token shards: `python prepare.py OUT.npz DATA.jsonl...`. Keeps tokens, a mask of assistant tokens, and offsets."""
import json
import sys

import numpy as np

from chat import load_tokenizer, render


def main() -> None:
    out, *paths = sys.argv[1:]
    tokenizer = load_tokenizer()
    assistant, end = tokenizer.token_to_id('<|assistant|>'), tokenizer.token_to_id('<|end|>')
    ids, mask, offsets, skills = [], [], [0], []
    for path in paths:
        batch = [json.loads(line) for line in open(path)]
        for at in range(0, len(batch), 2000):
            part = batch[at:at + 2000]
            for example, encoded in zip(part, tokenizer.encode_batch([render(e['messages'], e.get('tools'), e.get('schema')) for e in part])):
                row = np.array(encoded.ids, dtype=np.uint16)
                answers, inside = np.zeros(len(row), dtype=bool), False
                for i, token in enumerate(encoded.ids):
                    answers[i] = inside
                    inside = token == assistant or (inside and token != end)
                ids.append(row)
                mask.append(answers)
                offsets.append(offsets[-1] + len(row))
                skills.append(example['skill'])
    np.savez(out, ids=np.concatenate(ids), mask=np.concatenate(mask), offsets=np.array(offsets), skills=np.array(skills))
    print(len(offsets) - 1, 'examples', offsets[-1], 'tokens', int(sum(m.sum() for m in mask)), 'of the assistant')


if __name__ == '__main__':
    main()
