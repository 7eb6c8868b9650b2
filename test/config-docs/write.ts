/** Updates the tables of docs/configuration.md from the settings: `node test/config-docs/write.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { configSchema } from '../../packages/server/src/config/schema.ts';
import { settings } from '../../packages/server/src/config/settings.ts';

const PAGE = new URL('../../docs/configuration.md', import.meta.url);

interface Property {
  description: string;
  default?: unknown;
  items?: { properties: Record<string, Property>; required: string[] };
}

function show(value: unknown): string {
  const plain = typeof value === 'object' && value !== null ? Object.values(value).join(', ') : JSON.stringify(value);
  const text = (plain ?? '').replace(/^"(.*)"$/, '$1').replace(homedir(), '~');
  return text === '' ? '' : `\`${text}\``;
}

function table(head: string[], rows: string[][]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

/** Replaces the first table below the heading. */
function renew(page: string, heading: string, made: string): string {
  const start = page.indexOf('\n| ', page.indexOf(`\n## ${heading}\n`)) + 1;
  return page.slice(0, start) + made + page.slice(page.indexOf('\n\n', start));
}

const ofSettings = Object.entries(settings).map(([name, { env, default: standing, about }]) => {
  return [`\`${name}\``, `\`${env}\``, show(standing), about];
});
const { properties } = configSchema() as { properties: Record<string, Property> };
const { items } = properties['upstreams'] ?? {};
const ofUpstreams = Object.entries(items?.properties ?? {}).map(([name, property]) => {
  const standing = items?.required.includes(name) ? 'required' : show(property.default);
  return [`\`${name}\``, standing, property.description];
});
let page = readFileSync(PAGE, 'utf8');
page = renew(page, 'Settings', table(['name', 'variable', 'default', 'meaning'], ofSettings));
page = renew(page, 'Upstreams', table(['name', 'default', 'meaning'], ofUpstreams));
writeFileSync(PAGE, page);
