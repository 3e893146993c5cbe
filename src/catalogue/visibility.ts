import { hasRightsOf, type Viewer } from '../domain/account.js';
import type { CatalogueEvent } from '../domain/event.js';
import { type GrantedPlace, isOfPlace, keyOfPlace } from '../domain/grant.js';
import type { Job, PlacedJob } from '../domain/job.js';
import type { RepositoryName } from '../domain/name.js';
import { GatewayError, notFound } from '../errors.js';
import type { SeenPlace } from '../store/jobs/finding.js';
import type { JobStore } from '../store/jobs/jobs.js';

/**
 * The places of which somebody sees what is there, each once and in one order; null: all. Whoever has a role sees all,
 * and so does the gateway itself. Any right in a place is one to see it.
 */
export function listVisiblePlaces(viewer: Viewer | null): readonly GrantedPlace[] | null {
  if (viewer === null || hasRole(viewer)) return null;
  const { grants = [] } = viewer;
  const places = new Map(
    grants.map(({ registryId, repositories }) => {
      const place = { registryId, repositories };
      return [keyOfPlace(place), place];
    }),
  );
  if (places.has(' *')) return null;
  return [...places].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

function hasRole({ roles }: Viewer): boolean {
  return hasRightsOf(roles, 'registries:ro');
}

/**
 * Whether somebody sees a repository of this name, were it there. It is asked of each event, job and repository, and so
 * looks at the grants as they are: the list of places is made once for a view.
 */
export function seesRepository(viewer: Viewer | null, registryId: string, name: RepositoryName): boolean {
  if (viewer === null || hasRole(viewer)) return true;
  return viewer.grants?.some((grant) => isOfPlace(grant, registryId, name)) ?? false;
}

/** Whether somebody sees all of a registry: only then do they see what counts its repositories. */
export function seesWhole(viewer: Viewer | null, registryId: string): boolean {
  if (viewer === null || hasRole(viewer)) return true;
  return viewer.grants?.some((grant) => isWholeRegistry(grant, registryId)) ?? false;
}

export function isWholeRegistry({ registryId: of, repositories }: GrantedPlace, registryId: string): boolean {
  return repositories === '*' && (of === null || of === registryId);
}

/** Whether somebody sees a job: one of a whole registry counts all that is there. */
function seesJob(viewer: Viewer | null, { registryId, repository }: SeenPlace): boolean {
  return repository === null ? seesWhole(viewer, registryId) : seesRepository(viewer, registryId, repository);
}

/**
 * The job of an id, as far as somebody sees it: of a whole the pieces that they see. null: there is none, or they see
 * nothing of it.
 */
export function findSeenJob(jobs: Pick<JobStore, 'find'>, viewer: Viewer | null, id: string): Promise<Job | null> {
  return viewer === null || hasRole(viewer) ? jobs.find(id) : jobs.find(id, (place) => seesJob(viewer, place));
}

/** The pieces of a job that somebody sees, in the order they were made in. */
export async function listSeenPieces(
  jobs: Pick<JobStore, 'listPieces'>,
  viewer: Viewer | null,
  id: string,
): Promise<PlacedJob[]> {
  const pieces = (await jobs.listPieces([id])).get(id) ?? [];
  return pieces.filter((piece) => seesJob(viewer, piece));
}

export function noSuchJob(): GatewayError {
  return notFound('There is no such job: the last fifty of each kind and registry are kept.');
}

/** As the view of events that listSeen of store/seeing/views.ts makes. `isSeen`: the viewer sees its registry. */
export function seesEvent(
  viewer: Viewer | null,
  { registryId, repository, jobId }: CatalogueEvent,
  isSeen: boolean,
): boolean {
  if (repository !== null) return seesRepository(viewer, registryId, repository);
  return (jobId === null && isSeen) || seesWhole(viewer, registryId);
}

/** For what tells of the gateway as a whole. Throws FORBIDDEN for who sees some places alone. */
export function assertSeesAll(viewer: Viewer): void {
  if (listVisiblePlaces(viewer) === null) return;
  const message = `${viewer.username} may not do this: it tells of all registries, which needs a role.`;
  throw new GatewayError('FORBIDDEN', message);
}
