import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { closeOnce } from '../run/leftovers.js';

/**
 * What becomes of a connection once something passed to the server. 'lose-request': neither is that sent on, nor is
 * anything answered. 'lose-answer': it is sent on, and its answer is not. Either way the client sees its connection
 * end. 'leave': as 'lose-answer', and the relay is away from then on. 'stop': nothing is sent on in either way from
 * then on, and nobody is told, as of a flow that a firewall has forgotten.
 */
export type Fault = 'lose-request' | 'lose-answer' | 'leave' | 'stop';

/** Stands before a server of TCP, and loses what it is told to. */
export interface Relay {
  readonly port: number;
  /** Faults that happened. */
  readonly hits: number;
  /** The next connection to send this text has this fault; gives what takes it back. */
  failNext(text: string, fault: Fault): () => void;
  /** All connections that are open have it, at once. */
  stopAll(): void;
  /** Clients of flows that were stopped see them end; the server does not. */
  dropClients(): void;
  /** While it is away, no connection is taken, and all that are open are ended. */
  setAway(isAway: boolean): void;
  /** Connections that are made from now on lead to this port. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  fault: Fault | null;
}

export async function startRelay(firstPort: number): Promise<Relay> {
  let targetPort = firstPort;
  const pairs = new Set<Pair>();
  const waiting = new Set<{ readonly text: string; readonly fault: Fault }>();
  let hits = 0;
  let isAway = false;
  const take = (chunk: Buffer): Fault | null => {
    const found = [...waiting].find(({ text }) => chunk.includes(text));
    if (!found) return null;
    waiting.delete(found);
    hits += 1;
    return found.fault;
  };
  const endAll = (): void => pairs.forEach(end);
  const setAway = (now: boolean): void => {
    isAway = now;
    if (isAway) endAll();
  };
  const relay = createServer((client) => {
    if (isAway) return client.destroy();
    const pair: Pair = { client, server: connect(targetPort, '127.0.0.1'), fault: null };
    pairs.add(pair);
    join(
      pair,
      take,
      () => setAway(true),
      () => pairs.delete(pair),
    );
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return {
    port: (relay.address() as AddressInfo).port,
    get hits() {
      return hits;
    },
    failNext(text, fault) {
      const one = { text, fault };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
    stopAll: () => pairs.forEach((pair) => (pair.fault = 'stop')),
    dropClients: () => pairs.forEach(({ client, fault }) => fault === 'stop' && client.destroy()),
    setAway,
    leadTo: (port) => void (targetPort = port),
    close: closeOnce(async () => {
      endAll();
      await new Promise((resolve) => relay.close(resolve));
    }),
  };
}

function join(pair: Pair, take: (chunk: Buffer) => Fault | null, leave: () => void, onEnd: () => void): void {
  const { client, server } = pair;
  client.on('data', (chunk: Buffer) => {
    pair.fault ??= take(chunk);
    if (pair.fault === 'lose-request') return end(pair);
    if (pair.fault !== 'stop') server.write(chunk);
  });
  server.on('data', (chunk: Buffer) => {
    if (pair.fault === 'leave') return leave();
    if (pair.fault === 'lose-answer') return end(pair);
    if (pair.fault !== 'stop') client.write(chunk);
  });
  for (const one of [client, server])
    one
      .on('error', () => one.destroy())
      .on('close', () => {
        // Neither side of a flow that stands hears that the other has gone.
        if (pair.fault === 'stop') return;
        end(pair);
        onEnd();
      });
}

function end({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}
