import { describeCertificates, parseCertificates } from '../../domain/certificate.js';
import type { UpstreamSettings } from '../upstream.js';

/** The settings of a registry that can explain a failed handshake. */
export interface Given {
  /** The subjects of its CA certificates; null: none. */
  readonly certificates: string | null;
  /** Of those that have expired; null: none. */
  readonly expired: string | null;
  readonly hasClientCertificate: boolean;
  /** It is reached over https. */
  readonly isTls: boolean;
}

export const nothingGiven: Given = { certificates: null, expired: null, hasClientCertificate: false, isTls: false };

/** The certificates can be read: whatever connects has done it. */
export function describeGiven({ registry: { addr, caCertificate }, clientCertificate }: UpstreamSettings): Given {
  const now = new Date();
  const given = caCertificate === null ? [] : parseCertificates(caCertificate);
  const describe = (some: typeof given): string | null => (some.length === 0 ? null : describeCertificates(some, now));
  const expired = given.filter((each) => each.validToDate < now);
  return {
    certificates: describe(given),
    expired: describe(expired),
    hasClientCertificate: clientCertificate != null,
    isTls: addr.startsWith('https:'),
  };
}
