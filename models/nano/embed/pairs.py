"""Pairs of texts that mean about the same, made for the embedding model. Never reads eval/.

Sources: WordNet 3.1 (glosses, examples, synonyms; WordNet licence) and the chat model's generator (questions with
the sentence that answers them). Invariant: a fixed fiftieth of WordNet's entries, by hash, is held out.
"""

import collections
import hashlib
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from generator.facts import ASK, HOW, HOW_ASK, WHAT, WHAT_ASK  # noqa: E402
from generator.functions import tool_chat  # noqa: E402
from generator.grammar import Maker  # noqa: E402
from generator.skills import pick_top  # noqa: E402
from generator.texts import lookup, related  # noqa: E402

STOP = set(
    """a an the of to in on at by for from with and or but not no is are was were be been being it its this that these
    those as into than then so such some any all each other one do does did has have had can may must will would
    should could i you he she we they my your his her our their me him them us what which who whom whose how when
    where why there here if about over under up down out off very especially usually often used having something
    someone somebody
    """.split()
)
ASKS = [
    'how do i {x}',
    'what is {x}',
    'where can i find {x}',
    '{x}',
    '{x}?',
    'about {x}',
    'i need {x}',
    'looking for {x}',
    'tell me about {x}',
    'what do you know about {x}',
    'my {x}',
    'rules for {x}',
    'help with {x}',
    'when is {x}',
    'who has {x}',
    'is there {x}',
    '{x} please',
    'the {x}',
    'which {x}',
    'problem with {x}',
]


def held_out(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] * 256 + hashlib.sha256(text.encode()).digest()[1] < 65536 // 50


class Net:
    """WordNet: entries {lemmas, gloss, examples, up}, and the entries of a word by how common the sense is."""

    def __init__(self, folder: str):
        self.entries: dict = {}
        self.senses: dict = collections.defaultdict(list)
        for part in ('noun', 'verb', 'adj', 'adv'):
            for line in open(f'{folder}/data.{part}', encoding='utf-8'):
                if line.startswith('  '):
                    continue
                head, _, gloss = line.partition(' | ')
                cells = head.split()
                count = int(cells[3], 16)
                lemmas = [re.sub(r'\(.*\)', '', w).replace('_', ' ') for w in cells[4 : 4 + 2 * count : 2]]
                at = 4 + 2 * count
                links = [
                    (cells[at + 1 + 4 * i], cells[at + 3 + 4 * i] + cells[at + 2 + 4 * i])
                    for i in range(int(cells[at]))
                ]
                texts = [t.strip() for t in re.split(r'"', gloss)]
                meaning = re.sub(r'\(.*?\)', '', texts[0]).strip(' ;\n')
                examples = [t for t in texts[1::2] if len(t.split()) > 2]
                self.entries[('a' if part == 'adj' else part[0] if part != 'adv' else 'r') + cells[0]] = dict(
                    lemmas=lemmas, gloss=meaning, examples=examples, links=links
                )
            for line in open(f'{folder}/index.{part}', encoding='utf-8'):
                if line.startswith('  '):
                    continue
                cells = line.split()
                count = int(cells[2])
                kind = {'noun': 'n', 'verb': 'v', 'adj': 'a', 'adv': 'r'}[part]
                self.senses[cells[0].replace('_', ' ')].append(
                    (int(cells[-count - 1]), [kind + c for c in cells[-count:]])
                )
        for entry in self.entries.values():
            entry['up'] = [k for sign, k in entry['links'] if sign in ('@', '@i') and k in self.entries]
            entry['near'] = [k for sign, k in entry['links'] if sign in ('+', '&', '^') and k in self.entries]
        self.train = sorted(k for k, e in self.entries.items() if not held_out(e['gloss']) and e['gloss'])
        self.test = sorted(k for k, e in self.entries.items() if held_out(e['gloss']) and e['gloss'])
        self.common = sorted(
            w for w, s in self.senses.items() if sum(n for n, _ in s) >= 1 and ' ' not in w and len(w) > 2
        )

    def sense(self, r: random.Random, word: str) -> str | None:
        """One of the word's commoner senses, the commonest mostly."""
        found = self.senses.get(word)
        if not found:
            return None
        weighted = [(k, (n + 0.5) / (1 + 2 * at)) for n, keys in found for at, k in enumerate(keys[:3])]
        return r.choices([k for k, _ in weighted], [x for _, x in weighted])[0]

    def base(self, word: str) -> str | None:
        for form in (
            word,
            word[:-1] if word.endswith('s') else '',
            word[:-2] if word.endswith(('es', 'ed')) else '',
            word[:-1] if word.endswith('ed') else '',
            word[:-3] if word.endswith('ing') else '',
            word[:-3] + 'e' if word.endswith('ing') else '',
            word[:-3] + 'y' if word.endswith('ies') else '',
            word[:-4] if len(word) > 6 and word.endswith('ing') and word[-4] == word[-5] else '',
        ):
            if form and form in self.senses:
                return form
        return None

    def other(self, r: random.Random, word: str) -> str:
        """Another word for it: synonym, relative, or the kind of thing it is."""
        base = self.base(word)
        key = self.sense(r, base) if base else None
        if key is None:
            return word
        entry = self.entries[key]
        roll = r.random()
        choices = [w for w in entry['lemmas'] if w.lower() != base]
        if (roll > 0.6 or not choices) and entry['near']:
            choices = [w for k in entry['near'] for w in self.entries[k]['lemmas']]
        if (roll > 0.8 or not choices) and entry['up']:
            choices = self.entries[r.choice(entry['up'])]['lemmas']
        return r.choice(choices) if choices else word


