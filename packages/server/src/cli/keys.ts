/** `selfsame keys create|list|revoke`: works on the database directly, also while a server runs. */
import { findProject } from './projects.ts';
import { CommandError, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';
import { toMinute, withStorage } from './with-storage.ts';

/** `project`: id or name. Default: the default project. */
export async function createKey(flags: SettingFlags & { name: string; project?: string }): Promise<void> {
  await withStorage(flags, async (storage) => {
    const { apiKeys, owner } = storage;
    const projectId = flags.project === undefined ? owner.projectId : (await findProject(storage, flags.project)).id;
    const { secret, key } = await apiKeys.create({ projectId, name: flags.name });
    console.log(secret);
    console.error(
      `Key ${key.id} ("${key.name}") is made. It is shown this once; from now on every request needs a key.`,
    );
  });
}

export async function listKeys(flags: SettingFlags): Promise<void> {
  await withStorage(flags, async ({ apiKeys, projects }) => {
    const keys = await apiKeys.list();
    const names = new Map((await projects.list()).map(({ id, name }) => [id, name]));
    if (keys.length === 0) {
      console.log('No key exists: on this machine none is needed. `selfsame keys create` makes one.');
      return;
    }
    console.log(
      table(
        ['id', 'name', 'project', 'key', 'created', 'last used', 'state'],
        keys.map((key) => [
          key.id,
          key.name,
          names.get(key.projectId) ?? key.projectId,
          key.redactedValue,
          toMinute(key.createdAt),
          toMinute(key.lastUsedAt),
          key.revokedAt === null ? 'active' : `revoked ${toMinute(key.revokedAt)}`,
        ]),
      ),
    );
  });
}

export async function revokeKey(id: string, flags: SettingFlags): Promise<void> {
  await withStorage(flags, async ({ apiKeys }) => {
    const result = await apiKeys.revoke(id);
    switch (result.outcome) {
      case 'not_found':
        throw new CommandError(`no key has an id that begins with '${id}'. \`selfsame keys list\` shows them.`);
      case 'ambiguous':
        throw new CommandError(
          `several keys begin with '${id}': ${result.matches.map((key) => key.id).join(', ')}. Give more of the id.`,
        );
      case 'already_revoked':
        console.log(
          `Key ${result.key.id} ("${result.key.name}") was revoked before, on ${toMinute(result.key.revokedAt)}.`,
        );
        break;
      case 'revoked':
        console.log(`Key ${result.key.id} ("${result.key.name}") is revoked.`);
    }
  });
}
