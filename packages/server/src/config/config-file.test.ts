import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfigFile } from './config-file.ts';
import { defineConfig, type SelfsameConfig } from './define-config.ts';
import { describeConfig } from './describe.ts';
import { loadConfig, openConfigFile } from './load.ts';
import { configSchema } from './schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function write(text: string, extension = 'json'): string {
  count += 1;
  const path = join(folder, `config-${count}.${extension}`);
  writeFileSync(path, text);
  return path;
}

function load(path: string, environment: Record<string, string> = {}, flags = {}) {
  return loadConfig(flags, environment, openConfigFile(path, environment));
}

describe('a configuration file', () => {
  it('a configuration file overrides defaults, flags and variables override it, and each origin is named', () => {
    const path = write('{"port": 1, "host": "127.0.0.3", "threads": "auto", "pull": false}');
    const loaded = load(path, { SELFSAME_HOST: '127.0.0.4' }, { pull: 'true' });
    expect(loaded.config).toMatchObject({ port: 1, host: '127.0.0.4', threads: 0, pull: true, builtIn: true });
    const from = Object.fromEntries(describeConfig(loaded).map(({ name, origin }) => [name, origin]));
    expect(from).toMatchObject({
      port: `config-${count}.json`,
      host: 'SELFSAME_HOST',
      pull: 'flag',
      builtIn: 'default',
    });
  });

  it('reads a TypeScript configuration file that imports defineConfig from the package', () => {
    const text = `import { defineConfig, type SelfsameConfig } from 'selfsame';\nconst port: number = 7;\nexport default defineConfig({ port, aliases: { fast: 'a' } } satisfies SelfsameConfig);`;
    expect(load(write(text, 'ts')).config).toMatchObject({ port: 7, aliases: { fast: 'a' } });
    expect(load(write('export default { port: 8 };', 'mjs')).config.port).toBe(8);
  });

  it('resolves paths relative to the configuration file', () => {
    const { config } = load(write('{"dataDir": "data", "models": ["m/a.gguf", "/b.gguf"]}'));
    expect(config).toMatchObject({ dataDir: join(folder, 'data'), models: [join(folder, 'm/a.gguf'), '/b.gguf'] });
  });

  it('reports line and column of every invalid value and unknown name of a JSON file together', () => {
    const path = write(
      '{\n  "$schema": "x",\n  "port": "80",\n  "prot": 1,\n  "upstreams": [\n    { "name": "a", "urls": ["ftp://x"], "typ": "vllm" }\n  ]\n}',
    );
    expect(() => load(path)).toThrow(
      [
        `${path}:3:11 port: expected a whole number from 0 to 65535, found "80".`,
        `${path}:4:3 prot: there is no such setting (did you mean 'port'?).`,
        `${path}:6:29 upstreams[0].urls[0]: expected an http or https URL, found "ftp://x".`,
        `${path}:6:41 upstreams[0].typ: there is no such setting (did you mean 'type'?).`,
      ].join('\n'),
    );
  });

  it('reports the line of an invalid value of a module', () => {
    const path = write(
      'const a = 1;\nexport default {\n  port: a,\n  upstreams: [\n    { name: "x", urls: [] },\n  ],\n};',
      'mjs',
    );
    expect(() => load(path)).toThrow(`${path}:5 upstreams[0].urls: expected at least one URL.`);
  });

  it.each([
    ['{"port": 1,\n}', 'json', /:2:1 is not valid JSON/],
    ['{"port"', 'json', /:1:8 is not valid JSON/],
    ['[1]', 'json', /expected an object of settings/],
    ['export default {\n  port: nothing,\n};', 'mjs', /\.mjs:2:9: nothing is not defined/],
    ['export const port = 1;', 'ts', /no default export/],
    ['export default await 1;', 'mjs', /cannot `await` at its top level/],
  ])('refuses an invalid configuration file and names the position: %j', (text, extension, message) => {
    const path = write(text, extension);
    expect(() => load(path)).toThrow(path);
    expect(() => load(path)).toThrow(message);
  });

  it('fails if the configuration file that was named does not exist', () => {
    expect(() => openConfigFile(undefined, { SELFSAME_CONFIG: '/nowhere/selfsame.config.json' })).toThrow(/ENOENT/);
  });

  it('configSchema accepts valid settings and refuses invalid ones', () => {
    const validate = new Ajv2020({ formats: { uri: true } }).compile(configSchema());
    const good: SelfsameConfig = defineConfig({
      port: 1,
      threads: 'auto',
      aliases: { x: 'y' },
      upstreams: [{ name: 'a', urls: ['http://x/v1'], models: [{ id: 'm' }] }],
    });
    expect(validate({ $schema: 'selfsame.schema.json', ...good })).toBe(true);
    for (const bad of [{ port: '1' }, { prot: 1 }, { upstreams: [{ name: 'a' }] }, { logLevel: 'loud' }]) {
      expect(validate(bad), JSON.stringify(bad)).toBe(false);
    }
  });
});

