/** Input items of a response: `responses.inputItems.*`. */
import Type, { type Static } from 'typebox';
import { beforeParam, page, pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { ItemResource } from './items.ts';
import { includeQuery } from './options.ts';

export const ResponseItemList = page('ResponseItemList', ItemResource);
export type ResponseItemList = Static<typeof ResponseItemList>;

export const list = operation({
  id: 'responses.inputItems.list',
  method: 'GET',
  path: '/responses/{response_id}/input_items',
  summary: 'Lists the input items of a stored response.',
  authority: 'project',
  params: Type.Object({ response_id: Type.String({ description: 'Id of the response.' }) }),
  query: pageQuery({ limit: 20, max: 100 }, { before: beforeParam, include: includeQuery }),
  response: ResponseItemList,
});
