/** Sampling parameters and token limits that chat and legacy completions share. */
import Type from 'typebox';
import { MAX_LOGIT_BIASES } from '../ceilings.ts';
import { mapOf, nullable, ref } from '../schema.ts';
import { StopConfiguration } from './model-options.ts';

export const samplingParams = {
  temperature: Type.Optional(
    nullable(Type.Number({ minimum: 0, maximum: 2, default: 1 }), {
      description: 'Higher is more varied, 0 is greedy.',
    }),
  ),
  top_p: Type.Optional(
    nullable(Type.Number({ minimum: 0, maximum: 1, default: 1 }), {
      description: 'Samples from the most likely tokens with this total probability.',
    }),
  ),
  frequency_penalty: Type.Optional(
    nullable(Type.Number({ minimum: -2, maximum: 2, default: 0 }), {
      description: 'Makes a token less likely the more often it has appeared.',
    }),
  ),
  presence_penalty: Type.Optional(
    nullable(Type.Number({ minimum: -2, maximum: 2, default: 0 }), {
      description: 'Makes a token less likely once it has appeared.',
    }),
  ),
  logit_bias: Type.Optional(
    nullable(mapOf(Type.Integer({ minimum: -100, maximum: 100 }), { maxProperties: MAX_LOGIT_BIASES }), {
      default: null,
      description: 'Token id to a value added to its logit; -100 bans the token, 100 forces it.',
    }),
  ),
  stop: Type.Optional(ref(StopConfiguration)),
};

/** Seeds have 64 bits. */
export const SEED_RANGE = { minimum: -(2 ** 63), maximum: 2 ** 63 };

/** @param options additional keywords, e.g. `deprecated`. */
export const seedParam = (options: object = {}) =>
  Type.Optional(
    nullable(Type.Integer(SEED_RANGE), {
      description: 'Equal requests with the same seed return the same answer, as far as the engine supports it.',
      ...options,
    }),
  );

/** @param description of the `n` results. */
export const choicesParam = (description: string) =>
  Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 128, default: 1 }), { description }));

export const streamParam = Type.Optional(
  nullable(Type.Boolean({ default: false }), { description: 'Whether to send the answer in server-sent events.' }),
);

export const userParam = (options: object = {}) =>
  Type.String({ description: 'Identifier of the end user, for abuse detection.', ...options });
