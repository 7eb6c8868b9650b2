"""Dense conversations: one tool list, schema or passage, several questions about it, so that every example teaches several answers.

The same skills as tasks.py and skills.py; only the turns are packed closer. Answers with `follow` are spelled (see prepare.py).
"""
import json
import os

import varied
import words as wl
from facts import ASK, ENDPOINT_ASK, ENDPOINTS, HOW, HOW_ASK, WHAT, WHAT_ASK
from grammar import Maker, expand
from kinds import KINDS, OTHERS
from skills import (BIG_ASK, BYE, CLASS_ASK, PLACE_ASK, GREET, HOWARE, ITEMS_ASK, LONG_ASK, LOWER, REPEAT, REV_ASK, SMALL_ASK, SPELL, PLUS_ASK, MINUS_ASK, THANKS, UPPER, WORDS_ASK, api, choice, pick_top, sentence, smalltalk, unknown)
from topics import QUOTE, topic
from tasks import CATALOGUE, NOT_THERE, RELATIONS, RESULTS, S, VERBS, build, event, facts_of_passage, made_tool, schema_of, structured, tool, typed, values

HEADS = ['please ', 'can you ', 'could you ', 'hey, ', 'ok, ', 'now ', 'i want you to ', 'pls ', 'go ahead and ']
TAILS = [' please', ' pls', ' now', ' thanks', ' right now', ' for me', ', thank you', ' asap', '!', ' today', ' quickly', ' ok?']
IMPERATIVE = tuple('set start play convert turn switch check look cancel book reserve translate take save write search find order call track open create remind schedule add put send give run execute get make stop show'.split())


def dress(m: Maker, line: str, template: str) -> str:
    """Politeness and haste around a request; never after free text, where it could be part of the text."""
    r = m.r
    if r.random() < 0.12 and line.split()[0].lower() in IMPERATIVE:
        line = r.choice(HEADS) + line[0].lower() + line[1:]
    if r.random() < 0.2 and not template.rstrip('"').endswith(('{x}', '{v}', '{act}', '{sql}', '{expr}')) and line[-1] not in '?!.':
        line += r.choice(TAILS)
    return line


def bound(m: Maker, entry):
    """A known tool under one name, and a maker of requests for it."""
    names, descriptions, params, lines = entry
    r = m.r
    chosen = {slot: (r.choice(keys), schema) for slot, (keys, schema) in params.items()}
    always = [s for s in chosen if all('{' + s + '}' in line for line in lines)]
    required = [chosen[s][0] for s in chosen if s in always or r.random() < 0.3]
    spec = tool(r.choice(names), expand(r, r.choice(descriptions)), {key: schema for key, schema in chosen.values()}, required)

    def use():
        v, line = values(m), m.choose(lines)
        v.update({slot: r.choice(schema['enum']) for slot, (_, schema) in params.items() if 'enum' in schema})
        arguments = {chosen[s][0]: typed(v[s], chosen[s][1]) for s in chosen if '{' + s + '}' in line}
        return dress(m, m.say(line, **v), line), arguments
    return spec, use


def bound_made(m: Maker, verb: str = '', noun: str = ''):
    """A function nobody has seen; its later requests reuse the same words with other values."""
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
            made[key] = next((typed(again[s], spec['function']['parameters']['properties'][key]) for s in ('v', 'k', 'place', 'opt') if s in v and str(v[s]) == str(old)), old)
        return dress(m, m.say(template, **again), template), made
    return spec, use


NEAR = [set(g.split()) for g in ('lookup_order cancel_order track_parcel refund_order', 'set_timer set_alarm add_reminder create_event create_note', 'send_email send_message call_contact add_contact transfer_money', 'get_weather get_time get_population set_temperature', 'search_documents web_search get_news find_recipe open_file delete_file list_files', 'find_flights book_hotel get_distance order_taxi book_table find_restaurant', 'set_light set_volume play_song set_temperature open_door lock_door set_brightness set_speed pause_music next_song', 'get_stock_price convert_currency calculate transfer_money buy_stock get_balance', 'translate create_note web_search get_definition send_message', 'open_ticket close_ticket assign_task create_note get_user')]


