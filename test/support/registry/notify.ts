import type { Resolved } from './options.js';
import { parseBody } from '../../../src/demo/registry/body.js';
import type { StoredManifest } from './store.js';

/** Something distribution tells its endpoints about. A deletion names a digest or a tag, never both. */
export interface Change {
  readonly action: 'push' | 'pull' | 'mount' | 'delete';
  readonly method: string;
  readonly repository: string;
  readonly manifest?: StoredManifest;
  readonly tag?: string;
  readonly digest?: string;
  readonly size?: number;
  readonly fromRepository?: string;
}

export interface Notifier {
  /** `write` is what the change is about, where the event goes out before it is done: see NotifyOptions.tagAfter. */
  publish(change: Change, user: string | null, write?: () => void): void;
  /** Resolves when everything published so far was delivered or given up, and written. */
  readonly settle: () => Promise<void>;
}

/** Strictly in order, one event an envelope. Distribution repeats for ever; this gives up after 5 attempts. */
export function createNotifier(options: Resolved, now: () => number): Notifier {
  const { notify, traits } = options;
  let queue = Promise.resolve();
  let written: Promise<unknown> = Promise.resolve();
  let sent = 0;
  return {
    async settle() {
      await queue;
      await written;
    },
    publish(change, user, write) {
      if (!notify || !traits.events) return write?.();
      sent += 1;
      const id = `00000000-0000-4000-8000-${String(sent).padStart(12, '0')}`;
      const timestamp = new Date(now()).toISOString();
      const message =
        traits.events === 'cloudevents'
          ? describeCloudEvent(change, id, timestamp)
          : envelop(traits.events, describe(change, user, id, timestamp));
      if (message)
        queue = queue.then(() =>
          deliver(notify.url, { ...notify.headers, ...message.headers }, JSON.stringify(message.body)),
        );
      // A write that waits holds back no event behind it.
      if (write) written = Promise.all([written, queue.then(notify.tagAfter).then(write)]);
    },
  };
}

interface Message {
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

function envelop(version: 'v1' | 'v2', event: unknown): Message {
  return {
    headers: { 'Content-Type': `application/vnd.docker.distribution.events.${version}+json` },
    body: { events: [event] },
  };
}

/** zot's: CloudEvents 1.0 in binary mode over HTTP, of images only, and nothing of pulls. */
function describeCloudEvent(
  { action, repository, manifest, tag, digest }: Change,
  id: string,
  time: string,
): Message | null {
  if (action === 'pull' || action === 'mount' || (action === 'push' && !manifest)) return null;
  const type = `zotregistry.image.${action === 'push' ? 'updated' : 'deleted'}`;
  const about = manifest
    ? { digest: manifest.digest, mediaType: manifest.mediaType, manifest: manifest.bytes.toString() }
    : { digest };
  return {
    headers: {
      'Content-Type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-source': 'zotregistry.dev/zot',
      'ce-type': type,
      'ce-time': time,
    },
    body: { name: repository, reference: tag ?? manifest?.digest ?? digest, ...about },
  };
}

function describe(change: Change, user: string | null, id: string, timestamp: string): unknown {
  const { action, repository, manifest, tag, digest, size, fromRepository } = change;
  const blob = { mediaType: 'application/octet-stream', size, length: size, digest };
  const content = manifest
    ? {
        mediaType: manifest.mediaType,
        size: manifest.bytes.length,
        length: manifest.bytes.length,
        digest: manifest.digest,
        references: readReferences(manifest),
      }
    : action === 'delete'
      ? { digest }
      : blob;
  return {
    id,
    timestamp,
    action,
    target: { ...content, repository, tag, fromRepository },
    request: {
      id: `request-${id}`,
      addr: '127.0.0.1:1',
      host: 'registry',
      method: change.method,
      useragent: 'memory-registry',
    },
    actor: user ? { name: user } : {},
    source: { addr: 'registry:5000', instanceID: 'memory' },
  };
}

/** Of a seeded manifest that is no JSON: null. */
function readReferences(manifest: StoredManifest): unknown {
  const body = parseBody(manifest.bytes);
  return body && [body.config, ...(body.layers ?? []), ...(body.manifests ?? [])].filter(Boolean);
}

async function deliver(url: string, headers: Record<string, string>, body: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'User-Agent': 'Go-http-client/1.1', ...headers },
      body,
      signal: AbortSignal.timeout(1000),
    }).catch(() => null);
    if (answer && answer.status < 400) return;
  }
}
