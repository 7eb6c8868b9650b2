"""Skills without tools: small talk, questions about the API, copying, extraction, lists, choices, refusals, personas.

Each maker returns a list of (user, assistant) turns.
"""

from . import phrases, varied
from . import words as wl
from .facts import ASK, ENDPOINT_ASK, ENDPOINTS, ERROR_ASK, ERRORS, HOW, HOW_ASK, WHAT, WHAT_ASK
from .grammar import Maker, expand
from .templates import load_templates

TEMPLATES = load_templates('skills')

GREET = TEMPLATES['greet']
HOWARE = TEMPLATES['howare']
THANKS = TEMPLATES['thanks']
BYE = TEMPLATES['bye']
WHO = TEMPLATES['who']
HUMAN = TEMPLATES['human']
CAN = TEMPLATES['can']
CHAT = TEMPLATES['chat']
JOKE_ASK = TEMPLATES['joke_ask']
JOKES = [
    'Why did the token cross the context? To get to the other prompt.',
    'Why was the server so calm? It had plenty of memory.',
    'What do you call a small model? A nano-mind.',
    'Why did the JSON go to school? To learn its schema.',
]
HELLO_NAME = TEMPLATES['hello_name']
ABOUT = 'I am selfsame-nano, a small model built into Selfsame.'


ANSWERS = {
    'greet': ['Hello! How can I help you?', 'Hello! How can I help you?', 'Hi! What can I do for you?'],
    'howare': ['I am fine, thank you. How can I help you?'],
    'thanks': ['You are welcome!'],
    'bye': ['Goodbye! Take care.', 'Goodbye! See you soon.'],
    'who': [ABOUT],
    'human': ['No, I am not a person. I am selfsame-nano, a small language model, a computer program.'],
    'can': [
        'I can answer questions about Selfsame and the OpenAI API, repeat and extract text, fill JSON, and call'
        ' functions. I am a small model.'
    ],
    'joke': JOKES,
    **dict(
        zip(('praise', 'blame', 'bored', 'sad', 'happy', 'sorry', 'ok', 'no', 'test'), ([answer] for _, answer in CHAT))
    ),
}


def smalltalk(m: Maker):
    r, roll = m.r, m.r.random()
    if r.random() < 0.5:
        return varied.small_talk(m, ANSWERS)
    if roll < 0.2:
        return [
            (
                m.say(GREET),
                m.one('Hello! How can I help you?', 'Hello! How can I help you?', 'Hi! What can I do for you?'),
            )
        ]
    if roll < 0.3:
        return [(m.say(HOWARE), 'I am fine, thank you. How can I help you?')]
    if roll < 0.4:
        return [(m.say(THANKS), 'You are welcome!')]
    if roll < 0.48:
        return [(m.say(BYE), m.one('Goodbye! Take care.', 'Goodbye! See you soon.'))]
    if roll < 0.6:
        return [(m.say(WHO), ABOUT)]
    if roll < 0.64:
        return [
            (m.say(HUMAN), 'No, I am not a person. I am selfsame-nano, a small language model, a computer program.')
        ]
    if roll < 0.71:
        return [
            (
                m.say(CAN),
                (
                    'I can answer questions about Selfsame and the OpenAI API, repeat and extract text, fill JSON, and'
                    ' call functions. I am a small model.'
                ),
            )
        ]
    if roll < 0.75:
        return [(m.say(JOKE_ASK), r.choice(JOKES))]
    if roll < 0.82:
        return hello_name(m)
    asks, answer = r.choice(CHAT)
    return [(m.say(asks), answer)]


def hello_name(m: Maker):
    x = m.maybe_lower(m.w.name(), 0.15)
    return [(m.say(HELLO_NAME, x=x), f'Nice to meet you, {x}! How can I help you?')]


def api(m: Maker):
    r, roll = m.r, m.r.random()
    if r.random() < 0.4:
        return varied.about_api(m)
    if roll < 0.42:
        phrase, answer = r.choice(HOW)
        ask = m.choose(HOW_ASK)
    elif roll < 0.66:
        phrase, answer = r.choice(WHAT)
        ask = m.choose(WHAT_ASK)
    elif roll < 0.72:
        phrase, answer = r.choice(ERRORS)
        ask = m.choose(ERROR_ASK)
    elif roll < 0.8:
        phrase, path = r.choice(ENDPOINTS)
        return [
            (
                m.say(
                    m.choose(ENDPOINT_ASK).replace(
                        '{x}', '(' + phrase + ')' if '|' in phrase and '(' not in phrase else expand(r, phrase)
                    )
                ),
                f'The endpoint is {path}.',
            )
        ]
    else:
        phrase, answer = r.choice(ASK)
        return [
            (
                m.say(
                    expand(r, phrase)
                    if '|' not in phrase
                    else '(' + phrase + ')'
                    if '(' not in phrase
                    else pick_top(m, phrase)
                ),
                answer,
            )
        ]
    return [(m.say(ask.replace('{x}', pick_top(m, phrase))), answer)]


