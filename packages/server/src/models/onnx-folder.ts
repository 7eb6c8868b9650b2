/** Folders as hubs lay out their models, with the network as ONNX: which of them are embedding models. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnnxFile } from './formats/onnx-folder.ts';

const PARTS = 'config.json, tokenizer.json and onnx/model.onnx';

/** Size of the embedding model in the folder, in bytes, or why there is none, as the end of a sentence that begins with the folder's path. */
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
  const head = modules === undefined ? otherUse(config) : undefined;
  return head === undefined
    ? network.bytes
    : `holds the ONNX network of a ${head}; ONNX networks are read where they embed`;
}

/** A network that ends in a head for another use is no embedding model, unless sentence-transformers' own files stand beside it. */
function otherUse(config: string): string | undefined {
  try {
    const { architectures = [] } = JSON.parse(config) as { architectures?: string[] };
    return architectures.find((name) => /For(?!MaskedLM)/.test(name));
  } catch {
    return 'model whose config.json is no JSON';
  }
}
