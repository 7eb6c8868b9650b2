/**
 * Measures the overhead of metrics: everything that they do for one streamed request, relative to a plain chat request
 * over HTTP to the scripted engine, which is the cheapest request. Prints microseconds and the fraction (aim: below 2
 * %).
 *
 *   node bench/metrics.ts [rounds] [requests per round]
 */
import { Agent, request } from 'undici';
import { createMetrics } from '../packages/server/src/metrics/metrics.ts';
import { chatBody, startTestServer } from '../packages/server/src/start/testing/test-server.ts';

const [rounds = '15', requests = '300'] = process.argv.slice(2);
const metrics = createMetrics({
  version: 'bench',
  engines: () => [],
  upstreams: () => [],
  jobs: async () => ({ jobs: [], periodic: [] }),
  now: () => performance.now(),
});
const usage = { modelId: 'm', inputTokens: 10, outputTokens: 20, cachedInputTokens: 5 };

function countOne(): void {
  metrics.requestStarted();
  const observation = metrics.observe('chat.completions.create', 'req_1');
  observation.firstEvent();
  observation.end({ status: 200, usage });
  metrics.requestEnded({ operation: 'chat.completions.create', status: 200, ms: 12 });
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function time(times: number, act: () => unknown): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < times; i += 1) await act();
  return ((performance.now() - start) / times) * 1000;
}

const server = await startTestServer({ logLevel: 'silent', checkResponses: 'false' });
const agent = new Agent({ connections: 1 });
const ask = async () => {
  const answer = await request(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(chatBody('one two three')),
    dispatcher: agent,
  });
  await answer.body.dump();
};
const counting: number[] = [];
const asking: number[] = [];
for (let round = 0; round <= Number(rounds); round += 1) {
  const [count, whole] = [await time(20_000, countOne), await time(Number(requests), ask)];
  // The first round warms up.
  if (round > 0) counting.push(count);
  if (round > 0) asking.push(whole);
}
const [count, whole] = [median(counting), median(asking)];
console.log(
  `counting ${count.toFixed(1)} µs of a request of ${whole.toFixed(0)} µs: ${((100 * count) / whole).toFixed(2)} %`,
);
await agent.close();
await server.close();
