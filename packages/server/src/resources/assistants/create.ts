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
  // Stores of assistants do not expire; only those of threads do.
  const { toolResources, stores } = await toNewToolResources(services, scope, resources, { expiresAfterDays: null });
  const fields = { ...DEFAULT_FIELDS, model: body.model, ...given, toolResources };
  const record = { ...fields, id: ids('asst_'), createdAt: clock.now() };
  await scope.transaction(async (tx) => {
    for (const store of stores) await keepStore(tx, store, record.createdAt);
    await tx.assistants.create(record);
  });
  return toAssistant({ ...record, projectId: principal.projectId });
});
