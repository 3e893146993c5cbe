import { createRootRouteWithContext, createRoute, createRouter } from '@tanstack/react-router';
import { parseSearch, printSearch } from './pure/search.js';
import { readAccessSearch } from './screens/access/search.js';
import { readActivitySearch } from './screens/activity/search.js';
import { readAuditSearch } from './screens/audit/search.js';
import { readJobsSearch } from './screens/jobs/search.js';
import { readCompareSearch } from './screens/compare/search.js';
import { readImageView } from './images/view.js';
import { readRegistriesSearch } from './screens/registries/search.js';
import { readRepositoriesSearch } from './screens/repositories/search.js';
import { readRepositorySearch } from './screens/repository/search.js';
import { readRulesSearch } from './screens/rules/search.js';
import { readSearchSearch } from './screens/search/search.js';
import { readTagsSearch } from './screens/tags/search.js';
import { readTrashSearch } from './screens/trash/search.js';
import { lazyScreen, refuseMissing } from './shell/lazyscreen.js';
import { Broken, Lost } from './shell/lost.js';
import { Shell } from './shell/shell.js';

interface RouterContext {
  /** Resolves when the texts of all screens are there. */
  readonly loadTexts: () => Promise<void>;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Shell,
  notFoundComponent: Lost,
  errorComponent: Broken,
});

/** Beside the screen's own file. */
const loadTexts = ({ context }: { readonly context: RouterContext }): Promise<void> =>
  context.loadTexts().catch(refuseMissing);

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: loadTexts,
  component: lazyScreen(() => import('./screens/overview/overview.js'), 'Overview'),
});

const activity = createRoute({
  getParentRoute: () => root,
  path: '/activity',
  loader: loadTexts,
  validateSearch: readActivitySearch,
  component: lazyScreen(() => import('./screens/activity/activity.js'), 'Activity'),
});

const repositories = createRoute({
  getParentRoute: () => root,
  path: '/repositories',
  validateSearch: readRepositoriesSearch,
  component: lazyScreen(() => import('./screens/repositories/repositories.js'), 'Repositories'),
});

const repository = createRoute({
  getParentRoute: () => root,
  path: '/r/$registry/$',
  loader: loadTexts,
  validateSearch: readRepositorySearch,
  component: lazyScreen(() => import('./screens/repository/repository.js'), 'Repository'),
});

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  loader: loadTexts,
  validateSearch: readSearchSearch,
  component: lazyScreen(() => import('./screens/search/results.js'), 'SearchResults'),
});

const tags = createRoute({
  getParentRoute: () => root,
  path: '/tags',
  loader: loadTexts,
  validateSearch: readTagsSearch,
  component: lazyScreen(() => import('./screens/tags/tags.js'), 'Tags'),
});

const access = createRoute({
  getParentRoute: () => root,
  path: '/access',
  loader: loadTexts,
  validateSearch: readAccessSearch,
  component: lazyScreen(() => import('./screens/access/access.js'), 'Access'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  loader: loadTexts,
  validateSearch: readAuditSearch,
  component: lazyScreen(() => import('./screens/audit/audit.js'), 'Audit'),
});

const me = createRoute({
  getParentRoute: () => root,
  path: '/me',
  loader: loadTexts,
  component: lazyScreen(() => import('./screens/me/me.js'), 'Me'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  loader: loadTexts,
  component: lazyScreen(() => import('./screens/settings/settings.js'), 'Settings'),
});

const jobs = createRoute({
  getParentRoute: () => root,
  path: '/jobs',
  loader: loadTexts,
  validateSearch: readJobsSearch,
  component: lazyScreen(() => import('./screens/jobs/jobs.js'), 'Jobs'),
});

const job = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$id',
  loader: loadTexts,
  component: lazyScreen(() => import('./screens/job/job.js'), 'Job'),
});

const trash = createRoute({
  getParentRoute: () => root,
  path: '/trash',
  loader: loadTexts,
  validateSearch: readTrashSearch,
  component: lazyScreen(() => import('./screens/trash/trash.js'), 'Trash'),
});

const tag = createRoute({
  getParentRoute: () => root,
  path: '/t/$registry/$',
  loader: loadTexts,
  validateSearch: readImageView,
  component: lazyScreen(() => import('./screens/image/tagpage.js'), 'TagPage'),
});

const image = createRoute({
  getParentRoute: () => root,
  path: '/image/$digest',
  loader: loadTexts,
  validateSearch: readImageView,
  component: lazyScreen(() => import('./screens/image/imagepage.js'), 'ImagePage'),
});

const layer = createRoute({
  getParentRoute: () => root,
  path: '/layer/$digest',
  loader: loadTexts,
  component: lazyScreen(() => import('./screens/layer/layer.js'), 'Layer'),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: '/compare',
  loader: loadTexts,
  validateSearch: readCompareSearch,
  component: lazyScreen(() => import('./screens/compare/compare.js'), 'Compare'),
});

const registries = createRoute({
  getParentRoute: () => root,
  path: '/registries',
  loader: loadTexts,
  validateSearch: readRegistriesSearch,
  component: lazyScreen(() => import('./screens/registries/registries.js'), 'Registries'),
});

const attach = createRoute({
  getParentRoute: () => root,
  path: '/registries/new',
  loader: loadTexts,
  component: lazyScreen(() => import('./screens/registries/attach.js'), 'Attach'),
});

const registry = createRoute({
  getParentRoute: () => root,
  path: '/registries/$registry',
  loader: loadTexts,
  component: lazyScreen(() => import('./screens/registries/registry.js'), 'Registry'),
});

const protection = createRoute({
  getParentRoute: () => root,
  path: '/protection',
  loader: loadTexts,
  validateSearch: readRulesSearch,
  component: lazyScreen(() => import('./screens/rules/protection.js'), 'Protection'),
});

const retention = createRoute({
  getParentRoute: () => root,
  path: '/retention',
  loader: loadTexts,
  validateSearch: readRulesSearch,
  component: lazyScreen(() => import('./screens/rules/retention.js'), 'Retention'),
});

const tree = root.addChildren([
  overview,
  activity,
  repositories,
  repository,
  search,
  tags,
  tag,
  image,
  layer,
  compare,
  access,
  audit,
  me,
  settings,
  jobs,
  job,
  trash,
  registries,
  attach,
  registry,
  protection,
  retention,
]);

/** All filters of a screen are in its address: a saved address is a saved view. */
export function createConsoleRouter(context: RouterContext) {
  return createRouter({
    routeTree: tree,
    context,
    basepath: new URL(document.baseURI).pathname,
    parseSearch,
    stringifySearch: printSearch,
    defaultPreload: 'intent',
    // Else the root's takes the place of the frame, too.
    defaultErrorComponent: Broken,
    scrollRestoration: true,
    scrollToTopSelectors: ['#content'],
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
