import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

/**
 * Changes since the base that may break a client, and that the newest section of the changelog does not name: a
 * sentence each. It names one by its path in backticks, such as `Job.work`.
 */
export async function listUntold(base, schema, changelog) {
  const told = readNames(changelog);
  const changes = await diff(buildSchema(base), schema);
  return changes
    .filter(({ criticality, path }) => criticality.level !== CriticalityLevel.NonBreaking && !told.has(path))
    .map(({ criticality, path, message }) => `\`${path}\` is not in CHANGELOG.md. ${criticality.level}: ${message}.`);
}

/** What stands in backticks between the first heading of a release and the next one. */
function readNames(changelog) {
  const [, newest = ''] = changelog.split(/^## /m);
  return new Set([...newest.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
}
