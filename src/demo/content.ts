import { buildArtifact, buildCosignSignature, buildHelmChart, fallbackTag, signatureTag } from './artifacts.js';
import { type Built, seed } from './built.js';
import { buildImage, buildIndex } from './images.js';
import type { MemoryStore } from './registry/store.js';
import { makeImage, type PlatformName, type DockerfileLine } from './steps.js';

/**
 * A dozen repositories that show what registries hold: several tags on one digest, platforms that share layers,
 * attestations, a chart, a signature, names at every depth, an emptied repository. Always the same bytes.
 */
export function fillDemo(store: MemoryStore): void {
  fillLibrary(store);
  fillTeam(store);
  fillTools(store);
  fillCharts(store);
  fillOddNames(store);
}

function fillLibrary(store: MemoryStore): void {
  const at = '2023-10-02T18:55:02Z';
  const steps: DockerfileLine[] = [
    { run: '/bin/sh -c apk add --no-cache ca-certificates', size: 31_402, at },
    { run: 'COPY --link ./config-example.yml /etc/docker/registry/config.yml # buildkit', size: 2_400, at },
    {
      run:
        '/bin/sh -c set -eux; wget -O registry.tar.gz "$url"; tar --extract --file registry.tar.gz --directory ' +
        '/bin/ registry',
      size: 163_840,
      at,
    },
    { run: '/bin/sh -c #(nop)  VOLUME [/var/lib/registry]', at },
    { run: '/bin/sh -c #(nop)  EXPOSE 5000', at },
    { run: '/bin/sh -c #(nop)  CMD ["/etc/docker/registry/config.yml"]', at },
  ];
  const labels = {
    'org.opencontainers.image.source': 'https://github.com/distribution/distribution',
    'org.opencontainers.image.version': '2.8.3',
  };
  const platforms: PlatformName[] = ['amd64', 'arm64', 'arm/v7'];
  const children = platforms.map((platform) =>
    makeImage({
      from: 'alpine',
      steps,
      platform,
      created: at,
      labels,
      cmd: ['/etc/docker/registry/config.yml'],
      format: 'oci',
    }),
  );
  const registry = buildIndex(children, { attestation: true });
  for (const tag of ['latest', '2', '2.8', '2.8.3']) seed(store, 'library/registry', tag, registry);

  const busybox = makeImage({ from: 'busybox', created: '2023-05-18T22:34:17Z', cmd: ['sh'] });
  const older = makeImage({
    steps: [{ run: '/bin/sh -c #(nop) ADD file:busybox-1.35 in / ', size: 53_207, at: '2022-11-22T23:19:33Z' }],
    created: '2022-11-22T23:19:33Z',
    cmd: ['sh'],
  });
  for (const tag of ['1.36', '1.36.1', 'latest']) seed(store, 'library/busybox', tag, busybox);
  seed(store, 'library/busybox', '1.35', older);
}

function makeApp(version: string, at: string, size: number): Built {
  return makeImage({
    from: 'debian',
    created: at,
    author: 'Team App <app@example.com>',
    labels: {
      'com.example.team': 'app',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'MIT',
    },
    cmd: ['node', 'server.js'],
    steps: [
      {
        run:
          '/bin/sh -c apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf ' +
          '/var/lib/apt/lists/*',
        size: 88_172,
        at: '2024-02-01T08:00:00Z',
      },
      { run: 'WORKDIR /app', size: 2_120, at: '2024-02-01T08:00:01Z' },
      { run: `COPY package.json package-lock.json ./ # ${version}`, size: 5_120, at },
      { run: `RUN /bin/sh -c npm ci --omit=dev # ${version}`, size, at },
      { run: `COPY dist ./dist # ${version}`, size: 46_203, at },
      { run: 'USER node', at },
      { run: 'CMD ["node" "server.js"]', at },
    ],
  });
}

