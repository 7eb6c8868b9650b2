/**
 * Connections to PostgreSQL. Invariants: 64-bit integers are returned as numbers (times and counts are far below 2^53);
 * connecting fails after CONNECT_TIMEOUT_MS; no error contains the password of the URL.
 */
import pg from 'pg';

const CONNECT_TIMEOUT_MS = 5000;
const POOL_CONNECTIONS = 10;
const IDLE_MS = 30_000;
const INT8 = 20;
const NUMERIC = 1700;

function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'selfsame',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig,
  };
}

/** Creates a client that is not yet connected. */
export function createClient(url: string): pg.Client {
  return new pg.Client(connectionOptions(url));
}

export function createPool(url: string): pg.Pool {
  const pool = new pg.Pool({ ...connectionOptions(url), max: POOL_CONNECTIONS, idleTimeoutMillis: IDLE_MS });
  // A broken connection rejects its running query. Without listeners its error event would also end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The URL without user and password, for messages. */
export function withoutCredentials(url: string): string {
  // pg parses every form of URL. This client does not connect.
  const { host, port, database } = new pg.Client({ connectionString: url });
  return `postgres://${host}:${port}/${database ?? ''}`;
}
