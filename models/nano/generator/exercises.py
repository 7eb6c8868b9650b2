"""Choosing, counting, letter case, sums, odd repetitions, and facts that resemble each other; several in a row.

Answers with `follow` are spelled (see prepare.py).
"""

from . import phrases, varied
from .facts import ASK, ENDPOINT_ASK, ENDPOINTS, HOW, HOW_ASK, WHAT, WHAT_ASK
from .grammar import Maker, build, expand
from .kinds import KINDS, OTHERS
from .skills import BYE, GREET, HOWARE, LOWER, REPEAT, SPELL, THANKS, UPPER, api, pick_top, sentence, unknown
from .templates import load_templates

TEMPLATES = load_templates('exercises')

CLASS_ASK = TEMPLATES['class_ask']
POS = TEMPLATES['pos']
NEG = TEMPLATES['neg']
POS_S = TEMPLATES['pos_s']
NEG_S = TEMPLATES['neg_s']
SENT_ASK = TEMPLATES['sent_ask']
SPAM = TEMPLATES['spam']
HAM = TEMPLATES['ham']
WORDS_ASK = TEMPLATES['words_ask']
ITEMS_ASK = TEMPLATES['items_ask']
FIRST_ASK = TEMPLATES['first_ask']
SUM_ASK = TEMPLATES['sum_ask']
BIG_ASK = [
    'which is (larger|bigger|greater|more), {a} or {b}',
    '(larger|bigger): {a} or {b}',
    'what is (larger|bigger|more), {a} or {b}',
    'is {a} or {b} (larger|bigger|more)',
    'which number is (larger|bigger|greater): {a} or {b}',
    'which one is (bigger|larger), {a} or {b}',
]
SMALL_ASK = [
    'which is (smaller|less), {a} or {b}',
    '(smaller|less): {a} or {b}',
    'which number is smaller: {a} or {b}',
    'what is less, {a} or {b}',
]
REV_ASK = TEMPLATES['rev_ask']
LONG_ASK = [
    '(pick one: |)the longest word of {x}',
    'longest word: {x}',
    'which word is (the |)longest: {x}',
    'what is the longest of: {x}',
    'which is the longest word: {x}',
]
WORDS_ASK = WORDS_ASK + phrases.ASKS['count_words']
ITEMS_ASK = ITEMS_ASK + phrases.ASKS['count_items']
BIG_ASK = BIG_ASK + phrases.ASKS['bigger']
SMALL_ASK = SMALL_ASK + phrases.ASKS['smaller']
REV_ASK = REV_ASK + phrases.ASKS['reverse']
LONG_ASK = LONG_ASK + phrases.ASKS['longest']
PLACE_ASK = {
    o: [ask.replace('{o}', o) for ask in FIRST_ASK] + more
    for o, more in (
        ('first', phrases.ASKS['first']),
        ('last', phrases.ASKS['last']),
        ('second', phrases.ASKS['second']),
    )
}
PLUS_ASK, MINUS_ASK = (
    [*asks_, *(ask.replace('{o}', sign) for ask in SUM_ASK for sign in signs)]
    for asks_, signs in ((phrases.ASKS['sum'], ('+', '+', 'plus')), (phrases.ASKS['minus'], ('-', 'minus')))
)


