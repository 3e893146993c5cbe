import { overview } from './overview.js';
import { activity } from './activity.js';
import { access } from './access.js';
import { webhooks } from './webhooks.js';
import { audit } from './audit.js';
import { me } from './me.js';
import { settings } from './settings.js';
import { repository } from './repository.js';
import { image } from './image.js';
import { compare } from './compare.js';
import { deletion } from './deletion.js';
import { jobs } from './jobs.js';
import { trash } from './trash.js';
import { registries } from './registries.js';
import { search } from './search.js';
import { rules } from './rules.js';
import { first } from './first.js';

/** All texts in English, by their names: the console's own language. */
export const en = {
  ...first,
  ...overview,
  ...activity,
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
  ...trash,
  ...registries,
  ...search,
  ...rules,
} as const;
