"""Conversations from phrases/: requests, little texts, sentences and questions worded in many ways."""

import json
import re

from . import phrases
from .grammar import Maker, expand
from .schemas import INTEGER, NUMBER, STRING, enum, schema_of, typed
from .slots import AMOUNT, WHOLE, slots

SLOT = re.compile(r'\{(\w+)\}')
TYPES = {'string': STRING, 'integer': INTEGER, 'number': NUMBER}


def entry_of(row):
    """A function in the form of functions.CATALOGUE."""
    parameters = {slot: (each['names'], type_of(each['type'])) for slot, each in row['parameters'].items()}
    return row['names'], row['descriptions'], parameters, row['requests']


def type_of(name: str | list[str]) -> dict:
    return enum(*name) if isinstance(name, list) else TYPES[name]


FUNCTIONS = [entry_of(row) for row in phrases.FUNCTIONS]


def little_text(m: Maker) -> tuple[list[str], list[tuple[str, int | None]]]:
    """Some lines of a little text, questions about them, and questions about those left out."""
    r = m.r
    item = r.choice(phrases.PASSAGES)
    v = slots(m)
    kept = sorted(r.sample(range(len(item)), min(len(item), r.choice([2, 3, 3, 4, 4, 5, 6]))))
    lines, questions = [], []
    for at, index in enumerate(kept):
        text = m.fill(expand(r, item[index][0]), **v)
        lines.append(text[0].upper() + text[1:] + ('' if text[-1] in '.!?' else '.'))
        if item[index][1]:
            questions.append((m.say(m.choose(item[index][1]), **v), at))
    missing = [i for i in range(len(item)) if i not in kept and item[i][1]]
    for index in r.sample(missing, min(len(missing), r.choice([0, 1, 1, 2]))):
        questions.append((m.say(m.choose(item[index][1]), **v), None))
    r.shuffle(questions)
    return lines, questions


def plain(text: str) -> str:
    return text.replace('_', ' ')


def sentence_and_values(m: Maker):
    form, fields = m.r.choice(phrases.SENTENCES)
    v = slots(m)
    form = expand(m.r, form)
    fields = {slot: names for slot, names in fields.items() if '{' + slot + '}' in form and slot in v}
    text = m.fill(form, **v)
    if m.r.random() < 0.5:
        text = text[0].upper() + text[1:]
    return text, fields, v


def pull_out(m: Maker, asked: list[str], questioned: list[str]):
    """One value out of a sentence: by the name of the field, or by a question that fits its kind."""
    r = m.r
    text, fields, v = sentence_and_values(m)
    if not fields:
        return pull_out(m, asked, questioned)
    if text[-1].isalnum() and r.random() < 0.5:
        text += '.'
    slot = r.choice(list(fields))
    alone = sum(s.rstrip('2') == slot.rstrip('2') for s in SLOT.findall(' '.join('{' + f + '}' for f in fields))) == 1
    questions = phrases.FIELD_QUESTIONS.get(slot)
    if questions and alone and r.random() < 0.5:
        return [(m.say(questioned, q=expand(r, m.choose(questions)), s=text), v[slot])]
    return [(m.say(asked, f=plain(r.choice(fields[slot])), s=text), v[slot])]


def kind_of(slot: str) -> dict:
    return INTEGER if slot in WHOLE else NUMBER if slot in AMOUNT else STRING


def filled_schema(m: Maker) -> tuple[str, dict, dict]:
    """(text, properties, answer)"""
    r = m.r
    if r.random() < 0.25:
        names, options, lines = r.choice(phrases.CONCLUSIONS)
        line, option = r.choice(lines)
        v = slots(m)
        text, key = m.fill(expand(r, line), **v), r.choice(names)
        return text, {key: enum(*options)}, {key: option}
    text, fields, v = sentence_and_values(m)
    chosen = r.sample(list(fields), r.randint(1, len(fields))) if fields else []
    if r.random() < 0.6:
        chosen.sort(key=list(fields).index)
    properties, answer = {}, {}
    for slot in chosen:
        free = [name for name in fields[slot] if name not in properties]
        if free:
            key = r.choice(free)
            properties[key] = kind_of(slot)
            answer[key] = typed(v[slot], properties[key])
    return (text, properties, answer) if properties else filled_schema(m)


def schema_chat(m: Maker, asked: list[str]) -> dict:
    text, properties, answer = filled_schema(m)
    user = m.fill(expand(m.r, m.choose(asked)), s=text)
    return {
        'messages': [
            {'role': 'user', 'content': user},
            {'role': 'assistant', 'content': json.dumps(answer, ensure_ascii=False)},
        ],
        'schema': schema_of(properties),
    }


def small_talk(m: Maker, answers: dict) -> list[tuple[str, str]]:
    kind = m.r.choice(list(answers))
    return [(m.say(phrases.SMALL_TALK[kind]), m.r.choice(answers[kind]))]


def not_known(m: Maker, answer: str) -> list[tuple[str, str]]:
    return [(m.say(phrases.UNANSWERABLE, **slots(m)), answer)]


def about_api(m: Maker) -> list[tuple[str, str]]:
    answer = m.r.choice(list(phrases.API))
    return [(m.say(phrases.API[answer]), answer)]


