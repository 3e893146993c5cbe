import type { RepositoryGlob } from '../../domain/glob.js';
import { coversPlace, type GrantedPlace, meetsPlace } from '../../domain/grant.js';
import type { Registry } from '../../domain/registry.js';
import type { Database } from '../../store/database/database.js';
import type { SeenTables } from '../../store/database/seentables.js';
import type { Keyring } from '../../store/keys/keyring.js';
import { RegistryStore } from '../../store/registries/registries.js';
import type { RegistryState } from '../../store/registries/state.js';
import { isWholeRegistry } from '../visibility.js';

export interface SeenRegistriesParts {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly registries: RegistryStore;
  readonly tables: SeenTables;
  readonly places: readonly GrantedPlace[];
}

/**
 * The registries of which somebody sees something, without what tells of the rest: rules about places that are not
 * theirs, names that were left out, and sizes, which are counted of what is seen where they are asked for.
 */
export class SeenRegistries extends RegistryStore {
  readonly #parts: SeenRegistriesParts;
  /** As of a generation. */
  #seen: { readonly generation: number; readonly registries: Promise<Registry[]> } | null = null;
  readonly #states = new WeakMap<RegistryState, RegistryState>();
  /** The state that each was made from. */
  readonly #origins = new WeakMap<RegistryState, RegistryState>();

  constructor(parts: SeenRegistriesParts) {
    super(parts.database, parts.keyring);
    this.#parts = parts;
  }

  override list(): Promise<Registry[]> {
    const { value } = this.#parts.database.generation;
    if (this.#seen?.generation === value) return this.#seen.registries;
    const registries = this.#read();
    this.#seen = { generation: value, registries };
    registries.catch(() => (this.#seen = null));
    return registries;
  }

  override async states(ids: readonly string[]): Promise<Map<string, RegistryState>> {
    const seen = new Set((await this.list()).map(({ id }) => id));
    const states = await this.#parts.registries.states(ids.filter((id) => seen.has(id)));
    return new Map([...states].map(([id, state]) => [id, this.#show(id, state)]));
  }

  override isCurrent(id: string, state: RegistryState): boolean {
    return this.#parts.registries.isCurrent(id, this.#origins.get(state) ?? state);
  }

  async #read(): Promise<Registry[]> {
    const { registries, tables } = this.#parts;
    const [all, rows] = await Promise.all([
      registries.list(),
      tables.kysely.selectFrom('registry').select('id').execute(),
    ]);
    const seen = new Set(rows.map(({ id }) => id));
    return all.filter(({ id }) => seen.has(id)).map((registry) => this.#showRegistry(registry));
  }

  #showRegistry(registry: Registry): Registry {
    const { id, protection, approvals } = registry;
    return {
      ...registry,
      protection: protection.filter((rule) => this.#isOfSeen(id, rule.repository)),
      approvals: approvals.filter((rule) => this.#isOfSeen(id, rule.repository)),
    };
  }

  #show(id: string, state: RegistryState): RegistryState {
    if (this.#parts.places.some((place) => isWholeRegistry(place, id))) return state;
    const known = this.#states.get(state);
    if (known) return known;
    const rules = state.retention.rules.filter(({ repository }) => this.#isCovered(id, repository));
    const shown: RegistryState = {
      ...state,
      droppedNames: 0,
      droppedNameExamples: [],
      crawlRequests: null,
      lastEventAt: null,
      retention: { ...state.retention, rules },
    };
    this.#states.set(state, shown);
    this.#origins.set(shown, state);
    return shown;
  }

  /** A rule of retention is told to who may set it: one for more than their places names what else there is. */
  #isCovered(registryId: string, pattern: string): boolean {
    const place = { registryId, repositories: pattern as RepositoryGlob };
    return this.#parts.places.some((mine) => coversPlace(mine, place));
  }

  /** A rule of protection is told to whom it keeps from deleting something. */
  #isOfSeen(registryId: string, pattern: string): boolean {
    return this.#parts.places.some((place) => meetsPlace(place, registryId, pattern));
  }
}
