/** Events of a streamed run: each has a name and an object. */
import Type, { type Static } from 'typebox';
import { ErrorObject } from '../../error.ts';
import { type Named, named, ref, tagged } from '../../schema.ts';
import { ThreadObject } from '../../threads.ts';
import { MessageDeltaObject } from '../message-delta.ts';
import { MessageObject } from '../messages.ts';
import { RunObject } from './objects.ts';
import { RunStepDeltaObject, RunStepObject } from './step-objects.ts';

/** `thread.run.created` → `ThreadRunCreatedEvent`. */
function toComponentName(event: string): string {
  const words = event.split(/[._]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Event`;
}

const streamEvent = <const E extends string, T extends Named>(event: E, data: T) =>
  named(toComponentName(event), Type.Object({ event: Type.Literal(event), data: ref(data) }));

export const ErrorEvent = named('ErrorEvent', Type.Object({ event: Type.Literal('error'), data: ref(ErrorObject) }));

/** The last event of every stream. */
export const DoneEvent = named('DoneEvent', Type.Object({ event: Type.Literal('done'), data: Type.Literal('[DONE]') }));

export const AssistantStreamEvent = named(
  'AssistantStreamEvent',
  tagged('event', [
    streamEvent('thread.created', ThreadObject),
    streamEvent('thread.run.created', RunObject),
    streamEvent('thread.run.queued', RunObject),
    streamEvent('thread.run.in_progress', RunObject),
    streamEvent('thread.run.requires_action', RunObject),
    streamEvent('thread.run.completed', RunObject),
    streamEvent('thread.run.incomplete', RunObject),
    streamEvent('thread.run.failed', RunObject),
    streamEvent('thread.run.cancelling', RunObject),
    streamEvent('thread.run.cancelled', RunObject),
    streamEvent('thread.run.expired', RunObject),
    streamEvent('thread.run.step.created', RunStepObject),
    streamEvent('thread.run.step.in_progress', RunStepObject),
    streamEvent('thread.run.step.delta', RunStepDeltaObject),
    streamEvent('thread.run.step.completed', RunStepObject),
    streamEvent('thread.run.step.failed', RunStepObject),
    streamEvent('thread.run.step.cancelled', RunStepObject),
    streamEvent('thread.run.step.expired', RunStepObject),
    streamEvent('thread.message.created', MessageObject),
    streamEvent('thread.message.in_progress', MessageObject),
    streamEvent('thread.message.delta', MessageDeltaObject),
    streamEvent('thread.message.completed', MessageObject),
    streamEvent('thread.message.incomplete', MessageObject),
    ErrorEvent,
    DoneEvent,
  ]),
);
export type AssistantStreamEvent = Static<typeof AssistantStreamEvent>;
