"""Conversations → token shards: `python prepare.py OUT.npz DATA.jsonl...`. Keeps tokens, their weights (0: not the
assistant's), and offsets.
"""

import json
import sys

import numpy as np

from chat import load_tokenizer, render

MARK = '\ue000'


def spelled(tokenizer, source: str) -> str:
    """The answer to "lower case, please": tokens of the source that have no capitals stay whole, the others are spelled
    letter by letter.

    What is between two marks becomes tokens of its own; a model can learn that map, where the ordinary tokens of
    the answer would have to be guessed from letters.
    """
    parts = []
    for token in tokenizer.encode(source, add_special_tokens=False).ids:
        text = tokenizer.decode([token])
        parts += [text] if text == text.lower() else list(text.lower())
    return MARK.join(parts)


def text_of(tokenizer, example: dict) -> str:
    messages = [{**m, 'content': spelled(tokenizer, m['follow'])} if 'follow' in m else m for m in example['messages']]
    return render(messages, example.get('tools'), example.get('schema'))


def without(ids: list[int], part: list[int]) -> list[int]:
    kept, at = [], 0
    while at < len(ids):
        if ids[at : at + len(part)] == part:
            at += len(part)
        else:
            kept.append(ids[at])
            at += 1
    return kept


def main() -> None:
    out, *paths = sys.argv[1:]
    tokenizer = load_tokenizer()
    assistant, end = tokenizer.token_to_id('<|assistant|>'), tokenizer.token_to_id('<|end|>')
    marks = tokenizer.encode(MARK).ids
    # The token after each of these is a choice (a line, a function, a value, an opening) and weighs more than the
    # tokens that follow from it.
    bracket, deciding = (
        {tokenizer.token_to_id('[')},
        {assistant, tokenizer.token_to_id('<|invoke|>'), tokenizer.token_to_id('\u0120"')},
    )
    ids, mask, offsets, skills = [], [], [0], []
    for path in paths:
        batch = [json.loads(line) for line in open(path)]
        for at in range(0, len(batch), 2000):
            part = batch[at : at + 2000]
            for example, encoded in zip(part, tokenizer.encode_batch([text_of(tokenizer, e) for e in part])):
                encoded = (
                    without(encoded.ids, marks) if any('follow' in m for m in example['messages']) else encoded.ids
                )
                row = np.array(encoded, dtype=np.uint16)
                answers, inside = np.zeros(len(row), dtype=np.uint8), False
                for i, token in enumerate(encoded):
                    before = encoded[i - 1] if i else -1
                    answers[i] = (4 if before in bracket else 2 if before in deciding else 1) if inside else 0
                    inside = token == assistant or (inside and token != end)
                ids.append(row)
                mask.append(answers)
                offsets.append(offsets[-1] + len(row))
                skills.append(example['skill'])
    np.savez(
        out, ids=np.concatenate(ids), mask=np.concatenate(mask), offsets=np.array(offsets), skills=np.array(skills)
    )
    print(len(offsets) - 1, 'examples', offsets[-1], 'tokens', int(sum(m.sum() for m in mask)), 'of the assistant')


if __name__ == '__main__':
    main()
