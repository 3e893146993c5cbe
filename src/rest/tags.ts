import type { FastifyInstance } from 'fastify';
import type { tagAnswer } from './answers.js';
import type { Shaped } from './wire.js';
import { type CsvCell, csvPageSize, csvType, type CsvPage, wantsTable, writeTable } from './csv.js';
import { assertNoBody } from './input.js';
import { locateJob, sendJob } from './jobs.js';
import { readCandidates } from './library.js';
import * as operations from './operations.js';
import { assertNoUserErrors, assertRead, type OperationResult } from './outcome.js';
import { endOf, type PageData } from './paging.js';
import { findName, type PlanData, readWait, shapePlan, shapeRefusal } from './plans.js';
import { readAt, readQuery, readWriteQuery, tagDeletionQuery, tagQuery, tagsQuery, toOrder } from './queries.js';
import type { RestAnswer, RestList, RunFor, SendRead } from './reads.js';
import type { FreshnessData } from './shapes.js';

interface TagsRoute {
  readonly Params: { readonly name: string };
}
interface TagRoute {
  readonly Params: { readonly name: string; readonly tag: string };
}

/** As it is selected. */
export interface TagData {
  readonly name: string;
  readonly digest: string | null;
  readonly imageId: string | null;
  readonly size: number | null;
  readonly updatedAt: string;
  readonly updatedAtSource: Shaped<typeof tagAnswer>['updated_at_source'];
}

interface RepositoryData {
  readonly name: string;
  readonly freshness: FreshnessData;
}
interface TagsData {
  readonly repository: (RepositoryData & { readonly tags: { readonly nodes: readonly TagData[] } & PageData }) | null;
}
interface OneTagData {
  readonly repository: (RepositoryData & { readonly tag: TagData | null }) | null;
}
interface TagDeletionData {
  readonly deleteTags: {
    readonly job: { readonly id: string; readonly state: string } | null;
    readonly plan: PlanData | null;
  } | null;
}

/**
 * Tags of a repository, which is a parameter. As a part of the path it could not be told from them: names have slashes,
 * `team/tags` is one, and another push would give an address another meaning, that of a deletion too.
 */
export function registerTags(server: FastifyInstance, read: SendRead, run: RunFor): void {
  registerTagReads(server, read);

  server.delete<TagRoute>('/api/registries/:name/tags/:tag', async (request, reply) => {
    const { name: registry, tag } = request.params;
    const query = readWriteQuery(tagDeletionQuery, request, 'A deletion');
    const [dryRun, withSiblings] = [query.dry_run === 'true', query.with_siblings === 'true'];
    const planToken = query.plan_token;
    assertNoBody(request, 'A deletion');
    const wait = readWait(request, reply);
    const repository = await findName(request, run, registry, query.repository);
    const input = { registry, repository, tags: [tag], dryRun, planToken, withSiblings, wait };
    const outcome = await run<TagDeletionData>(request, operations.deleteTags, { input });
    const { job, plan } = outcome.data?.deleteTags ?? { job: null, plan: null };
    // Of one that failed too: its job tells what is left, and why.
    if (job) reply.header('location', locateJob(request, job.id));
    if (dryRun && plan) return reply.send({ ...shapePlan(plan), ...shapeRefusal(outcome) });
    assertNoUserErrors(outcome);
    if (job!.state === 'SUCCEEDED') return reply.code(204).removeHeader('location').send();
    return sendJob(request, reply.code(202), job!.id, run);
  });
}

function registerTagReads(server: FastifyInstance, read: SendRead): void {
  server.get<TagsRoute>('/api/registries/:name/tags', (request, reply) => {
    const { name: registry } = request.params;
    const query = readQuery(tagsQuery, request, 'A list of tags');
    const { repository, limit, cursor, name_contains: nameContains } = query;
    const orderBy = toOrder(query.order ?? 'name');
    const isTable = wantsTable(request, query);
    return read(request, reply, ({ run, pace }) =>
      readCandidates(repository, async (name): Promise<RestAnswer | RestList> => {
        const first = isTable ? csvPageSize : limit;
        const variables = { registry, name, first, filter: { nameContains }, orderBy };
        const readPage = async (after: string | null): Promise<TagsPage> => {
          const outcome = await run<TagsData>(operations.getTags, { ...variables, after });
          return { outcome, found: assertRead(outcome, outcome.data?.repository) };
        };
        const page = await readAt(cursor, readPage, { name: 'repository' });
        if (isTable) return openTable(registry, page, readPage, pace);
        const { outcome, found } = page;
        const { tags, ...of } = found;
        const next = endOf(tags);
        return { body: tags.nodes.map(shapeTag), isWhole: !outcome.errors, next, ...tellOf(registry, of) };
      }),
    );
  });

  server.get<TagRoute>('/api/registries/:name/tags/:tag', (request, reply) => {
    const { name: registry, tag } = request.params;
    const { repository } = readQuery(tagQuery, request, 'A tag');
    return read(request, reply, ({ run }) =>
      readCandidates(repository, async (name) => {
        const outcome = await run<OneTagData>(operations.getTag, { registry, name, tag });
        const found = assertRead(outcome, outcome.data?.repository);
        const body = shapeTag(assertRead(outcome, found.tag));
        return { body, isWhole: !outcome.errors, ...tellOf(registry, found) };
      }),
    );
  });
}

interface TagsPage {
  readonly outcome: OperationResult<TagsData>;
  readonly found: NonNullable<TagsData['repository']>;
}

const columns = ['name', 'digest', 'image_id', 'size', 'updated_at', 'updated_at_source'] as const;

/** All tags that fit, as a table with the keys of a tag as its columns. */
function openTable(
  registry: string,
  first: TagsPage,
  readPage: (after: string | null) => Promise<TagsPage>,
  pace: () => Promise<void>,
): RestList {
  let isWhole = true;
  const toPage = ({ outcome, found: { tags } }: TagsPage): CsvPage => {
    isWhole &&= !outcome.errors;
    const rows = tags.nodes.map(shapeTag).map((tag) => columns.map((column) => toCell(tag[column])));
    return { rows, next: endOf(tags) };
  };
  const pieces = writeTable(columns, toPage(first), async (after) => toPage(await readPage(after)), pace);
  return { pieces, contentType: csvType, isWhole: () => isWhole, bytes: 0, ...tellOf(registry, first.found) };
}

function toCell(value: string | number | Date | null): CsvCell {
  return value instanceof Date ? value.toISOString() : value;
}

function tellOf(registry: string, { name, freshness }: RepositoryData) {
  return { freshness, of: `${registry}/${name}` };
}

/** The JSON of a tag; `image_id` is 64 hex digits. */
export function shapeTag({
  name,
  digest,
  imageId,
  size,
  updatedAt,
  updatedAtSource,
}: TagData): Shaped<typeof tagAnswer> {
  return { name, digest, image_id: imageId, size, updated_at: updatedAt, updated_at_source: updatedAtSource };
}
