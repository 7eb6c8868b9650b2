/**
 * The responses of one connection that are not stored: the next request of the connection may continue them. They are
 * kept in memory only, as the items that their successor reads.
 */
import type { CreateResponse, InputItem, Response } from '@selfsame/contract';
import { COMPACTION_TRIGGER } from '../compaction/compactions.ts';

/** The oldest are forgotten first. */
const MAX_RESPONSES = 32;
const MAX_CHARACTERS = 64 * 1024 * 1024;

interface Kept {
  /** The stored response before the items. */
  previousId: string | null;
  items: readonly InputItem[];
  characters: number;
}

export interface UnstoredResponses {
  /** The request as the API takes it: an unstored response that it continues is replaced by its items. */
  expand(body: CreateResponse): CreateResponse;
  /** @param body the expanded request. */
  keep(body: CreateResponse, response: Pick<Response, 'id' | 'output'>): void;
  forget(id: string): void;
}

export function createUnstoredResponses(): UnstoredResponses {
  const kept = new Map<string, Kept>();
  let characters = 0;
  const forget = (id: string) => {
    characters -= kept.get(id)?.characters ?? 0;
    kept.delete(id);
  };
  return {
    forget,
    expand(body) {
      const previous = kept.get(body.previous_response_id ?? '');
      if (previous === undefined) return body;
      const { previousId, items } = previous;
      return { ...body, previous_response_id: previousId, input: [...items, ...toItems(body.input)] };
    },
    keep(body, { id, output }) {
      const items = [...toItems(body.input), ...(output as InputItem[])];
      const size = JSON.stringify(items).length;
      kept.set(id, { previousId: body.previous_response_id ?? null, items, characters: size });
      characters += size;
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_RESPONSES && characters <= MAX_CHARACTERS) break;
        forget(oldest);
      }
    },
  };
}

function toItems(input: CreateResponse['input']): readonly InputItem[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return (input ?? []).filter(({ type }) => type !== COMPACTION_TRIGGER);
}
