"""Passages about one subject, the way people write them: named once, "it" or "they" afterwards, asked for by name.
Questions that share the subject and differ in what they ask (who, when, how long), and the same questions where the
text does not say.
"""

from . import words as wl
from .grammar import Maker, expand
from .slots import MATERIAL, SPORTS, SUBJECTS, VEHICLES
from .templates import load_templates

TEMPLATES = load_templates('topics')

# (statements, questions). {S} the subject, {S's} its possessive; verbs are in the singular for things and persons.
THING = TEMPLATES['thing']
PERSON = TEMPLATES['person']
MANY = TEMPLATES['many']
NOT_THERE = "I don't know: the text does not say that."
QUOTE = [
    '(which|what) sentence (says|tells|mentions) {q}',
    'quote the sentence (that says|about|that tells) {q}',
    'find the sentence (that says|about|that mentions) {q}',
    'quote (the line|the sentence) that (says|tells) {q}',
    'which sentence (is about|answers): {q}',
    '(copy|give me) the sentence that (says|answers) {q}',
]


def topic_values(m: Maker) -> dict:
    w, r = m.w, m.r
    lang, lang2 = r.sample(wl.LANGUAGES, 2)
    return dict(
        N=r.choice([w.name(), f'{r.choice(["Mr", "Mrs", "Dr", "Captain", "Professor"])} {w.last()}']),
        y=str(r.randint(1200, 2030)),
        k=r.choice([w.number(), w.number(), r.choice(wl.NUMBERS), 'forty', 'twenty', 'thirty', 'fifty']),
        k2=str(r.randint(2, 99)),
        noun=w.noun(),
        noun2=w.noun(),
        C=w.city(),
        color=r.choice(wl.COLORS),
        color2=r.choice(wl.COLORS),
        p=w.price(),
        material=r.choice(MATERIAL),
        material2=r.choice(MATERIAL),
        t=r.choice([w.time(), w.time(), r.choice(wl.NUMBERS), 'noon', 'midnight']),
        day=r.choice(wl.DAYS),
        d=w.date(),
        month=r.choice(wl.MONTHS),
        people=r.choice(
            'people visitors guests students workers members children players employees tourists readers'.split()
        ),
        food=w.draw(wl.FOODS),
        food2=w.draw(wl.FOODS),
        adj=w.draw(wl.ADJECTIVES),
        meal=r.choice(['breakfast', 'lunch', 'dinner', 'tea', 'coffee', 'supper']),
        animal=r.choice(wl.ANIMALS),
        job=r.choice(wl.JOBS),
        co=w.company(),
        lang=lang,
        lang2=lang2,
        sport=r.choice(SPORTS),
        subj=r.choice(SUBJECTS),
        vehicle=r.choice(VEHICLES),
        ph=w.phone(),
        e=w.email(),
    )


def subject(m: Maker) -> tuple[list, str, str, str]:
    """(relations, full name, short name, pronoun)."""
    r, w, roll = m.r, m.w, m.r.random()
    if roll < 0.55:
        noun = w.noun() if r.random() < 0.85 else w.pseudo()
        full = (
            f'the {w.draw(wl.ADJECTIVES)} {noun}'
            if r.random() < 0.25
            else w.company()
            if r.random() < 0.12
            else f'the {noun}'
        )
        return THING, full, full if full[:4] != 'the ' else r.choice([full, f'the {noun}']), 'it'
    if roll < 0.85:
        full = f'{w.first()} {w.last()}' if r.random() < 0.6 else w.first()
        return PERSON, full, r.choice([full, full.split()[0]]), r.choice(['he', 'she'])
    plural = r.choice([r.choice(wl.ANIMALS), w.noun(), w.noun(), w.pseudo()])
    plural += 'es' if plural[-1] in 'sx' or plural[-2:] in ('sh', 'ch') else 's'
    return MANY, plural, plural, 'they'


def topic(m: Maker) -> tuple[list[str], list[tuple[str, int | None]]]:
    """Two to six lines about one subject; a question per line, and some that no line answers."""
    r = m.r
    relations, full, short, pronoun = subject(m)
    used = r.sample(range(len(relations)), r.choice([2, 3, 3, 3, 4, 4, 5, 6]))
    lines, questions = [], []
    for at, rel in enumerate(used):
        statements, asks = relations[rel]
        v = topic_values(m)
        form = expand(r, r.choice(statements))
        named = full if at == 0 else r.choice([short, pronoun, pronoun])
        if '{S}' in form and named == pronoun and not form.startswith('{S}') and pronoun != 'it':
            named = short
        text = m.fill(form, S=named, **v)
        lines.append(text[0].upper() + text[1:] + '.')
        fits = []
        for ask in asks:
            ask = expand(r, ask)
            slots = [
                s
                for s in ('noun', 'noun2', 'N', 'C', 'co', 'job', 'sport', 'animal', 'people', 'meal', 'day')
                if '{' + s + '}' in ask
            ]
            verbs = {x for x in ask.replace('?', '').split() if x.isalpha()}
            if all('{' + s + '}' in form for s in slots) and suits(form, verbs):
                fits.append(ask)
        if fits:
            ask = r.choice(fits)
            plain = (
                pronoun in ('it', 'they')
                and ' of {S}' not in ask
                or any(f' {x} {{S}}' in ask for x in ('does', 'did', 'is', 'was'))
            )
            questions.append((m.say(ask, S=pronoun if plain and r.random() < 0.2 else short, **v), at))
    for _ in range(r.choice([0, 1, 1, 2])):
        other = r.choice([i for i in range(len(relations)) if relations[i][1] and i not in used])
        questions.append((m.say(m.choose(relations[other][1]), S=short, **topic_values(m)), None))
    order = list(range(len(lines)))
    if r.random() < 0.3:
        r.shuffle(order)
        lines = [lines[i] for i in order]
        questions = [(q, None if at is None else order.index(at)) for q, at in questions]
    r.shuffle(questions)
    return lines, questions


WHEN = {'{y}', '{d}', '{t}', '{day}', '{month}', 'during', 'night', 'dawn', 'later'}
WHERE = {'{C}', 'near', 'behind', 'beside', 'next', 'opposite', 'by', 'front', 'under', 'above', 'in'}
WHO = {'{N}', '{co}'}


def suits(form: str, asked: set[str]) -> bool:
    """Whether a statement says what its question asks for: a time for "when", a place for "where", a name for "who"."""

    def has(wanted: set[str]) -> bool:
        return any(x in form.split() or (x[0] == '{' and x in form) for x in wanted)

    if 'when' in asked or 'year' in asked or 'old' in asked and '{k2}' not in form:
        return has(WHEN)
    if 'where' in asked:
        return '{C}' in form or has(WHERE - {'in'}) or 'in the' in form or 'in {noun}' in form
    if 'who' in asked or 'whom' in asked or 'whose' in asked:
        return has(WHO)
    if 'how' in asked and 'many' in asked:
        return '{k' in form
    pairs = {
        'like',
        'love',
        'hate',
        'eat',
        'fear',
        'avoid',
        'need',
        'repair',
        'forget',
        'find',
        'lose',
        'win',
        'get',
        'write',
        'drive',
        'own',
        'carry',
        'hold',
        'lift',
        'store',
    } & asked
    past = {'find': 'found', 'lose': 'lost', 'win': 'won', 'get': 'got', 'write': 'wrote', 'forget': 'forgot'}
    return not pairs or any(past.get(p, p) in form or past.get(p, p).rstrip('e') in form for p in pairs)
