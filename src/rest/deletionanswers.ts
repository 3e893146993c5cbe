import { z } from 'zod';
import { errorCodes } from '../errors.js';
import { digest, time, wholeNumber as count } from './wire.js';

const refusalAnswer = z.object({ code: z.enum(errorCodes), message: z.string(), hint: z.string().optional() });

const goingTags = z.array(
  z.object({ Name: z.string().describe('The tag.'), digest: digest.nullable().describe('Of its manifest.') }),
);

export const planAnswer = z
  .object({
    tags: goingTags.describe('All that would go.'),
    manifests: z.array(digest).describe('Those that would go with them.'),
    method: z.string().describe('How the registry would be asked.'),
    reclaimable: count.nullable().describe('Bytes that nothing else uses then.'),
    upstream_requests: count.describe('About how many requests it takes.'),
    needs_approval: z.literal(true).optional().describe('A second person has to approve it.'),
    plan_token: z.string().describe('Executes just this plan, as `plan_token`.'),
    expires_at: time.describe('Until then the token is taken.'),
    error: refusalAnswer.optional().describe('What the execution would be refused with.'),
  })
  .describe('What a deletion would take, and touch. Nothing was touched.');

export const selectionAnswer = z
  .object({
    tag_count: count.describe('Tags that would go.'),
    manifest_count: count.describe('Manifests that would go, in each repository each once.'),
    repository_count: count.describe('Repositories that they would go from.'),
    protected_tag_count: count.describe('Tags that fit and stay, as a rule protects them.'),
    unknown_tag_count: count.describe('Tags that fit and stay, as it is not known what they point to.'),
    unread_repository_count: count.describe('Repositories, of those with a tag that fits, that were never read whole.'),
    reclaimable: count.describe('Bytes that nothing else uses then, at the least.'),
    upstream_requests: count.describe('About how many requests it takes.'),
    confirmed_at: time.nullable().describe('The age of what this is made of; null: nothing was read whole.'),
    repositories: z
      .array(
        z.object({
          registry: z.string().describe('The name of its registry.'),
          repository: z.string().describe('Its full name.'),
          tags: goingTags.describe('Those that would go.'),
          manifest_count: count.describe('Manifests that would go with them.'),
          reclaimable: count.describe('Bytes that nothing else uses then, of this alone.'),
          needs_approval: z.literal(true).optional().describe('A second person has to approve it.'),
        }),
      )
      .describe('Where tags would go, the one with the most of them first.'),
    plan_token: z.string().describe('Executes just this plan, as `plan_token`.'),
    expires_at: time.describe('Until then the token is taken.'),
    error: refusalAnswer.optional().describe('What the execution would be refused with.'),
  })
  .describe('What a deletion from many repositories would take, by the index. Nothing was touched.');

export const undoAnswer = z
  .object({
    tag_count: count.describe('Tags that the deletion took off.'),
    restorable: count.describe('Of these, those that can come back.'),
    unknown: count.describe('Those of which it is not known: they are tried.'),
    present: count.describe('Those that are there again, on the same image.'),
    moved: count.describe('Those that are there, and point elsewhere: they are left.'),
    gone: count.describe('Those whose image the registry no longer has.'),
  })
  .describe('What of a deletion can come back. Nothing was begun.');