def tool_chat(m: Maker) -> dict:
    r = m.r
    pairs, taken = [], set()
    near = r.choice(NEAR) if r.random() < 0.3 else None
    first = r.randrange(len(varied.FUNCTIONS)) if near is None and r.random() < 0.7 else None
    alike = [] if first is None else varied.FUNCTIONS[max(0, first - 4):first + 5] if r.random() < 0.5 else varied.FUNCTIONS
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
        messages += [{'role': 'user', 'content': line}, {'role': 'assistant', 'content': None, 'tool_calls': [{'type': 'function', 'function': {'name': spec['function']['name'], 'arguments': arguments}}]}]
        if r.random() < 0.25:
            keys = r.sample(RESULTS, r.choice([1, 1, 2]))
            result = {k: r.choice([m.w.word(), int(m.w.number()), m.w.time(), f'{m.w.number()}%', float(r.randint(1, 999)) / 10]) for k in keys}
            messages += [{'role': 'tool', 'content': json.dumps(result)}, {'role': 'assistant', 'content': 'The ' + ' and the '.join(f'{k} is {v}' for k, v in result.items()) + '.'}]
    return {'messages': messages, 'tools': [spec for spec, _ in pairs]}


def json_chat(m: Maker) -> dict:
    """Field lists filled again and again under one schema, or one ordinary example."""
    r, w = m.r, m.w
    if r.random() < 0.55:
        return structured(m)
    kinds = {'s': lambda: r.choice([w.word, w.name, w.code, w.city, w.pseudo, w.pieces, w.noun, lambda: w.phrase(1, 3)])(), 'i': w.number, 'p': w.price, 'b': lambda: r.choice(['yes', 'no'])}
    keys = list(dict.fromkeys(r.choice([w.noun, w.noun, w.pseudo, w.pieces])() for _ in range(r.randint(2, 5))))
    made = [r.choice('sssipb') for _ in keys]
    schema = {'s': S, 'i': {'type': 'integer'}, 'p': {'type': 'number'}, 'b': {'type': 'string', 'enum': ['yes', 'no']}}
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


def lookup(m: Maker) -> tuple[list[str], list[tuple[str, int]]]:
    """Lines about odd things, and questions that only words in common can settle."""
    r, w = m.r, m.w
    form, asks = r.choice([
        ('the {a} of {b} is {v}', ['what is the {a} of {b}', '{a} of {b}', 'whats the {a} of {b}', 'tell me the {a} of {b}']),
        ('{b} is the {a} of {v}', ['who or what is {b}', 'what is {b}', 'tell me about {b}']),
        ('{b} has a {a} {v}', ['what does {b} have', 'what has {b}', 'does {b} have something']),
        ('the {a} {b} costs {v}', ['how much is the {a} {b}', 'price of the {a} {b}', 'what does the {b} cost']),
        ('{b}: {v}', ['{b}', '{b}?', 'what is {b}', 'value of {b}']),
        ('{b} lives near the {a} {v}', ['where does {b} live', 'where is {b}', 'who lives near the {a}']),
        ('the {a} {b} is {v}', ['how is the {b}', 'what about the {a} {b}', 'the {b}?', 'tell me about the {b}']),
        ('{b} likes {a} {v}', ['what does {b} like', 'who likes {a}']),
        ('{b} works as a {a}', ['what is the job of {b}', 'what does {b} do', 'who works as a {a}', 'who is a {a}']),
        ('{b} comes from {v}', ['where does {b} come from', 'where is {b} from', 'who comes from {v}', 'who is from {v}']),
        ('{v} was born on {d}', ['when was {v} born', 'birthday of {v}', 'who was born on {d}']),
    ])
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
            fits = [a for a in asks if any(x in text for x in [m.fill(s, **v) for s in ('{noun2}', '{N}', '{n1}', '{noun}', '{animal}') if s in a]) or '{' not in a]
            ask = next((a for a in (m.choose(asks) for _ in range(5)) if a in fits), None) or (r.choice(fits) if fits else None)
            if ask:
                questions.append((m.say(ask, **v), at))
    for _ in range(r.choice([0, 1, 1, 2])):
        other = r.choice([i for i in range(len(RELATIONS)) if RELATIONS[i][1] and i not in used])
        v = facts_of_passage(m, noun if shared and r.random() < 0.7 else w.noun())
        questions.append((m.say(m.choose(RELATIONS[other][1]), **v), None))
    r.shuffle(questions)
    return lines, questions


