"""Loads the phrases: each file of `phrases/` holds one JSON value per line."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / 'phrases'


def load(name: str) -> list:
    with open(FOLDER / f'{name}.jsonl', encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def texts_by(key: str, rows: list[dict]) -> dict[str, list[str]]:
    """The texts of rows under their value of `key`, in the order of the file."""
    grouped: dict[str, list[str]] = {}
    for row in rows:
        grouped.setdefault(row[key], []).append(row['text'])
    return grouped


# Requests and examples, by what is asked for.
ASKS = texts_by('ask', load('asks'))
# The members of each kind of thing, and the pairs of kinds that share members.
KINDS = {row['kind']: row['members'] for row in load('kinds')}
OVERLAPPING_KINDS = load('overlapping-kinds')
# Statements about a user and the questions that ask for them later, by topic.
MEMORIES = {row['topic']: (row['statements'], row['questions']) for row in load('memories')}
# Each passage is a list of (line, questions that the line answers).
PASSAGES = [[(each['line'], each['questions']) for each in passage] for passage in load('passages')]
# (sentence with slots, the field names that fit each slot).
SENTENCES = [(row['text'], row['fields']) for row in load('sentences')]
# Questions for the value of a slot.
FIELD_QUESTIONS = {row['slot']: row['questions'] for row in load('field-questions')}
# (field names, options, lines with the option that each implies).
CONCLUSIONS = [
    (row['fields'], row['options'], [(line['text'], line['option']) for line in row['lines']])
    for row in load('conclusions')
]
SMALL_TALK = texts_by('kind', load('small-talk'))
UNANSWERABLE = [row['text'] for row in load('unanswerable')]
# Questions about the API, by their answer.
API = {row['answer']: row['questions'] for row in load('api')}
# Functions with their names, parameters and requests; the first ones have simpler requests.
FIRST_FUNCTIONS = load('first-functions')
FUNCTIONS = load('functions')
