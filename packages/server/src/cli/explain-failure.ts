/** Explains common failures of a command in one sentence with advice. Pure. */

interface Failure {
  code?: unknown;
  syscall?: unknown;
  path?: unknown;
  message: string;
  cause?: unknown;
}

/** `location`: that of the database. Returns undefined for unexpected errors, which are bugs. */
export function explainFailure(error: unknown, location: string): string | undefined {
  let each: unknown = error;
  while (each instanceof Error) {
    const failure: Failure = each;
    const code = typeof failure.code === 'string' ? failure.code : '';
    const sentence = failure.syscall === 'listen' ? explainListen(code, failure) : explainCode(code, failure, location);
    if (sentence !== undefined) return sentence;
    each = failure.cause;
  }
  return undefined;
}

function explainListen(code: string, { message }: Failure): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `the port is taken (${message}). Choose another with --port, or stop what listens there.`;
    case 'EACCES':
      return `this user may not listen there (${message}). Ports below 1024 are for root: choose another with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this machine does not have that address (${message}). Choose another with --host.`;
    default:
      return undefined;
  }
}

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
const LOCKED = /^SQLITE_(BUSY|LOCKED)/;
const REFUSED = /^(EACCES|EPERM|EROFS|SQLITE_(CANTOPEN|PERM|READONLY|AUTH).*)$/;
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
/**
 * Classes of PostgreSQL: connection, authorisation, missing database, insufficient rights, resources, operator
 * intervention.
 */
const POSTGRES = /^(08|28|3D|42501|53|57)/;

function explainCode(code: string, { message, path }: Failure, location: string): string | undefined {
  const where = typeof path === 'string' ? path : location;
  if (DAMAGED.test(code)) {
    return `the database of ${location} is damaged (${message}). Stop every server that uses it; then fill an empty --data-dir with \`selfsame restore\` and your last backup, or move the file away to begin anew.`;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return `there is no space left on the disk of ${where} (${message}). Free some, or choose another folder with --data-dir.`;
  }
  if (LOCKED.test(code)) {
    return `another process holds the database of ${location} (${message}). Try again, or stop that process.`;
  }
  if (REFUSED.test(code)) {
    return `${where} cannot be opened for reading and writing (${message}). Look at its owner and permissions, or choose another folder with --data-dir.`;
  }
  if (code.startsWith('SQLITE_')) {
    return `the database of ${location} cannot be used (${message}). \`selfsame doctor\` looks at it; another folder is chosen with --data-dir.`;
  }
  if (code === 'ENOTDIR' || code === 'EEXIST' || code === 'EISDIR' || code === 'ENOENT' || code === 'ELOOP') {
    return `${where} cannot be used (${message}). Check the path.`;
  }
  if (code === 'EMFILE' || code === 'ENFILE')
    return `too many files are open (${message}). Raise the limit (\`ulimit -n\`).`;
  if (UNREACHABLE.test(code)) return `${location} cannot be reached (${message}). Check that it runs, and its address.`;
  if (POSTGRES.test(code)) return `${location} refuses (${message}). Check SELFSAME_DATABASE_URL.`;
  return undefined;
}
