/**
 * The answer format of a request → the engine's format. Pure.
 * The engine enforces the format while it decodes; it also describes a schema to the model, which costs prompt tokens.
 */
import type { AnswerFormat, LanguageModel } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import { requireFeature } from './features.ts';
import { checkSchemaSize } from './schema-size.ts';
import { checkStrict } from './strict.ts';

export type RequestedFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      name: string;
      description?: string | undefined;
      schema?: Record<string, unknown> | undefined;
      strict?: boolean | null | undefined;
    };

export interface FormatFields {
  /** Undefined: free text. */
  format: RequestedFormat | undefined;
  /** Messages for the model. Undefined before they are known: then they may lack the word `json`. */
  messages?: readonly unknown[] | undefined;
}

/** Names of the request's parameters in errors. */
export interface FormatParams {
  /** E.g. `response_format`. */
  format: string;
  /** E.g. `response_format.json_schema.schema`. */
  schema: string;
  messages: string;
}

/** @throws ApiError naming the parameter that is invalid or that the model cannot honour. */
export function toFormat(
  { format, messages }: FormatFields,
  model: LanguageModel,
  params: FormatParams,
): AnswerFormat | undefined {
  if (format === undefined || format.type === 'text') return undefined;
  requireFeature(model, 'format', params.format);
  if (format.type === 'json_object') {
    if (messages !== undefined) requireJsonWord(messages, params);
    return { type: 'json_object' };
  }
  const { schema, strict, name, description } = format;
  checkSchemaSize(schema, params.schema);
  if (strict === true) {
    if (schema === undefined) throw errors.missingParameter(params.schema);
    checkStrict(schema, params.schema);
  }
  if (schema === undefined) return { type: 'json_object' };
  const options = defined({ description, strict: strict ?? undefined });
  return { type: 'json_schema', schema, param: params.schema, name, ...options };
}

function requireJsonWord(messages: readonly unknown[], params: FormatParams): void {
  if (JSON.stringify(messages).toLowerCase().includes('json')) return;
  throw errors.invalidValue(
    params.messages,
    `'${params.messages}' must contain the word 'json' in some form, ` +
      `to use '${params.format}' of type 'json_object'.`,
  );
}
