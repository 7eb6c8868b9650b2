/** An authority that issues certificates with the addresses of its OCSP responder and its revocation list. */
import { fromBER, Integer, Null, OctetString, Primitive, Utf8String } from 'asn1js';
import {
  AccessDescription,
  AlgorithmIdentifier,
  AltName,
  AttributeTypeAndValue,
  BasicConstraints,
  BasicOCSPResponse,
  CertID,
  Certificate,
  CertificateRevocationList,
  CRLDistributionPoints,
  DistributionPoint,
  Extension,
  GeneralName,
  InfoAccess,
  OCSPResponse,
  ResponseBytes,
  RevokedCertificate,
  SingleResponse,
  Time,
} from 'pkijs';
import type { Certificate as PemCertificate } from './certificates.ts';

export interface IssuedCertificate extends PemCertificate {
  certificate: Certificate;
}

export interface RevocationAuthority {
  cert: string;
  /** Issues a certificate for 127.0.0.1. */
  issue(urls?: { ocsp?: string; crl?: string }): Promise<IssuedCertificate>;
  /** The OCSP response for a certificate; `hours` is the time until its next update. */
  respond(certificate: Certificate, isRevoked: boolean, hours?: number): Promise<Buffer>;
  /** A response that says that the certificate is good, with the signature of another key. */
  forge(certificate: Certificate): Promise<Buffer>;
  list(...revoked: Certificate[]): Promise<Buffer>;
}

const HOUR_MS = 3_600_000;
const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
/** Type of a `GeneralName`. */
const [URL_NAME, IP_NAME] = [6, 7] as const;

export async function createRevocationAuthority(name = 'Revoking authority'): Promise<RevocationAuthority> {
  const keys = await createKeys();
  const root = await createCertificate({ name, issuer: undefined, keys, signer: keys, extensions: [constraints()] });
  let serial = 1;
  async function issue({ ocsp, crl }: { ocsp?: string; crl?: string } = {}): Promise<IssuedCertificate> {
    serial += 1;
    const own = await createKeys();
    const extensions = [
      address(),
      ...(ocsp === undefined ? [] : [responder(ocsp)]),
      ...(crl === undefined ? [] : [list(crl)]),
    ];
    const leaf = { name: '127.0.0.1', issuer: root, keys: own, signer: keys, extensions, serial };
    const certificate = await createCertificate(leaf);
    const key = await crypto.subtle.exportKey('pkcs8', own.privateKey);
    return {
      certificate,
      cert: toPem('CERTIFICATE', toBytes(certificate)),
      key: toPem('PRIVATE KEY', Buffer.from(key)),
    };
  }
  return {
    cert: toPem('CERTIFICATE', toBytes(root)),
    issue,
    respond: (certificate, isRevoked, hours = 1) => createResponse({ certificate, root, keys, isRevoked, hours }),
    forge: async (certificate) =>
      createResponse({ certificate, root, keys: await createKeys(), isRevoked: false, hours: 1 }),
    list: (...revoked) => createList(root, keys, revoked),
  };
}

function createKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
}

interface CertificateFacts {
  name: string;
  /** undefined for a root. */
  issuer: Certificate | undefined;
  keys: CryptoKeyPair;
  signer: CryptoKeyPair;
  extensions: Extension[];
  serial?: number;
}

async function createCertificate(facts: CertificateFacts): Promise<Certificate> {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: facts.serial ?? 1 });
  const value = new Utf8String({ value: facts.name });
  certificate.subject.typesAndValues.push(new AttributeTypeAndValue({ type: '2.5.4.3', value }));
  certificate.issuer = facts.issuer?.subject ?? certificate.subject;
  certificate.notBefore.value = new Date(Date.now() - HOUR_MS);
  certificate.notAfter.value = new Date(Date.now() + 24 * HOUR_MS);
  certificate.extensions = facts.extensions;
  await certificate.subjectPublicKeyInfo.importKey(facts.keys.publicKey);
  await certificate.sign(facts.signer.privateKey, 'SHA-256');
  return certificate;
}

