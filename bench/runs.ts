/**
 * Measures the overhead of runs or of responses: in parallel on the scripted engine, streamed to their end, against the
 * same number of streamed chat completions of the same script, which use the same HTTP layer and engine without the loop
 * (job, steps, items, durable events, usage). Prints the overhead of each: the difference of the total times divided by
 * their number (aim: ≤ 15 ms for runs, ≤ 3 ms for responses), and the difference of the median times of single ones.
 *
 *   node bench/runs.ts [number in parallel] [pairs] [tokens] [ms per token] [runs | responses]   (default 100 5 20 5 runs)
 * BENCH_NODE_OPTIONS are the Node options of the server, e.g. `--cpu-prof`.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { median } from './pairs.ts';

const [runs = '100', pairs = '5', tokens = '20', delay = '5', kind = 'runs'] = process.argv.slice(2);
const MS_PER_TICK = 10;
const count = Number(runs);
const folder = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
const script = `@script ${JSON.stringify({ tokens: Number(tokens), delayMs: Number(delay) })}\nword`;
const messages = [{ role: 'user', content: script }];
const agent = new Agent({ connections: count });

function start() {
  const server = spawn(process.execPath, [join(import.meta.dirname, '../packages/server/bin/selfsame.js'), 'serve'], {
    env: {
      ...process.env,
      NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] ?? '',
      SELFSAME_DATA_DIR: folder,
      SELFSAME_PORT: '0',
      SELFSAME_PULL: 'false',
      SELFSAME_BUILT_IN: 'false',
      SELFSAME_SCRIPTED: 'true',
      SELFSAME_LOG_LEVEL: 'silent',
      // As many slots as runs: neither side waits for a slot.
      SELFSAME_JOB_PLACES: String(Math.ceil(count / 16)),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise<{ server: typeof server; url: string }>((resolve) => {
    server.stdout.on('data', (data) => {
      const url = /(http:\S+\/v1)/.exec(String(data))?.[1];
      if (url !== undefined) resolve({ server, url });
    });
  });
}

const { server, url } = await start();

async function post(path: string, body: object): Promise<string> {
  const answer = await request(`${url}${path}`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const said = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(said);
  return said;
}

const { id: assistant_id } = JSON.parse(await post('/assistants', { model: 'scripted' })) as { id: string };

type Side = () => Promise<string>;
const withRun: Side = () => post('/threads/runs', { assistant_id, thread: { messages }, stream: true });
const withResponse: Side = () => post('/responses', { model: 'scripted', input: messages, stream: true });
const bare: Side = () => post('/chat/completions', { model: 'scripted', messages, stream: true });

/** CPU time of the server process in ms, which is more reliable than wall time on a busy machine. */
function computedMs(): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** Starts all in parallel and returns the time until the last has ended and the median time of one, in ms. */
async function time(side: Side, end: string) {
  const since = performance.now();
  const computed = computedMs();
  const each = await Promise.all(
    Array.from({ length: count }, async () => {
      const said = await side();
      if (!said.includes(end)) throw new Error(`A stream ended without ${end}: ${said.slice(-500)}`);
      return performance.now() - since;
    }),
  );
  return { allMs: performance.now() - since, oneMs: median(each), cpuMs: computedMs() - computed };
}

const added: { allMs: number; oneMs: number; cpuMs: number }[] = [];
const sides = {
  runs: () => time(withRun, 'event: thread.run.completed'),
  responses: () => time(withResponse, 'event: response.completed'),
  bare: () => time(bare, '"finish_reason":"stop"'),
};
if (kind !== 'runs' && kind !== 'responses') throw new Error(`'${kind}' is neither runs nor responses.`);
const measured = sides[kind];
await measured();
await sides.bare();
for (let pair = 0; pair < Number(pairs); pair += 1) {
  const first = pair % 2 === 0 ? await measured() : undefined;
  const without = await sides.bare();
  const withMachinery = first ?? (await measured());
  added.push({
    allMs: (withMachinery.allMs - without.allMs) / count,
    oneMs: withMachinery.oneMs - without.oneMs,
    cpuMs: (withMachinery.cpuMs - without.cpuMs) / count,
  });
  const format = ({ allMs, oneMs, cpuMs }: typeof without) =>
    `all ${allMs.toFixed(0)} ms, median ${oneMs.toFixed(0)} ms, CPU ${cpuMs.toFixed(0)} ms`;
  console.log(`pair ${pair}: ${count} ${kind} ${format(withMachinery)}; the engine alone ${format(without)}`);
}
const middle = (of: 'allMs' | 'oneMs' | 'cpuMs') => median(added.map((each) => each[of]));
console.log(
  `median of ${added.length} pairs: each of the ${kind} adds ${middle('allMs').toFixed(2)} ms to the time of all, ` +
    `${middle('cpuMs').toFixed(2)} ms of it computed, and ends ${middle('oneMs').toFixed(0)} ms later than the engine alone`,
);
server.kill('SIGTERM');
await once(server, 'exit');
rmSync(folder, { recursive: true });
process.exit();
