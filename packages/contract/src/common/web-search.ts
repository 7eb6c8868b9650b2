/** Location and context size of a web search. */
import Type, { type Static } from 'typebox';
import { named, oneOf } from '../schema.ts';

export const WebSearchContextSize = named(
  'WebSearchContextSize',
  oneOf(['low', 'medium', 'high'], {
    default: 'medium',
    description: 'Amount of search results that the model reads.',
  }),
);
export type WebSearchContextSize = Static<typeof WebSearchContextSize>;

export const WebSearchLocation = named(
  'WebSearchLocation',
  Type.Object({
    country: Type.Optional(Type.String({ description: 'Two-letter country code.' })),
    region: Type.Optional(Type.String({ description: 'Free text, e.g. a state.' })),
    city: Type.Optional(Type.String({ description: 'Free text.' })),
    timezone: Type.Optional(Type.String({ description: 'IANA time zone.' })),
  }),
);
export type WebSearchLocation = Static<typeof WebSearchLocation>;
