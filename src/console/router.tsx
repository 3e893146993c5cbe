import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { parseSearch, printSearch } from './pure/search.js';
import { readRepositoriesSearch } from './screens/repositories/search.js';
import { readRepositorySearch } from './screens/repository/search.js';
import { Broken, Lost } from './shell/lost.js';
import { Shell } from './shell/shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: Lost, errorComponent: Broken });

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/repositories' });
  },
});

const repositories = createRoute({
  getParentRoute: () => root,
  path: '/repositories',
  validateSearch: readRepositoriesSearch,
  component: lazyRouteComponent(() => import('./screens/repositories/repositories.js'), 'Repositories'),
});

const repository = createRoute({
  getParentRoute: () => root,
  path: '/r/$registry/$',
  validateSearch: readRepositorySearch,
  component: lazyRouteComponent(() => import('./screens/repository/repository.js'), 'Repository'),
});

const tree = root.addChildren([start, repositories, repository]);

/** All filters of a screen are in its address: a saved address is a saved view. */
export function createConsoleRouter() {
  return createRouter({
    routeTree: tree,
    basepath: new URL(document.baseURI).pathname,
    parseSearch,
    stringifySearch: printSearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    scrollToTopSelectors: ['#content'],
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
