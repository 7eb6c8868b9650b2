import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../../lib/clock.ts';
import { createIdSource } from '../../../../lib/ids.ts';
import { openSqliteFixture, type SqliteFixture } from '../../testing/sqlite-fixture.ts';
import { createLongReads, type LongReads } from './long-reads.ts';

let fixture: SqliteFixture;
let reads: LongReads;

beforeEach(async () => {
  fixture = await openSqliteFixture(systemClock, createIdSource(systemClock));
  reads = createLongReads(fixture.path);
});

afterEach(async () => {
  await reads.close();
  await fixture.dispose();
});

const COUNT =
  'with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select count(*) as rows from n';

it('a long read sees committed data and passes bytes as bytes', async () => {
  const organization = { id: 'org-long', name: 'seen', createdAt: 1 };
  await fixture.repositories.system().organizations.create(organization);
  const query = {
    sql: 'select name, length(?) as bytes from organizations where id = ?',
    parameters: [Buffer.alloc(12), 'org-long'],
  };
  expect(await reads.read(query)).toEqual([{ name: 'seen', bytes: 12 }]);
  const [vector] = await reads.read<{ distance: number }>({
    sql: 'select vec_distance_cosine(?, ?) as distance',
    parameters: [Buffer.from(Float32Array.of(1, 0).buffer), Buffer.from(Float32Array.of(0, 1).buffer)],
  });
  expect(vector?.distance).toBeCloseTo(1, 6);
});

it('a long read does not block the event loop, and each caller gets the rows of its query', async () => {
  await reads.read({ sql: COUNT, parameters: [1] });
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const answers = await Promise.all([3_000_000, 2].map((rows) => reads.read({ sql: COUNT, parameters: [rows] })));
  clearInterval(timer);
  expect(answers).toEqual([[{ rows: 3_000_000 }], [{ rows: 2 }]]);
  expect(turns).toBeGreaterThan(20);
});

it('a long read rejects wrong SQL and writes, and is rejected when the database is closed', async () => {
  await expect(reads.read({ sql: 'select absent', parameters: [] })).rejects.toThrow(/no such column/);
  await expect(reads.read({ sql: 'delete from organizations', parameters: [] })).rejects.toThrow();
  const late = expect(reads.read({ sql: COUNT, parameters: [2e6] })).rejects.toThrow(/closed/);
  await sleep(20);
  await reads.close();
  await late;
});
