"""JSON from a sentence: a schema's fields, filled from a user's sentence."""

import json

from . import varied
from . import words as wl
from .exercises import NEG, NEG_S, POS, POS_S
from .grammar import Maker, build, expand
from .schemas import INTEGER, NUMBER, STRING, enum, schema_of, typed
from .slots import ROOMS
from .templates import load_templates

TEMPLATES = load_templates('structures')


# Fields (names by preference, schema, value), and lines that state them.
def fields(m: Maker) -> dict:
    w, r = m.w, m.r
    item = w.noun()
    return {
        'n': (['name', 'name', 'person', 'customer', 'user', 'full_name'], STRING, w.name()),
        'age': (['age'], INTEGER, str(r.randint(1, 99))),
        'c': (['city', 'city', 'location', 'town', 'place'], STRING, w.city()),
        'co': (['company', 'employer', 'organization'], STRING, w.company()),
        'job': (['job', 'profession', 'occupation', 'role'], STRING, r.choice(wl.JOBS)),
        'd': (['date', 'date', 'day', 'when'], STRING, w.date()),
        't': (['time', 'start', 'hour'], STRING, w.time()),
        'dur': (['time', 'result'], STRING, f'{r.randint(1, 59)}:{r.randint(0, 59):02d}'),
        'room': (
            ['room', 'place', 'location'],
            STRING,
            r.choice([w.noun().capitalize(), w.number(), w.code(), r.choice(ROOMS)]),
        ),
        'code': (['order_id', 'id', 'order', 'number'], STRING, w.code()),
        'inv': (['invoice', 'invoice_number', 'id', 'number'], STRING, w.code()),
        'k': (['quantity', 'amount', 'count'], INTEGER, w.number()),
        'item': (['item', 'product'], STRING, item),
        'items': (['item', 'product'], STRING, item + 's'),
        'e': (['email', 'mail', 'email_address'], STRING, w.email()),
        'ph': (['phone', 'phone_number', 'telephone'], STRING, w.phone()),
        'p': (['price', 'cost', 'total', 'amount'], NUMBER, w.price()),
        'brand': (
            ['brand', 'make', 'manufacturer'],
            STRING,
            r.choice(wl.BRANDS) if r.random() < 0.6 else w.pseudo().capitalize(),
        ),
        'y': (['year'], INTEGER, str(r.randint(1900, 2040))),
        'ti': (
            ['title', 'book', 'name'],
            STRING,
            f'{r.choice(["The ", "A ", ""])}{w.word().capitalize()} {w.noun().capitalize()}',
        ),
        'au': (['author', 'writer'], STRING, f'{w.first()} {w.last()}'),
        'pg': (['pages', 'page_count'], INTEGER, str(r.randint(40, 999))),
        'c2': (['to', 'destination'], STRING, w.city()),
        'c1': (['from', 'origin'], STRING, w.city()),
        'day': (['day', 'date'], STRING, r.choice(wl.DAYS)),
        'st': (['street', 'address'], STRING, w.street()),
        'team1': (['winner', 'first'], STRING, w.noun().capitalize() + 's'),
        'team2': (['loser', 'second'], STRING, w.pseudo().capitalize() + 's'),
        'srv': (
            ['server', 'device', 'host', 'machine'],
            STRING,
            f'{r.choice(["web", "db", "mail", "app", w.pseudo(1, 2)])}-{w.number()}',
        ),
        'up': (['status', 'state'], enum('up', 'down'), r.choice(['up', 'down'])),
        'onoff': (['state', 'status', 'power'], enum('on', 'off'), r.choice(['on', 'off'])),
        'deg': (['degrees', 'temperature'], INTEGER, str(r.randint(1, 99))),
        'size': (['size'], enum('small', 'medium', 'large'), r.choice(['small', 'medium', 'large'])),
        'color': (['color', 'colour'], STRING, r.choice(wl.COLORS)),
        'prio': (['priority', 'urgency'], enum('low', 'high'), r.choice(['low', 'high'])),
        'animal': (['pet', 'animal', 'kind', 'species'], STRING, r.choice(wl.ANIMALS)),
        'subj': (['subject', 'topic', 'course'], STRING, w.word()),
        'stud': (['students', 'participants', 'people'], INTEGER, w.number(2)),
        'country': (['country'], STRING, w.draw(wl.COUNTRIES)),
        'lang': (['language'], STRING, w.draw(wl.LANGUAGES)),
        'food': (['food', 'dish', 'meal'], STRING, w.draw(wl.FOODS)),
        'x': (['topic', 'subject', 'title', 'text'], STRING, w.phrase(1, 3)),
    }


