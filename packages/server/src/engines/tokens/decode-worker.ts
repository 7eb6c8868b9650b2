/** The worker thread behind decode.ts: loading the vocabulary takes a fifth of a second, in which a server would stand still. */
import { parentPort } from 'node:worker_threads';
import { decode } from 'gpt-tokenizer/encoding/cl100k_base';
import type { DecodeAnswer, DecodeTask } from './decode.ts';

function answer({ id, lists }: DecodeTask): DecodeAnswer {
  const texts: string[] = [];
  for (const [index, tokens] of lists.entries()) {
    try {
      texts.push(decode(tokens));
    } catch {
      return { id, fault: { index, token: tokens.find(isUnknown) ?? Number.NaN } };
    }
  }
  return { id, texts };
}

function isUnknown(token: number): boolean {
  try {
    decode([token]);
    return false;
  } catch {
    return true;
  }
}

parentPort?.on('message', (task: DecodeTask) => parentPort?.postMessage(answer(task)));
