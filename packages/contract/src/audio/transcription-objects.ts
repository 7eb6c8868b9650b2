/** Results of transcriptions: JSON, verbose JSON and JSON with speakers. */
import Type, { type Static } from 'typebox';
import { named, ref, tagged } from '../schema.ts';

export const TranscriptionLanguage = named(
  'TranscriptionLanguage',
  Type.Object({ code: Type.String({ description: 'ISO 639-1 code of a detected language.' }) }),
);
export type TranscriptionLanguage = Static<typeof TranscriptionLanguage>;

export const detectedLanguages = Type.Optional(
  Type.Array(ref(TranscriptionLanguage), { description: 'The detected languages; empty if none was detected.' }),
);

/** @param byteSchema of one byte of a token. */
export const tokenLogprobs = (byteSchema: Type.TInteger | Type.TNumber) =>
  Type.Optional(
    Type.Array(
      Type.Object({
        token: Type.Optional(Type.String()),
        logprob: Type.Optional(Type.Number({ description: 'Log probability of the token.' })),
        bytes: Type.Optional(Type.Array(byteSchema, { description: 'UTF-8 bytes of the token.' })),
      }),
      { description: 'Present if `include` contains `logprobs`.' },
    ),
  );

export const TranscriptTextUsageTokens = named(
  'TranscriptTextUsageTokens',
  Type.Object({
    type: Type.Literal('tokens'),
    input_tokens: Type.Integer(),
    input_token_details: Type.Optional(
      Type.Object({
        text_tokens: Type.Optional(Type.Integer({ description: 'Tokens of the prompt.' })),
        audio_tokens: Type.Optional(Type.Integer({ description: 'Tokens of the audio.' })),
      }),
    ),
    output_tokens: Type.Integer(),
    total_tokens: Type.Integer({ description: 'Sum of input and output tokens.' }),
  }),
);
export type TranscriptTextUsageTokens = Static<typeof TranscriptTextUsageTokens>;

export const TranscriptTextUsageDuration = named(
  'TranscriptTextUsageDuration',
  Type.Object({
    type: Type.Literal('duration'),
    seconds: Type.Number({ description: 'Duration of the audio in seconds.' }),
  }),
);
export type TranscriptTextUsageDuration = Static<typeof TranscriptTextUsageDuration>;

const usage = () => Type.Optional(tagged('type', [TranscriptTextUsageTokens, TranscriptTextUsageDuration]));
const seconds = (description: string) => Type.Number({ description: `${description} in seconds.` });

export const CreateTranscriptionResponseJson = named(
  'CreateTranscriptionResponseJson',
  Type.Object({
    text: Type.String({ description: 'The spoken text.' }),
    languages: detectedLanguages,
    logprobs: tokenLogprobs(Type.Number()),
    usage: usage(),
  }),
);
export type CreateTranscriptionResponseJson = Static<typeof CreateTranscriptionResponseJson>;

export const TranscriptionDiarizedSegment = named(
  'TranscriptionDiarizedSegment',
  Type.Object({
    type: Type.Literal('transcript.text.segment'),
    id: Type.String(),
    start: seconds('Start'),
    end: seconds('End'),
    text: Type.String({ description: 'Text of the segment.' }),
    speaker: Type.String({ description: 'A name of `known_speaker_names`, or `A`, `B` and so on.' }),
  }),
);
export type TranscriptionDiarizedSegment = Static<typeof TranscriptionDiarizedSegment>;

export const CreateTranscriptionResponseDiarizedJson = named(
  'CreateTranscriptionResponseDiarizedJson',
  Type.Object({
    task: Type.Literal('transcribe'),
    duration: seconds('Duration of the audio'),
    text: Type.String({ description: 'The spoken text.' }),
    segments: Type.Array(ref(TranscriptionDiarizedSegment)),
    usage: usage(),
  }),
);
export type CreateTranscriptionResponseDiarizedJson = Static<typeof CreateTranscriptionResponseDiarizedJson>;

export const TranscriptionWord = named(
  'TranscriptionWord',
  Type.Object({ word: Type.String(), start: seconds('Start'), end: seconds('End') }),
);
export type TranscriptionWord = Static<typeof TranscriptionWord>;

export const TranscriptionSegment = named(
  'TranscriptionSegment',
  Type.Object({
    id: Type.Integer(),
    seek: Type.Integer({ description: 'Offset of the decoded window in hundredths of a second.' }),
    start: seconds('Start'),
    end: seconds('End'),
    text: Type.String({ description: 'Text of the segment.' }),
    tokens: Type.Array(Type.Integer(), { description: 'Token ids of the text.' }),
    temperature: Type.Number({ description: 'Temperature of the decoding.' }),
    avg_logprob: Type.Number({ description: 'Mean log probability of the tokens. Below -1, the decoding failed.' }),
    compression_ratio: Type.Number({ description: 'Ratio of the text to its compressed form. Above 2.4, it repeats.' }),
    no_speech_prob: Type.Number({ description: 'Probability that nothing is spoken.' }),
  }),
);
export type TranscriptionSegment = Static<typeof TranscriptionSegment>;

export const CreateTranscriptionResponseVerboseJson = named(
  'CreateTranscriptionResponseVerboseJson',
  Type.Object({
    language: Type.String({ description: 'English name of the language, for example `english`.' }),
    duration: seconds('Duration of the audio'),
    text: Type.String({ description: 'The spoken text.' }),
    words: Type.Optional(Type.Array(ref(TranscriptionWord))),
    segments: Type.Optional(Type.Array(ref(TranscriptionSegment))),
    usage: Type.Optional(ref(TranscriptTextUsageDuration)),
  }),
);
export type CreateTranscriptionResponseVerboseJson = Static<typeof CreateTranscriptionResponseVerboseJson>;

export const CreateTranscriptionResponse = named(
  'CreateTranscriptionResponse',
  Type.Union([
    ref(CreateTranscriptionResponseJson),
    ref(CreateTranscriptionResponseDiarizedJson),
    ref(CreateTranscriptionResponseVerboseJson),
  ]),
);
export type CreateTranscriptionResponse = Static<typeof CreateTranscriptionResponse>;
