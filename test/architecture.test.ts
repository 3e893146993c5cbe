import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { isInputObjectType, isInterfaceType, isEnumType, isIntrospectionType, isObjectType } from 'graphql';
import { errorCodes } from '../src/errors.js';
import { createSchema, printSortedSchema } from '../src/graphql/server/schema.js';

/** Which folders each folder of `src` may import. `domain`, `errors.ts` and `timer.ts` are leaves that all may use. */
const allowed: Record<string, readonly string[]> = {
  'errors.ts': [],
  'timer.ts': [],
  'sharedcalls.ts': [],
  'version.ts': [],
  'trace.ts': ['domain'],
  'waits.ts': ['timer.ts', 'trace.ts'],
  tracing: ['trace.ts', 'timer.ts', 'settings', 'domain', 'errors.ts'],
  settings: ['domain', 'errors.ts'],
  'config.ts': ['settings', 'domain'],
  'log.ts': ['settings'],
  'surfaces.ts': ['trace.ts', 'version.ts', 'domain', 'graphql', 'rest', 'cache', 'coding', 'streams'],
  'app.ts': [
    'routes.ts',
    'surfaces.ts',
    'trace.ts',
    'waits.ts',
    'timer.ts',
    'upstream',
    'store',
    'auth',
    'catalogue',
    'events',
    'metrics',
    'watching.ts',
    'webhooks',
    'version.ts',
    'singlesignon.ts',
    'domain',
  ],
  'routes.ts': [
    'contexts.ts',
    'gatewayfacts.ts',
    'pages',
    'surfaces.ts',
    'trace.ts',
    'waits.ts',
    'timer.ts',
    'domain',
    'upstream',
    'store',
    'auth',
    'catalogue',
    'graphql',
    'http',
    'webpages.ts',
    'events',
    'streams',
    'cache',
    'coding',
    'metrics',
    'readiness.ts',
    'scraping.ts',
    'watching.ts',
    'identities.ts',
    'signon',
  ],
  'gatewayfacts.ts': ['cache', 'catalogue', 'domain', 'http', 'pages', 'version.ts'],
  'contexts.ts': ['domain', 'auth', 'catalogue', 'graphql', 'http'],
  // What app.ts puts between those that know things and those that show them.
  'proxiedusers.ts': ['auth', 'http', 'store'],
  'webpages.ts': ['explorer', 'pages'],
  'sessions.ts': ['auth', 'http', 'store'],
  'identities.ts': ['contexts.ts', 'proxiedusers.ts', 'sessions.ts', 'auth', 'http', 'store', 'domain'],
  'singlesignon.ts': ['auth', 'oidc', 'store', 'domain', 'timer.ts'],
  'standing.ts': ['catalogue', 'store', 'domain', 'upstream'],
  'readiness.ts': ['standing.ts', 'http', 'catalogue', 'store', 'domain'],
  'scraping.ts': ['trace.ts', 'standing.ts', 'metrics', 'catalogue', 'store', 'streams', 'domain', 'timer.ts'],
  'watching.ts': ['auth', 'metrics', 'http', 'graphql', 'store', 'errors.ts'],
  metrics: ['domain', 'errors.ts', 'timer.ts'],
  'serve.ts': ['app.ts', 'tracing', 'timer.ts', 'config.ts', 'settings', 'log.ts', 'domain', 'errors.ts'],
  // Only cli/demo.ts loads it, when the command runs.
  demo: ['serve.ts', 'app.ts', 'config.ts', 'settings', 'domain'],
  'main.ts': ['cli', 'config.ts'],
  domain: ['errors.ts'],
  upstream: ['sharedcalls.ts', 'trace.ts', 'waits.ts', 'domain', 'errors.ts', 'timer.ts'],
  webhooks: ['upstream', 'domain', 'errors.ts', 'timer.ts'],
  store: ['sharedcalls.ts', 'trace.ts', 'waits.ts', 'domain', 'errors.ts', 'timer.ts'],
  auth: ['catalogue', 'domain', 'oidc', 'store', 'errors.ts', 'timer.ts'],
  oidc: ['upstream', 'domain', 'errors.ts', 'timer.ts'],
  catalogue: ['trace.ts', 'waits.ts', 'domain', 'upstream', 'webhooks', 'store', 'errors.ts', 'timer.ts'],
  graphql: ['trace.ts', 'catalogue', 'auth', 'cache', 'coding', 'streams', 'domain', 'errors.ts', 'timer.ts'],
  coding: [],
  cache: ['coding', 'domain', 'errors.ts', 'timer.ts'],
  rest: ['trace.ts', 'catalogue', 'graphql', 'http', 'cache', 'coding', 'streams', 'domain', 'errors.ts'],
  streams: ['catalogue', 'http', 'domain', 'errors.ts', 'timer.ts'],
  http: ['trace.ts', 'waits.ts', 'coding', 'domain', 'errors.ts', 'timer.ts'],
  signon: ['auth', 'http', 'oidc', 'domain', 'errors.ts', 'timer.ts'],
  pages: ['coding', 'domain', 'errors.ts'],
  explorer: ['pages', 'coding', 'errors.ts'],
  events: ['domain', 'errors.ts'],
  cli: [
    'demo',
    'serve.ts',
    'version.ts',
    'config.ts',
    'settings',
    'log.ts',
    'errors.ts',
    'domain',
    'store',
    'upstream',
    'auth',
    'graphql',
    'timer.ts',
  ],
};

