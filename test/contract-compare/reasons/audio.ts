/** Intended differences of audio. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: /^\S+ response audio\.speech\.create answer: (application\/octet-stream is missing|\*\/\* is only here)$/,
    reason: 'the response has the media type of its format, such as audio/mpeg',
  },
  {
    pattern: /^latest response audio\.(transcriptions|translations)\.create answer: text\/plain is only here$/,
    reason: 'the formats `text`, `srt` and `vtt` are not JSON; the official clients return them as strings',
  },
  {
    pattern: /^latest request CreateTranscriptionRequest\.include\[\]: default is absent here, \[\] there$/,
    reason: 'a default of an item of a list has no effect',
  },
  {
    pattern:
      / VadConfig\.(prefix_padding_ms|silence_duration_ms|threshold): (minimum is 0|maximum is (600000|1)) here, absent there$/,
    reason: 'durations are not negative, and longer than any audio; the prose has the range of the threshold',
  },
  {
    pattern: / Create(Transcription|Translation)Request\.temperature: (minimum is 0|maximum is 1) here, absent there$/,
    reason: 'the prose of every description has the range',
  },
  {
    pattern: / request CreateTranscriptionRequest\.(include|timestamp_granularities)\[\]: is missing$/,
    reason: 'the older descriptions write the brackets of a list in a form as part of the name',
  },
  {
    pattern: /^2025-04 response TranscriptText(Delta|Done)Event\.logprobs\[\]\.bytes\[\]: no alternative any$/,
    reason: 'that description has no type for the bytes of a token; they are integers',
  },
  {
    pattern: /^2024-05 response Create(Transcription|Translation)ResponseVerboseJson\.duration: no alternative string$/,
    reason: 'that description has a string where its own example, like newer ones, has a number',
  },
  {
    pattern: /^2024-05 request CreateTranslationRequest\.response_format: only .* here, any value there$/,
    reason: 'the formats that the prose of that description lists',
  },
];
