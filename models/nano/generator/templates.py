"""Loads the templates of a module: `templates/<module>.jsonl` holds one of them per line."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / 'templates'


def load_templates(module: str) -> dict[str, list]:
    """The templates of each list, in file order: a text by itself, any other row as a tuple of its fields."""
    lists: dict[str, list] = {}
    with open(FOLDER / f'{module}.jsonl', encoding='utf-8') as lines:
        for line in lines:
            row = json.loads(line)
            name = row.pop('list')
            lists.setdefault(name, []).append(row['text'] if list(row) == ['text'] else tuple(row.values()))
    return lists
