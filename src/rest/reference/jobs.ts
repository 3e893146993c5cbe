import { jobsQuery, piecesQuery, undoQuery } from '../queries.js';
import { type DescribedOperation, ofDeletion, page, reading, waiting } from './operation.js';

/** Operations on jobs, and those that begin one for many repositories. */
export const ofJobs: readonly DescribedOperation[] = [
  {
    method: 'get',
    route: '/api/jobs',
    id: 'listJobs',
    tag: 'Jobs',
    summary: 'List jobs',
    description: 'Of all registries, the newest first.',
    query: jobsQuery,
    requestHeaders: reading,
    answers: { 200: { description: 'A page.', shape: ['Job'], headers: page } },
    errors: [404],
  },
  {
    method: 'get',
    route: '/api/jobs/:id',
    id: 'getJob',
    tag: 'Jobs',
    summary: 'Get a job',
    answers: { 200: { description: 'The job as it is now.', shape: 'Job' } },
    errors: [404],
  },
  {
    method: 'delete',
    route: '/api/jobs/:id',
    id: 'cancelJob',
    tag: 'Jobs',
    summary: 'Cancel a job',
    answers: { 200: { description: 'The job as it is then.', shape: 'Job' } },
    errors: [404, 409, 507],
  },
  {
    method: 'get',
    route: '/api/jobs/:id/pieces',
    id: 'listPieces',
    tag: 'Jobs',
    summary: 'List the pieces of a job',
    description: 'The jobs, each of one repository, of a deletion from many; of other jobs an empty list.',
    query: piecesQuery,
    requestHeaders: reading,
    answers: { 200: { description: 'A page.', shape: ['Job'], headers: page } },
    errors: [404],
  },
  {
    method: 'post',
    route: '/api/jobs/:id/undo',
    id: 'undoJob',
    tag: 'Jobs',
    summary: 'Undo a deletion',
    description: 'Puts back the tags that it took off, of all its pieces, as far as their images are there.',
    query: undoQuery,
    requestHeaders: ['Prefer'],
    answers: {
      200: { description: 'What can come back, of a dry run, and where nothing is left to be done.', shape: 'Undo' },
      202: waiting,
    },
    errors: ofDeletion,
  },
  {
    method: 'post',
    route: '/api/deletions',
    id: 'deleteSelection',
    tag: 'Jobs',
    summary: 'Delete tags from many repositories',
    description:
      'By one plan, which a dry run gives, and its token: up to 10,000 tags of 500 repositories, in one job.',
    body: 'Selection',
    answers: {
      200: { description: 'The plan, of a dry run.', shape: 'SelectionPlan' },
      202: { description: 'The job that deletes.', shape: 'Job', headers: ['Location'] },
    },
    errors: ofDeletion,
  },
];
