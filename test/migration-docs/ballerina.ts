/** Generates the tables of docs/migration/ballerina.md. */
import type { ClientConfig } from '@selfsame/client';
import { knownOperations } from '@selfsame/contract';
import { methodOf } from '../client-generate/names.ts';
import type { Tables } from '../tables.ts';
import { ballerinaFunctions } from './facts.ts';

/** Fields of `ConnectionConfig`, which are fields of our configuration under the same names. */
export const CONNECTION_FIELDS = [
  'auth',
  'httpVersion',
  'http1Settings',
  'http2Settings',
  'timeout',
  'forwarded',
  'followRedirects',
  'poolConfig',
  'cache',
  'compression',
  'circuitBreaker',
  'retryConfig',
  'cookieConfig',
  'responseLimits',
  'secureSocket',
  'proxy',
  'socketConfig',
  'validation',
  'laxDataBinding',
] as const satisfies readonly (keyof ClientConfig)[];

/** Path without the names of its parameters, which differ between versions. */
const shapeOf = (method: string, path: string) => `${method.toUpperCase()} /${path.replaceAll(/\{\w+\}/g, '{}')}`;

const byShape = new Map(knownOperations.map((each) => [shapeOf(each.method, each.path.slice(1)), each]));

/** @throws Error for a function without an operation. */
export function findOperationOf(resourceFunction: string): { id: string; path: string } {
  const [method = '', path = ''] = resourceFunction.split(' ');
  const found = byShape.get(shapeOf(method, path));
  if (found === undefined) throw new Error(`no operation has the path of '${resourceFunction}'`);
  return found;
}

export function ballerinaTables(): Tables {
  const tables = Object.entries(ballerinaFunctions).map(([module, functions]): [string, string[][]] => [
    `Module \`ballerinax/${module}\``,
    [['Ballerina', '`@selfsame/client`'], ...functions.map(toCells)],
  ]);
  return Object.fromEntries(tables);
}

function toCells(resourceFunction: string): string[] {
  const [method = '', path = ''] = resourceFunction.split(' ');
  const { id, path: ours } = findOperationOf(resourceFunction);
  const words = [...ours.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const others = words.slice(0, -1);
  const last = words.slice(-1);
  const input = [...last, ...(others.length === 0 ? [] : [`{ ${others.join(', ')} }`])].join(', ');
  return [`\`->/${path.replaceAll(/\{(\w+)\}/g, '[$1]')}.${method}\``, `\`client.${methodOf(id)}(${input})\``];
}
