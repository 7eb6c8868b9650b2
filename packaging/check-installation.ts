/**
 * Installs the packed program into an empty folder and tests it: `node packaging/check-installation.ts`. Needs npm and
 * a package registry. Checks the version, a TypeScript configuration file, and a chat with the built-in model,
 * and that `selfsame api` calls the server.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'selfsame-installation-'));
const tarball = execFileSync(process.execPath, [join(ROOT, 'packaging/pack.ts'), folder])
  .toString()
  .trim();
const { overrides } = JSON.parse(readFileSync(join(ROOT, 'packaging/overrides.json'), 'utf8')) as { overrides: object };
cpSync(join(ROOT, 'tools/empty-package'), join(folder, 'empty-package'), { recursive: true });
writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, overrides }));
writeFileSync(
  join(folder, 'selfsame.config.ts'),
  `import { defineConfig } from 'selfsame';\nexport default defineConfig({ port: 0, pull: false, dataDir: './data', threads: 1 });\n`,
);
// The program runs on the same Node as this script.
const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}` };
const options = { cwd: folder, env };
execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], {
  ...options,
  stdio: 'inherit',
});

// npm silently omits optional dependencies that it cannot install.
for (const name of ['node-llama-cpp', '@huggingface/transformers', 'onnxruntime-node']) {
  assert.ok(existsSync(join(folder, 'node_modules', name)), `${name} is not installed`);
}

const selfsame = (...words: string[]) => execFileSync('npx', ['selfsame', ...words], options).toString();
assert.match(selfsame('--version'), /^\d+\.\d+\.\d+/);
assert.match(selfsame('config', 'check'), /selfsame\.config\.ts: 4 settings given, all usable/);
assert.match(selfsame('models'), /selfsame-nano +chat +built-in +yes/);

const server = spawn('npx', ['selfsame', 'serve'], {
  ...options,
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
const url = await new Promise<string>((done, failed) => {
  let text = '';
  server.stdout.on('data', (data) => {
    text += String(data);
    const found = /(http:\S+\/v1)/.exec(text)?.[1];
    if (found !== undefined) done(found);
  });
  server.once('exit', (code) => failed(new Error(`selfsame serve ended with ${code}`)));
});
try {
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'repeat: blue horse' }], temperature: 0 };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = (await response.json()) as { model: string; choices: { message: { content: string } }[] };
  assert.equal(answer.model, 'selfsame-nano', JSON.stringify(answer));
  assert.equal(answer.choices[0]?.message.content, 'blue horse');
  assert.equal(selfsame('api', 'models', 'list', '--base-url', url, '--select', 'object'), 'list\n');
  console.log('installed, served, answered:', JSON.stringify(answer.choices[0]?.message));
} finally {
  // npx starts the program as a child process, so the whole process group is stopped.
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM');
  await new Promise((done) => server.once('close', done));
  rmSync(folder, { recursive: true, force: true });
}
