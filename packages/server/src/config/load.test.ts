import { describe, expect, it } from 'vitest';
import { describeConfig } from './describe.ts';
import { ConfigError, loadConfig } from './load.ts';

describe('loadConfig', () => {
  it('a flag overrides the environment, and the environment overrides the default', () => {
    const environment = { SELFSAME_PORT: '1000', SELFSAME_HOST: '127.0.0.2' };
    const { config, origins } = loadConfig({ port: '2000' }, environment);
    expect(config).toMatchObject({ port: 2000, host: '127.0.0.2', aliases: 'well-known' });
    expect(origins).toMatchObject({ port: 'flag', host: 'environment', aliases: 'default' });
  });

  it('loadConfig returns a frozen object', () => {
    expect(Object.isFrozen(loadConfig({}, {}).config)).toBe(true);
  });

  it.each([
    ['SELFSAME_PORT', '70000', /SELFSAME_PORT \("70000"\).*whole number from 0 to 65535/],
    ['SELFSAME_PORT', '', /whole number/],
    ['SELFSAME_PULL', 'maybe', /true or false/],
    ['SELFSAME_LOG_LEVEL', 'loud', /expected one of fatal, error/],
    ['SELFSAME_ALIASES', 'gpt-4o', /id=model pairs/],
    ['SELFSAME_THREADS', '-1', /whole number/],
    ['SELFSAME_DATABASE_URL', 'mysql://localhost/x', /expected postgres:\/\//],
  ])('refuses %s=%s and names what it expected', (name, value, message) => {
    expect(() => loadConfig({}, { [name]: value })).toThrow(ConfigError);
    expect(() => loadConfig({}, { [name]: value })).toThrow(message);
  });

  it('reads lists, pairs and auto from variables', () => {
    const { config } = loadConfig(
      {},
      { SELFSAME_MODELS: 'a.gguf, b.gguf', SELFSAME_ALIASES: 'x=a,y=b', SELFSAME_THREADS: 'auto' },
    );
    expect(config).toMatchObject({ models: ['a.gguf', 'b.gguf'], aliases: { x: 'a', y: 'b' }, threads: 0 });
  });

  it('warns about a variable with the prefix of settings that is not a setting', () => {
    expect(loadConfig({}, { SELFSAME_PROT: '1' }).warnings).toEqual([expect.stringContaining('SELFSAME_PROT')]);
  });

  it('describeConfig shows every setting and masks secrets', () => {
    const rows = describeConfig(loadConfig({}, { SELFSAME_HUB_TOKEN: 'hf_topsecret' }));
    expect(rows.find((row) => row.name === 'hubToken')?.value).toBe('********');
    expect(JSON.stringify(rows)).not.toContain('topsecret');
    expect(rows.length).toBeGreaterThan(15);
  });
});
