/**
 * Greedy decoding for the evaluation: `node decode.ts MODEL.gguf PROMPTS.jsonl OUT.jsonl [threads]`. Each prompt line
 * is {"text"}; each output line {"text", "stopped", "tokens"}. Last line of stdout: load time and speeds.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { getLlama, type Token } from 'node-llama-cpp';

const MAX_TOKENS = 160;
const [modelPath = '', promptsPath = '', outPath = '', threadsText = '1'] = process.argv.slice(2);
const threads = Number(threadsText);
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, logLevel: 'error' as never });
const loadStart = performance.now();
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 2048, batchSize: 512, threads });
const loadMs = performance.now() - loadStart;
const sequence = context.getSequence();
let promptTokens = 0;
let answerTokens = 0;
let answerMs = 0;

async function answer(text: string): Promise<string> {
  const prompt = model.tokenize(text, true);
  promptTokens += prompt.length;
  const tokens: Token[] = [];
  let stopped = true;
  let firstAt = 0;
  await sequence.clearHistory();
  for await (const token of sequence.evaluate(prompt, { temperature: 0 })) {
    firstAt ||= performance.now();
    tokens.push(token);
    if (tokens.length >= MAX_TOKENS) {
      stopped = false;
      break;
    }
  }
  if (firstAt > 0) {
    answerTokens += tokens.length - 1;
    answerMs += performance.now() - firstAt;
  }
  return JSON.stringify({ text: model.detokenize(tokens, true), stopped, tokens: tokens.length });
}

const lines = readFileSync(promptsPath, 'utf8').split('\n').filter(Boolean);
const outputs: string[] = [];
const start = performance.now();
for (const line of lines) outputs.push(await answer((JSON.parse(line) as { text: string }).text));
writeFileSync(outPath, `${outputs.join('\n')}\n`);
const seconds = (performance.now() - start) / 1000;
process.stdout.write(
  `${JSON.stringify({ threads, loadMs: Math.round(loadMs), prompts: lines.length, promptTokens, seconds, answerTokensPerSecond: Math.round((answerTokens * 1000) / answerMs) })}\n`,
);
await llama.dispose();
