"""Passages about one subject, the way people write them: named once, "it" or "they" afterwards, asked for by name. Questions that share the subject
and differ in what they ask (who, when, how long), and the same questions where the text does not say."""
import words as wl
from grammar import Maker, expand
from slots import MATERIAL, SPORTS, SUBJECTS, VEHICLES

# (statements, questions). {S} the subject, {S's} its possessive; verbs are in the singular for things and persons.
THING = [
    (['{S} was (designed|planned|drawn) by {N}', 'the (designer|architect) was {N}'], ['who (designed|planned|drew) {S}', 'who was the (designer|architect)( of {S}|)', 'by whom was {S} designed']),
    (['{S} was (built|made|finished|completed|opened) in {y}', '{S} dates from {y}', 'it took until {y} to finish {S}'], ['when was {S} (built|made|finished|completed|opened)', 'what year was {S} (built|finished|opened)', 'in which year was {S} (completed|built)', 'how old is {S}']),
    (['{S} is {k} (metres|meters|feet) (tall|high)', '{S} rises {k} metres'], ['how (tall|high) is {S}', 'what is the height( of {S}|)', 'height of {S}']),
    (['{S} is {k} (metres|meters|miles|kilometres) long', '{S} has a length of {k} metres'], ['how long is {S}', 'what is the length of {S}', 'length of {S}']),
    (['{S} is {k} (metres|meters|cm) wide', '{S} has a width of {k} cm'], ['how wide is {S}', 'what is the width( of {S}|)']),
    (['{S} is {k} (metres|meters) deep'], ['how deep is {S}', 'what is the depth( of {S}|)']),
    (['{S} weighs {k} (kilos|grams|kg|pounds|tons)'], ['how heavy is {S}', 'how much does {S} weigh', 'what does {S} weigh', 'what is the weight( of {S}|)']),
    (['{S} (stands|lies|is) (near|behind|beside|next to|opposite|by|in front of) the {noun2}', '{S} (stands|lies|is) in {C}', 'you find {S} in {C}'], ['where (is|stands) {S}', 'where can i find {S}', 'where is {S} located', 'location of {S}']),
    (['{S} is {color}', '{S} is painted {color}', '{S} comes in {color} and {color2}'], ['what (color|colour) is {S}', 'which (color|colour) does {S} come in', 'what is the (color|colour) of {S}']),
    (['{S} costs {p} (euros|dollars|pounds)', 'you pay {p} euros for {S}', 'the price is {p} dollars'], ['how much (is|does) {S}( cost|)', 'what does {S} cost', 'what is the price( of {S}|)', 'price of {S}']),
    (['{S} belongs to {N}', 'the owner is {N}', '{N} owns {S}'], ['who owns {S}', 'who does {S} belong to', 'whose is {S}', 'who is the owner( of {S}|)']),
    (['{S} is made of {material}', '{S} consists of {material} and {material2}'], ['what is {S} made of', 'what is {S} made from', 'which material is {S} made of', 'what does {S} consist of']),
    (['{S} opens at {t}', '{S} is open from {t}'], ['when does {S} open', 'what time does {S} open', 'opening time of {S}', 'from when is {S} open']),
    (['{S} closes at {t}', '{S} is closed on {day}', '{S} closes on {day} at {t}'], ['when does {S} close', 'what time does {S} close', 'closing time', 'when is {S} closed']),
    (['{S} (starts|begins) (at|around) {t}', '{S} (starts|begins) on {d}'], ['when does {S} (start|begin)', 'what time does {S} (start|begin)', 'start of {S}']),
    (['{S} ends at {t}', '{S} is over at {t}'], ['when does {S} end', 'when is {S} over', 'until when is {S}']),
    (['{S} lasts (about |)(some |){k} (hours|minutes|days|weeks)', '{S} takes (about |){k} (hours|minutes|days)'], ['how long does {S} (last|take)', 'how many (hours|days|minutes) does {S} (last|take)', 'duration of {S}']),
    (['{S} has {k} {noun2}s', 'there are {k} {noun2}s in {S}'], ['how many {noun2}s does {S} have', 'how many {noun2}s are (there|in {S})', 'how many {noun2}s', 'number of {noun2}s']),
    (['{k} {people} (visit|use|work in) {S}', '{S} has {k} {people}', '{S} has room for {k} {people}'], ['how many {people} (visit|use|work in) {S}', 'how many {people}( does {S} have|)', 'number of {people}']),
    (['the manager of {S} is {N}', '{N} (manages|runs|leads) {S}', '{S} is (run|led|managed) by {N}'], ['who (manages|runs|leads) {S}', 'who is the manager( of {S}|)', 'who is in charge( of {S}|)', 'name of the manager']),
    (['{S} is used for {noun2}s', 'people use {S} for {noun2}s'], ['what is {S} used for', 'what do people use {S} for', 'what is {S} for']),
    (['{S} was (repaired|restored|cleaned|moved|replaced|closed) in {y}', '{S} was (repaired|restored|cleaned|moved|replaced) by {N}'], ['when was {S} (repaired|restored|cleaned|moved|replaced)', 'who (repaired|restored|cleaned|moved|replaced) {S}']),
    (['{S} is (cleaned|checked|tested|inspected|washed|emptied) every {day}', '{S} is (cleaned|checked|tested|inspected) every {k} (days|hours|weeks)'], ['how often is {S} (cleaned|checked|tested|inspected|washed|emptied)', 'when is {S} (cleaned|checked|tested|inspected)']),
    (['{S} (broke|stopped|failed) because of the {noun2}', '{S} was closed because of the {noun2}'], ['why (did|was) {S} (break|stop|fail|closed)', 'what is the reason', 'why']),
    (['{S} needs {k} (litres|liters) of {food}', '{S} runs on {material}', '{S} needs a {noun2}'], ['what does {S} (need|run on)', 'what is needed for {S}', 'how many litres does {S} need']),
    (['{S} can (carry|hold|lift|store) {k} {noun2}s'], ['how many {noun2}s can {S} (carry|hold|lift|store)', 'what can {S} (carry|hold|lift|store)', 'how much can {S} (carry|hold)']),
    (['{S} was (named|called) after {N}', '{S} is named after {N}'], ['who (is|was) {S} named after', 'after whom is {S} (named|called)', 'where does the name come from']),
    (['{S} was (sold|given|shipped|sent|moved) to {C}', '{S} was (sold|given|sent|lent) to {N}'], ['where was {S} (sold|shipped|sent|moved)( to|)', 'who was {S} (sold|given|sent|lent) to', 'to whom was {S} (sold|given|lent)']),
    (['the {noun2} of {S} is {adj}', 'the {noun2} is {adj}'], ['how is the {noun2}', 'what is the {noun2} like', 'what about the {noun2}']),
    (['a {noun2} was added (in {y}|later)', 'a {noun2} was added to {S} in {y}'], ['what was added( to {S}|)', 'when was the {noun2} added']),
    (['{meal} is (served |)in {S}', '{meal} is served at {t}'], ['where is {meal}( served|)', 'when is {meal}( served|)', 'what is served']),
    (['dogs are not allowed in {S}', 'no {noun2}s in {S}', 'smoking is forbidden in {S}', 'many people like {S}', 'everyone knows {S}', 'some find {S} {adj}', 'there is a {noun2} in front of {S}', 'parking is free', '{animal}s live (near|under|behind) {S}', 'we like {S}'], []),
]
PERSON = [
    (['{S} was born in {y}', '{S} was born on {d}'], ['when was {S} born', 'what year was {S} born', 'birthday of {S}']),
    (['{S} was born in {C}', '{S} comes from {C}', '{S} grew up in {C}'], ['where (was|is) {S} (born|from)', 'where does {S} come from', 'where did {S} grow up']),
    (['{S} lives in {C}', '{S} lives (near|behind|above) the {noun2}'], ['where does {S} live', 'which city does {S} live in', 'home of {S}']),
    (['{S} works as a {job}', '{S} is a {job}', '{S} became a {job} in {y}'], ['what (is the job of {S}|does {S} do|is {S})', 'what does {S} work as', 'job of {S}', 'when did {S} become a {job}']),
    (['{S} works (for|at) {co}', '{S} joined {co} in {y}'], ['where does {S} work', 'who does {S} work for', 'which company does {S} work for', 'when did {S} join {co}']),
    (['{S} is {k2} years old', '{S} turned {k2} (in {month}|this year)'], ['how old is {S}', 'what is the age of {S}', 'age of {S}']),
    (['{S} speaks {lang} and {lang2}', '{S} speaks {lang}'], ['(what|which) (language|languages) does {S} speak', 'what does {S} speak']),
    (['{S} has {k} {animal}s', '{S} owns {k} {noun}s', '{S} has {k} (brothers|sisters|children|cousins)'], ['how many {animal}s does {S} have', 'how many {noun}s does {S} own', 'how many (brothers|sisters|children|cousins) does {S} have']),
    (['{S} drives a {color} {noun}', '{S} owns a {color} {noun}'], ['what does {S} (drive|own)', 'what (color|colour) is the {noun}']),
    (['{S} (likes|loves) {food}', '{S} hates {food}', '{S} eats {food} every {day}'], ['what does {S} (like|love|hate|eat)', 'what food does {S} (like|love|eat)']),
    (['{S} (plays|practises) {sport} on {day}', '{S} plays {sport}'], ['(what|which sport) does {S} (play|practise)', 'when does {S} play {sport}', 'which sport']),
    (['{S} (married|met) {N} in {y}', '{S} (married|met) {N} in {C}'], ['who did {S} (marry|meet)', 'when did {S} (marry|meet)( {N}|)', 'where did {S} meet {N}']),
    (['{S} studied {subj} in {C}', '{S} studied {subj}'], ['what did {S} study', 'where did {S} study', 'which subject did {S} study']),
    (['{S} (wrote|published|painted|composed) {k} (books|songs|poems|plays)', '{S} wrote a (book|song|poem) about {noun}s'], ['how many (books|songs|poems|plays) did {S} (write|publish|compose)', 'what did {S} write( about|)']),
    (['{S} (won|lost|got) a {noun} in {y}', '{S} won the {noun}'], ['what did {S} (win|lose|get)', 'when did {S} (win|lose)( a {noun}|)', 'who won the {noun}']),
    (['{S} moved to {C} in {y}', '{S} travelled to {C} by {vehicle}'], ['where did {S} (move|travel)( to|)', 'when did {S} move( to {C}|)', 'how did {S} travel']),
    (['{S} can be reached (at|on) {ph}', 'the number of {S} is {ph}', 'the email of {S} is {e}'], ['how can i reach {S}', 'what is the (number|email) of {S}', 'phone number of {S}']),
    (['{S} repaired the {noun}', '{S} forgot the {noun}', '{S} found a {noun} (near|under|behind) the {noun2}', '{S} lost a {noun} in {C}'], ['what did {S} (repair|forget|find|lose)', 'who (repaired|forgot|found|lost) (the|a) {noun}', 'where did {S} (find|lose) the {noun}']),
    (['{S} gets up at {t}', '{S} goes to bed at {t}', '{S} arrives at {t}', '{S} leaves on {day}'], ['when does {S} (get up|go to bed|arrive|leave)', 'what time does {S} (get up|go to bed|arrive)']),
    (['{S} is afraid of {animal}s', '{S} is allergic to {food}'], ['what is {S} (afraid of|allergic to)', 'what does {S} fear']),
    (['the {adj} {noun} was a gift', 'everyone likes {S}', 'it was a {adj} day', '{S} is very {adj}', 'nobody knows why'], []),
]
MANY = [
    (['{S} eat (mostly |mainly |){food} and {food2}', '{S} feed on {food}'], ['what do {S} eat', 'what do {S} feed on', 'food of {S}']),
    (['{S} live in (groups|{noun}s|the {noun})', '{S} live (near|under|in) {noun}s'], ['where do {S} live', 'how do {S} live', 'home of {S}']),
    (['{S} sleep (during the day|at night|in {noun}s|in {month})'], ['when do {S} sleep', 'where do {S} sleep', 'do {S} sleep at night']),
    (['{S} live (for |about |up to |){k2} years', '{S} grow {k2} years old'], ['how (long do {S} live|old do {S} grow)', 'how many years do {S} live']),
    (['{S} weigh (about |up to |){k} (kilos|grams|kg)'], ['how (heavy are {S}|much do {S} weigh)', 'weight of {S}', 'what do {S} weigh']),
    (['{S} are {k} cm long', '{S} grow (up to |){k} cm long'], ['how long (are|do) {S}( grow|)', 'length of {S}']),
    (['{S} are (red|green|blue|grey|brown|white|black)', '{S} are {color} and {color2}'], ['what (color|colour) are {S}', 'color of {S}']),
    (['{S} (sing|bloom|nest|travel|hunt|wake|appear) in {month}', '{S} (sing|bloom|hunt|wake|appear) at (night|dawn)'], ['when do {S} (sing|bloom|nest|travel|hunt|wake|appear)']),
    (['{S} have {k} (legs|teeth|eyes|young|eggs|seeds|leaves)', '{S} lay {k} eggs'], ['how many (legs|teeth|eyes|young|eggs|seeds|leaves) do {S} (have|lay)', 'how many eggs']),
    (['{S} were (found|discovered|described) by {N} in {y}', '{S} were first seen in {y}'], ['who (found|discovered|described) {S}', 'when were {S} (found|discovered|first seen)']),
    (['{S} cost {p} euros', '{S} are sold for {p} dollars'], ['how much (are|do) {S}( cost|)', 'price of {S}', 'what do {S} cost']),
    (['{S} come from {C}', '{S} are from {C}'], ['where (do {S} come|are {S}) from', 'origin of {S}']),
    (['{S} (fear|avoid|hate) {noun2}s', '{S} (love|like|need) {noun2}s'], ['what do {S} (fear|avoid|hate|love|like|need)']),
    (['{S} are (used|good|kept) for {food}', 'people keep {S} for {food}'], ['what are {S} (used|kept|good) for', 'why do people keep {S}']),
    (['{S} are quite {adj}', 'nobody likes {S}', 'children like {S}', 'there are many {S} here'], []),
]
NOT_THERE = "I don't know: the text does not say that."
QUOTE = ['(which|what) sentence (says|tells|mentions) {q}', 'quote the sentence (that says|about|that tells) {q}', 'find the sentence (that says|about|that mentions) {q}', 'quote (the line|the sentence) that (says|tells) {q}', 'which sentence (is about|answers): {q}', '(copy|give me) the sentence that (says|answers) {q}']


