import type { FastifyReply, FastifyRequest } from 'fastify';
import { tagOf } from '../coding/condition.js';
import type { Content } from '../coding/content.js';
import { escapeHtml } from '../coding/html.js';
import type { Brand } from './brand.js';
import { typeOf } from './files.js';

/** How people come in, as far as a page is to know it before anybody asks. */
export interface Entrance {
  /** The provider that they log in by, as they call it; null: there is none. */
  readonly signOn: string | null;
  /** A proxy may say who they are. */
  readonly isProxied: boolean;
}

export const byPassword: Entrance = { signOn: null, isProxied: false };

/** Gives the page for a request: all its addresses are below the path that the request came by. */
export type PageOf = (request: FastifyRequest) => Content;

/** Additions to one page of the gateway's. */
export interface PageAdditions {
  readonly brand?: Brand;
  /** Gives links to what a request's page loads beside its own files; that of a guest does not. */
  readonly preload?: (request: FastifyRequest) => string;
}

/**
 * Completes a page as it was built: its body says how people come in, and what it is called here, as the page may run
 * no script of its own, and `<base>` where the gateway's root is. Throws for a page that begins its head or body in
 * another form than builds do.
 */
export function completePage(
  built: Content,
  { signOn, isProxied }: Entrance,
  { brand, preload = () => '' }: PageAdditions = {},
): PageOf {
  const facts = [
    ...(signOn === null ? [] : [` data-sign-on="${escapeHtml(signOn)}"`]),
    ...(isProxied ? [' data-proxied'] : []),
    ...(brand?.name ? [` data-name="${escapeHtml(brand.name)}"`] : []),
    ...(brand?.logo ? [` data-logo="${brand.logo}"`] : []),
  ];
  const page = addBehind(rename(built.body.toString(), brand), /<body(?=[\s>])/, facts.join(''));
  const mark = /<meta charset="utf-8" ?\/?>/i;
  addBehind(page, mark, '');
  const styles = brand?.styles ? `\n    <link rel="stylesheet" href="${brand.styles}">` : '';
  return (request) => {
    const base = `\n    <base href="${locateRoot(request)}">${styles}`;
    const body = Buffer.from(
      isGuest(request)
        ? addBehind(addBehind(page, mark, base), /<body(?=[\s>])/, ' data-guest')
        : // Behind the style of every screen, as what a screen's own says counts.
          addBehind(page, mark, base).replace('</head>', () => `${preload(request)}\n  </head>`),
    );
    return { contentType: built.contentType, body, etag: tagOf(body), coded: new Map() };
  };
}

/** Puts the name and the logo where a browser shows them on its tab. */
function rename(page: string, brand: Brand | undefined): string {
  const named = brand?.name ? page.replace(/<title>[^<]*/, () => `<title>${escapeHtml(brand.name!)}`) : page;
  return brand?.logo ? named.replace(/<link rel="icon"[^>]*>/, `<link rel="icon" href="${brand.logo}" />`) : named;
}

/** Nothing in the request says who asks: the page need not ask the API before somebody has logged in. */
function isGuest({ headers }: FastifyRequest): boolean {
  const { authorization, cookie = '' } = headers;
  return !authorization && !headers['x-access-token'] && !/registry-gateway-session=[^;]/.test(cookie);
}

function addBehind(page: string, mark: RegExp, text: string): string {
  if (!mark.test(page)) throw new Error(`The page has no place that ${mark.source} finds: it was not built for this.`);
  return page.replace(mark, (found) => found + text);
}

/**
 * The address of the gateway's root for whoever is at the request's: `/registry/`, or, where the base path is not
 * known, as many steps up as the request's path has, `../../`.
 */
export function locateRoot({ basePath, url }: FastifyRequest): string {
  if (basePath !== null) return `${basePath}/`;
  const [path = ''] = url.split('?', 1);
  return '../'.repeat(Math.max(path.split('/').length - 2, 0)) || './';
}

export function acceptsHtml({ headers }: FastifyRequest): boolean {
  return headers.accept?.toLowerCase().includes('text/html') ?? false;
}

/** Headers of each file of a page; `policy`: the content security policy of all of them. */
export function guardPage(reply: FastifyReply, policy: string): FastifyReply {
  return reply.headers({
    // Kept, but asked for again: a new version is seen at once.
    'cache-control': 'no-cache',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
}

/** Answers 503 with a page that says how `name` is built, of which the named files are missing. */
export function sendUnbuilt(reply: FastifyReply, name: string, missing: readonly string[]): FastifyReply {
  return reply.code(503).type(typeOf('.html')).send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>registry-gateway</title>
<body>
<h1>The ${name} has not been built</h1>
<p>The gateway works: GraphQL is at <code>/graphql</code>, REST at <code>/api/registries</code>.
Only this page lacks its files (${missing.join(', ')}). Run <code>npm run build</code> and start the gateway again.</p>
</body>
</html>
`);
}
