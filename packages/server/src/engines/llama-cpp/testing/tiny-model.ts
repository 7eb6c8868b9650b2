/**
 * Makes a language model of about 2 MB in a few milliseconds, so that tests run the real engine everywhere, with nothing to download.
 * It is a llama whose one-hot embeddings and output matrix hold the letter pairs of a short text, plus random attention: it writes
 * plausible letters and whole UTF-8 characters for ever, what it writes depends on everything before, and it is never wrong about bytes.
 */
import { type GgufTensor, type GgufValue, writeGguf } from '../../../lib/gguf-writer.ts';

export interface TinyModelOptions {
  /** Context that the file says it was trained on. Default 2048. */
  contextTokens?: number;
  /** Chance of the end of turn after a full stop, 0..1. Default 0: it never ends. */
  endChance?: number;
  /** Template kept in the file; `none` keeps no template. */
  chatTemplate?: string;
  /** Default `Tiny`. */
  name?: string;
}

export const TINY_CHAT_TEMPLATE =
  '{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>';

const CORPUS = `
the cat 😀 sat on the mat. a dog ran to the café and ate it all. she said: 日 is the sun. we see the sun 😀😀 in the
morning, and then the moon. no one told the other that the tea was hot. an old man 日日 read a note in the café. then it
rained on the hats and the coats. one day a small 😀 child came in and sang. the end is not near, they said, and so it was.
`;

const CONTROL = ['<|begin|>', '<|end|>', '<|system|>', '<|developer|>', '<|user|>', '<|assistant|>'];
const [BEGIN, END, ASSISTANT] = [0, 1, 5];
const MERGED = [' t', 'th'];
/** Control tokens at the end of the vocabulary: what opens and closes a call in one family of templates. Never drawn unless biased. */
const MARKERS = ['<tool_call>', '</tool_call>'];

/** Token types of the format. */
const NORMAL = 1;
const CONTROL_TYPE = 3;

const EMBEDDING = 288;
const HEADS = 9;
const FEED_FORWARD = 32;
/** A log-probability that is never drawn. */
const FORBIDDEN = -40;

