import type { FastifyRequest } from 'fastify';
import { escapeHtml } from '../coding/html.js';
import type { Content } from '../coding/content.js';

/** The module of src/console/screens that shows the screen at a route, as src/console/router.tsx has it. */
const modules: Readonly<Record<string, string>> = {
  '/': 'overview/overview',
  '/repositories': 'repositories/repositories',
  '/r/*': 'repository/repository',
  '/t/*': 'image/tagpage',
  '/tags': 'tags/tags',
  '/compare': 'compare/compare',
  '/image/*': 'image/imagepage',
  '/layer/*': 'layer/layer',
  '/activity': 'activity/activity',
  '/trash': 'trash/trash',
  '/jobs': 'jobs/jobs',
  '/jobs/*': 'job/job',
  '/retention': 'rules/retention',
  '/protection': 'rules/protection',
  '/registries': 'registries/registries',
  '/registries/*': 'registries/registry',
  '/access': 'access/access',
  '/audit': 'audit/audit',
  '/settings': 'settings/settings',
  '/me': 'me/me',
  '/search': 'search/results',
};

/**
 * Gives the links by which a page has the files of its screen load at once, beside the script that finds out that it
 * needs them. `built`: screens.json of the build, the files of each module by its name; none are given without it.
 */
export function createPreloads(built: Content | undefined): (request: FastifyRequest) => string {
  const files = built === undefined ? {} : (JSON.parse(built.body.toString()) as Record<string, readonly string[]>);
  const links = new Map(
    Object.entries(modules).map(([route, module]) => [route, (files[module] ?? []).map(linkTo).join('')]),
  );
  return ({ routeOptions, url }) =>
    // The wizard is below the registries, and no registry's page.
    url.startsWith('/registries/new') ? '' : (links.get(routeOptions.url ?? '') ?? '');
}

function linkTo(file: string): string {
  // A style that is loaded beforehand only, and not used within some seconds, is a warning in the browser's console.
  const kind = file.endsWith('.css') ? 'rel="stylesheet"' : 'rel="modulepreload"';
  return `\n    <link ${kind} crossorigin href="./${escapeHtml(file)}">`;
}
