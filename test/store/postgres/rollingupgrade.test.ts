import { Migration } from '@mikro-orm/migrations';
import type { Database } from '../../../src/store/database/database.js';
import { postgresMigrations } from '../../../src/store/database/migrations/postgres.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { buildImage } from '../../support/content/images.js';
import { seed } from '../../support/content/push.js';
import { describeWhere } from '../../support/processes/child.js';
import { createMemoryRegistry } from '../../support/registry/server.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { until } from '../../support/timer.js';
import { startGateway, type TestGateway } from '../../support/worlds/gateway.js';

const key = Buffer.from('a-first-secret-of-enough-characters-1');

/** Adds what no earlier version knows, to tables that it reads and writes. */
class Migration99990101000000_expanding extends Migration {
  override name = 'Migration99990101000000_expanding';

  override up(): void {
    this.addSql('alter table tag add column flavour text null;');
    this.addSql('alter table repository add column stars int not null default 0;');
    this.addSql('create index tag_flavour_index on tag (flavour);');
    this.addSql(
      'create table badge (id bigserial primary key, tag_id bigint not null references tag on delete cascade);',
    );
  }

  override down(): void {
    // Nobody goes back in a test.
  }
}

class Migration99990102000000_contracting extends Migration {
  override name = 'Migration99990102000000_contracting';

  override up(): void {
    this.addSql('alter table badge drop column tag_id;');
  }

  override down(): void {
    // Nobody goes back in a test.
  }
}

const expanding = { name: 'Migration99990101000000_expanding', class: Migration99990101000000_expanding };
const contracting = {
  name: 'Migration99990102000000_contracting',
  class: Migration99990102000000_contracting,
  needs: expanding.name,
};

/** Runs `work` as the version that has these migrations too. */
async function asVersionWith<T>(migrations: typeof postgresMigrations, work: () => Promise<T>): Promise<T> {
  postgresMigrations.push(...migrations);
  try {
    return await work();
  } finally {
    postgresMigrations.splice(-migrations.length);
  }
}

const query = `{ registry(name: "r") { repositories(first: 10, filter: { nameContains: "app" }) { totalCount
  nodes { name tags(first: 10) { nodes { name digest } } } } } }`;
const mutation = 'mutation ($age: Int!) { updateRegistry(input: { name: "r", maxAge: $age }) { userErrors { code } } }';

describeWhere(
  postgresFolder !== null,
  "Debian's package postgresql is not installed",
  'replicas of two versions',
  () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.close());

    const start = (databaseUrl: string): Promise<TestGateway> => startGateway({ databaseUrl, loadKey: () => key });

    /** Reads, writes and crawls by all of them in turn until it is ended; then gives what was not answered well. */
    function keepBusy(gateways: TestGateway[]) {
      const failed: unknown[] = [];
      const counts = { requests: 0, isOver: false };
      const ask = async (gateway: TestGateway, at: number): Promise<void> => {
        const { status, body } =
          at % 3 === 0 ? await gateway.graphql(mutation, { age: 30 + (at % 7) }) : await gateway.graphql(query);
        if (status !== 200 || body.errors !== undefined) failed.push([status, body]);
        counts.requests += 1;
      };
      const running = (async () => {
        for (let at = 0; !counts.isOver; at++) {
          // Who has stopped is asked no more.
          const gateway = gateways[at % gateways.length]!;
          await ask(gateway, at).catch((error: unknown) => failed.push(error));
          if (at % 10 === 0) await gateway.crawl('r').catch((error: unknown) => failed.push(error));
        }
      })();
      return {
        counts,
        async end() {
          counts.isOver = true;
          await running;
          return failed;
        },
      };
    }

    test('a change that only adds is made while old replicas serve, which start again after it: no request fails', async () => {
      const url = await server.createDatabase();
      await using registry = await createMemoryRegistry();
      for (const name of ['app', 'team/app', 'tool'])
        seed(registry.store, name, 'v1', buildImage({ labels: { name } }));
      await using one = await start(url);
      await one.attach('r', registry.url);
      await one.crawl('r');
      await using two = await start(url);
      const gateways = [one, two];
      const load = keepBusy(gateways);
      const more = (count: number): Promise<void> => {
        const from = load.counts.requests;
        return until(() => load.counts.requests >= from + count);
      };
      await more(6);
      await using newer = await asVersionWith([expanding], () => start(url));
      gateways.push(newer);
      await more(9);
      await using again = await start(url);
      gateways.push(again);
      await more(12);
      expect(await load.end()).toEqual([]);
      expect(await server.run(url, 'select count(*), max(stars) from repository')).toBe('3|0');
      expect(again.log.map(({ msg }) => msg)).toContain('the tables are of a later version, which only added to them');
    }, 120_000);

    test('a change gives way to who reads a table for long, so that nobody waits behind it', async () => {
      const url = await server.createDatabase();
      const gateway = await openPostgres(url);
      const readTags = (db: Database['kysely']): Promise<unknown> => db.selectFrom('tag').select('id').execute();
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const reading = gateway.kysely.transaction().execute(async (trx) => {
        await readTags(trx);
        await released;
      });
      const starting = asVersionWith([expanding], () => openPostgres(url));
      const waits = "select count(*) from pg_locks where not granted and mode = 'AccessExclusiveLock'";
      await until(async () => (await server.run(url, waits)) !== '0');
      // It waits behind the change, which waits for the first reader.
      await readTags(gateway.kysely);
      release();
      await reading;
      await (await starting).close();
      expect(await server.run(url, 'select count(flavour) from tag')).toBe('0');
      await gateway.close();
    }, 60_000);

    test('a version that knows the last change that took something away starts, and an earlier one is refused', async () => {
      const url = await server.createDatabase();
      const open = async (): Promise<void> => (await openPostgres(url)).close();
      await asVersionWith([expanding, contracting], open);
      await asVersionWith([expanding], open);
      await expect(open()).rejects.toMatchObject({
        code: 'STORAGE_CORRUPT',
        message: expect.stringContaining(
          'was changed by a later version (Migration99990101000000_expanding)',
        ) as string,
      });
      // A tool is not let in either.
      await expect(openPostgres(url, { access: 'existing' })).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    });
  },
);
