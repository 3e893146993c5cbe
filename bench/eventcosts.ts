import { CompiledQuery, type QueryResult } from 'kysely';
import { type Database, openDatabase } from '../src/store/database/database.js';
import { createTestCatalogue } from '../test/support/worlds/catalogue.js';
import { readCpu } from './cpu.js';
import { tagsPerRepository } from './fill.js';
import { quantile, serve } from './load.js';
import { report } from './report.js';

const repositories = 60;
const rounds = 9;

/** Milliseconds of this process's processor time. */
interface CrawlCpu {
  readonly first: number;
  readonly unchanged: number;
}

/**
 * What events cost a crawl: crawls that write them, and by turns such as leave out each statement that does, in a file
 * of their own each. The registry is another process.
 */
export async function benchEventCosts(folder: string): Promise<void> {
  await using registry = await serve<{ readonly url: string }>('./registry.js', String(repositories));
  const crawl = (name: string, hasEvents: boolean): Promise<CrawlCpu> =>
    crawlTwice(`${folder}/${name}.db`, registry.ready.url, hasEvents);
  await crawl('warm', true);
  const [given, left]: [CrawlCpu[], CrawlCpu[]] = [[], []];
  for (let round = 0; round < rounds; round++)
    for (const hasEvents of round % 2 === 0 ? [true, false] : [false, true])
      (hasEvents ? given : left).push(await crawl(`events-${round}-${hasEvents}`, hasEvents));
  const tags = repositories * tagsPerRepository;
  for (const kind of ['first', 'unchanged'] as const) {
    const ours = quantile(
      given.map((each) => each[kind]),
      0.5,
    );
    const ofPeer = quantile(
      left.map((each) => each[kind]),
      0.5,
    );
    const name = `${kind} crawl of ${tags} tags, CPU with events / without, ${rounds} each by turns`;
    report({ case: name, value: ours / ofPeer, unit: 'times', cpuMs: ours, ofPeer });
  }
}

async function crawlTwice(file: string, url: string, hasEvents: boolean): Promise<CrawlCpu> {
  const database = await openDatabase(`sqlite:${file}`);
  if (!hasEvents) await leaveOutEvents(database);
  const openIt = async () => Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
  await using gateway = await createTestCatalogue({ openDatabase: openIt });
  await gateway.attach('live', url);
  const measure = async (): Promise<number> => {
    const began = readCpu();
    const { state } = await gateway.crawl('live');
    if (state !== 'SUCCEEDED') throw new Error(`The crawl ended as ${state}.`);
    return readCpu() - began;
  };
  const first = await measure();
  const unchanged = await measure();
  const { rows } = await database.kysely.executeQuery<{ n: number }>(
    CompiledQuery.raw('select count(*) as n from event where repository is not null'),
  );
  if (rows.every(({ n }) => n > 0) !== hasEvents)
    throw new Error('Events were written where none should be, or the other way.');
  return { first, unchanged };
}

/** Its connection has no statement that writes events put to the file. */
async function leaveOutEvents({ kysely }: Database): Promise<void> {
  await kysely.getExecutor().provideConnection(async (connection) => {
    const execute = connection.executeQuery.bind(connection);
    connection.executeQuery = <R>(query: CompiledQuery, ...rest: []): Promise<QueryResult<R>> =>
      query.sql.trimStart().startsWith('insert into event') ? Promise.resolve({ rows: [] }) : execute(query, ...rest);
  });
}
