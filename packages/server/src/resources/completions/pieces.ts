/**
 * Generation events of several prompts → pieces of numbered choices: the echo of the prompt, text, and the end. Pure.
 * Invariants: the pieces of a choice, joined, are its text; only the last one has a finish reason.
 */
import type { PromptToken } from '../../engines/language-model.ts';
import type { PromptEvent } from '../../generation/generate-several.ts';
import { isTokens, type Prompt } from './prompts.ts';

export interface Piece {
  /** Choice i of prompt p is number p × choices + i. */
  index: number;
  text: string;
  /** The tokens of the text, if the request asks for log probabilities. */
  tokens: readonly PromptToken[];
  echoed: boolean;
  reason: 'stop' | 'length' | 'content_filter' | null;
}

export interface PieceOptions {
  prompts: readonly Prompt[];
  /** Choices of each prompt. */
  choices: number;
  echo: boolean;
}

export function* toPieces({ prompt, event }: PromptEvent, options: PieceOptions): Generator<Piece> {
  const first = prompt * options.choices;
  if (event.type === 'start') {
    if (options.echo) yield* toEcho(options.prompts[prompt] ?? '', event.prompt ?? [], { first, ...options });
  } else if (event.type === 'text') {
    const { text, logprobs: tokens = [] } = event;
    yield { index: first + event.choice, text, tokens, echoed: false, reason: null };
  } else if (event.type === 'finish') {
    const reason = event.reason === 'tool_calls' ? 'stop' : event.reason;
    yield { index: first + event.choice, text: '', tokens: [], echoed: false, reason };
  }
}

function* toEcho(
  prompt: Prompt,
  scored: readonly PromptToken[],
  { first, choices }: { first: number; choices: number },
): Generator<Piece> {
  const tokens = withoutFirstScore(withoutBeginning(prompt, scored));
  const text = isTokens(prompt) ? toText(tokens) : String(prompt);
  if (text === '' && tokens.length === 0) return;
  for (let i = 0; i < choices; i++) yield { index: first + i, text, tokens, echoed: true, reason: null };
}

/** Removes the BOS token that the engine added. */
function withoutBeginning(prompt: Prompt, tokens: readonly PromptToken[]): readonly PromptToken[] {
  const added = isTokens(prompt) ? tokens.length > prompt.length : true;
  return added && tokens[0]?.bytes === null ? tokens.slice(1) : tokens;
}

/** The first token of the text has no log probability, even if the model scored it after a BOS token. */
function withoutFirstScore([first, ...others]: readonly PromptToken[]): readonly PromptToken[] {
  return first === undefined ? [] : [{ ...first, logprob: null, top: [] }, ...others];
}

function toText(tokens: readonly PromptToken[]): string {
  return Buffer.concat(tokens.map(({ bytes }) => Buffer.from(bytes ?? []))).toString('utf8');
}
