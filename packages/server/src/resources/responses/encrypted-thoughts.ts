/** `reasoning.encrypted_content`: thoughts that clients keep for the server, which does not store them. */
import { errors } from '../../errors/catalogue.ts';
import type { Sealer } from '../../lib/sealer.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';

const INCLUDED = 'reasoning.encrypted_content';

export function isEncrypted({ include }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(include) && include.includes(INCLUDED);
}

const purposeOf = (projectId: string) => `reasoning:${projectId}`;

export function sealThought(sealer: Sealer, text: string, projectId: string): string {
  return sealer.seal(text, purposeOf(projectId));
}

/** @throws ApiError naming the item whose encrypted content another server or project made, or that was changed. */
export function checkThoughts(items: readonly NewItem[], { sealer, projectId }: { sealer: Sealer; projectId: string }) {
  for (const [index, { data }] of items.entries()) {
    const { type, encrypted_content: sealed } = data;
    if (type !== 'reasoning' || typeof sealed !== 'string') continue;
    if (sealer.open(sealed, purposeOf(projectId)) !== undefined) continue;
    throw errors.invalidEncryptedContent(`input[${index}].encrypted_content`, String(data['id']));
  }
}
