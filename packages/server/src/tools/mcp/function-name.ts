/** Names of the tools of MCP servers as functions. Pure. */
import { createHash } from 'node:crypto';

const MAX_NAME_CHARS = 64;
const HASH_CHARS = 8;
const SEPARATOR = '__';
/** A label or a tool whose name needs no hash: two of them never have the same name with the separator. */
const PLAIN = /^[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*$/;

/** Different tools have different names, which depend on nothing else. */
export function toFunctionName(label: string, tool: string): string {
  const plain = `${label}${SEPARATOR}${tool}`;
  if (PLAIN.test(label) && PLAIN.test(tool) && plain.length <= MAX_NAME_CHARS) return plain;
  const hash = createHash('sha256')
    .update(JSON.stringify([label, tool]))
    .digest('hex')
    .slice(0, HASH_CHARS);
  const head = plain.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, MAX_NAME_CHARS - HASH_CHARS - SEPARATOR.length);
  return `${head}${SEPARATOR}${hash}`;
}
