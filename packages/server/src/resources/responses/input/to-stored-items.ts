/** The input of a request → stored items: references are resolved, ids are unique. */
import type { InputItem } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import type { Services } from '../../services.ts';
import { COMPACTION, type Compactions } from '../compaction/compactions.ts';
import { readFiles } from './read-files.ts';
import { toStoredItem } from './to-stored-item.ts';

type Repositories = Pick<ProjectRepositories, 'responseItems' | 'conversationItems' | 'files'>;

interface InputOptions {
  services: Pick<Services, 'ids' | 'blobs' | 'outbound'>;
  /** Name of the parameter, `input` or `items`. */
  param: string;
  signal: AbortSignal;
  compactions: Pick<Compactions, 'open'>;
}

/** @throws ApiError naming the item that does not exist, appears twice, or that no model can read, and the file that cannot be read. */
export async function toStoredItems(
  repositories: Repositories,
  input: string | readonly InputItem[],
  { services, param, signal, compactions }: InputOptions,
): Promise<NewItem[]> {
  const { ids } = services;
  if (typeof input === 'string') return [toStoredItem({ role: 'user', content: input }, param, ids)];
  const referenced = await findReferenced(repositories, input);
  const seen = new Set<string>();
  const items = input.map((item, index) => {
    const place = `${param}[${index}]`;
    const stored = isReference(item) ? referenced.get(item.id) : toStoredItem(item, place, ids);
    if (stored === undefined) throw errors.objectNotFound('Item', (item as { id: string }).id, `${place}.id`);
    if (stored.data['type'] === COMPACTION && compactions.open(stored.data) === undefined) {
      throw errors.invalidEncryptedContent(`${place}.encrypted_content`, stored.id);
    }
    if (seen.has(stored.id)) throw errors.invalidValue(`${place}.id`, `Duplicate item found with id '${stored.id}'.`);
    seen.add(stored.id);
    return stored;
  });
  return readFiles(items, { ...services, repositories, param, signal });
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
