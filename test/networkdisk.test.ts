import { readdirSync } from 'node:fs';
import { createFolder } from './store/files.js';
import { type GatewayProcess, startCommand } from './support/processes/gateway.js';
import { program } from './support/processes/program.js';

const networkDisk = new URL('support/processes/networkdisk.js', import.meta.url).href;
const taken = { DATABASE_FILE_SYSTEM: 'any' };

/** A folder that every process is told is on NFS. */
function createShare() {
  const folder = createFolder();
  const env = {
    NODE_OPTIONS: `--import=${networkDisk}`,
    DATABASE_URL: `sqlite:${folder.file('g.db')}`,
    ADMIN_PASSWORD: 'a good password',
    LOG_LEVEL: 'info',
  };
  const run = (args: readonly string[], more: Record<string, string> = {}): GatewayProcess =>
    startCommand(folder.path, { ...env, ...more }, [process.execPath, program, ...args], false);
  return { path: folder.path, run, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

async function stop(gateway: GatewayProcess): Promise<void> {
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended()).toBe(0);
}

/** A share with the database that a gateway made on it. */
async function createServedShare() {
  const share = createShare();
  const gateway = share.run(['serve'], taken);
  await gateway.listening();
  await stop(gateway);
  return { ...share, said: gateway.output() };
}

describe('a database on a network file system', () => {
  it('a database on a network file system is not served, and nothing is made there', async () => {
    using share = createShare();
    const refused = share.run(['serve']);
    expect([await refused.ended(), refused.output()]).toEqual([
      78,
      expect.stringMatching(/is on a network file system \(NFS\), .*set DATABASE_FILE_SYSTEM=any\./),
    ]);
    expect(readdirSync(share.path)).toEqual([]);
  });

  it('a database on a network file system is served with DATABASE_FILE_SYSTEM=any, which is warned of, and not without it from then on either', async () => {
    using share = await createServedShare();
    expect(share.said).toMatch(
      /"level":40.*"fileSystem":"NFS".*the database is not on a disk of this machine: no other machine may have it mounted/,
    );
    const again = share.run(['serve']);
    expect(await again.ended()).toBe(78);
  });

  it.each([[['user', 'list']], [['token', 'list']], [['keys', 'show']], [['keys', 'rotate']], [['check']]])(
    'a database on a network file system is refused and taken by the same setting by a command: %j',
    async (args) => {
      using share = await createServedShare();
      const refused = share.run(args);
      expect(await refused.ended()).not.toBe(0);
      expect(refused.output()).toContain('is on a network file system (NFS)');
      const done = share.run(args, taken);
      expect([await done.ended(), done.output().includes('network file system')]).toEqual([0, false]);
    },
  );
});