def topic_values(m: Maker) -> dict:
    w, r = m.w, m.r
    lang, lang2 = r.sample(wl.LANGUAGES, 2)
    return dict(N=r.choice([w.name(), f'{r.choice(["Mr", "Mrs", "Dr", "Captain", "Professor"])} {w.last()}']), y=str(r.randint(1200, 2030)), k=r.choice([w.number(), w.number(), r.choice(wl.NUMBERS), 'forty', 'twenty', 'thirty', 'fifty']), k2=str(r.randint(2, 99)), noun=w.noun(), noun2=w.noun(), C=w.city(),
                color=r.choice(wl.COLORS), color2=r.choice(wl.COLORS), p=w.price(), material=r.choice(MATERIAL), material2=r.choice(MATERIAL), t=r.choice([w.time(), w.time(), r.choice(wl.NUMBERS), 'noon', 'midnight']), day=r.choice(wl.DAYS), d=w.date(), month=r.choice(wl.MONTHS),
                people=r.choice('people visitors guests students workers members children players employees tourists readers'.split()), food=w.draw(wl.FOODS), food2=w.draw(wl.FOODS), adj=w.draw(wl.ADJECTIVES), meal=r.choice(['breakfast', 'lunch', 'dinner', 'tea', 'coffee', 'supper']), animal=r.choice(wl.ANIMALS), job=r.choice(wl.JOBS),
                co=w.company(), lang=lang, lang2=lang2, sport=r.choice(SPORTS), subj=r.choice(SUBJECTS), vehicle=r.choice(VEHICLES), ph=w.phone(), e=w.email())


