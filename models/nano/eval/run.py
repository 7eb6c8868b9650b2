"""Scores a GGUF: `python eval/run.py MODEL.gguf [--heldout HELDOUT.jsonl] [--threads 1]`. Prints a table per skill as
Markdown.

Sets: prompts.jsonl, written by hand before the generator; blind.jsonl, written later by an author who knew neither
generator nor model; both frozen (prompts.sha256). Then held-out templates and words of the generator, by exact
match. Decoding is greedy, by node-llama-cpp.
"""

import argparse
import collections
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

HERE = os.path.dirname(os.path.abspath(__file__))


def plain(value) -> str:
    return re.sub(r'\s+', ' ', str(value)).strip().strip('"\'').rstrip('.!').lower()


def bare(text: str) -> str:
    return text.strip().strip('"\'').rstrip('.').strip()


def same(a, b) -> bool:
    if isinstance(b, list):
        return isinstance(a, list) and [plain(x) for x in a] == [plain(x) for x in b]
    return plain(a) == plain(b)


def parse(text: str):
    try:
        return json.loads(text)
    except ValueError:
        return None


def score(expect: dict, text: str) -> dict:
    """Named marks 0..1; `ok` is the one that counts."""
    if 'call' in expect:
        made = parse(text.removeprefix('<|invoke|>')) if text.startswith('<|invoke|>') else None
        name = isinstance(made, dict) and made.get('name') == expect['call']['name']
        want = expect['call']['arguments']
        got = (made.get('arguments') or {}) if isinstance(made, dict) else {}
        right = name and all(same(got.get(k), v) for k, v in want.items())
        return {'ok': float(name), 'arguments': float(right)}
    if expect.get('noCall'):
        return {'ok': float(not text.startswith('<|invoke|>') and len(text) > 0)}
    if 'json' in expect:
        made = parse(text)
        made = made if isinstance(made, dict) else {}
        marks = [same(made.get(k), v) for k, v in expect['json'].items()]
        return {'ok': sum(marks) / len(marks), 'whole': float(all(marks))}
    if 'quote' in expect:
        rest = plain(text.replace(expect.get('mark') or '\0', ''))
        quoted = plain(expect['quote']) in rest and len(rest) <= len(expect['quote']) + 20
        return {'ok': float(quoted and (expect.get('mark') or '') in text), 'sentence': float(quoted)}
    if 'lines' in expect:
        lines = [line for line in text.split('\n') if line.strip()]
        return {
            'ok': float(
                len(lines) == len(expect['lines'])
                and all(plain(item) in plain(line) for item, line in zip(expect['lines'], lines))
            )
        }
    if 'exact' in expect:
        return {'ok': float(bare(text) == bare(expect['exact']))}
    found = re.search(expect['regex'], text, 0 if expect.get('caseSensitive') else re.IGNORECASE)
    return {'ok': float(bool(found) and len(text.split()) <= expect.get('maxWords', 1000))}


def decode(model: str, prompts: list[str], threads: int):
    with tempfile.TemporaryDirectory() as folder:
        with open(f'{folder}/in.jsonl', 'w') as out:
            out.writelines(json.dumps({'text': p}) + '\n' for p in prompts)
        run = subprocess.run(
            ['node', f'{HERE}/decode.ts', model, f'{folder}/in.jsonl', f'{folder}/out.jsonl', str(threads)],
            check=True,
            capture_output=True,
            text=True,
        )
        return [json.loads(line) for line in open(f'{folder}/out.jsonl')], json.loads(
            run.stdout.strip().split('\n')[-1]
        )


