"""Questions about a given text: the answer is the mark of a line and the line, or that the text does not say it."""
import os

import varied
import words as wl
from grammar import Maker, build, expand
from skills import sentence
from topics import NOT_THERE, QUOTE, topic

# (sentences, questions); the question is about the slot that the sentence states
RELATIONS = [
    (['{X} opens at {t}', 'it opens at {t}( on weekdays|)', 'the opening time is {t}', 'the {noun} opens at {t}'], ['when does (it|the {noun}|{X}) open', 'what time does (it|the {noun}|{X}) open', 'at what time does it open', 'opening time']),
    (['{X} closes at {t}', 'it closes at {t}( on {day}|)', 'we close at {t}'], ['when does (it|the {noun}|{X}) close', 'what time do you close', 'closing time', 'until when is it open']),
    (['the {noun} was (designed|built|made) by {N}', 'it was (designed|built|made) by {N}', '{N} (designed|built|made) the {noun}'], ['who (designed|built|made) (the {noun}|it)', 'who is the (maker|builder|designer)', 'by whom was it (made|built)']),
    (['the {noun} was (finished|built|opened|founded) in {y}', 'it was (built|opened|founded|finished) in {y}', 'the company was founded in {y}'], ['when was (the {noun}|it) (built|opened|founded|finished)', 'in which year was it (built|opened|founded)', 'what year was (it|the {noun}) (founded|built)', 'how old is (it|the {noun})']),
    (['the (entrance fee|price|ticket) is {p} euros', 'the {noun} costs {p} euros', 'it costs {p} dollars', 'a ticket costs {p} euros'], ['how much (is the (entrance fee|ticket|price)|does it cost|does the {noun} cost|is it)', 'what is the (price|cost|fee)', 'what does it cost', 'price of the {noun}']),
    (['the {noun} is kept in the {noun2}', 'the {noun} is under the {adj} {noun2}', 'the {noun} stands (near|behind|next to) the {noun2}', 'you find the {noun} in the {noun2}', 'the {noun} is on the {k}th floor'], ['where is the {noun}( kept|)', 'where do i find the {noun}', 'where can i find the {noun}', 'where is it kept', 'location of the {noun}']),
    (['the {noun} is {color}', 'the {noun} is bright {color}', 'its color is {color}', 'they painted the {noun} {color}'], ['what (color|colour) is (the {noun}|it)', 'which color does (the {noun}|it) have']),
    (['the {noun} has {k} {noun2}s', 'there are {k} {noun2}s in the {noun}', 'it has {k} {noun2}s', '{N} owns {k} {noun2}s', '{k} {noun2}s live there'], ['how many {noun2}s (are there|does it have|does the {noun} have|live there)', 'how many {noun2}s', 'number of {noun2}s']),
    (['the {noun} is {k} (metres|meters) (tall|high|long)', 'it is {k} (metres|meters) (tall|high|long)', 'the {noun} measures {k} metres'], ['how (tall|high|long|big|large) is (the {noun}|it)', 'height of the {noun}', 'what is the (size|height|length)']),
    (['the {noun} weighs {k} (kilos|grams|kg)', 'it weighs {k} kilos', 'its weight is {k} grams'], ['how heavy is (the {noun}|it)', 'what (does it weigh|is the weight)', 'how much does (it|the {noun}) weigh', 'weight of the {noun}']),
    (['the {job} of the {noun} is {N}', 'the manager is {N}', 'the {noun} is led by {N}', '{N} is the {job} here', 'the owner of the {noun} is {N}'], ['who is the (manager|owner|{job}|boss)( of the {noun}|)', 'who leads (it|the {noun})', 'name of the (manager|{job}|owner)']),
    (['{N} won the {noun}', '{N} won (the race|the game) by {k} points', 'the winner was {N}'], ['who won( the race| the game| the {noun}|)', 'who was the winner', 'who is the winner']),
    (['the {noun} lasts {k} hours', 'it takes {k} minutes', 'the trip takes {k} days', 'bake it for {k} minutes', 'the battery lasts {k} hours', 'repairs take {k} days', 'cook it for {k} minutes'], ['how long does (it|the {noun}|the battery|the trip) (last|take)', 'how long (do i|must i) (bake|cook|wait)( it|)', 'how many (minutes|hours|days) does it take', 'how long is it', 'duration']),
    (['heat the {noun} to {k} degrees', 'the temperature is {k} degrees', 'keep it at {k} degrees', 'the water is {k} degrees'], ['what temperature (is it|should it be|must it have|do i need)', 'how (hot|warm|cold) (is|should) (it|the {noun})( be|)', 'how many degrees', 'to what temperature']),
    (['the {noun} lies in {C}', '{N} lives in {C}', 'its office is in {C}', 'the {noun} is made in {C}', 'the company has its office in {C}'], ['where (does|do) {N} live', 'where is (it|the {noun}|the office|the company)', 'which city', 'where is the {noun} made', 'in which city is (it|the office)']),
    (['the password is {code}', 'the (wifi|door) (code|password) is {code}', 'your code is {code}', 'the order number is {code}'], ['what is the (password|code|wifi password|door code|order number)', 'whats the (password|code|wifi password)', 'tell me the (password|code)']),
    (['goods can be returned within {k} days', 'you can return it within {k} days', 'the return period is {k} days', 'the warranty is {k} years'], ['how long can i return (it|goods)', 'what is the (return period|warranty)', 'return period', 'how long is the warranty', 'can i return it']),
    (['bring a {noun} and a {noun2}', 'you need a {noun} and a {noun2}', 'please bring your {noun}', 'you must have a {noun}'], ['what (must|should|do) i (bring|need)', 'what do i need to bring', 'what should i take with me', 'what is needed']),
    (['{animal}s eat (mostly |){food} and {food2}', 'the {animal} eats {food}', 'feed it {food} and {food2}'], ['what (do|does) (the |){animal}(s|) eat', 'what does it eat', 'food of the {animal}', 'what do i feed it']),
    (['call {ph} for help', 'our phone number is {ph}', 'you reach us at {ph}', 'write to {e}', 'our email is {e}'], ['how (can|do) i (reach|contact) you', 'what is (the|your) (phone number|email|contact)', 'which number do i call', 'contact', 'how do i get help']),
    (['the {noun} is used for {noun2}s', 'it is made of {noun2}', 'the {noun} is made of {noun2}'], ['what is (it|the {noun}) made of', 'what is (it|the {noun}) used for', 'which material is it', 'what is it for']),
    (['the {noun} starts on {d}', 'the {noun} is on {d} at {t}', 'it takes place on {d}', 'results come out on {d}', 'the deadline is {d}'], ['when (is|does) (the {noun}|it)( start| take place|)', 'on which (day|date) is (it|the {noun})', 'when do results come out', 'what is the deadline', 'date of the {noun}', 'which day is it']),
    (['{N} (likes|collects|sells|repairs|paints) {adj} {noun}s', '{N} bought a {adj} {noun}', '{N} found a {noun} near the {noun2}'], ['what did {N} (buy|find)', 'what does {N} (like|collect|sell|repair|paint)', 'who (likes|collects|sells|bought|found|repairs) (a |the |){noun}(s|)', 'what about {N}']),
    (['{co} has {k} {people}', 'the {noun} has {k} {people}', '{k} {people} work here', 'there are {k} {people} in the {noun}', 'it has {k} {people}'], ['how many {people} (are there|does {co} have|does it have|work here|does the {noun} have)', 'number of {people}', 'how many {people}']),
    (['{meal} is (served |)in the {noun}', '{meal} is on the {k}th floor', '{meal} is at {t}'], ['where is {meal}', 'when is {meal}', 'tell me about {meal}', '{meal}?']),
    (['a {animal} {did} {prep} the {noun}', 'the {animal} {did} {prep} a {adj} {noun}', 'then a {adj} {animal} {did}', 'a {animal} {did} at night'], ['what did the {animal} do', 'where was the {animal}', 'which animal (is|was) there', 'is there a {animal}', 'tell me about the {animal}']),
    (['(lessons|classes|tours|visits) (begin|start) at {t}', 'the {noun} begins at {t}', 'the {noun} starts at {t} on {day}'], ['when do (they|lessons|tours|visits) (start|begin)', 'what time does the {noun} (begin|start)', 'when does the {noun} begin', 'start time of the {noun}']),
    (['{N} is the {job} of {co}', 'the {job} is called {N}', 'our {job} is {N}', 'the name of the {job} is {N}'], ['who is the {job}', 'what is the name of the {job}', 'whats the {job} called', 'name the {job}']),
    (['the {noun} belongs to {N}', '{N} owns the {noun}', 'the owner is {N}', 'the {adj} {noun} is the property of {co}'], ['who owns (the {noun}|it)', 'whose {noun} is (it|this)', 'who does the {noun} belong to', 'who is the owner']),
    (['you can pay by {noun}', 'we accept {noun} and {noun2}', 'pay with {noun2} only', 'no cash, only {noun}'], ['how can i pay', 'which payment do you accept', 'can i pay with {noun}', 'how do i pay']),
    (['the bus leaves every {k} minutes', 'the train to {C} leaves at {t}', 'the ferry goes at {t}', 'take bus {k} to {C}'], ['when does the (bus|train|ferry) (go|leave)', 'how often does the bus go', 'which bus (goes|do i take)', 'how do i get to {C}']),
    (['{N} is {k} years old', 'the {noun} is {k} years old', 'it is {k} years old'], ['how old is (it|the {noun}|{N})', 'age of (the {noun}|{N})', 'what age is {N}']),
    (['it is made for {people}', 'the {noun} is for {people} only', 'only {people} may enter'], ['who is it for', 'who may enter', 'for whom is the {noun}', 'who can use it']),
    (['it comes in {color} and {color2}', 'you can get it in {color} or {color2}', 'we have it in {color}'], ['which colors (are there|do you have|can i get)', 'what colors does it come in', 'is it available in {color}', 'colours']),
    (['add {food} and {food2}', 'mix the {food} with the {food2}', 'you need {food}, {food2} and salt', 'cut the {food}'], ['what do i (mix|add|cut|need)', 'which ingredients do i need', 'what goes with the {food}', 'what is in it']),
    (['{N} was born in {C}', '{N} was born in {y}', '{N} died in {y}', '{N} studied in {C}'], ['where was {N} born', 'when was {N} born', 'when did {N} die', 'where did {N} study', 'what about {N}', 'tell me about {N}']),
    (['{N} {did} {prep} the {noun}', '{N} had {k} {noun}s', '{N} spoke about {noun}s'], ['what did {N} do', 'where was {N}', 'how many {noun}s did {N} have', 'what did {N} speak about', 'who {did} {prep} the {noun}']),
    (['the {noun} is {adj} because of the {noun2}', 'the {noun} stopped because of the {noun2}', 'we closed the {noun} after the {noun2}'], ['why is the {noun} {adj}', 'why did the {noun} stop', 'why was the {noun} closed', 'reason for the {noun}']),
    (['dogs are not allowed', '{noun}s are not allowed', 'smoking is forbidden in the {noun}', 'parking is free', 'children pay nothing', 'breakfast is in the {noun}', 'visitors must wear a {noun}', 'the {noun} is free for children'], []),
    (['the {adj} {noun} is {adj2}', '{X} is next to the {noun}', 'the morning was {adj}', 'it was {adj} and {adj2}', 'many people like the {noun}', 'there is a {noun} in front of it', 'the {noun} was painted last year', 'we sell {noun}s', 'gift cards are available', 'then the {noun} fell down', 'they sleep during the day'], []),
    (['the {noun} of {N} is {adj}', 'the {noun} of the {noun2} is {w}', 'the {w} {noun} is {adj}'], ['how is the {noun}', 'what is the {noun} of (the {noun2}|{N})', 'tell me about the {noun}', 'what about the {noun}']),
]
PEOPLE = 'employees pupils students members workers players guests visitors children passengers nurses teachers soldiers singers customers patients farmers riders runners volunteers'.split()
DID = 'barked slept waited ran jumped sat stood danced sang fell cried laughed swam walked hid appeared landed rested played worked'.split()
PAST = '''open opened|close closed|paint painted|repair repaired|visit visited|sell sold|buy bought|find found|lose lost|break broke|build built|write wrote|read read|send sent|bring brought|take took|give gave|see saw
catch caught|draw drew|drive drove|eat ate|feed fed|hide hid|hold held|keep kept|make made|move moved|plant planted|clean cleaned|wash washed|carry carried|cook cooked|design designed|invent invented|discover discovered
climb climbed|count counted|deliver delivered|describe described|destroy destroyed|fix fixed|film filmed|guard guarded|hire hired|kick kicked|lift lifted|list listed|load loaded|mend mended|mix mixed|name named|open opened|pack packed|plan planned|play played|praise praised|print printed|publish published|pull pulled|push pushed|rent rented|rescue rescued|restore restored|save saved|search searched|serve served|ship shipped|steer steered|translate translated|wrap wrapped
collect collected|borrow borrowed|return returned|order ordered|check checked|measure measured|photograph photographed|steal stole|throw threw|win won|teach taught|learn learned|own owned|install installed|replace replaced|test tested|sign signed'''.replace('\n', '|').split('|')
DOES = '''arrive leave start end open close ring sleep grow return stop run work move sing bloom meet land depart change'''.split()