def pick_top(m: Maker, phrase: str) -> str:
    """Alternatives at the top level of a phrase, then inside its groups."""
    depth, parts, last = 0, [], 0
    for at, char in enumerate(phrase):
        depth += (char == '(') - (char == ')')
        if char == '|' and depth == 0:
            parts.append(phrase[last:at])
            last = at + 1
    parts.append(phrase[last:])
    return expand(m.r, m.r.choice(parts))


REPEAT = TEMPLATES['repeat']
REPEAT += [
    f'{verb}{join}{{x}}'
    for verb in (
        'repeat this back (to me|)',
        'say this',
        'write this',
        'copy the words',
        'repeat these words',
        'repeat exactly',
        '(please |)(repeat|say|write|copy)',
        'repeat after me',
        'echo this',
        '(answer|reply) with',
    )
    for join in (' - ', ': ', ', ', '\n')
]
REPEAT += phrases.ASKS['repeat']


def repeat(m: Maker):
    r, w = m.r, m.w
    roll = r.random()
    if roll < 0.4:
        x = w.phrase(1, 6)
    elif roll < 0.55:
        x = ' '.join(w.pseudo(1, 3) for _ in range(r.randint(1, 6)))
    elif roll < 0.65:
        x = r.choice([w.code, w.email, w.url, w.phone, w.date, w.name])()
    elif roll < 0.85:
        x = sentence(m)
    else:
        x = f'{w.pseudo()} {w.number()} {w.code()}'
    if r.random() < 0.2:
        x = x.capitalize()
    return [(m.say(REPEAT, x=x), x)]


PEOPLE_SENT = TEMPLATES['people_sent']


def sentence(m: Maker) -> str:
    text = m.fill(expand(m.r, m.r.choice(PEOPLE_SENT)), **facts_of(m))
    return text[0].upper() + text[1:] + m.r.choice(['.', '.', '', '!'])


def facts_of(m: Maker) -> dict:
    w = m.w
    return dict(
        n=w.name(),
        c=w.city(),
        d=w.date(),
        t=w.time(),
        noun=w.noun(),
        adj=w.draw(wl.ADJECTIVES),
        k=w.number(),
        p=w.price(),
        e=w.email(),
        ph=w.phone(),
        u=w.url(),
        code=w.code(),
        co=w.company(),
    )


