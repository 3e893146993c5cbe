import type { LookupFunction } from 'node:net';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

/** A gateway that reaches nothing but loopback, with the registry `local`, whatever is asked of it. */
export interface Island extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly registry: MemoryRegistry;
  readonly tokens: { readonly reader: string; readonly writer: string };
  /** Now and then: attaches what was detached, and pushes what was deleted. */
  restore(): Promise<void>;
  /** Lines of the log that tell of a fault of the gateway's own. */
  faults(): readonly Record<string, unknown>[];
}

/** How many requests may pass between two looks. */
const interval = 500;

const lookup: LookupFunction = (host, _options, callback) =>
  callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), '');

export async function startIsland(): Promise<Island> {
  const registry = await createMemoryRegistry();
  const gateway = await startGateway({
    upstream: { lookup, allow: (address) => address === '127.0.0.1', timeouts: { headers: 1000 } },
  });
  let requests = 0;
  const fill = async (): Promise<void> => {
    seed(registry.store, 'app', 'v1', buildImage());
    seed(registry.store, 'app', 'v2', buildImage({ labels: { v: '2' } }));
    seed(
      registry.store,
      'team/app',
      'latest',
      buildIndex([buildImage({ arch: 'amd64' }), buildImage({ arch: 'arm64' })]),
    );
    seed(registry.store, 'library/app', 'v1', buildImage());
    const { status } = await gateway.rest('GET', '/api/registries/local');
    if (status === 404) await gateway.attach('local', registry.url);
    await gateway.crawl('local');
  };
  await fill();
  return {
    gateway,
    registry,
    tokens: { reader: await gateway.accessAs('registries:ro'), writer: await gateway.accessAs('registries:rw') },
    async restore() {
      requests += 1;
      if (requests % interval === 0) await fill();
    },
    faults: () => gateway.log.filter(({ level }) => Number(level) >= 50),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}