/** What app.ts is put together from, in files of its own. */
const partsOfApp = new Set([
  'routes.ts',
  'contexts.ts',
  'gatewayfacts.ts',
  'surfaces.ts',
  'standing.ts',
  'readiness.ts',
  'scraping.ts',
  'watching.ts',
  'singlesignon.ts',
  'proxiedusers.ts',
  'webpages.ts',
]);

const root = 'src';
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  // The console is a program of its own, for browsers.
  .filter((path) => path.endsWith('.ts') && !path.startsWith('console/'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

function folderOf(path: string): string {
  return path.split('/')[0]!;
}

function importsOf({ path, text }: { path: string; text: string }): string[] {
  return [...text.matchAll(/(?:from |import |import\()'(\.[^']+)'/g)].map(([, target]) =>
    relative('.', normalize(join(dirname(path), target!))).replace(/\.js$/, '.ts'),
  );
}

test('folders import only along the arrows of the architecture', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter(
        (target) =>
          folderOf(target) !== folderOf(file.path) && !allowed[folderOf(file.path)]?.includes(folderOf(target)),
      )
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('no file is in a circle of imports', () => {
  const graph = new Map(files.map((file) => [file.path, importsOf(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

/**
 * Which sub-folders each sub-folder may import from its own folder; files beside them are free, both ways, but for
 * circles.
 */
const allowedWithin: Record<string, readonly string[]> = {
  'catalogue/loaders': [],
  'catalogue/sync': [],
  'catalogue/browse': ['loaders', 'sync'],
  'catalogue/seeing': [],
  'catalogue/delete': ['browse', 'sync'],
  'catalogue/deliver': ['browse'],
  'catalogue/restore': ['delete', 'browse', 'sync'],
  'catalogue/retain': ['browse', 'delete', 'sync'],
  'catalogue/manage': ['browse', 'delete'],
  'store/faults': [],
  'store/file': ['faults'],
  'store/entities': [],
  'store/dialect': ['seeing'],
  'store/seeing': ['file'],
  'store/scanning': ['dialect', 'file', 'seeing'],
  'store/leases': ['dialect'],
  'store/database': ['dialect', 'entities', 'file', 'leases', 'scanning', 'seeing'],
  'store/postgres': ['database', 'entities', 'faults', 'file', 'leases', 'scanning', 'seeing'],
  'store/sql': ['database', 'dialect'],
  'store/events': ['database', 'dialect', 'entities', 'sql'],
  'store/index': ['database', 'dialect', 'events', 'sql'],
  'store/queries': ['database', 'dialect', 'sql'],
  'store/pruning': ['database', 'dialect', 'events', 'sql'],
  'store/jobs': ['database', 'dialect', 'entities', 'events', 'file', 'sql'],
  'store/keys': ['database', 'dialect', 'file', 'jobs', 'leases'],
  'store/accounts': ['database', 'dialect', 'entities', 'file', 'jobs'],
  'store/registries': ['database', 'entities', 'events', 'file', 'jobs', 'keys'],
  'store/webhooks': ['database', 'entities', 'file', 'jobs', 'keys'],
  'store/backup': ['database', 'dialect', 'file', 'jobs', 'keys'],
  'store/moving': ['backup', 'database', 'faults', 'file', 'keys', 'leases', 'postgres'],
  'upstream/failure': [],
  'upstream/network': ['failure'],
  'upstream/transport': ['failure', 'network'],
  'upstream/auth': ['failure', 'network', 'transport'],
  'upstream/content': ['failure'],
  'upstream/lists': ['auth', 'content', 'failure', 'transport'],
  'graphql/types': [],
  'graphql/resolvers': ['types'],
  'graphql/server': ['resolvers', 'types'],
  'graphql/lane': ['server', 'types'],
};

test('sub-folders import only along the arrows of docs/architecture.md', () => {
  const placeOf = (path: string): string => path.split('/').slice(0, 2).join('/');
  const inSubfolder = files.filter(({ path }) => placeOf(path) in allowedWithin);
  const wrong = inSubfolder.flatMap((file) =>
    importsOf(file)
      .filter((target) => folderOf(target) === folderOf(file.path) && target.split('/').length > 2)
      .filter((target) => placeOf(target) !== placeOf(file.path))
      .filter((target) => !allowedWithin[placeOf(file.path)]!.includes(target.split('/')[1]!))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
  expect(
    Object.keys(allowedWithin).filter((place) => !inSubfolder.some(({ path }) => placeOf(path) === place)),
  ).toEqual([]);
});

/**
 * Files in which a name may stand again, because it means the same thing: `documents.ts` is made from the schema, which
 * has the domain's names, an entity is the row of the domain's thing, and a migration is written for each engine.
 */
const repeats = (path: string): boolean =>
  path === 'cli/remote/documents.ts' || path.startsWith('store/entities/') || path.includes('/migrations/');

/** The files of `src` that declare each name, for the names that more than one declares; `pattern` captures names. */
function findRepeated(pattern: RegExp): string[] {
  const declared = files
    .filter(({ path }) => !repeats(path))
    .flatMap(({ path, text }) =>
      [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))].map((name) => ({ name, path })),
    );
  const byName = Map.groupBy(declared, ({ name }) => name);
  return [...byName].flatMap(([name, places]) =>
    places.length < 2 ? [] : [`${name}: ${places.map(({ path }) => path).join(', ')}`],
  );
}

test('no name of a type stands for two things, and no name of a function is exported twice', () => {
  const types = /^(?:export )?(?:declare |abstract )*(?:interface|type|class|enum) (\w+)/gm;
  const functions = /^export (?:async )?(?:function\*?|const) (\w+)/gm;
  expect(findRepeated(types)).toEqual([]);
  expect(findRepeated(functions)).toEqual([]);
});

test('no two sub-folders of catalogue, of store or of upstream have a file of the same name', () => {
  const own = files.filter(
    ({ path }) => ['catalogue', 'store', 'upstream'].includes(folderOf(path)) && !path.includes('/migrations/'),
  );
  const byName = Map.groupBy(own, ({ path }) => `${folderOf(path)}: ${path.split('/').at(-1)}`);
  // Both are of one kind: what the mutations of their folder write into the audit log.
  const sameKind = ['catalogue: auditentries.ts'];
  expect([...byName].flatMap(([name, places]) => (places.length < 2 ? [] : [name]))).toEqual(sameKind);
});

test('a comment that names a member of a type names a type and a member that are there', () => {
  const all = files.map(({ text }) => text).join('\n');
  const named = files.flatMap(({ path, text }) =>
    path === 'cli/remote/documents.ts'
      ? []
      : [...text.matchAll(/`([A-Z][A-Za-z]+)\.([a-z]\w+)`/g)].map(([, type, member]) => ({
          path,
          type: type!,
          member: member!,
        })),
  );
  expect(named.length).toBeGreaterThan(20);
  const isThere = (type: string, member: string): boolean =>
    type in globalThis ||
    (new RegExp(`(?:interface|type|class) ${type}(?:Type|Schema)?\\b`).test(all) &&
      new RegExp(`\\b${member}\\??!?[:(<]`).test(all));
  expect(named.filter(({ type, member }) => !isThere(type, member))).toEqual([]);
});

/** The arrows of a mermaid picture that are imports, `from -> to`; dotted ones are not. */
function readArrows(picture: string): string[] {
  return [...picture.matchAll(/^\s*(\w[\w& ]*?) --> (\w[\w& ]*)$/gm)].flatMap(([, from, to]) =>
    from!.split(' & ').flatMap((one) => to!.split(' & ').map((other) => `${one} -> ${other}`)),
  );
}

/** The arrows without those that follow from longer ways. */
function reduceArrows(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reachedFrom = (start: string): ReadonlySet<string> => {
    const reached = new Set(arrows.get(start));
    // Grows while it is gone through.
    for (const place of reached) for (const next of arrows.get(place) ?? []) reached.add(next);
    return reached;
  };
  return [...arrows].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((other) => other !== to && reachedFrom(other).has(to)))
      .map((to) => `${from} -> ${to}`),
  );
}

/** The imports between places; `placeOf` gives null for a file that is not in the picture. */
function findArrows(placeOf: (path: string) => string | null): Map<string, Set<string>> {
  const arrows = new Map<string, Set<string>>();
  for (const file of files) {
    const from = placeOf(file.path);
    if (from === null) continue;
    const to = importsOf(file).flatMap((target) => placeOf(target) ?? []);
    arrows.set(from, new Set([...(arrows.get(from) ?? []), ...to.filter((place) => place !== from)]));
  }
  return arrows;
}

test('the pictures of docs/architecture.md have the arrows that the imports make, and no other', () => {
  const text = readFileSync('docs/architecture.md', 'utf8');
  const [folders, catalogue] = [...text.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, picture]) =>
    readArrows(picture!),
  );
  const drawn = new Set(folders!.flatMap((arrow) => arrow.split(' -> ')));
  const top = findArrows((path) => {
    const place = folderOf(path).replace(/\.ts$/, '');
    if (drawn.has(place)) return place;
    // The files beside it put things together for it; settings and shared pieces are in no picture.
    return partsOfApp.has(folderOf(path)) ? 'app' : null;
  });
  expect(folders!.toSorted()).toEqual(reduceArrows(top).toSorted());
  const within = findArrows((path) => {
    const [folder, place, ...rest] = path.split('/');
    if (folder !== 'catalogue') return null;
    return rest.length > 0 ? place! : place === 'usecases.ts' ? 'usecases' : null;
  });
  expect(catalogue!.toSorted()).toEqual(reduceArrows(within).toSorted());
});

/** Why a file of fewer than thirty lines is not a part of another one. */
const tiny: Record<string, string> = {
  'main.ts': 'an entry: the program',
  'version.ts': 'a leaf that cli and app read',
  'cli/schema.ts': 'an entry: npm run schema',
  'cli/roles.ts': 'two commands read the same option',
  'cli/keysathand.ts': 'two commands look for the same keys',
  'cli/terminal.ts': 'beside io.ts it would close a circle with table.ts',
  'cli/remote/address.ts': 'a value of its own, which profiles and the client share',
  'cli/remote/document.ts': 'documents.ts, which is generated, imports it',
  'auth/usecases.ts': 'it puts three files together, which do not know each other',
  'store/seeing/seenpattern.ts': 'a leaf that both sides of a reading process share',
  'http/cookies.ts': 'two cookies are read by it',
  'catalogue/browse/eventids.ts': 'lists, streams and webhooks share it',
  'catalogue/sync/check.ts': 'a leaf that the kinds of checks share',
  'catalogue/sync/singleflight.ts': 'a primitive that syncs and crawls share',
  'demo/registry/media.ts': 'a table of words',
  'domain/batch.ts': 'a leaf that the catalogue and the store share',
  'domain/databaseurl.ts': 'a leaf that settings, commands and the store share',
  'domain/notice.ts': 'a word of the domain, which events and catalogue share',
  'domain/rawheaders.ts': 'a leaf that auth and http share',
  'domain/traceparent.ts': 'a word of the domain, which http and tracing share',
  'events/zot.ts': 'each form of events has its file',
  'webpages.ts': 'routes.ts would be too long with it',
  'explorer/files.ts': 'the build and the gateway share it',
  'settings/proxyuser.ts': 'a setting that needs another one',
  'settings/client.ts': 'commands read it, and no other setting',
  'store/database/json.ts': 'a leaf that types of tables and statements share',
  'store/entities/coordination.ts': 'its two entities are of no other kind',
  'store/database/tables.ts': 'the types of rows, which all that writes them shares',
  'store/engines.ts': 'it alone knows both engines',
  'store/file/filecheckthread.ts': 'an entry: a thread',
  'store/file/inspecting.ts': 'driver.ts, which reading processes load too, stays a leaf',
  'store/registries/news.ts': 'it judges rows, and reads and writes none',
  'store/postgres/values.ts': 'the pool and the sessions that search give and take values alike',
  'store/scanning/functions.ts': 'the gateway and its reading processes load it',
  'store/scanning/statement.ts': 'the messages between the gateway and its reading processes',
  'pages/screens.ts': 'a table of addresses, and what answers them',
  'rest/wire.ts': 'both files of answers share it',
  'upstream/failure/given.ts': 'a leaf that the kinds of failures share',
  'upstream/failure/retryafter.ts': 'failures and the pace of requests read the same header',
};

test('a file of fewer than thirty lines has a reason, and no reason is left without its file', () => {
  const isCounted = (path: string): boolean =>
    !path.includes('/migrations/') && !path.startsWith('graphql/types/') && !path.startsWith('graphql/resolvers/');
  const found = files.filter(({ path, text }) => isCounted(path) && text.split('\n').length - 1 < 30);
  expect(found.map(({ path }) => path).toSorted()).toEqual(Object.keys(tiny).toSorted());
});

test('docs/architecture.md names files that are there', () => {
  const text = readFileSync('docs/architecture.md', 'utf8');
  const named = [...text.matchAll(/`([a-z]+\/[a-z/]+\.ts)`/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(40);
  const places = ['', 'src/', 'src/catalogue/'];
  expect(named.filter((name) => !places.some((place) => existsSync(place + name)))).toEqual([]);
});

test('a comment that names a file names one that is there', () => {
  const paths = files.map(({ path }) => `/${path}`);
  const named = files.flatMap(({ path, text }) =>
    path === 'cli/remote/documents.ts'
      ? []
      : [...text.matchAll(/^\s*(?:\/?\*|\/\/).*$/gm)].flatMap(([line]) =>
          [...line.matchAll(/\b((?:[a-z0-9]+\/)*[a-z0-9]+\.ts)\b/g)].map(([, file]) => ({ path, file: file! })),
        ),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ file }) => !paths.some((path) => path.endsWith(`/${file.replace(/^src\//, '')}`)))).toEqual(
    [],
  );
});

test('no comment begins with "What": who does it is the subject', () => {
  const own = files.filter(({ path }) => path !== 'cli/remote/documents.ts' && !path.includes('/migrations/'));
  const comments = own.flatMap(({ path, text }) =>
    [...text.matchAll(/^\s*(?:\/\*\*(?:\s*\*)?|\/\/) What\b/gm)].map(
      ({ index }) => `${path}:${text.slice(0, index).split('\n').length}`,
    ),
  );
  expect(comments).toEqual([]);
});

test('the name of a test is a sentence with a subject of its own, as a report shows many below one heading', () => {
  const beginning =
    /(?:\b(?:test|it)(?:\.(?:skip|only))?|\))\(\s*['"`](?:is|are|was|were|nor|but|and|that|whose|neither) /g;
  const names = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .flatMap((path) =>
      [...readFileSync(join('test', path), 'utf8').matchAll(beginning)].map(([found]) => `${path}: ${found}`),
    );
  expect(names).toEqual([]);
});

test('no list of unknown length becomes the arguments of a call: V8 takes some 120,000 of them, a repository has a million tags', () => {
  // A rest parameter handed on is short; an array literal spread has no such bound.
  const spread = /\b(?:push|unshift|max|min|concat|of|fromCharCode|apply)\((?:[^(){}[\]]*,\s*)?\.\.\./;
  const wrong = files.filter(
    ({ path }) => ['store', 'catalogue', 'rest'].includes(folderOf(path)) || path.startsWith('upstream/pages'),
  );
  const found = wrong.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, at) => (spread.test(line) ? [`${path}:${at + 1}`] : [])),
  );
  expect(found).toEqual([]);
});

test('the demo is loaded by its command alone, when that runs', () => {
  const loads = files
    .filter(({ path, text }) => folderOf(path) !== 'demo' && /\/demo\//.test(text))
    .map(({ path, text }) => [path, text.match(/.*\/demo\/.*/g)]);
  expect(loads).toEqual([
    [
      'cli/demo.ts',
      [
        expect.stringContaining("await import('../demo/demo.js')"),
        expect.stringContaining("await import('../demo/words.js')"),
      ],
    ],
  ]);
});

test('the environment is read in config.ts only', () => {
  expect(
    files.filter(({ path, text }) => path !== 'config.ts' && /process\.env/.test(text)).map(({ path }) => path),
  ).toEqual([]);
});

test('modules hold no state', () => {
  const stateful = files.filter(
    ({ text }) =>
      /^(?:export )?(?:let|var) /m.test(text) || /^(?:export )?const \w+ = new (?:Map|Set|WeakMap)\(\);/m.test(text),
  );
  expect(stateful.map(({ path }) => path)).toEqual([]);
});

test('names are exported by name, and no file only hands names on', () => {
  expect(files.filter(({ text }) => /^export default|^export \*/m.test(text)).map(({ path }) => path)).toEqual([]);
});

test('schema.graphql is the schema the resolvers build: run "npm run schema"', () => {
  expect(readFileSync('schema.graphql', 'utf8')).toBe(printSortedSchema(createSchema()));
});

test('every type, field, argument and value of the schema is described', () => {
  const missing: string[] = [];
  const check = (name: string, described: { description?: string | null | undefined }): void => {
    if (!described.description) missing.push(name);
  };
  for (const type of Object.values(createSchema().getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (!['Query', 'Mutation', 'String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name)) check(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        if ('args' in field)
          for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name})`, argument);
      }
    }
  }
  expect(missing).toEqual([]);
});

test('docs/errors.md lists every error code', () => {
  const listed = readFileSync('docs/errors.md', 'utf8');
  expect(errorCodes.filter((code) => !listed.includes(`\`${code}\``))).toEqual([]);
});

test('every link from one page of the documentation to a file of the project leads to one', () => {
  const pages = [
    'README.md',
    'CHANGELOG.md',
    ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [join('docs', name)] : [])),
  ];
  const links = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => ({
      page,
      target: target!,
    })),
  );
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter(({ page, target }) => !existsSync(join(dirname(page), target)))).toEqual([]);
});

