"""JSON from a sentence: a schema's fields, filled from what somebody wrote."""
import json

import varied
import words as wl
from exercises import NEG, NEG_S, POS, POS_S
from grammar import Maker, build, expand
from schemas import I, N, S, enum, schema_of, typed
from slots import ROOMS


# Fields (names by preference, schema, value), and lines that state them.
def fields(m: Maker) -> dict:
    w, r = m.w, m.r
    item = w.noun()
    return {
        'n': (['name', 'name', 'person', 'customer', 'user', 'full_name'], S, w.name()), 'age': (['age'], I, str(r.randint(1, 99))), 'c': (['city', 'city', 'location', 'town', 'place'], S, w.city()),
        'co': (['company', 'employer', 'organization'], S, w.company()), 'job': (['job', 'profession', 'occupation', 'role'], S, r.choice(wl.JOBS)), 'd': (['date', 'date', 'day', 'when'], S, w.date()), 't': (['time', 'start', 'hour'], S, w.time()), 'dur': (['time', 'result'], S, f'{r.randint(1, 59)}:{r.randint(0, 59):02d}'),
        'room': (['room', 'place', 'location'], S, r.choice([w.noun().capitalize(), w.number(), w.code(), r.choice(ROOMS)])), 'code': (['order_id', 'id', 'order', 'number'], S, w.code()), 'inv': (['invoice', 'invoice_number', 'id', 'number'], S, w.code()), 'k': (['quantity', 'amount', 'count'], I, w.number()), 'item': (['item', 'product'], S, item),
        'items': (['item', 'product'], S, item + 's'), 'e': (['email', 'mail', 'email_address'], S, w.email()), 'ph': (['phone', 'phone_number', 'telephone'], S, w.phone()), 'p': (['price', 'cost', 'total', 'amount'], N, w.price()), 'brand': (['brand', 'make', 'manufacturer'], S, r.choice(wl.BRANDS) if r.random() < 0.6 else w.pseudo().capitalize()),
        'y': (['year'], I, str(r.randint(1900, 2040))), 'ti': (['title', 'book', 'name'], S, f'{r.choice(["The ", "A ", ""])}{w.word().capitalize()} {w.noun().capitalize()}'), 'au': (['author', 'writer'], S, f'{w.first()} {w.last()}'), 'pg': (['pages', 'page_count'], I, str(r.randint(40, 999))),
        'c2': (['to', 'destination'], S, w.city()), 'c1': (['from', 'origin'], S, w.city()), 'day': (['day', 'date'], S, r.choice(wl.DAYS)), 'st': (['street', 'address'], S, w.street()), 'team1': (['winner', 'first'], S, w.noun().capitalize() + 's'), 'team2': (['loser', 'second'], S, w.pseudo().capitalize() + 's'),
        'srv': (['server', 'device', 'host', 'machine'], S, f'{r.choice(["web", "db", "mail", "app", w.pseudo(1, 2)])}-{w.number()}'), 'up': (['status', 'state'], enum('up', 'down'), r.choice(['up', 'down'])), 'onoff': (['state', 'status', 'power'], enum('on', 'off'), r.choice(['on', 'off'])), 'deg': (['degrees', 'temperature'], I, str(r.randint(1, 99))),
        'size': (['size'], enum('small', 'medium', 'large'), r.choice(['small', 'medium', 'large'])), 'color': (['color', 'colour'], S, r.choice(wl.COLORS)), 'prio': (['priority', 'urgency'], enum('low', 'high'), r.choice(['low', 'high'])), 'animal': (['pet', 'animal', 'kind', 'species'], S, r.choice(wl.ANIMALS)), 'subj': (['subject', 'topic', 'course'], S, w.word()), 'stud': (['students', 'participants', 'people'], I, w.number(2)),
        'country': (['country'], S, w.draw(wl.COUNTRIES)), 'lang': (['language'], S, w.draw(wl.LANGUAGES)), 'food': (['food', 'dish', 'meal'], S, w.draw(wl.FOODS)), 'x': (['topic', 'subject', 'title', 'text'], S, w.phrase(1, 3)),
    }


