/** The operations the page opens with, each in a tab of its own. */
export const examples = [
  `# Every registry with its first repositories and tags.
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
`,
  `# From registries down to platforms, in one request.
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
`,
  `# What deleting a repository would remove.
# Nothing is deleted: this is a dry run. Put a registry
# and a repository of yours in the place of these.
mutation PlanDeletion {
  deleteRepository(input: {
    registry: "local"
    name: "library/busybox"
    dryRun: true
  }) {
    plan {
      tags { name }
      manifests
    }
    userErrors { code message }
  }
}
`,
];
