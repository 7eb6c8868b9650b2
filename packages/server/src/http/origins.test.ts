import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createOriginTest, refusalOf } from './origins.ts';

const LOOPBACK = ['http://localhost:*', 'http://127.0.0.1:*'];
const host = '127.0.0.1:8642';

/** The sender, its headers, and the allowed origins if they are not the default. */
type Case = readonly [what: string, headers: IncomingHttpHeaders, allowed?: readonly string[]];

function codeOf(headers: IncomingHttpHeaders, allowed: readonly string[] = LOOPBACK): string | null | undefined {
  return refusalOf({ host, ...headers }, createOriginTest(allowed))?.code;
}

describe('refusalOf', () => {
  const REFUSED: readonly Case[] = [
    ['a page of another site', { origin: 'http://evil.example' }],
    ['a sandboxed frame or a file', { origin: 'null' }],
    ['an empty origin', { origin: '' }],
    ['two origins', { origin: 'http://localhost:3000, http://evil.example' }],
    ['an origin that begins like an allowed one', { origin: 'http://localhost.evil.example' }],
    ['an origin with credentials before a foreign host', { origin: 'http://localhost:3000@evil.example' }],
    ['an image of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a form of another site that hides its origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['a link of another site', { 'sec-fetch-site': 'cross-site', referer: 'http://localhost:3000/' }],
    ['a relation to the page that no standard names', { 'sec-fetch-site': 'none, cross-site' }],
    ['an image of another port', { 'sec-fetch-site': 'same-site', referer: 'http://127.0.0.1:3000/' }, []],
    ['an image of another port that hides which', { 'sec-fetch-site': 'same-site' }],
    ['a page of another port', { origin: 'http://127.0.0.1:3000' }, ['http://127.0.0.1:4000']],
    ['a WebSocket of another site', { origin: 'https://evil.example', upgrade: 'websocket', connection: 'Upgrade' }],
  ];
  for (const [what, headers, allowed] of REFUSED) {
    it(`refuses a request of ${what}`, () => {
      expect(codeOf(headers, allowed)).toBe('origin_not_allowed');
    });
  }

  it.each(['evil.example', 'evil.example:8642', 'localhost.evil.example', '', '127.0.0.1.evil.example'])(
    'refuses the rebound name %j for any allowed origin',
    (name) => {
      expect(codeOf({ host: name })).toBe('host_not_allowed');
      expect(codeOf({ host: name, origin: `http://${name}` }, ['*'])).toBe('host_not_allowed');
    },
  );

  const SERVED: readonly Case[] = [
    ['a program', {}],
    ['a program that names a page', { referer: 'https://app.example/' }],
    ['a page that the server itself serves', { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, []],
    ['an image in a page that the server itself serves', { 'sec-fetch-site': 'same-origin' }, []],
    ['an address that the user typed', { 'sec-fetch-site': 'none' }],
    ['a page of an allowed port', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
    [
      'a page of an allowed site',
      { origin: 'https://a.example', 'sec-fetch-site': 'cross-site' },
      ['https://a.example'],
    ],
    ['an image of an allowed port', { 'sec-fetch-site': 'same-site', referer: 'http://127.0.0.1:3000/' }],
    ['an extension that is allowed', { origin: 'chrome-extension://abc' }, ['chrome-extension://abc']],
    ['an allowed null', { origin: 'null' }, ['null']],
    ['everything where every origin is allowed', { 'sec-fetch-site': 'cross-site' }, ['*']],
  ];
  for (const [what, headers, allowed] of SERVED) {
    it(`serves ${what}`, () => {
      expect(codeOf(headers, allowed)).toBeUndefined();
    });
  }

  it.each(['localhost', 'LOCALHOST:8642', 'selfsame.localhost', '[::1]:8642', '127.1.2.3'])(
    'serves the host %s',
    (name) => {
      expect(codeOf({ host: name })).toBeUndefined();
    },
  );
});
