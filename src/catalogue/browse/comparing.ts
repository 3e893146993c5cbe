import type { Image } from '../../domain/catalogue.js';
import { align, type Compared, compareByKey } from '../../domain/comparison.js';
import type { Digest } from '../../domain/digest.js';
import type { ExecutionParameters } from '../../domain/execution.js';
import type { Loaders } from '../loaders/loaders.js';
import type { RequestContext } from '../context.js';
import type { ContentBrowsing, ImageConfigContent } from './contents.js';
import { type BuildStep, type LayerInImage, listLayers, listSteps } from './images.js';
import { listPlatforms, namePlatform, type PlatformImage } from './platforms.js';

/** Two images that are compared: what the head has more is added, and what it has no more is removed. */
export interface ImageComparison {
  readonly base: Image;
  readonly head: Image;
}

/** One platform of two images, by its name. */
export interface PlatformComparison extends Compared<PlatformImage> {
  readonly name: string;
}

/** Bytes of distinct layers; null: a manifest says no size that can be, or an image was not read. */
export interface LayerSizes {
  readonly shared: number | null;
  readonly added: number | null;
  readonly removed: number | null;
}

/** A text under its key, as both have it. */
export type TextComparison = Compared<string> & { readonly key: string };

const maxSteps = 1000;

/** By name, those of the base first; a name that comes again, as builds of Windows have, by its version too. */
export async function comparePlatforms(
  loaders: Loaders,
  { base, head }: ImageComparison,
): Promise<PlatformComparison[]> {
  const [before, after] = await Promise.all([listPlatforms(loaders, base), listPlatforms(loaders, head)]);
  const found = compareByKey(byName(before), byName(after), (one, other) => one.digest === other.digest);
  return found.map(({ difference, base: one, head: other }) => ({
    difference,
    base: one,
    head: other,
    name: namePlatform((other ?? one)!),
  }));
}

/** The builds of one name are told apart by their first parts of the version, and else by their order. */
function byName(platforms: readonly PlatformImage[]): Map<string, PlatformImage> {
  const found = new Map<string, PlatformImage>();
  for (const platform of platforms) {
    const name = `${namePlatform(platform)} ${platform.osVersion?.split('.').slice(0, 3).join('.') ?? ''}`;
    let key = name;
    for (let at = 2; found.has(key); at++) key = `${name} ${at}`;
    found.set(key, platform);
  }
  return found;
}

/** Distinct layers by their digests: those of the base, bottom first, then those that only the head has. */
export async function compareLayers(loaders: Loaders, pair: PlatformComparison): Promise<Compared<LayerInImage>[]> {
  const [base, head] = await Promise.all([layersOf(loaders, pair.base), layersOf(loaders, pair.head)]);
  return compareByKey(byDigest(base), byDigest(head), () => true);
}

export async function measureLayers(loaders: Loaders, pair: PlatformComparison): Promise<LayerSizes> {
  const layers = await compareLayers(loaders, pair);
  const isRead = [pair.base, pair.head].every((platform) => platform === null || platform.image !== null);
  const sum = (difference: string): number | null => {
    const sizes = layers.filter((one) => one.difference === difference).map(({ base, head }) => (head ?? base)!.size);
    return isRead && !sizes.includes(null) ? sizes.reduce<number>((total, size) => total + size!, 0) : null;
  };
  return { shared: sum('SAME'), added: sum('ADDED'), removed: sum('REMOVED') };
}

async function layersOf(loaders: Loaders, platform: PlatformImage | null): Promise<readonly LayerInImage[]> {
  return platform?.image ? listLayers(loaders, platform.image) : [];
}

function byDigest(layers: readonly LayerInImage[]): Map<Digest, LayerInImage> {
  return new Map(layers.map((layer) => [layer.digest, layer]));
}

/** Steps of both builds, side by side where their commands are the same: changed where they made other layers. */
export async function compareSteps(loaders: Loaders, pair: PlatformComparison): Promise<Compared<BuildStep>[]> {
  const stepsOf = async ({ image }: PlatformImage): Promise<BuildStep[]> =>
    image ? listSteps(loaders, image, maxSteps) : [];
  const [base, head] = await Promise.all([pair.base ? stepsOf(pair.base) : [], pair.head ? stepsOf(pair.head) : []]);
  const keyOf = ({ createdBy, emptyLayer }: BuildStep): string =>
    `${emptyLayer ? 'empty' : 'layer'} ${createdBy ?? ''}`;
  return align(base, head, keyOf, (one, other) => one.layer?.digest === other.layer?.digest);
}

/** Labels that differ, by key. */
export async function compareLabels(loaders: Loaders, pair: PlatformComparison): Promise<TextComparison[]> {
  const labelsOf = async (platform: PlatformImage | null): Promise<Readonly<Record<string, string>>> =>
    platform?.image ? loaders.labels.load(platform.image.key) : {};
  const [base, head] = await Promise.all([labelsOf(pair.base), labelsOf(pair.head)]);
  return compareTexts(new Map(Object.entries(base)), new Map(Object.entries(head)));
}

function compareTexts(base: ReadonlyMap<string, string>, head: ReadonlyMap<string, string>): TextComparison[] {
  const found = compareByKey(base, head, (one, other) => one === other);
  return found.filter(({ difference }) => difference !== 'SAME').sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * Execution parameters that differ, as JSON, by the names of their fields; and variables of the environment, as
 * `environment.NAME`. Values of those are told to who may delete both images: else a name alone that came or went.
 * Throws as `ContentBrowsing.findConfig` does.
 */
export async function compareConfigs(
  context: RequestContext,
  contents: ContentBrowsing,
  { base, head }: PlatformComparison,
): Promise<TextComparison[]> {
  const configOf = (platform: PlatformImage | null): Promise<ImageConfigContent | null> | null =>
    platform?.image ? contents.findConfig(context, platform.image) : null;
  const [before, after] = await Promise.all([configOf(base), configOf(head)]);
  const showsValues = (before?.showsValues ?? true) && (after?.showsValues ?? true);
  return compareTexts(listParameters(before, showsValues), listParameters(after, showsValues));
}

const compared = [
  'entrypoint',
  'cmd',
  'shell',
  'user',
  'workingDirectory',
  'exposedPorts',
  'volumes',
  'stopSignal',
  'healthcheck',
] as const satisfies readonly (keyof ExecutionParameters)[];

function listParameters(parameters: ExecutionParameters | null, showsValues: boolean): Map<string, string> {
  if (parameters === null) return new Map();
  const fields = compared.flatMap((field): [string, string][] => {
    const value = parameters[field];
    const isSaid = value !== null && !(Array.isArray(value) && value.length === 0);
    return isSaid ? [[field, JSON.stringify(value)]] : [];
  });
  const variables = parameters.environment.map(({ name, value }): [string, string] => [
    `environment.${name}`,
    showsValues ? JSON.stringify(value) : '',
  ]);
  return new Map([...fields, ...variables]);
}
