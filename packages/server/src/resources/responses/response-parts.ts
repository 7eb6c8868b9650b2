/** The parts of a response: a message is one item of its output, and each call is one. */
import type { LoopPart } from '../../generation/loop/loop-state.ts';
import type { LoopTransaction, PartClosing } from '../../generation/loop/loop-store.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import type { ResponseFields, ResponseRecord } from '../../storage/repositories/responses.ts';
import type { Services } from '../services.ts';
import type { CallItems } from './call-items.ts';
import { discardUnfinished } from './discard-unfinished.ts';
import { isEncrypted, sealThought } from './encrypted-thoughts.ts';
import { toCallClosed, toMessageClosed, toMessageItem, toMessageOpened } from './response-output.ts';
import { toThoughtClosed, toThoughtItem, toThoughtOpened } from './thought-items.ts';

interface ResponsePartsDeps {
  tx: ProjectRepositories;
  services: Pick<Services, 'ids' | 'sealer'>;
  calls: CallItems;
  response(): ResponseRecord;
  change(fields: Partial<ResponseFields>): void;
}

type ResponseParts = Pick<
  LoopTransaction,
  'openPart' | 'describeOpened' | 'discardUnfinished' | 'closePart' | 'storeCalls'
>;

type MessageClosing = Extract<PartClosing, { type: 'message' }>;
type ThoughtClosing = Extract<PartClosing, { type: 'thought' }>;
type CallsClosing = Extract<PartClosing, { type: 'calls' }>;

const PREFIXES: Readonly<Record<LoopPart, string>> = { thought: 'rs_', message: 'msg_', calls: 'calls_' };

/** Writes whole parts as items of the output, and returns their last events. */
function createClosings({ tx, services, calls, response }: Omit<ResponsePartsDeps, 'change'>) {
  const append = async (items: readonly NewItem[]): Promise<number> => {
    const { id } = response();
    const index = await tx.responseItems.append(id, items);
    if (index === undefined) throw new Error(`The response ${id} does not exist.`);
    return index;
  };

  async function closeMessage({ part, text, citations, logprobs, cut }: MessageClosing): Promise<NewEvent[]> {
    const content = { text, citations, logprobs };
    const item = toMessageItem(part.id, cut === null ? 'completed' : 'incomplete', content);
    await append([{ id: item.id, data: item }]);
    return toMessageClosed(part, item, content);
  }

  async function closeThought({ part, text, cut }: ThoughtClosing): Promise<NewEvent[]> {
    const { request, projectId } = response();
    const encrypted = isEncrypted(request) ? sealThought(services.sealer, text, projectId) : undefined;
    const item = toThoughtItem(part.id, cut === null ? 'completed' : 'incomplete', { text, encrypted });
    await append([{ id: item.id, data: item }]);
    return toThoughtClosed(part, item, text);
  }

  async function closeCalls({ calls: made, end }: CallsClosing): Promise<NewEvent[]> {
    const status = end === 'completed' ? ('completed' as const) : ('incomplete' as const);
    const items = made.map((call) => calls.toItem(call, status));
    const first = await append(
      items.map((item, index) => {
        const call = made[index];
        return { id: item.id, data: item, ...(call?.own === undefined ? {} : { call }) };
      }),
    );
    return made.flatMap((call, index) => {
      const item = items[index];
      return item === undefined ? [] : toCallClosed(calls, { call, item, index: first + index });
    });
  }

  return { append, closeMessage, closeThought, closeCalls };
}

export function createResponseParts(deps: ResponsePartsDeps): ResponseParts {
  const { tx, services, response, change } = deps;
  const { append, closeMessage, closeThought, closeCalls } = createClosings(deps);
  return {
    async openPart(type) {
      // Appending nothing returns the position of the next item.
      const open = { id: services.ids(PREFIXES[type]), type, index: await append([]) };
      change({ open });
      return open;
    },
    // Each call is an item, which is added when the model names it.
    async describeOpened(part) {
      if (part.type === 'calls') return [];
      return part.type === 'thought' ? toThoughtOpened(part) : toMessageOpened(part);
    },
    async discardUnfinished() {
      change({ open: null, calls: [] });
      return discardUnfinished(tx, response().id);
    },
    async closePart(closing) {
      change({ open: null });
      if (closing.type === 'calls') return closeCalls(closing);
      return closing.type === 'thought' ? closeThought(closing) : closeMessage(closing);
    },
    async storeCalls() {
      throw new Error('A response does not wait for outputs: calls of the client complete it.');
    },
  };
}
