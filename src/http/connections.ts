import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { networkOf } from '../domain/network.js';
import type { IsProxy } from './proxies.js';

export interface ConnectionLimits {
  /** Open at a time, in all. */
  readonly connections: number;
  /** Of one address, or one IPv6 /64. A trusted proxy's are those of its clients, and not counted. */
  readonly connectionsPerAddress: number;
}

/**
 * Bounds the connections, of one address and in all. For a new one that is too many, the idle one that was used longest
 * ago is given up, which clients that keep connections must expect (RFC 9112 §9.5); where none is idle the new one is
 * closed, and `onRefused` is called.
 */
export function limitConnections(
  server: FastifyInstance,
  limits: ConnectionLimits,
  isProxy: IsProxy,
  onRefused: () => void = () => undefined,
): void {
  const table = new ConnectionTable(limits, isProxy, onRefused);
  const { server: http } = server;
  // A connection that is given up takes a moment to close. Node closes those beyond without asking.
  http.maxConnections = limits.connections * 2;
  http.on('connection', (socket: Socket) => table.admit(socket));
  // Before Fastify answers, which it may at once.
  http.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    table.begin(socket);
    response.once('close', () => table.end(socket));
  });
}

/**
 * Connections without a request under way, the one that has been so longest first: a Set keeps the order of insertion.
 */
type Idle = Set<HttpConnection>;

interface HttpConnection {
  readonly socket: Socket;
  /** null: of a trusted proxy. */
  readonly peer: Peer | null;
  /** Under way, with those that were sent before the first was answered. */
  requests: number;
}

interface Peer {
  readonly address: string;
  open: number;
  readonly idle: Idle;
}

/** Holds what is open, and nothing of addresses that have nothing open. */
class ConnectionTable {
  private readonly open = new Map<Socket, HttpConnection>();
  private readonly peers = new Map<string, Peer>();
  private readonly idle: Idle = new Set();

  constructor(
    private readonly limits: ConnectionLimits,
    private readonly isProxy: IsProxy,
    private readonly onRefused: () => void,
  ) {}

  admit(socket: Socket): void {
    const peer = this.isProxy(socket.remoteAddress) ? null : this.findPeer(networkOf(socket.remoteAddress ?? ''));
    if (peer && peer.open >= this.limits.connectionsPerAddress) this.giveUpOldest(peer.idle);
    if (this.open.size >= this.limits.connections) this.giveUpOldest(this.idle);
    const isFull = this.open.size >= this.limits.connections || (peer?.open ?? 0) >= this.limits.connectionsPerAddress;
    if (isFull) {
      this.onRefused();
      socket.destroy();
      return;
    }
    const connection = { socket, peer, requests: 0 };
    this.open.set(socket, connection);
    if (peer) {
      peer.open += 1;
      this.peers.set(peer.address, peer);
    }
    this.setIdle(connection, true);
    socket.once('close', () => this.forget(connection));
  }

  begin(socket: Socket): void {
    const connection = this.open.get(socket);
    if (!connection) return;
    connection.requests += 1;
    this.setIdle(connection, false);
  }

  end(socket: Socket): void {
    const connection = this.open.get(socket);
    if (!connection) return;
    connection.requests -= 1;
    if (connection.requests === 0) this.setIdle(connection, true);
  }

  private findPeer(address: string): Peer {
    return this.peers.get(address) ?? { address, open: 0, idle: new Set() };
  }

  private setIdle(connection: HttpConnection, isIdle: boolean): void {
    for (const idle of [this.idle, connection.peer?.idle]) {
      if (isIdle) idle?.add(connection);
      else idle?.delete(connection);
    }
  }

  private giveUpOldest(idle: Idle): void {
    const [oldest] = idle;
    if (!oldest) return;
    this.forget(oldest);
    oldest.socket.destroy();
  }

  /** Once for each connection: it is given up before it has closed. */
  private forget(connection: HttpConnection): void {
    const { socket, peer } = connection;
    if (!this.open.delete(socket)) return;
    this.setIdle(connection, false);
    if (!peer) return;
    peer.open -= 1;
    if (peer.open === 0) this.peers.delete(peer.address);
  }
}