/** The printable character that stands for each byte in a byte-level vocabulary. */
function byteCharacters(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

const BYTES = byteCharacters();
const spell = (text: string) => [...Buffer.from(text, 'utf8')].map((byte) => BYTES[byte] ?? '').join('');
const TOKENS = [...CONTROL, ...BYTES, ...MERGED.map(spell), ...MARKERS];

/** Id of a token by its text, e.g. of a byte's character or a marker. */
export function tinyTokenId(token: string): number {
  return TOKENS.indexOf(token);
}

/** Standard normal numbers, the same ones each time. */
function createNormal(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

function corpusTokens(): number[] {
  const ids: number[] = [];
  const bytes = [...Buffer.from(CORPUS.trim().replaceAll(/\s+/g, ' '), 'utf8')];
  for (let i = 0; i < bytes.length; i++) {
    const pair = MERGED.indexOf(String.fromCharCode(bytes[i] ?? 0, bytes[i + 1] ?? 0));
    if (pair >= 0) i += 1;
    ids.push(pair >= 0 ? CONTROL.length + 256 + pair : CONTROL.length + (bytes[i] ?? 0));
  }
  return ids;
}

/** `logits[next][previous]`: how likely each token follows each other one. */
function pairLogits(endChance: number): number[][] {
  const counts = TOKENS.map(() => new Map<number, number>());
  const corpus = corpusTokens();
  corpus.forEach((next, i) => {
    const row = counts[corpus[i - 1] ?? ASSISTANT];
    row?.set(next, (row.get(next) ?? 0) + 1);
  });
  const letters = 'acinostw'.split('').map((letter) => TOKENS.indexOf(letter));
  const fullStop = TOKENS.indexOf('.');
  const logits = TOKENS.map(() => Array.from<number>({ length: EMBEDDING }).fill(FORBIDDEN));
  counts.forEach((row, previous) => {
    // What the text never goes on from (markers, other bytes) is followed by some letter.
    if (row.size < 2 && !corpus.includes(previous)) for (const letter of letters) row.set(letter, 1);
    const total = row.values().reduce((sum, count) => sum + count, 0);
    const ends = previous === fullStop ? endChance : 0;
    for (const [next, count] of row) put(logits, { next, previous }, Math.log((count / total) * (1 - ends)));
    if (ends > 0) put(logits, { next: END, previous }, Math.log(ends));
  });
  return logits;
}

function put(logits: number[][], at: { next: number; previous: number }, value: number): void {
  const row = logits[at.next];
  if (row !== undefined) row[at.previous] = Math.max(value, FORBIDDEN);
}

function toTensor(name: string, shape: readonly number[], data: Float32Array): GgufTensor {
  async function* bytes() {
    yield Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }
  return { name, type: 'f32', shape, bytes };
}

function weights(endChance: number): GgufTensor[] {
  const normal = createNormal(1);
  const matrix = (name: string, shape: readonly [number, number], at: (column: number, row: number) => number) => {
    const [columns, rows] = shape;
    const data = Float32Array.from({ length: columns * rows }, (_, i) => at(i % columns, Math.floor(i / columns)));
    return toTensor(name, shape, data);
  };
  const noise = (scale: number) => () => scale * normal();
  const ones = (name: string) => toTensor(name, [EMBEDDING], new Float32Array(EMBEDDING).fill(1));
  const square = [EMBEDDING, EMBEDDING] as const;
  const logits = pairLogits(endChance);
  // Normalisation stretches a one-hot vector to this length.
  const stretch = Math.sqrt(EMBEDDING);
  return [
    matrix('token_embd.weight', [EMBEDDING, TOKENS.length], (column, row) => (column === row ? 1 : 0)),
    ones('output_norm.weight'),
    matrix('output.weight', [EMBEDDING, TOKENS.length], (column, row) => (logits[row]?.[column] ?? 0) / stretch),
    ones('blk.0.attn_norm.weight'),
    matrix('blk.0.attn_q.weight', square, noise(0.05)),
    matrix('blk.0.attn_k.weight', square, noise(0.05)),
    matrix('blk.0.attn_v.weight', square, noise(0.01)),
    matrix('blk.0.attn_output.weight', square, noise(0.01)),
    ones('blk.0.ffn_norm.weight'),
    matrix('blk.0.ffn_gate.weight', [EMBEDDING, FEED_FORWARD], noise(0.01)),
    matrix('blk.0.ffn_up.weight', [EMBEDDING, FEED_FORWARD], noise(0.01)),
    matrix('blk.0.ffn_down.weight', [FEED_FORWARD, EMBEDDING], noise(0.01)),
  ];
}

/** Writes the model to `path`. */
export async function writeTinyModel(path: string, options: TinyModelOptions = {}): Promise<void> {
  const { contextTokens = 2048, endChance = 0, chatTemplate = TINY_CHAT_TEMPLATE, name = 'Tiny' } = options;
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const text = (value: string): GgufValue => ({ type: 'string', value });
  const metadata: Record<string, GgufValue> = {
    'general.architecture': text('llama'),
    'general.name': text(name),
    'llama.context_length': u32(contextTokens),
    'llama.embedding_length': u32(EMBEDDING),
    'llama.block_count': u32(1),
    'llama.feed_forward_length': u32(FEED_FORWARD),
    'llama.attention.head_count': u32(HEADS),
    'llama.attention.head_count_kv': u32(HEADS),
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-6 },
    'llama.rope.dimension_count': u32(EMBEDDING / HEADS),
    'llama.vocab_size': u32(TOKENS.length),
    'tokenizer.ggml.model': text('gpt2'),
    'tokenizer.ggml.pre': text('gpt-2'),
    'tokenizer.ggml.tokens': { type: 'strings', value: TOKENS },
    'tokenizer.ggml.token_type': {
      type: 'i32s',
      value: TOKENS.map((token, id) => (id < CONTROL.length || MARKERS.includes(token) ? CONTROL_TYPE : NORMAL)),
    },
    'tokenizer.ggml.merges': { type: 'strings', value: MERGED.map((pair) => pair.split('').map(spell).join(' ')) },
    'tokenizer.ggml.bos_token_id': u32(BEGIN),
    'tokenizer.ggml.eos_token_id': u32(END),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
  };
  if (chatTemplate !== 'none') metadata['tokenizer.chat_template'] = text(chatTemplate);
  await writeGguf(path, metadata, weights(endChance));
}
