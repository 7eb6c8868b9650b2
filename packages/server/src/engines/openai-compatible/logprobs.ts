/**
 * Converts an upstream's log probabilities, in the form of chat or of legacy completions, to those of the door. Pure.
 */
import type { TokenChance, TokenLogprob } from '../language-model.ts';
import { isAbsent, isRecord, readList, WireError, type WireRecord } from './wire-value.ts';

/** `top`: requested alternatives per token. @throws WireError for a malformed log probability. */
export function readLogprobs(value: unknown, top: number): TokenLogprob[] {
  if (isAbsent(value)) return [];
  if (!isRecord(value)) throw MISSHAPEN();
  const read = Array.isArray(value['tokens']) ? readLegacy(value) : readEntries(value['content']);
  return read.map((each) => ({ ...each, top: each.top.slice(0, Math.max(top, 0)) }));
}

const MISSHAPEN = () => new WireError('its log probabilities are not in the form of the API.');

function readEntries(value: unknown): TokenLogprob[] {
  return readList(value, 'logprobs.content').map((entry) => {
    if (!isRecord(entry)) throw MISSHAPEN();
    return { ...readChance(entry), top: readList(entry['top_logprobs'], 'top_logprobs').map(readChance) };
  });
}

function readChance(entry: unknown): TokenChance {
  if (!isRecord(entry)) throw MISSHAPEN();
  const { token, bytes, logprob } = entry;
  if (typeof token !== 'string') throw MISSHAPEN();
  return toChance(token, logprob, bytes === null || isBytes(bytes) ? bytes : undefined);
}

function toChance(token: string, logprob: unknown, bytes?: readonly number[] | null): TokenChance {
  if (typeof logprob !== 'number' || Number.isNaN(logprob)) throw MISSHAPEN();
  return { token, bytes: bytes === undefined ? toBytes(token) : bytes, logprob: Math.min(0, logprob) };
}

const MAX_BYTE = 255;

function isBytes(value: unknown): value is readonly number[] {
  const isByte = (each: unknown) => Number.isInteger(each) && (each as number) >= 0 && (each as number) <= MAX_BYTE;
  return Array.isArray(value) && value.every(isByte);
}

function readLegacy(value: WireRecord): TokenLogprob[] {
  const chances = readList(value['token_logprobs'], 'token_logprobs');
  const tops = readList(value['top_logprobs'], 'top_logprobs');
  return readList(value['tokens'], 'tokens').map((token, index) => {
    if (typeof token !== 'string') throw MISSHAPEN();
    return { ...fromText(token, chances[index]), top: readTop(tops[index]) };
  });
}

function readTop(value: unknown): TokenChance[] {
  if (isAbsent(value)) return [];
  if (!isRecord(value)) throw MISSHAPEN();
  return Object.entries(value)
    .map(([each, logprob]) => fromText(each, logprob))
    .toSorted((a, b) => b.logprob - a.logprob);
}

/** Legacy completions write bytes that form no character as `bytes:\xe2\x80`. */
const ESCAPED = /^bytes:((?:\\x[0-9a-f]{2})+)$/;

function fromText(text: string, logprob: unknown): TokenChance {
  const escaped = ESCAPED.exec(text)?.[1];
  if (escaped === undefined) return toChance(text, logprob);
  const bytes = Buffer.from(escaped.replaceAll('\\x', ''), 'hex');
  return toChance(bytes.toString('utf8'), logprob, [...bytes]);
}

const toBytes = (text: string): number[] => [...Buffer.from(text, 'utf8')];
