import { X509Certificate } from 'node:crypto';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import { type ServerCertificate, showCertificate } from '../../domain/certificate.js';

/** How far the way to a registry's own origin was gone, by the first connection that got there. */
export interface ReachedWay {
  /** Addresses that its name led to, the first few; none where it is an address itself, or a proxy looks it up. */
  readonly addresses: readonly string[];
  /** Somebody listens there; behind a proxy: the proxy has opened the way. */
  readonly isConnected: boolean;
  /** The handshake of TLS was finished, and its certificate is trusted, or is not looked at. */
  readonly isSecured: boolean;
  /** The certificate that was shown there, trusted or not; null: none was yet. */
  readonly certificate: ServerCertificate | null;
}

/** Notes what becomes of a connection; `isOpen`: it was opened through a proxy, and is connected already. */
export type WatchSocket = (socket: Duplex, isOpen: boolean) => void;

const mostAddresses = 8;

/** The certificate is read before it is judged: one that is not trusted is the one that somebody wants to see. */
export function watchWay(): { readonly way: ReachedWay; readonly watch: WatchSocket } {
  const addresses: string[] = [];
  const way = { addresses, isConnected: false, isSecured: false, certificate: null as ServerCertificate | null };
  const watch: WatchSocket = (socket, isOpen) => {
    if (isOpen) way.isConnected = true;
    if (!(socket instanceof Socket) || way.isSecured) return;
    socket.on('lookup', (error: Error | null, address: string | undefined) => {
      const isNew = !error && address !== undefined && !addresses.includes(address);
      if (isNew && addresses.length < mostAddresses) addresses.push(address);
    });
    socket.once('connect', () => (way.isConnected = true));
    if (!(socket instanceof TLSSocket)) return;
    socket.prependOnceListener('secure', () => {
      // Node's own check of the name fails where getPeerX509Certificate was called before it.
      const { raw } = socket.getPeerCertificate() as Partial<PeerCertificate>;
      if (raw) way.certificate ??= showCertificate(new X509Certificate(raw));
    });
    socket.once('secureConnect', () => (way.isSecured = true));
  };
  return { way, watch };
}
