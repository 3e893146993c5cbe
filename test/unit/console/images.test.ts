import * as fc from 'fast-check';
import { listConfig, wordJson } from '../../../src/console/pure/config.js';
import { pairByKey, withSame } from '../../../src/console/pure/keyed.js';
import { readLink } from '../../../src/console/pure/link.js';
import { labelPlatforms } from '../../../src/console/pure/platforms.js';
import { findNear, printTag, splitTag } from '../../../src/console/pure/reference.js';
import { packagesBeside, tellReferrer } from '../../../src/console/pure/referrer.js';
import { arrangeBuild, pairReplaced, wordStep, type StepPair } from '../../../src/console/pure/steps.js';

const layer = (digest: string) => ({ digest, size: 1 });
const step = (instruction: string | null, made?: string) => ({
  instruction,
  createdBy: null,
  layer: made === undefined ? null : layer(made),
});

describe('layers and the steps that made them', () => {
  const draw = (layers: string[], steps: ReturnType<typeof step>[]): string[] =>
    arrangeBuild(layers.map(layer), steps).map((line) =>
      line.kind === 'empty' ? `(${line.steps.length})` : `${line.layer.digest}:${line.step?.instruction ?? '-'}`,
    );

  test('each layer stands with its step, and steps without one are folded between them', () => {
    const steps = [step('ADD', 'a'), step('CMD'), step('ENV'), step('RUN', 'b'), step('USER')];
    expect(draw(['a', 'b'], steps)).toEqual(['a:ADD', '(2)', 'b:RUN', '(1)']);
  });

  test('layers of an image that tells no steps stand alone', () => {
    expect(draw(['a', 'b'], [])).toEqual(['a:-', 'b:-']);
    expect(draw(['a', 'b', 'c'], [step('RUN', 'b')])).toEqual(['a:-', 'b:RUN', 'c:-']);
  });

  test('a step that names a layer which is not there, or came before, is one without a layer', () => {
    expect(draw(['a', 'b'], [step('RUN', 'b'), step('ADD', 'a'), step('COPY', 'x')])).toEqual(['a:-', 'b:RUN', '(2)']);
  });

  test('whatever an image says, each of its layers is shown once, in the order they are stacked', () => {
    const digest = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(digest), fc.array(fc.option(digest)), (layers, made) => {
        const lines = arrangeBuild(
          layers.map(layer),
          made.map((one) => step('RUN', one ?? undefined)),
        );
        const shown = lines.flatMap((line) => (line.kind === 'layer' ? [line.layer.digest] : []));
        const steps = lines.flatMap((line) => (line.kind === 'empty' ? line.steps : line.step ? [line.step] : []));
        expect(shown).toEqual(layers);
        expect(steps).toHaveLength(made.length);
      }),
    );
  });

  test('a step is worded as a Dockerfile has it, else as its builder wrote it', () => {
    expect(wordStep({ instruction: 'RUN make', createdBy: '/bin/sh -c make', layer: null })).toBe('RUN make');
    expect(wordStep({ instruction: null, createdBy: '/bin/sh -c make', layer: null })).toBe('/bin/sh -c make');
    expect(wordStep({ instruction: null, createdBy: '', layer: null })).toBeNull();
  });
});

describe('two builds side by side', () => {
  const pair = (difference: StepPair<string>['difference'], base: string | null, head: string | null) => ({
    difference,
    base,
    head,
  });

  test('what went stands beside what came in its place', () => {
    const steps = [
      pair('SAME', 'ADD', 'ADD'),
      pair('REMOVED', 'RUN 1', null),
      pair('REMOVED', 'RUN 2', null),
      pair('ADDED', null, 'RUN 3'),
      pair('CHANGED', 'COPY', 'COPY'),
      pair('ADDED', null, 'CMD'),
    ];
    expect(pairReplaced(steps)).toEqual([
      pair('SAME', 'ADD', 'ADD'),
      pair('CHANGED', 'RUN 1', 'RUN 3'),
      pair('REMOVED', 'RUN 2', null),
      pair('CHANGED', 'COPY', 'COPY'),
      pair('ADDED', null, 'CMD'),
    ]);
  });

  test('no step is lost, and those of each side keep their order', () => {
    const kind = fc.constantFrom('SAME', 'CHANGED', 'ADDED', 'REMOVED');
    fc.assert(
      fc.property(fc.array(kind), (kinds) => {
        const steps = kinds.map((one, at) =>
          pair(one as 'SAME', one === 'ADDED' ? null : `b${at}`, one === 'REMOVED' ? null : `h${at}`),
        );
        const sides = (of: readonly StepPair<string>[]) => [
          of.flatMap(({ base }) => base ?? []),
          of.flatMap(({ head }) => head ?? []),
        ];
        expect(sides(pairReplaced(steps))).toEqual(sides(steps));
      }),
    );
  });
});

