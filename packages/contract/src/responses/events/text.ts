/** Events of text, refusals, reasoning and audio. */
import Type, { type Static } from 'typebox';
import { named, nullable, ref } from '../../schema.ts';
import { Annotation, ResponseLogProb } from '../annotations.ts';

export const ResponseTextDeltaEvent = named(
  'ResponseTextDeltaEvent',
  Type.Object({
    type: Type.Literal('response.output_text.delta'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    delta: Type.String(),
    sequence_number: Type.Integer(),
    logprobs: Type.Array(ref(ResponseLogProb)),
  }),
);
export type ResponseTextDeltaEvent = Static<typeof ResponseTextDeltaEvent>;

export const ResponseTextDoneEvent = named(
  'ResponseTextDoneEvent',
  Type.Object({
    type: Type.Literal('response.output_text.done'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    text: Type.String(),
    sequence_number: Type.Integer(),
    logprobs: Type.Array(ref(ResponseLogProb)),
  }),
);
export type ResponseTextDoneEvent = Static<typeof ResponseTextDoneEvent>;

export const ResponseOutputTextAnnotationAddedEvent = named(
  'ResponseOutputTextAnnotationAddedEvent',
  Type.Object({
    type: Type.Literal('response.output_text.annotation.added'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    annotation_index: Type.Integer(),
    sequence_number: Type.Integer(),
    annotation: nullable(ref(Annotation)),
  }),
);
export type ResponseOutputTextAnnotationAddedEvent = Static<typeof ResponseOutputTextAnnotationAddedEvent>;

export const ResponseRefusalDeltaEvent = named(
  'ResponseRefusalDeltaEvent',
  Type.Object({
    type: Type.Literal('response.refusal.delta'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    delta: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseRefusalDeltaEvent = Static<typeof ResponseRefusalDeltaEvent>;

export const ResponseRefusalDoneEvent = named(
  'ResponseRefusalDoneEvent',
  Type.Object({
    type: Type.Literal('response.refusal.done'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    refusal: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseRefusalDoneEvent = Static<typeof ResponseRefusalDoneEvent>;

export const ResponseReasoningSummaryPartAddedEvent = named(
  'ResponseReasoningSummaryPartAddedEvent',
  Type.Object({
    type: Type.Literal('response.reasoning_summary_part.added'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    summary_index: Type.Integer(),
    sequence_number: Type.Integer(),
    part: Type.Object({ type: Type.Literal('summary_text'), text: Type.String() }),
  }),
);
export type ResponseReasoningSummaryPartAddedEvent = Static<typeof ResponseReasoningSummaryPartAddedEvent>;

export const ResponseReasoningSummaryPartDoneEvent = named(
  'ResponseReasoningSummaryPartDoneEvent',
  Type.Object({
    type: Type.Literal('response.reasoning_summary_part.done'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    summary_index: Type.Integer(),
    status: Type.Optional(Type.Literal('incomplete')),
    sequence_number: Type.Integer(),
    part: Type.Object({ type: Type.Literal('summary_text'), text: Type.String() }),
  }),
);
export type ResponseReasoningSummaryPartDoneEvent = Static<typeof ResponseReasoningSummaryPartDoneEvent>;

export const ResponseReasoningSummaryTextDeltaEvent = named(
  'ResponseReasoningSummaryTextDeltaEvent',
  Type.Object({
    type: Type.Literal('response.reasoning_summary_text.delta'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    summary_index: Type.Integer(),
    delta: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseReasoningSummaryTextDeltaEvent = Static<typeof ResponseReasoningSummaryTextDeltaEvent>;

export const ResponseReasoningSummaryTextDoneEvent = named(
  'ResponseReasoningSummaryTextDoneEvent',
  Type.Object({
    type: Type.Literal('response.reasoning_summary_text.done'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    summary_index: Type.Integer(),
    text: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseReasoningSummaryTextDoneEvent = Static<typeof ResponseReasoningSummaryTextDoneEvent>;

export const ResponseReasoningTextDeltaEvent = named(
  'ResponseReasoningTextDeltaEvent',
  Type.Object({
    type: Type.Literal('response.reasoning_text.delta'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    delta: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseReasoningTextDeltaEvent = Static<typeof ResponseReasoningTextDeltaEvent>;

export const ResponseReasoningTextDoneEvent = named(
  'ResponseReasoningTextDoneEvent',
  Type.Object({
    type: Type.Literal('response.reasoning_text.done'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    text: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseReasoningTextDoneEvent = Static<typeof ResponseReasoningTextDoneEvent>;

export const ResponseAudioDeltaEvent = named(
  'ResponseAudioDeltaEvent',
  Type.Object({ type: Type.Literal('response.audio.delta'), sequence_number: Type.Integer(), delta: Type.String() }),
);
export type ResponseAudioDeltaEvent = Static<typeof ResponseAudioDeltaEvent>;

export const ResponseAudioDoneEvent = named(
  'ResponseAudioDoneEvent',
  Type.Object({ type: Type.Literal('response.audio.done'), sequence_number: Type.Integer() }),
);
export type ResponseAudioDoneEvent = Static<typeof ResponseAudioDoneEvent>;

export const ResponseAudioTranscriptDeltaEvent = named(
  'ResponseAudioTranscriptDeltaEvent',
  Type.Object({
    type: Type.Literal('response.audio.transcript.delta'),
    delta: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseAudioTranscriptDeltaEvent = Static<typeof ResponseAudioTranscriptDeltaEvent>;

export const ResponseAudioTranscriptDoneEvent = named(
  'ResponseAudioTranscriptDoneEvent',
  Type.Object({ type: Type.Literal('response.audio.transcript.done'), sequence_number: Type.Integer() }),
);
export type ResponseAudioTranscriptDoneEvent = Static<typeof ResponseAudioTranscriptDoneEvent>;
