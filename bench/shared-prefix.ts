/**
 * Measures prefix reuse: the time to the first token of a request with a prompt of about 2,000 tokens, and of the next
 * request, which differs only in its last line, through `createLlamaCppLanguageModel`. Prints the median ratio (aim: ≥
 * 10) and the cached tokens that the second request reports.
 *
 *   node bench/shared-prefix.ts MODEL.gguf [threads] [pairs] [prompt tokens]
 */
import { openOurs } from './engines.ts';
import { median } from './pairs.ts';

const [path = '', threads = '1', pairs = '5', length = '2000'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of a GGUF model.');

const model = await openOurs({ path, contextTokens: Number(length) + 200, sequences: 2, threads: Number(threads) });

async function firstToken(prompt: string) {
  const started = performance.now();
  const { signal } = new AbortController();
  let cached = 0;
  let total = 0;
  let firstMs = 0;
  const request = { prompt, maxTokens: 4, sampling: { temperature: 0, topP: 1 } };
  for await (const event of model.doGenerate(request, { signal, priority: 'online' })) {
    if (event.type === 'start') [cached, total] = [event.cachedTokens, event.promptTokens];
    else if (firstMs === 0) firstMs = performance.now() - started;
  }
  return { firstMs, cached, total };
}

/** A text of the requested length with a unique start. */
async function longText(pair: number): Promise<string> {
  const line = (at: number) => `Rule ${pair}.${at}: keep calm, keep the lamp lit, and write down every ship. `;
  let text = '';
  for (let at = 0; text.length < Number(length) * 4; at++) text += line(at);
  // Cut to the requested number of tokens, as the model counts them.
  for (;;) {
    const { signal } = new AbortController();
    const request = { prompt: text, maxTokens: 0, sampling: { temperature: 0, topP: 1 } };
    let tokens = Number.POSITIVE_INFINITY;
    try {
      for await (const event of model.doGenerate(request, { signal, priority: 'online' }))
        if (event.type === 'start') tokens = event.promptTokens;
    } catch (error) {
      if ((error as { code?: string }).code !== 'context_length_exceeded') throw error;
    }
    if (tokens <= Number(length)) return text;
    text = text.slice(0, Math.floor(text.length * 0.95));
  }
}

const ratios: number[] = [];
for (let pair = 0; pair < Number(pairs); pair += 1) {
  const text = await longText(pair);
  const cold = await firstToken(`${text}\nThe first question is`);
  const warm = await firstToken(`${text}\nAnother one is`);
  ratios.push(cold.firstMs / warm.firstMs);
  console.log(
    `pair ${pair}: ${cold.total} tokens, ${cold.cached} cached, first ${cold.firstMs.toFixed(0)} ms; ` +
      `again ${warm.total} tokens, ${warm.cached} cached, first ${warm.firstMs.toFixed(0)} ms`,
  );
}
console.log(`median of ${ratios.length} pairs: the second first token comes ${median(ratios).toFixed(1)} times sooner`);
await model.close();
process.exit();
