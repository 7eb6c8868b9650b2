/** Intended differences of realtime sessions. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern:
      / RealtimeAudioFormats: (no alternative object type=audio\/pcm[ua]?|alternative object type=audio\/pcm\|.* is only here)$/,
    reason: 'one object with all formats, because the type is optional',
  },
  {
    pattern:
      / Realtime\S+\.(threshold|prefix_padding_ms|silence_duration_ms): (minimum is 0|maximum is (1|600000)) here, absent there$/,
    reason: 'the prose has the range of the threshold; durations are not negative, and at most 10 minutes',
  },
  {
    pattern: / Realtime\S+\.max_(response_)?output_tokens: minimum is 1 here, absent there$/,
    reason: 'the prose of every description has the minimum',
  },
  {
    pattern: / RealtimeSessionCreateRequest\.temperature: (minimum is 0\.6|maximum is 1\.2) here, absent there$/,
    reason: 'the prose of every description has the range',
  },
  {
    pattern: /^latest response Realtime\S+Response(GA)?\.object: only realtime\.\w+ here, any value there$/,
    reason: 'the only value that the prose names',
  },
  {
    pattern: /^latest request Realtime(Transcription)?SessionCreateRequest\.client_secret[.:]/,
    reason: 'the server creates the key; a request has its lifetime, as the official client 4 sends it',
  },
  {
    pattern:
      /^latest request RealtimeSessionCreateRequest\.(input|output)_audio_format: (default is "pcm16" here, absent there|only pcm16, g711_ulaw, g711_alaw here, any value there)$/,
    reason: 'the values and the default of 2025-04, which the current prose lists',
  },
  {
    pattern: /^latest request AudioTranscription\.(language|languages|keywords|prompt|delay): is only here$/,
    reason: 'sessions of 2025-04 have a language and a prompt; one schema for every transcription of realtime audio',
  },
  {
    pattern:
      /^latest request Realtime(Transcription)?SessionCreateRequest\.turn_detection: null is allowed here, not there$/,
    reason: 'the prose of every description turns detection off with null',
  },
  {
    pattern:
      /^latest request Realtime(Transcription)?SessionCreateRequest\.turn_detection\.(type: |(eagerness|create_response|interrupt_response): is only here$)/,
    reason: 'the turn detection of 2025-04, which the official client 4 sends',
  },
  {
    pattern:
      /^latest request RealtimeSessionCreateRequest\.(model|input_audio_noise_reduction|temperature): (is only here|default is 0\.8 here, absent there)$/,
    reason: 'parameters of 2025-04, which the official client 4 sends',
  },
  {
    pattern: /^latest request RealtimeTranscriptionSessionCreateRequest\.modalities: is only here$/,
    reason: 'a parameter of 2025-04, which the official client 4 sends',
  },
  {
    pattern:
      /^latest response RealtimeSessionCreateResponse\.(client_secret|modalities|voice|(in|out)put_audio_\w+|temperature|max_response_output_tokens): is only here$/,
    reason: 'the response of 2025-04, which the official client 4 reads; the prose of the operation names the key',
  },
  {
    pattern: /^2025-04 request Realtime(Transcription)?SessionCreateRequest\.modalities\[\]: default is absent here, /,
    reason: 'a default of an item of a list has no effect',
  },
  {
    pattern: /^2025-04 request RealtimeSessionCreateRequest\.tool_choice: default is absent here, "auto" there$/,
    reason: 'the current description has no default; without tools, none is chosen',
  },
  {
    pattern: /^2025-04 request RealtimeTranscriptionSessionCreateRequest\.include\[\]: only .* here, any value there$/,
    reason: 'the only value that the prose names',
  },
];
