"""Conversation → tokens: the chat template and the tokenizer, as used in training and in the GGUF."""

import json
import os

import jinja2
from tokenizers import Tokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
SPECIAL = [
    '<|pad|>',
    '<|bos|>',
    '<|end|>',
    '<|system|>',
    '<|user|>',
    '<|assistant|>',
    '<|tools|>',
    '<|invoke|>',
    '<|tool|>',
    '<|schema|>',
    '<|unk|>',
    '<|reserved|>',
]
TEMPLATE = open(f'{HERE}/chat-template.jinja').read()

_env = jinja2.Environment()
_env.filters['tojson'] = lambda value: json.dumps(value, ensure_ascii=False)
_template = _env.from_string(TEMPLATE)


def render(messages: list, tools=None, schema=None, generate: bool = False) -> str:
    return _template.render(
        messages=messages, tools=tools, response_schema=schema, add_generation_prompt=generate, bos_token='<|bos|>'
    )


def load_tokenizer(path: str = f'{HERE}/tokenizer.json') -> Tokenizer:
    return Tokenizer.from_file(path)
