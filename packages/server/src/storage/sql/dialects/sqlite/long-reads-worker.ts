/** The worker thread behind long-reads.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { connectSqlite } from './connect-sqlite.ts';
import type { ReadAnswer, ReadTask } from './long-reads.ts';
import { loadVectorFunctions } from './sqlite-vectors.ts';

const connection = await connectSqlite(String(workerData), { readonly: true });
loadVectorFunctions(connection);

/** Bytes lose their class on the way. */
const toParameter = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value) : value);

function answer({ id, sql, parameters }: ReadTask): ReadAnswer {
  try {
    return { id, rows: connection.prepare(sql).all(...parameters.map(toParameter)) };
  } catch (error) {
    return { id, error };
  }
}

parentPort?.on('message', (task: ReadTask) => parentPort?.postMessage(answer(task)));
