/** `secureSocket` as options of `tls.connect`. Files are read once, when the client is created. */
import { readFileSync } from 'node:fs';
import { type ConnectionOptions, getCiphers, type SecureVersion } from 'node:tls';
import type { SecureSocketOptions } from './connection-options.ts';
import { OptionError } from './transport-errors.ts';

export type TlsOptions = Pick<ConnectionOptions, 'rejectUnauthorized' | 'checkServerIdentity' | 'ca' | 'requestOCSP'> &
  Pick<ConnectionOptions, 'pfx' | 'passphrase' | 'cert' | 'key' | 'minVersion' | 'maxVersion' | 'ciphers'>;

const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** @throws OptionError for what Node.js cannot do, and for files that cannot be read. */
export function createTlsOptions(options: SecureSocketOptions): TlsOptions {
  if (options.certValidation !== undefined && options.enable === false) {
    throw new OptionError('secureSocket.certValidation', 'must not be combined with enable: false');
  }
  return {
    ...(options.certValidation === undefined ? {} : { requestOCSP: true }),
    ...(options.enable === false ? { rejectUnauthorized: false } : {}),
    ...(options.verifyHostName === false ? { checkServerIdentity: () => undefined } : {}),
    ...(options.cert === undefined ? {} : { ca: readFile(options.cert, 'secureSocket.cert') }),
    ...readKey(options.key),
    ...readVersions(options.protocol),
    ...readCiphers(options.ciphers),
  };
}

function readFile(path: string, option: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new OptionError(option, `names a file that cannot be read: ${(error as Error).message}`);
  }
}

function readKey(key: SecureSocketOptions['key']): TlsOptions {
  if (key === undefined) return {};
  if ('path' in key) return { pfx: readFile(key.path, 'secureSocket.key.path'), passphrase: key.password };
  return {
    cert: readFile(key.certFile, 'secureSocket.key.certFile'),
    key: readFile(key.keyFile, 'secureSocket.key.keyFile'),
    ...(key.keyPassword === undefined ? {} : { passphrase: key.keyPassword }),
  };
}

function readVersions(protocol: SecureSocketOptions['protocol']): TlsOptions {
  if (protocol === undefined) return {};
  if (protocol.name !== 'TLS') {
    throw new OptionError('secureSocket.protocol.name', `must be 'TLS': Node.js does not support ${protocol.name}`);
  }
  const { versions = [] } = protocol;
  const indexes = versions.map((version) => VERSIONS.indexOf(version as SecureVersion)).sort((a, b) => a - b);
  const [first, last] = [indexes.at(0), indexes.at(-1)];
  if (first === undefined || last === undefined) return {};
  if (first === -1) {
    throw new OptionError('secureSocket.protocol.versions', `must contain only ${VERSIONS.join(', ')}`);
  }
  if (last - first !== new Set(indexes).size - 1) {
    throw new OptionError(
      'secureSocket.protocol.versions',
      'must have no gap: Node.js sets a lowest and a highest one',
    );
  }
  return { minVersion: VERSIONS[first] as SecureVersion, maxVersion: VERSIONS[last] as SecureVersion };
}

function readCiphers(ciphers: SecureSocketOptions['ciphers']): TlsOptions {
  if (ciphers === undefined || ciphers.length === 0) return {};
  const known = getCiphers();
  const names = ciphers.map((cipher, index) => {
    const name = toOpenSslName(cipher);
    if (known.includes(name.toLowerCase())) return name;
    throw new OptionError(`secureSocket.ciphers[${index}]`, `must be a cipher of OpenSSL, but is '${cipher}'`);
  });
  return { ciphers: names.join(':') };
}

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` → `ECDHE-RSA-AES128-GCM-SHA256`. Ciphers of TLS 1.3 have one name. */
function toOpenSslName(name: string): string {
  if (!name.includes('_WITH_')) return name;
  return name
    .replace(/^TLS_/, '')
    .replace('_WITH_', '-')
    .replace(/^RSA-/, '')
    .replace(/(AES|CAMELLIA|ARIA)_(\d+)/, '$1$2')
    .replace('_CBC', '')
    .replace(/(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-');
}
