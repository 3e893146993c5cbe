import type { CommandResult } from '../command.js';
import { CommandError, exitCodes } from '../exit.js';
import { escapeControls } from '../table.js';
import { findTagHistory, restoreTag } from './documents.js';
import { formatAge } from './format.js';
import { confirm } from './options.js';
import type { RepositoryReference } from './reference.js';
import { assertDone } from './refusal.js';
import { foundRegistry, type Remote } from './remote.js';

export interface RestoreTagOptions {
  readonly digest?: string;
  readonly yes?: boolean;
}

/** Moves a tag back. One that is there is moved only from the digest it was shown to have, and after a question. */
export async function putBack(
  remote: Remote,
  { registry, repository, tag }: RepositoryReference & { readonly tag: string },
  options: RestoreTagOptions,
): Promise<CommandResult> {
  const answer = await remote.client.ask(findTagHistory, { registry, repository, tag });
  const { nodes } = foundRegistry(remote, answer.registry, registry).tagHistory;
  const present = nodes.find(({ until }) => until === null)?.digest;
  const former = options.digest ?? nodes.find(({ until, digest }) => until !== null && digest !== present)?.digest;
  const name = `${registry}/${repository}:${tag}`;
  if (former === undefined) throw new CommandError('NOT_FOUND', `Nothing is known that ${name} pointed to before.`);
  const since = nodes.find(({ digest }) => digest === former)?.until ?? null;
  const told = since === null ? '' : `, where it pointed until ${formatAge(since, remote.clock())}`;
  if (
    present !== undefined &&
    !(await confirm(remote, options.yes === true, `Move ${name} from ${present} to ${former}${told}?`))
  ) {
    return { data: { tag: null, previousDigest: null }, text: 'Nothing was done.\n', exitCode: exitCodes.refused };
  }
  const input = {
    registry,
    repository,
    tag,
    digest: former,
    ...(present !== undefined && { expectedDigest: present }),
  };
  const {
    restoreTag: { previousDigest, tag: restored, userErrors },
  } = await remote.client.ask(restoreTag, { input });
  assertDone(userErrors);
  return {
    data: { tag: restored, previousDigest },
    text: `${escapeControls(`${name} points to ${restored?.digest ?? former}`)} again.\n`,
  };
}
