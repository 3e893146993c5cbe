import { z } from 'zod';
import { eventKinds } from '../domain/event.js';
import { jobKinds, jobStates } from '../domain/job.js';
import { errorCodes } from '../errors.js';
import { digest, exampleId as id, exampleTime as at, hex64, time, uuid, wholeNumber as count } from './wire.js';

const size = count.describe('Bytes, each distinct blob once.');

const imageId = '8c2e06607696bd4afb3d03b687e361cc43cf8ec1a4a725bc96e39f05ba97dd55';

export const registryAnswer = z
  .object({
    id: uuid.describe('Stays when the registry is renamed.'),
    name: z.string().describe('Its unique name.'),
    addr: z.string().describe('Its base address.'),
  })
  .meta({ examples: [{ id, name: 'local', addr: 'http://127.0.0.1:5000' }] })
  .describe('An attached registry.');

export const layerAnswer = z
  .object({
    id: hex64.describe('Of the digest, 64 hex digits.'),
    size: count.nullable().describe('Bytes, compressed; null: not known.'),
    created: time.optional().describe('When it was built, as the image says.'),
    os: z.string().optional().describe('`linux`.'),
    architecture: z.string().optional().describe('`amd64`.'),
    author: z.string().optional().describe('As the image says.'),
    container_config: z
      .object({ Cmd: z.array(z.string()).describe('The step of the build, one text.') })
      .optional()
      .describe('How it was made.'),
  })
  .describe('A layer, as far as the image says something of it.');

export const repositoryAnswer = z
  .object({
    name: z.string().describe('The full name.'),
    namespace: z
      .string()
      .describe('All before the last slash; `library` for a name without one, and `_` beside its twin.'),
    repository: z.string().describe('The last part of the name.'),
    tags: z
      .array(
        z.object({
          ID: z.string().describe('The id of its image, 64 hex digits; empty for a tag that could not be read.'),
          Name: z.string().describe('The tag.'),
        }),
      )
      .describe('By name.'),
    layers: z.array(layerAnswer).describe('Of all its images, each once.'),
    size: size.nullable(),
    error: z
      .object({ code: z.enum(errorCodes), message: z.string() })
      .optional()
      .describe('Why it was never read: such a repository is not empty.'),
  })
  .meta({
    examples: [
      {
        name: 'library/registry',
        namespace: 'library',
        repository: 'registry',
        tags: [{ ID: imageId, Name: 'latest' }],
        layers: [],
        size: 2433303,
      },
    ],
  })
  .describe('A repository in the documented form.');

const tagFields = {
  name: z.string().describe('The tag.'),
  digest: digest.nullable().describe('Of the manifest; null: it could not be read.'),
  image_id: z.string().nullable().describe('64 hex digits; null: not known.'),
  size: size.nullable().describe('Bytes of its image; null: not known.'),
  updated_at: time.describe('When it last moved.'),
  updated_at_source: z
    .enum(['NOTIFICATION', 'CHANGE_SEEN', 'IMAGE_CONFIG', 'FIRST_SEEN', 'RESTORED'])
    .describe('How that is known: what the registry told, what the gateway saw, or what the image says.'),
};

export const tagAnswer = z
  .object(tagFields)
  .meta({
    examples: [
      {
        name: 'latest',
        digest: `sha256:${imageId}`,
        image_id: imageId,
        size: 2433303,
        updated_at: at,
        updated_at_source: 'NOTIFICATION',
      },
    ],
  })
  .describe('A tag with what it points to.');

