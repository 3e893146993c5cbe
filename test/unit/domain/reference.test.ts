import * as fc from 'fast-check';
import type { RegistryName } from '../../../src/domain/name.js';
import { parseReference, resolveReference } from '../../../src/domain/reference.js';
import { parsePullHost, type RegistryAddress } from '../../../src/domain/registry.js';

const digest = `sha256:${'a1'.repeat(32)}`;

test.each([
  ['nginx:1.2', 'nginx', '1.2', null],
  ['Hub.Example:5000/Team/Web:RC1', 'hub.example:5000/team/web', 'RC1', null],
  ['[::1]:5000/web', '[::1]:5000/web', null, null],
  [`hub/web:1@${digest}`, 'hub/web', '1', digest],
  [` web@${digest.toUpperCase().replace('SHA256', 'sha256')} `, 'web', null, digest],
  ['docker://nginx:1', 'nginx', '1', null],
  ['team/web', 'team/web', null, null],
])('%j is a reference', (text, path, tag, of) => {
  expect(parseReference(text)).toEqual({ path, tag, digest: of });
});

test.each([
  '',
  ' ',
  'nginx',
  'nginx 1.2',
  digest,
  'a:b:c',
  ':tag',
  'web:',
  '@',
  `@${digest}`,
  `web@${digest}@${digest}`,
  'web@sha256:short',
  'team/web/',
  '[::1]:5000',
  'key=value/with:1',
  'wéb:1',
  `web:${'x'.repeat(129)}`,
  `${'a'.repeat(254)}:1`,
  `a${'/'.repeat(254)}`,
  'a:'.repeat(127),
])('%j is no reference', (text) => {
  expect(parseReference(text)).toBeNull();
});

test('whatever is sent is read or refused, and names repositories by the grammar alone', () => {
  const part = fc.constantFrom('a', 'B', ':', '@', '/', '.', '[', ']', '-', '_', '%', digest, '\0', '٣');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const reference = parseReference(parts.join(''));
      const named = reference ? resolveReference(reference, registries) : [];
      expect(named.every(({ name }) => /^[a-z0-9][a-z0-9._/-]*$/.test(name))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

const registries = [
  { id: '1', name: 'Hub' as RegistryName, addr: 'https://registry-1.docker.io' as RegistryAddress, pullHost: null },
  { id: '2', name: 'in' as RegistryName, addr: 'http://[::1]:5000/all' as RegistryAddress, pullHost: null },
  {
    id: '3',
    name: 'plain' as RegistryName,
    addr: 'http://plain.example' as RegistryAddress,
    pullHost: parsePullHost('Pull.example/x'),
  },
];

test.each([
  ['nginx:1', ['* nginx', '* library/nginx']],
  ['docker.io/nginx:1', ['1 nginx', '1 library/nginx', '* docker.io/nginx']],
  ['hub/team/web', ['1 team/web', '* hub/team/web']],
  ['[::1]:5000/all/web', ['2 web', '2 library/web']],
  ['[::1]:5000/web', []],
  ['plain.example:80/team/web', ['3 team/web']],
  ['plain.example:443/team/web', []],
  ['pull.example/x/team/web', ['3 team/web', '* pull.example/x/team/web']],
])('%j names %j', (text, expected) => {
  const named = resolveReference(parseReference(text)!, registries);
  expect(named.map(({ registryId, name }) => `${registryId ?? '*'} ${name}`)).toEqual(expected);
});