test('docs/settings.md has a row for every setting', () => {
  const settings = readdirSync('src/settings')
    .map((name) => join('src/settings', name))
    .concat('src/config.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const names = new Set([...settings.matchAll(/\bread(?:<[^>]+>)?\('([A-Z_]+)'/g)].map(([, name]) => name!));
  const table = readFileSync('docs/settings.md', 'utf8');
  expect(names.size).toBeGreaterThan(20);
  expect([...names].filter((name) => !table.includes(`| \`${name}\` |`))).toEqual([]);
});

test('what a unit test imports, and all that this imports, starts no server and opens no database, file or process', () => {
  const compiled = '.test';
  const importsIn = (path: string): RegExpMatchArray[] => [
    ...readFileSync(path, 'utf8').matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g),
  ];
  const outside =
    /^(?:node:(?:fs|fs\/promises|http|https|http2|tls|dgram|dns|dns\/promises|child_process|worker_threads|cluster|sqlite)|fastify|@fastify\/.*|got|@apollo\/.*|graphql-yoga|mercurius|autocannon|playwright-core|@mikro-orm\/.*|better-sqlite3|pino)$/;
  const opensNothing =
    /import (?:\{ )?(?:(?:isIP|isIPv4|isIPv6|BlockList|SocketAddress)(?:, )?)+ \} from ['"]node:net['"]/;
  const units = readdirSync(join(compiled, 'test/unit'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.js'))
    .map((path) => join(compiled, 'test/unit', path));
  const reached = new Map(units.map((path) => [path, path]));
  const wrong: string[] = [];
  // Grows while it is gone through: a file that is reached is looked at too.
  for (const [path, unit] of reached) {
    for (const [, target] of importsIn(path)) {
      const isServer = target === 'node:net' && !opensNothing.test(readFileSync(path, 'utf8'));
      if (isServer || outside.test(target!)) wrong.push(`${unit} reaches ${target} by ${path}`);
      const file = join(dirname(path), target!);
      if (target!.startsWith('.') && !reached.has(file)) reached.set(file, unit);
    }
  }
  expect(units.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});
