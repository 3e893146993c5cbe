import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Built } from './images.js';

/** Puts content into a memory registry without a request. */
export { seed } from '../../../src/demo/built.js';

/** How a pusher shows who it is. `ca` is the PEM to trust for https. */
export interface PushAuth {
  readonly username?: string;
  readonly password?: string;
  /** A Bearer token with pull and push on the repository; wins over the password. */
  readonly token?: string;
  readonly ca?: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * Pushes over HTTP to any registry, `baseUrl` as `http://host:port/prefix`: blobs, children, then the manifest under
 * the tag, or under its digest when that is null. Throws with the status when a step is refused.
 */
export async function push(
  baseUrl: string,
  repository: string,
  tag: string | null,
  built: Built,
  auth: PushAuth = {},
): Promise<void> {
  for (const { digest, bytes } of built.blobs) await pushBlob(`${baseUrl}/v2/${repository}/blobs`, digest, bytes, auth);
  for (const child of built.children) await push(baseUrl, repository, null, child, auth);
  const url = `${baseUrl}/v2/${repository}/manifests/${tag ?? built.digest}`;
  expectStatus(await send('PUT', url, auth, { 'Content-Type': built.mediaType }, built.bytes), 201, `PUT ${url}`);
}

async function pushBlob(blobs: string, digest: string, bytes: Buffer, auth: PushAuth): Promise<void> {
  if ((await send('HEAD', `${blobs}/${digest}`, auth)).status === 200) return;
  const opened = expectStatus(await send('POST', `${blobs}/uploads/`, auth), 202, `POST ${blobs}/uploads/`);
  const location = new URL(String(opened.headers.location), blobs);
  location.searchParams.set('digest', digest);
  expectStatus(
    await send('PUT', location.href, auth, { 'Content-Type': 'application/octet-stream' }, bytes),
    201,
    `PUT ${blobs}`,
  );
}

function expectStatus(answer: WireAnswer, status: number, what: string): WireAnswer {
  if (answer.status !== status)
    throw new Error(`${what} answered ${answer.status} in place of ${status}: ${answer.body.toString().slice(0, 300)}`);
  return answer;
}

/** One request, nothing followed and nothing repeated; rejects when the connection fails. */
export function send(
  method: string,
  url: string,
  auth: PushAuth = {},
  headers: Record<string, string> = {},
  body?: Buffer,
): Promise<WireAnswer> {
  const basic =
    auth.username === undefined ? undefined : Buffer.from(`${auth.username}:${auth.password ?? ''}`).toString('base64');
  const authorization = auth.token === undefined ? basic && `Basic ${basic}` : `Bearer ${auth.token}`;
  return new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(
      url,
      {
        method,
        agent: false,
        ...(auth.ca && { ca: auth.ca }),
        headers: {
          ...(authorization && { authorization }),
          ...(body && { 'Content-Length': body.length }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