EXTRACT = {
    'n': (
        ['name', 'person', 'first name', 'name of the person', "person's name"],
        PEOPLE_SENT
        + [
            '(mr|mrs|dr) {n} is in room {k}',
            '{n} fixed the {noun}',
            '{n} (sent|wrote) a {noun}',
            'the winner is {n}',
            'dear {n}, your {noun} is ready',
            'our (teacher|manager|guide) is {n}',
        ],
        ['who is (mentioned|named)( here| in this|)', 'who is it about', 'who', 'which person is mentioned'],
    ),
    'c': (
        ['city', 'town', 'place', 'city name', 'location', 'place name'],
        [
            'we flew to {c} (last|this) (week|spring|year)',
            'our office in {c} is closed',
            'the train from {c} was late',
            'she grew up in {c}',
            '{n} lives in {c}',
            'i moved to {c} on {d}',
            'greetings from {c}!',
            'the meeting in {c} starts at {t}',
            'the {noun} was made in {c}',
            'he travelled to {c} with a {adj} {noun}',
            'it rains a lot in {c}',
            'our next stop is {c}',
            '{n} was born in {c} in {y}',
            'i live near {c}',
            'they opened a shop in {c}',
            'the road to {c} is closed',
            '{c} is a {adj} city',
        ],
        ['which (city|town|place) is (mentioned|named)', 'what (city|town|place)', 'where is it', 'where'],
    ),
    'd': (
        ['date', 'day', 'deadline'],
        [
            'the contract ends on {d}',
            'due {d}, please pay',
            'see you on {d} at the {noun}',
            'the exam is on {d}',
            '{n} arrives on {d}',
            'the {noun} was built on {d}',
            'the shop opens {d}',
            'we meet on {d} in {c}',
            'on {d} we sold {k} {noun}s',
            'deadline: {d}',
            'born on {d} in {c}',
            'the {noun} must be ready by {d}',
            'the concert was moved to {d}',
            'your appointment is {d} at {t}',
        ],
        ['when is it', 'when', 'what is the date', 'which date is mentioned'],
    ),
    'e': (
        ['email', 'email address', 'e-mail', 'mail address', 'address'],
        [
            'you can reach me at {e}',
            'write to {e} before {t}',
            'contact: {e}',
            'my email is {e}',
            'send the {noun} to {e} please',
            '{n} uses {e} now',
            'mail {e} or call {ph}',
            'questions? {e}',
            'the address is {e}, thanks',
            'from {e} on {d}',
        ],
        ['what is the (email|email address)', 'which email is mentioned', 'whats the email'],
    ),
    'k': (
        ['number', 'amount', 'quantity', 'count'],
        [
            'there are {k} {noun}s in the {noun2}',
            'we have {k} {noun}s',
            'my {noun} number is {k}',
            'i counted {k} {noun}s',
            '{k} people came to the {noun}',
            'the {noun} has {k} pages',
            'room {k} is free',
            'the {noun} is {k} metres long',
            'she bought {k} {noun}s',
            'bus {k} goes to {c}',
            'i need {k} more {noun}s',
        ],
        ['how many', 'what number is (in this|mentioned|it)', 'which number is (mentioned|in this)'],
    ),
    'ph': (
        ['phone number', 'phone', 'telephone number', 'number'],
        [
            'call me on {ph} after {t}',
            'my phone number is {ph}',
            'phone: {ph}',
            'the shop has {ph}',
            'you can reach {n} at {ph}',
            'dial {ph} for the {noun}',
            'text {ph} to order',
        ],
        ['what is the phone number', 'which number (do|should) i call'],
    ),
    'p': (
        ['price', 'cost', 'amount', 'total'],
        [
            'the {noun} costs {p} euros',
            'the {noun} is {p} dollars with tax',
            'total: {p} EUR',
            'i paid ${p} for the {noun}',
            'the price of the {noun} is {p}',
            'a {adj} {noun} for only {p}',
        ],
        ['how much is it', 'how much (does it cost|did it cost)', 'what is the price'],
    ),
    'code': (
        ['order number', 'code', 'id', 'reference', 'serial number', 'number', 'order id'],
        [
            'order {code} has shipped',
            'your code is {code}',
            'reference {code}',
            'order #{code} is late',
            'the {noun} has serial number {code}',
            'ticket {code} was closed by {n}',
            'use {code} to log in',
            'invoice {code} is paid',
        ],
        ['what is the (code|order number|id)', 'whats the code'],
    ),
    'u': (
        ['url', 'link', 'website', 'address', 'web address'],
        [
            'docs are at {u} okay',
            'see {u} for the {noun}',
            'visit {u} now',
            'our website is {u}',
            'the link is {u}',
            'read {u} before {d}',
        ],
        ['what is the (url|link|website)', 'which link is (here|mentioned)'],
    ),
    'co': (
        ['company', 'company name', 'employer', 'firm'],
        [
            '{n} works for {co}',
            'i bought it from {co}',
            '{co} sells {noun}s',
            'we hired {co} to fix the {noun}',
            'the invoice is from {co}',
            'i have been at {co} since {y}',
            '{co} opened an office in {c}',
        ],
        ['which company( is it| is mentioned|)', 'what company'],
    ),
    't': (
        ['time', 'hour', 'starting time'],
        [
            'the meeting starts at {t} in room {k}',
            'come at {t}',
            'the train leaves at {t}',
            'dinner is at {t} at the {noun}',
            'the shop closes at {t}',
            'wake me at {t}',
        ],
        ['what time( is it| is mentioned|)', 'at what time', 'when does it (start|happen)'],
    ),
    'noun': (
        ['product', 'item', 'object', 'thing', 'article'],
        [
            'my {noun} stopped working',
            'i bought a {noun} in {c}',
            'the {noun} costs {p} euros',
            '{n} lost a {noun}',
            'i want to return the {noun}',
            'where is my {noun}',
            'i ordered a {noun} on {d}',
        ],
        ['what (item|product|thing) is (it|mentioned)', 'which (item|product) is mentioned'],
    ),
    'y': (
        ['year'],
        [
            'the {noun} was built in {y}',
            '{n} was born in {y}',
            'the company {co} started in {y}',
            'in {y} we moved to {c}',
            'the {y} edition is sold out',
            'it was {y} when {n} came to {c}',
        ],
        ['what year', 'which year is mentioned', 'in which year'],
    ),
    'age': (
        ['age'],
        [
            '{n} is {age} years old',
            '{n} is {age} and lives in {c}',
            'im {age}, from {c}',
            'my {noun} is {age} years old',
            'at {age} {n} moved to {c}',
        ],
        ['how old( is it| is (he|she)|)', 'what age'],
    ),
}
EXTRACT_ASK = TEMPLATES['extract_ask']
EXTRACT_Q = TEMPLATES['extract_q']


