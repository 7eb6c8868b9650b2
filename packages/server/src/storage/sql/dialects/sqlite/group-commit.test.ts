import { readFileSync } from 'node:fs';
import { CompiledQuery } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../lib/clock.ts';
import { createIdSource } from '../../../../lib/ids.ts';
import type { SqlDatabase, Writer } from '../../sql-database.ts';
import { openSqliteFixture, type SqliteFixture } from '../../testing/sqlite-fixture.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

let fixture: SqliteFixture;
let database: SqlDatabase;

beforeEach(async () => {
  fixture = await openSqliteFixture(systemClock, createIdSource(systemClock));
  database = await openSqliteDatabase(fixture.path);
});

afterEach(async () => {
  await database.close();
  await fixture.dispose();
});

/** Counts commits in the write-ahead log: the last frame of a transaction has the size of the file. */
function commits(): number {
  const log = readFileSync(`${fixture.path}-wal`);
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  let count = 0;
  for (let at = HEADER_BYTES; at + frameBytes <= log.byteLength; at += frameBytes) {
    if (log.readUInt32BE(at + 4) !== 0) count += 1;
  }
  return count;
}

const insert = (id: string, name = id) =>
  database.write((writer) => writer.insertInto('organizations').values({ id, name, created_at: 1 }).execute());

/** Fails as SQLite does when the disk is full. */
async function rollback(writer: Writer): Promise<never> {
  await writer.executeQuery(CompiledQuery.raw('rollback'));
  throw new Error('the disk is full');
}

const names = async () =>
  (await database.reader.selectFrom('organizations').select('id').execute()).map(({ id }) => id);

describe('writes that wait together', () => {
  it('commits waiting writes together, and resolves each when it is committed', async () => {
    const before = commits();
    const seen = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        await insert(`org-${i}`);
        return (await names()).includes(`org-${i}`);
      }),
    );
    expect(seen).not.toContain(false);
    expect(commits() - before).toBeLessThan(10);
  });

  it('rolls back a failing write of a group alone', async () => {
    const broken = database.write(async (writer) => {
      await writer.insertInto('organizations').values({ id: 'org-half', name: 'x', created_at: 1 }).execute();
      throw new Error('no more');
    });
    const settled = await Promise.allSettled([insert('org-a'), broken, insert('org-a'), insert('org-b')]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { message: 'no more' } });
    expect((await names()).filter((id) => id.startsWith('org-')).toSorted()).toEqual(
      expect.arrayContaining(['org-a', 'org-b']),
    );
    expect(await names()).not.toContain('org-half');
  });

  it('fails all writes of a group when its transaction ends', async () => {
    const first = insert('org-a');
    const ending = database.write((writer) => rollback(writer));
    const settled = await Promise.allSettled([first, ending, insert('org-b')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(await names()).not.toContain('org-a');
    expect(await names()).toContain('org-b');
  });
});
