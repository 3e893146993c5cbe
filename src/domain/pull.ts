import { badInput } from '../errors.js';
import type { Digest } from './digest.js';
import type { ImageKind } from './image.js';
import { quote, type RepositoryName, type TagName } from './name.js';
import { pullHostOf, type Registry } from './registry.js';

/** The tools for which there is a command. */
export type PullTool = 'DOCKER' | 'PODMAN' | 'CRANE' | 'SKOPEO' | 'KUBERNETES' | 'HELM' | 'ORAS';

/** The image that a tag names, and where it is. */
export interface PullTarget {
  readonly registry: Pick<Registry, 'pullHost' | 'addr' | 'tlsSkipVerify'>;
  readonly repository: RepositoryName;
  readonly tag: TagName;
  /** Pulled by it, where it is given, and else by the tag. */
  readonly digest: Digest | null;
  readonly kind: ImageKind | null;
  readonly artifactType: string | null;
  /** As `--platform` takes it: `linux/arm64`; null: the one of the machine. */
  readonly platform: string | null;
}

export interface PullCommand {
  readonly tool: PullTool;
  readonly command: string;
}

const platform = /^[a-z0-9_.-]{1,64}\/[a-z0-9_.-]{1,64}(?:\/[a-z0-9_.-]{1,64})?$/i;

/** Throws BAD_USER_INPUT for what no tool takes after `--platform`. */
export function parsePlatform(text: string | null): string | null {
  if (text === null || platform.test(text)) return text;
  throw badInput(`${quote(text)} is no platform: expected linux/amd64, or linux/arm/v7.`, 'platform');
}

const helmChart = 'application/vnd.cncf.helm.config.v1+json';

/** Returns a command of each tool that can take what the target is, for a POSIX shell; of KUBERNETES a line of YAML. */
export function listPullCommands(target: PullTarget): PullCommand[] {
  const { kind, artifactType } = target;
  if (kind === 'artifact' && artifactType === helmChart) return [writeHelm(target), writeCrane(target)];
  if (kind === 'artifact') return [writeOras(target), writeCrane(target)];
  const reference = writeReference(target);
  const platform = target.platform === null ? [] : [`--platform=${target.platform}`];
  const [os, architecture, variant] = (target.platform ?? '').split('/');
  const chosen = [
    ...(os ? [`--override-os=${os}`] : []),
    ...(architecture ? [`--override-arch=${architecture}`] : []),
    ...(variant ? [`--override-variant=${variant}`] : []),
  ];
  const file = `docker-archive:${fileOf(target)}.tar:${target.repository}:${target.tag}`;
  return [
    write('DOCKER', ['docker', 'pull', ...platform, reference]),
    write('PODMAN', ['podman', 'pull', ...unless(target, '--tls-verify=false'), ...platform, reference]),
    writeCrane(target),
    write('SKOPEO', [
      'skopeo',
      ...chosen,
      'copy',
      ...unless(target, '--src-tls-verify=false'),
      `docker://${reference}`,
      file,
    ]),
    { tool: 'KUBERNETES', command: `image: ${JSON.stringify(reference)}` },
  ];
}

/** Returns `host/repository:tag`, or `host/repository@digest` where the target has one. */
function writeReference({ registry, repository, tag, digest }: PullTarget): string {
  return `${pullHostOf(registry)}/${repository}${digest === null ? `:${tag}` : `@${digest}`}`;
}

function writeCrane(target: PullTarget): PullCommand {
  const platform = target.platform === null ? [] : [`--platform=${target.platform}`];
  const words = ['crane', 'pull', ...unless(target, '--insecure'), ...platform];
  return write('CRANE', [...words, writeReference(target), `${fileOf(target)}.tar`]);
}

/** Helm takes a digest beside the name since 3.8, and a version's `+` stands as `_` in its tag. */
function writeHelm(target: PullTarget): PullCommand {
  const { registry, repository, tag, digest } = target;
  const place = `oci://${pullHostOf(registry)}/${repository}`;
  const which = digest === null ? [place, '--version', tag.replaceAll('_', '+')] : [`${place}@${digest}`];
  return write('HELM', ['helm', 'pull', ...which, ...unless(target, isPlain(target) ? '--plain-http' : insecureHelm)]);
}
const insecureHelm = '--insecure-skip-tls-verify';

function writeOras(target: PullTarget): PullCommand {
  const flag = isPlain(target) ? '--plain-http' : '--insecure';
  return write('ORAS', ['oras', 'pull', ...unless(target, flag), writeReference(target)]);
}

/** Whether the registry is asked over http; how a host that was set is reached is not known. */
function isPlain({ registry: { addr, pullHost } }: PullTarget): boolean {
  return pullHost === null && addr.startsWith('http:');
}

/** A word that a tool needs where TLS does not vouch for the registry. */
function unless(target: PullTarget, word: string): string[] {
  const { tlsSkipVerify, pullHost } = target.registry;
  return isPlain(target) || (pullHost === null && tlsSkipVerify) ? [word] : [];
}

function fileOf({ repository }: PullTarget): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}

function write(tool: PullTool, words: readonly string[]): PullCommand {
  return { tool, command: words.map(quoteWord).join(' ') };
}

/** Of a POSIX shell: an IPv6 address has brackets, which would be a pattern. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
