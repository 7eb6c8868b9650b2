"""Calling functions: known ones in many wordings, made-up ones, the right one among several, and several requests about
one list.

Tool objects have the API's own shape; the chat template writes them as compact lines.
"""

import json

from . import phrases, varied
from . import words as wl
from .grammar import Maker, build, expand
from .schemas import INTEGER, STRING, enum, typed
from .skills import smalltalk
from .slots import ROOMS, slots
from .templates import load_templates

TEMPLATES = load_templates('functions')

# (names, descriptions, {slot: (parameter names, schema)}, user lines).
# A slot that is missing from the line is left out of the call.
CATALOGUE = [varied.entry_of(row) for row in phrases.FIRST_FUNCTIONS]
VERBS = """
    open close start stop heat cool count check read clean empty fill lock unlock move rotate paint repair measure weigh
    scan print delete create update list find feed water lift lower ship sort mix test reset load unload park wash cut
    charge inspect polish heat dry freeze press roll stack label tune calibrate drain flush pump spray dig plant harvest
    bake slice pack wrap deliver collect sharpen tighten steer launch land dock dim water weld
""".split()
UNITS = [
    ('degrees', 'degrees'),
    ('percent', 'percent'),
    ('minutes', 'minutes'),
    ('meters', 'meters'),
    ('liters', 'liters'),
    ('seconds', 'seconds'),
    ('kilos', 'kilos'),
]


def values(m: Maker) -> dict:
    w, r = m.w, m.r
    restaurant = r.choice(
        [w.last(), w.first() + "'s", f'the {w.draw(wl.ADJECTIVES)} {w.noun()}', w.pseudo().capitalize()]
    )
    return slots(m) | dict(
        unit=r.choice(['celsius', 'fahrenheit']),
        onoff=r.choice(['on', 'off']),
        prio=r.choice(['low', 'normal', 'high']),
        rest=m.maybe_lower(restaurant),
        sql=f'select * from {w.noun()}s',
        v=w.code(),
    )


def tool(name: str, description: str, properties: dict, required: list[str]) -> dict:
    return {
        'type': 'function',
        'function': {
            'name': name,
            'description': description,
            'parameters': {'type': 'object', 'properties': properties, 'required': required},
        },
    }


def known_tool(m: Maker, entry, values_: dict):
    names, descriptions, params, lines = entry
    r = m.r
    values_.update({slot: r.choice(schema['enum']) for slot, (_, schema) in params.items() if 'enum' in schema})
    line = m.choose(lines)
    chosen = {slot: (r.choice(keys), schema) for slot, (keys, schema) in params.items()}
    used = [s for s in chosen if '{' + s + '}' in line]
    spec = tool(
        r.choice(names),
        expand(r, r.choice(descriptions)),
        {key: schema for key, schema in chosen.values()},
        [chosen[s][0] for s in chosen if s in used or r.random() < 0.3],
    )
    arguments = {chosen[s][0]: typed(values_[s], chosen[s][1]) for s in chosen if s in used}
    return spec, line, arguments


def made_tool(m: Maker, v: dict, verb: str = '', noun: str = ''):
    """An invented function, verb + noun, so that choosing it needs the words of its line."""
    r, w = m.r, m.w
    verb, noun = verb or r.choice(VERBS), noun or (w.noun() if r.random() < 0.75 else w.pseudo())
    two = f'{w.noun()} {noun}' if r.random() < 0.3 else noun
    name = r.choice(
        [
            f'{verb}_{two}',
            f'{verb}_{two}',
            f'{two}_{verb}',
            f'{verb}_the_{two}',
            two + '_level' if verb in ('read', 'check') else f'{verb}_{two}',
        ]
    ).replace(' ', '_')
    if r.random() < 0.15:
        head, *rest = name.split('_')
        name = head + ''.join(x.capitalize() for x in rest)
    description = r.choice(
        [
            f'{verb.capitalize()} the {two}',
            f'{verb.capitalize()} a {two}',
            f'{verb.capitalize()}s the {two}',
            f'{verb.capitalize()} {two}s',
        ]
    )
    kind = r.random()
    if kind < 0.4:
        key = r.choice([f'{noun}_id', 'id', 'name', 'code', 'number', noun])
        return (
            tool(name, description, {key: STRING}, [key]),
            r.choice(
                [
                    f'{verb} (the |){two} {{v}}',
                    f'(please |can you |){verb} {two} {{v}}',
                    f'i want to {verb} the {two} {{v}}',
                    f'{two} {{v}}: {verb} it',
                ]
            ),
            {key: v['v']},
        )
    if kind < 0.6:
        unit, word = r.choice(UNITS)
        return (
            tool(name, description + r.choice(['', f' to a number of {word}', f' by {word}']), {unit: INTEGER}, [unit]),
            r.choice(
                [
                    f'{verb} the {two} to {{k}} {word}',
                    f'{verb} the {two} by {{k}} {word}',
                    f'(please |){verb} (the |my ){two} for {{k}} {word}',
                    f'{two}: {verb}, {{k}} {word}',
                ]
            ),
            {unit: int(v['k'])},
        )
    if kind < 0.8:
        key = r.choice(['place', 'location', 'room', 'where', w.draw(wl.NOUNS)])
        place = f'{w.draw(wl.ADJECTIVES)} {w.noun()}' if r.random() < 0.5 else r.choice(ROOMS)
        v['place'] = place
        return (
            tool(name, description + r.choice(['', ' in a place', f' in a {key}']), {key: STRING}, [key]),
            r.choice(
                [
                    f'{verb} the {two} in the {{place}}',
                    f'(please |){verb} (the |all ){two}s in the {{place}}',
                    f'in the {{place}} {verb} the {two}',
                ]
            ),
            {key: place},
        )
    if kind < 0.9:
        a, b = r.choice(['name', 'title', 'label']), r.choice(['color', 'size', 'mode'])
        options = {
            'color': ['red', 'green', 'blue'],
            'size': ['small', 'medium', 'large'],
            'mode': ['slow', 'fast', 'auto'],
        }[b]
        v['opt'] = r.choice(options)
        return (
            tool(name, description, {a: STRING, b: enum(*options)}, [a]),
            r.choice(
                [
                    f'{verb} the {two} {{v}} in {{opt}}',
                    f'{verb} a {{opt}} {two} called {{v}}',
                    f'{verb} {two} {{v}}, {{opt}}',
                ]
            ),
            {a: v['v'], b: v['opt']},
        )
    return (
        tool(name, description, {}, []),
        r.choice([f'{verb} the {two}', f'(please |can you ){verb} the {two}', f'{verb} {two} now']),
        {},
    )


