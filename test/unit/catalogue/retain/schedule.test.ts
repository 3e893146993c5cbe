import { isRunDue } from '../../../../src/catalogue/retain/runs.js';
import { parseRetention } from '../../../../src/domain/retention.js';

const now = new Date('2026-01-31T12:00:00Z');
const rules = parseRetention([{ repository: '*', keepLast: 1 }]);

function hoursAgo(hours: number): Date {
  return new Date(now.getTime() - hours * 3_600_000);
}

test.each<[string, Parameters<typeof isRunDue>[0], boolean]>([
  ['was never run', { rules, interval: 6, ranAt: null }, true],
  ['was run as long ago as its interval says', { rules, interval: 6, ranAt: hoursAgo(6) }, true],
  ['was run a moment less ago than that', { rules, interval: 6, ranAt: hoursAgo(6 - 1e-6) }, false],
  [
    'was run at a time that is still to come, before the clock was set back',
    { rules, interval: 6, ranAt: hoursAgo(-1) },
    true,
  ],
  ['is run by hand only', { rules, interval: null, ranAt: null }, false],
  ['has no rules', { rules: [], interval: 6, ranAt: null }, false],
])('a registry that %s, %j, is due: %s', (_, retention, expected) => {
  expect(isRunDue(retention, now)).toBe(expected);
});
