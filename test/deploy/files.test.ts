import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.js';
import { describeWith, serve } from '../support/processes/child.js';
import { distributionCommand } from '../support/servers/distribution.js';
import { parseDockerfile, parsePairs } from './dockerfile.js';
import { describeWithTool, project, readProject, readYaml, run, runTool } from './tools.js';

const image = parseDockerfile(readProject('Dockerfile')).at(-1)!;
const textOf = (name: string): string =>
  image.instructions.find((instruction) => instruction.name === name)?.text ?? '';
const imageEnv = parsePairs(textOf('ENV'));
const packageFile = JSON.parse(readProject('package.json')) as {
  version: string;
  devDependencies: Record<string, string>;
  scripts: Record<string, string>;
};
const secretKey = 'q8Jc3mVhZ0bT5nLxW2rYkP7sD1fG4aUe';
const settings = [...readProject('docs/settings.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name!);
const manifests = [
  'deployment',
  'ingress',
  'ingress-subpath',
  'namespace',
  'networkpolicy',
  'persistentvolumeclaim',
  'secret.example',
  'service',
].map((name) => `deploy/kubernetes/${name}.yaml`);
const onPostgres = ['deploy/kubernetes-postgres/poddisruptionbudget.yaml'];

interface Compose {
  readonly services: Record<
    string,
    {
      readonly image: string;
      readonly environment?: Record<string, string>;
      readonly volumes?: readonly { readonly source: string; readonly target: string }[];
      readonly read_only?: boolean;
      readonly cap_drop?: readonly string[];
      readonly security_opt?: readonly string[];
      readonly networks?: Record<string, unknown>;
      readonly deploy?: { readonly replicas?: number };
    }
  >;
}

function readCompose(files: readonly string[] = [], env: Record<string, string> = {}): Compose {
  const args = [...files.flatMap((file) => ['-f', file]), 'config', '--format', 'json'];
  const { status, output } = runTool('docker-compose', args, { EVENTS_SECRET: 'events-secret', ...env });
  if (status !== 0) throw new Error(output);
  return JSON.parse(output) as Compose;
}

function temporary(name: string, text: string): { readonly file: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  writeFileSync(join(folder, name), text);
  return { file: join(folder, name), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

test('whoever starts Node says how much room young garbage has, and all say the same', () => {
  const unit = /^ExecStart=(.*)$/m.exec(readProject('deploy/systemd/registry-gateway.service'))?.[1];
  const starts = [packageFile.scripts['start'], textOf('ENTRYPOINT'), unit];
  const rooms = starts.map((start) => /--max-semi-space-size=(\d+)\b.*registry-gateway\.cjs/.exec(start ?? '')?.[1]);
  expect(rooms).toEqual(['8', '8', '8']);
});

describe('the Dockerfile', () => {
  test('takes the Node that the project is developed with, and has the version of the package', () => {
    const { node } = packageFile.devDependencies;
    expect(parseDockerfile(readProject('Dockerfile')).map(({ base }) => base)).toEqual(
      Array(2).fill(`node:${node}-bookworm-slim`),
    );
    expect(parsePairs(textOf('LABEL'))['org.opencontainers.image.version']).toBe(packageFile.version);
  });

  test('sets nothing that is no setting, and keeps the database in its volume', () => {
    expect(Object.keys(imageEnv).filter((name) => name !== 'NODE_ENV' && !settings.includes(name))).toEqual([]);
    expect(imageEnv['DATABASE_URL']).toMatch(/^sqlite:\/data\//);
    expect(textOf('VOLUME')).toBe('["/data"]');
    expect(textOf('EXPOSE')).toBe(imageEnv['PORT']);
  });

  test('needs no shell, and no root', () => {
    const shells = image.instructions.filter(
      ({ name, exec }) => ['RUN', 'CMD', 'ENTRYPOINT'].includes(name) && exec === null,
    );
    expect(shells).toEqual([]);
    expect(textOf('HEALTHCHECK')).toMatch(/^CMD \["/);
    expect(textOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('copies nothing that .dockerignore leaves out, which leaves out all else', () => {
    const [first, ...rest] = readProject('.dockerignore')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    expect(first).toBe('*');
    const copied = parseDockerfile(readProject('Dockerfile'))
      .flatMap(({ instructions }) => instructions)
      .filter(({ name, flags }) => name === 'COPY' && !flags['from'])
      .flatMap(({ text }) => text.split(' ').slice(0, -1));
    expect(rest.sort()).toEqual([...new Set(copied)].map((name) => `!${name}`).sort());
  });
});

describeWithTool('hadolint', 'the Dockerfile and hadolint', () => {
  test('hadolint finds nothing', () => {
    expect(runTool('hadolint', ['--no-color', 'Dockerfile'])).toEqual({ status: 0, output: '' });
  });
});

describeWithTool('docker-compose', 'compose.yaml', () => {
  test('compose.yaml is valid, and without the secret of notifications says what to set', () => {
    expect(runTool('docker-compose', ['config', '--quiet'], { EVENTS_SECRET: 'x' })).toEqual({ status: 0, output: '' });
    const { status, output } = runTool('docker-compose', ['--env-file', '/dev/null', 'config', '--quiet']);
    expect(status).not.toBe(0);
    expect(output).toContain('Set EVENTS_SECRET in .env');
  });

  test('every service is read-only, without capabilities, and gains none', () => {
    for (const service of Object.values(readCompose().services)) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
  });

  test('the gateway has the image of this version, its settings and its volume', () => {
    const { gateway } = readCompose().services;
    expect(gateway?.image).toBe(`registry-gateway:${packageFile.version}`);
    expect(Object.keys(gateway?.environment ?? {}).filter((name) => !settings.includes(name))).toEqual([]);
    expect(gateway?.volumes?.map(({ target }) => target)).toEqual(['/data']);
    expect(readProject('deploy/caddy/Caddyfile')).toContain(`gateway:${imageEnv['PORT']}`);
  });
});

describeWithTool('docker-compose', 'deploy/compose/subpath.yaml', () => {
  test.each([
    [{}, 'https://localhost/registry/', '/registry'],
    [{ SITE: 'tools.example', BASE_PATH: '/a/b' }, 'https://tools.example/a/b/', '/a/b'],
  ])('with %j the proxy and the gateway have the same path', (env, publicUrl, basePath) => {
    const { proxy, gateway } = readCompose(['compose.yaml', 'deploy/compose/subpath.yaml'], env).services;
    expect(readConfig({ PUBLIC_URL: gateway!.environment!['PUBLIC_URL'] })).toMatchObject({ publicUrl, basePath });
    expect(proxy!.environment!['BASE_PATH']).toBe(basePath);
    const [file, ...others] = proxy!.volumes!.filter(({ target }) => target === '/etc/caddy/Caddyfile');
    expect([file!.source, others]).toEqual([join(project, 'deploy/caddy/subpath.Caddyfile'), []]);
    expect(readProject('deploy/caddy/subpath.Caddyfile')).toContain(`gateway:${imageEnv['PORT']}`);
  });
});

describeWithTool('docker-compose', 'deploy/compose/postgres.yaml', () => {
  test('two gateways have one database, of which both are told, and which nobody else reaches', () => {
    const { gateway, database, ...others } = readCompose(['compose.yaml', 'deploy/compose/postgres.yaml']).services;
    expect(gateway!.deploy).toMatchObject({ replicas: 2 });
    const { DATABASE_URL: url = '', DATABASE_PASSWORD_FILE: file } = gateway!.environment!;
    expect(Object.keys(gateway!.environment!).filter((name) => !settings.includes(name))).toEqual([]);
    expect(readConfig({ DATABASE_URL: url, SECRET_KEY: secretKey })).toMatchObject({ databaseUrl: url });
    const { hostname, username, pathname } = new URL(url);
    expect([hostname, username, pathname]).toEqual([
      'database',
      database!.environment!['POSTGRES_USER'],
      `/${database!.environment!['POSTGRES_DB']}`,
    ]);
    expect(database!.environment!['POSTGRES_PASSWORD_FILE']).toBe(file);
    expect(database).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      networks: { database: null },
    });
    expect(Object.values(others).filter(({ networks = {} }) => 'database' in networks)).toEqual([]);
  });
});

describeWithTool('docker-compose', 'the registry of compose.yaml', () => {
  describeWith(distributionCommand, 'with a real registry', () => {
    test('takes its settings: notifications go to the gateway with the secret', async () => {
      const config = 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: "127.0.0.1:0"}\n';
      using folder = temporary('config.yml', config);
      const environment = readCompose().services['registry']?.environment ?? {};
      const registry = serve(distributionCommand, ['serve', folder.file], environment);
      try {
        const endpoint = await registry.waitFor(/(configuring endpoint [^"]*)"/);
        expect(endpoint).toContain(
          `(http://gateway:${imageEnv['PORT']}/events/local), timeout=5s, headers=map[Authorization:[Bearer ` +
            'events-secret]]',
        );
      } finally {
        await registry.kill();
      }
    });
  });
});

describeWithTool('kubernetes-validate', 'deploy/kubernetes', () => {
  test.each(['1.25', '1.31', '1.37'])('the manifests are valid by the schemas of Kubernetes %s', (version) => {
    const { status, output } = runTool('kubernetes-validate', ['--strict', '-k', version, ...manifests, ...onPostgres]);
    expect({ status, passed: output.match(/ passed for resource /g)?.length }).toEqual({
      status: 0,
      passed: manifests.length + onPostgres.length,
    });
  });

  test('an unknown field is refused', () => {
    using folder = temporary(
      'service.yaml',
      readProject('deploy/kubernetes/service.yaml').replace('selector:', 'selectors:'),
    );
    expect(runTool('kubernetes-validate', ['--strict', '-k', '1.31', folder.file]).status).not.toBe(0);
  });

  test('the deployment agrees with the image', () => {
    interface Deployment {
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly securityContext: Record<string, unknown>;
            readonly containers: readonly [
              {
                readonly ports: readonly [{ readonly containerPort: number }];
                readonly env: readonly { readonly name: string }[];
                readonly volumeMounts: readonly { readonly mountPath: string }[];
              },
            ];
          };
        };
      };
    }
    const [deployment] = readYaml<Deployment>('deploy/kubernetes/deployment.yaml');
    const {
      securityContext,
      containers: [container],
    } = deployment!.spec.template.spec;
    const [user, group] = textOf('USER').split(':').map(Number);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: user, runAsGroup: group, fsGroup: group });
    expect(container.ports[0].containerPort).toBe(Number(imageEnv['PORT']));
    expect(container.env.map(({ name }) => name).filter((name) => !settings.includes(name))).toEqual([]);
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/data');
  });

  test('kustomization.yaml names files that are there, and the version of the package', () => {
    const [kustomization] = readYaml<{ resources: string[]; images: { newTag: string }[] }>(
      'deploy/kubernetes/kustomization.yaml',
    );
    expect(kustomization!.images.map(({ newTag }) => newTag)).toEqual([packageFile.version]);
    for (const file of kustomization!.resources) expect(manifests).toContain(`deploy/kubernetes/${file}`);
  });
});

describeWithTool('kubernetes-validate', 'deploy/kubernetes-postgres', () => {
  test('its changes are of what deploy/kubernetes has, and the database is one of a server', () => {
    interface Changed {
      readonly metadata: { readonly name: string };
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly containers: readonly [
              {
                readonly name: string;
                readonly env: readonly { readonly name: string; readonly value: string }[];
                readonly volumeMounts: readonly { readonly mountPath: string; readonly $patch: string }[];
              },
            ];
            readonly volumes: readonly { readonly name: string; readonly $patch: string }[];
          };
        };
      };
    }
    const [base, change] = readYaml<Changed>(
      'deploy/kubernetes/deployment.yaml',
      'deploy/kubernetes-postgres/deployment.yaml',
    );
    expect(change!.metadata.name).toBe(base!.metadata.name);
    const [[of], [by]] = [base!, change!].map(({ spec }) => spec.template.spec.containers) as [
      Changed['spec']['template']['spec']['containers'],
      Changed['spec']['template']['spec']['containers'],
    ];
    expect(by.name).toBe(of.name);
    expect(by.volumeMounts).toEqual([{ mountPath: '/data', $patch: 'delete' }]);
    expect(of.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/data');
    const env = Object.fromEntries(by.env.map(({ name, value }) => [name, value]));
    expect(Object.keys(env).filter((name) => !settings.includes(name))).toEqual([]);
    // The authority's certificate is where the pod is.
    const databaseUrl = env['DATABASE_URL']!.replace(/&sslrootcert=[^&]*/, '');
    expect(readConfig({ DATABASE_URL: databaseUrl, SECRET_KEY: secretKey })).toMatchObject({ databaseUrl });
    const [kustomization] = readYaml<{ resources: string[] }>('deploy/kubernetes-postgres/kustomization.yaml');
    expect(kustomization!.resources).toEqual([
      '../kubernetes',
      ...onPostgres.map((path) => path.slice('deploy/kubernetes-postgres/'.length)),
    ]);
  });
});

describeWith('systemd-analyze', 'the systemd unit', () => {
  const unit = readProject('deploy/systemd/registry-gateway.service');

  test('systemd finds nothing wrong with it, and rates it 1.5 or better of 10', () => {
    // The program that it starts must be there: on this machine that is another.
    using folder = temporary(
      'registry-gateway.service',
      unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`),
    );
    expect(run('systemd-analyze', ['verify', folder.file])).toEqual({ status: 0, output: '' });
    expect(
      run('systemd-analyze', ['security', '--offline=true', '--threshold=15', '--no-pager', folder.file]).status,
    ).toBe(0);
  });

  test('the unit sets nothing that is no setting', () => {
    const names = [...unit.matchAll(/^Environment=(\w+)=/gm)].map(([, name]) => name!);
    expect(names).toContain('DATABASE_URL');
    expect(names.filter((name) => name !== 'NODE_ENV' && !settings.includes(name))).toEqual([]);
  });
});

describeWith('caddy', 'the Caddyfiles', () => {
  test.each(['Caddyfile', 'subpath.Caddyfile'])('%s is valid', (name) => {
    const { status, output } = run(
      'caddy',
      ['validate', '--config', join(project, 'deploy/caddy', name), '--adapter', 'caddyfile'],
      { HOME: tmpdir() },
    );
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('Valid configuration') as string });
  });
});
