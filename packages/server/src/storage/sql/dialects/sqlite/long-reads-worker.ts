/** The worker thread behind long-reads.ts. */
import { workerData } from 'node:worker_threads';
import { Kysely, SqliteDialect } from 'kysely';
import { serveTasks } from '../../../../lib/serve-tasks.ts';
import type { Schema } from '../../schema.ts';
import { searchWords } from '../../search/bm25.ts';
import { connectSqlite } from './connect-sqlite.ts';
import type { ReadAnswer, ReadTask } from './long-reads.ts';
import { SQLITE_FACTS } from './sqlite-facts.ts';
import { loadVectorFunctions } from './sqlite-vectors.ts';

const connection = await connectSqlite(String(workerData), { readonly: true });
loadVectorFunctions(connection);
const reader = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });

/** `postMessage` turns a Buffer into a plain Uint8Array. */
const toParameter = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value) : value);

async function read(task: ReadTask): Promise<unknown[]> {
  if ('words' in task) return searchWords({ reader, facts: SQLITE_FACTS }, task.projectId, task.words);
  return connection.prepare(task.sql).all(...task.parameters.map(toParameter));
}

serveTasks(
  (task: ReadTask): Promise<ReadAnswer> =>
    read(task).then(
      (rows) => ({ rows }),
      (error: unknown) => ({ error }),
    ),
);