def choice(m: Maker):
    r, w = m.r, m.w
    roll = r.uniform(0.3, 1)
    if roll < 0.44:
        return varied.feeling(m)
    if roll < 0.55:
        positive = r.random() < 0.5
        n = r.choice(
            [
                w.noun(),
                r.choice(
                    [
                        'film',
                        'book',
                        'hotel',
                        'soup',
                        'phone',
                        'cafe',
                        'food',
                        'service',
                        'room',
                        'waiter',
                        'app',
                        'battery',
                        'show',
                        'restaurant',
                    ]
                ),
            ]
        )
        s = m.fill(
            expand(r, m.choose(POS_S if positive else NEG_S)),
            n=n,
            a=r.choice(POS if positive else NEG),
            d=r.choice(['two', 'three', 'ten', '5', '20']),
        )
        if r.random() < 0.3:
            s += ', ' + r.choice(POS if positive else NEG)
        return [(m.say(SENT_ASK, x=s), 'positive' if positive else 'negative')]
    if roll < 0.575:
        return varied.junk(m)
    if roll < 0.6:
        spam = r.random() < 0.5
        s = m.fill(r.choice(SPAM if spam else HAM), n=w.noun(), d=w.number())
        return [
            (
                m.say(
                    [
                        "spam or not spam? '{x}'",
                        'is this spam: {x}',
                        'spam or not spam: {x}',
                        'spam? {x}',
                        'classify as spam or not spam: {x}',
                    ],
                    x=s,
                ),
                'spam' if spam else 'not spam',
            )
        ]
    if roll < 0.67:
        words = [w.word() for _ in range(r.randint(1, 7))]
        return [(m.say(WORDS_ASK, x=' '.join(words)), str(len(words)))]
    if roll < 0.72:
        items = [w.word() for _ in range(r.randint(2, 7))]
        return [(m.say(ITEMS_ASK, x=', '.join(items)), str(len(items)))]
    if roll < 0.8:
        words = [w.word() for _ in range(r.randint(2, 7))]
        which = r.choice(['first', 'last', 'second', 'first', 'last'])
        return [(m.say(PLACE_ASK[which], x=' '.join(words)), words[{'first': 0, 'last': -1, 'second': 1}[which]])]
    if roll < 0.88:
        a, b = r.randint(0, 12), r.randint(0, 12)
        if r.random() < 0.7:
            return [(m.say(PLUS_ASK, a=str(a), b=str(b)), str(a + b))]
        return [(m.say(MINUS_ASK, a=str(a + b), b=str(b)), str(a))]
    if roll < 0.93:
        a, b = r.sample(range(1, 100 if r.random() < 0.7 else 1000), 2)
        if r.random() < 0.6:
            return [(m.say(BIG_ASK, a=str(a), b=str(b)), str(max(a, b)))]
        return [(m.say(SMALL_ASK, a=str(a), b=str(b)), str(min(a, b)))]
    words = list(dict.fromkeys(w.word() for _ in range(r.randint(2, 5))))
    if roll < 0.97:
        sep = r.choice([' ', ', '])
        return [(m.say(REV_ASK, x=sep.join(words)), sep.join(reversed(words)))]
    longest = max(words, key=len)
    if sum(len(x) == len(longest) for x in words) > 1:
        words = [longest, 'ox', 'cat']
        r.shuffle(words)
    return [(m.say(LONG_ASK, x=', '.join(words)), longest)]


def kind_of(m: Maker) -> tuple[str, str]:
    r = m.r
    if r.random() < 0.5:
        return varied.chosen(m)[0]
    kind = r.choice(list(KINDS))
    right = r.choice(KINDS[kind])
    count, others = r.choice([1, 2, 2, 2, 3, 4]), []
    while len(others) < count:
        other = r.choice(list(KINDS))
        item = r.choice(OTHERS) if r.random() < 0.35 else r.choice(KINDS[other])
        if (
            item not in others
            and item not in KINDS[kind]
            and item != right
            and not (
                kind in ('fruit', 'color', 'food', 'drink')
                and other in ('fruit', 'color', 'food', 'drink', 'vegetable', 'flower', 'metal')
            )
        ):
            others.append(item)
    options = others + [right]
    r.shuffle(options)
    style = r.random()
    k = 'colour' if kind == 'color' and r.random() < 0.4 else kind
    if style < 0.25:
        marks = r.choice(['ABCDE', '12345', 'abcde'])
        sep = r.choice([' ', ', ', '\n'])
        x = sep.join(f'{c}) {o}' for c, o in zip(marks, options))
        return m.say(CLASS_ASK, k=k, x=x), f'{marks[options.index(right)]}) {right}'
    x = (
        ', '.join(options)
        if style < 0.75
        else ', '.join(options[:-1]) + ' or ' + options[-1]
        if style < 0.9
        else ' '.join(options)
    )
    if r.random() < 0.25:
        x, right = x.lower(), right.lower()
    return m.say(CLASS_ASK, k=k, x=x), right


def by_place(m: Maker) -> tuple[str, str]:
    r, w = m.r, m.w
    words = [r.choice([w.word, w.pseudo, w.pieces, w.noun])() for _ in range(r.randint(2, 7))]
    roll = r.random()
    if roll < 0.55:
        o, at = r.choice([('first', 0), ('last', -1), ('last', -1), ('second', 1)])
        return m.say(PLACE_ASK[o], x=' '.join(words)), words[at]
    if roll < 0.8:
        sep = r.choice([' ', ', '])
        return m.say(REV_ASK, x=sep.join(words[:5])), sep.join(reversed(words[:5]))
    words = list(dict.fromkeys(words))[:5]
    words.sort(key=len)
    while len(words) > 1 and len(words[-1]) == len(words[-2]):
        words.pop()
    longest = words[-1]
    r.shuffle(words)
    return m.say(LONG_ASK, x=', '.join(words)), longest


def pick_chat(m: Maker) -> dict:
    turns = []
    for _ in range(m.r.choice([1, 2, 3, 4])):
        roll = m.r.random()
        turns += [kind_of(m)] if roll < 0.35 else [by_place(m)] if roll < 0.55 else choice(m)
    return build(None, turns)


