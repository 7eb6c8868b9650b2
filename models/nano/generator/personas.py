"""System messages: a name, an employer, a style of answering."""

from . import varied
from . import words as wl
from .grammar import Maker, build
from .skills import GREET, HOWARE, WHO, smalltalk
from .templates import load_templates

TEMPLATES = load_templates('personas')

PERSONA = TEMPLATES['persona']
ROLES = TEMPLATES['roles']
TONES = TEMPLATES['tones']
TITLES = ['Captain', 'Doctor', 'Professor', 'Mister', 'Miss', 'Chef', 'Agent', 'Uncle', 'Lady', 'Unit', 'Robo', 'Sir']
STYLE = ['upper', 'upper', 'end', 'end', 'start', 'pirate', 'oneword']


def persona(m: Maker) -> dict:
    r, w = m.r, m.w
    if r.random() < 0.4:
        return build(*varied.named(m))
    roll = r.random()
    if roll < 0.6:
        x = r.choice(
            [
                w.first(),
                w.name(),
                w.pseudo().capitalize(),
                (f'{r.choice(TITLES)} {r.choice([w.first(), w.pseudo().capitalize(), w.number()])}'),
                w.noun().capitalize(),
            ]
        )
        co = w.company()
        template = r.choice(PERSONA)
        role = m.fill(r.choice(ROLES), j=r.choice(wl.JOBS), adj=w.draw(wl.ADJECTIVES))
        system = m.fill(template, x=x, co=co, role=role, tone=r.choice(TONES), noun=w.noun())
        kind = r.random()
        if kind < 0.55:
            turns = [
                (
                    m.say(
                        WHO
                        + [
                            'name',
                            'name?',
                            'your name please',
                            'hello(,|) who (is this|are you)',
                            'hi(,|) who am i talking to',
                            'and you are?',
                            'introduce yourself please',
                        ]
                    ),
                    f'I am {x}.' if '{role}' not in template or r.random() < 0.5 else f'I am {x}, {role}.',
                )
            ]
        elif kind < 0.75:
            turns = [(m.say(GREET), f'Hello! I am {x}. How can I help you?')]
        elif '{co}' in template:
            turns = [
                (
                    m.say(
                        [
                            '(who|which company) do you work for',
                            'where do you work',
                            'what company (are you from|is this)',
                            'which company is this',
                            'who is your employer',
                            'what is your company',
                        ]
                    ),
                    f'I work for {co}.',
                )
            ]
        else:
            turns = [(m.say(HOWARE), 'I am fine, thank you. How can I help you?'), (m.say(WHO), f'I am {x}.')]
        return build(system, turns)
    style = r.choice(STYLE)
    turns = smalltalk(m)
    if style == 'upper':
        system = m.one(
            '(Always |)(answer|reply|respond|write|speak) in (uppercase|capital letters|capitals|all caps)( only|).',
            'Use only (uppercase|capital) letters.',
            'Your answers are always in (uppercase|capital letters).',
        )
        turns = [(u, a.upper()) for u, a in turns]
    elif style == 'end':
        word = w.word()
        system = m.one(
            'End (every|each) (answer|reply|message|sentence) with (the word |){x}.',
            'Always end with (the word |){x}.',
            'Put the word {x} at the end of (every|each) answer.',
            'Finish (every answer|each reply|your answers) with {x}.',
        ).replace('{x}', r.choice([word, f'"{word}"', f"'{word}'"]))
        turns = [(u, f'{a} {word}') for u, a in turns]
    elif style == 'start':
        word = w.word().capitalize()
        system = m.one(
            '(Start|Begin) (every|each) (answer|reply|message) with (the word |){x}.',
            'Always (start|begin) with (the word |){x}.',
        ).replace('{x}', word)
        turns = [(u, f'{word}: {a}') for u, a in turns]
    elif style == 'pirate':
        system = m.one(
            'You (speak|talk) like a pirate.',
            '(Answer|Reply|Speak|Talk) like a pirate.',
            'You are a pirate.',
            'Use pirate language.',
        )
        turns = [(u, f'Arr, matey! {a}') for u, a in turns]
    else:
        system = m.one(
            '(Answer|Reply|Respond) with (only |)one word( only|).', 'One word answers only.', 'Use only one word.'
        )
        yes = r.random() < 0.6
        turns = [
            (
                m.say(
                    [
                        'is (fire|the sun|summer) hot',
                        'is (water|rain) wet',
                        'is snow (cold|white)',
                        'is the sky blue',
                        'can birds fly',
                        'do fish swim',
                        'is (two|3) a number',
                        'is (red|blue) a color',
                    ]
                    if yes
                    else [
                        'is (ice|snow) hot',
                        'is fire cold',
                        'can (dogs|stones) fly',
                        'is the sun cold',
                        'is night bright',
                        'is (milk|snow) black',
                    ]
                ),
                'Yes' if yes else 'No',
            )
        ]
        if r.random() < 0.4:
            turns = [(m.say(GREET), 'Hello')]
    return build(system, turns)