def reword(net: Net, r: random.Random, text: str, swap: float, drop: float) -> str:
    out = []
    for word in re.findall(r"[\w'-]+", text.lower()):
        if r.random() < (drop * 1.6 if word in STOP else drop):
            continue
        out.append(net.other(r, word) if word not in STOP and r.random() < swap else word)
    if r.random() < 0.3:
        r.shuffle(out)
    return ' '.join(out) or text


def slip(r: random.Random, text: str) -> str:
    if r.random() > 0.12 or len(text) < 6:
        return text
    at = r.randrange(1, len(text) - 2)
    return r.choice([text[:at] + text[at + 1 :], text[:at] + text[at + 1] + text[at] + text[at + 2 :]])


class Pairs:
    """Draws (left, right) of one source; within a batch every other right is a wrong answer."""

    def __init__(self, net: Net, seed: int, heldout: bool = False):
        self.net, self.r, self.m = net, random.Random(seed), Maker(seed, heldout)
        self.keys = net.test if heldout else net.train
        self.sources = {'gloss': 22, 'text': 26, 'words': 20, 'ask': 12, 'passage': 12, 'api': 4, 'tools': 4}

    def draw(self, source: str):
        return slip(self.r, (pair := getattr(self, source)())[0]), pair[1]

    def entry(self) -> dict:
        r, net = self.r, self.net
        if r.random() < 0.6:
            for _ in range(20):
                key = net.sense(r, r.choice(net.common))
                if key and not held_out(net.entries[key]['gloss']):
                    return net.entries[key]
        return net.entries[r.choice(self.keys)]

    def gloss(self):
        e, r = self.entry(), self.r
        name = ', '.join(r.sample(e['lemmas'], min(len(e['lemmas']), r.choice([1, 1, 2, 3]))))
        if e['up'] and r.random() < 0.3:
            name += r.choice([', ', ' ']) + r.choice(self.net.entries[r.choice(e['up'])]['lemmas'])
        return name, r.choice([e['gloss'], e['gloss'], '. '.join([e['gloss'], *e['examples'][:1]])])

    def text(self):
        e, r = self.entry(), self.r
        text = r.choice([*e['examples'], *e['examples'], e['gloss']] if e['examples'] else [e['gloss']])
        if r.random() < 0.35:
            text += '. ' + r.choice([self.entry()['gloss'], *self.entry()['examples'][:1]])
        left = reword(self.net, r, text, r.choice([0, 0.3, 0.6, 1]), r.choice([0.1, 0.3, 0.5]))
        if r.random() < 0.5:
            words = left.split()
            start = r.randrange(max(1, len(words) - 3))
            left = ' '.join(words[start : start + r.randint(3, 10)])
        return left, text if r.random() < 0.7 else reword(self.net, r, text, 0.2, 0.2)

    def words(self):
        r, net = self.r, self.net
        picked = r.sample(net.common, r.choice([1, 2, 2, 3]))
        left = ' '.join(picked)
        for _ in range(9):
            right = ' '.join(net.other(r, w) for w in picked)
            if right != left:
                break
        if r.random() < 0.5:
            extra = r.sample(sorted(STOP), 3) + [r.choice(net.common)]
            words = right.split() + extra
            r.shuffle(words)
            right = ' '.join(words)
        return (self.r.choice(ASKS).replace('{x}', left) if r.random() < 0.3 else left), right

    def ask(self):
        r, e = self.r, self.entry()
        text = r.choice([*e['examples'], e['gloss']])
        content = [w for w in re.findall(r"[\w'-]+", text.lower()) if w not in STOP]
        if len(content) < 2:
            return self.gloss()
        some = r.sample(content, min(len(content), r.choice([1, 2, 2, 3])))
        some = [self.net.other(r, w) if r.random() < 0.5 else w for w in some]
        return r.choice(ASKS).replace('{x}', ' '.join(some)), text

    def passage(self):
        r = self.r
        while True:
            lines, questions = lookup(self.m) if r.random() < 0.2 else related(self.m)
            known = [(q, lines[at]) for q, at in questions if at is not None]
            if known:
                q, line = r.choice(known)
                return (q if r.random() < 0.6 else reword(self.net, r, q, 0.5, 0.1)), line

    def api(self):
        r, m = self.r, self.m
        phrase, answer = r.choice(HOW if r.random() < 0.5 else WHAT if r.random() < 0.6 else ASK)
        asks = HOW_ASK if (phrase, answer) in HOW else WHAT_ASK if (phrase, answer) in WHAT else ['{x}']

        def question():
            top = pick_top(m, phrase)
            return m.say(m.choose(asks).replace('{x}', top))

        return question(), answer if r.random() < 0.6 else question()

    def tools(self):
        made = tool_chat(self.m)
        for message, after in zip(made['messages'], made['messages'][1:]):
            if after.get('tool_calls'):
                name = after['tool_calls'][0]['function']['name']
                spec = next(t['function'] for t in made['tools'] if t['function']['name'] == name)
                return message['content'], f'{name.replace("_", " ")}: {spec["description"]}'
        return self.words()
