import { badInput, GatewayError } from '../errors.js';
import type { Viewer } from './account.js';
import { parseRegistryName, parseRepositoryName } from './name.js';
import type { PullTool } from './pull.js';

export type Theme = 'SYSTEM' | 'LIGHT' | 'DARK';
export type Density = 'COMFORTABLE' | 'COMPACT';

export interface PinnedRepository {
  readonly registry: string;
  readonly repository: string;
}

/** A place of the console under a name that somebody gave it. */
export interface SavedView {
  readonly name: string;
  /** Below the console's own address: `/repositories?sort=largest`. */
  readonly path: string;
}

/** How somebody wants the console. The gateway itself goes by none of it. */
export interface Preferences {
  readonly theme: Theme;
  readonly density: Density;
  /** A BCP 47 tag; null: as the browser has it. */
  readonly language: string | null;
  /** null: none was chosen. */
  readonly pullTool: PullTool | null;
  readonly pinnedRepositories: readonly PinnedRepository[];
  readonly savedViews: readonly SavedView[];
}

/** As they are kept; `version` is 0 until any are set, and one more with each change. */
export interface KeptPreferences extends Preferences {
  readonly version: number;
}

/** A field that is absent stays. */
export type PreferenceChanges = { readonly [Field in keyof Preferences]?: Preferences[Field] | undefined };

export const noPreferences: KeptPreferences = {
  theme: 'SYSTEM',
  density: 'COMFORTABLE',
  language: null,
  pullTool: null,
  pinnedRepositories: [],
  savedViews: [],
  version: 0,
};

/** Entries of the lists, characters, and bytes of all of it as JSON: each console reads it whole when it begins. */
export const preferenceBounds = { pins: 100, views: 50, viewName: 80, path: 2000, bytes: 32 * 1024 } as const;

/** Whether a viewer is a person with an account: an API token or a service key acts for a program. */
export function mayHavePreferences({ tokenKind }: Viewer): boolean {
  return tokenKind === 'LOGIN' || tokenKind === undefined;
}

/** Throws FORBIDDEN. */
export function assertHasPreferences(viewer: Viewer): void {
  if (mayHavePreferences(viewer)) return;
  const what = 'preferences are of people, and this token or key is of a program';
  throw new GatewayError(
    'FORBIDDEN',
    `${viewer.username} has none: ${what}. Log in with a password, or by a provider.`,
  );
}

/** Gives the preferences with what changes. Throws BAD_USER_INPUT for what is too much, or is no place. */
export function changePreferences(before: Preferences, changes: PreferenceChanges): Preferences {
  const { language, pinnedRepositories, savedViews } = changes;
  if (language != null && (language.length > 35 || !/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(language)))
    throw badInput('"language" is a tag of BCP 47, as "de" or "en-GB".', 'input', 'language');
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const after: Preferences = {
    ...before,
    ...(Object.fromEntries(given) as PreferenceChanges as Partial<Preferences>),
    ...(pinnedRepositories && { pinnedRepositories: readPins(pinnedRepositories) }),
    ...(savedViews && { savedViews: readViews(savedViews) }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(after));
  if (bytes <= preferenceBounds.bytes) return after;
  const most = `${preferenceBounds.bytes} are the most`;
  throw badInput(`The preferences come to ${bytes} bytes as JSON, and ${most}. Remove a view or a pin.`, 'input');
}

function readPins(pins: readonly PinnedRepository[]): PinnedRepository[] {
  if (pins.length > preferenceBounds.pins) throw tooMany('pinnedRepositories', pins.length, preferenceBounds.pins);
  const read = pins.map(({ registry, repository }, at) => ({
    registry: parseRegistryName(registry, 'input', 'pinnedRepositories', String(at), 'registry'),
    repository: parseRepositoryName(repository, 'input', 'pinnedRepositories', String(at), 'repository'),
  }));
  return once(read, ({ registry, repository }) => `${registry} ${repository}`);
}

function readViews(views: readonly SavedView[]): SavedView[] {
  if (views.length > preferenceBounds.views) throw tooMany('savedViews', views.length, preferenceBounds.views);
  return once(views.map(readView), ({ path }) => path);
}

function readView({ name, path }: SavedView, at: number): SavedView {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > preferenceBounds.viewName || /\p{Cc}/u.test(trimmed)) {
    const what = `A view's name has 1 to ${preferenceBounds.viewName} characters, none of them a control character`;
    throw badInput(`${what}.`, 'input', 'savedViews', String(at), 'name');
  }
  // A path that begins with two slashes would lead to another host.
  const isOwn = /^\/(?![/\\])/.test(path) && !/[\p{Cc}\p{Cs}]/u.test(path) && path.length <= preferenceBounds.path;
  if (isOwn) return { name: trimmed, path };
  const what = `A view's path begins with one slash, and has ${preferenceBounds.path} characters at the most`;
  throw badInput(`${what}: "/repositories?sort=largest".`, 'input', 'savedViews', String(at), 'path');
}

/** Each the first time that it is named. */
function once<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  const seen = new Set<string>();
  return all.filter((one) => !seen.has(keyOf(one)) && seen.add(keyOf(one)));
}

function tooMany(field: string, count: number, most: number): GatewayError {
  return badInput(`"${field}" takes up to ${most} entries, got ${count}.`, 'input', field);
}
