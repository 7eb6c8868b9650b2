/** The grammar of an answer's format. Throws ApiError `invalid_json_schema` for a schema that it cannot enforce. */
import { errors } from '../../../errors/catalogue.ts';
import type { AnswerFormat } from '../../language-model.ts';
import { addSchema, SchemaFault } from './json-schema-grammar.ts';
import { createRules, type Rules } from './rules.ts';

export function toAnswerGrammar(format: AnswerFormat): string {
  const rules = createRules();
  return rules.print(addFormat(rules, format));
}

/** Adds the format to a grammar; returns the name of its rule. */
export function addFormat(rules: Rules, format: AnswerFormat): string {
  if (format.type === 'json_object') return rules.shared('object');
  try {
    return addSchema(rules, format.schema);
  } catch (error) {
    if (error instanceof SchemaFault) throw errors.invalidJsonSchema(format.param, error.path, error.message);
    throw error;
  }
}
