import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Compression, compressions } from '../coding/accept.js';
import { addVary, tagOf } from '../coding/condition.js';
import { type Content, sendContent } from '../coding/content.js';
import { escapeHtml } from '../coding/html.js';
import { notFound } from '../errors.js';
import { assetFiles, endingOf, pageFolder, typeOf } from './files.js';

/**
 * Nothing from elsewhere, nothing inline but styles (the editor sets those on its elements), no frame around it, and a
 * form that is sent before the script is there goes nowhere. `base` is where the page's `<base>` may lead.
 */
const contentPolicy = (base: "'none'" | "'self'"): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    `base-uri ${base}`,
  ].join('; ');

/** Makes the answer of `/` for clients that are no browsers. Links are relative where the base path is not known. */
function direct({ basePath }: FastifyRequest) {
  const root = basePath ?? '.';
  const docs = 'Open this address in a browser to explore the API.';
  return {
    name: 'registry-gateway',
    graphql: `${root}/graphql`,
    schema: `${root}/schema.graphql`,
    rest: `${root}/api/registries`,
    docs,
  };
}

/** How people come in, as far as the page is to know it before anybody asks. */
export interface Entrance {
  /** The provider that they log in by, as they call it; null: there is none. */
  readonly signOn: string | null;
  /** A proxy may say who they are. */
  readonly isProxied: boolean;
}

const byPassword: Entrance = { signOn: null, isProxied: false };

/** Serves the Explorer at `/`, from files that are read once. When they have not been built, the page says so. */
export async function registerExplorer(
  server: FastifyInstance,
  entrance: Entrance = byPassword,
  folder: URL = pageFolder,
): Promise<void> {
  const { assets, missing } = await readAssets(folder, ['index.html', ...assetFiles, ...(await listDocPages(folder))]);
  const file = assets.get('index.html');
  const page = file && addEntrance(file, entrance);

  server.get('/', { config: { isRoutine: true } }, async (request, reply) => {
    addVary(reply, 'accept');
    if (!acceptsHtml(request)) return reply.send(direct(request));
    const { basePath } = request;
    if (page && missing.length === 0)
      return basePath
        ? sendContent(request, guardPage(reply, true), addBase(page, basePath))
        : sendAsset(request, reply, page);
    return guardPage(reply).code(503).type(typeOf('.html')).send(explainMissing(missing));
  });

  server.get<{ Params: { file: string } }>(
    '/explorer/:file',
    { config: { isRoutine: true } },
    async (request, reply) => {
      const asset = assets.get(request.params.file);
      if (!asset || asset === file) throw notFound(`The Explorer has no file "${request.params.file.slice(0, 100)}".`);
      return sendAsset(request, reply, asset);
    },
  );
}

/** The page with all its addresses below the base path: it may have been asked for without the slash at its end. */
function addBase(page: Content, basePath: string): Content {
  return rewrite(page, '<meta charset="utf-8">', (found) => `${found}\n    <base href="${basePath}/">`);
}

/** The page's body says it, as the page may run no script of its own. */
function addEntrance(page: Content, { signOn, isProxied }: Entrance): Content {
  const provider = signOn === null ? '' : ` data-sign-on="${escapeHtml(signOn)}"`;
  const facts = `${provider}${isProxied ? ' data-proxied' : ''}`;
  return facts === '' ? page : rewrite(page, '<body>', () => `<body${facts}>`);
}

function rewrite({ contentType, body: page }: Content, part: string, change: (part: string) => string): Content {
  const body = Buffer.from(page.toString().replace(part, change));
  return { contentType, body, etag: tagOf(body), coded: new Map() };
}

/** The pages of the documentation that were built: none of them is needed by the Explorer. */
async function listDocPages(folder: URL): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.html') && name !== 'index.html');
}

/** Files in memory, with the compressed ones that the build put beside them. */
async function readAssets(
  folder: URL,
  names: readonly string[],
): Promise<{ assets: Map<string, Content>; missing: string[] }> {
  const assets = new Map<string, Content>();
  const missing: string[] = [];
  for (const name of names) {
    const body = await readOptional(new URL(name, folder));
    if (body === null) {
      missing.push(name);
      continue;
    }
    const coded = new Map<Compression, Buffer>();
    for (const compression of compressions) {
      const bytes = await readOptional(new URL(`${name}${endingOf[compression]}`, folder));
      if (bytes) coded.set(compression, bytes);
    }
    assets.set(name, { contentType: typeOf(name), body, etag: tagOf(body), coded });
  }
  return { assets, missing };
}

async function readOptional(file: URL): Promise<Buffer | null> {
  return readFile(file).catch(() => null);
}

function acceptsHtml({ headers }: FastifyRequest): boolean {
  return headers.accept?.toLowerCase().includes('text/html') ?? false;
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Content): Promise<FastifyReply> {
  return sendContent(request, guardPage(reply), asset);
}

function guardPage(reply: FastifyReply, isBased = false): FastifyReply {
  return reply.headers({
    // Kept, but asked for again: a new version is seen at once.
    'cache-control': 'no-cache',
    'content-security-policy': contentPolicy(isBased ? "'self'" : "'none'"),
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
<p>The gateway works: GraphQL is at <code>/graphql</code>, REST at <code>/api/registries</code>.
Only this page lacks its files (${missing.join(', ')}). Run <code>npm run build</code> and start the gateway again.</p>
</body>
</html>
`;
}
