/** The JSON Schema of the configuration file: completion and checks in an editor (`selfsame config schema`). */
import { toObjectSchema } from './object-form.ts';
import { settings } from './settings.ts';

export function configSchema(): object {
  const { properties, ...rest } = toObjectSchema(settings) as { properties: object };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Selfsame configuration',
    ...rest,
    properties: { $schema: { type: 'string' }, ...properties },
  };
}
