/**
 * Finds the network in a model folder with the layout of hubs: `onnx/model*.onnx`, or the same beside `config.json`.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface OnnxFile {
  /** Subfolder of the model folder: `onnx` or empty. */
  subfolder: string;
  /** File name without `.onnx`. */
  name: string;
  /** Size of the network, external weights included. */
  bytes: number;
}

const PLACES = ['onnx', ''];
const NETWORK = /^model.*\.onnx$/;
const WHOLE = 'model.onnx';

/** Prefers the full network to quantised and machine-specific ones; undefined = none exists. */
export async function findOnnxFile(folder: string): Promise<OnnxFile | undefined> {
  for (const subfolder of PLACES) {
    const files = await readdir(join(folder, subfolder)).catch(() => []);
    const networks = files.filter((file) => NETWORK.test(file)).toSorted();
    const file = networks.includes(WHOLE) ? WHOLE : networks[0];
    if (file === undefined) continue;
    const parts = files.filter((each) => each === file || each.startsWith(`${file}_data`) || each === `${file}.data`);
    const sizes = await Promise.all(parts.map(async (part) => (await stat(join(folder, subfolder, part))).size));
    return { subfolder, name: file.slice(0, -'.onnx'.length), bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }
  return undefined;
}
