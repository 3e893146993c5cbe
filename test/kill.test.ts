import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/store/database/database.js';
import { sql } from 'kysely';
import { buildImage, buildIndex } from './support/content/images.js';
import { startProcess } from './support/processes/gateway.js';
import { seed } from './support/content/push.js';
import { createMemoryRegistry } from './support/registry/server.js';
import { amount } from './support/run/amount.js';
import { until } from './support/timer.js';

const [repositories, tags, kills] = [160, 4, amount(2, 8)];
const env = { ADMIN_PASSWORD: 'a good password', LOG_LEVEL: 'info' };

interface Listed {
  readonly name: string;
  readonly tags: readonly { readonly ID: string }[];
}

async function logIn(url: string): Promise<Record<string, string>> {
  const json = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ username: 'admin', password: env.ADMIN_PASSWORD }),
  });
  return { ...json, 'x-access-token': `admin:${((await answer.json()) as { auth_token: string }).auth_token}` };
}

/** null: it does not list them now, or does not know the registry. */
async function list(url: string, headers: Record<string, string>): Promise<Listed[] | null> {
  const answer = await fetch(`${url}/api/registries/r/repositories`, { headers });
  const body: unknown = await answer.json();
  return answer.status === 200 ? (body as Listed[]) : null;
}

/** Tags whose image is known. */
function countKnown(listed: readonly Listed[]): number {
  return listed.reduce((sum, one) => sum + one.tags.filter(({ ID }) => ID !== '').length, 0);
}

test('killed at any moment of a crawl nothing is lost, the next start serves what there is at once, and goes on with the rest', async () => {
  await using registry = await createMemoryRegistry({ delayMs: 3 });
  for (let r = 0; r < repositories; r++) {
    for (let t = 0; t < tags; t++) {
      const image = buildImage({ labels: { r: `${r}`, t: `${t}` } });
      seed(registry.store, `app-${r}`, `v${t}`, t === 0 ? buildIndex([image], { attestation: true }) : image);
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'gateway-kill-'));
  try {
    let known = 0;
    for (let kill = 0; kill < kills; kill++) {
      const gateway = startProcess(folder, env);
      const url = await gateway.listening();
      const headers = await logIn(url);
      if (kill === 0)
        void fetch(`${url}/api/registries`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ name: 'r', addr: registry.url }),
        }).catch(() => undefined);
      else {
        const listed = await list(url, headers);
        const now = countKnown(listed ?? []);
        expect(now).toBeGreaterThanOrEqual(known);
        known = now;
      }
      // Each time after more of them, and never after all of a crawl: each start goes on with what was not read.
      const wanted = registry.requests.length + 8 * (kill + 1);
      await until(() => registry.requests.length >= wanted, 40);
      gateway.child.kill('SIGKILL');
      await gateway.ended();
    }
    const last = startProcess(folder, env);
    const url = await last.listening();
    const headers = await logIn(url);
    await until(async () => countKnown((await list(url, headers)) ?? []) === repositories * tags, 60);
    expect(await list(url, headers)).toHaveLength(repositories);
    last.child.kill('SIGTERM');
    expect(await last.ended()).toBe(0);

    const database = await openDatabase(`sqlite:${join(folder, 'data/gateway.db')}`);
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(database.kysely);
    expect(rows).toEqual([{ integrity_check: 'ok' }]);
    const running = await database.kysely.selectFrom('job').select('state').where('state', '=', 'RUNNING').execute();
    expect(running).toEqual([]);
    await database.close();
    // Each kill loses what was fetched and not written yet, no more: without an index every start would fetch all of
    // it.
    expect(registry.count('GET', /blobs/)).toBeLessThan(2 * repositories * tags);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
