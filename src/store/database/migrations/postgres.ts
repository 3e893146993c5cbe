import { Migration20261127170321_initial } from './postgres/Migration20261127170321_initial.js';
import { Migration20261127194940_leases } from './postgres/Migration20261127194940_leases.js';
import { Migration20261127200000_generations } from './postgres/Migration20261127200000_generations.js';

/** In the order they run. A migration that was released is never edited. */
export const postgresMigrations = [
  { name: 'Migration20261127170321_initial', class: Migration20261127170321_initial },
  { name: 'Migration20261127194940_leases', class: Migration20261127194940_leases },
  { name: 'Migration20261127200000_generations', class: Migration20261127200000_generations },
];
