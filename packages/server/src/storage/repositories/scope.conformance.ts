/** The part of the conformance suite that proves the scope: no method of `forProject` shows anything of another project. */
import { expect, it } from 'vitest';
import type { ApiKeyRecord } from './records.ts';
import type { Cases } from './repositories.conformance.ts';

/** A page larger than the case fills. */
const ALL = { limit: 1000 };

import type { ProjectRepositories } from './repositories.ts';

/** What a project sees, method by method. The type makes a new method fail to compile until it has a line here. */
type Views = {
  [Room in keyof ProjectRepositories]: {
    [Method in keyof ProjectRepositories[Room]]: (scope: ProjectRepositories, ownId: string) => Promise<unknown[]>;
  };
};

const orNone = (record: unknown) => (record === undefined ? [] : [record]);

const VIEWS: Views = {
  project: { retrieve: async (scope) => orNone(await scope.project.retrieve()) },
  apiKeys: {
    retrieve: async (scope, id) => orNone(await scope.apiKeys.retrieve(id)),
    list: (scope) => scope.apiKeys.list(ALL),
  },
  usageEvents: { list: (scope) => scope.usageEvents.list(ALL) },
};

export function describeScope({ fixture, installation, createKey, createProject, usageEvent }: Cases): void {
  it('shows a project what is its own and nothing of another, in every method of forProject', async () => {
    const mine = (await installation()).projectId;
    const other = await createProject();
    const { organizationId, id: projectId } = other;
    const myKey = await createKey();
    const otherKey = await createKey({ projectId });
    const myEvent = await usageEvent({ apiKeyId: myKey.id });
    const otherEvent = await usageEvent({ organizationId, projectId, apiKeyId: otherKey.id });
    await fixture().repositories.system().usageEvents.insertMany([myEvent, otherEvent]);

    const myScope = fixture().repositories.forProject(mine);
    const otherScope = fixture().repositories.forProject(projectId);
    const strange = fixture().repositories.forProject('proj_none');
    for (const [room, methods] of Object.entries(VIEWS)) {
      for (const [method, view] of Object.entries(methods)) {
        const label = `${room}.${method}`;
        expect(JSON.stringify(await view(myScope, myKey.id)), label).toContain(mine);
        expect(JSON.stringify(await view(myScope, otherKey.id)), label).not.toContain(projectId);
        expect(JSON.stringify(await view(otherScope, otherKey.id)), label).toContain(projectId);
        expect(JSON.stringify(await view(otherScope, myKey.id)), label).not.toContain(mine);
        expect(await view(strange, myKey.id), label).toEqual([]);
      }
    }
  });

  it('has no room or method of forProject that the case above leaves out', async () => {
    const scope: object = fixture().repositories.forProject((await installation()).projectId);
    const names = (rooms: object) =>
      Object.entries(rooms).flatMap(([room, methods]) => Object.keys(methods).map((method) => `${room}.${method}`));
    expect(names(scope).toSorted()).toEqual(names(VIEWS).toSorted());
  });

  it('pages through a project in order of creation without losing or repeating any', async () => {
    const { projectId } = await installation();
    const keys = [];
    for (let i = 0; i < 7; i += 1) keys.push(await createKey());
    const seen: ApiKeyRecord[] = [];
    for (let after: string | undefined; ; after = seen.at(-1)?.id) {
      const page = await fixture().repositories.forProject(projectId).apiKeys.list({ after, limit: 3 });
      if (page.length === 0) break;
      seen.push(...page);
    }
    expect(seen).toEqual(keys);
  });
}
