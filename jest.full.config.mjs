import config, { inFullAlone } from './jest.config.mjs';

/**
 * `npm run test:full`: the suites of which `npm test` runs a part, with all their rows, one at a time, since what they
 * cost is measured.
 */
export default {
  ...config,
  testMatch: [
    ...inFullAlone.map((suites) => `<rootDir>/test/${suites}`),
    '<rootDir>/test/attacks/**/*.test.js',
    '<rootDir>/test/graphql/lane*.test.js',
    '<rootDir>/test/replicas/*.test.js',
    '<rootDir>/test/registries/*.test.js',
    '<rootDir>/test/{kill,killdelete,start,upgrading}.test.js',
    '<rootDir>/test/catalogue/{deletion,deletioncost,history,protection,restoration,retention}.test.js',
    '<rootDir>/test/console/*.test.js',
    '<rootDir>/test/deploy/image.test.js',
    '<rootDir>/test/integration/reverseproxies.test.js',
    '<rootDir>/test/store/postgres/concurrent.test.js',
    '<rootDir>/test/surfaces/behaviours.test.js',
  ],
  globals: { isFullRun: true },
  testTimeout: 1_200_000,
  maxWorkers: 1,
};