JSON_LINES = ['my name is {n} and i am {age} years old', 'im {n}, {age}, from {c}', '{n} lives in {c}', '{n} ({age}) works as a {job}', '{n} works at {co} as a {job}', '{n}, {job} at {co}', '{n} is {age} and lives in {c}', 'i am {n}, a {job} from {c}', '{n} is {age} years old and comes from {country}', 'the meeting is on {d} at {t} in room {room}', 'meeting about {x} on {d} at {t}', '{n} meets us on {d} at {t}', 'order {code}: {k} {items}', 'order {code}: {k} {items}, paid', '{n} ordered {k} {items} for {p} euros', 'i want {k} {items} in {color}', "i'd like a {size} {item}", 'i would like {k} {size} {items}', 'email {e}, phone {ph}', '{n}: {e}, {ph}', 'contact {n} at {e}', 'you can call {n} on {ph}', 'the {brand} from {y} costs {p} euros', 'a {color} {brand} from {y} for {p} dollars', 'ticket from {n}: my {item} is broken', 'invoice {inv} from {co}, total {p}', 'invoice {inv} of {d}: {p} euros', 'book: {ti} by {au}, {pg} pages', '{ti} was written by {au} in {y}', '{ti} by {au}', 'flight from {c1} to {c2} on {day}', 'train from {c1} to {c2} at {t}', 'i go from {c1} to {c2} on {d}', 'i live at {st}, {c}', 'my address is {st}, {c}', 'address: {st}, {c}, {country}', 'team {team1} beat team {team2}', '{team1} won against {team2}', 'the server {srv} is {up}', '{srv} is {up} since {t}', 'turn {onoff} the light in the {room}', 'set the {room} to {deg} degrees', 'it is {deg} degrees in {c}', 'our {animal} {n} is {age}', '{n} is a {animal} of {age} years', '{n} teaches {subj} to {stud} students', 'teacher: {n}. subject: {subj}. students: {stud}', '{n} finished in {t}', '{n} speaks {lang} and lives in {country}', '{n} ate {food} in {c}', 'the {color} {item} costs {p}', '{co} is in {c} and has {k} {items}', 'name: {n}, city: {c}', 'name: {n}\nage: {age}\ncity: {c}', 'item: {item}, price: {p}, color: {color}', '{x} is on {day} at {t}', 'this is {n} from {co}, my phone is {ph}', '{n} was born in {y} in {c}', '{priow} {item} problem in {room}', '{n} finished {nth} in {dur}', '{n} came {nth} with {k} points', '{n} ran the race in {dur}', 'ticket from {n}: my {item} is broken, {cue}', '{n} reports a broken {item}, {cue}', 'the {item} in {room} does not work. {cue}', '{n}: {cue}, the {item} is gone', '{cue}! {item} problem, says {n}', 'request of {n}: a new {item}. {cue}', '{n} needs a {item}, {cue}', 'mail {e}, tel {ph}', '{n} - {e} - {ph}', 'reach {n} at {e} or {ph}', '{n}, {e}', '{e} is the mail of {n}']
CUES = {'high': ['urgent', 'asap', 'this is urgent', 'very important', 'i need it today', 'right now please', 'immediately', 'it cannot wait', 'as soon as possible', 'critical'], 'low': ['no rush', 'not urgent', 'when you have time', 'no hurry', 'whenever you can', 'it can wait', 'not important', 'sometime next month', 'take your time']}
JSON_ASK = ['{s}', '{s}', '{s}', 'fill in the fields: {s}', 'extract the data: {s}', 'extract the information: {s}', 'give me json: {s}', 'convert to json: {s}', 'make json from this: {s}', 'parse this: {s}', 'as json: {s}', '{s}\n\nextract the fields', 'json for: {s}', 'fill the form: {s}']


