/** The parts of a response: a message is one item of its output, and each call is one. */
import type { LoopTransaction, PartClosing } from '../../generation/loop/loop-store.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import type { ResponseFields, ResponseRecord } from '../../storage/repositories/responses.ts';
import type { Services } from '../services.ts';
import type { CallItems } from './call-items.ts';
import { discardUnfinished } from './discard-unfinished.ts';
import { toCallClosed, toMessageClosed, toMessageItem, toMessageOpened } from './response-output.ts';

interface ResponsePartsDeps {
  tx: ProjectRepositories;
  services: Pick<Services, 'ids'>;
  calls: CallItems;
  response(): ResponseRecord;
  change(fields: Partial<ResponseFields>): void;
}

type ResponseParts = Pick<
  LoopTransaction,
  'openPart' | 'describeOpened' | 'discardUnfinished' | 'closePart' | 'storeCalls'
>;

type MessageClosing = Extract<PartClosing, { type: 'message' }>;
type CallsClosing = Extract<PartClosing, { type: 'calls' }>;

export function createResponseParts({ tx, services, calls, response, change }: ResponsePartsDeps): ResponseParts {
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

  async function closeCalls({ calls: closed, end }: CallsClosing): Promise<NewEvent[]> {
    const status = end === 'completed' ? ('completed' as const) : ('incomplete' as const);
    const made = closed.filter((call) => status === 'completed' || calls.formOf(call).isWhole !== true);
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

  return {
    async openPart(type) {
      // Appending nothing returns the position of the next item.
      const open = { id: services.ids(type === 'message' ? 'msg_' : 'calls_'), type, index: await append([]) };
      change({ open });
      return open;
    },
    // Each call is an item, which is added when the model names it.
    describeOpened: async (part) => (part.type === 'message' ? toMessageOpened(part) : []),
    async discardUnfinished() {
      change({ open: null, calls: [] });
      return discardUnfinished(tx, response().id);
    },
    async closePart(closing) {
      change({ open: null });
      return closing.type === 'message' ? closeMessage(closing) : closeCalls(closing);
    },
    async storeCalls() {
      throw new Error('A response does not wait for outputs: calls of the client complete it.');
    },
  };
}