def tool_set(m: Maker):
    """(tools, user line, name, arguments): the right tool among distractors."""
    r = m.r
    v = values(m)
    if r.random() < 0.6:
        spec, line, arguments = known_tool(m, r.choice(r.choice([CATALOGUE, varied.FUNCTIONS])), v)
    else:
        spec, line, arguments = made_tool(m, v)
    return [spec, *distractors(m, {spec['function']['name']})], m.say(line, **v), spec['function']['name'], arguments


def distractors(m: Maker, taken: set[str]) -> list[dict]:
    r, found = m.r, []
    for _ in range(r.choice([0, 1, 1, 2, 2, 2, 3, 4])):
        spec = (
            known_tool(m, r.choice(r.choice([CATALOGUE, varied.FUNCTIONS])), values(m))
            if r.random() < 0.6
            else made_tool(m, values(m))
        )[0]
        stems = {
            n for entry in [*CATALOGUE, *varied.FUNCTIONS] if spec['function']['name'] in entry[0] for n in entry[0]
        } | {spec['function']['name']}
        if not stems & taken:
            taken |= stems
            found.append(spec)
    return found


RESULTS = TEMPLATES['results']


def call(m: Maker) -> dict:
    r = m.r
    tools, line, name, arguments = tool_set(m)
    r.shuffle(tools)
    messages = [
        {'role': 'user', 'content': line},
        {
            'role': 'assistant',
            'content': None,
            'tool_calls': [{'type': 'function', 'function': {'name': name, 'arguments': arguments}}],
        },
    ]
    if r.random() < 0.3:
        keys = r.sample(RESULTS, r.choice([1, 1, 2]))
        result = {
            k: r.choice([m.w.word(), int(m.w.number()), m.w.time(), f'{m.w.number()}%', float(r.randint(1, 999)) / 10])
            for k in keys
        }
        text = 'The ' + ' and the '.join(f'{k} is {v}' for k, v in result.items()) + '.'
        messages += [{'role': 'tool', 'content': json.dumps(result)}, {'role': 'assistant', 'content': text}]
    return {'messages': messages, 'tools': tools}


HEADS = ['please ', 'can you ', 'could you ', 'hey, ', 'ok, ', 'now ', 'i want you to ', 'pls ', 'go ahead and ']
TAILS = TEMPLATES['tails']
IMPERATIVE = tuple(
    """
        set start play convert turn switch check look cancel book reserve translate take save write search find order
        call track open create remind schedule add put send give run execute get make stop show
    """.split()
)


def dress(m: Maker, line: str, template: str) -> str:
    """Politeness and haste around a request; never after free text, where it could be part of the text."""
    r = m.r
    if r.random() < 0.12 and line.split()[0].lower() in IMPERATIVE:
        line = r.choice(HEADS) + line[0].lower() + line[1:]
    if (
        r.random() < 0.2
        and not template.rstrip('"').endswith(('{x}', '{v}', '{act}', '{sql}', '{expr}'))
        and line[-1] not in '?!.'
    ):
        line += r.choice(TAILS)
    return line