JSON_LINES = TEMPLATES['json_lines']
CUES = {
    'high': [
        'urgent',
        'asap',
        'this is urgent',
        'very important',
        'i need it today',
        'right now please',
        'immediately',
        'it cannot wait',
        'as soon as possible',
        'critical',
    ],
    'low': [
        'no rush',
        'not urgent',
        'when you have time',
        'no hurry',
        'whenever you can',
        'it can wait',
        'not important',
        'sometime next month',
        'take your time',
    ],
}
JSON_ASK = TEMPLATES['json_ask']


def structured(m: Maker) -> dict:
    r, w = m.r, m.w
    if r.random() < 0.45:
        return varied.schema_chat(m, JSON_ASK)
    roll = r.random()
    if roll < 0.62:
        known = fields(m)
        line = (
            m.choose(JSON_LINES)
            .replace('{priow} ', '')
            .replace('{cue}', r.choice(CUES[known['prio'][2]]))
            .replace('{nth}', r.choice(['1st', '2nd', '3rd', '4th', 'first', 'second', 'last', f'{w.number(2)}th']))
        )
        slots = [s for s in known if '{' + s + '}' in line]
        urgent = any(cue in line for cues in CUES.values() for cue in cues)
        if len(slots) > 2 and r.random() < 0.25:
            slots = r.sample(slots, len(slots) - 1)
        if r.random() < 0.4:
            r.shuffle(slots)
        else:
            slots.sort(key=lambda s: line.index('{' + s + '}'))
        if urgent:
            slots.insert(r.randrange(len(slots) + 1), 'prio')
        properties, answer = {}, {}
        lower = r.random() < 0.2
        text = {s: v[2].lower() if lower else v[2] for s, v in known.items()}
        for s in slots:
            key = r.choice([k for k in known[s][0] if k not in properties] or [s])
            properties[key] = known[s][1]
            answer[key] = typed(text[s], known[s][1])
        s = m.say(line, **text)
    elif roll < 0.72:
        positive = r.random()
        lines, words_, label = (POS_S, POS, 'positive') if positive < 0.5 else (NEG_S, NEG, 'negative')
        s = m.fill(expand(r, m.choose(lines)), n=w.noun(), a=r.choice(words_), d='two')
        options = r.choice([['positive', 'negative'], ['positive', 'negative', 'neutral']])
        properties, answer = {r.choice(['sentiment', 'sentiment', 'label', 'feeling']): enum(*options)}, {}
        answer[next(iter(properties))] = label
    elif roll < 0.82:
        items = list(dict.fromkeys(r.choice([w.draw(wl.FOODS), w.noun()]) for _ in range(r.randint(1, 5))))
        if r.random() < 0.4:
            items = list(dict.fromkeys(w.first() for _ in range(r.randint(2, 4))))
        joined = items[0] if len(items) == 1 else ', '.join(items[:-1]) + r.choice([' and ', ', ']) + items[-1]
        key = (
            r.choice(['items', 'products', 'list', 'things'])
            if items[0].islower()
            else r.choice(['participants', 'names', 'people', 'guests'])
        )
        arr = {'type': 'array', 'items': STRING}
        if key in ('participants', 'names', 'people', 'guests') and r.random() < 0.5:
            event, d = f'{w.word()} {w.noun()}', w.date()
            properties, answer = {'name': STRING, 'date': STRING, key: arr}, {'name': event, 'date': d, key: items}
            s = r.choice(
                [
                    f'{event} on {d}, {joined} '
                    + r.choice(
                        [
                            'will be there',
                            'are participating',
                            'take part',
                            'are coming',
                            'are invited',
                            'will attend',
                            'have signed up',
                            'said yes',
                        ]
                    ),
                    f'{joined} go to the {event} on {d}',
                    f'{event} on {d} with {joined}',
                    f'{d}: {event}. {joined} ' + r.choice(['come', 'attend', 'are in', 'participate']),
                ]
            )
            if r.random() < 0.5:
                s = s[0].upper() + s[1:]
        else:
            properties, answer = {key: arr}, {key: items}
            s = m.say(
                [
                    'buy {x}',
                    'i need {x}',
                    'we have {x}',
                    'get {x} please',
                    '{x}',
                    'list: {x}',
                    'with {x}',
                    'please bring {x}',
                    '{x} are here',
                ],
                x=joined,
            )
    else:
        keys = list(dict.fromkeys(r.choice([w.noun(), w.noun(), w.pseudo()]) for _ in range(r.randint(2, 4))))
        kinds = [r.choice(['s', 's', 'i', 'b', 'p']) for _ in keys]
        vals = [
            (
                r.choice([w.word, w.name, w.code, w.city, w.pseudo, lambda: w.draw(wl.ADJECTIVES)])()
                if k in 'sp'
                else w.number()
                if k == 'i'
                else r.choice(['yes', 'no'])
            )
            for k in kinds
        ]
        form = r.choice(['the {k} is {v}', '{k}: {v}', '{k} = {v}', '{k} is {v}', 'my {k} is {v}'])
        s = r.choice([', ', ' and ', '. ', '; ', '\n']).join(
            form.replace('{k}', k).replace('{v}', v) for k, v in zip(keys, vals)
        )
        chosen = list(range(len(keys)))
        if len(keys) > 2 and r.random() < 0.4:
            chosen = r.sample(chosen, len(keys) - 1)
        properties = {
            keys[i]: INTEGER if kinds[i] == 'i' else enum('yes', 'no') if kinds[i] == 'b' else STRING for i in chosen
        }
        answer = {keys[i]: int(vals[i]) if kinds[i] == 'i' else vals[i] for i in chosen}
    if s[-1:].isalnum() and r.random() < 0.4:
        s += '.'
    user = m.fill(expand(r, m.choose(JSON_ASK)), s=s)
    return {
        'messages': [
            {'role': 'user', 'content': user},
            {'role': 'assistant', 'content': json.dumps(answer, ensure_ascii=False)},
        ],
        'schema': schema_of(properties),
    }


