"""Vocabulary of the generator: own lists, Faker's lists (MIT), and pseudo-words; split into training and held-out words
by hash.

Invariant: a held-out word is never drawn in a training example (`Words(heldout=False)`), whichever list it stands
in.
"""

import hashlib
import importlib
import json
import os
import random
import string


def is_heldout(text: str, share: int = 10) -> bool:
    """True for a fixed tenth of all strings, regardless of their case."""
    return hashlib.sha256(text.lower().encode()).digest()[0] % share == 0


def _faker(module: str, cls: str, name: str) -> list[str]:
    value = getattr(getattr(importlib.import_module(f'faker.providers.{module}'), cls), name)
    return sorted(str(v) for v in value)


LOCALES = """
    en_US en_GB de_DE fr_FR es_ES it_IT pl_PL no_NO sv_SE fi_FI nl_NL pt_PT tr_TR cs_CZ hu_HU ro_RO en_IN id_ID es_MX
    da_DK
""".split()


def _locale_lists(module: str, names: list[str]) -> list[str]:
    found: set[str] = set()
    for locale in LOCALES:
        try:
            provider = importlib.import_module(f'faker.providers.{module}.{locale}').Provider
        except ImportError:
            continue
        for name in names:
            found.update(str(v) for v in getattr(provider, name, None) or ())
    return sorted(
        v for v in found if 2 < len(v) < 16 and v.replace('-', '').replace(' ', '').isalpha() and v[0].isupper()
    )


