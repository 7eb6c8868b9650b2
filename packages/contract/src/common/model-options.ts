/** Request options that several text endpoints share under one component name. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf } from '../schema.ts';

export const ServiceTier = named(
  'ServiceTier',
  nullable(oneOf(['auto', 'default', 'flex', 'scale', 'priority', 'fast'], { default: 'auto' }), {
    description: 'The requested or used processing tier. This server has one tier and records the value.',
  }),
);
export type ServiceTier = Static<typeof ServiceTier>;

export const ReasoningEffort = named(
  'ReasoningEffort',
  nullable(oneOf(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'], { default: 'medium' }), {
    description: 'How much a reasoning model thinks before the answer.',
  }),
);
export type ReasoningEffort = Static<typeof ReasoningEffort>;

export const Verbosity = named(
  'Verbosity',
  nullable(oneOf(['low', 'medium', 'high'], { default: 'medium' }), { description: 'How long the answer should be.' }),
);
export type Verbosity = Static<typeof Verbosity>;

export const ResponseModalities = named(
  'ResponseModalities',
  nullable(Type.Array(oneOf(['text', 'audio'])), { description: 'Types of output. Text only when absent.' }),
);
export type ResponseModalities = Static<typeof ResponseModalities>;

/** One string, or one to four strings; generation ends before the first one that appears. */
export const StopConfiguration = named(
  'StopConfiguration',
  nullable(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 4 })]), {
    description: 'Up to four strings that end the answer. The answer does not contain them.',
    default: null,
  }),
);
export type StopConfiguration = Static<typeof StopConfiguration>;

export const ParallelToolCalls = named(
  'ParallelToolCalls',
  Type.Boolean({ default: true, description: 'Whether one answer may call several tools.' }),
);
export type ParallelToolCalls = Static<typeof ParallelToolCalls>;
