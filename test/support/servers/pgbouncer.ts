import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../processes/child.js';
import { closeOnce } from '../run/leftovers.js';
import { findFreePort } from './freeport.js';

/** It refuses root; any other user of the machine does. */
const nobody = 65_534;

/**
 * Starts a pooler before a database of PostgreSQL, on a free port of 127.0.0.1. `lines` are added to its settings.
 * Throws with what it said when it does not listen within 10 s.
 */
export async function startPgbouncer(
  database: string,
  lines: readonly string[],
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { hostname, port, pathname, username } = new URL(database);
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  const users = join(folder, 'users');
  const settings = join(folder, 'settings.ini');
  const listen = await findFreePort();
  writeFileSync(users, `"${username}" ""\n`);
  const pool = `host=${hostname} port=${port} dbname=${pathname.slice(1)} user=${username}`;
  const own = ['listen_addr=127.0.0.1', `listen_port=${listen}`, 'auth_type=any', `auth_file=${users}`];
  const text = ['[databases]', `pooled = ${pool}`, '[pgbouncer]', ...own, 'unix_socket_dir=', ...lines].join('\n');
  writeFileSync(settings, `${text}\n`);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const each of [folder, users, settings]) chownSync(each, nobody, nobody);
  const args = isRoot ? ['-u', 'nobody', settings] : [settings];
  const serving = serve('pgbouncer', args, { PATH: `${process.env['PATH']}:/usr/sbin` });
  const close = closeOnce(async () => {
    await serving.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    await serving.waitFor(/(process up)/);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `postgres://${username}@127.0.0.1:${listen}/pooled`, close };
}
