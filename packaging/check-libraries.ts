/**
 * Installs the packed libraries into an empty folder, and tests them: `node packaging/check-libraries.ts`. Needs
 * npm and a package registry. Type-checks a program that uses each package, declarations of libraries included, and runs
 * it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

const PROGRAM = `
import { createServer } from 'node:http';
import { findOperation, type Model } from '@selfsame/contract';
import { createFetchTransport, NotFoundError, Selfsame, ValidationError } from '@selfsame/client';
import { Files } from '@selfsame/client/files';
import { operations } from '@selfsame/client/operations';
import { RefinedTypeError, Temperature } from '@selfsame/client/refined';
import { VectorStoresFileBatches } from '@selfsame/client/vector-stores/file-batches';
import { createApiConnection, createConnections, createMcpHttpHandler } from '@selfsame/mcp';

const server = createServer((request, response) => {
  const isKnown = request.url === '/v1/models/m' || request.url?.startsWith('/v1/files');
  const model: Model = { id: 'm', object: 'model', created: 1, owned_by: 'selfsame' };
  response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isKnown ? model : { error: { message: 'missing' } }));
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const address = server.address();
const url = 'http://127.0.0.1:' + (typeof address === 'object' ? address?.port : '') + '/v1';
const client = new Selfsame({ auth: { token: 'k' } }, url);
const model: Model = await client.models.retrieve('m');
// @ts-expect-error: a parameter is missing.
const wrong = () => client.vectorStores.fileBatches.cancel('b');
const missing = await client.models.retrieve('other').catch((error: unknown) => error instanceof NotFoundError);
const files = new Files({ auth: { token: 'k' }, transport: createFetchTransport() }, url);
const invalid = await files.retrieve('f').then(
  () => false,
  (error: unknown) => error instanceof ValidationError && error.param,
);
const known = operations['models.list']?.data.path === findOperation('models.list')?.path;
const temperature: Temperature = Temperature(0.5);
let refused = '';
try {
  Temperature(3);
} catch (error) {
  if (error instanceof RefinedTypeError) refused = error.field;
}
const types = [typeof wrong, typeof VectorStoresFileBatches];
const connections = createConnections(new Map([['default', createApiConnection({ baseUrl: url })]]));
const mcp = createMcpHttpHandler({ version: '1', connections, files: 'inline' });
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const listed = await mcp(new Request('http://localhost/mcp', { method: 'POST', headers }), list);
const tools = (await listed.text()).match(/"inputSchema"/g)?.length;
console.log(JSON.stringify([model.id, missing, invalid, known, ...types, temperature, refused, tools]));
await client.close();
server.close();
server.closeAllConnections();
`;

const folder = mkdtempSync(join(tmpdir(), 'selfsame-libraries-'));
try {
  const tarballs = execFileSync(process.execPath, [join(ROOT, 'packaging/pack-libraries.ts'), folder])
    .toString()
    .trim()
    .split('\n');
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  writeFileSync(join(folder, 'program.ts'), PROGRAM);
  const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}` };
  const options = { cwd: folder, env };
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...tarballs, ...tools], {
    ...options,
    stdio: 'inherit',
  });
  const strict = ['--strict', '--skipLibCheck', 'false', '--types', 'node', '--exactOptionalPropertyTypes'];
  const modules = ['--module', 'nodenext', '--target', 'es2024', '--noUncheckedIndexedAccess'];
  execFileSync(join(folder, 'node_modules/.bin/tsc'), [...strict, ...modules, 'program.ts'], {
    ...options,
    stdio: 'inherit',
  });
  const output = execFileSync(process.execPath, ['program.js'], options).toString().trim();
  const expected = ['m', true, 'object', true, 'function', 'function', 0.5, 'temperature', 23];
  assert.deepEqual(JSON.parse(output), expected);
  console.log('installed, type-checked with the declarations of libraries, and run:', output);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
