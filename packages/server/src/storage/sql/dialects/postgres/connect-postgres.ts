/**
 * How this program connects to PostgreSQL. Invariants: whole numbers of 64 bits arrive as numbers (times and counts are far below 2^53);
 * a server that does not answer is given up within CONNECT_MS; no error shows the password of the URL.
 */
import pg from 'pg';

const CONNECT_MS = 5000;
const POOL_CONNECTIONS = 10;
const IDLE_MS = 30_000;
const INT8 = 20;
const NUMERIC = 1700;

function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'selfsame',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig,
  };
}

/** A connection of its own; not yet connected. */
export function createClient(url: string): pg.Client {
  return new pg.Client(connectionOptions(url));
}

export function createPool(url: string): pg.Pool {
  const pool = new pg.Pool({ ...connectionOptions(url), max: POOL_CONNECTIONS, idleTimeoutMillis: IDLE_MS });
  // Whoever uses a connection that breaks is told by its query; without listeners the connection's own word of it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The database without user and password, for messages. */
export function toPlace(url: string): string {
  // pg knows every form of URL; nothing connects yet.
  const { host, port, database } = new pg.Client({ connectionString: url });
  return `postgres://${host}:${port}/${database ?? ''}`;
}
