/** Log probabilities as upstreams send them, in the form of chat or of legacy completions → those of the door. Pure. */
import type { TokenChance, TokenLogprob } from '../language-model.ts';
import type { ChunkChoice, ChunkLogprob, LegacyLogprobs } from './chunk.ts';

export function toLogprobs({ logprobs }: ChunkChoice): TokenLogprob[] {
  if (logprobs === undefined || logprobs === null) return [];
  if ('tokens' in logprobs) return toLegacy(logprobs);
  return ('content' in logprobs ? (logprobs.content ?? []) : []).map((entry) => ({
    ...toChance(entry),
    top: (entry.top_logprobs ?? []).map(toChance),
  }));
}

type Stated = Omit<ChunkLogprob, 'top_logprobs'>;

function toChance({ token, bytes, logprob }: Stated): TokenChance {
  return { token, bytes: bytes === undefined ? toBytes(token) : bytes, logprob: Math.min(0, logprob) };
}

function toLegacy({ tokens = [], token_logprobs: chances = [], top_logprobs: tops }: LegacyLogprobs): TokenLogprob[] {
  return tokens.map((token, index) => ({
    ...fromText(token, chances[index] ?? 0),
    top: Object.entries(tops?.[index] ?? {})
      .map(([each, logprob]) => fromText(each, logprob))
      .toSorted((a, b) => b.logprob - a.logprob),
  }));
}

/** Bytes that are no character stand as `bytes:\xe2\x80` there. */
const ESCAPED = /^bytes:((?:\\x[0-9a-f]{2})+)$/;

function fromText(text: string, logprob: number): TokenChance {
  const escaped = ESCAPED.exec(text)?.[1];
  if (escaped === undefined) return toChance({ token: text, logprob });
  const bytes = Buffer.from(escaped.replaceAll('\\x', ''), 'hex');
  return toChance({ token: bytes.toString('utf8'), bytes: [...bytes], logprob });
}

const toBytes = (text: string): number[] => [...Buffer.from(text, 'utf8')];
