import { X509Certificate } from 'node:crypto';

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Every certificate of a PEM text, whatever stands around them (RFC 7468 §2). Throws for one that cannot be read, and
 * for none.
 */
export function parseCertificates(pem: string): readonly X509Certificate[] {
  return (pem.match(block) ?? ['']).map((each) => new X509Certificate(each));
}

/** Who certificates are of, for a message: the first three, each with the day it expired, where it has. */
export function describeCertificates(certificates: readonly X509Certificate[], now: Date): string {
  const shown = certificates.slice(0, 3).map((each) => {
    const [, name = each.subject] = /^CN=(.*)$/m.exec(each.subject) ?? [];
    const isOver = each.validToDate < now;
    return `${printable(name)}${isOver ? ` (expired ${each.validToDate.toISOString().slice(0, 10)})` : ''}`;
  });
  return [...shown, ...(certificates.length > 3 ? [`… ${certificates.length} in all`] : [])].join(', ');
}

function printable(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ').slice(0, 100);
}
