/** Finds the network in a model's folder as hubs lay it out: `onnx/model*.onnx`, or the same beside `config.json`. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface OnnxFile {
  /** Folder inside the model's own, `onnx` or empty. */
  subfolder: string;
  /** File name without `.onnx`. */
  name: string;
  /** Size of the network, weights that stand in files beside it included. */
  bytes: number;
}

const PLACES = ['onnx', ''];
const NETWORK = /^model.*\.onnx$/;
const WHOLE = 'model.onnx';

/** The unabridged network before those that are quantised or cut for one kind of machine; undefined where there is none. */
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
