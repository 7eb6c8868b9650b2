/** Certificates of a throw-away authority, as PEM text and as files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';

export interface Certificate {
  cert: string;
  key: string;
}

export interface Authority extends Certificate {
  /** Issues a certificate for host names and, always, 127.0.0.1. */
  issue(...names: string[]): Promise<Certificate>;
}

const SETTINGS = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export async function createAuthority(name = 'Test authority'): Promise<Authority> {
  const root = await generate([{ name: 'commonName', value: name }], {
    ...SETTINGS,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { cert: root.cert, key: root.private };
  async function issue(...names: string[]): Promise<Certificate> {
    const dns = names.map((value) => ({ type: 2 as const, value }));
    const own = await generate([{ name: 'commonName', value: names[0] ?? '127.0.0.1' }], {
      ...SETTINGS,
      ca,
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames: [...dns, { type: 7, ip: '127.0.0.1' }] },
      ],
    });
    return { cert: own.cert, key: own.private };
  }
  return { ...ca, issue };
}

/** Path of a file that is removed after the test. */
export function writeTestFile(name: string, content: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
