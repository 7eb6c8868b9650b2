import { type ItemResource, responses } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { toPage } from '../../to-page.ts';
import { findResponse } from '../find-response.ts';
import { selectIncluded } from '../include.ts';

export default implement(responses.inputItems.list, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { include, ...page } = query;
  const { id } = await findResponse(scope, params.response_id);
  const listed = await scope.responseItems.listInput(id, page);
  return toPage(listed, ({ data }) => selectIncluded(data, include) as unknown as ItemResource);
});
