/** The options of file search in a request → those of the search. Pure. */
import type { FileSearchTool } from '@selfsame/contract';
import { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { Weights } from '../../retrieval/search.ts';
import type { AttributeFilter } from '../../storage/repositories/vector-stores.ts';
import { toAttributeFilter } from '../vector-stores/to-attribute-filter.ts';

export interface SearchOptions {
  filter?: AttributeFilter;
  weights?: Weights;
}

/** The parts of the tool that the options follow from. */
export type SearchTool = Pick<FileSearchTool, 'filters' | 'ranking_options'>;

/** @param param the tool, e.g. `tools[0]`. @throws ApiError naming the option that has no meaning. */
export function toSearchOptions({ filters, ranking_options: ranking }: SearchTool, param: string): SearchOptions {
  const hybrid = ranking?.hybrid_search;
  return {
    ...(filters == null ? {} : { filter: toFilter(filters, param) }),
    ...(hybrid === undefined ? {} : { weights: toWeights(hybrid, `${param}.ranking_options.hybrid_search`) }),
  };
}

function toFilter(filters: NonNullable<SearchTool['filters']>, param: string): AttributeFilter {
  try {
    return toAttributeFilter(filters);
  } catch (error) {
    if (error instanceof ApiError && error.param !== null) throw error.withParam(`${param}.${error.param}`);
    throw error;
  }
}

type Hybrid = NonNullable<NonNullable<SearchTool['ranking_options']>['hybrid_search']>;

function toWeights({ embedding_weight: meaning, text_weight: words }: Hybrid, param: string): Weights {
  if (meaning >= 0 && words >= 0 && meaning + words > 0) return { meaning, words };
  throw errors.invalidValue(param, `'${param}' needs weights of at least 0, one of them above 0.`);
}
