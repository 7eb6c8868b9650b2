/** OCSP requests and responses (RFC 6960) and revocation lists (RFC 5280), with pkijs. Signatures and times are checked. */
import type * as Pki from 'pkijs';

const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';
const OCSP_METHOD = '1.3.6.1.5.5.7.48.1';
const CRL_DISTRIBUTION_POINTS = '2.5.29.31';
const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';
/** Type of a `GeneralName` that is a URL. */
const URL_NAME = 6;

/** Clocks of responders and clients differ. */
const MAX_CLOCK_SKEW_MS = 300_000;

export type RevocationStatus = 'good' | 'revoked' | 'unknown';

export interface PeerCertificate {
  leaf: Pki.Certificate;
  issuer: Pki.Certificate | undefined;
  ocspUrls: string[];
  crlUrls: string[];
}

/** pkijs is loaded with the first certificate that is checked. */
function loadPki(): Promise<typeof Pki> {
  return import('pkijs');
}

export async function parseCertificate(leaf: Uint8Array, issuer: Uint8Array | undefined): Promise<PeerCertificate> {
  const { Certificate } = await loadPki();
  const certificate = Certificate.fromBER(new Uint8Array(leaf));
  return {
    leaf: certificate,
    issuer: issuer === undefined ? undefined : Certificate.fromBER(new Uint8Array(issuer)),
    ocspUrls: readOcspUrls(certificate),
    crlUrls: readCrlUrls(certificate),
  };
}

function findExtension<T>(certificate: Pki.Certificate, id: string): T | undefined {
  return certificate.extensions?.find(({ extnID }) => extnID === id)?.parsedValue as T | undefined;
}

function readOcspUrls(certificate: Pki.Certificate): string[] {
  const access = findExtension<Pki.InfoAccess>(certificate, AUTHORITY_INFO_ACCESS);
  return (access?.accessDescriptions ?? [])
    .filter(({ accessMethod, accessLocation }) => accessMethod === OCSP_METHOD && accessLocation.type === URL_NAME)
    .map(({ accessLocation }) => String(accessLocation.value));
}

function readCrlUrls(certificate: Pki.Certificate): string[] {
  const points = findExtension<Pki.CRLDistributionPoints>(certificate, CRL_DISTRIBUTION_POINTS);
  return (points?.distributionPoints ?? [])
    .flatMap(({ distributionPoint }) => (Array.isArray(distributionPoint) ? distributionPoint : []))
    .filter(({ type }) => type === URL_NAME)
    .map(({ value }) => String(value));
}

export async function createOcspRequest({ leaf, issuer }: PeerCertificate): Promise<Uint8Array> {
  const { OCSPRequest } = await loadPki();
  const request = new OCSPRequest();
  if (issuer === undefined) return new Uint8Array();
  await request.createForCertificate(leaf, { hashAlgorithm: 'SHA-1', issuerCertificate: issuer });
  return new Uint8Array(request.toSchema(true).toBER());
}

/** `unknown` for a response that is not valid, of another certificate, or of another time. */
export async function readOcspResponse(
  bytes: Uint8Array,
  { leaf, issuer }: PeerCertificate,
  now: number,
): Promise<RevocationStatus> {
  if (issuer === undefined) return 'unknown';
  const { OCSPResponse, BasicOCSPResponse } = await loadPki();
  try {
    const { responseBytes } = OCSPResponse.fromBER(new Uint8Array(bytes));
    if (responseBytes?.responseType !== BASIC_RESPONSE) return 'unknown';
    const response = BasicOCSPResponse.fromBER(new Uint8Array(responseBytes.response.valueBlock.valueHexView));
    // The issuer may sign without sending its certificate.
    response.certs = [...(response.certs ?? []), issuer];
    const isSigned = await response.verify({
      trustedCerts: [issuer],
      issuerCerts: [issuer],
      trustedResponders: [issuer],
    });
    const isCurrent = response.tbsResponseData.responses.every(({ thisUpdate, nextUpdate }) =>
      isWithin(now, thisUpdate, nextUpdate),
    );
    if (!isSigned || !isCurrent) return 'unknown';
    const { isForCertificate, status } = await response.getCertificateStatus(leaf, issuer);
    if (!isForCertificate || status > 1) return 'unknown';
    return status === 0 ? 'good' : 'revoked';
  } catch {
    return 'unknown';
  }
}

/** `unknown` for a list that is not valid, of another issuer, or of another time. */
export async function readCrl(
  bytes: Uint8Array,
  { leaf, issuer }: PeerCertificate,
  now: number,
): Promise<RevocationStatus> {
  if (issuer === undefined) return 'unknown';
  const { CertificateRevocationList } = await loadPki();
  try {
    const list = CertificateRevocationList.fromBER(new Uint8Array(bytes));
    const isSigned = await list.verify({ issuerCertificate: issuer });
    if (!isSigned || !isWithin(now, list.thisUpdate.value, list.nextUpdate?.value)) return 'unknown';
    return list.isCertificateRevoked(leaf) ? 'revoked' : 'good';
  } catch {
    return 'unknown';
  }
}

function isWithin(now: number, from: Date, until: Date | undefined): boolean {
  const isBegun = from.getTime() - MAX_CLOCK_SKEW_MS <= now;
  return isBegun && (until === undefined || until.getTime() + MAX_CLOCK_SKEW_MS >= now);
}