def event(m: Maker) -> tuple[list[str], list[str]]:
    """A sentence about who did what where and when, with questions about each part."""
    r = m.r
    base, past = r.choice(PAST).split()
    if r.random() < 0.3:
        verb = r.choice(DOES)
        when = r.choice(['at {t}', 'on {day}', 'in {month}', 'every {day}', 'after {t}', 'in {y}', 'in the morning', 'at night', 'twice a day'])
        return [f'the {{adj}} {{noun}}s {verb} {when}', f'{{noun}}s {verb} {when}'], [f'when do (the |){{noun}}s {verb}', f'what time do the {{noun}}s {verb}', f'when (will|do) {{noun}}s {verb}', f'tell me when the {{noun}}s {verb}']
    tail = r.choice(['', '', ' in {C}', ' near the {noun2}', ' in {y}', ' on {d}', ' for {p} euros', ' with a {noun2}', ' because it was {adj2}', ' from {co}'])
    asks = [f'who {past} (the |a |){{noun}}', f'what did {{N}} {base}', f'who {past} (it|the {{adj}} {{noun}})', f'by whom was the {{noun}} {past}', f'what did {{n1}} {base}']
    extra = {' in {C}': f'where did {{N}} {base} (the {{noun}}|it)', ' near the {noun2}': f'where was the {{noun}} {past}', ' in {y}': f'when did {{N}} {base} (the {{noun}}|it)', ' on {d}': f'when was the {{noun}} {past}', ' for {p} euros': f'how much (was|did) the {{noun}}( cost|)', ' with a {noun2}': f'with what did {{N}} {base} it', ' because it was {adj2}': f'why did {{N}} {base} (the {{noun}}|it)', ' from {co}': f'where is the {{noun}} from'}.get(tail)
    return [f'{{N}} {past} (the|a) {{adj}} {{noun}}{tail}', f'(the|a) {{adj}} {{noun}} was {past} by {{N}}{tail}' if base not in ('see', 'eat', 'draw', 'drive', 'give', 'hide', 'write', 'break', 'take', 'throw', 'steal') else f'{{N}} {past} (the|a) {{noun}}{tail}'], asks + ([extra, extra] if extra else [])


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
        asks, v = RELATIONS[other][1] if r.random() < 0.7 else event(m)[1], facts_of_passage(m, noun if shared else w.noun())
        answer = NOT_THERE
    else:
        at = r.choice(askable)
        asks, v, _ = questions[at]
    ask = m.choose(asks)
    if not unanswerable:
        tries = [a for a in asks if any(x in questions[at][2] for x in [m.fill(s, **v) for s in ('{noun2}', '{N}', '{n1}', '{noun}', '{animal}') if s in a]) or '{' not in a]
        ask = r.choice(tries or asks)
    question = m.say(ask, **v)
    style = r.random()
    per = r.choice([1, 1, 1, 2]) if not filler else r.choice([2, 4, 6])
    if style < 0.8:
        groups, owner = [], []
        i = 0
        while i < len(lines):
            size = per if r.random() < 0.8 else 1
            groups.append(' '.join(lines[i:i + size]))
            owner += [len(groups)] * len(lines[i:i + size])
            i += size
        text = '\n'.join(f'[{n}] {g}' for n, g in enumerate(groups, 1))
        if not unanswerable:
            answer = f'[{owner[at]}] {lines[at]}'
    else:
        text = ' '.join(lines)
        if not unanswerable:
            answer = lines[at]
        if r.random() < 0.5 and not unanswerable:
            question = m.say(['(which|what) sentence (says|tells|mentions) {q}', 'quote the sentence (that says|about) {q}', 'find the sentence (that says|about|that mentions) {q}', 'quote (the line|the sentence) that (says|tells) {q}', 'which sentence is about {q}'], q=question.rstrip('?').lower())
    prompt = r.choice([f'{text}\n\n{question}', f'{text}\n\n{question}', f'{text}\n\nQuestion: {question}', f'{text}\n{question}', f'{question}\n\n{text}'])
    return {'messages': [{'role': 'user', 'content': prompt}, {'role': 'assistant', 'content': answer}]}


