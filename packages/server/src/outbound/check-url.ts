/** URLs and addresses that the server may send requests to. Pure apart from the resolver. */
import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isPublicAddress } from './addresses.ts';
import { OutboundError } from './outbound-error.ts';

/** @throws the error of the DNS. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export const resolveName: Resolve = (host) => lookup(host, { all: true });

export interface HostRules {
  /** Hosts whose private addresses are allowed: names and IP addresses; `*` = every host. */
  privateHosts: readonly string[];
}

/** Without the brackets of IPv6 and the dot of a fully qualified name. */
function toHost(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isAllowedPrivate(host: string, { privateHosts }: HostRules): boolean {
  return privateHosts.some((each) => each === '*' || toHost(each) === toHost(host));
}

/** @throws OutboundError unless the URL is http(s), and its host no private address. Names are resolved later. */
export function checkUrl(url: URL, rules: HostRules): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new OutboundError('refused', `Only http and https URLs are fetched, not '${url.protocol}'.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError('refused', 'URLs with user information are not fetched.');
  }
  const host = toHost(url.hostname);
  if (isIP(host) !== 0 && !isPublicAddress(host) && !isAllowedPrivate(host, rules)) throw refuse(host, host);
}

function refuse(host: string, address: string): OutboundError {
  const what = host === address ? `The address ${address}` : `The address ${address} of '${host}'`;
  const how = `The operator can allow the host with the setting 'privateHosts'.`;
  return new OutboundError('refused', `${what} is not public. ${how}`);
}

/**
 * The resolver of connections: a socket connects to the addresses that it returns, so that what is checked is what is
 * used. Names that have no public address are refused.
 */
export function createLookup(rules: HostRules, resolve: Resolve): LookupFunction {
  const find = async (hostname: string, wanted: LookupOptions['family']): Promise<LookupAddress[]> => {
    const found = await resolve(hostname);
    const allowed = isAllowedPrivate(hostname, rules) ? found : found.filter(({ address }) => isPublicAddress(address));
    const family = FAMILIES[wanted ?? 0];
    const fitting = family === undefined ? allowed : allowed.filter((each) => each.family === family);
    if (fitting.length === 0) throw refuse(hostname, found[0]?.address ?? 'none');
    return [...fitting];
  };
  const findByCallback = callbackify(find);
  return (hostname, options, callback) =>
    findByCallback(hostname, options.family, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const [{ address, family } = { address: '' }] = addresses;
      if (options.all === true) callback(null, addresses);
      else callback(null, address, family);
    });
}

/** By the option of a resolver. Undefined: any. */
const FAMILIES: Readonly<Record<string | number, number | undefined>> = { 4: 4, 6: 6, IPv4: 4, IPv6: 6 };
