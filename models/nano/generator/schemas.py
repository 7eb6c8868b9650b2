"""JSON schemas of values, and values of a schema."""

STRING = {'type': 'string'}
NUMBER = {'type': 'number'}
INTEGER = {'type': 'integer'}


def enum(*options: str) -> dict:
    return {'type': 'string', 'enum': list(options)}


def schema_of(properties: dict) -> dict:
    return {'type': 'object', 'properties': properties, 'required': list(properties), 'additionalProperties': False}


def typed(value: str, schema: dict):
    if schema['type'] == 'integer':
        return int(value)
    if schema['type'] == 'number':
        return float(value) if '.' in value else int(value)
    return value
