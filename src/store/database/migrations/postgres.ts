import { Migration20261127170321_initial } from './postgres/Migration20261127170321_initial.js';

/** In the order they run. A migration that was released is never edited. */
export const postgresMigrations = [{ name: 'Migration20261127170321_initial', class: Migration20261127170321_initial }];
