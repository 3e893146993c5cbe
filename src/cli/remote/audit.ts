import { type Command, InvalidArgumentError } from 'commander';
import { addExamples } from '../command.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import { type AuditOutcome, readAudit, type ReadAuditQuery } from './documents.js';
import { formatAge, formatSome } from './format.js';
import { readPages } from './listing.js';
import { parseCount, parseChoice } from './options.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';

type Entry = ReadAuditQuery['auditLog']['nodes'][number];

const outcomes: Readonly<Record<string, AuditOutcome>> = {
  accepted: 'ACCEPTED',
  done: 'DONE',
  failed: 'FAILED',
  refused: 'REFUSED',
};

/** Milliseconds between two looks at what is new. */
const interval = 2000;
/** Entries that are held at the most. Of more that came between two looks the oldest are left out, and that is said. */
const maxHeld = 10_000;

interface TailOptions {
  readonly lines: number;
  readonly follow?: boolean;
  readonly actor?: string;
  readonly action?: string;
  readonly outcome?: AuditOutcome;
  readonly registry?: string;
  readonly repository?: string;
  readonly since?: string;
}

export function addAuditCommands(program: Command, around: Surroundings): void {
  const audit = program.command('audit').description('Read who changed what.');
  const tail = audit
    .command('tail')
    .description('Print the last entries of the audit log, the newest last. For admins.')
    .option('-n, --lines <count>', 'so many', parseCount(0, maxHeld), 20)
    .option('-f, --follow', 'go on with what comes; Ctrl-C ends it')
    .option('--actor <name>', 'only of this account')
    .option('--action <name>', 'only of this action: deleteTags')
    .option('--outcome <outcome>', `one of ${Object.keys(outcomes).join(', ')}`, parseChoice(outcomes))
    .option('--registry <name>', 'only about this registry')
    .option('--repository <name>', 'only about the repository of this full name')
    .option('--since <time>', 'only at this time or later: 2026-01-31, or 2026-01-31T12:00:00Z', parseTime);
  addExamples(
    tail,
    'audit tail',
    'audit tail --follow --json',
    'audit tail -n 100 --action deleteTags --outcome refused',
  );
  setRemoteAction(tail, around, print);
}

async function print(remote: Remote, { lines, follow = false, ...filter }: TailOptions): Promise<null> {
  let last = follow ? await findNewest(remote, filter) : 0n;
  const { entries } = lines === 0 ? { entries: [] } : await readNewest(remote, filter, lines, 0n);
  show(remote, entries);
  for (const entry of entries) last = max(last, entry.id);
  return follow ? goOn(remote, filter, last) : null;
}

/** Prints what comes after `last` until the process is ended. */
async function goOn(remote: Remote, filter: Filter, last: bigint): Promise<never> {
  for (let newest = last; ;) {
    await remote.timer.sleep(interval);
    const { entries, isCut } = await readNewest(remote, filter, maxHeld, newest);
    if (isCut) remote.io.err(`More than ${maxHeld} entries came at once: the oldest of them are left out.\n`);
    show(remote, entries);
    for (const { id } of entries) newest = max(newest, id);
  }
}

type Filter = Omit<TailOptions, 'lines' | 'follow'>;

async function findNewest(remote: Remote, filter: Filter): Promise<bigint> {
  return (await readNewest(remote, filter, 1, 0n)).entries.reduce((last, { id }) => max(last, id), 0n);
}

/** Up to `count` entries after the one whose id is `after`, the oldest first. */
async function readNewest(
  { client }: Remote,
  filter: Filter,
  count: number,
  after: bigint,
): Promise<{ entries: Entry[]; isCut: boolean }> {
  const newest: Entry[] = [];
  const pages = readPages(
    async (first, cursor) => (await client.ask(readAudit, { first, after: cursor, filter })).auditLog,
    count,
  );
  for await (const nodes of pages) {
    const fresh = nodes.filter(({ id }) => toNumber(id) > after);
    for (const entry of fresh) newest.push(entry);
    if (fresh.length < nodes.length) break;
  }
  return { entries: newest.reverse(), isCut: after > 0n && newest.length >= count };
}

function show({ io, isJson, clock }: Remote, entries: readonly Entry[]): void {
  for (const entry of entries)
    io.out(isJson ? `${JSON.stringify(entry)}\n` : `${describe(entry, io.isTTY ? clock() : null)}\n`);
}

/** One line: when, who, what, about what, and what came of it. `now`: times are told from there. */
function describe(
  { at, actor, action, outcome, code, message, registryName, repository, tags }: Entry,
  now: Date | null,
): string {
  const place = [registryName, repository].filter((part) => part !== null).join('/');
  const named = tags.length > 0 ? `:${formatSome(tags, tags.length, 5)}` : '';
  const why = message === null ? '' : `: ${message}${code === null ? '' : ` (${code})`}`;
  const parts = [
    now === null ? at : formatAge(at, now),
    actor,
    action,
    `${place}${named}`,
    `${outcome.toLowerCase()}${why}`,
  ];
  return parts
    .filter(Boolean)
    .map(escapeControls)
    .join(now === null ? '\t' : '  ');
}

function max(last: bigint, id: string): bigint {
  const number = toNumber(id);
  return number > last ? number : last;
}

/** Ids are numbers that grow with every entry. */
function toNumber(id: string): bigint {
  if (/^\d{1,30}$/.test(id)) return BigInt(id);
  throw new CommandError('INTERNAL', 'The gateway gave an entry whose id is no number.');
}

function parseTime(text: string): string {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new InvalidArgumentError('It must be a time like 2026-01-31 or 2026-01-31T12:00:00Z.');
}
