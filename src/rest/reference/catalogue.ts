import { eventsQuery, jobsQuery, refreshQuery, repositoriesQuery, searchQuery } from '../queries.js';
import { deletionQuery, repositoryQuery, tagDeletionQuery, tagQuery, tagsQuery } from '../queries.js';
import { type DescribedAnswer, type DescribedOperation, fresh, nothing, ofDeletion, ofRegistry } from './operation.js';

const reading = ['Cache-Control', 'If-None-Match'] as const;
const page = [...fresh, 'Link'] as const;
const waiting: DescribedAnswer = {
  description: 'It goes on, or waits for an approval: the job, and where it is read.',
  shape: 'Job',
  headers: ['Location', 'Preference-Applied'],
};

const ofRegistries: readonly DescribedOperation[] = [
  {
    method: 'get',
    route: '/api/registries',
    id: 'listRegistries',
    tag: 'Registries',
    summary: 'List registries',
    description: 'Those that are attached, by name.',
    requestHeaders: reading,
    answers: { 200: { description: 'All of them.', shape: ['Registry'], headers: page } },
  },
  {
    method: 'post',
    route: '/api/registries',
    id: 'attachRegistry',
    tag: 'Registries',
    summary: 'Attach a registry',
    description: 'The connection is tested first. Keys that are not known are left alone.',
    body: 'NewRegistry',
    answers: { 204: nothing },
    errors: [...ofRegistry, 423, 507],
  },
  {
    method: 'get',
    route: '/api/registries/:name',
    id: 'getRegistry',
    tag: 'Registries',
    summary: 'Get a registry',
    requestHeaders: reading,
    answers: { 200: { description: 'The registry.', shape: 'Registry', headers: fresh } },
    errors: [404],
  },
  {
    method: 'patch',
    route: '/api/registries/:name',
    id: 'changeRegistry',
    tag: 'Registries',
    summary: 'Change a registry',
    description: 'The changed settings are tested before they are kept.',
    body: 'RegistryChanges',
    answers: { 200: { description: 'The registry as it is now.', shape: 'Registry' } },
    errors: [...ofRegistry, 423, 507],
  },
  {
    method: 'delete',
    route: '/api/registries/:name',
    id: 'detachRegistry',
    tag: 'Registries',
    summary: 'Detach a registry',
    description: 'What was known of it is forgotten. The registry itself is not touched.',
    answers: { 204: nothing },
    errors: [404, 409, 507],
  },
  {
    method: 'post',
    route: '/api/registries/:name/refresh',
    id: 'refresh',
    tag: 'Registries',
    summary: 'Read a registry or a repository again',
    description: 'Each at most once in ten seconds, whoever asks: who comes while it is being read joins that.',
    query: refreshQuery,
    answers: {
      202: {
        description: 'The registry is being read: the job, and where that is.',
        shape: 'Job',
        headers: ['Location'],
      },
      204: { description: 'The repository was read, or ten seconds are over.' },
    },
    errors: [...ofRegistry, 507],
  },
];

const ofRepositories: readonly DescribedOperation[] = [
  {
    method: 'get',
    route: '/api/registries/:name/repositories',
    id: 'listRepositories',
    tag: 'Repositories',
    summary: 'List repositories',
    description: 'Whole, by name; a page where any parameter is given. Those without tags are not shown.',
    query: repositoriesQuery,
    requestHeaders: reading,
    answers: { 200: { description: 'All of them, or a page.', shape: ['Repository'], headers: page } },
    errors: ofRegistry,
  },
  {
    method: 'get',
    route: '/api/registries/:name/repositories/*',
    id: 'getRepository',
    tag: 'Repositories',
    summary: 'Get a repository',
    query: repositoryQuery,
    requestHeaders: reading,
    answers: { 200: { description: 'The repository.', shape: 'RepositoryOrJob', headers: fresh } },
    errors: ofRegistry,
  },
  {
    method: 'delete',
    route: '/api/registries/:name/repositories/*',
    id: 'deleteRepository',
    tag: 'Repositories',
    summary: 'Delete a repository',
    description: 'With all its tags and images. What takes longer than eight seconds goes on as a job.',
    query: deletionQuery,
    requestHeaders: ['Prefer'],
    answers: {
      200: { description: 'The plan, of a dry run.', shape: 'DeletionPlan' },
      202: waiting,
      204: { description: 'The registry shows that all of it is gone.', headers: ['Preference-Applied'] },
    },
    errors: ofDeletion,
  },
];

const ofTags: readonly DescribedOperation[] = [
  {
    method: 'get',
    route: '/api/registries/:name/tags',
    id: 'listTags',
    tag: 'Tags',
    summary: 'List the tags of a repository',
    query: tagsQuery,
    requestHeaders: reading,
    answers: { 200: { description: 'A page.', shape: ['Tag'], headers: page } },
    errors: ofRegistry,
  },
  {
    method: 'get',
    route: '/api/registries/:name/tags/:tag',
    id: 'getTag',
    tag: 'Tags',
    summary: 'Get a tag',
    query: tagQuery,
    requestHeaders: reading,
    answers: { 200: { description: 'The tag.', shape: 'Tag', headers: fresh } },
    errors: ofRegistry,
  },
  {
    method: 'delete',
    route: '/api/registries/:name/tags/:tag',
    id: 'deleteTag',
    tag: 'Tags',
    summary: 'Delete a tag',
    description: 'That one alone. What takes longer than eight seconds goes on as a job.',
    query: tagDeletionQuery,
    requestHeaders: ['Prefer'],
    answers: {
      200: { description: 'The plan, of a dry run.', shape: 'DeletionPlan' },
      202: waiting,
      204: { description: 'The registry shows that it is gone.', headers: ['Preference-Applied'] },
    },
    errors: ofDeletion,
  },
];

const ofJobs: readonly DescribedOperation[] = [
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
];

const others: readonly DescribedOperation[] = [
  {
    method: 'get',
    route: '/api/search',
    id: 'search',
    tag: 'Search and events',
    summary: 'Search all registries',
    description: 'By names, parts of them, digests and references; the best match first.',
    query: searchQuery,
    requestHeaders: reading,
    answers: { 200: { description: 'A page.', shape: ['SearchResult'], headers: page } },
  },
  {
    method: 'get',
    route: '/api/events',
    id: 'streamEvents',
    tag: 'Search and events',
    summary: 'Follow events',
    description: 'As they happen, as server-sent events: each `data` is an `Event` in JSON.',
    query: eventsQuery,
    requestHeaders: ['Last-Event-ID'],
    answers: { 200: { description: 'The stream, until either side ends it.', contentType: 'text/event-stream' } },
    errors: [404, 406, 410],
  },
];

/** Operations on registries, and on what they hold. */
export const ofCatalogue = [...ofRegistries, ...ofRepositories, ...ofTags, ...ofJobs, ...others];
