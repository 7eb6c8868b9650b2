"""What the model knows: facts about Selfsame and the OpenAI API. Alternatives stand in (a|b|c); all text is this
project's own.

HOW: (ways to say the task as an infinitive phrase, answer). WHAT: (terms, answer). ASK: (whole questions, answer).
"""

from .templates import load_templates

TEMPLATES = load_templates('facts')

HOW = TEMPLATES['how']
WHAT = TEMPLATES['what']
ERRORS = TEMPLATES['errors']
ASK = TEMPLATES['ask']
ENDPOINTS = TEMPLATES['endpoints']
HOW_ASK = TEMPLATES['how_ask']
WHAT_ASK = TEMPLATES['what_ask']
ERROR_ASK = TEMPLATES['error_ask']
ENDPOINT_ASK = TEMPLATES['endpoint_ask']
