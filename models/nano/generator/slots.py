"""Values for the slots of phrases/: one value per slot, and a second one of most kinds behind a 2."""

from . import words as wl
from .grammar import Maker
from .templates import load_templates

TEMPLATES = load_templates('slots')

MATERIAL = """
    wood stone steel glass brick clay paper iron plastic leather wool concrete bamboo silver marble cotton rubber copper
""".split()
SPORTS = 'tennis football chess hockey golf rugby handball volleyball badminton cricket basketball squash'.split()
SUBJECTS = 'law medicine physics music history chemistry biology art economics maths geology philosophy'.split()
VEHICLES = 'train bus bike ship car ferry tram plane boat'.split()
ROOMS = (
    'kitchen|bedroom|living room|garage|bathroom|hall|office|cellar|garden|attic|dining'
    ' room|nursery|library|workshop|porch|balcony|lobby|meeting room|kids room|study'.split('|')
)
ACTS = TEMPLATES['acts']
# Which of them are numbers.
WHOLE = {'k', 'k2', 'y', 'y2'}
AMOUNT = {'p', 'p2'}


EXTENSIONS = ['txt', 'pdf', 'csv', 'md', 'json', 'docx', 'py', 'png', 'xlsx']


def person(m: Maker) -> str:
    return m.r.choice(['Mr', 'Mrs', 'Dr', 'Ms', 'Captain']) + ' ' + m.w.last() if m.r.random() < 0.08 else m.w.name()


def slots(m: Maker) -> dict:
    w, r = m.w, m.r
    lower = (lambda text: text.lower()) if r.random() < 0.3 else (lambda text: text)

    def place():
        suffix = ''
        city = w.city()
        if r.random() < 0.06:
            suffix = ', ' + r.choice([w.draw(wl.COUNTRIES), ''.join(r.choice('ACDFGIKLMNOPRSTUVW') for _ in range(2))])
        return lower(city + suffix)

    n, n2, food, food2 = lower(person(m)), lower(person(m)), w.draw(wl.FOODS), w.draw(wl.FOODS)

    def two(draw):
        return draw(), draw()

    (c, c2), (t, t2), (d, d2), (p, p2), (noun, noun2), (co, co2) = (
        two(f) for f in (place, w.time, w.date, w.price, w.noun, lambda: lower(w.company()))
    )
    (cur, cur2), (lang, lang2), (color, color2), (day, day2) = (
        r.sample(items, 2) for items in (wl.CURRENCIES, wl.LANGUAGES, wl.COLORS, wl.DAYS)
    )
    adj, adj2 = two(lambda: w.draw(wl.ADJECTIVES))
    letters = ''.join(r.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ') for _ in range(r.choice([2, 3, 4, 4])))
    title = r.choice(
        [
            w.word().capitalize(),
            f'{w.word().capitalize()} {w.noun().capitalize()}',
            w.phrase(1, 3),
            f'The {w.draw(wl.ADJECTIVES).capitalize()} {w.noun().capitalize()}',
        ]
    )
    stem = w.word() if r.random() < 0.6 else w.pieces()
    file = f'{stem}{r.choice(["", "_" + w.word(), "-" + w.number()])}.{r.choice(EXTENSIONS)}'
    return dict(
        n=n,
        n2=n2,
        c=c,
        c2=c2,
        country=lower(w.draw(wl.COUNTRIES)),
        co=co,
        co2=co2,
        t=t,
        t2=t2,
        d=d,
        d2=d2,
        day=day,
        day2=day2,
        month=r.choice(wl.MONTHS),
        y=str(r.randint(1200, 2049)),
        y2=str(r.randint(1200, 2049)),
        k=w.number(),
        k2=w.number(r.choice([1, 2, 2, 3])),
        p=p,
        p2=p2,
        e=w.email(),
        ph=w.phone(),
        u=w.url(),
        code=w.code(),
        code2=w.code(),
        noun=noun,
        noun2=noun2,
        adj=adj,
        adj2=adj2,
        color=color,
        color2=color2,
        animal=r.choice(wl.ANIMALS),
        food=food,
        food2=food2,
        job=r.choice(wl.JOBS),
        lang=lower(lang),
        lang2=lower(lang2),
        st=w.street(),
        room=r.choice(ROOMS),
        x=w.phrase(1, 4),
        ti=lower(title),
        f=file,
        sym=letters,
        cur=cur,
        cur2=cur2,
        expr=f'{w.number()} {r.choice("+-*/")} {w.number()}',
        w=w.pseudo(),
        act=m.fill(r.choice(ACTS), n=w.first(), food=food, noun=noun, adj=adj),
        material=r.choice(MATERIAL),
        sport=r.choice(SPORTS),
        subj=r.choice(SUBJECTS),
        vehicle=r.choice(VEHICLES),
    )
