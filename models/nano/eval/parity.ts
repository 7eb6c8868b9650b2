/**
 * Compares llama.cpp with the training code: the chat template (through @huggingface/jinja), token ids, and log
 * probabilities of the last position. Exits with 1 on a difference. A case is {"render"?, "text", "ids", "logprobs"?}.
 *
 *   node parity.ts MODEL.gguf CASES.jsonl
 */
import { readFileSync } from 'node:fs';
import { Template } from '@huggingface/jinja';
import { getLlama, type Token } from 'node-llama-cpp';

interface Case {
  render?: Record<string, unknown>;
  text: string;
  ids: number[];
  /** Log probability per token id after `text`. */
  logprobs?: number[];
}

const [modelPath = '', casesPath = ''] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: 'error' as never });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 1024, threads: 1 });
const sequence = context.getSequence();
const template = new Template(model.fileInfo.metadata.tokenizer.chat_template ?? '');
const cases = readFileSync(casesPath, 'utf8').split('\n').filter(Boolean);
const count = { templates: 0, texts: 0, logits: 0, differences: 0 };
let furthest = 0;

async function lastProbabilities(tokens: Token[]): Promise<Map<Token, number>> {
  await sequence.clearHistory();
  const marked = tokens.map((token, at) =>
    at === tokens.length - 1 ? ([token, { generateNext: { probabilities: true } }] as const) : token,
  );
  const output = await sequence.controlledEvaluate(marked as never);
  return output.at(-1)?.next?.probabilities ?? new Map();
}

for (const line of cases) {
  const one = JSON.parse(line) as Case;
  if (one.render !== undefined) {
    count.templates++;
    const text = template.render({ ...one.render, bos_token: '<|bos|>', add_generation_prompt: true });
    if (text !== one.text) {
      count.differences++;
      process.stdout.write(`template\n  here  ${JSON.stringify(text)}\n  there ${JSON.stringify(one.text)}\n`);
    }
  }
  const ids = model.tokenize(one.text, true);
  count.texts++;
  if (ids.join() !== one.ids.join()) {
    count.differences++;
    process.stdout.write(`tokens of ${JSON.stringify(one.text)}\n  here  ${ids.join()}\n  there ${one.ids.join()}\n`);
  } else if (one.logprobs !== undefined) {
    count.logits++;
    for (const [token, probability] of await lastProbabilities(ids)) {
      const other = Math.exp(one.logprobs[token] ?? Number.NEGATIVE_INFINITY);
      furthest = Math.max(furthest, Math.abs(probability - other));
    }
  }
}
if (furthest > 0.05) count.differences++;
process.stdout.write(`${JSON.stringify({ ...count, furthestProbability: furthest })}\n`);
await llama.dispose();
process.exit(count.differences > 0 ? 1 : 0);
