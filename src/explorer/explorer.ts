import type { FastifyInstance } from 'fastify';
import { sendContent } from '../coding/content.js';
import { notFound } from '../errors.js';
import { readFiles } from '../pages/files.js';
import { byPassword, completePage, type Entrance, guardPage, sendUnbuilt } from '../pages/page.js';
import { assetFiles, pageFolder } from './files.js';

/**
 * Nothing from elsewhere, nothing inline but styles (the editor sets those on its elements), no frame around it, and a
 * form that is sent before the script is there goes nowhere.
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
  "base-uri 'self'",
].join('; ');

/**
 * Serves the Explorer at `/explorer`, and the documentation below it, from files that are read once. When they have not
 * been built, the page says so.
 */
export async function registerExplorer(
  server: FastifyInstance,
  entrance: Entrance = byPassword,
  folder: URL = pageFolder,
): Promise<void> {
  const files = await readFiles(folder);
  const missing = ['index.html', ...assetFiles].filter((name) => !files.has(name));
  const built = files.get('index.html');
  const pageOf = built && completePage(built, entrance);

  server.get('/explorer', { config: { isRoutine: true } }, async (request, reply) => {
    guardPage(reply, contentPolicy);
    return pageOf && missing.length === 0
      ? sendContent(request, reply, pageOf(request))
      : sendUnbuilt(reply, 'Explorer', missing);
  });

  server.get<{ Params: { file: string } }>(
    '/explorer/:file',
    { config: { isRoutine: true } },
    async (request, reply) => {
      const file = files.get(request.params.file);
      if (!file || file === built) throw notFound(`The Explorer has no file "${request.params.file.slice(0, 100)}".`);
      return sendContent(request, guardPage(reply, contentPolicy), file);
    },
  );
}