def facts_of_passage(m: Maker, noun: str) -> dict:
    w, r = m.w, m.r
    N = w.name()
    return dict(people=r.choice(PEOPLE), meal=r.choice(['breakfast', 'lunch', 'dinner', 'the party', 'the meeting', 'the show', 'coffee']), did=r.choice(DID), prep=r.choice(['behind', 'near', 'under', 'over', 'beside', 'in', 'next to', 'around']), color2=r.choice(wl.COLORS), n1=N.split()[0], month=r.choice(wl.MONTHS), co=w.company(), X=r.choice([f'the {noun}', w.company(), 'the shop', 'the library', 'the museum']), t=r.choice([w.time(), r.choice(wl.NUMBERS)]), day=r.choice(wl.DAYS), noun=noun, noun2=w.noun(), N=N, y=str(r.randint(1200, 2030)), p=w.price(), adj=w.draw(wl.ADJECTIVES), adj2=w.draw(wl.ADJECTIVES), color=r.choice(wl.COLORS), k=r.choice([w.number(), r.choice(wl.NUMBERS), 'forty', 'twenty', 'thirty']), job=r.choice(wl.JOBS), C=w.city(), code=r.choice([w.code(), w.pseudo() + w.number(2)]), animal=r.choice(wl.ANIMALS), food=w.draw(wl.FOODS), food2=w.draw(wl.FOODS), ph=w.phone(), e=w.email(), d=w.date(), w=w.word())


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
