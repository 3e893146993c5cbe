import { arm, attach, before, type Behaviour, describeSubjects, index, newer, type Shown } from './stand.js';
import { subjects } from './subjects.js';

interface Facts {
  readonly registry: {
    readonly freshness: { readonly state: string };
    readonly capabilities: { readonly catalog: boolean | null };
    readonly health: { readonly reachable: boolean | null };
  };
}

const reading: Readonly<Record<string, Behaviour>> = {
  'it is attached with its account, and with a wrong password as it takes passwords': async ({
    gateway,
    subject,
    site,
    registry,
  }) => {
    const { wrongPassword } = subject.abilities;
    const credentials = { username: 'ann', password: 'wrong' };
    expect(await attach(gateway, subject, site, `${registry}-again`, { credentials })).toEqual(
      wrongPassword ? [wrongPassword] : [],
    );
    await gateway.rest('DELETE', `/api/registries/${registry}-again`);
  },

  'it is read whole, is fresh then, and says whether it lists its repositories': async ({
    query,
    refresh,
    show,
    registry,
    subject,
  }) => {
    expect(await refresh()).toMatchObject({ state: 'SUCCEEDED', failures: [] });
    expect(await show()).toEqual(before);
    const facts = await query<Facts>(
      'query ($r: String!) { registry(name: $r) { freshness { state } capabilities { catalog } health { ' +
        'reachable } } }',
      { r: registry },
    );
    expect(facts.registry).toEqual({
      freshness: { state: 'FRESH' },
      capabilities: { catalog: subject.abilities.catalogue },
      health: { reachable: true },
    });
  },

  'a repository is looked up by its name with its platforms, and an unknown one is not there': async ({
    query,
    ask,
    registry,
  }) => {
    const source = `query ($r: String!, $n: String!) { repository(registry: $r, name: $n) { name tagCount
      tag(name: "multi") { digest image { kind platforms { os architecture } } } } }`;
    const found = await query<{ repository: object | null }>(source, { r: registry, n: 'team/app' });
    expect(found.repository).toEqual({
      name: 'team/app',
      tagCount: 4,
      tag: {
        digest: index.digest,
        image: {
          kind: 'INDEX',
          platforms: [
            { os: 'linux', architecture: 'amd64' },
            { os: 'linux', architecture: 'arm64' },
          ],
        },
      },
    });
    const { data, errors } = await ask<{ repository: object | null }>(source, { r: registry, n: 'team/none' });
    expect([data?.repository, errors?.map(({ extensions }) => extensions.code)]).toEqual([null, ['NOT_FOUND']]);
  },

  'what is pushed, moved and new shows with the next reading, and a reading without news downloads nothing': async ({
    refresh,
    expectShown,
    show,
    site,
  }) => {
    await refresh();
    await site.push('team/app', 'v1.10.0', newer);
    await site.push('team/app', 'v2.0.0', newer);
    const after: Shown = { ...before, 'team/app:v1.10.0': newer.digest, 'team/app:v2.0.0': newer.digest };
    await expectShown(after);
    // The first answer that names what is known already shows a registry that ignores conditions: from then on it is
    // asked otherwise.
    await refresh();
    site.takeDownloads();
    expect(await refresh()).toMatchObject({ state: 'SUCCEEDED', failures: [] });
    expect([site.takeDownloads(), await show()]).toEqual([0, after]);
  },

  'a push shows by its notification alone, or with the next reading where nobody is notified': async ({
    refresh,
    expectShown,
    show,
    site,
    subject,
  }) => {
    await refresh();
    const after: Shown = { ...before, 'team/app:v2.0.0': newer.digest };
    await site.push('team/app', 'v2.0.0', newer);
    const deadline = performance.now() + 15_000;
    while (
      subject.abilities.notifies &&
      (await show())['team/app:v2.0.0'] !== newer.digest &&
      performance.now() < deadline
    ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await (subject.abilities.notifies ? Promise.resolve() : expectShown(after));
    expect(await show()).toEqual(after);
  },

  'tags are found by pattern, version and platform, and repositories by part of their name': async ({
    refresh,
    query,
    registry,
  }) => {
    await refresh();
    const tags = async (filter: object): Promise<string[]> => {
      const source =
        'query ($r: String!, $f: TagFilter) { repository(registry: $r, name: "team/app") { tags(first: 10, filter: ' +
        '$f, orderBy: { field: SEMVER, direction: ASC }) { nodes { name } } } }';
      const { repository } = await query<{ repository: { tags: { nodes: { name: string }[] } } }>(source, {
        r: registry,
        f: filter,
      });
      return repository.tags.nodes.map(({ name }) => name);
    };
    expect(await tags({ glob: 'v1.*' })).toEqual(['v1.9.0', 'v1.10.0']);
    expect(await tags({ semver: '>=1.10' })).toEqual(['v1.10.0']);
    expect(await tags({ platform: { os: 'linux', architecture: arm.platform!['architecture'] } })).toEqual(['multi']);
    const source =
      'query ($r: String!) { registry(name: $r) { repositories(first: 10, filter: { nameContains: "ool" }) { nodes ' +
      '{ name } } } }';
    expect(
      (await query<{ registry: { repositories: object } }>(source, { r: registry })).registry.repositories,
    ).toEqual({ nodes: [{ name: 'team/tool' }] });
  },
};

describeSubjects(subjects, reading);
