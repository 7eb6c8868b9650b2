/** The worker thread behind long-reads.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { Kysely, SqliteDialect } from 'kysely';
import type { Schema } from '../../schema.ts';
import { searchWords } from '../../search/bm25.ts';
import { connectSqlite } from './connect-sqlite.ts';
import type { ReadAnswer, ReadTask } from './long-reads.ts';
import { SQLITE_FACTS } from './sqlite-facts.ts';
import { loadVectorFunctions } from './sqlite-vectors.ts';

const connection = await connectSqlite(String(workerData), { readonly: true });
loadVectorFunctions(connection);
const reader = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });

/** A message turns a Buffer into a plain Uint8Array. */
const toParameter = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value) : value);

async function answer(task: ReadTask): Promise<ReadAnswer> {
  const { id } = task;
  try {
    if ('words' in task)
      return { id, rows: await searchWords({ reader, facts: SQLITE_FACTS }, task.projectId, task.words) };
    return { id, rows: connection.prepare(task.sql).all(...task.parameters.map(toParameter)) };
  } catch (error) {
    return { id, error };
  }
}

parentPort?.on('message', (task: ReadTask) => {
  void answer(task).then((answered) => parentPort?.postMessage(answered));
});
