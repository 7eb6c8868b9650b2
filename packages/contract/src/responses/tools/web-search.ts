/** Web search tools. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref } from '../../schema.ts';

export const WebSearchApproximateLocation = named(
  'WebSearchApproximateLocation',
  nullable(
    Type.Object({
      type: Type.Optional(Type.Literal('approximate', { default: 'approximate' })),
      country: Type.Optional(nullable(Type.String())),
      region: Type.Optional(nullable(Type.String())),
      city: Type.Optional(nullable(Type.String())),
      timezone: Type.Optional(nullable(Type.String())),
    }),
  ),
);
export type WebSearchApproximateLocation = Static<typeof WebSearchApproximateLocation>;

export const WebSearchTool = named(
  'WebSearchTool',
  Type.Object({
    type: oneOf(['web_search', 'web_search_2025_08_26'], { default: 'web_search' }),
    external_web_access: Type.Optional(Type.Boolean({ default: true })),
    filters: Type.Optional(
      nullable(Type.Object({ allowed_domains: Type.Optional(nullable(Type.Array(Type.String(), { default: [] }))) })),
    ),
    user_location: Type.Optional(ref(WebSearchApproximateLocation)),
    search_context_size: Type.Optional(oneOf(['low', 'medium', 'high'], { default: 'medium' })),
  }),
);
export type WebSearchTool = Static<typeof WebSearchTool>;

export const ApproximateLocation = named(
  'ApproximateLocation',
  Type.Object({
    type: Type.Literal('approximate', { default: 'approximate' }),
    country: Type.Optional(nullable(Type.String())),
    region: Type.Optional(nullable(Type.String())),
    city: Type.Optional(nullable(Type.String())),
    timezone: Type.Optional(nullable(Type.String())),
  }),
);
export type ApproximateLocation = Static<typeof ApproximateLocation>;

export const SearchContextSize = named('SearchContextSize', oneOf(['low', 'medium', 'high']));
export type SearchContextSize = Static<typeof SearchContextSize>;

export const SearchContentType = named('SearchContentType', oneOf(['text', 'image']));
export type SearchContentType = Static<typeof SearchContentType>;

export const WebSearchPreviewTool = named(
  'WebSearchPreviewTool',
  Type.Object({
    type: oneOf(['web_search_preview', 'web_search_preview_2025_03_11'], { default: 'web_search_preview' }),
    user_location: Type.Optional(nullable(ref(ApproximateLocation))),
    search_context_size: Type.Optional(ref(SearchContextSize)),
    search_content_types: Type.Optional(Type.Array(ref(SearchContentType))),
  }),
);
export type WebSearchPreviewTool = Static<typeof WebSearchPreviewTool>;