describe('texts of two sides by their keys', () => {
  const texts = (values: Record<string, string>) => Object.entries(values).map(([key, value]) => ({ key, value }));

  test('both are told, and null for the side that has none', () => {
    expect(pairByKey(texts({ a: '1', b: '2' }), texts({ b: '3', c: '' }), 10)).toEqual([
      { key: 'a', base: '1', head: null },
      { key: 'b', base: '2', head: '3' },
      { key: 'c', base: null, head: '' },
    ]);
  });

  test('keys beyond the end of a list that was cut are not told as gone', () => {
    const pairs = pairByKey(texts({ a: '1', b: '2' }), texts({ a: '1', c: '3' }), 2);
    expect(pairs.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('what is alike joins what differs where all is asked for', () => {
    const differing = [{ key: 'b', base: '1', head: null }];
    expect(withSame(differing, texts({ a: '1', c: '2' }))).toEqual([
      { key: 'a', base: '1', head: '1' },
      { key: 'b', base: '1', head: null },
      { key: 'c', base: '2', head: '2' },
    ]);
  });
});

test('a config is listed under the names that comparisons have, and worded without its quotes', () => {
  const config = {
    entrypoint: ['tini', '--'],
    cmd: null,
    shell: null,
    user: 'node',
    workingDirectory: null,
    exposedPorts: [],
    volumes: ['/data'],
    stopSignal: null,
    healthcheck: { test: ['NONE'] },
    environment: [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: 'SECRET', value: null },
    ],
  };
  expect(listConfig(config).map(({ key, value }) => `${key}=${wordJson(value)}`)).toEqual([
    'entrypoint=["tini", "--"]',
    'user=node',
    'volumes=["/data"]',
    'healthcheck={"test":["NONE"]}',
    'environment.A=2',
    'environment.SECRET=',
  ]);
});

test.each([
  ['https://example.com/a?b#c', 'example.com'],
  ['http://127.0.0.1:8080/', '127.0.0.1:8080'],
  ['HTTPS://EXAMPLE.com', 'example.com'],
  ['https://user:secret@example.com/', null],
  ['https://example.com/ and more', null],
  ['javascript:alert(1)', null],
  ['https://example.com/"onclick=', null],
  ['data:text/html,x', null],
  ['https://', null],
  [`https://example.com/${'a'.repeat(2000)}`, null],
])('the text %p leads to the host %p', (text, host) => {
  expect(readLink(text)?.host ?? null).toBe(host);
});

test('platforms of one name are told apart by their version, and else by their order', () => {
  const windows = (osVersion: string | null) => ({ name: 'windows/amd64', osVersion });
  expect(labelPlatforms([{ name: 'linux/amd64', osVersion: '1' }, windows('10.0.1'), windows('10.0.2')])).toEqual([
    'linux/amd64',
    'windows/amd64 10.0.1',
    'windows/amd64 10.0.2',
  ]);
  expect(labelPlatforms([windows(null), windows(null)])).toEqual(['windows/amd64', 'windows/amd64 (2)']);
});

test.each([
  ['team/app:1.2', ['team/app', '1.2']],
  ['app:v1', ['app', 'v1']],
  ['team/app', null],
  ['team/app:', null],
  [':1', null],
])('%p is the repository and the tag %p', (text, parts) => {
  expect(splitTag(text)).toEqual(parts);
});

test('a tag is printed as comparisons name their sides', () => {
  expect(printTag({ registry: 'local', repository: 'team/app', tag: '1.2' })).toBe('local/team/app:1.2');
});

test('a row is found near where it was, and not where there is none', () => {
  const names = ['a', 'b', 'c', 'd'];
  expect(findNear(4, 0, (at) => names[at] === 'd')).toBe(3);
  expect(findNear(4, 9, (at) => names[at] === 'd')).toBe(3);
  expect(findNear(4, 2, (at) => names[at] === 'x')).toBeNull();
  expect(findNear(0, 0, () => true)).toBeNull();
});

test.each([
  ['application/spdx+json', 'sbom'],
  ['application/vnd.cyclonedx+json', 'sbom'],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
  ['application/vnd.cncf.notary.signature', 'signature'],
  ['application/vnd.in-toto+json', 'attestation'],
  ['application/vnd.docker.attestation.manifest.v1+json', 'attestation'],
  ['application/x-mine', 'other'],
  [null, 'other'],
])('something of the type %p is told as %p', (type, kind) => {
  expect(tellReferrer(type)).toBe(kind);
});

test('fewer packages are asked for, the more referrers come before the one that is looked at', () => {
  expect([1, 8, 16, 200, 1000].map(packagesBeside)).toEqual([1000, 1000, 500, 40, 20]);
});
