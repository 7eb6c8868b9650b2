/**
 * Parameters without effect in this server. They are refused by name unless their value has no effect either (null, the
 * default): a parameter is applied or refused, never silently dropped.
 */
import type { CreateChatCompletionRequest } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';

type Body = CreateChatCompletionRequest;

interface Unserved<V> {
  /** Whether a value has no effect. `null` never has one. */
  asksNothing?: (value: V) => boolean;
  why: string;
}

const TEXT_ONLY = 'The models of this server answer with text.';

const NOT_SERVED: { readonly [K in keyof Body]?: Unserved<NonNullable<Body[K]>> } = {
  modalities: { asksNothing: (value) => value.length === 1 && value[0] === 'text', why: TEXT_ONLY },
  audio: { why: TEXT_ONLY },
  moderation: { why: 'Requests and answers are not moderated along with a completion.' },
  web_search_options: { why: 'No search engine is connected.' },
};

export function refuseUnserved(body: Body): void {
  for (const [name, { asksNothing, why }] of Object.entries(NOT_SERVED)) {
    const value = body[name as keyof Body];
    if (value === undefined || value === null) continue;
    if (!(asksNothing as ((value: unknown) => boolean) | undefined)?.(value)) {
      throw errors.unsupportedParameter(name, `${why} Leave it out.`);
    }
  }
  if (body.metadata !== undefined && body.metadata !== null && body.store !== true) {
    throw errors.unsupportedParameter('metadata', "It is only allowed together with 'store'.");
  }
}
