/** What transcriptions and translations share: the request to the model, its events, and the metering of both. */

import type {
  SpokenSegment,
  SpokenWord,
  TranscribeRequest,
  TranscriptionEvent,
  TranscriptionModel,
} from '../../engines/transcription-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { Context } from '../../operations/context.ts';
import type { Services } from '../services.ts';

export interface Transcript {
  text: string;
  /** Code of the language; undefined if no speech was found. */
  language: string | undefined;
  durationSeconds: number;
  segments: readonly SpokenSegment[];
  words: readonly SpokenWord[];
  usage: TranscriptUsage;
}

export type TranscriptUsage = Extract<TranscriptionEvent, { type: 'end' }>['usage'];

export const DEFAULT_REQUEST = {
  task: 'transcribe',
  language: undefined,
  languages: undefined,
  prompt: undefined,
  temperature: 0,
  wordTimes: false,
  logprobs: false,
  voiceActivity: undefined,
} as const satisfies Omit<TranscribeRequest, 'recording'>;

/** Opens the model that serves `id`. Throws an error that names `model` if it cannot do the task. */
export async function openTranscriptionModel(
  { models }: Pick<Services, 'models'>,
  id: string,
  task: TranscribeRequest['task'],
): Promise<TranscriptionModel> {
  const model = await models.open('transcription', id);
  if (task === 'translate' && !model.capabilities.translates) {
    throw errors.unsupportedValue('model', `The model '${model.modelId}' knows only English, and does not translate.`);
  }
  return model;
}

/** The events of a transcription. Its usage is metered when it ends. */
export async function* runTranscription(
  model: TranscriptionModel,
  request: TranscribeRequest,
  { signal, priority, meter }: Context,
): AsyncGenerator<TranscriptionEvent> {
  for await (const event of model.doTranscribe(request, { signal, priority })) {
    if (event.type === 'end') {
      const { promptTokens, audioTokens, outputTokens } = event.usage;
      const inputTokens = promptTokens + audioTokens;
      meter({ modelId: model.modelId, inputTokens, outputTokens, cachedInputTokens: 0 });
    }
    yield event;
  }
}

export async function toTranscript(events: AsyncIterable<TranscriptionEvent>): Promise<Transcript> {
  const segments: SpokenSegment[] = [];
  let language: string | undefined;
  for await (const event of events) {
    if (event.type === 'language') language = event.code;
    else if (event.type === 'segment') segments.push(event.segment);
    else {
      const text = segments
        .map((segment) => segment.text)
        .join('')
        .trim();
      const words = segments.flatMap((segment) => segment.words ?? []);
      const { durationSeconds, usage } = event;
      return { text, language, durationSeconds, segments, words, usage };
    }
  }
  throw new Error('The transcription has no end.');
}