def case_chat(m: Maker) -> dict:
    """Upper case, lower case, spelling; several in a row."""
    r, w = m.r, m.w
    messages = []
    for _ in range(r.choice([1, 2, 3, 3])):
        words = ' '.join(
            r.choice([w.word, w.pieces, w.pieces, w.pseudo, w.noun, w.common])()
            for _ in range(r.choice([1, 1, 1, 1, 2, 2, 3, 4]))
        )
        words = ''.join(c for c in words if c.isascii()).lower()
        roll = r.random()
        if roll < 0.52:
            x = words if r.random() < 0.7 else words.capitalize() if r.random() < 0.6 else words.title()
            messages += [{'role': 'user', 'content': m.say(UPPER, x=x)}, {'role': 'assistant', 'content': x.upper()}]
        elif roll < 0.88:
            mixed = ' '.join(r.choice([str.upper, str.title, str.lower])(x) for x in words.split())
            x = words.upper() if r.random() < 0.55 else words.title() if r.random() < 0.5 else mixed
            messages += [
                {'role': 'user', 'content': m.say(LOWER, x=x)},
                {'role': 'assistant', 'content': x.lower(), 'follow': x},
            ]
        else:
            word = words.split()[0]
            messages += [
                {'role': 'user', 'content': m.say(SPELL, x=word)},
                {'role': 'assistant', 'content': ' '.join(word)},
            ]
    return {'messages': messages}


def repeat_hard(m: Maker):
    """Odd pieces, long texts, and texts that look like something else to do."""
    r, w = m.r, m.w
    roll = r.random()
    if roll < 0.4:
        x = ' '.join(
            r.choice([w.pieces, w.pieces, w.pseudo, w.word, w.number, w.code])()
            for _ in range(r.choice([1, 2, 3, 4, 5, 8, 12]))
        )
    elif roll < 0.75:
        x = r.choice(
            [
                m.say(GREET),
                m.say(HOWARE),
                m.say(THANKS),
                m.say(BYE),
                api(m)[0][0],
                unknown(m)[0][0],
                choice(m)[0][0],
                w.word() + ' ' + m.say(GREET),
            ]
        )
        x += r.choice(['', '', ' ' + w.number(), ' ' + w.word()])
    else:
        x = ' '.join(sentence(m) for _ in range(r.choice([1, 2, 3])))
    return [(m.say(REPEAT, x=x), x)]


def asked(m: Maker, entry) -> tuple[str, str]:
    kind, phrase, answer = entry
    if kind == 'ask':
        return m.say(pick_top(m, phrase)), answer
    asks = {'how': HOW_ASK, 'what': WHAT_ASK, 'endpoint': ENDPOINT_ASK}[kind]
    return m.say(m.choose(asks).replace('{x}', pick_top(m, phrase))), (
        answer if kind != 'endpoint' else f'The endpoint is {answer}.'
    )


ENTRIES = [
    (kind, phrase, answer)
    for kind, table in (('how', HOW), ('what', WHAT), ('ask', ASK), ('endpoint', ENDPOINTS))
    for phrase, answer in table
]


def words_of(phrase: str) -> set[str]:
    return {w for w in phrase.replace('(', ' ').replace(')', ' ').replace('|', ' ').lower().split() if len(w) > 3}


def fact_chat(m: Maker) -> dict:
    """Questions with words in common and different answers, after one another."""
    r = m.r
    first = r.choice(ENTRIES)
    near = sorted(
        (e for e in ENTRIES if e is not first), key=lambda e: -len(words_of(e[1]) & words_of(first[1])) - r.random()
    )[:3]
    chosen = [first, *near][: r.choice([2, 3, 3, 4])]
    r.shuffle(chosen)
    return build(None, [asked(m, e) for e in chosen])


def sum_chat(m: Maker) -> dict:
    """Small sums, comparisons and counts, several in a row."""
    r, w, turns = m.r, m.w, []
    for _ in range(r.choice([2, 3, 4, 5])):
        roll, a, b = r.random(), r.randint(0, 9), r.randint(0, 9)
        if roll < 0.3:
            turns.append((m.say(PLUS_ASK, a=str(a), b=str(b)), str(a + b)))
        elif roll < 0.4:
            turns.append((m.say(MINUS_ASK, a=str(a + b), b=str(b)), str(a)))
        elif roll < 0.65:
            a, b = r.sample(range(1, r.choice([10, 100, 100, 1000])), 2)
            asks, pick = (BIG_ASK, max) if r.random() < 0.6 else (SMALL_ASK, min)
            turns.append((m.say(asks, a=str(a), b=str(b)), str(pick(a, b))))
        elif roll < 0.85:
            words = [r.choice([w.word, w.common, w.noun])() for _ in range(r.randint(1, 7))]
            turns.append((m.say(WORDS_ASK, x=' '.join(words)), str(len(words))))
        else:
            items = [
                r.choice([w.word, w.noun, lambda: r.choice('abcdefgh'), w.first])() for _ in range(r.randint(2, 7))
            ]
            turns.append((m.say(ITEMS_ASK, x=', '.join(items)), str(len(items))))
    return build(None, turns)
