import { writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { describeWhere } from '../../support/processes/child.js';
import { createAuthority, type KeyAndCertificate } from '../../support/servers/certificates.js';
import { postgresFolder, startPostgres } from '../../support/servers/postgres.js';
import { createFolder } from '../files.js';

const authority = createAuthority('Database CA');

/** Opens a database of a server with this certificate, as settings name it; gives how many of its sessions lack TLS. */
async function openBy(tls: KeyAndCertificate, host: string, trusted = authority.certificate): Promise<number> {
  using folder = createFolder();
  const root = folder.file('root.pem');
  writeFileSync(root, trusted);
  const server = await startPostgres({ tls });
  try {
    const url = new URL(await server.createDatabase());
    url.hostname = host;
    const secured = `${url.href}?sslmode=verify-full&sslrootcert=${encodeURIComponent(root)}`;
    const database = await openPostgres(secured);
    try {
      const { rows } = await sql<{ open: number; all: number }>`select count(*) as all,
        count(*) filter (where not pg_stat_ssl.ssl) as open from pg_stat_ssl join pg_stat_activity using (pid)
        where datname = current_database()`.execute(database.kysely);
      expect(rows[0]!.all).toBeGreaterThan(1);
      return rows[0]!.open;
    } finally {
      await database.close();
    }
  } finally {
    await server.close();
  }
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'TLS to PostgreSQL', () => {
  test.each(['localhost', '127.0.0.1'])(
    'every session to %s is encrypted, and the certificate checked',
    async (host) => {
      expect(await openBy(authority.issue({ hosts: [host] }), host)).toBe(0);
    },
  );

  test.each(['localhost', '127.0.0.1'])(
    'a certificate of another host than %s is refused, with what to do',
    async (host) => {
      const hosts = ['db.example', host === 'localhost' ? '127.0.0.1' : 'localhost'];
      await expect(openBy(authority.issue({ hosts }), host)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('is of another host (ERR_TLS_CERT_ALTNAME_INVALID). Name the host'),
      });
    },
  );

  test('a certificate of an authority that is not named, and one that has expired, are refused', async () => {
    const other = createAuthority('Another CA').certificate;
    await expect(openBy(authority.issue(), 'localhost', other)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('sslrootcert=<file>'),
    });
    await expect(openBy(authority.issue({ expired: true }), 'localhost')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('has expired (CERT_HAS_EXPIRED)'),
    });
  });
});
