/**
 * Plans the complete answer of the scripted engine before its first token.
 * A conversation gets its last user message, the last tool output, or calls. A raw text gets itself and its suffix.
 */
import { errors } from '../../errors/catalogue.ts';
import type { ContinuationRequest, ConversationRequest, GenerateEvent, GenerateRequest } from '../language-model.ts';
import { toTextConversation } from '../message-content.ts';
import { type Directives, parseDirectives, type ScriptedCall } from './directives.ts';
import { toScriptedLogprob, toScriptedPrompt } from './logprobs.ts';

type TokenEvent = Extract<GenerateEvent, { type: 'token' }>;

export interface Plan {
  directives: Directives;
  start: Extract<GenerateEvent, { type: 'start' }>;
  pieces: readonly TokenEvent[];
  reason: Extract<GenerateEvent, { type: 'finish' }>['reason'];
}

/** Content of one token. */
type Piece = Pick<TokenEvent, 'text' | 'calls' | 'thought' | 'thoughtText'>;

interface Draft {
  directives: Directives;
  /** The tokens of the prompt. */
  prompt: readonly string[];
  pieces: readonly Piece[];
  /** Whether the pieces end with calls. */
  hasCalls: boolean;
}

/** Up to four characters with the space before them. Characters are code points, so no surrogate pair is split. */
const PIECE = /\s*\S{1,4}|\s+/gu;
const FILLER = 'word ';
/** Token ids of a raw text are its code points. */
const VOCABULARY = 0x11_0000;
const SURROGATES = { first: 0xd800, last: 0xdfff };

/** Splits a text into the engine's tokens, whose concatenation is the text. */
export function splitScriptedTokens(text: string): string[] {
  return text.match(PIECE) ?? [];
}

/** Plans the answer. Throws the errors of the door for a request that cannot be answered. */
export function planAnswer(request: GenerateRequest, contextTokens: number): Plan {
  const { maxTokens, topLogprobs } = request;
  const { directives, prompt, pieces, hasCalls } =
    request.prompt === undefined ? draftMessage(request) : draftContinuation(request);
  const promptTokens = directives.promptTokens ?? prompt.length;
  // At least one token must fit after the prompt, as in a real context.
  if (promptTokens + (maxTokens ?? 1) > contextTokens) {
    const asked = maxTokens ?? (promptTokens > contextTokens ? 0 : 1);
    const param = request.prompt === undefined ? 'messages' : 'prompt';
    throw errors.contextLengthExceeded(contextTokens, { promptTokens, completionTokens: asked, param });
  }
  const maxPieces = Math.min(maxTokens ?? Number.POSITIVE_INFINITY, contextTokens - promptTokens);
  const reason = pieces.length > maxPieces ? 'length' : hasCalls ? 'tool_calls' : 'stop';
  const scored = request.prompt !== undefined && request.promptLogprobs === true;
  return {
    directives,
    start: {
      type: 'start',
      promptTokens,
      cachedTokens: directives.cachedTokens ?? 0,
      ...(scored ? { prompt: toScriptedPrompt(prompt, topLogprobs ?? 0) } : {}),
    },
    pieces: pieces.slice(0, maxPieces).map((piece, at) => ({
      type: 'token',
      ...piece,
      ...(topLogprobs === undefined ? {} : { logprob: toScriptedLogprob(textOf(piece), at, topLogprobs) }),
    })),
    reason,
  };
}

function textOf({ text, calls = [] }: Piece): string {
  return text + calls.map((call) => (call.name ?? '') + call.arguments).join('');
}

function draftMessage(asked: ConversationRequest): Draft {
  const request = toTextConversation(asked);
  const { messages } = request;
  const lastUser = messages.findLast((message) => message.role === 'user');
  const { directives, rest } = parseDirectives(lastUser?.content ?? '');
  const calls = toCalls(request, directives);
  const last = messages.at(-1);
  const echo = last?.role === 'tool' || last?.role === 'function' ? last.content : rest;
  const text = directives.text ?? (calls.length > 0 ? '' : echo);
  return {
    directives,
    prompt: messages.flatMap((message) => splitScriptedTokens(message.content)),
    pieces: [
      ...splitScriptedTokens(directives.thought ?? '').map(thoughtPiece),
      ...answerPieces(text, directives.tokens ?? (text === '' && calls.length > 0 ? 0 : undefined)),
      ...calls.flatMap(callPieces),
    ],
    hasCalls: calls.length > 0,
  };
}

function draftContinuation({ prompt, suffix = '' }: ContinuationRequest): Draft {
  const text = typeof prompt === 'string' ? prompt : toText(prompt);
  const { directives, rest } = parseDirectives(text, 'prompt');
  return {
    directives,
    prompt: [...splitScriptedTokens(text), ...splitScriptedTokens(suffix)],
    pieces: answerPieces(directives.text ?? rest + suffix, directives.tokens),
    hasCalls: false,
  };
}

function toText(ids: readonly number[]): string {
  const foreign = ids.find((id) => id >= VOCABULARY || (id >= SURROGATES.first && id <= SURROGATES.last));
  if (foreign !== undefined) throw errors.unknownToken('prompt', foreign, VOCABULARY);
  return ids.map((id) => String.fromCodePoint(id)).join('');
}

function answerPieces(text: string, tokens: number | undefined): Piece[] {
  const pieces = splitScriptedTokens(text);
  const source = pieces.length === 0 ? [FILLER] : pieces;
  const repeated = Array.from({ length: tokens ?? 0 }, (_, i) => source[i % source.length] ?? FILLER);
  return (tokens === undefined ? pieces : repeated).map((piece) => ({ text: piece }));
}

function toCalls(request: ConversationRequest, { calls: scripted }: Directives): readonly ScriptedCall[] {
  const { tools, toolChoice = 'auto', parallelToolCalls = true, messages } = request;
  if (tools === undefined) return [];
  const wanted = typeof toolChoice === 'string' ? tools : tools.filter((tool) => tool.name === toolChoice.name);
  const answered = messages.at(-1)?.role === 'tool' || messages.at(-1)?.role === 'function';
  const fallback = toolChoice === 'auto' ? [] : wanted.slice(0, 1).map(({ name }) => ({ name, arguments: {} }));
  const calls = answered && toolChoice === 'auto' ? [] : (scripted ?? fallback);
  const unknown = calls.find((call) => !wanted.some((tool) => tool.name === call.name));
  if (unknown !== undefined)
    throw errors.invalidValue('messages', `The script calls '${unknown.name}', which it may not.`);
  return parallelToolCalls && typeof toolChoice === 'string' ? calls : calls.slice(0, 1);
}

const thoughtPiece = (thoughtText: string): Piece => ({ text: '', thought: true, thoughtText });

/** One token for the name, then the tokens of the arguments. */
function callPieces({ name, arguments: value }: ScriptedCall, index: number): Piece[] {
  const pieces = splitScriptedTokens(JSON.stringify(value));
  return [
    { text: '', calls: [{ index, name, arguments: '' }] },
    ...pieces.map((piece) => ({ text: '', calls: [{ index, arguments: piece }] })),
  ];
}
