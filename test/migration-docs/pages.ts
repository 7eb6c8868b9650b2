/** The pages of docs/migration with their generated tables. */
import type { Tables } from '../tables.ts';
import { ballerinaTables } from './ballerina.ts';
import { zioTables } from './zio-openai.ts';

export const migrationPages = (): Readonly<Record<string, Tables>> => ({
  'ballerina.md': ballerinaTables(),
  'zio-openai.md': zioTables(),
});

export const pageOf = (name: string): URL => new URL(`../../docs/migration/${name}`, import.meta.url);
