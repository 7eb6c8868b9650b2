import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { createOwnEngine } from '../engines/child-process/shared-engine.ts';
import { writeGguf } from '../models/formats/gguf-writer.ts';
import { temporaryDirectory } from '../models/testing/temporary-directory.ts';
import { createModelLister } from './list-models.ts';

const place = (dataDir: string, file: string, architecture: string) =>
  writeGguf(join(dataDir, 'models', file), { 'general.architecture': { type: 'string', value: architecture } }, []);

it('offers each file as what it is, and a file that stays as the same model when others come', async () => {
  const dataDir = await temporaryDirectory();
  await mkdir(join(dataDir, 'models'));
  await place(dataDir, 'writer.gguf', 'llama');
  const { config } = loadConfig({ dataDir, builtIn: 'false' }, {});
  const log = pino({ level: 'silent' });
  const list = createModelLister(config, log, createOwnEngine({ log }));
  const writer = (await list()).find(({ id }) => id === 'writer');
  await place(dataDir, 'encoder.gguf', 'bert');
  const both = (await list()).filter(({ id }) => id === 'writer' || id === 'encoder');
  expect(both.map(({ id, kind }) => [id, kind])).toEqual([
    ['encoder', 'embedding'],
    ['writer', 'chat'],
  ]);
  // Were it another one, the registry would close the model that is answering.
  expect(both[1]).toBe(writer);
});

it('says once of a default model that calls no functions by itself what requests with tools get', async () => {
  const dataDir = await temporaryDirectory();
  await mkdir(join(dataDir, 'models'));
  await place(dataDir, 'plain.gguf', 'llama');
  const { config } = loadConfig({ dataDir, builtIn: 'false' }, {});
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  const list = createModelLister(config, log, createOwnEngine({ log }));
  await list();
  await list();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('plain answers by default and calls no functions by itself');
});
