import { listAccepted } from '../../../src/coding/accept.js';

test.each<[string | undefined, string]>([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip, deflate, br, zstd', 'zstd br gzip identity'],
  ['gzip, deflate', 'gzip identity'],
  ['GZIP;Q=0.5, Br ; q=0.25', 'gzip br identity'],
  ['x-gzip', 'gzip identity'],
  ['br;q=0.8, gzip', 'gzip br identity'],
  ['identity, gzip;q=0.5', 'identity gzip'],
  ['gzip, identity', 'gzip identity'],
  ['gzip;q=0', 'identity'],
  ['gzip;q=0, *', 'br zstd identity'],
  ['gzip, gzip;q=0', 'identity'],
  ['*', 'gzip br zstd identity'],
  ['br, *;q=0.1', 'br gzip zstd identity'],
  ['identity;q=0, gzip', 'gzip'],
  ['*;q=0, br', 'br'],
  ['*;q=0, identity;q=0.5, br;q=0.2', 'identity br'],
  // Nothing is left: it is sent as it is.
  ['*;q=0', 'identity'],
  ['identity;q=0', 'identity'],
  ['deflate, compress;q=0.5', 'identity'],
  // What cannot be read accepts nothing.
  ['gzip;q=2', 'identity'],
  ['gzip;q=-1', 'identity'],
  ['gzip;q=0.1234', 'identity'],
  ['gzip;level=9', 'identity'],
  ['gzip br', 'identity'],
  [',,;q=1, gzip', 'gzip identity'],
  [`${'x,'.repeat(8000)}gzip`, 'identity'],
])('Accept-Encoding: %s', (header, expected) => {
  expect(listAccepted(header).join(' ')).toBe(expected);
});