MATCH = float(os.environ.get('MATCH', '0.1'))
WHICH = ['which line mentions {w}', 'which line has {w}', 'line with {w}', 'number of the line with {w}', 'in which line is {w}', '{w} is in which line', 'which line says something about {w}', 'which line is about {w}', 'find the line with {w}', 'where is {w} mentioned', 'give me the line number of {w}']


def line_chat(m: Maker) -> dict:
    """Only the mark is asked for, many times: finding the place is learned apart from copying the sentence."""
    r = m.r
    lines = r.choice([lookup, topic, related, varied.little_text])(m)[0]
    lines += [sentence(m).rstrip('.!') + '.' for _ in range(r.choice([0, 0, 1, 2]))]
    r.shuffle(lines)
    found: dict = {}
    for at, line in enumerate(lines):
        for word in set(line.rstrip('.').lower().split()):
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
    turns[0] = ('\n'.join(f'[{n}] {line}' for n, line in enumerate(lines, 1)) + r.choice(['\n\n', '\n']) + turns[0][0], turns[0][1])
    return build(None, turns)


def match_chat(m: Maker) -> dict:
    """The barest form: short lines, one word asked for, its mark answered; then questions that quote the line."""
    r, w = m.r, m.w
    words = list(dict.fromkeys(r.choice([w.noun, w.noun, w.word, w.pseudo, w.first])() for _ in range(r.randint(4, 10))))
    lines, owner = [], {}
    while words:
        part = [words.pop() for _ in range(min(len(words), r.choice([1, 1, 2, 2, 3])))]
        owner.update({x: len(lines) + 1 for x in part})
        lines.append(' '.join(part) if r.random() < 0.5 else m.one('the', 'a', 'my') + ' ' + ' and the '.join(part) + r.choice(['', '', ' is ' + w.draw(wl.ADJECTIVES), ' was there']))
    quote, form = r.random() < 0.3, r.choice(['{w}', '{w}', 'line with {w}', 'where is the {w}', 'which line has {w}', 'who saw {w}', 'what about {w}'])
    turns = [(form.replace('{w}', x), f'[{at}] {lines[at - 1]}' if quote else f'[{at}]') for x, at in r.sample(list(owner.items()), min(len(owner), 8 if not quote else 4))]
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
    lines, questions = lookup(m) if roll < 0.12 else topic(m) if roll < 0.42 else varied.little_text(m) if roll < 0.82 else related(m)
    if r.random() < 0.4 and len(lines) > 1 and questions and all(at is not None for _, at in questions) and len(lines) > 2:
        gone = r.randrange(len(lines))
        lines = [x for at, x in enumerate(lines) if at != gone]
        questions = [(q, None if at == gone else at - (at > gone)) for q, at in questions]
    r.shuffle(questions)
    questions = questions[:r.choice([1, 2, 3, 4, 5])]
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
            q = r.choice([f'{text}\n\n{q}', f'{text}\n\n{q}', f'{text}\n\nQuestion: {q}', f'{text}\n{q}', f'{q}\n\n{text}'])
        turns.append((q, answer))
    return build(None, turns)


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
        if item not in others and item not in KINDS[kind] and item != right and not (kind in ('fruit', 'color', 'food', 'drink') and other in ('fruit', 'color', 'food', 'drink', 'vegetable', 'flower', 'metal')):
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
    x = ', '.join(options) if style < 0.75 else ', '.join(options[:-1]) + ' or ' + options[-1] if style < 0.9 else ' '.join(options)
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
        words = ' '.join(r.choice([w.word, w.pieces, w.pieces, w.pseudo, w.noun, w.common])() for _ in range(r.choice([1, 1, 1, 1, 2, 2, 3, 4])))
        words = ''.join(c for c in words if c.isascii()).lower()
        roll = r.random()
        if roll < 0.52:
            x = words if r.random() < 0.7 else words.capitalize() if r.random() < 0.6 else words.title()
            messages += [{'role': 'user', 'content': m.say(UPPER, x=x)}, {'role': 'assistant', 'content': x.upper()}]
        elif roll < 0.88:
            mixed = ' '.join(r.choice([str.upper, str.title, str.lower])(x) for x in words.split())
            x = words.upper() if r.random() < 0.55 else words.title() if r.random() < 0.5 else mixed
            messages += [{'role': 'user', 'content': m.say(LOWER, x=x)}, {'role': 'assistant', 'content': x.lower(), 'follow': x}]
        else:
            word = words.split()[0]
            messages += [{'role': 'user', 'content': m.say(SPELL, x=word)}, {'role': 'assistant', 'content': ' '.join(word)}]
    return {'messages': messages}


