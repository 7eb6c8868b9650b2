"""Writes cases for parity.ts from training's own tokenizer, template and weights: `python eval/parity.py last.pt
CASES.jsonl DATA.jsonl`.
"""

import json
import os
import sys

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from chat import load_tokenizer, render  # noqa: E402
from model import Config, Nano  # noqa: E402

ODD = [
    '',
    ' ',
    '  two  spaces ',
    'tab\there',
    'a\n\n\nb',
    'Ünïcödé žluťoučký',
    '日本語テスト',
    'emoji 🎉🎉 ok',
    "it's we're I'll",
    "DON'T",
    '3.14 1,000 2024-05-03',
    'x=1;y=[2,3]',
    '{"a": [1, 2.5], "b": null}',
    'mail me: a.b_c@d-e.co.uk!',
    'trailing space ',
    '\n',
    'line\r\nend',
    '…—–“quotes”',
    'ALL CAPS Mixed CaSe',
    '½ ² ٣ 五',
    'a' * 70,
    '   \n  indented',
    '$12.50 50% #1 & co.',
    '\u00a0nbsp',
    'zero\u200bwidth',
]


def main() -> None:
    checkpoint, out, data = sys.argv[1:4]
    saved = torch.load(checkpoint, map_location='cpu')
    model = Nano(Config(**saved['config']))
    model.load_state_dict(saved.get('average') or saved['weights'], strict=False)
    tokenizer = load_tokenizer()
    with open(out, 'w') as file:
        for text in ODD:
            file.write(json.dumps({'text': text, 'ids': tokenizer.encode(text).ids}) + '\n')
        for at, line in enumerate(open(data)):
            if at == 150:
                break
            e = json.loads(line)
            last = max(i for i, m in enumerate(e['messages']) if m['role'] == 'assistant')
            text = render(e['messages'][:last], e.get('tools'), e.get('schema'), generate=True)
            case = {
                'text': text,
                'ids': tokenizer.encode(text).ids,
                'render': {
                    'messages': e['messages'][:last],
                    'tools': e.get('tools'),
                    'response_schema': e.get('schema'),
                },
            }
            if at < 12:
                with torch.no_grad():
                    case['logprobs'] = [
                        round(v, 6) for v in model(torch.tensor([case['ids']]))[0, -1].log_softmax(-1).tolist()
                    ]
            file.write(json.dumps(case) + '\n')


if __name__ == '__main__':
    main()
