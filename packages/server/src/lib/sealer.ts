/**
 * Seals texts that clients keep for the server: encrypted and authenticated with AES-256-GCM under a key that follows
 * from a secret of the installation, so that every process of it opens them, also after a restart.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface Sealer {
  /** @param purpose what the text is for, and for whom, e.g. `compaction:proj_1`. It is not part of the result. */
  seal(text: string, purpose: string): string;
  /** Returns undefined for a text that was not sealed here for this purpose, or that was changed. */
  open(sealed: string, purpose: string): string | undefined;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const KEY_INFO = 'sealed texts';
/** The first byte of every sealed text. */
const VERSION = Buffer.from([1]);
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = VERSION.length + IV_BYTES + TAG_BYTES;
const BASE64URL = /^[\w-]+$/;

/** @param secret a random text of the installation. */
export function createSealer(secret: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', KEY_INFO, KEY_BYTES));
  return {
    seal(text, purpose) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(purpose));
      const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([VERSION, iv, cipher.getAuthTag(), encrypted]).toString('base64url');
    },
    open(sealed, purpose) {
      const bytes = BASE64URL.test(sealed) ? Buffer.from(sealed, 'base64url') : Buffer.alloc(0);
      if (bytes.length < HEADER_BYTES || !bytes.subarray(0, VERSION.length).equals(VERSION)) return undefined;
      const iv = bytes.subarray(VERSION.length, VERSION.length + IV_BYTES);
      const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(VERSION.length + IV_BYTES, HEADER_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        // The tag does not fit: the text was changed, or sealed with another key or for another purpose.
        return undefined;
      }
    },
  };
}
