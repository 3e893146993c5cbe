/** OpenSSL's and Node's names for a failed handshake or an untrusted certificate. */
const tls = /^(?:ERR_(?:TLS|SSL|OSSL)_|EPROTO$|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_)/;

export function isTlsCode(code: string): boolean {
  return tls.test(code);
}

export function isDroppedCode(code: string): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** One sentence that says what to do about it. */
export function tlsHints(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') return 'its certificate is for another name.';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired.';
  if (code === 'CERT_NOT_YET_VALID') return 'its certificate is not valid yet; check the clocks.';
  if (/^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED)/.test(code)) {
    return 'its certificate is from an authority that is not trusted here. Attach the registry with the certificate of that authority.';
  }
  if (/WRONG_VERSION|PACKET_LENGTH|EPROTO/.test(code)) return 'that port may not speak https. Check the address.';
  return 'the handshake failed.';
}
