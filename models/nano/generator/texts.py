"""Questions about a given text: the answer is the mark of a line and the line, or that the text does not say it."""

import os

from . import varied
from . import words as wl
from .grammar import Maker, build, expand
from .skills import sentence
from .templates import load_templates
from .topics import NOT_THERE, QUOTE, topic

TEMPLATES = load_templates('texts')

# (sentences, questions); the question is about the slot that the sentence states
RELATIONS = TEMPLATES['relations']
PEOPLE = """
    employees pupils students members workers players guests visitors children passengers nurses teachers soldiers
    singers customers patients farmers riders runners volunteers
""".split()
DID = """
    barked slept waited ran jumped sat stood danced sang fell cried laughed swam walked hid appeared landed rested
    played worked
""".split()
PAST = TEMPLATES['past']
DOES = """
    arrive leave start end open close ring sleep grow return stop run work move sing bloom meet land depart change
""".split()


def event(m: Maker) -> tuple[list[str], list[str]]:
    """A sentence about who did what where and when, with questions about each part."""
    r = m.r
    base, past = r.choice(PAST).split()
    if r.random() < 0.3:
        verb = r.choice(DOES)
        when = r.choice(
            [
                'at {t}',
                'on {day}',
                'in {month}',
                'every {day}',
                'after {t}',
                'in {y}',
                'in the morning',
                'at night',
                'twice a day',
            ]
        )
        return [f'the {{adj}} {{noun}}s {verb} {when}', f'{{noun}}s {verb} {when}'], [
            f'when do (the |){{noun}}s {verb}',
            f'what time do the {{noun}}s {verb}',
            f'when (will|do) {{noun}}s {verb}',
            f'tell me when the {{noun}}s {verb}',
        ]
    tail = r.choice(
        [
            '',
            '',
            ' in {C}',
            ' near the {noun2}',
            ' in {y}',
            ' on {d}',
            ' for {p} euros',
            ' with a {noun2}',
            ' because it was {adj2}',
            ' from {co}',
        ]
    )
    asks = [
        f'who {past} (the |a |){{noun}}',
        f'what did {{N}} {base}',
        f'who {past} (it|the {{adj}} {{noun}})',
        f'by whom was the {{noun}} {past}',
        f'what did {{n1}} {base}',
    ]
    extra = {
        ' in {C}': f'where did {{N}} {base} (the {{noun}}|it)',
        ' near the {noun2}': f'where was the {{noun}} {past}',
        ' in {y}': f'when did {{N}} {base} (the {{noun}}|it)',
        ' on {d}': f'when was the {{noun}} {past}',
        ' for {p} euros': 'how much (was|did) the {noun}( cost|)',
        ' with a {noun2}': f'with what did {{N}} {base} it',
        ' because it was {adj2}': f'why did {{N}} {base} (the {{noun}}|it)',
        ' from {co}': 'where is the {noun} from',
    }.get(tail)
    return [
        f'{{N}} {past} (the|a) {{adj}} {{noun}}{tail}',
        (
            f'(the|a) {{adj}} {{noun}} was {past} by {{N}}{tail}'
            if base not in ('see', 'eat', 'draw', 'drive', 'give', 'hide', 'write', 'break', 'take', 'throw', 'steal')
            else f'{{N}} {past} (the|a) {{noun}}{tail}'
        ),
    ], asks + ([extra, extra] if extra else [])


