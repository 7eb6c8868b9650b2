/** The grammar of an answer's format. Throws ApiError `invalid_json_schema` for a schema that it cannot enforce. */
import { errors } from '../../../errors/catalogue.ts';
import type { AnswerFormat } from '../../language-model.ts';
import { anyObjectGrammar, SchemaFault, toGrammar } from './json-schema-grammar.ts';

export function toAnswerGrammar(format: AnswerFormat): string {
  if (format.type === 'json_object') return anyObjectGrammar();
  try {
    return toGrammar(format.schema);
  } catch (error) {
    if (error instanceof SchemaFault) throw errors.invalidJsonSchema(format.param, error.path, error.message);
    throw error;
  }
}
