/**
 * Runs the commands of the README: starts the server with its first command in an empty home, then runs every `sh`,
 * `ts` and `python` block against it, except `npm ci` and the tests. Prints one line per block and a count.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const READY_URL = 'http://localhost:8642/readyz';
const READY_MS = 300_000;
const BLOCK_MS = 120_000;
/** Python with the `openai` package; CI passes that of its virtual environment. */
const PYTHON = process.argv[2] ?? 'python3';

interface Block {
  language: string;
  text: string;
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

/** The command of a block; undefined for setup and start commands, which have run already. */
function commandOf({ language, text }: Block, scratch: string): string[] | undefined {
  if (language === 'sh')
    return /^npm ci && npm (start|test)\s*$/.test(text) ? undefined : ['bash', '-euo', 'pipefail', '-c', text];
  if (language === 'ts') {
    // Inside the repository, so that its packages can be imported.
    const file = join(ROOT, 'test/readme/block.tmp.ts');
    writeFileSync(file, text);
    return [process.execPath, file];
  }
  if (language === 'python') {
    const file = join(scratch, 'block.py');
    writeFileSync(file, text);
    return [PYTHON, file];
  }
  return undefined;
}

async function untilReady(server: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  let last = '';
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const response = await fetch(READY_URL).catch(() => undefined);
    if (response?.ok) return;
    last = (await response?.text()) ?? last;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`the server was not ready in time: ${last}`);
}

const home = mkdtempSync(join(tmpdir(), 'selfsame-readme-'));
const env = { ...process.env, HOME: home };
const started = Date.now();
const server = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
let passed = 0;
let failed = 0;
try {
  await untilReady(server);
  console.log(`ready ${((Date.now() - started) / 1000).toFixed(1)} s after npm start, with an empty home`);
  for (const block of blocksOf(readFileSync(join(ROOT, 'README.md'), 'utf8'))) {
    const command = commandOf(block, home);
    if (command === undefined) continue;
    const [program = '', ...args] = command;
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: ROOT,
      env,
      timeout: BLOCK_MS,
      encoding: 'utf8',
    });
    const good = status === 0 && stdout.trim() !== '' && !stdout.includes('"error"');
    if (good) passed += 1;
    else failed += 1;
    console.log(
      `${good ? 'ok  ' : 'FAIL'} ${block.language}: ${block.text.trim().split('\n')[0]}\n     ${stdout.trim().split('\n').at(-1)?.slice(0, 200)}`,
    );
    if (!good) console.log(stderr);
  }
} catch (error) {
  failed += 1;
  console.error(error);
} finally {
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM');
  rmSync(join(ROOT, 'test/readme/block.tmp.ts'), { force: true });
  await new Promise((done) => server.once('exit', done));
  rmSync(home, { recursive: true, force: true });
}
console.log(`readme: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