def passage(m: Maker, filler: int = 0) -> dict:
    r, w = m.r, m.w
    noun = w.noun()
    shared = r.random() < 0.5
    used = r.sample(range(len(RELATIONS)), r.choice([2, 2, 3, 3, 3, 4, 5]))
    lines, questions = [], []
    for rel in used:
        sents, asks = RELATIONS[rel] if r.random() < 0.65 else event(m)
        v = facts_of_passage(m, noun if shared and r.random() < 0.7 else w.noun())
        text = m.fill(expand(r, r.choice(sents)), **v)
        lines.append(text[0].upper() + text[1:] + '.')
        questions.append((asks, v, text))
    for _ in range(filler):
        at = r.randrange(len(lines) + 1)
        line = sentence(m).rstrip('.!') + '.'
        lines.insert(at, line)
        questions.insert(at, ([], {}, line))
    askable = [i for i, (asks, _, text) in enumerate(questions) if asks]
    unanswerable = r.random() < 0.14 or not askable
    if unanswerable:
        other = r.choice([i for i in range(len(RELATIONS)) if RELATIONS[i][1] and i not in used])
        asks, v = (
            RELATIONS[other][1] if r.random() < 0.7 else event(m)[1],
            facts_of_passage(m, noun if shared else w.noun()),
        )
        answer = NOT_THERE
    else:
        at = r.choice(askable)
        asks, v, _ = questions[at]
    ask = m.choose(asks)
    if not unanswerable:
        tries = [
            a
            for a in asks
            if any(
                x in questions[at][2]
                for x in [m.fill(s, **v) for s in ('{noun2}', '{N}', '{n1}', '{noun}', '{animal}') if s in a]
            )
            or '{' not in a
        ]
        ask = r.choice(tries or asks)
    question = m.say(ask, **v)
    style = r.random()
    per = r.choice([1, 1, 1, 2]) if not filler else r.choice([2, 4, 6])
    if style < 0.8:
        groups, owner = [], []
        i = 0
        while i < len(lines):
            size = per if r.random() < 0.8 else 1
            groups.append(' '.join(lines[i : i + size]))
            owner += [len(groups)] * len(lines[i : i + size])
            i += size
        text = '\n'.join(f'[{n}] {g}' for n, g in enumerate(groups, 1))
        if not unanswerable:
            answer = f'[{owner[at]}] {lines[at]}'
    else:
        text = ' '.join(lines)
        if not unanswerable:
            answer = lines[at]
        if r.random() < 0.5 and not unanswerable:
            question = m.say(
                [
                    '(which|what) sentence (says|tells|mentions) {q}',
                    'quote the sentence (that says|about) {q}',
                    'find the sentence (that says|about|that mentions) {q}',
                    'quote (the line|the sentence) that (says|tells) {q}',
                    'which sentence is about {q}',
                ],
                q=question.rstrip('?').lower(),
            )
    prompt = r.choice(
        [
            f'{text}\n\n{question}',
            f'{text}\n\n{question}',
            f'{text}\n\nQuestion: {question}',
            f'{text}\n{question}',
            f'{question}\n\n{text}',
        ]
    )
    return {'messages': [{'role': 'user', 'content': prompt}, {'role': 'assistant', 'content': answer}]}


def facts_of_passage(m: Maker, noun: str) -> dict:
    w, r = m.w, m.r
    full_name = w.name()
    return dict(
        people=r.choice(PEOPLE),
        meal=r.choice(['breakfast', 'lunch', 'dinner', 'the party', 'the meeting', 'the show', 'coffee']),
        did=r.choice(DID),
        prep=r.choice(['behind', 'near', 'under', 'over', 'beside', 'in', 'next to', 'around']),
        color2=r.choice(wl.COLORS),
        n1=full_name.split()[0],
        month=r.choice(wl.MONTHS),
        co=w.company(),
        X=r.choice([f'the {noun}', w.company(), 'the shop', 'the library', 'the museum']),
        t=r.choice([w.time(), r.choice(wl.NUMBERS)]),
        day=r.choice(wl.DAYS),
        noun=noun,
        noun2=w.noun(),
        N=full_name,
        y=str(r.randint(1200, 2030)),
        p=w.price(),
        adj=w.draw(wl.ADJECTIVES),
        adj2=w.draw(wl.ADJECTIVES),
        color=r.choice(wl.COLORS),
        k=r.choice([w.number(), r.choice(wl.NUMBERS), 'forty', 'twenty', 'thirty']),
        job=r.choice(wl.JOBS),
        C=w.city(),
        code=r.choice([w.code(), w.pseudo() + w.number(2)]),
        animal=r.choice(wl.ANIMALS),
        food=w.draw(wl.FOODS),
        food2=w.draw(wl.FOODS),
        ph=w.phone(),
        e=w.email(),
        d=w.date(),
        w=w.word(),
    )