function constraints(): Extension {
  const value = new BasicConstraints({ cA: true });
  return new Extension({ extnID: '2.5.29.19', critical: true, extnValue: value.toSchema().toBER(false) });
}

function address(): Extension {
  const ip = new GeneralName({ type: IP_NAME, value: new OctetString({ valueHex: new Uint8Array([127, 0, 0, 1]) }) });
  const names = new AltName({ altNames: [ip] });
  return new Extension({ extnID: '2.5.29.17', extnValue: names.toSchema().toBER(false) });
}

function responder(url: string): Extension {
  const accessLocation = new GeneralName({ type: URL_NAME, value: url });
  const ocsp = new AccessDescription({ accessMethod: '1.3.6.1.5.5.7.48.1', accessLocation });
  const access = new InfoAccess({ accessDescriptions: [ocsp] });
  return new Extension({ extnID: '1.3.6.1.5.5.7.1.1', extnValue: access.toSchema().toBER(false) });
}

function list(url: string): Extension {
  const point = new DistributionPoint({ distributionPoint: [new GeneralName({ type: URL_NAME, value: url })] });
  const points = new CRLDistributionPoints({ distributionPoints: [point] });
  return new Extension({ extnID: '2.5.29.31', extnValue: points.toSchema().toBER(false) });
}

interface ResponseFacts {
  certificate: Certificate;
  root: Certificate;
  keys: CryptoKeyPair;
  isRevoked: boolean;
  hours: number;
}

/** Status `good` is [0] without a value; `revoked` is [1] with a time. */
const REVOKED_STATUS = Buffer.from('a111180f32303234303130313030303030305a', 'hex');

async function createResponse({ certificate, root, keys, isRevoked, hours }: ResponseFacts): Promise<Buffer> {
  const certID = new CertID();
  await certID.createForCertificate(certificate, { hashAlgorithm: 'SHA-1', issuerCertificate: root });
  const good = new Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: new ArrayBuffer(0) });
  const response = new BasicOCSPResponse();
  response.tbsResponseData.responderID = root.subject;
  response.tbsResponseData.producedAt = new Date();
  response.tbsResponseData.responses.push(
    new SingleResponse({
      certID,
      certStatus: isRevoked ? fromBER(REVOKED_STATUS).result : good,
      thisUpdate: new Date(Date.now() - 2 * HOUR_MS),
      nextUpdate: new Date(Date.now() + hours * HOUR_MS),
    }),
  );
  await response.sign(keys.privateKey, 'SHA-256');
  const bytes = new OctetString({ valueHex: response.toSchema().toBER(false) });
  const envelope = new OCSPResponse();
  envelope.responseStatus.valueBlock.valueDec = 0;
  envelope.responseBytes = new ResponseBytes({ responseType: '1.3.6.1.5.5.7.48.1.1', response: bytes });
  return Buffer.from(envelope.toSchema().toBER(false));
}

async function createList(root: Certificate, keys: CryptoKeyPair, revoked: Certificate[]): Promise<Buffer> {
  const crl = new CertificateRevocationList();
  crl.version = 1;
  crl.issuer = root.subject;
  crl.signature = new AlgorithmIdentifier({ algorithmId: '1.2.840.10045.4.3.2', algorithmParams: new Null() });
  crl.thisUpdate = new Time({ type: 0, value: new Date(Date.now() - HOUR_MS) });
  crl.nextUpdate = new Time({ type: 0, value: new Date(Date.now() + HOUR_MS) });
  if (revoked.length > 0) {
    crl.revokedCertificates = revoked.map(
      ({ serialNumber }) =>
        new RevokedCertificate({
          userCertificate: serialNumber,
          revocationDate: new Time({ type: 0, value: new Date() }),
        }),
    );
  }
  await crl.sign(keys.privateKey, 'SHA-256');
  return Buffer.from(crl.toSchema(true).toBER(false));
}

function toBytes(certificate: Certificate): Buffer {
  return Buffer.from(certificate.toSchema(true).toBER(false));
}

function toPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
