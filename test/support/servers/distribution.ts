import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../processes/child.js';
import { closeOnce } from '../run/leftovers.js';
import type { TokenServer } from './tokenserver.js';

export { describeWith, hasCommand } from '../processes/child.js';

/** A real registry's settings; each has the meaning of distribution's configuration. */
export interface DistributionOptions {
  /** Default true. */
  readonly deleteEnabled?: boolean;
  readonly readOnly?: boolean;
  /** `/reg/`, with both slashes. */
  readonly prefix?: string;
  readonly maxEntries?: number;
  /** Lets in `htpasswdUser` only. */
  readonly htpasswd?: boolean;
  readonly token?: TokenServer['settings'];
  /** PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly notify?: { readonly url: string; readonly headers?: Readonly<Record<string, readonly string[]>> };
  /** More of its configuration, as text. */
  readonly pasted?: string;
}

export interface Distribution {
  /** `http://127.0.0.1:port/prefix`, without a trailing slash. */
  readonly url: string;
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Where its files are, until it is closed. */
  readonly directory: string;
  /** What it has logged so far. */
  readLog(): string;
  /** Kills it and removes its directory. */
  close(): Promise<void>;
}

/** The command, and Debian's package that has it. */
export const distributionCommand = 'docker-registry';

/** bcrypt at cost 5: the registry computes it again for every request. */
export const htpasswdUser = { username: 'ann', password: 'test-password' };
const htpasswdLine = 'ann:$2y$05$uDtCm6LCKrhsDTp/k3NC2upQDOZCnq/eWRBPjsSY5iYd.3KUYy/4i';

/**
 * Starts a registry on a free port of 127.0.0.1 and waits until it listens. Throws with its log when it does not within
 * 10 s.
 */
export async function startDistribution(options: DistributionOptions = {}): Promise<Distribution> {
  const directory = await mkdtemp(join(tmpdir(), 'registry-'));
  const files = {
    htpasswd: `${htpasswdLine}\n`,
    'tls.crt': options.tls?.certificate,
    'tls.key': options.tls?.key,
    'token.crt': options.token?.rootCertificate,
  };
  for (const [name, text] of Object.entries(files)) if (text) await writeFile(join(directory, name), text);
  const file = join(directory, 'config.yml');
  const parts = Object.entries(configure(options, directory)).map(([name, part]) => `${name}: ${JSON.stringify(part)}`);
  await writeFile(file, [...parts, options.pasted ?? ''].join('\n'));

  // Its settings can be overridden by REGISTRY_ variables: it gets none of ours.
  const serving = serve(distributionCommand, ['serve', file], { HOME: directory });
  const close = closeOnce(async () => {
    await serving.kill();
    await rm(directory, { recursive: true, force: true });
  });
  try {
    const host = await serving.waitFor(/listening on (127\.0\.0\.1:\d+)/);
    const url = `${options.tls ? 'https' : 'http'}://${host}${(options.prefix ?? '').replace(/\/$/, '')}`;
    return { url, host, directory, readLog: () => serving.log.text, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** JSON is YAML too. */
function configure(options: DistributionOptions, directory: string): object {
  const { deleteEnabled = true, readOnly = false, prefix, maxEntries, htpasswd, token, tls, notify } = options;
  const auth = token
    ? {
        token: {
          realm: token.realm,
          service: token.service,
          issuer: token.issuer,
          rootcertbundle: join(directory, 'token.crt'),
        },
      }
    : htpasswd && { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } };
  const endpoint = notify && {
    name: 'gateway',
    url: notify.url,
    headers: notify.headers ?? {},
    timeout: '1s',
    threshold: 3,
    backoff: '1s',
  };
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(directory, 'data') },
      delete: { enabled: deleteEnabled },
      cache: { blobdescriptor: 'inmemory' },
      maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: readOnly } },
    },
    // Port 0: it logs the one it got, so no other process can take it in between.
    http: {
      addr: '127.0.0.1:0',
      ...(prefix && { prefix }),
      ...(tls && { tls: { certificate: join(directory, 'tls.crt'), key: join(directory, 'tls.key') } }),
    },
    ...(maxEntries !== undefined && { catalog: { maxentries: maxEntries } }),
    ...(auth && { auth }),
    ...(endpoint && { notifications: { events: { includereferences: true }, endpoints: [endpoint] } }),
  };
}