def subject(m: Maker) -> tuple[list, str, str, str]:
    """(relations, full name, short name, pronoun)."""
    r, w, roll = m.r, m.w, m.r.random()
    if roll < 0.55:
        noun = w.noun() if r.random() < 0.85 else w.pseudo()
        full = f'the {w.draw(wl.ADJECTIVES)} {noun}' if r.random() < 0.25 else w.company() if r.random() < 0.12 else f'the {noun}'
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
            slots = [s for s in ('noun', 'noun2', 'N', 'C', 'co', 'job', 'sport', 'animal', 'people', 'meal', 'day') if '{' + s + '}' in ask]
            verbs = {x for x in ask.replace('?', '').split() if x.isalpha()}
            if all('{' + s + '}' in form for s in slots) and suits(form, verbs):
                fits.append(ask)
        if fits:
            ask = r.choice(fits)
            plain = pronoun in ('it', 'they') and ' of {S}' not in ask or any(f' {x} {{S}}' in ask for x in ('does', 'did', 'is', 'was'))
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


WHEN, WHERE, WHO = {'{y}', '{d}', '{t}', '{day}', '{month}', 'during', 'night', 'dawn', 'later'}, {'{C}', 'near', 'behind', 'beside', 'next', 'opposite', 'by', 'front', 'under', 'above', 'in'}, {'{N}', '{co}'}


def suits(form: str, asked: set[str]) -> bool:
    """Whether a statement says what its question asks for: a time for "when", a place for "where", a name for "who"."""
    has = lambda wanted: any(x in form.split() or (x[0] == '{' and x in form) for x in wanted)
    if 'when' in asked or 'year' in asked or 'old' in asked and '{k2}' not in form:
        return has(WHEN)
    if 'where' in asked:
        return '{C}' in form or has(WHERE - {'in'}) or 'in the' in form or 'in {noun}' in form
    if 'who' in asked or 'whom' in asked or 'whose' in asked:
        return has(WHO)
    if 'how' in asked and 'many' in asked:
        return '{k' in form
    pairs = {'like', 'love', 'hate', 'eat', 'fear', 'avoid', 'need', 'repair', 'forget', 'find', 'lose', 'win', 'get', 'write', 'drive', 'own', 'carry', 'hold', 'lift', 'store'} & asked
    past = {'find': 'found', 'lose': 'lost', 'win': 'won', 'get': 'got', 'write': 'wrote', 'forget': 'forgot'}
    return not pairs or any(past.get(p, p) in form or past.get(p, p).rstrip('e') in form for p in pairs)
