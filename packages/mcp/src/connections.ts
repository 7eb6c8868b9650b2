/**
 * The servers that tools call. A connection names a server and the key for it.
 * Invariant: keys appear in no result and no log (`redact`).
 */
import type { Connection } from './connection.ts';

/** Argument of every tool that names the connection to use; listed if there are several. */
export const CONNECTION_ARGUMENT = 'pcid';

export interface ConnectionSettings {
  /** Base URL of the API; ends in `/v1`. */
  baseUrl: string;
  apiKey?: string;
  /** For the tools of the organization. */
  adminKey?: string;
  organization?: string;
  project?: string;
}

export interface Connections {
  /** Names of all connections, the default first. */
  readonly names: readonly string[];
  /** @throws UnknownConnectionError if there is no connection of this name. */
  find(name: string | undefined): Connection;
}

export class UnknownConnectionError extends Error {
  constructor(name: string, names: readonly string[]) {
    super(`There is no connection '${name}'. The connections are: ${names.join(', ')}.`);
  }
}

/** The first connection is the default. @throws Error if there is none. */
export function createConnections(named: ReadonlyMap<string, Connection>): Connections {
  const names = [...named.keys()];
  const [first] = named.values();
  if (first === undefined) throw new Error('No connection is configured.');
  return {
    names,
    find: (name) => {
      if (name === undefined) return first;
      const found = named.get(name);
      if (found === undefined) throw new UnknownConnectionError(name, names);
      return found;
    },
  };
}

const FIELDS: readonly string[] = ['baseUrl', 'apiKey', 'adminKey', 'organization', 'project'];

/**
 * Reads the JSON object of a connections file: settings by name.
 * @throws Error that names the connection and the field.
 */
export function parseConnections(text: string): Map<string, ConnectionSettings> {
  const parsed: unknown = JSON.parse(text);
  if (!isObject(parsed)) throw new Error('The connections are an object: settings by name.');
  return new Map(Object.entries(parsed).map(([name, settings]) => [name, checkSettings(name, settings)]));
}

function checkSettings(name: string, settings: unknown): ConnectionSettings {
  if (!isObject(settings)) throw new Error(`Connection '${name}' is not an object.`);
  for (const [field, value] of Object.entries(settings)) {
    if (!FIELDS.includes(field)) throw new Error(`Connection '${name}': unknown field '${field}'.`);
    if (typeof value !== 'string') throw new Error(`Connection '${name}': '${field}' is not a string.`);
  }
  const { baseUrl, ...rest } = settings as unknown as Partial<ConnectionSettings>;
  if (baseUrl === undefined || !URL.canParse(baseUrl)) throw new Error(`Connection '${name}': 'baseUrl' is not a URL.`);
  return { baseUrl, ...rest };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Shorter keys occur in ordinary text, so that replacing them would damage results. */
const MIN_SECRET_LENGTH = 6;

/** Replaces every occurrence of a secret in the strings of a JSON value. */
export function redact<T>(value: T, secrets: readonly string[]): T {
  const long = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  const visit = (node: unknown): unknown => {
    if (typeof node === 'string') return long.reduce((text, secret) => text.replaceAll(secret, '[key]'), node);
    if (Array.isArray(node)) return node.map(visit);
    if (!isObject(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([name, each]) => [visit(name), visit(each)]));
  };
  return long.length === 0 ? value : (visit(value) as T);
}
