import config from './jest.config.mjs';

/** Suites of the store that are about no file. */
const store = [
  'accounts',
  'approvals',
  'events',
  'imagetexts',
  'lists',
  'pruning',
  'registries',
  'resealing',
  'tagsbysize',
  'uniquesizes',
];
const catalogue = ['approvals', 'deletionjobs', 'protection', 'retention'];

/**
 * `npm run test:postgres`: suites whose database is of the run's engine, on PostgreSQL. All files share one server; each
 * test has a database of its own there.
 */
export default {
  ...config,
  globalSetup: '<rootDir>/test/support/run/postgresrun.js',
  globalTeardown: '<rootDir>/test/support/run/postgresend.js',
  testMatch: [
    `<rootDir>/test/store/{${store.join()}}.test.js`,
    `<rootDir>/test/catalogue/{${catalogue.join()}}.test.js`,
    '<rootDir>/test/store/{leases,postgres}/*.test.js',
    // It compares what both engines find.
    '!<rootDir>/test/store/postgres/search.test.js',
  ],
};