def bound(m: Maker, entry):
    """A known tool under one name, and a maker of requests for it."""
    names, descriptions, params, lines = entry
    r = m.r
    chosen = {slot: (r.choice(keys), schema) for slot, (keys, schema) in params.items()}
    always = [s for s in chosen if all('{' + s + '}' in line for line in lines)]
    required = [chosen[s][0] for s in chosen if s in always or r.random() < 0.3]
    spec = tool(
        r.choice(names), expand(r, r.choice(descriptions)), {key: schema for key, schema in chosen.values()}, required
    )

    def use():
        v, line = values(m), m.choose(lines)
        v.update({slot: r.choice(schema['enum']) for slot, (_, schema) in params.items() if 'enum' in schema})
        arguments = {chosen[s][0]: typed(v[s], chosen[s][1]) for s in chosen if '{' + s + '}' in line}
        return dress(m, m.say(line, **v), line), arguments

    return spec, use


def bound_made(m: Maker, verb: str = '', noun: str = ''):
    """An invented function; its later requests reuse the same words with other values."""
    v = values(m)
    spec, template, arguments = made_tool(m, v, verb, noun)
    first = (dress(m, m.say(template, **v), template), arguments)
    left = [first]

    def use():
        if left:
            return left.pop()
        fresh = values(m)
        again = dict(v, **{k: fresh[k] for k in ('v', 'k', 'c', 'n')})
        if 'place' in v:
            again['place'] = f'{m.w.draw(wl.ADJECTIVES)} {m.w.noun()}'
        made = {}
        for key, old in arguments.items():
            made[key] = next(
                (
                    typed(again[s], spec['function']['parameters']['properties'][key])
                    for s in ('v', 'k', 'place', 'opt')
                    if s in v and str(v[s]) == str(old)
                ),
                old,
            )
        return dress(m, m.say(template, **again), template), made

    return spec, use


NEAR = [
    set(g.split())
    for g in (
        'lookup_order cancel_order track_parcel refund_order',
        'set_timer set_alarm add_reminder create_event create_note',
        'send_email send_message call_contact add_contact transfer_money',
        'get_weather get_time get_population set_temperature',
        'search_documents web_search get_news find_recipe open_file delete_file list_files',
        'find_flights book_hotel get_distance order_taxi book_table find_restaurant',
        (
            'set_light set_volume play_song set_temperature open_door lock_door set_brightness set_speed pause_music'
            ' next_song'
        ),
        'get_stock_price convert_currency calculate transfer_money buy_stock get_balance',
        'translate create_note web_search get_definition send_message',
        'open_ticket close_ticket assign_task create_note get_user',
    )
]


def tool_chat(m: Maker) -> dict:
    r = m.r
    pairs, taken = [], set()
    near = r.choice(NEAR) if r.random() < 0.3 else None
    first = r.randrange(len(varied.FUNCTIONS)) if near is None and r.random() < 0.7 else None
    alike = (
        []
        if first is None
        else varied.FUNCTIONS[max(0, first - 4) : first + 5]
        if r.random() < 0.5
        else varied.FUNCTIONS
    )
    verb, noun = r.choice(VERBS) if r.random() < 0.3 else '', m.w.noun() if r.random() < 0.3 else ''
    for _ in range(r.choice([1, 2, 2, 2, 3, 3, 3, 4, 5])):
        if r.random() < 0.62:
            entry = r.choice(alike or [e for e in CATALOGUE if near is None or e[0][0] in near])
            spec, use = bound(m, entry)
            stems = set(entry[0])
        else:
            spec, use = bound_made(m, verb, '' if verb else noun)
            stems = {spec['function']['name']}
        if not stems & taken:
            taken |= stems
            pairs.append((spec, use))
    messages = []
    for _ in range(r.choice([1, 2, 3, 3, 4])):
        roll = r.random()
        if roll < 0.07:
            messages += build(None, smalltalk(m))['messages']
            continue
        spec, use = r.choice(pairs)
        line, arguments = use()
        messages += [
            {'role': 'user', 'content': line},
            {
                'role': 'assistant',
                'content': None,
                'tool_calls': [
                    {'type': 'function', 'function': {'name': spec['function']['name'], 'arguments': arguments}}
                ],
            },
        ]
        if r.random() < 0.25:
            keys = r.sample(RESULTS, r.choice([1, 1, 2]))
            result = {
                k: r.choice(
                    [m.w.word(), int(m.w.number()), m.w.time(), f'{m.w.number()}%', float(r.randint(1, 999)) / 10]
                )
                for k in keys
            }
            messages += [
                {'role': 'tool', 'content': json.dumps(result)},
                {
                    'role': 'assistant',
                    'content': 'The ' + ' and the '.join(f'{k} is {v}' for k, v in result.items()) + '.',
                },
            ]
    return {'messages': messages, 'tools': [spec for spec, _ in pairs]}
