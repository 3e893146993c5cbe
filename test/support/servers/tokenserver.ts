import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthority } from './certificates.js';
import { closeOnce } from '../run/leftovers.js';
import { type Access, parseScope, readBasic } from '../registry/auth.js';

export interface TokenServerOptions {
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  /** Default 'ES256'. */
  readonly algorithm?: 'ES256' | 'RS256';
  /** Seconds. Default 300. A registry takes a token for 60 s more. */
  readonly expiresIn?: number;
  /**
   * Which of the asked actions are granted; `user` is null for an anonymous token. Default: all to users, none to
   * anonymous.
   */
  readonly grant?: (user: string | null, access: Access) => readonly string[];
}

/** Gives tokens that a real registry believes: distribution's "Token Authentication Implementation". */
export interface TokenServer {
  /** For the registry's settings, `auth.token`. */
  readonly settings: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly rootCertificate: string;
  };
  /** The queries of the requests so far: `service=…&scope=…`. */
  readonly queries: readonly string[];
  mint(user: string, access: readonly Access[]): string;
  close(): Promise<void>;
}

const service = 'test-registry';
const issuer = 'test-issuer';

export async function createTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const authority = createAuthority('Token CA');
  const mint = createMint(options, authority.issue({ keyType: options.algorithm === 'RS256' ? 'rsa' : 'ec' }));
  const grant = options.grant ?? ((user, { actions }) => (user === null ? [] : actions));
  const queries: string[] = [];
  const server = createServer((request, response) => {
    const query = request.url?.split('?')[1] ?? '';
    queries.push(query);
    const { authorization } = request.headers;
    const user = authorization === undefined ? null : readBasic(authorization, options.users);
    if (authorization !== undefined && user === null) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="token"' }).end();
      return;
    }
    const scopes = new URLSearchParams(query)
      .getAll('scope')
      .flatMap((scope) => scope.split(' '))
      .filter(Boolean);
    const access = scopes.map(parseScope).map((asked) => ({ ...asked, actions: grant(user, asked) }));
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ token: mint(user ?? '', access), expires_in: options.expiresIn ?? 300 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    settings: {
      realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
      service,
      issuer,
      rootCertificate: authority.certificate,
    },
    queries,
    mint,
    close: closeOnce(
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  };
}

/**
 * A JWT whose key travels in `x5c`: the only way that distribution 2.8 and 3.1 both take. `aud` is one string, 2.8
 * takes no list.
 */
function createMint(options: TokenServerOptions, signer: { certificate: string; key: string }): TokenServer['mint'] {
  const { algorithm = 'ES256', expiresIn = 300 } = options;
  const key = createPrivateKey(signer.key);
  const x5c = [new X509Certificate(signer.certificate).raw.toString('base64')];
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return (user, access) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: user,
      aud: service,
      exp: now + expiresIn,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const input = `${encode({ typ: 'JWT', alg: algorithm, x5c })}.${encode(claims)}`;
    const signature = sign(
      'sha256',
      Buffer.from(input),
      algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key,
    );
    return `${input}.${signature.toString('base64url')}`;
  };
}
