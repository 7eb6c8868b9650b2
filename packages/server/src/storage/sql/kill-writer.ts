/** For kill.test.ts: a process that writes in an endless loop and prints each id after its write is acknowledged. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openSqliteStorage } from './open-sqlite-storage.ts';

const STDOUT = 1;
const path = process.argv[2];
if (path === undefined) throw new Error('The argument with the path of the database file is missing.');

const ids = createIdSource(systemClock);
const repositories = await openSqliteStorage({ path, clock: systemClock, ids });
const system = repositories.system();
const { organizationId, projectId } = await system.installation.retrieve();

function acknowledge(written: readonly string[]): void {
  // Synchronous, so that the output has left the process before a kill.
  writeSync(STDOUT, `${written.join('\n')}\n`);
}

async function writeKey(): Promise<string> {
  const id = ids('key_');
  const createdAt = systemClock.now();
  const times = { createdAt, lastUsedAt: null, revokedAt: null };
  await system.apiKeys.create({ id, projectId, name: 'key', keyHash: id, redactedValue: 'sk-…', ...times });
  acknowledge([id]);
  return id;
}

async function writeEvents(apiKeyId: string): Promise<void> {
  const event = { organizationId, projectId, apiKeyId, operationId: 'chat.completions.create', modelId: null };
  const counts = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, requests: 1 };
  const times = { startedAt: systemClock.now(), durationMs: 1, status: 200 };
  const written = [ids('usage_'), ids('usage_'), ids('usage_')];
  await system.usageEvents.insertMany(written.map((id) => ({ id, ...event, ...counts, ...times })));
  acknowledge(written);
}

for (;;) await writeEvents(await writeKey());
