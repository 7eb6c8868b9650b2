/**
 * `response_format` → the engine's format. Pure. The format is enforced while the answer is decoded; the engine also tells the model
 * of the schema, which makes what it writes inside the format better, and counts as prompt tokens.
 */
import type { CreateChatCompletionRequest } from '@selfsame/contract';
import type { AnswerFormat, LanguageModel } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import { requireFeature } from './features.ts';
import { checkSchemaSize } from './schema-size.ts';
import { checkStrict } from './strict.ts';

const SCHEMA_PARAM = 'response_format.json_schema.schema';

export function toFormat(body: CreateChatCompletionRequest, model: LanguageModel): AnswerFormat | undefined {
  const { response_format: format } = body;
  if (format === undefined || format.type === 'text') return undefined;
  requireFeature(model, 'format', 'response_format');
  if (format.type === 'json_object') {
    if (!JSON.stringify(body.messages).toLowerCase().includes('json')) {
      throw errors.invalidValue(
        'messages',
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      );
    }
    return { type: 'json_object' };
  }
  const { schema, strict, name, description } = format.json_schema;
  checkSchemaSize(schema, SCHEMA_PARAM);
  if (strict === true) {
    if (schema === undefined) throw errors.missingParameter(SCHEMA_PARAM);
    checkStrict(schema, SCHEMA_PARAM);
  }
  if (schema === undefined) return { type: 'json_object' };
  return {
    type: 'json_schema',
    schema,
    param: SCHEMA_PARAM,
    name,
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}