FIRST = _locale_lists('person', ['first_names', 'first_names_female', 'first_names_male'])
LAST = _locale_lists('person', ['last_names', 'last_names_female', 'last_names_male'])
CITIES_FAKER = _locale_lists('address', ['cities', 'city_names', '_cities', 'towns'])
CITIES = sorted(
    set(CITIES_FAKER)
    | set(
        """
    London Paris Berlin Madrid Rome Vienna Prague Budapest Warsaw Dublin Lisbon Oslo Stockholm Helsinki Copenhagen
    Amsterdam Brussels Zurich Geneva Munich Hamburg Milan Naples Athens Istanbul Cairo Tunis Casablanca Dakar Accra
    Abuja Kampala Addis Mombasa Durban Pretoria Lusaka Harare Maputo Delhi Mumbai Chennai Karachi Dhaka Bangkok
    Hanoi Manila Jakarta Singapore Seoul Busan Tokyo Osaka Kyoto Beijing Shanghai Sydney Melbourne Perth Auckland
    Wellington Toronto Montreal Vancouver Ottawa Chicago Boston Seattle Denver Houston Dallas Austin Phoenix Miami
    Atlanta Detroit Portland Havana Bogota Caracas Santiago Montreux Cusco Salvador Recife Tallinn Riga Vilnius
    Minsk Kyiv Lviv Sofia Belgrade Zagreb Sarajevo Skopje Tirana Tbilisi Yerevan Baku Samarkand Almaty Reykjavik
    Bern Basel Ghent Leeds Cardiff Glasgow
""".split()
    )
)
COMMON = [w for w in _faker('lorem.en_US', 'Provider', 'word_list') if w.isalpha()]
JOBS = """
    teacher nurse welder plumber baker pilot lawyer driver farmer painter doctor engineer designer cook waiter
    tailor librarian dentist gardener carpenter electrician accountant journalist barber florist mechanic cashier
    architect chemist sailor porter editor translator
""".split()
COUNTRIES = """
    France Spain Italy Germany Norway Sweden Finland Poland Portugal Greece Turkey Egypt Kenya Ghana Nigeria Morocco
    India China Japan Korea Vietnam Thailand Brazil Chile Argentina Mexico Canada Australia Iceland Ireland Belgium
    Austria Hungary Romania Bulgaria Croatia Estonia Latvia Lithuania Ukraine Nepal Laos Mongolia Bolivia Ecuador
    Uruguay Senegal Mali Chad Tunisia Jordan Oman Qatar
""".split()
LANGUAGES = """
    French Spanish Italian German Norwegian Swedish Polish Portuguese Greek Turkish Arabic Hindi Chinese Japanese
    Dutch Danish Czech Hungarian Romanian Welsh Irish Latin Swahili Thai Vietnamese Hebrew Icelandic Estonian
""".split()
NOUNS = """
    apple table chair lamp river bridge garden window door house ship train engine pump valve tank field forest lake
    hill tower castle museum library school hospital station market shop factory office kitchen bedroom hall garage
    roof wall floor carpet mirror clock phone camera printer screen keyboard server network router cable battery
    sensor motor wheel brake tyre boat canoe tent rope hammer saw drill ladder bucket shovel rake hose fence gate
    barn stable horse cow goat hen duck goose dog cat rabbit mouse parrot whale shark salmon trout crab bee ant
    spider oak pine birch maple rose tulip daisy fern moss bread butter cheese milk coffee tea sugar salt pepper
    honey jam soup stew cake pie pasta rice potato onion carrot tomato cabbage bean pea lemon orange pear plum
    cherry grape melon jacket coat shirt sock shoe boot hat scarf glove belt ring watch necklace bag wallet umbrella
    pencil pen paper book letter stamp map ticket coin medal trophy drum piano violin guitar flute song poem story
    film play painting statue project budget report contract invoice account payment order delivery parcel package
    box crate shelf cupboard drawer desk bed pillow blanket towel soap brush comb razor candle stove oven fridge
    freezer kettle pan pot plate bowl cup glass fork knife spoon meeting lesson course exam concert festival match
    race game party wedding holiday trip flight tour museum gallery theatre cinema stadium park square street road
    tunnel harbour airport hotel restaurant bakery pharmacy bank church temple village city island desert valley
    beach greenhouse furnace turbine reactor pipeline crane forklift elevator escalator thermostat radiator heater
    fan filter alarm siren lock key badge telescope microscope rocket
""".split()
NOUNS = sorted(set(NOUNS))
ADJECTIVES = """
    red blue green yellow white black brown grey small large big little old new young tall short long wide narrow
    quiet loud bright dark heavy light fast slow warm cold dry wet soft hard sharp smooth rough clean dirty empty
    full happy sad brave calm gentle proud silver golden wooden broken hidden lost northern southern eastern western
    early late quick lazy sleepy hungry strange famous secret
""".split()
COLORS = """
    red blue green yellow white black brown grey purple orange pink violet crimson beige turquoise maroon indigo scarlet
""".split()
ANIMALS = """
    dog cat horse cow goat hen duck goose rabbit mouse parrot whale shark salmon crab tiger lion bear wolf fox deer
    monkey zebra giraffe camel otter seal penguin eagle owl crow frog snake turtle lizard donkey sheep pig hamster
    squirrel hedgehog
""".split()
FRUITS = """
    apple banana pear cherry grape melon lemon orange peach mango apricot fig kiwi pineapple strawberry raspberry
    blueberry papaya coconut lime
""".split()
VEGETABLES = """
        carrot onion potato cabbage pea bean leek spinach broccoli lettuce celery radish turnip pumpkin cucumber
    """.split()
TOOLS_ = 'saw drill wrench pliers screwdriver chisel shovel rake axe spanner'.split()
FURNITURE = 'table chair sofa bed desk shelf cupboard wardrobe stool bench'.split()
DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split()
MONTHS = 'January February March April May June July August September October November December'.split()
NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split()
FOODS = """
    milk bread eggs butter cheese flour sugar salt pasta rice oats honey jam tea coffee juice yoghurt beans lentils
    onions carrots potatoes tomatoes apples bananas oranges chicken fish ham nuts soap candles batteries stamps paper
    tape nails screws paint glue rope socks gloves towels matches pencils envelopes
""".split()
BRANDS = 'Toyota Ford Honda Fiat Renault Peugeot Skoda Nissan Mazda Kia Saab Audi Lada Seat Dacia'.split()
CURRENCIES = 'USD EUR GBP JPY CHF SEK NOK DKK PLN CZK HUF TRY INR CNY KRW BRL MXN CAD AUD NZD ZAR'.split()
ONSET = 'b c d f g h j k l m n p r s t v w z br dr gr kr pr tr bl cl fl gl pl sl sk sp st sw sh th ch qu'.split()
VOWEL = 'a e i o u a e i o u ai ea ee ia io oo ou ie'.split()
CODA = ['', '', '', '', 'n', 'r', 's', 't', 'l', 'm', 'k', 'd', 'x', 'nd', 'rk', 'st', 'lt', 'ng', 'sh', 'rt']