/** Versions whose text order is not their order; a signature and an SBOM of the newest. */
function fillTeam(store: MemoryStore): void {
  seed(store, 'team/app', '1.2.0', makeApp('1.2.0', '2024-03-11T09:30:00Z', 143_360));
  seed(store, 'team/app', '1.9.3', makeApp('1.9.3', '2024-06-04T16:12:45Z', 150_118));
  const newest = makeApp('1.10.0', '2024-08-19T07:05:10Z', 151_990);
  for (const tag of ['1.10.0', '1.10', '1', 'latest']) seed(store, 'team/app', tag, newest);
  seed(store, 'team/app', signatureTag(newest.digest), buildCosignSignature(newest, 'registry.example.com/team/app'));
  const sbom = buildArtifact({
    artifactType: 'application/spdx+json',
    subject: newest,
    payload: JSON.stringify({
      spdxVersion: 'SPDX-2.3',
      name: 'team/app:1.10.0',
      packages: [{ name: 'fastify', versionInfo: '4.28.1' }],
    }),
    annotations: { 'org.opencontainers.image.created': '2024-08-19T07:06:00Z' },
  });
  seed(store, 'team/app', fallbackTag(newest.digest), buildIndex([sbom]));

  const at = '2024-08-01T12:00:00Z';
  const worker = makeImage({
    from: 'alpine',
    created: at,
    author: 'Team App <app@example.com>',
    steps: [{ run: 'COPY worker /usr/local/bin/worker', size: 121_004, at }],
    cmd: ['worker'],
  });
  for (const tag of ['v0.3.1', 'edge']) seed(store, 'team/app/sub', tag, worker);

  const branches = [
    ['main', '2024-09-02T15:20:00Z'],
    ['pr-17', '2024-09-03T08:45:30Z'],
  ] as const;
  for (const [branch, built] of branches) {
    const api = makeImage({
      from: 'debian',
      created: built,
      format: 'oci',
      labels: { 'org.opencontainers.image.ref.name': branch },
      steps: [{ run: `COPY target/billing-api /usr/bin/ # ${branch}`, size: 188_416, at: built }],
      cmd: ['billing-api'],
    });
    seed(store, 'platform/billing/api', branch, api);
  }
}

/** A Docker list, a Windows platform, and a reproducible build that says 1970. */
function fillTools(store: MemoryStore): void {
  const at = '2024-04-22T10:41:00Z';
  const linux = (['amd64', 'arm64'] as const).map((platform) =>
    makeImage({
      from: 'alpine',
      platform,
      created: at,
      steps: [{ run: 'COPY agent /agent', size: 96_500, at }],
      cmd: ['/agent'],
      labels: { maintainer: 'tools@example.com' },
    }),
  );
  const windows = buildImage({
    os: 'windows',
    created: at,
    cmd: ['C:\\agent.exe'],
    layers: [
      { size: 198_400, seed: 'nanoserver', command: 'Apply image 10.0.20348.2402' },
      { size: 101_200, seed: 'agent.exe', command: 'cmd /S /C #(nop) COPY file:agent.exe in C:\\agent.exe' },
    ],
  });
  const agent = buildIndex([...linux, windows], { format: 'docker' });
  for (const tag of ['3.1.0', 'latest']) seed(store, 'tools/agent', tag, agent);

  const epoch = '1970-01-01T00:00:00Z';
  const probe = makeImage({
    created: epoch,
    format: 'oci',
    cmd: ['/ko-app/probe'],
    steps: [
      { run: 'kodata contents, at $KO_DATA_PATH', size: 2_208, at: epoch },
      { run: 'go build output, at /ko-app/probe', size: 134_217, at: epoch },
    ],
  });
  seed(store, 'tools/probe', 'v2.0.0-rc.1', probe);
}

function fillCharts(store: MemoryStore): void {
  const charts = [
    ['0.9.0', '1.9.3'],
    ['1.0.0', '1.10.0'],
    ['1.0.1', '1.10.0'],
  ] as const;
  for (const [version, appVersion] of charts) {
    seed(
      store,
      'charts/app',
      version,
      buildHelmChart({ name: 'app', version, appVersion, description: 'The app of the team' }),
    );
  }
}

/**
 * A name without a slash, a parent with a child that begins with a digit, and a repository whose last tag was deleted.
 */
function fillOddNames(store: MemoryStore): void {
  const page = (text: string, size: number, at: string): Built =>
    makeImage({
      from: 'alpine',
      created: at,
      cmd: ['nginx', '-g', 'daemon off;'],
      steps: [
        { run: '/bin/sh -c apk add --no-cache nginx', size: 173_003, at: '2024-07-10T06:00:00Z' },
        { run: text, size, at },
      ],
    });
  seed(store, 'website', '2024.07', page('COPY site-2024-07 /usr/share/nginx/html', 64_321, '2024-07-31T22:00:00Z'));
  seed(store, 'website', '2024.08', page('COPY site-2024-08 /usr/share/nginx/html', 66_908, '2024-08-30T22:00:00Z'));
  seed(
    store,
    'dig',
    'latest',
    makeImage({
      from: 'alpine',
      created: '2024-02-14T11:11:11Z',
      steps: [{ run: '/bin/sh -c apk add --no-cache bind-tools', size: 78_231, at: '2024-02-14T11:11:11Z' }],
      cmd: ['dig'],
    }),
  );
  seed(
    store,
    'dig/0x',
    'v1',
    makeImage({
      from: 'busybox',
      created: null,
      steps: [{ run: 'COPY 0x /bin/0x', size: 12_288, at: '2024-02-15T00:00:00Z' }],
    }),
  );

  const retired = makeImage({
    created: '2021-11-12T00:20:11Z',
    steps: [{ run: 'COPY retired /retired', size: 9_216, at: '2021-11-12T00:20:11Z' }],
    cmd: ['/retired'],
  });
  seed(store, 'archive/retired', 'v1', retired);
  store.deleteManifest('archive/retired', retired.digest);
}