describe('upstreams', () => {
  const upstream = { name: 'gpu', urls: ['http://gpu-1:8000/v1/', 'http://gpu-2:8000/v1'] };

  it('fills in the defaults of upstreams and uses the id of a model as its upstream id', () => {
    const models = [{ id: 'a' }, { id: 'b', upstreamId: 'org/B', kind: 'embedding' }];
    const path = write(JSON.stringify({ upstreams: [{ ...upstream, type: 'vllm', models }] }));
    expect(load(path).config.upstreams).toEqual([
      {
        name: 'gpu',
        urls: ['http://gpu-1:8000/v1', 'http://gpu-2:8000/v1'],
        type: 'vllm',
        models: [
          { id: 'a', upstreamId: 'a', kind: 'chat' },
          { id: 'b', upstreamId: 'org/B', kind: 'embedding' },
        ],
        connectTimeoutMs: 5000,
        headersTimeoutMs: 300_000,
        idleTimeoutMs: 60_000,
        healthIntervalMs: 10_000,
      },
    ]);
  });

  it('reads the key of an upstream from a variable or a file and never shows it', () => {
    writeFileSync(join(folder, 'key'), 'sk-from-file\n');
    const path = write(
      JSON.stringify({
        upstreams: [
          { ...upstream, keyEnv: 'GPU_KEY' },
          { ...upstream, name: 'b', keyFile: 'key' },
        ],
      }),
    );
    const loaded = load(path, { GPU_KEY: 'sk-from-env' });
    expect(loaded.config.upstreams.map(({ apiKey }) => apiKey)).toEqual(['sk-from-env', 'sk-from-file']);
    expect(JSON.stringify(describeConfig(loaded))).not.toMatch(/sk-from/);
    expect(() => load(path)).toThrow('upstreams[0].keyEnv: the variable GPU_KEY is not set, found "GPU_KEY"');
  });

  it('reads upstreams from JSON in a variable', () => {
    const { config } = loadConfig({}, { SELFSAME_UPSTREAMS: JSON.stringify([upstream]) });
    expect(config.upstreams[0]?.name).toBe('gpu');
    expect(() => loadConfig({}, { SELFSAME_UPSTREAMS: '[{"name":"x"}]' })).toThrow('[0].urls: is missing');
  });

  it.each([
    [{ upstreams: [upstream, upstream] }, 'upstreams[1].name: another upstream has this name'],
    [{ upstreams: [{ ...upstream, urls: ['http://u:p@x'] }] }, 'a URL here carries no password'],
    [{ upstreams: [{ ...upstream, keyEnv: 'A', keyFile: 'b' }] }, 'one of them is enough'],
    [{ upstreams: [{ ...upstream, models: ['a'] }] }, 'upstreams[0].models[0]: expected an object'],
    [{ upstreams: {} }, 'upstreams: expected a list'],
  ])('refuses invalid upstreams: %j', (values, message) => {
    expect(() => load(write(JSON.stringify(values)))).toThrow(message);
  });
});

it('locates values and names in JSON with nested and quoted text', () => {
  const path = write('{"a": {"port": "{\\"port\\": 1}"}, "b": [1, {"port": 2}],\n "port": 3}');
  const file = readConfigFile(path);
  expect(file.locate(['port'], 'value')).toEqual({ line: 2, column: 10 });
  expect(file.locate(['b', 1, 'port'], 'name')).toEqual({ line: 1, column: 44 });
  expect(file.locate(['c'], 'value')).toBeUndefined();
  expect(file.locate(['b', 5, 'port'], 'value')).toBeUndefined();
});
