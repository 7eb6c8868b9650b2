/**
 * `forwarded`: what happens to the `Forwarded` and `X-Forwarded-*` headers that a gateway passes with a call.
 * `disable` removes them, `enable` carries them on, `transition` converts `X-Forwarded-*` to `Forwarded` (RFC 7239).
 */
import type { HeaderFields, Transport } from '../core/transport.ts';
import type { ForwardedMode } from './connection-options.ts';

const PREFIX = 'x-forwarded-';

export function handleForwarded(send: Transport, mode: ForwardedMode): Transport {
  if (mode === 'enable') return send;
  return (request) => send({ ...request, headers: convert(request.headers, mode) });
}

function convert(headers: HeaderFields, mode: ForwardedMode): HeaderFields {
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'forwarded' && !name.startsWith(PREFIX)),
  );
  if (mode === 'disable') return kept;
  const forwarded = [...listOf(headers['forwarded']), ...fromLegacy(headers)];
  return forwarded.length === 0 ? kept : { ...kept, forwarded: forwarded.join(', ') };
}

/** One element per hop; host and protocol belong to the first hop, the one next to the client. */
function fromLegacy(headers: HeaderFields): string[] {
  const clients = listOf(headers[`${PREFIX}for`]);
  const [by] = listOf(headers[`${PREFIX}by`]);
  const [host] = listOf(headers[`${PREFIX}host`]);
  const [proto] = listOf(headers[`${PREFIX}proto`]);
  const hops = Math.max(clients.length, by === undefined && host === undefined && proto === undefined ? 0 : 1);
  return Array.from({ length: hops }, (_, hop) => {
    const rest = hop === 0 ? { by, host, proto } : {};
    return Object.entries({ for: clients[hop], ...rest })
      .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quote(name, value)}`]))
      .join(';');
  });
}

function listOf(value: string | string[] | undefined): string[] {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** IPv6 addresses need brackets; everything that is not a token needs quotes. */
function quote(name: string, value: string): string {
  const isBareIpv6 = (name === 'for' || name === 'by') && /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(value);
  const node = isBareIpv6 ? `[${value}]` : value;
  return /^[\w!#$%&'*+.^`|~-]+$/.test(node) ? node : `"${node.replaceAll(/["\\]/g, '\\$&')}"`;
}
