/** The input of a request → stored items: references are resolved, ids are unique. */
import type { InputItem } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { IdSource } from '../../../lib/ids.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { toStoredItem } from './to-stored-item.ts';

type Repositories = Pick<ProjectRepositories, 'responseItems' | 'conversationItems'>;

interface InputOptions {
  ids: IdSource;
  /** Name of the parameter, `input` or `items`. */
  param: string;
}

/** @throws ApiError naming the item that does not exist, appears twice, or that no model can read. */
export async function toStoredItems(
  repositories: Repositories,
  input: string | readonly InputItem[],
  { ids, param }: InputOptions,
): Promise<NewItem[]> {
  if (typeof input === 'string') return [toStoredItem({ role: 'user', content: input }, param, ids)];
  const referenced = await findReferenced(repositories, input);
  const seen = new Set<string>();
  return input.map((item, index) => {
    const place = `${param}[${index}]`;
    const stored = isReference(item) ? referenced.get(item.id) : toStoredItem(item, place, ids);
    if (stored === undefined) throw errors.objectNotFound('Item', (item as { id: string }).id, `${place}.id`);
    if (seen.has(stored.id)) throw errors.invalidValue(`${place}.id`, `Duplicate item found with id '${stored.id}'.`);
    seen.add(stored.id);
    return stored;
  });
}

type Reference = Extract<InputItem, { id: string; type?: 'item_reference' | null }>;

function isReference(item: InputItem): item is Reference {
  return item.type === 'item_reference' || (item.type == null && !('role' in item));
}

async function findReferenced(
  { responseItems, conversationItems }: Repositories,
  input: readonly InputItem[],
): Promise<ReadonlyMap<string, NewItem>> {
  const ids = input.filter(isReference).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const found = [...(await conversationItems.find(ids)), ...(await responseItems.find(ids))];
  return new Map(found.map((item) => [item.id, item]));
}
