/**
 * Forbids tokens whose text differs from what the engine's grammar reads. The grammar accepts any byte inside a
 * multi-byte character, and control tokens as the text of their names; the answer would then contain broken characters,
 * or lack text.
 * Invariant: the joined bytes of the allowed tokens are valid UTF-8, apart from an incomplete character at the end.
 */
import { type Token, TokenBias } from 'node-llama-cpp';
import { addCallerBias } from './caller-bias.ts';
import type { TokenPiece } from './token-pieces.ts';

/** Number of bytes that an incomplete character still needs, and the range of the next one. */
interface Pending {
  left: number;
  low: number;
  high: number;
}

const WHOLE: Pending = { left: 0, low: 0, high: 0x7f };
const [MIN_CONTINUATION, MAX_CONTINUATION] = [0x80, 0xbf];

/** Returns the state after `byte`; undefined = invalid UTF-8. */
function follow({ left, low, high }: Pending, byte: number): Pending | undefined {
  if (left > 0) {
    if (byte < low || byte > high) return undefined;
    return left === 1 ? WHOLE : { left: left - 1, low: MIN_CONTINUATION, high: MAX_CONTINUATION };
  }
  if (byte < 0x80) return WHOLE;
  if (byte >= 0xc2 && byte <= 0xdf) return { left: 1, low: MIN_CONTINUATION, high: MAX_CONTINUATION };
  // Excludes overlong forms, surrogates, and code points above U+10FFFF.
  if (byte >= 0xe0 && byte <= 0xef)
    return { left: 2, low: byte === 0xe0 ? 0xa0 : MIN_CONTINUATION, high: byte === 0xed ? 0x9f : MAX_CONTINUATION };
  if (byte >= 0xf0 && byte <= 0xf4)
    return { left: 3, low: byte === 0xf0 ? 0x90 : MIN_CONTINUATION, high: byte === 0xf4 ? 0x8f : MAX_CONTINUATION };
  return undefined;
}

function followAll(pending: Pending, bytes: readonly number[]): Pending | undefined {
  let at: Pending | undefined = pending;
  for (const byte of bytes) {
    at = follow(at, byte);
    if (at === undefined) return undefined;
  }
  return at;
}

export interface CharacterGuardOptions {
  tokenizer: Parameters<typeof TokenBias.for>[0];
  vocabularyTokens: number;
  pieceOf(token: number): TokenPiece;
  isEnd(token: Token): boolean;
}

export interface AnswerBiasOptions {
  /** The caller's `logit_bias`. */
  logitBias: ReadonlyMap<number, number> | undefined;
  /** Control tokens that are part of the grammar. */
  shown: ReadonlySet<number>;
}

export class CharacterGuard {
  readonly #options: CharacterGuardOptions;
  readonly #forbidden = new Map<string, readonly Token[]>();

  constructor(options: CharacterGuardOptions) {
    this.#options = options;
  }

  /** Returns a function that computes the bias of the next token from the tokens of the answer. */
  watch({ logitBias = new Map(), shown }: AnswerBiasOptions): (answered: readonly Token[]) => TokenBias {
    const biases = new Map<string, TokenBias>();
    let pending = WHOLE;
    let read = 0;
    return (answered) => {
      for (const token of answered.slice(read)) pending = followAll(pending, this.#bytesOf(token)) ?? WHOLE;
      read = answered.length;
      const key = JSON.stringify(pending);
      const bias = biases.get(key) ?? this.#toBias(pending, { logitBias, shown });
      biases.set(key, bias);
      return bias;
    };
  }

  #toBias(pending: Pending, { logitBias = new Map(), shown }: AnswerBiasOptions): TokenBias {
    const bias = TokenBias.for(this.#options.tokenizer);
    addCallerBias(bias, logitBias, { isEnd: (token) => this.#options.isEnd(token), underGrammar: true });
    const forbidden = this.#forbiddenBehind(pending);
    const control = pending.left === 0 ? forbidden.filter((token) => !shown.has(token)) : forbidden;
    return bias.set([...control], 'never');
  }

  #forbiddenBehind(pending: Pending): readonly Token[] {
    const key = JSON.stringify(pending);
    const known = this.#forbidden.get(key);
    if (known !== undefined) return known;
    const found: Token[] = [];
    for (let token = 0; token < this.#options.vocabularyTokens; token += 1) {
      const { bytes } = this.#options.pieceOf(token);
      if (bytes === null || followAll(pending, bytes) === undefined) found.push(token as Token);
    }
    this.#forbidden.set(key, found);
    return found;
  }

  #bytesOf(token: Token): readonly number[] {
    return this.#options.pieceOf(token).bytes ?? [];
  }
}
