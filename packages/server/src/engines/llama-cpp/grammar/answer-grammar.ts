/** The grammar of a response format. */
import type { AnswerFormat } from '../../language-model.ts';
import { createRules, type Rules } from './rules.ts';
import type { AskedSchema, Convert } from './schema-converter.ts';

/** Throws what `convert` throws. */
export async function toAnswerGrammar(format: AnswerFormat, convert: Convert): Promise<string> {
  const { rules: existing, roots } = await convert(schemasOf(format));
  const rules = createRules(existing);
  return rules.print(toFormatBody(rules, format, roots));
}

export function schemasOf(format: AnswerFormat | undefined): AskedSchema[] {
  if (format?.type !== 'json_schema') return [];
  const { schema, param, strict = false } = format;
  return [{ schema, param, strict, isArguments: false }];
}

/** `roots` contains the rule of the format's schema, if any. */
export function toFormatBody(rules: Rules, format: AnswerFormat, [root]: readonly string[]): string {
  return format.type === 'json_object' || root === undefined ? rules.shared('object') : root;
}
