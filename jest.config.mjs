// The tests are compiled first (test/tsconfig.json), so Jest runs the production emit and transforms nothing.
export default {
  testEnvironment: 'node',
  rootDir: '.test',
  testMatch: ['<rootDir>/test/**/*.test.js'],
  transform: {},
  coverageProvider: 'v8',
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/reporter.js'],
};
