/** Output schemas of tools: the properties of the answer, all optional, because other servers may lack some. */
import { Bytes, type Operation, targetOf } from '@selfsame/contract';
import { toLooseSchema } from './loose-schema.ts';

export interface OutputSchema {
  [keyword: string]: unknown;
  type: 'object';
  properties: Record<string, object>;
}

/** Returns undefined for answers that are not one JSON object: bytes, text, or one of several shapes. */
export function toOutputSchema({ response }: Operation): OutputSchema | undefined {
  if (response === Bytes) return undefined;
  const { properties } = (targetOf(response) ?? response) as { properties?: Record<string, object> };
  if (properties === undefined) return undefined;
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, withNull(each)])),
  };
}

function withNull(schema: object): object {
  const { type, ...rest } = toLooseSchema(schema);
  return { ...rest, type: [...new Set([type, 'null'].flat())] };
}
