/** Events of a streamed transcription. */
import Type, { type Static } from 'typebox';
import { named, ref, tagged } from '../schema.ts';
import { detectedLanguages, TranscriptTextUsageTokens, tokenLogprobs } from './transcription-objects.ts';

export const TranscriptTextSegmentEvent = named(
  'TranscriptTextSegmentEvent',
  Type.Object({
    type: Type.Literal('transcript.text.segment'),
    id: Type.String(),
    start: Type.Number({ description: 'Start in seconds.' }),
    end: Type.Number({ description: 'End in seconds.' }),
    text: Type.String({ description: 'Text of the segment.' }),
    speaker: Type.String({ description: 'Label of the speaker.' }),
  }),
);
export type TranscriptTextSegmentEvent = Static<typeof TranscriptTextSegmentEvent>;

export const TranscriptTextDeltaEvent = named(
  'TranscriptTextDeltaEvent',
  Type.Object({
    type: Type.Literal('transcript.text.delta'),
    delta: Type.String({ description: 'The next part of the text.' }),
    logprobs: tokenLogprobs(Type.Integer()),
    segment_id: Type.Optional(Type.String({ description: 'Id of the segment, if speakers are distinguished.' })),
  }),
);
export type TranscriptTextDeltaEvent = Static<typeof TranscriptTextDeltaEvent>;

export const TranscriptTextDoneEvent = named(
  'TranscriptTextDoneEvent',
  Type.Object({
    type: Type.Literal('transcript.text.done'),
    text: Type.String({ description: 'The complete text.' }),
    languages: detectedLanguages,
    logprobs: tokenLogprobs(Type.Integer()),
    usage: Type.Optional(ref(TranscriptTextUsageTokens)),
  }),
);
export type TranscriptTextDoneEvent = Static<typeof TranscriptTextDoneEvent>;

export const CreateTranscriptionResponseStreamEvent = named(
  'CreateTranscriptionResponseStreamEvent',
  tagged('type', [TranscriptTextSegmentEvent, TranscriptTextDeltaEvent, TranscriptTextDoneEvent]),
);
export type CreateTranscriptionResponseStreamEvent = Static<typeof CreateTranscriptionResponseStreamEvent>;
