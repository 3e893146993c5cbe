import type { Digest } from '../../../src/domain/digest.js';
import { parseRepositoryName, parseTagName } from '../../../src/domain/name.js';
import { listPullCommands, parsePlatform, type PullTarget } from '../../../src/domain/pull.js';
import { parsePullHost, parseRegistryAddress, pullHostOf } from '../../../src/domain/registry.js';

const addr = parseRegistryAddress('https://registry.example.com');
const digest = `sha256:${'a'.repeat(64)}` as Digest;
const target: PullTarget = {
  registry: { addr, pullHost: null, tlsSkipVerify: false },
  repository: parseRepositoryName('team/app'),
  tag: parseTagName('v1'),
  digest: null,
  kind: 'image',
  artifactType: null,
  platform: null,
};
const commandsOf = (changes: Partial<PullTarget>): Record<string, string> =>
  Object.fromEntries(listPullCommands({ ...target, ...changes }).map(({ tool, command }) => [tool, command]));

test.each(['registry.example.com', 'localhost', 'hub:5000', '127.0.0.1:5000', '[::1]:5000', 'a.b/team/x', 'A.example'])(
  '%s is a host to pull from',
  (text) => {
    expect(parsePullHost(text)).toBe(text);
  },
);

test.each([
  '',
  'hub',
  'https://a.b',
  'a.b/',
  'a.b//x',
  'a.b/Team',
  'user@a.b',
  'a.b:port',
  'a.b?x',
  'a b.c',
  '-a.b',
  '$(id).b',
  `${'a.'.repeat(200)}b`,
])('%s is none', (text) => {
  expect(() => parsePullHost(text, 'input', 'pullHost')).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', facts: { path: ['input', 'pullHost'] } }),
  );
});

test('clients pull from the host that was set, or that of the address, which Docker Hub has another of', () => {
  expect(pullHostOf({ addr, pullHost: null })).toBe('registry.example.com');
  expect(pullHostOf({ addr, pullHost: parsePullHost('hub.example.com/mirror') })).toBe('hub.example.com/mirror');
  expect(pullHostOf({ addr: parseRegistryAddress('https://registry-1.docker.io'), pullHost: null })).toBe('docker.io');
});

test('each tool has its own words, by tag, by digest and for a platform', () => {
  expect(commandsOf({})).toEqual({
    DOCKER: 'docker pull registry.example.com/team/app:v1',
    PODMAN: 'podman pull registry.example.com/team/app:v1',
    CRANE: 'crane pull registry.example.com/team/app:v1 app.tar',
    SKOPEO: 'skopeo copy docker://registry.example.com/team/app:v1 docker-archive:app.tar:team/app:v1',
    KUBERNETES: 'image: "registry.example.com/team/app:v1"',
  });
  expect(commandsOf({ digest, platform: 'linux/arm/v7' })).toEqual({
    DOCKER: `docker pull --platform=linux/arm/v7 registry.example.com/team/app@${digest}`,
    PODMAN: `podman pull --platform=linux/arm/v7 registry.example.com/team/app@${digest}`,
    CRANE: `crane pull --platform=linux/arm/v7 registry.example.com/team/app@${digest} app.tar`,
    SKOPEO:
      'skopeo --override-os=linux --override-arch=arm --override-variant=v7 copy ' +
      `docker://registry.example.com/team/app@${digest} docker-archive:app.tar:team/app:v1`,
    KUBERNETES: `image: "registry.example.com/team/app@${digest}"`,
  });
});

test('charts are pulled by Helm, whose versions have + where a tag has _, and other artifacts by ORAS', () => {
  const chart = { kind: 'artifact', artifactType: 'application/vnd.cncf.helm.config.v1+json' } as const;
  expect(commandsOf({ ...chart, tag: parseTagName('1.0.0_b1') })).toEqual({
    HELM: 'helm pull oci://registry.example.com/team/app --version 1.0.0+b1',
    CRANE: 'crane pull registry.example.com/team/app:1.0.0_b1 app.tar',
  });
  expect(commandsOf({ ...chart, digest })['HELM']).toBe(`helm pull oci://registry.example.com/team/app@${digest}`);
  expect(commandsOf({ kind: 'artifact', artifactType: 'a/b' })).toEqual({
    ORAS: 'oras pull registry.example.com/team/app:v1',
    CRANE: 'crane pull registry.example.com/team/app:v1 app.tar',
  });
});

test('where TLS does not vouch for the registry the tools are told so, unless clients pull from elsewhere', () => {
  const plain = { addr: parseRegistryAddress('http://[::1]:5000'), pullHost: null, tlsSkipVerify: false };
  expect(commandsOf({ registry: plain })).toMatchObject({
    PODMAN: "podman pull --tls-verify=false '[::1]:5000/team/app:v1'",
    CRANE: "crane pull --insecure '[::1]:5000/team/app:v1' app.tar",
  });
  expect(commandsOf({ registry: { addr, pullHost: null, tlsSkipVerify: true } })['SKOPEO']).toContain(
    'copy --src-tls-verify=false docker://',
  );
  expect(commandsOf({ registry: { ...plain, pullHost: parsePullHost('a.b') } })['PODMAN']).toBe(
    'podman pull a.b/team/app:v1',
  );
});

test('a platform is one or two parts behind an operating system', () => {
  expect([parsePlatform(null), parsePlatform('linux/arm64')]).toEqual([null, 'linux/arm64']);
  for (const text of ['linux', 'linux/', '--help/x;', 'a/b/c/d', '$(id)/b'])
    expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});
