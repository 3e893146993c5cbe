import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { buildImage } from '../test/support/content/images.js';
import { serve as start } from '../test/support/processes/child.js';
import { findFreePort } from '../test/support/servers/freeport.js';
import { askGateway, askPeer, type GatewayReady, readOnce, timeEach } from './asking.js';
import { nameRepository, tagsPerRepository } from './fill.js';
import { attach, waitUntilFresh } from './live.js';
import { quantile, serve, type Target } from './load.js';
import { listPlaces, pushAll } from './pushing.js';
import { skip } from './report.js';
import { type Round, reportRounds } from './rounds.js';

const repositories = 300;
const rounds = 10;
/** Answers of each in one round. */
const answersARound = 5;

const one = nameRepository(7);
const fields = 'name digest size updatedAt';
const word = 'app-00001';

/** What both are asked, and a text that both answers have. */
const questions = {
  '100 repositories with their newest image': {
    gateway:
      'registry(name: "live") { repositories(first: 100) { nodes { name size updatedAt latestTag { name digest } } } }',
    zot:
      'RepoListWithNewestImage(requestedPage: { limit: 100, offset: 0, sortBy: ALPHABETIC_ASC }) ' +
      '{ Results { Name Size LastUpdated NewestImage { Tag Digest } } }',
    text: nameRepository(0),
  },
  'a search': {
    gateway: `search(query: "${word}", first: 20) { nodes { ... on Repository { name } } }`,
    zot: `GlobalSearch(query: "${word}", requestedPage: { limit: 20, offset: 0 }) { Repos { Name } }`,
    text: word,
  },
  'the images of one repository': {
    gateway: `repository(registry: "live", name: "${one}") { tags(first: 100) { nodes { ${fields} } } }`,
    zot:
      `ImageList(repo: "${one}", requestedPage: { limit: 100, offset: 0 }) ` +
      '{ Results { Tag Digest Size LastUpdated } }',
    text: `v1.0.${tagsPerRepository - 1}`,
  },
} as const;

/**
 * zot with its search, whose binary `ZOT` names: the same questions to it and to a gateway in front of it, by turns. It
 * answers each from its own metadata.
 */
export async function benchZot(folder: string): Promise<void> {
  const command = process.env['ZOT'];
  if (!command) return skip(`zot, ${repositories} x ${tagsPerRepository}`, 'ZOT does not name its binary');
  const zot = await startZot(command);
  try {
    await pushAll(zot.url, listPlaces(repositories), (repository, tag) =>
      buildImage({
        format: 'oci',
        labels: { of: `${repository}:${tag}` },
        layers: [{ size: 100, seed: 'shared' }],
      }),
    );
    await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/zot.db`);
    await attach(gateway.ready, zot.url, { maxAge: 3600 });
    await waitUntilFresh(gateway.ready, 120);
    for (const [name, question] of Object.entries(questions)) await compareWays(gateway.ready, zot.url, name, question);
  } finally {
    await zot.close();
  }
}

async function compareWays(
  ready: GatewayReady,
  url: string,
  name: string,
  { gateway, zot, text }: { readonly gateway: string; readonly zot: string; readonly text: string },
): Promise<void> {
  const theirs = askPeer(`${url}/v2/_zot/ext/search`, {}, `{ ${zot} }`);
  const ours = (variables: object): Target => askGateway(ready, variables, `{ ${gateway} }`);
  for (const target of [theirs, ours({})]) {
    const { body } = await readOnce(target);
    if (!body.includes(text)) throw new Error(`${target.url} does not answer with ${text}: ${body.slice(0, 500)}`);
  }
  const [kept, unseen]: [Round[], Round[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const ofPeer = await medianOf(() => theirs);
    const again = await medianOf(() => ours({}));
    let fresh = 0;
    const first = await medianOf(() => ours({ unseen: `${round} ${fresh++}` }));
    // What is compiled and read for the first time is not measured.
    if (round === 0) continue;
    kept.push({ ours: again, ofPeer });
    unseen.push({ ours: first, ofPeer });
  }
  reportRounds(`${name}, kept / zot`, kept, 50);
  reportRounds(`${name}, never asked before / zot`, unseen, 2);
}

async function medianOf(next: () => Target): Promise<number> {
  return quantile(await timeEach(Array.from({ length: answersARound }, next)), 0.5);
}

interface Zot {
  readonly url: string;
  close(): Promise<void>;
}

/** With search, and without what it would fetch for it from elsewhere. Throws with its log when it does not listen. */
async function startZot(command: string): Promise<Zot> {
  const directory = await mkdtemp(join(tmpdir(), 'zot-'));
  const port = await findFreePort();
  const file = join(directory, 'config.json');
  const settings = {
    distSpecVersion: '1.1.1',
    storage: { rootDirectory: join(directory, 'data') },
    http: { address: '127.0.0.1', port: `${port}` },
    log: { level: 'error' },
    extensions: { search: { enable: true } },
  };
  await writeFile(file, JSON.stringify(settings));
  const running = start(command, ['serve', file], { HOME: directory });
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    await running.kill();
    await rm(directory, { recursive: true, force: true });
  };
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (
      await fetch(`${url}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { url, close };
    await wait(50);
  }
  await close();
  throw new Error(`${command} did not start: ${running.log.text.slice(-2000)}`);
}
