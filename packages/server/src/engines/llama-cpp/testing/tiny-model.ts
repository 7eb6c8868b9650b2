/**
 * Creates a language model of about 2 MB in a few milliseconds, so that tests run the real engine without a download.
 * It has the llama architecture. Its one-hot embeddings and output matrix encode the letter pairs of a short text; its
 * attention is random. It generates an endless text of plausible letters and complete UTF-8 characters that depends on
 * the whole prompt.
 */
import { createNormal } from '../../../lib/testing/random.ts';
import { type GgufTensor, type GgufValue, writeGguf } from '../../../models/formats/gguf-writer.ts';
import { BYTE_CHARACTERS } from '../token-pieces.ts';

export interface TinyModelOptions {
  /** Training context in the metadata. Default 2048. */
  contextTokens?: number;
  /** Probability of the end token after a full stop, 0..1. Default 0: answers never end. */
  endChance?: number;
  /** Chat template in the metadata; `none` omits it. */
  chatTemplate?: string;
  /** Makes all tokens about equally likely, including control tokens, except those that end strings and containers. */
  wild?: boolean;
  /** Whether the model has fill-in-the-middle tokens. Default false. */
  fillsMiddle?: boolean;
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
/** Control tokens for calls and fill-in-the-middle. They are generated only with a bias. */
const MARKERS = ['<tool_call>', '</tool_call>', '<before>', '<after>', '<between>'];
const MIDDLE = { pre: '<before>', suf: '<after>', mid: '<between>' };

/** Token types of GGUF. */
const NORMAL = 1;
const CONTROL_TYPE = 3;

const EMBEDDING = 288;
const HEADS = 9;
const FEED_FORWARD = 32;
/** Logit of a token that is never sampled. */
const FORBIDDEN = -40;

const spell = (text: string) => [...Buffer.from(text, 'utf8')].map((byte) => BYTE_CHARACTERS[byte] ?? '').join('');
const TOKENS = [...CONTROL, ...BYTE_CHARACTERS, ...MERGED.map(spell), ...MARKERS];

/** Returns the id of a token, e.g. the character of a byte or a marker. */
export function tinyTokenId(token: string): number {
  return TOKENS.indexOf(token);
}

/** Tokenizes a text of letters and single spaces. */
export function tinyTokenIds(text: string): number[] {
  return (text.match(/ t|^th|[\s\S]/g) ?? []).map((piece) => tinyTokenId(spell(piece)));
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

/** Returns `logits[next][previous]`: the likelihood of each token after each other token. */
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
    // Tokens that do not occur in the corpus (markers, other bytes) are followed by a letter.
    if (row.size < 2 && !corpus.includes(previous)) for (const letter of letters) row.set(letter, 1);
    const total = row.values().reduce((sum, count) => sum + count, 0);
    const ends = previous === fullStop ? endChance : 0;
    for (const [next, count] of row) put(logits, { next, previous }, Math.log((count / total) * (1 - ends)));
    if (ends > 0) put(logits, { next: END, previous }, Math.log(ends));
  });
  return logits;
}

/** Logits added to closing tokens, so that the answers of a wild model end. */
const CLOSERS: Readonly<Record<string, number>> = { '"': 4, '}': 4, ']': 4, ',': 1, ':': 1, '<|end|>': 3 };

function wildLogits(): number[][] {
  const normal = createNormal(2);
  return TOKENS.map((token) => Array.from({ length: EMBEDDING }, () => normal() + (CLOSERS[token] ?? 0)));
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

function weights(logits: readonly (readonly number[])[]): GgufTensor[] {
  const normal = createNormal(1);
  const matrix = (name: string, shape: readonly [number, number], at: (column: number, row: number) => number) => {
    const [columns, rows] = shape;
    const data = Float32Array.from({ length: columns * rows }, (_, i) => at(i % columns, Math.floor(i / columns)));
    return toTensor(name, shape, data);
  };
  const noise = (scale: number) => () => scale * normal();
  const ones = (name: string) => toTensor(name, [EMBEDDING], new Float32Array(EMBEDDING).fill(1));
  const square = [EMBEDDING, EMBEDDING] as const;
  // RMS normalisation scales a one-hot vector to this length.
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

export async function writeTinyModel(path: string, options: TinyModelOptions = {}): Promise<void> {
  const { contextTokens = 2048, endChance = 0, chatTemplate = TINY_CHAT_TEMPLATE, wild = false } = options;
  const { name = 'Tiny' } = options;
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
  if (options.fillsMiddle === true) {
    for (const [part, token] of Object.entries(MIDDLE))
      metadata[`tokenizer.ggml.fim_${part}_token_id`] = u32(tinyTokenId(token));
  }
  if (chatTemplate !== 'none') metadata['tokenizer.chat_template'] = text(chatTemplate);
  await writeGguf(path, metadata, weights(wild ? wildLogits() : pairLogits(endChance)));
}