def extract(m: Maker):
    r = m.r
    if r.random() < 0.5:
        return varied.pull_out(m, EXTRACT_ASK, EXTRACT_Q)
    key = r.choice(list(EXTRACT))
    labels, sents, questions = EXTRACT[key]
    v = facts_of(m)
    v.update(noun2=m.w.noun(), y=str(r.randint(1900, 2049)), age=str(r.randint(2, 99)))
    lower = r.random() < 0.2
    s = m.fill(expand(r, m.choose(sents)), **v)
    s = s.lower() if lower else s[0].upper() + s[1:] if r.random() < 0.7 else s
    if r.random() < 0.6 and s[-1] not in '?!':
        s += '.'
    if r.random() < 0.3:
        extra = m.fill(
            expand(
                r,
                r.choice(
                    [
                        'the {noun} is {adj}',
                        'thanks',
                        'it was a {adj} day',
                        'please hurry',
                        'i hope you are well',
                        'the {adj} {noun} is gone',
                    ]
                ),
            ),
            noun=m.w.noun(),
            adj=m.w.draw(wl.ADJECTIVES),
        )
        s = s + (' ' if s[-1] in '.?!' else ', ') + extra
    answer = v[key].lower() if lower else v[key]
    if r.random() < 0.75:
        return [(m.say(EXTRACT_ASK, f=r.choice(labels), s=s), answer)]
    return [(m.say(EXTRACT_Q, q=expand(r, r.choice(questions)), s=s), answer)]


UPPER = TEMPLATES['upper']
LOWER = TEMPLATES['lower']
SPELL = TEMPLATES['spell']
UPPER = UPPER + phrases.ASKS['upper']
LOWER = LOWER + phrases.ASKS['lower']
SPELL = SPELL + phrases.ASKS['spell']

BULLET = TEMPLATES['bullet']
NUMBERED = TEMPLATES['numbered']
SPLIT = TEMPLATES['split']
BULLET = BULLET + phrases.ASKS['bullets']
NUMBERED = NUMBERED + phrases.ASKS['numbered']
SPLIT = SPLIT + phrases.ASKS['lines']


def listing(m: Maker):
    r, w = m.r, m.w
    draw = r.choice(
        [
            lambda: w.draw(wl.FOODS),
            w.noun,
            w.word,
            w.first,
            w.pseudo,
            lambda: (
                f'{r.choice(["buy", "call", "clean", "fix", "find", "paint", "sell", "pay", "wash", "feed"])}'
                f' {r.choice(["the", "a", "my", ""])} {w.noun()}'.replace('  ', ' ')
            ),
            w.city,
        ]
    )
    items = list(dict.fromkeys(draw() for _ in range(r.randint(2, 6))))
    joined = r.choice(
        [
            ', '.join(items),
            ', '.join(items),
            '; '.join(items),
            ', '.join(items[:-1]) + ' and ' + items[-1] if len(items) > 1 else items[0],
        ]
    )
    roll = r.random()
    if roll < 0.5:
        return [(m.say(BULLET, x=joined), '\n'.join(f'- {i}' for i in items))]
    if roll < 0.75:
        return [(m.say(NUMBERED, x=joined), '\n'.join(f'{n}. {i}' for n, i in enumerate(items, 1)))]
    return [(m.say(SPLIT, x=joined, sep='comma'), '\n'.join(items))]


UNKNOWN = TEMPLATES['unknown']
IDK = (
    "I don't know that. I am a small model: I know Selfsame and the OpenAI API, and I can work with a text you give me."
)


