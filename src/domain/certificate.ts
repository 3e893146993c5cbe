import { X509Certificate } from 'node:crypto';

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Every certificate of a PEM text, whatever stands around them (RFC 7468 §2). Throws for one that cannot be read, and
 * for none.
 */
export function parseCertificates(pem: string): readonly X509Certificate[] {
  return (pem.match(block) ?? ['']).map((each) => new X509Certificate(each));
}

/** A certificate as it is shown to people; the names are a server's own words, cleaned and cut short. */
export interface ServerCertificate {
  /** Whom it is of: its common name, or else all of its subject. */
  readonly subject: string;
  /** Who signed it, likewise. */
  readonly issuer: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

export function showCertificate({ subject, issuer, validFromDate, validToDate }: X509Certificate): ServerCertificate {
  return { subject: nameOf(subject), issuer: nameOf(issuer), validFrom: validFromDate, validTo: validToDate };
}

/** Who certificates are of, for a message: the first three, each with the day it expired, where it has. */
export function describeCertificates(certificates: readonly X509Certificate[], now: Date): string {
  const shown = certificates.slice(0, 3).map((each) => {
    const isOver = each.validToDate < now;
    return `${nameOf(each.subject)}${isOver ? ` (expired ${each.validToDate.toISOString().slice(0, 10)})` : ''}`;
  });
  return [...shown, ...(certificates.length > 3 ? [`… ${certificates.length} in all`] : [])].join(', ');
}

/** The common name of a distinguished name; all of it where it has none. */
function nameOf(distinguished: string): string {
  const [, name = distinguished] = /^CN=(.*)$/m.exec(distinguished) ?? [];
  return printable(name);
}

function printable(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ').slice(0, 100);
}
