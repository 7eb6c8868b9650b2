/**
 * Which request parameters have an effect here. Every other one is refused by name unless its value asks for nothing
 * (null, its default, an empty list): honour or refuse, never a silent drop.
 */
import type { CreateChatCompletionRequest } from '@selfsame/contract';
import type { LanguageModel } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import type { Context } from '../../handler.ts';

type Body = CreateChatCompletionRequest;

interface Unserved<V> {
  /** Whether a value asks for nothing. `null` always does. */
  asksNothing?: (value: V) => boolean;
  why: string;
}

const TEXT_ONLY = 'The models of this server answer with text.';

const NOT_SERVED: { readonly [K in keyof Body]?: Unserved<NonNullable<Body[K]>> } = {
  modalities: { asksNothing: (value) => value.length === 1 && value[0] === 'text', why: TEXT_ONLY },
  audio: { why: TEXT_ONLY },
  prediction: { why: 'An answer would depend on it: tokens read together have slightly different chances.' },
  moderation: { why: 'Requests and answers are not moderated along with a completion.' },
  web_search_options: { why: 'No search engine is connected.' },
};

/** Names the hints that the model does not act on. A default asks for nothing, so it is not named. */
export function ignoreHints({ verbosity }: Body, context: Pick<Context, 'ignore'>): void {
  if (typeof verbosity === 'string' && verbosity !== 'medium') context.ignore('verbosity');
}

/** A model thinks as much as it does by itself, or not at all; nothing else can be asked of it. */
export function refuseEffort({ reasoning_effort: effort }: Body, { modelId, capabilities }: LanguageModel): void {
  const own = capabilities.thinks === true ? 'medium' : 'none';
  if (effort === undefined || effort === null || effort === own) return;
  const does =
    capabilities.thinks === true ? 'thinks as much as it does by itself' : 'does not think before it answers';
  throw errors.unsupportedParameter(
    'reasoning_effort',
    `The model '${modelId}' ${does}; leave it out or say '${own}'.`,
  );
}

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