def chosen(m: Maker) -> list[tuple[str, str]]:
    """Which of these is a KIND: a member among things that are none of it."""
    r = m.r
    kind = r.choice(list(phrases.KINDS))
    name = r.choice(ALSO.get(kind, [kind]))
    family = {kind}.union(
        *(pair for pair in phrases.OVERLAPPING_KINDS if kind in pair), *([ANIMALS] if name == 'animal' else [])
    )
    right = r.choice(phrases.KINDS[kind])
    far = [k for k in phrases.KINDS if k not in family]
    options = [right]
    while len(options) < r.choice([2, 3, 3, 4, 5]):
        other = r.choice(phrases.KINDS[r.choice(far)])
        if other not in options and other not in phrases.KINDS[kind]:
            options.append(other)
    r.shuffle(options)
    style = r.random()
    if style < 0.25:
        marks = r.choice(['ABCDE', '12345', 'abcde'])
        joined = r.choice([' ', ', ', '\n']).join(f'{mark}) {option}' for mark, option in zip(marks, options))
        answer = f'{marks[options.index(right)]}) {right}'
    else:
        joined = (
            ', '.join(options)
            if style < 0.7
            else ', '.join(options[:-1]) + ' or ' + options[-1]
            if style < 0.9
            else ' / '.join(options)
        )
        answer = right
    ask = m.choose(phrases.ASKS['choose'])
    return [(m.say(ask.replace('a {kind}', 'an {kind}') if name[0] in 'aeiou' else ask, kind=name, x=joined), answer)]


ANIMALS = {'insect', 'bird', 'fish', 'mammal', 'reptile', 'dog breed'}
ALSO = {
    'mammal': ['mammal', 'animal', 'animal'],
    'bird': ['bird', 'bird', 'animal'],
    'fish': ['fish', 'fish', 'animal'],
    'color name': ['color', 'colour'],
    'instrument': ['instrument', 'musical instrument'],
    'boat type': ['boat', 'ship'],
    'hat type': ['hat', 'kind of hat'],
    'shoe type': ['shoe', 'kind of shoe'],
    'clothing': ['piece of clothing', 'garment'],
    'furniture': ['piece of furniture', 'furniture'],
    'emotion': ['emotion', 'feeling'],
    'vehicle with four wheels': ['vehicle', 'vehicle with four wheels'],
    'day of the week': ['day', 'day of the week', 'weekday'],
}


def feeling(m: Maker) -> list[tuple[str, str]]:
    r = m.r
    good = r.random() < 0.5
    x = m.fill(expand(r, m.choose(phrases.ASKS['positive'] if good else phrases.ASKS['negative'])), **slots(m))
    return [(m.say(phrases.ASKS['sentiment_ask'], x=x), 'positive' if good else 'negative')]


def junk(m: Maker) -> list[tuple[str, str]]:
    spam = m.r.random() < 0.5
    x = m.fill(expand(m.r, m.choose(phrases.ASKS['spam'] if spam else phrases.ASKS['ham'])), **slots(m))
    return [(m.say(phrases.ASKS['spam_ask'], x=x), 'spam' if spam else 'not spam')]


def named(m: Maker) -> tuple[str, list[tuple[str, str]]]:
    """A system message that gives a name, and a question for it or for the employer."""
    r, w = m.r, m.w
    name = r.choice([w.first(), w.name(), w.pseudo().capitalize(), w.noun().capitalize()])
    co = w.company()
    system = m.choose(phrases.ASKS['personas'])
    text = m.fill(expand(r, system), name=name, co=co, **{k: v for k, v in slots(m).items() if k != 'co'})
    if '{co}' in system and r.random() < 0.35:
        return text, [(m.say(phrases.ASKS['work_ask']), f'I work for {co}.')]
    return text, [(m.say(phrases.ASKS['name_ask']), f'I am {name}.')]


KEPT = {
    'name': lambda m, v: v['n'],
    'city': lambda m, v: v['c'],
    'color': lambda m, v: v['color'],
    'code': lambda m, v: v['code'],
    'pet': lambda m, v: m.w.first(),
    'age': lambda m, v: m.w.number(2),
    'job': lambda m, v: v['job'],
    'food': lambda m, v: v['food'],
    'car': lambda m, v: (
        f'{v["color"]} {v["noun"]}'
        if m.r.random() < 0.3
        else m.r.choice(
            ['Toyota', 'Fiat', 'Volvo', 'Ford', 'Skoda', 'Kia', 'Tesla', 'Mazda', 'Honda', 'Beetle', 'pickup', 'van']
        )
    ),
    'hobby': lambda m, v: v['sport'],
    'birthday': lambda m, v: v['d'],
}
SAYS = {'name': 'Your name is {x}.', 'city': 'You live in {x}.', 'age': 'You are {x} years old.'}


def remembered(m: Maker, between) -> list[tuple[str, str]]:
    r = m.r
    key = r.choice([k for k in phrases.MEMORIES if k in KEPT])
    tells, questions = phrases.MEMORIES[key]
    x = KEPT[key](m, slots(m))
    told = (
        m.say(tells, x=x),
        (
            r.choice([f'Noted: {x}.', f'Noted: {x}.', 'Noted.', 'Okay, I will remember that.', 'Good to know.'])
            if key != 'name'
            else f'Nice to meet you, {x}! How can I help you?'
        ),
    )
    return [told, *between(m), (m.say(questions), SAYS.get(key, '{x}').replace('{x}', x))]
