/**
 * Which request parameters have an effect here. Every other one is refused by name unless its value asks for nothing
 * (null, its default, an empty list): honour or refuse, never a silent drop.
 */
import type { CreateChatCompletionRequest } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';

type Body = CreateChatCompletionRequest;

/** Parameter → the value with which it asks for nothing. `null` always does. */
const NOT_SERVED: { readonly [K in keyof Body]?: (value: NonNullable<Body[K]>) => boolean } = {
  logprobs: (value) => value === false,
  top_logprobs: () => false,
  modalities: (value) => value.length === 1 && value[0] === 'text',
  audio: () => false,
  verbosity: (value) => value === 'medium',
  reasoning_effort: () => false,
  prediction: () => false,
  moderation: () => false,
  store: (value) => value === false,
  web_search_options: () => false,
};

export function refuseUnserved(body: Body): void {
  for (const [name, asksNothing] of Object.entries(NOT_SERVED)) {
    const value = body[name as keyof Body];
    if (value === undefined || value === null) continue;
    if (!(asksNothing as (value: unknown) => boolean)(value)) {
      throw errors.unsupportedParameter(name, 'This server does not serve it yet; leave it out.');
    }
  }
  if (body.metadata !== undefined && body.metadata !== null && body.store !== true) {
    throw errors.unsupportedParameter('metadata', "It is only allowed together with 'store'.");
  }
  if (body.stream_options?.include_obfuscation === true) {
    throw errors.unsupportedParameter('stream_options.include_obfuscation', 'This server does not pad its chunks.');
  }
}
