import {
  changedToday,
  compareRegistries,
  largestRepositories,
  newestAnywhere,
  sizesOverTime,
  whereIsDigest,
} from './overviews.js';

/** Its operation is the only one of use while nothing is attached, and the first that is shown then. */
const attach = `# Attaches a registry. Put its address in the place of
# this one, and its credentials, if it wants any. Nothing
# is attached while "dryRun" is true: it is only tried.
mutation AttachRegistry {
  addRegistry(input: {
    name: "local"
    addr: "http://127.0.0.1:5000"
    # credentials: { username: "", password: "" }
    dryRun: true
  }) {
    registry { name repositoryCount }
    health { reachable authenticated message }
    userErrors { code message }
  }
}
`;

/**
 * The operations the page opens with, each in a tab of its own, about what this gateway has: `registry` and
 * `repository` are names, null where there is none yet.
 */
export function makeExamples({ registry, repository }) {
  const names = [registry ?? 'local', repository ?? 'team/app'];
  const examples = [listRegistries, listPlatforms, planDeletion(...names), search(...names), listNewestTags(...names)];
  return registry === null ? [attach, ...examples] : [...examples, attach];
}

/** All that the list of examples has, by the names that it shows; each opens in a tab of its own. */
export function listExamples({ registry, repository }) {
  const names = [registry ?? 'local', repository ?? 'team/app'];
  return [
    { name: 'Attach a registry', query: attach },
    { name: 'Registries and their repositories', query: listRegistries },
    { name: 'Newest tags anywhere', query: newestAnywhere },
    { name: 'Largest repositories', query: largestRepositories },
    { name: 'What changed today', query: changedToday() },
    { name: 'Search', query: search(...names) },
    { name: 'Where is this digest', query: whereIsDigest },
    { name: 'The same names in several registries', query: compareRegistries },
    { name: 'Compare two tags', query: compareTags(...names) },
    { name: 'Platforms of images', query: listPlatforms },
    { name: 'Tags of a repository, and their past', query: listNewestTags(...names) },
    { name: 'Sizes over time', query: sizesOverTime(...names) },
    { name: 'Plan a deletion', query: planDeletion(...names) },
    { name: 'What can be put back', query: listFormer },
    { name: 'Put a tag back', query: restore(...names) },
    { name: 'Undo a whole deletion', query: undo },
  ];
}

const listRegistries = `# Every registry with its first repositories and tags.
# "freshness" says how old the list is, and why.
# Ctrl+Enter runs it.
query Registries {
  registries {
    name
    addr
    freshness { state confirmedAt }
    repositories(first: 10) {
      totalCount
      nodes {
        name
        tagCount
        size
        tags(first: 5) {
          nodes { name digest size updatedAt }
        }
      }
    }
  }
}
`;

const listPlatforms = `# From registries down to platforms, in one request.
# Sizes are bytes. Layers that platforms share count
# once in the size of their tag.
query Platforms {
  registries {
    name
    repositories(first: 10) {
      nodes {
        name
        tags(first: 5) {
          nodes {
            name
            size
            image {
              kind
              createdAt
              platforms { os architecture variant size }
            }
          }
        }
      }
    }
  }
}
`;

// A JSON string is a GraphQL string.
const planDeletion = (registry, repository) => `# What deleting a repository would remove.
# Nothing is deleted: this is a dry run.
mutation PlanDeletion {
  deleteRepository(input: {
    registry: ${JSON.stringify(registry)}
    repository: ${JSON.stringify(repository)}
    dryRun: true
  }) {
    plan {
      tags { name }
      manifests
    }
    userErrors { code message }
  }
}
`;

const search = (_registry, repository) => `# Words of names, the beginning of a digest, or a label:
# what holds all of them, in every registry.
query Search {
  search(query: ${JSON.stringify(repository.split('/').at(-1))}, first: 10) {
    nodes {
      __typename
      ... on Repository { name tagCount registry { name } }
      ... on Tag { name repository { name } }
    }
  }
}
`;

const listNewestTags = (registry, repository) => `# The tags that changed last in a repository, and what
# tags pointed to before: "restoreTag" puts one back.
query NewestTags {
  repository(registry: ${JSON.stringify(registry)}, name: ${JSON.stringify(repository)}) {
    tags(first: 10, orderBy: { field: UPDATED_AT, direction: DESC }) {
      nodes { name updatedAt size viewerCanDelete }
    }
    tagHistory(first: 10, formerOnly: true) {
      nodes { tag digest since until }
    }
  }
}
`;

const listFormer = `# Tags that are gone, the last that went first: as long
# as the registry has their images they can be put back.
query Former {
  formerTags(first: 20) {
    nodes { registry { name } repositoryName tag digest until }
  }
}
`;

const restore = (registry, repository) => `# Puts a tag back on what it pointed to before.
# Put the name of a tag in that is gone.
mutation PutBack {
  restoreTag(input: {
    registry: ${JSON.stringify(registry)}
    repository: ${JSON.stringify(repository)}
    tag: "1.0"
  }) {
    tag { name digest updatedAt }
    userErrors { code message }
  }
}
`;

const compareTags = (registry, repository) => `# Layers, steps, labels and config of two tags, images or
# digests, which may be in two registries. Put names in.
query CompareTags {
  compare(
    base: ${JSON.stringify(`${registry}/${repository}:1.0`)}
    head: ${JSON.stringify(`${registry}/${repository}:latest`)}
  ) {
    isSame
    platforms {
      name
      difference
      sizes { shared added removed }
      labels { key difference base head }
    }
  }
}
`;

const undo = `# What of a deletion can come back: the id is that of its
# job (see "jobs"). Nothing is done while "dryRun" is true.
mutation UndoDeletion {
  undoJob(input: { id: "00000000-0000-4000-8000-000000000000", dryRun: true }) {
    undo { tagCount tags { name state digest } }
    job { id state }
    userErrors { code message }
  }
}
`;
