/** For tests: a server that speaks the forms of all search engines, and serves the pages that it finds. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakePage {
  path: string;
  title: string;
  text: string;
}

export interface FakeRequest {
  path: string;
  headers: IncomingMessage['headers'];
  query: Readonly<Record<string, string>>;
  body: unknown;
}

export interface FakeEngine {
  url: string;
  /** Searches and page views so far. */
  requests: FakeRequest[];
  /** What the next searches do. Default `answer`. */
  mode: 'answer' | 'fail' | 'hang' | 'no-json';
  close(): Promise<void>;
}

const SEARCHES = new Set(['/search', '/res/v1/web/search']);

/** Every search finds all pages. */
export async function startFakeEngine(pages: readonly FakePage[]): Promise<FakeEngine> {
  const fake: FakeEngine = { url: '', requests: [], mode: 'answer', close: async () => undefined };
  const server = createServer((request, response) => {
    void answer(fake, pages, { request, response });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return fake;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

async function answer(fake: FakeEngine, pages: readonly FakePage[], { request, response }: Exchange): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', fake.url);
  const text = (await request.toArray()).map(String).join('');
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  fake.requests.push({ path: pathname, headers: request.headers, query: Object.fromEntries(searchParams), body });
  if (SEARCHES.has(pathname)) return search(fake, pages, { request, response });
  const page = pages.find(({ path }) => path === pathname);
  if (pathname === '/moved') response.writeHead(302, { location: 'http://localhost.invalid/' }).end();
  else if (page === undefined) response.writeHead(404).end();
  else {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<html><head><title>${page.title}</title></head><body><p>${page.text}</p></body></html>`);
  }
}

function search({ mode, url }: FakeEngine, pages: readonly FakePage[], { request, response }: Exchange): void {
  if (mode === 'hang') return;
  if (mode === 'fail') return void response.writeHead(500).end();
  if (mode === 'no-json') return void response.end('<html>');
  const found = pages.map(({ path, title, text }) => ({
    title,
    url: `${url}${path}`,
    content: text,
    description: text.replaceAll(/(\w+)/g, '<strong>$1</strong>'),
  }));
  const isBrave = request.url?.startsWith('/res/') === true;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(isBrave ? { web: { results: found } } : { query: 'q', results: found }));
}
