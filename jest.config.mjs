// The tests are compiled first (test/tsconfig.json), so Jest runs the production emit and transforms nothing.
export default {
  rootDir: '.test',
  testEnvironment: '<rootDir>/test/support/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.js'],
  transform: {},
  coverageProvider: 'v8',
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/reporter.js'],
};
