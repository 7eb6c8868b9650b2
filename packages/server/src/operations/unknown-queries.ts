/**
 * Query parameters that the contract of an operation does not have. Clients send some to every path (`client_version`,
 * `api-version`): they are ignored and named in the response header. A near miss of a known name is a typing error and
 * is refused.
 */
import { errors } from '../errors/catalogue.ts';
import { nearestName } from '../lib/nearest.ts';

/**
 * Removes the unknown parameters from `query` and returns their names.
 * @throws ApiError `unknown_parameter` for a near miss of a known name.
 */
export function removeUnknownQueries(query: Record<string, unknown>, known: readonly string[]): string[] {
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  for (const name of unknown) {
    const nearest = nearestName(name.replace(/\[.*$/s, ''), known);
    if (nearest !== undefined) throw errors.unknownParameter(name, nearest);
    delete query[name];
  }
  return unknown;
}
