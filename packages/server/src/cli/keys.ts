/** `selfsame keys create|list|revoke`: works on the database directly, also while a server runs. */
import { openStorage } from '../start/storage.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

type Storage = Awaited<ReturnType<typeof openStorage>>;

async function withStorage(flags: SettingFlags, use: (storage: Storage) => Promise<void>): Promise<void> {
  const storage = await openStorage(readConfig(flags).config);
  try {
    await use(storage);
  } finally {
    await storage.apiKeys.flush();
    await storage.repositories.close();
  }
}

export async function createKey(flags: SettingFlags & { name: string }): Promise<void> {
  await withStorage(flags, async ({ apiKeys, owner }) => {
    const { secret, key } = await apiKeys.create({ projectId: owner.projectId, name: flags.name });
    console.log(secret);
    console.error(
      `Key ${key.id} ("${key.name}") is made. It is shown this once; from now on every request needs a key.`,
    );
  });
}

export async function listKeys(flags: SettingFlags): Promise<void> {
  await withStorage(flags, async ({ apiKeys }) => {
    const keys = await apiKeys.list();
    if (keys.length === 0) {
      console.log('No key exists: on this machine none is needed. `selfsame keys create` makes one.');
      return;
    }
    console.log(
      table(
        ['id', 'name', 'key', 'created', 'last used', 'state'],
        keys.map((key) => [
          key.id,
          key.name,
          key.redactedValue,
          day(key.createdAt),
          day(key.lastUsedAt),
          key.revokedAt === null ? 'active' : `revoked ${day(key.revokedAt)}`,
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
        console.log(`Key ${result.key.id} ("${result.key.name}") was revoked before, on ${day(result.key.revokedAt)}.`);
        break;
      case 'revoked':
        console.log(`Key ${result.key.id} ("${result.key.name}") is revoked.`);
    }
  });
}

function day(at: number | null): string {
  return at === null ? 'never' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
