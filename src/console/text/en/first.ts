import { common } from './common.js';
import { repositories } from './repositories.js';
import { shell } from './shell.js';
import { table } from './table.js';
import { views } from './views.js';

/** The texts of the first load: the frame and the list of repositories say these. A test holds them to that. */
export const first = {
  ...shell,
  ...common,
  ...repositories,
  ...views,
  ...table,
} as const;
