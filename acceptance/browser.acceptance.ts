/** Access of web pages in a real browser to a local server without a key. Skipped without Chromium. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer } from './server.ts';

const CHROMIUM = [process.env['SELFSAME_TEST_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
if (CHROMIUM === undefined)
  console.warn('SKIPPED browser: Chromium is not installed (SELFSAME_TEST_CHROMIUM names one)');

const PAGE_SCRIPT = new URL('browser/page.js', import.meta.url);
/** A host name that resolves to loopback, as an attacker's may. */
const FOREIGN = 'foreign.test';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--no-first-run',
  `--host-resolver-rules=MAP ${FOREIGN} 127.0.0.1`,
];

describe.skipIf(CHROMIUM === undefined)('a web page in Chromium', () => {
  let pages: Server;
  let browser: Browser;
  /** Of the page server. */
  let port: number;
  const servers: ServerProcess[] = [];

  beforeAll(async () => {
    const script = await readFile(PAGE_SCRIPT, 'utf8');
    pages = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(`<!doctype html><body><script>${script}</script></body>`);
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    port = (pages.address() as AddressInfo).port;
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', headless: true, args: FLAGS });
  });

  afterAll(async () => {
    await browser?.close();
    pages?.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function start(settings: Record<`SELFSAME_${string}`, string> = {}): Promise<ServerProcess> {
    const server = await startServer({ settings: { SELFSAME_SCRIPTED: 'true', ...settings } });
    servers.push(server);
    return server;
  }

  async function open(url: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(url);
    return page;
  }

  it('a page of another origin can neither write nor read', async () => {
    const server = await start();
    const page = await open(`http://${FOREIGN}:${port}/`);
    expect(await run(page, 'attack', server.baseURL)).toEqual({
      upload: 'opaque',
      thread: 'opaque',
      beacon: 'sent',
      form: 'sent',
      json: 'TypeError',
      read: 'TypeError',
      image: 'error',
      script: 'error',
      socket: 'error',
      frame: 'sent',
    });
    expect(await contents(server)).toEqual({ files: 0, stores: 0, completions: 0 });
    expect(server.stdout()).not.toMatch(/"method":"POST"[^\n]*"status":200/);
  });

  it('a page that reaches the server under a rebound host name is refused', async () => {
    const server = await start();
    const { port: own } = new URL(server.url);
    const page = await browser.newPage();
    const answer = await page.goto(`http://${FOREIGN}:${own}/v1/models`);
    expect([answer?.status(), await answer?.text()]).toEqual([403, expect.stringContaining('host_not_allowed')]);
    await page.addScriptTag({ content: await readFile(PAGE_SCRIPT, 'utf8') });
    expect(await run(page, 'readAndWrite', `http://${FOREIGN}:${own}/v1`)).toEqual({ models: 403, upload: 403 });
  });

  it('a page of an allowed origin reads and writes', async () => {
    const server = await start({ SELFSAME_CORS_ORIGINS: `http://${FOREIGN}:${port}` });
    const page = await open(`http://${FOREIGN}:${port}/`);
    expect(await run(page, 'readAndWrite', server.baseURL)).toEqual({ models: 200, upload: 200 });
    expect(await run(page, 'chat', server.baseURL)).toBe('hello page');
    expect((await contents(server)).files).toBe(1);
  });

  it('a page of another local port is served by default, and refused if a list omits its origin', async () => {
    const byDefault = await start();
    const page = await open(`http://127.0.0.1:${port}/`);
    expect(await run(page, 'readAndWrite', byDefault.baseURL)).toEqual({ models: 200, upload: 200 });
    const closed = await start({ SELFSAME_CORS_ORIGINS: 'https://app.example' });
    const refused = await run(page, 'attack', closed.baseURL);
    expect(refused).toMatchObject({ json: 'TypeError', read: 'TypeError', image: 'error', script: 'error' });
    expect(await contents(closed)).toEqual({ files: 0, stores: 0, completions: 0 });
  });
});

/** Calls a function of `browser/page.js` in the page. */
function run(page: Page, name: 'attack' | 'readAndWrite' | 'chat', baseURL: string): Promise<unknown> {
  return page.evaluate(`${name}(${JSON.stringify(baseURL)})`);
}

async function contents(server: ServerProcess): Promise<{ files: number; stores: number; completions: number }> {
  const count = async (path: string) => {
    const answer = await fetch(`${server.baseURL}/${path}`);
    return ((await answer.json()) as { data: unknown[] }).data.length;
  };
  return {
    files: await count('files'),
    stores: await count('vector_stores'),
    completions: await count('chat/completions'),
  };
}
