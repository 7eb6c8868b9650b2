import { assistants } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toAssistant } from './to-assistant.ts';
import { DEFAULT_FIELDS, toFields } from './to-fields.ts';

export default implement(assistants.create, (services) => async ({ body }, { principal }) => {
  const { clock, ids, repositories } = services;
  const scope = repositories.forProject(principal.projectId);
  const given = await toFields(services, scope, body);
  const record = { ...DEFAULT_FIELDS, model: body.model, ...given, id: ids('asst_'), createdAt: clock.now() };
  await scope.assistants.create(record);
  return toAssistant({ ...record, projectId: principal.projectId });
});