export const jobAnswer = z
  .object({
    id: uuid,
    kind: z.enum(jobKinds).describe('What is done.'),
    registry: z.string().nullable().describe('Its name; null: its pieces are of several.'),
    repository: z.string().nullable().describe('The full name; null: the whole registry, or many of them.'),
    state: z.enum(jobStates).describe('How far it is.'),
    done: count.describe('Pieces that are done.'),
    total: count.describe('Pieces in all, as far as is known.'),
    requested_by: z.string().describe('The account, or what in the gateway began it.'),
    cancelled_by: z.string().nullable().describe('The account that ended it; null: none did.'),
    parent: uuid.optional().describe('The job that it is a piece of.'),
    pieces: z
      .partialRecord(z.enum(jobStates), count)
      .optional()
      .describe('Of a job from many repositories: how many of its pieces are how far.'),
    approved_by: z.string().nullable().optional().describe('Of a deletion that needs approval: who gave it.'),
    approval_expires_at: time.optional().describe('Of such a deletion: until when it waits.'),
    failures: z
      .array(
        z.object({
          subject: z.string().describe('A repository, the registry, a tag or a digest.'),
          code: z.enum(errorCodes).describe('The stable code.'),
          message: z.string().describe('What happened.'),
        }),
      )
      .describe('The first hundred pieces that failed.'),
    failure_count: count.describe('How many failed.'),
    created_at: time,
    started_at: time.nullable().describe('When it was first worked on; null: it has not been.'),
    estimated_end_at: time
      .nullable()
      .describe('When it ends, if it goes on as fast as until now; null: too little is done to tell.'),
    finished_at: time.nullable().describe('null: it has not ended.'),
  })
  .meta({
    examples: [
      {
        id,
        kind: 'CRAWL',
        registry: 'local',
        repository: null,
        state: 'RUNNING',
        done: 3,
        total: 120,
        requested_by: 'ann',
        cancelled_by: null,
        failures: [],
        failure_count: 0,
        created_at: at,
        started_at: at,
        estimated_end_at: null,
        finished_at: null,
      },
    ],
  })
  .describe('Work that goes on without the request that began it.');

const place = { registry: z.string().describe("The registry's name.") };

export const searchAnswer = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('registry'), id: uuid, name: z.string(), addr: z.string() }),
    z.object({
      type: z.literal('repository'),
      ...place,
      name: z.string(),
      tag_count: count,
      size: size.nullable(),
      updated_at: time.nullable(),
    }),
    z.object({ type: z.literal('tag'), ...place, repository: z.string(), ...tagFields }),
    z.object({
      type: z.literal('image'),
      digest,
      kind: z.string(),
      media_type: z.string().nullable(),
      size: size.nullable(),
    }),
  ])
  .describe('Something that a search found.');

export const eventAnswer = z
  .object({
    id: z.string().describe('To go on after, as `after`.'),
    kind: z.enum(eventKinds),
    at: time,
    registry: z.string().describe('As it was called then.'),
    registry_id: uuid,
    repository: z.string().optional(),
    tag: z.string().optional(),
    digest: digest.optional(),
    former_digest: digest.optional(),
    tag_count: count.optional(),
    job_id: uuid.optional(),
    job_kind: z.enum(jobKinds).optional(),
    job_state: z.enum(jobStates).optional(),
    message: z.string().optional(),
  })
  .describe('Something that changed in the catalogue, as `data` of the stream has it.');

const fact = z.string().optional();

/** The form of http/failure.ts. Facts are added to `error`: clients pass over those that they do not know. */
export const problemAnswer = z
  .object({
    type: z.string().describe("Leads to the code's line of the documentation.").meta({ format: 'uri-reference' }),
    title: z.string().describe('What the code means.'),
    status: z.number().int().describe('The status of the answer.'),
    detail: z.string().optional().describe('The message again, for those who ask for `application/problem+json`.'),
    error: z
      .looseObject({
        code: z.enum(errorCodes).describe('Stable: codes are added, never renamed.'),
        message: z.string().describe('What happened, to what, and what to do next.'),
        requestId: uuid.describe('As in `X-Request-Id`, and in the log.'),
        retryable: z.boolean().describe('Asking again unchanged may help.'),
        retryAfter: count.optional().describe('Seconds to wait before that.'),
        path: z.array(z.string()).optional().describe('The parameter, or the key of the body, that is wrong.'),
        hint: fact.describe('The remedy.'),
        registry: fact.describe('The registry that failed.'),
      })
      .describe('In the form of the gateway.'),
  })
  .meta({
    examples: [
      {
        type: '/explorer/errors.html#NOT_FOUND',
        title: 'There is no such thing.',
        status: 404,
        error: {
          code: 'NOT_FOUND',
          message: 'No registry is attached as "nowhere".',
          retryable: false,
          requestId: '2f1c0d5e-0d0c-4b4e-9d55-3d4c1b0a9f10',
        },
      },
    ],
  })
  .describe('A problem (RFC 9457), with the error in the form of the gateway.');