def ask(url: str, model: str, items: list[dict]) -> list[dict]:
    """The server's own answers, by product.ts."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f'{folder}/in.jsonl', 'w') as out:
            out.writelines(
                json.dumps({k: i[k] for k in ('messages', 'tools', 'schema') if k in i}) + '\n' for i in items
            )
        files = [f'{folder}/in.jsonl', f'{folder}/out.jsonl']
        subprocess.run(['node', f'{HERE}/product.ts', url, *files, 'none', model], check=True)
        return [json.loads(line) for line in open(f'{folder}/out.jsonl')]


def table(marks: dict) -> str:
    rows = ['| skill | prompts | right | also |', '| --- | ---: | ---: | --- |']
    for skill, items in marks.items():
        names = [n for n in items[0] if n not in ('ok', 'stopped')]
        also = ', '.join(f'{n} {100 * sum(i.get(n, 0) for i in items) / len(items):.0f} %' for n in names)
        rows.append(f'| {skill} | {len(items)} | {100 * sum(i["ok"] for i in items) / len(items):.0f} % | {also} |')
    every = [i for items in marks.values() for i in items]
    rows.append(
        f'| all | {len(every)} | {100 * sum(i["ok"] for i in every) / len(every):.1f} % | ended within the limit'
        f' {100 * sum(i["stopped"] for i in every) / len(every):.0f} % |'
    )
    return '\n'.join(rows)


def frozen(name: str) -> list[dict]:
    raw = open(f'{HERE}/{name}.jsonl', 'rb').read()
    assert f'{hashlib.sha256(raw).hexdigest()}  {name}.jsonl' in open(f'{HERE}/prompts.sha256').read(), (
        f'the frozen {name}.jsonl has changed'
    )
    return [json.loads(line) for line in raw.decode().splitlines()]


def marked(item: dict, output: dict) -> dict:
    return {**score(item['expect'], output['text']), 'stopped': float(output['stopped'])}


def score_set(name: str, args, show: list[str]) -> None:
    items = frozen(name)
    if args.model:
        score_bare(name, items, args, show)
    if args.server:
        score_served(name, items, args, show)


def render(*parts, **how) -> str:
    # Only a file is read with the project's own template; asking a server needs no tokenizer.
    from chat import render as to_prompt

    return to_prompt(*parts, **how)


def score_bare(name: str, items: list[dict], args, show: list[str]) -> None:
    marks = collections.defaultdict(list)
    outputs, stats = decode(
        args.model, [render(i['messages'], i.get('tools'), i.get('schema'), generate=True) for i in items], args.threads
    )
    for item, output in zip(items, outputs):
        mark = marked(item, output)
        marks[item['skill']].append(mark)
        show.append(
            f'{mark["ok"]:.2f} {item["id"]} | {item["messages"][-1]["content"]!r} -> {output["text"]!r} |'
            f' {json.dumps(item["expect"])}'
        )
    print(f'### {name}.jsonl\n\n' + table(marks) + '\n\n`' + json.dumps(stats) + '`\n')


def score_served(name: str, items: list[dict], args, show: list[str]) -> None:
    some = items if args.every else [i for i in items if i.get('tools') or i.get('schema')]
    marks = collections.defaultdict(list)
    for item, output in zip(some, ask(args.server, args.model_id, some)):
        mark = marked(item, output)
        marks[item['skill']].append(mark)
        asked = item['messages'][-1]['content']
        show.append(f'{mark["ok"]:.2f} {item["id"]} | {asked!r} -> {output["text"]!r} | {json.dumps(item["expect"])}')
    if not args.model:
        print(f'### {name}.jsonl, {args.model_id}\n')
    print('#### Through the server, with its grammar\n\n' + table(marks) + '\n')


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('model', nargs='?', help='GGUF of selfsame-nano; without it only the server is asked')
    parser.add_argument('--sets', default='prompts,blind', help='frozen sets, by name')
    parser.add_argument('--heldout')
    parser.add_argument('--limit', type=int, default=600)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument(
        '--server', help='base URL of a server with this model: also asks it for the prompts with tools or a schema'
    )
    parser.add_argument('--model-id', default='selfsame-nano', help='the model that the server is asked for')
    parser.add_argument('--every', action='store_true', help='ask the server for all prompts')
    parser.add_argument('--show', help='file for every answer')
    args = parser.parse_args()
    show: list[str] = []
    for name in args.sets.split(','):
        score_set(name, args, show)
    if args.show:
        open(args.show, 'w').write('\n'.join(show) + '\n')
    if args.heldout:
        lines = [json.loads(line) for line in open(args.heldout)][: args.limit]
        prompts, wants = [], []
        for line in lines:
            last = max(i for i, m in enumerate(line['messages']) if m['role'] == 'assistant')
            prompts.append(render(line['messages'][:last], line.get('tools'), line.get('schema'), generate=True))
            full = render(line['messages'][: last + 1], line.get('tools'), line.get('schema'))
            wants.append(full[len(prompts[-1]) :].removesuffix('<|end|>'))
        outputs, _ = decode(args.model, prompts, args.threads)
        marks = collections.defaultdict(list)
        for line, want, output in zip(lines, wants, outputs):
            marks[line['skill']].append(
                {'ok': float(output['text'].strip() == want.strip()), 'stopped': float(output['stopped'])}
            )
        print(
            '\n### Held-out templates and words of the generator (exact match)\n\n' + table(dict(sorted(marks.items())))
        )


if __name__ == '__main__':
    main()