def _pieces() -> tuple[list[str], list[str]]:
    vocab = json.load(
        open(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'tokenizer.json'))
    )['model']['vocab']
    spaced = sorted(
        t[1:]
        for t in vocab
        if t.startswith('\u0120') and t[1:].isascii() and t[1:].isalpha() and t[1:].islower() and len(t) > 2
    )
    return sorted(t for t in vocab if t.isascii() and t.isalpha() and t.islower() and len(t) > 1), spaced


PIECES, PLAIN_WORDS = _pieces()


class Words:
    """Draws values. `heldout=True` draws only held-out words where a list has them."""

    def __init__(self, rng: random.Random, heldout: bool):
        self.r, self.heldout = rng, heldout

    def draw(self, items: list[str]) -> str:
        for _ in range(60):
            item = self.r.choice(items)
            if is_heldout(item) == self.heldout or len(items) < 25:
                return item
        return item

    def pseudo(self, least: int = 2, most: int = 3) -> str:
        r = self.r
        while True:
            word = ''.join(
                r.choice(ONSET) + r.choice(VOWEL) + (r.choice(CODA) if r.random() < 0.5 else '')
                for _ in range(r.randint(least, most))
            )
            if is_heldout(word) == self.heldout:
                return word

    def word(self) -> str:
        roll = self.r.random()
        if roll < 0.35:
            return self.draw(COMMON)
        if roll < 0.6:
            return self.draw(NOUNS)
        return self.draw(ADJECTIVES) if roll < 0.68 else self.pseudo()

    def common(self) -> str:
        return self.draw(PLAIN_WORDS)

    def pieces(self) -> str:
        """One to three tokens of the vocabulary glued together, so that every token is copied and spelled often."""
        while True:
            word = ''.join(self.r.choice(PIECES) for _ in range(self.r.choice([1, 2, 2, 3])))
            if is_heldout(word) == self.heldout:
                return word

    def noun(self) -> str:
        return self.draw(NOUNS)

    def first(self) -> str:
        return self.draw(FIRST) if self.r.random() < 0.75 else self.pseudo().capitalize()

    def last(self) -> str:
        return self.draw(LAST) if self.r.random() < 0.7 else self.pseudo().capitalize()

    def name(self) -> str:
        return self.first() if self.r.random() < 0.7 else f'{self.first()} {self.last()}'

    def city(self) -> str:
        roll = self.r.random()
        return self.draw(CITIES) if roll < 0.75 else self.pseudo().capitalize()

    def company(self) -> str:
        roll = self.r.random()
        core = self.last() if roll < 0.5 else self.pseudo().capitalize()
        return core + self.r.choice(['', '', ' Ltd', ' Inc', ' AG', ' & Sons', ' Group', ' Tools', ' Labs'])

    def number(self, digits: int | None = None) -> str:
        count = digits or self.r.choice([1, 2, 2, 2, 3, 3, 4])
        return str(self.r.randint(10 ** (count - 1), 10**count - 1)) if count > 1 else str(self.r.randint(1, 9))

    def code(self) -> str:
        r = self.r
        pattern = r.choice(
            [
                'A-9999',
                '99999',
                'AA999',
                'aaa-99',
                '9999',
                'AA-999-a',
                '999-9999',
                'A9',
                'aaa9',
                'AA99999',
                '9-999-99',
                '99999999',
            ]
        )
        return ''.join(
            (
                r.choice(string.ascii_uppercase)
                if c == 'A'
                else r.choice(string.ascii_lowercase)
                if c == 'a'
                else r.choice(string.digits)
                if c == '9'
                else c
            )
            for c in pattern
        )

    def email(self) -> str:
        r = self.r
        user = self.first().lower().replace(' ', '') if r.random() < 0.7 else self.pseudo()
        user += r.choice(
            [
                '',
                '',
                '.' + self.pseudo(),
                '.' + self.last().lower().replace(' ', ''),
                '_' + self.pseudo(1, 2),
                self.number(2),
            ]
        )
        domain = (r.choice(['mail.', 'post.', 'office.', self.pseudo(1, 2) + '.']) if r.random() < 0.15 else '') + (
            self.pseudo() if r.random() < 0.6 else self.draw(NOUNS) + self.draw(NOUNS)
        )
        return f'{user}@{domain}.{r.choice("com org net io dev test example de co".split())}'

    def phone(self) -> str:
        r = self.r
        return r.choice(
            [
                f'555-01{r.randint(10, 99)}',
                f'{r.randint(100, 999)}-{r.randint(1000, 9999)}',
                f'+{r.randint(1, 99)} {r.randint(10, 99)} {r.randint(1000, 9999)}',
                f'0{r.randint(10, 99)} {r.randint(100, 999)} {r.randint(100, 999)}',
            ]
        )

    def url(self) -> str:
        r = self.r
        return (
            r.choice(['https://', 'https://', 'http://', 'https://www.'])
            + r.choice(['', '', 'docs.', 'shop.', 'help.'])
            + self.pseudo()
            + r.choice(['.com', '.org', '.net', '.io'])
            + r.choice(['', '/' + self.pseudo(), '/' + self.draw(NOUNS) + '/' + self.number(2)])
        )

    def date(self) -> str:
        r = self.r
        day, month, year = r.randint(1, 28), r.choice(MONTHS), r.randint(1950, 2049)
        suffix = 'st' if day in (1, 21) else 'nd' if day in (2, 22) else 'rd' if day in (3, 23) else 'th'
        return r.choice(
            [
                f'{day} {month} {year}',
                f'{day} {month}',
                f'{month} {day}{suffix}',
                f'{month} {day}, {year}',
                f'{year}-{r.randint(1, 12):02d}-{day:02d}',
                f'{day}.{r.randint(1, 12)}.{year}',
                f'{r.choice(DAYS)} {day} {month}',
                f'{day}{suffix} of {month}',
            ]
        )

    def time(self) -> str:
        r = self.r
        return r.choice(
            [
                f'{r.randint(0, 23)}:{r.choice(["00", "15", "30", "45", f"{r.randint(0, 59):02d}"])}',
                f'{r.randint(1, 12)}{r.choice(["am", "pm"])}',
                f'{r.randint(1, 12)}:{r.choice(["00", "30"])} {r.choice(["am", "pm"])}',
            ]
        )

    def price(self) -> str:
        r = self.r
        return r.choice(
            [
                str(r.randint(2, 999)),
                f'{r.randint(1, 900)}.{r.randint(0, 99):02d}',
                f'{r.randint(1, 9)}{r.choice(["00", "50", "000"])}',
            ]
        )

    def street(self) -> str:
        return (
            f'{self.r.randint(1, 199)} {self.draw(NOUNS).capitalize() if self.r.random() < 0.5 else self.last()}'
            f' {self.r.choice(["Street", "Road", "Lane", "Avenue", "Square", "Way"])}'
        )

    def phrase(self, least: int = 1, most: int = 5) -> str:
        r = self.r
        count = r.randint(least, most)
        roll = r.random()
        if roll < 0.35:
            return ' '.join(self.word() for _ in range(count))
        if roll < 0.5:
            return ' '.join(self.pseudo(1, 3) for _ in range(count))
        if roll < 0.65:
            return f'{r.choice(["the", "a", "my", "our"])} {self.draw(ADJECTIVES)} {self.noun()}'
        if roll < 0.8:
            return (
                f'{self.draw(ADJECTIVES)} {self.noun()} {r.choice(["and", "with", "near", "under", "of", "for"])}'
                f' {self.noun()}'
            )
        if roll < 0.9:
            return (
                f'{self.first()} {r.choice(["likes", "bought", "saw", "lost", "needs", "found", "sold"])}'
                f' {self.number()} {self.noun()}s'
            )
        return self.word() + ' ' + self.number()