def repeat_hard(m: Maker):
    """Odd pieces, long texts, and texts that look like something else to do."""
    r, w = m.r, m.w
    roll = r.random()
    if roll < 0.4:
        x = ' '.join(r.choice([w.pieces, w.pieces, w.pseudo, w.word, w.number, w.code])() for _ in range(r.choice([1, 2, 3, 4, 5, 8, 12])))
    elif roll < 0.75:
        x = r.choice([m.say(GREET), m.say(HOWARE), m.say(THANKS), m.say(BYE), api(m)[0][0], unknown(m)[0][0], choice(m)[0][0], w.word() + ' ' + m.say(GREET)])
        x += r.choice(['', '', ' ' + w.number(), ' ' + w.word()])
    else:
        x = ' '.join(sentence(m) for _ in range(r.choice([1, 2, 3])))
    return [(m.say(REPEAT, x=x), x)]


def asked(m: Maker, entry) -> tuple[str, str]:
    kind, phrase, answer = entry
    if kind == 'ask':
        return m.say(pick_top(m, phrase)), answer
    asks = {'how': HOW_ASK, 'what': WHAT_ASK, 'endpoint': ENDPOINT_ASK}[kind]
    return m.say(m.choose(asks).replace('{x}', pick_top(m, phrase))), answer if kind != 'endpoint' else f'The endpoint is {answer}.'


ENTRIES = [(kind, phrase, answer) for kind, table in (('how', HOW), ('what', WHAT), ('ask', ASK), ('endpoint', ENDPOINTS)) for phrase, answer in table]


def words_of(phrase: str) -> set[str]:
    return {w for w in phrase.replace('(', ' ').replace(')', ' ').replace('|', ' ').lower().split() if len(w) > 3}


def fact_chat(m: Maker) -> dict:
    """Questions with words in common and different answers, after one another."""
    r = m.r
    first = r.choice(ENTRIES)
    near = sorted((e for e in ENTRIES if e is not first), key=lambda e: -len(words_of(e[1]) & words_of(first[1])) - r.random())[:3]
    chosen = [first, *near][:r.choice([2, 3, 3, 4])]
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
            items = [r.choice([w.word, w.noun, lambda: r.choice('abcdefgh'), w.first])() for _ in range(r.randint(2, 7))]
            turns.append((m.say(ITEMS_ASK, x=', '.join(items)), str(len(items))))
    return build(None, turns)