def json_chat(m: Maker) -> dict:
    """Field lists filled again and again under one schema, or one ordinary example."""
    r, w = m.r, m.w
    if r.random() < 0.55:
        return structured(m)
    kinds = {
        's': lambda: r.choice([w.word, w.name, w.code, w.city, w.pseudo, w.pieces, w.noun, lambda: w.phrase(1, 3)])(),
        'i': w.number,
        'p': w.price,
        'b': lambda: r.choice(['yes', 'no']),
    }
    keys = list(dict.fromkeys(r.choice([w.noun, w.noun, w.pseudo, w.pieces])() for _ in range(r.randint(2, 5))))
    made = [r.choice('sssipb') for _ in keys]
    schema = {'s': STRING, 'i': INTEGER, 'p': NUMBER, 'b': enum('yes', 'no')}
    asked = list(range(len(keys)))
    if len(keys) > 2 and r.random() < 0.5:
        asked = r.sample(asked, r.randint(2, len(keys) - 1))
    if r.random() < 0.3:
        r.shuffle(asked)
    turns = []
    for _ in range(r.choice([1, 2, 2, 3])):
        vals = [kinds[k]() for k in made]
        form = r.choice(
            [
                'the {k} is {v}',
                '{k}: {v}',
                '{k} = {v}',
                '{k} is {v}',
                'my {k} is {v}',
                '{v} is the {k}',
                '{k} {v}',
                'the {k} was {v}',
                'with {k} {v}',
                '{v} as {k}',
            ]
        )
        order = list(range(len(keys)))
        if r.random() < 0.5:
            r.shuffle(order)
        text = r.choice([', ', ' and ', '. ', '; ', '\n', ' ']).join(
            form.replace('{k}', keys[i]).replace('{v}', vals[i]) for i in order
        )
        turns.append((text, json.dumps({keys[i]: typed(vals[i], schema[made[i]]) for i in asked}, ensure_ascii=False)))
    return {**build(None, turns), 'schema': schema_of({keys[i]: schema[made[i]] for i in asked})}