def unknown(m: Maker):
    w, r = m.w, m.r
    if r.random() < 0.5:
        return varied.not_known(m, IDK)
    place = r.choice([w.city(), w.draw(wl.COUNTRIES), w.draw(wl.COUNTRIES)])
    b = r.choice(
        [
            w.name(),
            f'{w.word()} {w.noun()}',
            f'The {w.word().capitalize()}',
            w.pseudo().capitalize(),
            f'book {w.word()} {w.word()}',
        ]
    )
    text = m.say(
        UNKNOWN,
        n=w.noun(),
        c=m.maybe_lower(place),
        c2=m.maybe_lower(w.city()),
        P=m.maybe_lower(r.choice([w.city(), w.last(), w.pseudo().capitalize()])),
        b=m.maybe_lower(b),
        q=r.choice([w.word(), w.pseudo(), f'{w.word()} {w.noun()}']),
        N=m.maybe_lower(f'{w.first()} {w.last()}'),
        co=m.maybe_lower(w.company()),
        k=w.number(1),
        k4=w.number(4),
        y=str(r.randint(1000, 2030)),
        adj=w.draw(wl.ADJECTIVES),
        lang=w.draw(wl.LANGUAGES),
    )
    return [(text, IDK)]


TELL = {
    'name': (
        [
            'my name is {x}',
            'i am {x}',
            'im {x}',
            '(hi|hello)(,|) i am {x}',
            'call me {x}',
            '(hi|hey)(,|) my name is {x}',
        ],
        'Nice to meet you, {x}! How can I help you?',
        [
            'what is my name',
            'whats my name',
            'who am i',
            'do you remember my name',
            'say my name',
            'what was my name (again|)',
        ],
        lambda m: m.w.name(),
    ),
    'city': (
        ['i live in {x}', 'im from {x}', 'i am from {x}', 'my city is {x}', 'i moved to {x}'],
        'Noted: {x}.',
        ['where do i live', 'where am i from', 'what is my city', 'which city do i live in'],
        lambda m: m.w.city(),
    ),
    'color': (
        ['my (favorite|favourite) (color|colour) is {x}', 'i (like|love) (the color |){x}', 'my color is {x}'],
        'Noted: {x}.',
        ['what is my (favorite |favourite |)(color|colour)', 'which (color|colour) do i (like|love)'],
        lambda m: m.r.choice(wl.COLORS),
    ),
    'code': (
        ['the {k} is {x}', 'my {k} is {x}', 'remember the {k}: {x}', 'note the {k}: {x}', 'the {k} for today is {x}'],
        'Noted: {x}.',
        ['what is (the|my) {k}', 'whats (the|my) {k}', 'tell me (the|my) {k}', 'what was the {k}'],
        lambda m: m.w.code(),
    ),
    'pet': (
        ['my {k} is called {x}', 'i have a {k} called {x}', 'my {k} is named {x}', "my {k}'s name is {x}"],
        'Noted: {x}.',
        [
            'what is (the name of my {k}|my {k} called)',
            "what is my {k}'s name",
            'whats my {k} called',
            'how is my {k} called',
            'whats my {k}s name',
        ],
        lambda m: m.w.first(),
    ),
    'age': (
        ['i am {x} years old', 'im {x}', 'my age is {x}', 'i am {x}'],
        'Noted: {x}.',
        ['how old am i', 'what is my age', 'whats my age'],
        lambda m: m.w.number(2),
    ),
}


def memory(m: Maker):
    r = m.r
    if r.random() < 0.5:
        return varied.remembered(m, lambda m: [r.choice([smalltalk, repeat, api])(m)[0]] if r.random() < 0.3 else [])
    key = r.choice(list(TELL))
    tells, ack, asks, draw = TELL[key]
    x = m.maybe_lower(draw(m), 0.2)
    k = (
        r.choice(['dog', 'cat', 'horse', 'parrot', 'boat', 'car', 'sister', 'brother', 'robot'])
        if key == 'pet'
        else r.choice(['code', 'password', 'number', 'key', 'pin', 'order number', 'token', 'id'])
    )
    first = (
        m.say(tells, x=x, k=k),
        (
            ack.replace('{x}', x)
            if r.random() < 0.7
            else m.one('Noted.', 'Okay.', 'Good to know.', 'Okay, I will remember that.', 'Nice.')
        ),
    )
    middle = [r.choice([smalltalk, repeat, api])(m)[0]] if r.random() < 0.3 else []
    name = key == 'name'
    return [
        first,
        *middle,
        (
            m.say(asks, k=k),
            (
                f'Your name is {x}.'
                if name
                else {'city': f'You live in {x}.', 'age': f'You are {x} years old.'}.get(key, x)
            ),
        ),
    ]


def again(m: Maker):
    make = m.r.choice([repeat, extract])
    first = make(m)[0]
    return [
        first,
        (
            m.say(
                [
                    *phrases.ASKS['again'],
                    'again',
                    'again please',
                    'once more',
                    'repeat that',
                    'say (it|that) again',
                    'one more time',
                    'same again',
                    'please repeat your answer',
                ]
            ),
            first[1],
        ),
    ]
