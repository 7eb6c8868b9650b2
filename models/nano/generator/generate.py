"""Writes training and held-out conversations: `python -m generator.generate OUT_DIR --examples 400000 --seed 1`.

Each line: {"skill", "messages", "tools"?, "schema"?}. Held-out lines use held-out templates and held-out words only.
Never reads eval/.
"""

import argparse
import json
import os

from .exercises import case_chat, fact_chat, pick_chat, repeat_hard, sum_chat
from .functions import call, distractors, tool_chat
from .grammar import Maker, build
from .personas import persona
from .skills import again, api, extract, hello_name, listing, memory, repeat, smalltalk, unknown
from .structures import json_chat, structured
from .texts import passage, passage_chat

PLAIN = [
    'You are a helpful assistant.',
    'You are a helpful assistant.',
    'You are a helpful assistant',
    'You are a friendly assistant.',
    'You answer questions.',
    'Be helpful.',
    'You are an AI assistant.',
    'You are a helpful, honest and concise assistant.',
    'Be concise.',
    'Answer the user.',
    'Help the user with the task.',
]
TURNS = {
    'smalltalk': (smalltalk, 8),
    'api': (api, 11),
    'repeat': (repeat, 5),
    'copy': (repeat_hard, 4),
    'extract': (extract, 10),
    'list': (listing, 3),
    'refusal': (unknown, 7),
    'memory': (memory, 3),
    'again': (again, 1),
    'hello': (hello_name, 1),
}


def longer(m: Maker) -> dict:
    """Long conversations (every answer is trained) and long passages, so that far tokens are seen too."""
    r = m.r
    if r.random() < 0.45:
        return passage(m, filler=r.choice([6, 10, 20, 40, 60]))
    turns: list = []
    for _ in range(r.choice([6, 8, 12, 16, 24])):
        skill = r.choices(list(TURNS), [weight for _, weight in TURNS.values()])[0]
        turns += TURNS[skill][0](m)
    return build(r.choice(PLAIN) if r.random() < 0.4 else None, turns)


WHOLE = {
    'tools': (call, 5),
    'calls': (tool_chat, 15),
    'json': (structured, 9),
    'fields': (json_chat, 4),
    'passage': (passage, 2),
    'quiz': (passage_chat, 25),
    'pick': (pick_chat, 9),
    'sums': (sum_chat, 6),
    'facts': (fact_chat, 5),
    'case': (case_chat, 9),
    'persona': (persona, 5),
    'long': (longer, 0.4),
}


def example(m: Maker) -> dict:
    r = m.r
    table = [*TURNS, *WHOLE]
    skill = r.choices(table, [(TURNS | WHOLE)[s][1] for s in table])[0]
    if skill in WHOLE:
        made = WHOLE[skill][0](m)
        if skill not in ('persona', 'long') and made['messages'][0]['role'] != 'system' and r.random() < 0.2:
            made['messages'].insert(0, {'role': 'system', 'content': r.choice(PLAIN)})
        return {'skill': skill, **made}
    turns = TURNS[skill][0](m)
    while r.random() < 0.18 and len(turns) < 4:
        other = r.choices(list(TURNS), [weight for _, weight in TURNS.values()])[0]
        turns = TURNS[other][0](m) + turns if r.random() < 0.5 or skill in ('again',) else turns + TURNS[other][0](m)
    made = build(r.choice(PLAIN) if r.random() < 0.3 else None, turns)
    if skill in ('smalltalk', 'api', 'hello') and r.random() < 0.08:
        made['tools'] = distractors(m, set()) or None
        if not made['tools']:
            del made['tools']
    return {'skill': skill, **made}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('out')
    parser.add_argument('--examples', type=int, default=400_000)
    parser.add_argument('--heldout', type=int, default=2_000)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    for name, count, heldout in (('train', args.examples, False), ('heldout', args.heldout, True)):
        m = Maker(args.seed * 2 + heldout, heldout)
        with open(f'{args.out}/{name}.jsonl', 'w') as out:
            for _ in range(count):
                out.write(json.dumps(example(m), ensure_ascii=False) + '\n')


if __name__ == '__main__':
    main()
