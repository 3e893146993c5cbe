import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../errors.js';
import { assetFiles, pageFolder, typeOf } from './files.js';

/** A file in memory. */
interface Asset {
  readonly type: string;
  readonly body: Buffer;
  /** Strong: made of the bytes. */
  readonly etag: string;
}

/**
 * Nothing from elsewhere, nothing inline but styles (the editor sets those on its elements), no frame around it, and a form
 * that is sent before the script is there goes nowhere.
 */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** What `/` is to clients that are no browsers. */
const directions = {
  name: 'registry-gateway',
  graphql: '/graphql',
  rest: '/api/registries',
  docs: 'Open this address in a browser to explore the API.',
};

/** Serves the Explorer at `/`, from files that are read once. When they have not been built, the page says so. */
export async function registerExplorer(server: FastifyInstance, folder: URL = pageFolder): Promise<void> {
  const { assets, missing } = await readAssets(folder, ['index.html', ...assetFiles, ...(await listDocPages(folder))]);
  const page = assets.get('index.html');

  server.get('/', { logLevel: 'warn' }, async (request, reply) => {
    // Cross-origin rules have put theirs already.
    reply.header('vary', [reply.getHeader('vary'), 'accept'].filter(Boolean).join(', '));
    if (!acceptsHtml(request)) return reply.send(directions);
    if (page && missing.length === 0) return sendAsset(request, reply, page);
    return guardPage(reply).code(503).type(typeOf('.html')).send(explainMissing(missing));
  });

  server.get<{ Params: { file: string } }>('/explorer/:file', { logLevel: 'warn' }, async (request, reply) => {
    const asset = assets.get(request.params.file);
    if (!asset || asset === page) throw notFound(`The Explorer has no file "${request.params.file.slice(0, 100)}".`);
    return sendAsset(request, reply, asset);
  });
}

/** The pages of the documentation that were built: none of them is needed by the Explorer. */
async function listDocPages(folder: URL): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.html') && name !== 'index.html');
}

async function readAssets(folder: URL, names: readonly string[]): Promise<{ assets: Map<string, Asset>; missing: string[] }> {
  const assets = new Map<string, Asset>();
  const missing: string[] = [];
  for (const name of names) {
    try {
      const body = await readFile(new URL(name, folder));
      assets.set(name, { type: typeOf(name), body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` });
    } catch {
      missing.push(name);
    }
  }
  return { assets, missing };
}

function acceptsHtml({ headers }: FastifyRequest): boolean {
  return headers.accept?.toLowerCase().includes('text/html') ?? false;
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, { type, body, etag }: Asset): FastifyReply {
  guardPage(reply).header('etag', etag);
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(type).send(body);
}

/** True when the client's copy is the same: RFC 9110, section 13.1.2, compared weakly. */
function isKnown(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) ?? false;
}

function guardPage(reply: FastifyReply): FastifyReply {
  return reply.headers({
    // Kept, but asked for again: a new version is seen at once.
    'cache-control': 'no-cache',
    'content-security-policy': contentPolicy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
}

function explainMissing(missing: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>registry-gateway</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The Explorer has not been built</h1>
<p>The gateway works: GraphQL is at <code>/graphql</code>, REST at <code>/api/registries</code>. Only this page lacks its files
(${missing.join(', ')}). Run <code>npm run build</code> and start the gateway again.</p>
</body>
</html>
`;
}
