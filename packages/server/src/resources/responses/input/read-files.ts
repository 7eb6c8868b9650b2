/** Reads the files in items, so that models read their texts. */
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { type InputFile, type InputFileDeps, readInputFile } from '../../files/read-input-file.ts';

interface ReadOptions extends InputFileDeps {
  /** Name of the list of items. */
  param: string;
}

type Part = Readonly<Record<string, unknown>>;

/** @throws ApiError naming the file that cannot be read. */
export async function readFiles(items: readonly NewItem[], options: ReadOptions): Promise<NewItem[]> {
  const read: NewItem[] = [];
  for (const [index, item] of items.entries()) {
    const texts = item.fileTexts ?? (await readItem(item, `${options.param}[${index}]`, options));
    read.push(texts === undefined ? item : { ...item, fileTexts: texts });
  }
  return read;
}

/** Undefined for an item without files. */
async function readItem({ data }: NewItem, param: string, deps: InputFileDeps) {
  const name = Array.isArray(data['content']) ? 'content' : 'output';
  const parts = data[name];
  if (!Array.isArray(parts) || !(parts as readonly Part[]).some(isFile)) return undefined;
  const texts: (string | null)[] = [];
  for (const [index, part] of (parts as readonly Part[]).entries()) {
    texts.push(isFile(part) ? await readInputFile(part as InputFile, `${param}.${name}[${index}]`, deps) : null);
  }
  return texts;
}

const isFile = (part: Part) => part['type'] === 'input_file';
