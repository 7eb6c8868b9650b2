import { assistants } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { keepStore } from '../vector-stores/keep-store.ts';
import { toAssistant } from './to-assistant.ts';
import { DEFAULT_FIELDS, toFields } from './to-fields.ts';
import { toNewToolResources } from './tool-resources.ts';

export default implement(assistants.create, (services) => async ({ body }, { principal }) => {
  const { clock, ids, repositories } = services;
  const scope = repositories.forProject(principal.projectId);
  const { tool_resources: resources = null, ...rest } = body;
  const given = await toFields(services, scope, rest);
  // They are the assistant's for as long as somebody wants: only those of threads expire by themselves.
  const { toolResources, stores } = await toNewToolResources(services, scope, resources, { expiresAfterDays: null });
  const fields = { ...DEFAULT_FIELDS, model: body.model, ...given, toolResources };
  const record = { ...fields, id: ids('asst_'), createdAt: clock.now() };
  await scope.transaction(async (inside) => {
    for (const store of stores) await keepStore(inside, store, record.createdAt);
    await inside.assistants.create(record);
  });
  return toAssistant({ ...record, projectId: principal.projectId });
});
