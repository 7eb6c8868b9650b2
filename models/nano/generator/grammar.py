"""Small text grammar: alternatives in (a|b|c), values in {slot}; typing noise touches the template only, never a value.

Invariant: `Maker.choose` draws training templates or held-out templates (a fixed tenth by hash), never both.
"""

import random
import re

from .words import Words, is_heldout

GROUP = re.compile(r'\(([^()]*\|[^()]*)\)')


def expand(rng: random.Random, text: str) -> str:
    while True:
        text, changed = GROUP.subn(lambda m: rng.choice(m.group(1).split('|')), text)
        if not changed:
            return re.sub(r'  +', ' ', text).strip()


def typo(rng: random.Random, text: str) -> str:
    """One slip of the finger in one plain word outside {slots}."""
    spots = [m.span() for m in re.finditer(r'(?<![{\w])[a-z]{4,}(?![}\w])', text)]
    if not spots:
        return text
    start, end = rng.choice(spots)
    at = rng.randrange(start, end - 1)
    kind = rng.random()
    if kind < 0.4:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind < 0.75:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]


class Maker:
    def __init__(self, seed: int, heldout: bool):
        self.r = random.Random(seed)
        self.heldout = heldout
        self.w = Words(self.r, heldout)

    def choose(self, templates: list[str]) -> str:
        if len(templates) < 6:
            return self.r.choice(templates)
        for _ in range(60):
            item = self.r.choice(templates)
            if is_heldout('T' + item) == self.heldout:
                return item
        return item

    def say(self, templates: list[str] | str, **values: str) -> str:
        """A user's line: template, expanded, typed the way people type, filled."""
        text = self.choose(templates) if isinstance(templates, list) else templates
        text = expand(self.r, text)
        r = self.r
        if r.random() < 0.25:
            text = text[:1].upper() + text[1:]
        if r.random() < 0.2:
            text = re.sub(r"(?<=\w)'(?=\w)", '', text)
        if (
            text[-1:].isalpha()
            and r.random() < 0.25
            and re.match(r'(?i)(how|what|who|where|which|when|why|is|are|do|does|can|could)', text)
        ):
            text += '?'
        if r.random() < 0.11:
            text = typo(r, text)
        return self.fill(text, **values)

    def fill(self, text: str, **values: str) -> str:
        return re.sub(r'\{(\w+)\}', lambda m: str(values.get(m.group(1), m.group(0))), text)

    def one(self, *items: str) -> str:
        return expand(self.r, self.r.choice(items))

    def maybe_lower(self, value: str, chance: float = 0.3) -> str:
        return value.lower() if self.r.random() < chance else value


def build(system: str | None, turns: list[tuple[str, str]]) -> dict:
    messages = [{'role': 'system', 'content': system}] if system else []
    for user, answer in turns:
        messages += [{'role': 'user', 'content': user}, {'role': 'assistant', 'content': answer}]
    return {'messages': messages}
