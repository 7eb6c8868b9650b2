/** Annotations and log probabilities of generated text. */
import Type, { type Static } from 'typebox';
import { named, ref, tagged } from '../schema.ts';

export const FileCitationBody = named(
  'FileCitationBody',
  Type.Object({
    type: Type.Literal('file_citation', { default: 'file_citation' }),
    file_id: Type.String(),
    index: Type.Integer(),
    filename: Type.String(),
  }),
);
export type FileCitationBody = Static<typeof FileCitationBody>;

export const UrlCitationBody = named(
  'UrlCitationBody',
  Type.Object({
    type: Type.Literal('url_citation', { default: 'url_citation' }),
    url: Type.String(),
    start_index: Type.Integer(),
    end_index: Type.Integer(),
    title: Type.String(),
  }),
);
export type UrlCitationBody = Static<typeof UrlCitationBody>;

export const ContainerFileCitationBody = named(
  'ContainerFileCitationBody',
  Type.Object({
    type: Type.Literal('container_file_citation', { default: 'container_file_citation' }),
    container_id: Type.String(),
    file_id: Type.String(),
    start_index: Type.Integer(),
    end_index: Type.Integer(),
    filename: Type.String(),
  }),
);
export type ContainerFileCitationBody = Static<typeof ContainerFileCitationBody>;

export const FilePath = named(
  'FilePath',
  Type.Object({ type: Type.Literal('file_path'), file_id: Type.String(), index: Type.Integer() }),
);
export type FilePath = Static<typeof FilePath>;

export const Annotation = named(
  'Annotation',
  tagged('type', [FileCitationBody, UrlCitationBody, ContainerFileCitationBody, FilePath]),
);
export type Annotation = Static<typeof Annotation>;

export const TopLogProb = named(
  'TopLogProb',
  Type.Object({ token: Type.String(), logprob: Type.Number(), bytes: Type.Array(Type.Integer()) }),
);
export type TopLogProb = Static<typeof TopLogProb>;

export const LogProb = named(
  'LogProb',
  Type.Object({
    token: Type.String(),
    logprob: Type.Number(),
    bytes: Type.Array(Type.Integer()),
    top_logprobs: Type.Array(ref(TopLogProb)),
  }),
);
export type LogProb = Static<typeof LogProb>;

export const ResponseLogProb = named(
  'ResponseLogProb',
  Type.Object({
    token: Type.String(),
    logprob: Type.Number(),
    top_logprobs: Type.Optional(
      Type.Array(Type.Object({ token: Type.Optional(Type.String()), logprob: Type.Optional(Type.Number()) })),
    ),
  }),
);
export type ResponseLogProb = Static<typeof ResponseLogProb>;