def lookup(m: Maker) -> tuple[list[str], list[tuple[str, int]]]:
    """Lines about odd things, and questions that only words in common can settle."""
    r, w = m.r, m.w
    form, asks = r.choice(
        [
            (
                'the {a} of {b} is {v}',
                ['what is the {a} of {b}', '{a} of {b}', 'whats the {a} of {b}', 'tell me the {a} of {b}'],
            ),
            ('{b} is the {a} of {v}', ['who or what is {b}', 'what is {b}', 'tell me about {b}']),
            ('{b} has a {a} {v}', ['what does {b} have', 'what has {b}', 'does {b} have something']),
            ('the {a} {b} costs {v}', ['how much is the {a} {b}', 'price of the {a} {b}', 'what does the {b} cost']),
            ('{b}: {v}', ['{b}', '{b}?', 'what is {b}', 'value of {b}']),
            ('{b} lives near the {a} {v}', ['where does {b} live', 'where is {b}', 'who lives near the {a}']),
            ('the {a} {b} is {v}', ['how is the {b}', 'what about the {a} {b}', 'the {b}?', 'tell me about the {b}']),
            ('{b} likes {a} {v}', ['what does {b} like', 'who likes {a}']),
            (
                '{b} works as a {a}',
                ['what is the job of {b}', 'what does {b} do', 'who works as a {a}', 'who is a {a}'],
            ),
            (
                '{b} comes from {v}',
                ['where does {b} come from', 'where is {b} from', 'who comes from {v}', 'who is from {v}'],
            ),
            ('{v} was born on {d}', ['when was {v} born', 'birthday of {v}', 'who was born on {d}']),
        ]
    )
    thing = r.choice([w.noun, w.pseudo, w.pieces, w.first, w.word])
    lines, questions, seen = [], [], set()
    for n in range(r.choice([2, 3, 3, 4, 5, 6])):
        a, b, v = w.noun() if r.random() < 0.6 else w.word(), thing(), r.choice([w.word, w.pseudo, w.number, w.name])()
        if {a, b, v} & seen:
            continue
        seen |= {a, b, v}
        slots = dict(a=a, b=b, v=v, d=w.date())
        text = m.fill(form, **slots)
        lines.append(text[0].upper() + text[1:] + '.')
        questions.append((m.say(r.choice(asks), **slots), n))
    return lines, [(q, at) for at, (q, _) in enumerate(questions)]


def related(m: Maker) -> tuple[list[str], list[tuple[str, int | None]]]:
    r, w = m.r, m.w
    noun, shared = w.noun(), r.random() < 0.5
    used = r.sample(range(len(RELATIONS)), r.choice([2, 3, 3, 4, 4, 5, 6]))
    lines, questions = [], []
    for at, rel in enumerate(used):
        sents, asks = RELATIONS[rel] if r.random() < 0.65 else event(m)
        v = facts_of_passage(m, noun if shared and r.random() < 0.7 else w.noun())
        text = m.fill(expand(r, r.choice(sents)), **v)
        lines.append(text[0].upper() + text[1:] + '.')
        if asks:
            fits = [
                a
                for a in asks
                if any(
                    x in text
                    for x in [m.fill(s, **v) for s in ('{noun2}', '{N}', '{n1}', '{noun}', '{animal}') if s in a]
                )
                or '{' not in a
            ]
            ask = next((a for a in (m.choose(asks) for _ in range(5)) if a in fits), None) or (
                r.choice(fits) if fits else None
            )
            if ask:
                questions.append((m.say(ask, **v), at))
    for _ in range(r.choice([0, 1, 1, 2])):
        other = r.choice([i for i in range(len(RELATIONS)) if RELATIONS[i][1] and i not in used])
        v = facts_of_passage(m, noun if shared and r.random() < 0.7 else w.noun())
        questions.append((m.say(m.choose(RELATIONS[other][1]), **v), None))
    r.shuffle(questions)
    return lines, questions


MATCH = float(os.environ.get('MATCH', '0.1'))
WHICH = TEMPLATES['which']


