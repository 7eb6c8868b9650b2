/** Recognises embedding models among folders with the layout of hubs and an ONNX network. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnnxFile } from './formats/onnx-folder.ts';

const PARTS = 'config.json, tokenizer.json and onnx/model.onnx';

/**
 * Returns the model's size in bytes, or the reason why the folder is refused as a predicate whose subject is its path.
 */
export async function inspectOnnxFolder(folder: string): Promise<number | string> {
  const read = (file: string) => readFile(join(folder, file), 'utf8').catch(() => undefined);
  const [config, tokenizer, modules] = await Promise.all(['config.json', 'tokenizer.json', 'modules.json'].map(read));
  const network = await findOnnxFile(folder);
  if (network === undefined && config === undefined) {
    return `is a directory; name the .gguf file inside it, or a directory with ${PARTS} of an embedding model`;
  }
  if (network === undefined || config === undefined || tokenizer === undefined) {
    return `is a directory that has not all of ${PARTS}`;
  }
  const head = modules === undefined ? findOtherHead(config) : undefined;
  return head === undefined
    ? network.bytes
    : `holds the ONNX network of a ${head}; ONNX networks are read where they embed`;
}

/**
 * The head of a network for another task; undefined = it is an embedding model. Folders of sentence-transformers always
 * are.
 */
function findOtherHead(config: string): string | undefined {
  try {
    const { architectures = [] } = JSON.parse(config) as { architectures?: string[] };
    return architectures.find((name) => /For(?!MaskedLM)/.test(name));
  } catch {
    return 'model whose config.json is no JSON';
  }
}
