import type { Catalogue } from '../texts.js';
import { access } from './access.js';
import { webhooks } from './webhooks.js';
import { activity } from './activity.js';
import { audit } from './audit.js';
import { common } from './common.js';
import { me } from './me.js';
import { deletion } from './deletion.js';
import { jobs } from './jobs.js';
import { compare } from './compare.js';
import { image } from './image.js';
import { registries } from './registries.js';
import { overview } from './overview.js';
import { repositories } from './repositories.js';
import { repository } from './repository.js';
import { rules } from './rules.js';
import { search } from './search.js';
import { settings } from './settings.js';
import { shell } from './shell.js';
import { table } from './table.js';
import { trash } from './trash.js';
import { views } from './views.js';

/** All texts in German. */
export const de: Catalogue = {
  ...shell,
  ...common,
  ...overview,
  ...activity,
  ...repositories,
  ...access,
  ...webhooks,
  ...audit,
  ...me,
  ...settings,
  ...repository,
  ...image,
  ...compare,
  ...deletion,
  ...jobs,
  ...table,
  ...trash,
  ...registries,
  ...search,
  ...views,
  ...rules,
};
