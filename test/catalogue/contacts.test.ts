import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

interface Health {
  readonly reachable: boolean | null;
  readonly authenticated: boolean | null;
  readonly latencyMs: number | null;
  readonly checkedAt: string | null;
  readonly message: string | null;
}

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
  fill();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

function fill(): void {
  for (let n = 0; n < 20; n++) seed(registry.store, `app-${n % 4}`, `v${n}`, buildImage({ labels: { n: `${n}` } }));
}

async function readHealth(): Promise<Health> {
  const { data } = await gateway.query<{ registry: { health: Health } }>(
    '{ registry(name: "r") { health { reachable authenticated latencyMs checkedAt message } } }',
  );
  return data.registry.health;
}

const said = (): string[] =>
  gateway.lines.map(({ message }) => message).filter((message) => message.startsWith('a registry '));

async function crawl(times = 1): Promise<Awaited<ReturnType<TestCatalogue['crawl']>>> {
  let job = await gateway.crawl('r');
  for (let n = 1; n < times; n++) {
    gateway.wait(31);
    job = await gateway.crawl('r');
  }
  gateway.wait(31);
  return job;
}

test('health is what the last contact showed, and a registry that goes away and comes back says so once', async () => {
  expect((await readHealth()).reachable).toBeNull();
  await crawl(2);
  expect(await readHealth()).toMatchObject({
    reachable: true,
    message: null,
    latencyMs: expect.any(Number) as unknown,
    checkedAt: '2026-01-02T03:04:05.000Z',
  });
  const fault = registry.fail({ kind: 'reset' });
  await crawl(3);
  expect(await readHealth()).toMatchObject({
    reachable: false,
    latencyMs: null,
    message: expect.stringContaining('cannot be reached') as unknown,
  });
  expect(said()).toEqual(['a registry is away']);
  fault.stop();
  await gateway.letRest(30);
  await crawl(3);
  expect(await readHealth()).toMatchObject({ reachable: true, message: null });
  expect(said()).toEqual(['a registry is away', 'a registry is back']);
});

test('credentials that are refused are told as that, of a registry that answers', async () => {
  await crawl();
  const fault = registry.fail({ kind: 'status', status: 403 });
  await crawl(2);
  expect(await readHealth()).toMatchObject({ reachable: true, authenticated: false });
  expect(said()).toEqual(['a registry refuses the gateway']);
  fault.stop();
  await crawl();
  expect(await readHealth()).toMatchObject({ reachable: true, authenticated: true, message: null });
});

test('one repository that fails is no failure of the registry', async () => {
  await crawl();
  registry.fail({ kind: 'reset', match: /app-1\// });
  await crawl(2);
  expect(await readHealth()).toMatchObject({ reachable: true, message: null });
  expect(said()).toEqual([]);
});

test('a registry that loses most of what it had says so in its job, its health and once in the log, and when it has it again', async () => {
  await crawl();
  for (let n = 0; n < 4; n++) registry.store.removeRepository(`app-${n}`);
  const job = await crawl();
  expect(job).toMatchObject({
    state: 'SUCCEEDED',
    failures: [
      {
        subject: 'r',
        code: 'UPSTREAM_EMPTIED',
        message: '20 of 20 tags of r were gone at once: is its storage there?',
      },
    ],
  });
  expect((await crawl()).failures).toEqual([]);
  expect((await readHealth()).message).toBe('20 of 20 tags of r were gone at once: is its storage there?');
  expect(said()).toEqual(['a registry lost most of what it had']);
  fill();
  await crawl(2);
  expect(said()).toEqual(['a registry lost most of what it had', 'a registry has again most of what it had lost']);
  expect((await readHealth()).message).toBeNull();
});
