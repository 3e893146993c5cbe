// Lists, searches, plans a deletion, deletes, follows the job, and puts back what it deleted:
//
//   npm run demo                                    (in another terminal: it prints the address, the name and the password)
//   node examples/client/main.ts http://localhost:4000 admin <password>
import { execute, logIn, type Connection } from './client.ts';
import {
  DeletePlannedDocument,
  FollowJobDocument,
  type FollowJobQuery,
  ListPageDocument,
  PlanPageDocument,
  RestoreTagDocument,
  SearchPageDocument,
  TagsPageDocument,
} from './gql/graphql.ts';

const [url = 'http://localhost:4000', username = 'admin', password = ''] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const gateway = await logIn(url, username, password);

const { repositories } = await execute(gateway, ListPageDocument, {
  orderBy: { field: 'SIZE', direction: 'DESC' },
  first: 5,
});
say(`The largest of ${repositories?.totalCount} repositories:`);
for (const { registry, name, tagCount, size } of repositories?.nodes ?? [])
  say(`  ${registry.name}/${name}: ${tagCount} tags, ${size} bytes`);

const largest = repositories?.nodes[0];
if (!largest) throw new Error('There is no repository.');
const place = { registry: largest.registry.name, repository: largest.name };

const { search } = await execute(gateway, SearchPageDocument, { text: largest.name, types: ['REPOSITORY', 'TAG'] });
say(`A search for ${largest.name} finds: ${search?.counts.map(({ type, count }) => `${count} ${type}`).join(', ')}`);

const { repository } = await execute(gateway, TagsPageDocument, { ...place, first: 100 });
// One that is alone on its image, or else the oldest: its siblings stay.
const tags = repository?.tags.nodes ?? [];
const doomed = tags.findLast(({ siblingCount }) => siblingCount === 0) ?? tags.at(-1);
if (!doomed) throw new Error(`${largest.name} has no tag.`);

const planned = await execute(gateway, PlanPageDocument, { ...place, tags: [doomed.name] });
const { plan, userErrors } = planned.deleteTags ?? {};
if (!plan) throw new Error(`Nothing can be planned: ${userErrors?.map(({ message }) => message).join(' ')}`);
say(`To delete ${doomed.name} takes ${plan.manifestCount} manifests away, and gives ${plan.reclaimable} bytes back.`);

const begun = await execute(gateway, DeletePlannedDocument, { ...place, tags: [doomed.name], token: plan.token });
const id = begun.deleteTags?.job?.id;
if (id === undefined) throw new Error(begun.deleteTags?.userErrors.map(({ message }) => message).join(' '));
const job = await follow(gateway, id);
say(`The job ${job.state}: ${job.deletedTagIds.length} tag is gone, which a cache takes out by its id.`);

const restored = await execute(gateway, RestoreTagDocument, { ...place, tag: doomed.name });
say(`${restored.restoreTag?.tag?.name} is back on ${restored.restoreTag?.tag?.digest}.`);

/** Asks for the job until it has ended. */
async function follow(connection: Connection, job: string): Promise<NonNullable<FollowJobQuery['job']>> {
  for (;;) {
    const found = await execute(connection, FollowJobDocument, { id: job });
    if (!found.job) throw new Error('The job is gone.');
    if (found.job.finishedAt) return found.job;
    say(`  ${found.job.done} of ${found.job.total}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
