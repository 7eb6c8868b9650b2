/** The worker thread of cl100k.ts: loading the vocabulary would block the event loop for about 200 ms. */
import { decode } from 'gpt-tokenizer/encoding/cl100k_base';
import { serveTasks } from '../../lib/serve-tasks.ts';
import type { Decoded, TokensAnswer, TokensTask } from './cl100k.ts';
import { countHostedTokens } from './count.ts';

serveTasks(
  (task: TokensTask): TokensAnswer => ('count' in task ? task.count.map(countHostedTokens) : decodeLists(task.decode)),
);

function decodeLists(lists: readonly Float64Array[]): Decoded {
  const texts: string[] = [];
  for (const [index, tokens] of lists.entries()) {
    try {
      texts.push(decode(tokens));
    } catch {
      return { unknown: { index, token: tokens.find(isUnknown) ?? Number.NaN } };
    }
  }
  return { texts };
}

function isUnknown(token: number): boolean {
  try {
    decode([token]);
    return false;
  } catch {
    return true;
  }
}
