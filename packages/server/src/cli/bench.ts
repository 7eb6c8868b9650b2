/**
 * `selfsame bench`: measures how fast models answer on this machine, over HTTP. Uses the running server, or starts one
 * if none runs.
 */
import pino from 'pino';
import { toUrl } from '../start/address.ts';
import { startServer } from '../start/server.ts';
import { measureChat, measureEmbeddings, type Row, type Target } from './measure.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

interface BenchFlags extends SettingFlags {
  url?: string;
  key?: string;
  model: string;
  embeddingModel: string;
  requests: string;
  parallel: string;
  tokens: string;
}

export async function bench(flags: BenchFlags): Promise<void> {
  const { config } = readConfig({ ...flags });
  const count = {
    requests: toCount(flags, 'requests'),
    parallel: toCount(flags, 'parallel'),
    tokens: toCount(flags, 'tokens'),
  };
  const given = flags.url ?? toUrl(config.host, config.port);
  const running = flags.url !== undefined || (await answers(given));
  const log = pino({ level: 'silent' });
  const own = running ? undefined : await startServer({ ...config, port: 0, host: '127.0.0.1', pull: false }, log);
  const target: Target = { url: (own?.url ?? given).replace(/\/+$/, ''), key: flags.key };
  console.log(running ? `the server at ${target.url}` : 'a server of its own (none runs at the configured address)');
  try {
    const rows = [
      ...(await measureChat(target, flags.model, count)),
      ...(await measureEmbeddings(target, flags.embeddingModel, count)),
    ];
    console.log(table(['what', 'model', 'requests', 'first token', 'tokens/s', 'requests/s'], rows.map(toCells)));
  } finally {
    await own?.close();
  }
}

function toCount(flags: BenchFlags, name: 'requests' | 'parallel' | 'tokens'): number {
  const count = Number(flags[name]);
  if (Number.isInteger(count) && count > 0 && count <= 10_000) return count;
  throw new CommandError(`--${name} ("${flags[name]}") must be a whole number from 1 to 10000.`);
}

function answers(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}

function toCells(row: Row): string[] {
  if ('missing' in row) return [row.what, '-', '-', '-', '-', row.missing];
  const { what, model, requests, firstTokenMs, tokensPerSecond, requestsPerSecond } = row;
  const first = firstTokenMs === undefined ? '' : `${firstTokenMs.toFixed(0)} ms`;
  return [what, model, String(requests), first, tokensPerSecond.toFixed(1), requestsPerSecond.toFixed(2)];
}
