import type { Migration } from '@mikro-orm/migrations';
import { Migration20261127170321_initial } from './postgres/Migration20261127170321_initial.js';
import { Migration20261127194940_leases } from './postgres/Migration20261127194940_leases.js';
import { Migration20261127200000_generations } from './postgres/Migration20261127200000_generations.js';
import { Migration20261127200458_accounts } from './postgres/Migration20261127200458_accounts.js';
import { Migration20261127203000_eventorder } from './postgres/Migration20261127203000_eventorder.js';
import { Migration20261127204300_search } from './postgres/Migration20261127204300_search.js';
import { Migration20261127204500_webhooks } from './postgres/Migration20261127204500_webhooks.js';
import { Migration20261127205500_loginguesses } from './postgres/Migration20261127205500_loginguesses.js';
import { Migration20261127211412_crawl_requests } from './postgres/Migration20261127211412_crawl_requests.js';
import { Migration20261127215500_webhookversion } from './postgres/Migration20261127215500_webhookversion.js';
import { Migration20261127220038_tokenmakers } from './postgres/Migration20261127220038_tokenmakers.js';
import { Migration20261127234222_grants } from './postgres/Migration20261127234222_grants.js';
import { Migration20261127234643_patterns } from './postgres/Migration20261127234643_patterns.js';
import { Migration20261128000015_confirmedfrom } from './postgres/Migration20261128000015_confirmedfrom.js';
import { Migration20261128003000_searchnames } from './postgres/Migration20261128003000_searchnames.js';
import { Migration20261128005000_repositoryorders } from './postgres/Migration20261128005000_repositoryorders.js';
import { Migration20261128033128_identities } from './postgres/Migration20261128033128_identities.js';
import { Migration20261128041240_approvals } from './postgres/Migration20261128041240_approvals.js';
import { Migration20261128114946_tagtimes } from './postgres/Migration20261128114946_tagtimes.js';
import { Migration20261128115511_beginnings } from './postgres/Migration20261128115511_beginnings.js';
import { Migration20261128145526_samples } from './postgres/Migration20261128145526_samples.js';
import { Migration20261128182639_stacks } from './postgres/Migration20261128182639_stacks.js';
import { Migration20261128223015_preferences } from './postgres/Migration20261128223015_preferences.js';
import { Migration20261129014500_lastevent } from './postgres/Migration20261129014500_lastevent.js';

export interface PostgresMigration {
  readonly name: string;
  readonly class: new (...parts: ConstructorParameters<typeof Migration>) => Migration;
  /**
   * Of one that takes something away, the newest migration of the version that stopped using it: who does not know that
   * one cannot work from here on. Left out: it only adds, and who knew the tables before goes on with them.
   */
  readonly needs?: string;
}
import { Migration20261128144709_pullhost } from './postgres/Migration20261128144709_pullhost.js';
import { Migration20261128220812_wholes } from './postgres/Migration20261128220812_wholes.js';
import { Migration20261129013313_takenup } from './postgres/Migration20261129013313_takenup.js';
import { Migration20261129023659_holders } from './postgres/Migration20261129023659_holders.js';

/** In the order they run. A migration that was released is never edited. */
export const postgresMigrations: PostgresMigration[] = [
  { name: 'Migration20261127170321_initial', class: Migration20261127170321_initial },
  { name: 'Migration20261127194940_leases', class: Migration20261127194940_leases },
  { name: 'Migration20261127200000_generations', class: Migration20261127200000_generations },
  { name: 'Migration20261127200458_accounts', class: Migration20261127200458_accounts },
  { name: 'Migration20261127203000_eventorder', class: Migration20261127203000_eventorder },
  { name: 'Migration20261127204300_search', class: Migration20261127204300_search },
  { name: 'Migration20261127204500_webhooks', class: Migration20261127204500_webhooks },
  { name: 'Migration20261127205500_loginguesses', class: Migration20261127205500_loginguesses },
  { name: 'Migration20261127211412_crawl_requests', class: Migration20261127211412_crawl_requests },
  { name: 'Migration20261127215500_webhookversion', class: Migration20261127215500_webhookversion },
  { name: 'Migration20261127220038_tokenmakers', class: Migration20261127220038_tokenmakers },
  { name: 'Migration20261127234222_grants', class: Migration20261127234222_grants },
  { name: 'Migration20261127234643_patterns', class: Migration20261127234643_patterns },
  { name: 'Migration20261128000015_confirmedfrom', class: Migration20261128000015_confirmedfrom },
  { name: 'Migration20261128003000_searchnames', class: Migration20261128003000_searchnames },
  { name: 'Migration20261128005000_repositoryorders', class: Migration20261128005000_repositoryorders },
  { name: 'Migration20261128033128_identities', class: Migration20261128033128_identities },
  { name: 'Migration20261128041240_approvals', class: Migration20261128041240_approvals },
  { name: 'Migration20261128114946_tagtimes', class: Migration20261128114946_tagtimes },
  { name: 'Migration20261128115511_beginnings', class: Migration20261128115511_beginnings },
  { name: 'Migration20261128144709_pullhost', class: Migration20261128144709_pullhost },
  { name: 'Migration20261128145526_samples', class: Migration20261128145526_samples },
  { name: 'Migration20261128182639_stacks', class: Migration20261128182639_stacks },
  { name: 'Migration20261128220812_wholes', class: Migration20261128220812_wholes },
  { name: 'Migration20261128223015_preferences', class: Migration20261128223015_preferences },
  { name: 'Migration20261129013313_takenup', class: Migration20261129013313_takenup },
  { name: 'Migration20261129014500_lastevent', class: Migration20261129014500_lastevent },
  { name: 'Migration20261129023659_holders', class: Migration20261129023659_holders },
];