def line_chat(m: Maker) -> dict:
    """Only the mark is asked for, many times: finding the place is learned apart from copying the sentence."""
    r = m.r
    lines = r.choice([lookup, topic, related, varied.little_text])(m)[0]
    lines += [sentence(m).rstrip('.!') + '.' for _ in range(r.choice([0, 0, 1, 2]))]
    r.shuffle(lines)
    found: dict = {}
    for at, line in enumerate(lines):
        for word in sorted(set(line.rstrip('.').lower().split())):
            found.setdefault(word, []).append(at)
    alone = [(w, at[0]) for w, at in found.items() if len(at) == 1 and len(w) > 3]
    if not alone:
        return line_chat(m)
    turns = []
    for w, at in r.sample(alone, min(len(alone), r.choice([3, 4, 5, 6]))):
        w, answer = (m.w.noun(), 'None of them.') if r.random() < 0.12 else (w, f'[{at + 1}]')
        if answer[0] == 'N' and w in found:
            continue
        turns.append((m.say(WHICH, w=w), answer))
    if not turns:
        return line_chat(m)
    turns[0] = (
        '\n'.join(f'[{n}] {line}' for n, line in enumerate(lines, 1)) + r.choice(['\n\n', '\n']) + turns[0][0],
        turns[0][1],
    )
    return build(None, turns)


def match_chat(m: Maker) -> dict:
    """The barest form: short lines, one word asked for, its mark answered; then questions that quote the line."""
    r, w = m.r, m.w
    words = list(
        dict.fromkeys(r.choice([w.noun, w.noun, w.word, w.pseudo, w.first])() for _ in range(r.randint(4, 10)))
    )
    lines, owner = [], {}
    while words:
        part = [words.pop() for _ in range(min(len(words), r.choice([1, 1, 2, 2, 3])))]
        owner.update({x: len(lines) + 1 for x in part})
        lines.append(
            ' '.join(part)
            if r.random() < 0.5
            else m.one('the', 'a', 'my')
            + ' '
            + ' and the '.join(part)
            + r.choice(['', '', ' is ' + w.draw(wl.ADJECTIVES), ' was there'])
        )
    quote, form = (
        r.random() < 0.3,
        r.choice(
            ['{w}', '{w}', 'line with {w}', 'where is the {w}', 'which line has {w}', 'who saw {w}', 'what about {w}']
        ),
    )
    turns = [
        (form.replace('{w}', x), f'[{at}] {lines[at - 1]}' if quote else f'[{at}]')
        for x, at in r.sample(list(owner.items()), min(len(owner), 8 if not quote else 4))
    ]
    turns[0] = ('\n'.join(f'[{n}] {line}' for n, line in enumerate(lines, 1)) + '\n\n' + turns[0][0], turns[0][1])
    return build(None, turns)


def passage_chat(m: Maker) -> dict:
    r = m.r
    roll = r.random()
    if roll < MATCH:
        return match_chat(m)
    if roll < MATCH + 0.25:
        return line_chat(m)
    roll = r.random()
    lines, questions = (
        lookup(m) if roll < 0.12 else topic(m) if roll < 0.42 else varied.little_text(m) if roll < 0.82 else related(m)
    )
    if (
        r.random() < 0.4
        and len(lines) > 1
        and questions
        and all(at is not None for _, at in questions)
        and len(lines) > 2
    ):
        gone = r.randrange(len(lines))
        lines = [x for at, x in enumerate(lines) if at != gone]
        questions = [(q, None if at == gone else at - (at > gone)) for q, at in questions]
    r.shuffle(questions)
    questions = questions[: r.choice([1, 2, 3, 4, 5])]
    if not questions:
        return passage_chat(m)
    style = r.random()
    if style < 0.8:
        text, marks = '\n'.join(f'[{n}] {line}' for n, line in enumerate(lines, 1)), True
    else:
        text, marks = ' '.join(lines), False
    turns = []
    for at, (q, where) in enumerate(questions):
        answer = NOT_THERE if where is None else f'[{where + 1}] {lines[where]}' if marks else lines[where]
        if not marks and where is not None and r.random() < 0.5:
            q = m.say(QUOTE, q=q.rstrip('?').lower())
        if at == 0:
            q = r.choice(
                [f'{text}\n\n{q}', f'{text}\n\n{q}', f'{text}\n\nQuestion: {q}', f'{text}\n{q}', f'{q}\n\n{text}']
            )
        turns.append((q, answer))
    return build(None, turns)
