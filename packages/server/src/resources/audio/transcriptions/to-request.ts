/** Checks the parameters of a transcription against each other and the model, and makes a request of them. Pure. */
import type { CreateTranscriptionRequest, VadConfig } from '@selfsame/contract';
import { toLanguageCode } from '../../../engines/spoken-languages.ts';
import type {
  TranscribeRequest,
  TranscriptionModel,
  TranscriptionModelCapabilities,
  VoiceActivity,
} from '../../../engines/transcription-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import { DEFAULT_REQUEST } from '../transcribe.ts';

type Body = Omit<CreateTranscriptionRequest, 'file'>;

/** Throws ApiError that names the first parameter that cannot be honoured. */
export function toTranscribeRequest(
  body: Body,
  { modelId, capabilities }: Pick<TranscriptionModel, 'modelId' | 'capabilities'>,
): Omit<TranscribeRequest, 'recording'> {
  const { timestamp_granularities: granularities, response_format: format = 'json', include, stream } = body;
  if (format === 'diarized_json') refuseSpeakers(modelId, 'response_format');
  for (const name of ['known_speaker_names', 'known_speaker_references'] as const) {
    if (body[name] !== undefined && body[name].length > 0) refuseSpeakers(modelId, name);
  }
  if (granularities !== undefined && granularities.length > 0 && format !== 'verbose_json') {
    throw errors.unsupportedParameter('timestamp_granularities', "It needs 'response_format' to be 'verbose_json'.");
  }
  const wordTimes = granularities?.includes('word') === true;
  if (wordTimes && !capabilities.hasWordTimes) {
    throw errors.unsupportedValue('timestamp_granularities', `The model '${modelId}' returns no times of words.`);
  }
  const logprobs = include?.includes('logprobs') === true;
  if (logprobs && format !== 'json') {
    throw errors.unsupportedParameter('include', "Log probabilities need 'response_format' to be 'json'.");
  }
  if (logprobs && !capabilities.hasLogprobs) {
    throw errors.unsupportedValue('include', `The model '${modelId}' returns no log probabilities.`);
  }
  if (stream === true && format !== 'json' && format !== 'text') {
    throw errors.unsupportedValue('response_format', `A stream has the format 'json' or 'text', not '${format}'.`);
  }
  return {
    ...DEFAULT_REQUEST,
    ...toLanguages(body, modelId, capabilities),
    prompt: toPrompt(body),
    temperature: body.temperature ?? 0,
    wordTimes,
    logprobs,
    voiceActivity: toVoiceActivity(body.chunking_strategy),
  };
}

function refuseSpeakers(modelId: string, param: string): never {
  throw errors.unsupportedValue(param, `The model '${modelId}' does not distinguish speakers.`);
}

function toLanguages(body: Body, modelId: string, { languages: known }: TranscriptionModelCapabilities) {
  const toKnown = (text: string, param: string) => {
    const code = toLanguageCode(text);
    if (code === undefined) {
      throw errors.invalidValue(param, `Invalid '${param}': '${text}' is no ISO 639-1 code of a known language.`);
    }
    if (known?.includes(code) !== false) return code;
    throw errors.unsupportedValue(param, `The model '${modelId}' does not know the language '${text}'.`);
  };
  return {
    language: body.language === undefined || body.language === '' ? undefined : toKnown(body.language, 'language'),
    languages: body.languages?.map((text, i) => toKnown(text, `languages[${i}]`)),
  };
}

/** Expected words stand before the text that precedes the audio: both guide the spelling. */
function toPrompt({ prompt, keywords = [] }: Body): string | undefined {
  const parts = [keywords.join(', '), prompt ?? ''].filter((part) => part.trim() !== '');
  return parts.length === 0 ? undefined : parts.join('. ');
}

const DEFAULT_VAD = { threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200 };

/** `auto` cuts at the pauses that the model's engine chooses. */
function toVoiceActivity(strategy: 'auto' | VadConfig | null | undefined): VoiceActivity | undefined {
  if (strategy === undefined || strategy === null || strategy === 'auto') return undefined;
  const { threshold, prefix_padding_ms, silence_duration_ms } = { ...DEFAULT_VAD, ...strategy };
  return {
    threshold,
    prefixPaddingMs: prefix_padding_ms,
    silenceDurationMs: silence_duration_ms,
    isolatesChunks: true,
  };
}