def structured(m: Maker) -> dict:
    r, w = m.r, m.w
    if r.random() < 0.45:
        return varied.schema_chat(m, JSON_ASK)
    roll = r.random()
    if roll < 0.62:
        known = fields(m)
        line = m.choose(JSON_LINES).replace('{priow} ', '').replace('{cue}', r.choice(CUES[known['prio'][2]])).replace('{nth}', r.choice(['1st', '2nd', '3rd', '4th', 'first', 'second', 'last', f'{w.number(2)}th']))
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
        text = {s: (v[2].lower() if lower else v[2]) for s, v in known.items()}
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
        key = r.choice(['items', 'products', 'list', 'things']) if items[0].islower() else r.choice(['participants', 'names', 'people', 'guests'])
        arr = {'type': 'array', 'items': S}
        if key in ('participants', 'names', 'people', 'guests') and r.random() < 0.5:
            event, d = f'{w.word()} {w.noun()}', w.date()
            properties, answer = {'name': S, 'date': S, key: arr}, {'name': event, 'date': d, key: items}
            s = r.choice([f'{event} on {d}, {joined} ' + r.choice(['will be there', 'are participating', 'take part', 'are coming', 'are invited', 'will attend', 'have signed up', 'said yes']), f'{joined} go to the {event} on {d}', f'{event} on {d} with {joined}', f'{d}: {event}. {joined} ' + r.choice(['come', 'attend', 'are in', 'participate'])])
            if r.random() < 0.5:
                s = s[0].upper() + s[1:]
        else:
            properties, answer = {key: arr}, {key: items}
            s = m.say(['buy {x}', 'i need {x}', 'we have {x}', 'get {x} please', '{x}', 'list: {x}', 'with {x}', 'please bring {x}', '{x} are here'], x=joined)
    else:
        keys = list(dict.fromkeys(r.choice([w.noun(), w.noun(), w.pseudo()]) for _ in range(r.randint(2, 4))))
        kinds = [r.choice(['s', 's', 'i', 'b', 'p']) for _ in keys]
        vals = [r.choice([w.word, w.name, w.code, w.city, w.pseudo, lambda: w.draw(wl.ADJECTIVES)])() if k in 'sp' else w.number() if k == 'i' else r.choice(['yes', 'no']) for k in kinds]
        form = r.choice(['the {k} is {v}', '{k}: {v}', '{k} = {v}', '{k} is {v}', 'my {k} is {v}'])
        s = r.choice([', ', ' and ', '. ', '; ', '\n']).join(form.replace('{k}', k).replace('{v}', v) for k, v in zip(keys, vals))
        chosen = list(range(len(keys)))
        if len(keys) > 2 and r.random() < 0.4:
            chosen = r.sample(chosen, len(keys) - 1)
        properties = {keys[i]: I if kinds[i] == 'i' else enum('yes', 'no') if kinds[i] == 'b' else S for i in chosen}
        answer = {keys[i]: int(vals[i]) if kinds[i] == 'i' else vals[i] for i in chosen}
    if s[-1:].isalnum() and r.random() < 0.4:
        s += '.'
    user = m.fill(expand(r, m.choose(JSON_ASK)), s=s)
    return {'messages': [{'role': 'user', 'content': user}, {'role': 'assistant', 'content': json.dumps(answer, ensure_ascii=False)}], 'schema': schema_of(properties)}


def json_chat(m: Maker) -> dict:
    """Field lists filled again and again under one schema, or one ordinary example."""
    r, w = m.r, m.w
    if r.random() < 0.55:
        return structured(m)
    kinds = {'s': lambda: r.choice([w.word, w.name, w.code, w.city, w.pseudo, w.pieces, w.noun, lambda: w.phrase(1, 3)])(), 'i': w.number, 'p': w.price, 'b': lambda: r.choice(['yes', 'no'])}
    keys = list(dict.fromkeys(r.choice([w.noun, w.noun, w.pseudo, w.pieces])() for _ in range(r.randint(2, 5))))
    made = [r.choice('sssipb') for _ in keys]
    schema = {'s': S, 'i': I, 'p': N, 'b': enum('yes', 'no')}
    asked = list(range(len(keys)))
    if len(keys) > 2 and r.random() < 0.5:
        asked = r.sample(asked, r.randint(2, len(keys) - 1))
    if r.random() < 0.3:
        r.shuffle(asked)
    turns = []
    for _ in range(r.choice([1, 2, 2, 3])):
        vals = [kinds[k]() for k in made]
        form = r.choice(['the {k} is {v}', '{k}: {v}', '{k} = {v}', '{k} is {v}', 'my {k} is {v}', '{v} is the {k}', '{k} {v}', 'the {k} was {v}', 'with {k} {v}', '{v} as {k}'])
        order = list(range(len(keys)))
        if r.random() < 0.5:
            r.shuffle(order)
        text = r.choice([', ', ' and ', '. ', '; ', '\n', ' ']).join(form.replace('{k}', keys[i]).replace('{v}', vals[i]) for i in order)
        turns.append((text, json.dumps({keys[i]: typed(vals[i], schema[made[i]]) for i in asked}, ensure_ascii=False)))
    return {**build(None, turns), 'schema': schema_of({keys[i]: schema[made[i]] for i in asked})}
