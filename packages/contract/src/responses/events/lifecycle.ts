/** Events of the response, its items and their parts. */
import Type, { type Static } from 'typebox';
import { named, nullable, ref } from '../../schema.ts';
import { OutputContent } from '../content.ts';
import { OutputItem } from '../items.ts';
import { Response } from '../response.ts';

export const ResponseCreatedEvent = named(
  'ResponseCreatedEvent',
  Type.Object({ type: Type.Literal('response.created'), response: ref(Response), sequence_number: Type.Integer() }),
);
export type ResponseCreatedEvent = Static<typeof ResponseCreatedEvent>;

export const ResponseInProgressEvent = named(
  'ResponseInProgressEvent',
  Type.Object({ type: Type.Literal('response.in_progress'), response: ref(Response), sequence_number: Type.Integer() }),
);
export type ResponseInProgressEvent = Static<typeof ResponseInProgressEvent>;

export const ResponseQueuedEvent = named(
  'ResponseQueuedEvent',
  Type.Object({ type: Type.Literal('response.queued'), response: ref(Response), sequence_number: Type.Integer() }),
);
export type ResponseQueuedEvent = Static<typeof ResponseQueuedEvent>;

export const ResponseCompletedEvent = named(
  'ResponseCompletedEvent',
  Type.Object({ type: Type.Literal('response.completed'), response: ref(Response), sequence_number: Type.Integer() }),
);
export type ResponseCompletedEvent = Static<typeof ResponseCompletedEvent>;

export const ResponseFailedEvent = named(
  'ResponseFailedEvent',
  Type.Object({ type: Type.Literal('response.failed'), sequence_number: Type.Integer(), response: ref(Response) }),
);
export type ResponseFailedEvent = Static<typeof ResponseFailedEvent>;

export const ResponseIncompleteEvent = named(
  'ResponseIncompleteEvent',
  Type.Object({ type: Type.Literal('response.incomplete'), response: ref(Response), sequence_number: Type.Integer() }),
);
export type ResponseIncompleteEvent = Static<typeof ResponseIncompleteEvent>;

export const ResponseErrorEvent = named(
  'ResponseErrorEvent',
  Type.Object({
    type: Type.Literal('error'),
    code: nullable(Type.String()),
    message: Type.String(),
    param: nullable(Type.String()),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseErrorEvent = Static<typeof ResponseErrorEvent>;

export const ResponseOutputItemAddedEvent = named(
  'ResponseOutputItemAddedEvent',
  Type.Object({
    type: Type.Literal('response.output_item.added'),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
    item: ref(OutputItem),
  }),
);
export type ResponseOutputItemAddedEvent = Static<typeof ResponseOutputItemAddedEvent>;

export const ResponseOutputItemDoneEvent = named(
  'ResponseOutputItemDoneEvent',
  Type.Object({
    type: Type.Literal('response.output_item.done'),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
    item: ref(OutputItem),
  }),
);
export type ResponseOutputItemDoneEvent = Static<typeof ResponseOutputItemDoneEvent>;

export const ResponseContentPartAddedEvent = named(
  'ResponseContentPartAddedEvent',
  Type.Object({
    type: Type.Literal('response.content_part.added'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    part: ref(OutputContent),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseContentPartAddedEvent = Static<typeof ResponseContentPartAddedEvent>;

export const ResponseContentPartDoneEvent = named(
  'ResponseContentPartDoneEvent',
  Type.Object({
    type: Type.Literal('response.content_part.done'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    content_index: Type.Integer(),
    sequence_number: Type.Integer(),
    part: ref(OutputContent),
  }),
);
export type ResponseContentPartDoneEvent = Static<typeof ResponseContentPartDoneEvent>;
