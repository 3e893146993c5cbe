import type { EnvironmentVariable, ExecutionParameters, Healthcheck } from '../../domain/execution.js';
import { parseConfig } from './imageconfig.js';
import { createProblems, isObject, isThere, type JsonObject, type Note, readList } from './manifestfields.js';

/** Entries of one list of a config, and characters of all its texts: more than any image has that runs. */
const mostEntries = 1000;
const longestTexts = 65_536;
const nanosecondsPerSecond = 1_000_000_000;

/** Reads the texts of one config, as long as there is room for them. */
interface TextReader {
  readonly note: Note;
  readonly text: (value: unknown, field: string) => string | null;
  readonly texts: (value: unknown, field: string) => readonly string[] | null;
  readonly keys: (value: unknown, field: string) => readonly string[];
}

/**
 * The execution parameters of OCI image-spec, config.md, and Docker's Healthcheck and Shell, of verified bytes. A field
 * that is not as specified counts as absent, with its reason.
 */
export function decodeExecution(body: Uint8Array): ExecutionParameters {
  const { found: problems, note } = createProblems();
  const config = parseConfig(body, note)['config'];
  if (isThere(config) && !isObject(config)) note('config.config', 'it is not an object');
  const said: JsonObject = isObject(config) ? config : {};
  const read = createTextReader(note);
  return {
    entrypoint: read.texts(said['Entrypoint'], 'config.config.Entrypoint'),
    cmd: read.texts(said['Cmd'], 'config.config.Cmd'),
    shell: read.texts(said['Shell'], 'config.config.Shell'),
    user: read.text(said['User'], 'config.config.User'),
    workingDirectory: read.text(said['WorkingDir'], 'config.config.WorkingDir'),
    exposedPorts: read.keys(said['ExposedPorts'], 'config.config.ExposedPorts'),
    volumes: read.keys(said['Volumes'], 'config.config.Volumes'),
    stopSignal: read.text(said['StopSignal'], 'config.config.StopSignal'),
    healthcheck: readHealthcheck(said['Healthcheck'], read),
    environment: (read.texts(said['Env'], 'config.config.Env') ?? []).map(toVariable),
    problems,
  };
}

function createTextReader(note: Note): TextReader {
  let room = longestTexts;
  /** Empty text says nothing, as Go writes what is not set. */
  const text = (value: unknown, field: string): string | null => {
    if (!isThere(value) || value === '') return null;
    if (typeof value !== 'string') note(field, 'it is not text');
    else if (value.length > room) note(field, `the texts of the config are longer than ${longestTexts} characters`);
    else {
      room -= value.length;
      return value;
    }
    return null;
  };
  const item = (value: unknown, field: string): string | null => (value === '' ? '' : text(value, field));
  return {
    note,
    text,
    texts(value, field) {
      const { items } = readList(value, field, note, mostEntries, item);
      return Array.isArray(value) ? items : null;
    },
    keys(value, field) {
      if (isThere(value) && !isObject(value)) note(field, 'it is not an object');
      const keys = isObject(value) ? Object.keys(value) : [];
      return readList(keys, field, note, mostEntries, text).items.toSorted();
    },
  };
}

/** A text without `=` is a name with an empty value, as Docker has it. */
function toVariable(text: string): EnvironmentVariable {
  const end = text.indexOf('=');
  return end === -1 ? { name: text, value: '' } : { name: text.slice(0, end), value: text.slice(end + 1) };
}

function readHealthcheck(value: unknown, { note, texts }: TextReader): Healthcheck | null {
  const field = 'config.config.Healthcheck';
  if (!isThere(value)) return null;
  if (!isObject(value)) {
    note(field, 'it is not an object');
    return null;
  }
  const seconds = (name: string): number | null => {
    const nanoseconds = readCount(value[name], `${field}.${name}`, note);
    return nanoseconds === null ? null : nanoseconds / nanosecondsPerSecond;
  };
  return {
    test: texts(value['Test'], `${field}.Test`) ?? [],
    intervalSeconds: seconds('Interval'),
    timeoutSeconds: seconds('Timeout'),
    startPeriodSeconds: seconds('StartPeriod'),
    startIntervalSeconds: seconds('StartInterval'),
    retries: readCount(value['Retries'], `${field}.Retries`, note, maxInt),
  };
}

/** The largest that GraphQL's Int has. */
const maxInt = 2_147_483_647;

/** 0 says nothing, as Docker writes what is not set. */
function readCount(value: unknown, field: string, note: Note, most = Number.MAX_SAFE_INTEGER): number | null {
  if (!isThere(value) || value === 0) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= most) return value;
  note(field, `it is not a whole number from 0 to ${most}`);
  return null;
}
