import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from '../coding/condition.js';
import { sendContent } from '../coding/content.js';
import { notFound } from '../errors.js';
import { type Brand, createBrand } from './brand.js';
import { readFiles } from './files.js';
import { acceptsHtml, byPassword, completePage, type Entrance, guardPage, locateRoot, sendUnbuilt } from './page.js';
import { createPreloads } from './preloads.js';
import { registerScreens } from './screens.js';

/** Where the console's files stand: beside the compiled modules, wherever those are. */
export const consoleFolder = new URL('./console/', import.meta.url);

/**
 * Nothing from elsewhere and nothing inline; no script makes markup of text (Trusted Types), no frame is around it, and
 * a form that is sent before the script is there goes nowhere.
 */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of a picture that was given: by itself, in a tab, it runs nothing and loads nothing. */
const logoPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

export interface ConsoleSettings {
  readonly entrance?: Entrance;
  readonly brand?: Brand;
  /** Without it `/` leads browsers to the explorer, and there is no screen. */
  readonly isServed?: boolean;
  readonly folder?: URL;
}

/**
 * Answers `/`: browsers with the console, other clients with where the APIs are. The console's files are read once;
 * when they have not been built, the page says so.
 */
export async function registerConsole(
  server: FastifyInstance,
  { entrance = byPassword, brand = createBrand(), isServed = true, folder = consoleFolder }: ConsoleSettings = {},
): Promise<void> {
  const show = isServed ? await openConsole(server, { entrance, brand, folder }) : leadToExplorer;
  server.get('/', { config: { isRoutine: true } }, async (request, reply) => {
    addVary(reply, 'accept');
    return acceptsHtml(request) ? show(request, reply) : reply.send(direct(request, isServed));
  });
}

type Show = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>;

const leadToExplorer: Show = (request, reply) => reply.redirect(`${locateRoot(request)}explorer`, 303);

/** Registers the screens and the files of the console, and gives what shows its page. */
async function openConsole(
  server: FastifyInstance,
  { entrance, brand, folder }: Required<Omit<ConsoleSettings, 'isServed'>>,
): Promise<Show> {
  const files = await readFiles(folder);
  const built = files.get('index.html');
  const pageOf = built && completePage(built, entrance, { brand, preload: createPreloads(files.get('screens.json')) });
  const show: Show = (request, reply) => {
    guardConsole(reply);
    return pageOf ? sendContent(request, reply, pageOf(request)) : sendUnbuilt(reply, 'console', ['index.html']);
  };
  registerScreens(server, show);
  const assets = new Map([...(await readFiles(new URL('assets/', folder))), ...brand.files]);
  server.get<{ Params: { file: string } }>('/assets/:file', { config: { isRoutine: true } }, async (request, reply) => {
    const { file } = request.params;
    const asset = assets.get(file);
    if (!asset) throw notFound(`The console has no file "${file.slice(0, 100)}".`);
    guardConsole(reply);
    if (brand.logo === `assets/${file}`) reply.header('content-security-policy', logoPolicy);
    if (isHashed(file)) reply.header('cache-control', 'public, max-age=31536000, immutable');
    return sendContent(request, reply, asset);
  });
  return show;
}

/** Vite puts a hash of a file's content into its name: under that name there is never another content. */
function isHashed(name: string): boolean {
  return /-[\w-]{8}\.\w+$/.test(name);
}

function guardConsole(reply: FastifyReply): void {
  guardPage(reply, contentPolicy).header('cross-origin-opener-policy', 'same-origin');
}

/** Makes the answer of `/` for clients that are no browsers. Links are relative where the base path is not known. */
function direct({ basePath }: FastifyRequest, isServed: boolean) {
  const root = basePath ?? '.';
  return {
    name: 'registry-gateway',
    ...(isServed && { console: `${root}/` }),
    explorer: `${root}/explorer`,
    graphql: `${root}/graphql`,
    schema: `${root}/schema.graphql`,
    rest: `${root}/api/registries`,
    docs: isServed
      ? 'Open this address in a browser for the console, or the explorer to try the API.'
      : 'Open the explorer in a browser to try the API.',
  };
}
