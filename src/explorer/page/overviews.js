/** Examples of what is there, over all registries and over time. */

export const newestAnywhere = `# The tags that were pushed last, over all registries.
query NewestAnywhere {
  tags(first: 20) {
    nodes {
      reference
      updatedAt
      updatedAtSource
      size
    }
  }
}
`;

export const largestRepositories = `# Bytes of each distinct blob, counted once; "uniqueSize"
# is what no other repository of the registry uses.
query LargestRepositories {
  repositories(first: 10, orderBy: { field: SIZE, direction: DESC }) {
    nodes {
      name
      registry { name }
      size
      uniqueSize
      tagCount
    }
  }
}
`;

export const changedToday = () => `# What came, moved and went, the newest first.
query ChangedToday {
  activity(first: 50, filter: { since: "${new Date().toISOString().slice(0, 10)}T00:00:00Z" }) {
    nodes { at kind registryName repositoryName tagName message }
    pageInfo { hasNextPage endCursor }
  }
}
`;

export const whereIsDigest = `# Every tag on an image, and on the indexes it is a
# child of, in every registry. Put a digest in.
query WhereIsDigest {
  image(digest: "sha256:${'0'.repeat(64)}") {
    kind
    size
    locations(first: 50) {
      totalCount
      nodes { reference }
    }
  }
}
`;

export const compareRegistries = `# Repositories that two registries or more have, and
# how far their tags are on the same images.
query SameNames {
  repositoryGroups(first: 20, registryCountAtLeast: 2) {
    nodes {
      name
      repositories { registry { name } tagCount latestTag { name } }
      drift { isNewestSame sameTagCount differentTagCount missingTagCount }
    }
  }
}
`;

export const sizesOverTime = (registry, repository) => `# A sample of each day is kept for a year.
query SizesOverTime {
  repository(registry: ${JSON.stringify(registry)}, name: ${JSON.stringify(repository)}) {
    size: series(metric: SIZE, points: 30) { to value }
    pushes: series(metric: PUSHES, points: 30) { from value }
  }
}
`;
