/** Calls of web search. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, tagged } from '../../schema.ts';

export const WebSearchActionSearch = named(
  'WebSearchActionSearch',
  Type.Object({
    type: Type.Literal('search'),
    query: Type.Optional(Type.String({ deprecated: true })),
    queries: Type.Optional(Type.Array(Type.String())),
    sources: Type.Optional(Type.Array(Type.Object({ type: Type.Literal('url'), url: Type.String() }))),
  }),
);
export type WebSearchActionSearch = Static<typeof WebSearchActionSearch>;

export const WebSearchActionOpenPage = named(
  'WebSearchActionOpenPage',
  Type.Object({ type: Type.Literal('open_page'), url: Type.Optional(nullable(Type.String())) }),
);
export type WebSearchActionOpenPage = Static<typeof WebSearchActionOpenPage>;

export const WebSearchActionFind = named(
  'WebSearchActionFind',
  Type.Object({ type: Type.Literal('find_in_page'), url: Type.String(), pattern: Type.String() }),
);
export type WebSearchActionFind = Static<typeof WebSearchActionFind>;

export const WebSearchToolCall = named(
  'WebSearchToolCall',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('web_search_call'),
    status: oneOf(['in_progress', 'searching', 'completed', 'failed']),
    action: tagged('type', [WebSearchActionSearch, WebSearchActionOpenPage, WebSearchActionFind]),
  }),
);
export type WebSearchToolCall = Static<typeof WebSearchToolCall>;
