import { InvalidArgumentError } from 'commander';
import { type GrantInput, type GrantRowFragment, type Right } from './documents.js';

const rights: Readonly<Record<string, Right>> = { read: 'READ', delete: 'DELETE', retain: 'RETAIN' };

export const grantHelp = `registry:pattern:right, as "local:team-a/*:delete"; "*" for every registry; ${listRights()}`;

function listRights(): string {
  return `one of ${Object.keys(rights).join(', ')}`;
}

/** Reads `registry:pattern:right`. Throws InvalidArgumentError, which commander shows with the option's name. */
export function parseGrant(text: string): GrantInput {
  const [registry, repositories, name, ...rest] = text.split(':');
  const right = name !== undefined && Object.hasOwn(rights, name) ? rights[name] : undefined;
  if (registry && repositories && right && rest.length === 0) return { registry, repositories, right };
  throw new InvalidArgumentError(`It must be ${grantHelp}.`);
}

/** Adds what --grant, which may be given several times, got. */
export function addGrant(text: string, before: readonly GrantInput[] | undefined): GrantInput[] {
  return [...(before ?? []), parseGrant(text)];
}

/** A grant as `parseGrant` takes it. */
export function formatGrant({ registry, allRegistries, repositories, right }: GrantPlace): string {
  const place = allRegistries ? '*' : (registry?.name ?? '(detached)');
  return `${place}:${repositories}:${right.toLowerCase()}`;
}

type GrantPlace = Pick<GrantRowFragment, 'registry' | 'allRegistries' | 'repositories' | 'right'>;

/** The first of them, and how many more there are, for a column of a table. */
export function formatGrants(grants: readonly GrantPlace[]): string {
  const shown = grants.slice(0, 3).map(formatGrant);
  return grants.length > shown.length ? `${shown.join(' ')} +${grants.length - shown.length}` : shown.join(' ');
}
