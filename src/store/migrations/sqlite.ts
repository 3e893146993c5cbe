import { Migration20261123152023_initial } from './sqlite/Migration20261123152023_initial.js';

/** In the order they run. A migration that was released is never edited. */
export const sqliteMigrations = [{ name: 'Migration20261123152023_initial', class: Migration20261123152023_initial }];
