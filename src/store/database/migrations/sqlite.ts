import { Migration20261123152023_initial } from './sqlite/Migration20261123152023_initial.js';
import { Migration20261123160000_search } from './sqlite/Migration20261123160000_search.js';
import { Migration20261123161721_referrers } from './sqlite/Migration20261123161721_referrers.js';
import { Migration20261123163104_deletion_intents } from './sqlite/Migration20261123163104_deletion_intents.js';
import { Migration20261123164159_absent_content } from './sqlite/Migration20261123164159_absent_content.js';
import { Migration20261124000357_trust } from './sqlite/Migration20261124000357_trust.js';
import { Migration20261124002322_steps } from './sqlite/Migration20261124002322_steps.js';
import { Migration20261126223612_ages } from './sqlite/Migration20261126223612_ages.js';
import { Migration20261126225022_unreadable } from './sqlite/Migration20261126225022_unreadable.js';
import { Migration20261126225029_followed } from './sqlite/Migration20261126225029_followed.js';
import { Migration20261126231633_clientcertificates } from './sqlite/Migration20261126231633_clientcertificates.js';
import { Migration20261126232500_tags_first } from './sqlite/Migration20261126232500_tags_first.js';
import { Migration20261127000808_dropped } from './sqlite/Migration20261127000808_dropped.js';
import { Migration20261127021700_pruning } from './sqlite/Migration20261127021700_pruning.js';
import { Migration20261127072117_registry_proxies } from './sqlite/Migration20261127072117_registry_proxies.js';
import { Migration20261127132529_tagimages } from './sqlite/Migration20261127132529_tagimages.js';
import { Migration20261127162844_events } from './sqlite/Migration20261127162844_events.js';
import { Migration20261127171800_tagsversion } from './sqlite/Migration20261127171800_tagsversion.js';
import { Migration20261127194940_leases } from './sqlite/Migration20261127194940_leases.js';
import { Migration20261127200458_accounts } from './sqlite/Migration20261127200458_accounts.js';
import { Migration20261127204500_webhooks } from './sqlite/Migration20261127204500_webhooks.js';
import { Migration20261127211412_crawl_requests } from './sqlite/Migration20261127211412_crawl_requests.js';

/** In the order they run. A migration that was released is never edited. */
export const sqliteMigrations = [
  { name: 'Migration20261123152023_initial', class: Migration20261123152023_initial },
  { name: 'Migration20261123160000_search', class: Migration20261123160000_search },
  { name: 'Migration20261123161721_referrers', class: Migration20261123161721_referrers },
  { name: 'Migration20261123163104_deletion_intents', class: Migration20261123163104_deletion_intents },
  { name: 'Migration20261123164159_absent_content', class: Migration20261123164159_absent_content },
  { name: 'Migration20261124000357_trust', class: Migration20261124000357_trust },
  { name: 'Migration20261124002322_steps', class: Migration20261124002322_steps },
  { name: 'Migration20261126223612_ages', class: Migration20261126223612_ages },
  { name: 'Migration20261126225022_unreadable', class: Migration20261126225022_unreadable },
  { name: 'Migration20261126225029_followed', class: Migration20261126225029_followed },
  { name: 'Migration20261126231633_clientcertificates', class: Migration20261126231633_clientcertificates },
  { name: 'Migration20261126232500_tags_first', class: Migration20261126232500_tags_first },
  { name: 'Migration20261127000808_dropped', class: Migration20261127000808_dropped },
  { name: 'Migration20261127021700_pruning', class: Migration20261127021700_pruning },
  { name: 'Migration20261127072117_registry_proxies', class: Migration20261127072117_registry_proxies },
  { name: 'Migration20261127132529_tagimages', class: Migration20261127132529_tagimages },
  { name: 'Migration20261127162844_events', class: Migration20261127162844_events },
  { name: 'Migration20261127171800_tagsversion', class: Migration20261127171800_tagsversion },
  { name: 'Migration20261127194940_leases', class: Migration20261127194940_leases },
  { name: 'Migration20261127200458_accounts', class: Migration20261127200458_accounts },
  { name: 'Migration20261127204500_webhooks', class: Migration20261127204500_webhooks },
  { name: 'Migration20261127211412_crawl_requests', class: Migration20261127211412_crawl_requests },
];
