import { assistants } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { toAssistant } from './to-assistant.ts';
import { toFields } from './to-fields.ts';

export default implement(assistants.update, (services) => async ({ params, body }, { principal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  const record = await scope.assistants.update(params.assistant_id, await toFields(services, scope, body));
  if (record === undefined) throw errors.objectNotFound('Assistant', params.assistant_id);
  return toAssistant(record);
});
