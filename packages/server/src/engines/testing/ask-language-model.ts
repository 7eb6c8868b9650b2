/** Requests to a language model in tests, and functions that read its events. */
import type {
  ContinuationRequest,
  ConversationRequest,
  GenerateEvent,
  GenerateOptions,
  GenerateRequest,
  LanguageModel,
  LanguageModelMessage,
} from '../language-model.ts';

export const user = (content: string): LanguageModelMessage => ({ role: 'user', content });
export const greedy = { temperature: 0, topP: 1 };
export const random = { temperature: 1, topP: 1 };

/** A conversation with greedy sampling unless `fields` override it. */
export function ask(
  messages: readonly LanguageModelMessage[],
  fields: Partial<ConversationRequest> = {},
): ConversationRequest {
  return { messages, sampling: greedy, ...fields };
}

/** A raw text with greedy sampling unless `fields` override it. */
export function goOn(
  prompt: ContinuationRequest['prompt'],
  fields: Partial<ContinuationRequest> = {},
): ContinuationRequest {
  return { prompt, sampling: greedy, ...fields };
}

export function options(fields: Partial<GenerateOptions> = {}): GenerateOptions {
  return { signal: new AbortController().signal, priority: 'online', ...fields };
}

export async function collect(
  model: LanguageModel,
  request: GenerateRequest,
  how: GenerateOptions = options(),
): Promise<GenerateEvent[]> {
  const events: GenerateEvent[] = [];
  for await (const event of model.doGenerate(request, how)) events.push(event);
  return events;
}

export function textOf(events: readonly GenerateEvent[]): string {
  return events.map((event) => (event.type === 'token' ? event.text : '')).join('');
}

export function tokensOf(events: readonly GenerateEvent[]): Extract<GenerateEvent, { type: 'token' }>[] {
  return events.filter((event) => event.type === 'token');
}

/** The first event, which must be `start`. */
export function startOf(events: readonly GenerateEvent[]): Extract<GenerateEvent, { type: 'start' }> {
  const [first] = events;
  if (first?.type !== 'start') throw new Error('The answer does not begin with a start.');
  return first;
}
