import { type Given, nothingGiven } from './given.js';

/** OpenSSL's and Node's names for a failed handshake or an untrusted certificate. */
const tls =
  /^(?:ERR_(?:TLS|SSL|OSSL)_|EPROTO$|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_)/;

export function isTlsCode(code: string): boolean {
  return tls.test(code);
}

export function isDroppedCode(code: string): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** One sentence that says what to do about it, or two. */
export function tlsHints(code: string, { certificates, expired, hasClientCertificate }: Given = nothingGiven): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return 'its certificate is for another name.';
  if (code === 'CERT_HAS_EXPIRED') {
    return expired === null
      ? 'its certificate has expired.'
      : `its certificate, or one that was given for it, has expired: ${expired}.`;
  }
  if (code === 'CERT_NOT_YET_VALID') return 'its certificate is not valid yet; check the clocks.';
  if (/^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED)/.test(code)) {
    const what = 'its certificate is from an authority that is not trusted here.';
    if (certificates !== null) return `${what} It is not from the certificates given for it: ${certificates}.`;
    return `${what} Attach the registry with the certificate of that authority.`;
  }
  if (clientRefusals.test(code)) {
    if (hasClientCertificate) return 'it does not take the client certificate that it is attached with.';
    return 'it may want a client certificate. Attach the registry with one.';
  }
  if (/WRONG_VERSION|PACKET_LENGTH|EPROTO/.test(code)) return 'that port may not speak https. Check the address.';
  return 'the handshake failed.';
}

/** RFC 8446 §6.2: alerts that servers answer a missing or unwanted client certificate with. */
const clientRefusals =
  /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;
