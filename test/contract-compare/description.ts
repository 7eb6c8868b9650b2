/**
 * Reads the published API descriptions from a folder given on the command line. They are only compared, never copied.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Newest first. */
export const VERSIONS = ['latest', '2025-04', '2024-05'] as const;
export type Version = (typeof VERSIONS)[number];

export interface Description {
  version: Version;
  paths: Record<string, JsonObject>;
  components: { schemas: Record<string, Json>; responses?: Record<string, Json>; parameters?: Record<string, Json> };
}

/** @throws Error if `openapi-VERSION.yaml` is missing in the folder. */
export function readDescription(folder: string, version: Version): Description {
  // Reused anchors in 2024-05 and thousands of aliases are fine in YAML 1.2; the parser's guards are not needed here.
  const document = parse(readFileSync(join(folder, `openapi-${version}.yaml`), 'utf8'), {
    maxAliasCount: -1,
    logLevel: 'error',
  });
  return { version, paths: document.paths, components: document.components };
}

const METHODS = ['get', 'post', 'delete', 'put', 'patch'] as const;

export interface DescribedOperation {
  method: string;
  path: string;
  spec: JsonObject;
}

/** Every operation, in the order of the description. */
export function operationsOf(description: Description): DescribedOperation[] {
  return Object.entries(description.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const spec = item[method];
      return isObject(spec) ? [{ method: method.toUpperCase(), path, spec }] : [];
    }),
  );
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Removes the names of path parameters, which differ between versions of the description. */
export function shapeOf(path: string): string {
  return path.replace(/\{[^}]+\}/g, '{}');
}
