import type { Io } from '../../../src/cli/io.js';
import type { Surroundings } from '../../../src/cli/remote/remote.js';
import { runProgram } from '../../../src/cli/program.js';
import { createFolder } from '../../store/files.js';
import { startGateway, type TestGateway } from '../../support/worlds/gateway.js';
import { buildImage } from '../../support/content/images.js';
import { seed } from '../../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../../support/registry/server.js';
import type { Result } from '../run.js';

/**
 * A terminal of its own: what is given here differs from one that is none. `answers`: what is typed at questions, in
 * turn.
 */
export interface Typing extends Partial<Io> {
  readonly answers?: readonly string[];
  readonly given?: Partial<Surroundings>;
}

/** Runs a command line in this process. */
export async function runCommands(
  args: readonly string[],
  { answers = [], given = {}, ...io }: Typing = {},
): Promise<Result & { readonly questions: readonly string[] }> {
  const texts = { out: '', err: '' };
  const questions: string[] = [];
  const left = [...answers];
  const answer = (question: string): Promise<string> => {
    questions.push(question);
    return Promise.resolve(left.shift() ?? '');
  };
  const terminal: Io = {
    out: (text) => void (texts.out += text),
    err: (text) => void (texts.err += text),
    readInput: () => Promise.resolve(''),
    isTTY: false,
    isErrTTY: false,
    isInputTTY: answers.length > 0,
    columns: 100,
    colours: false,
    env: {},
    ...io,
  };
  const code = await runProgram(args, terminal, { prompt: { ask: answer, askSecret: answer }, ...given });
  return { code, ...texts, questions };
}

/** A gateway, and a registry with two repositories that share a layer, which is not attached yet. */
export interface Stand extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly registry: MemoryRegistry;
  /** Where profiles are kept. */
  readonly home: string;
  /** As an admin whose token is in the environment. */
  run(args: readonly string[], typing?: Typing): ReturnType<typeof runCommands>;
  /** What a command that must end well printed as JSON. */
  read<T>(...args: readonly string[]): Promise<T>;
  /** Attaches the registry as `local`, and reads it. */
  attach(): Promise<void>;
}

const shared = { seed: 'base', size: 50_000 };

/** The images of `team/app` by tag; `1.0.0` is on that of `1.0`. */
export const app = {
  '1.0': buildImage({ layers: [shared, { size: 20_000 }] }),
  '2.0': buildImage({ layers: [shared, { size: 40_000 }] }),
};

export async function createStand(settings: Parameters<typeof startGateway>[0] = {}): Promise<Stand> {
  const registry = await createMemoryRegistry();
  seed(registry.store, 'team/app', '1.0', app['1.0']);
  seed(registry.store, 'team/app', '1.0.0', app['1.0']);
  seed(registry.store, 'team/app', '2.0', app['2.0']);
  seed(registry.store, 'tool', 'latest', buildImage({ layers: [shared] }));
  const gateway = await startGateway(settings);
  const folder = createFolder();
  const env = {
    XDG_CONFIG_HOME: folder.file('config'),
    REGISTRY_GATEWAY_URL: gateway.url,
    REGISTRY_GATEWAY_TOKEN: gateway.access,
  };
  const stand: Stand = {
    gateway,
    registry,
    home: folder.file('config/registry-gateway'),
    run: (args, typing = {}) => runCommands(args, { ...typing, env: { ...env, ...typing.env } }),
    async read<T>(...args: readonly string[]) {
      const { code, out, err } = await stand.run([...args, '--json']);
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
      return JSON.parse(out) as T;
    },
    async attach() {
      await gateway.attach('local', registry.url);
      await gateway.crawl('local');
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
      folder[Symbol.dispose]();
    },
  };
  return stand;
}
