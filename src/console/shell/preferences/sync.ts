import type { Gateway } from '../../data/client.js';
import type { Kept } from '../../kept/kept.js';
import { readPreferences, setPreferences, type SetPreferencesMutationVariables } from '../../operations/preferences.js';
import {
  mergeFirst,
  mergeViews,
  toAccount,
  toKept,
  type AccountPreferences,
  type KeptChoices,
} from '../../pure/preferences.js';
import { readViews, type SavedView } from '../../pure/views.js';

type Input = SetPreferencesMutationVariables['input'];
type Choice = keyof KeptChoices;

/** Preferences as they were answered. */
export interface ToldPreferences extends AccountPreferences {
  readonly version: number;
}

const choices: readonly Choice[] = ['theme', 'density', 'language', 'pull-tool', 'views'];

/** A change that meets another one is made again on what is there then; so often. */
const mostTries = 3;

export interface SyncParts {
  readonly gateway: Pick<Gateway, 'ask'>;
  readonly kept: Kept;
  /** Says why the account did not take a choice. */
  readonly tell: (message: string) => void;
}

/**
 * Keeps the browser's choices and the account's alike: what is chosen here is sent, one change after another, and what
 * was chosen elsewhere is taken over. The browser's own are what the next page is first drawn with.
 */
export class PreferenceSync {
  readonly #parts: SyncParts;
  /** Whose they are; null: nobody's yet. */
  #username: string | null = null;
  /** The last version that was answered; -1: none was. */
  #version = -1;
  /** Views as the account had them then. */
  #views: readonly SavedView[] = [];
  /** Choices that the account has not got yet. */
  readonly #unsent = new Set<Choice>();
  #sending: Promise<void> | null = null;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /** Sends what is chosen on this page from now on. Gives what ends that. */
  start(): () => void {
    return this.#parts.kept.onKept((name, by) => {
      if (by === 'person' && isChoice(name)) this.#send(name);
    });
  }

  /** Takes over what the account has. Answers that are older than what is known say nothing. */
  receive(username: string, told: ToldPreferences): void {
    if (username !== this.#username) {
      this.#username = username;
      this.#version = -1;
      this.#unsent.clear();
      // A page that was left too soon has not told it.
      if (this.#parts.kept.read('account') === username)
        for (const name of this.#parts.kept.read('unsent')?.split(' ') ?? [])
          if (isChoice(name)) this.#unsent.add(name);
    }
    if (told.version < this.#version || this.#sending !== null) return;
    const before = this.#parts.kept.read('account');
    const mine = readChoices(this.#parts.kept);
    const theirs = toKept(told);
    this.#version = told.version;
    this.#views = theirs.views;
    this.#parts.kept.keep('account', username, 'account');
    if (this.#unsent.size > 0) this.#send();
    else if (before !== null) adopt(this.#parts.kept, theirs);
    else {
      // The browser's choices are nobody's yet: they become the account's, once.
      adopt(this.#parts.kept, mergeFirst(mine, theirs, told.version === 0));
      for (const choice of listDifferent(readChoices(this.#parts.kept), theirs)) this.#send(choice);
    }
  }

  #send(choice?: Choice): void {
    if (choice !== undefined) this.#unsent.add(choice);
    const before = this.#parts.kept.read('unsent')?.split(' ') ?? [];
    this.#parts.kept.keep('unsent', [...new Set([...before, ...this.#unsent])].join(' '), 'account');
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
  }

  async #sendAll(): Promise<void> {
    // Choices of one moment, as those of a first log-in, are one change.
    await Promise.resolve();
    for (let tries = 0; this.#unsent.size > 0 && tries < mostTries;) {
      const sent = [...this.#unsent];
      this.#unsent.clear();
      const { data, problem } = await this.#parts.gateway.ask(setPreferences, { input: this.#toInput(sent) });
      const payload = data?.setPreferences;
      const refusal = payload?.userErrors[0];
      if (payload?.preferences) this.#settle(payload.preferences);
      else if (refusal?.code === 'CHANGED_SINCE_READ') {
        tries++;
        sent.forEach((choice) => this.#unsent.add(choice));
        await this.#readAgain();
      } else if (refusal === undefined) {
        // Nothing was refused: the gateway is away, and gets it when it next answers.
        sent.forEach((choice) => this.#unsent.add(choice));
        return;
      } else {
        this.#parts.tell(refusal.message);
        await this.#readAgain();
        return;
      }
      if (problem !== null) return;
    }
  }

  /** Lists name the version that they are made from: whatever another browser added stays. */
  #toInput(sent: readonly Choice[]): Input {
    const { theme, density, language, pullTool, ...lists } = toAccount(readChoices(this.#parts.kept));
    return {
      ...(sent.includes('theme') && { theme }),
      ...(sent.includes('density') && { density }),
      ...(sent.includes('language') && { language }),
      ...(sent.includes('pull-tool') && { pullTool: pullTool as Input['pullTool'] }),
      ...(sent.includes('views') && { ...lists, expectedVersion: this.#version }),
    };
  }

  /** Of what was chosen meanwhile the browser's own stays. */
  #settle(told: ToldPreferences): void {
    const theirs = toKept(told);
    const isOpen = this.#unsent.has('views');
    const views = isOpen ? mergeViews(this.#views, readChoices(this.#parts.kept).views, theirs.views) : theirs.views;
    this.#version = told.version;
    this.#views = theirs.views;
    this.#parts.kept.keep('unsent', [...this.#unsent].join(' ') || null, 'account');
    adopt(this.#parts.kept, { ...theirs, views }, this.#unsent);
  }

  async #readAgain(): Promise<void> {
    const { data } = await this.#parts.gateway.ask(readPreferences, {});
    const told = data?.viewer?.preferences;
    if (told) this.#settle(told);
  }
}

function isChoice(name: string): name is Choice {
  return (choices as readonly string[]).includes(name);
}

function readChoices({ read }: Kept): KeptChoices {
  return {
    theme: read('theme'),
    density: read('density'),
    language: read('language'),
    'pull-tool': read('pull-tool'),
    views: readViews(read('views')),
  };
}

/** Draws the page by the account's choices, but for those that are `open`. */
function adopt(kept: Kept, chosen: KeptChoices, open: ReadonlySet<Choice> = new Set()): void {
  for (const choice of listDifferent(readChoices(kept), chosen)) {
    if (open.has(choice) && choice !== 'views') continue;
    const value = choice === 'views' ? JSON.stringify(chosen.views) : chosen[choice];
    kept.keep(choice, value, 'account');
  }
}

function listDifferent(one: KeptChoices, other: KeptChoices): readonly Choice[] {
  return choices.filter((choice) => JSON.stringify(one[choice]) !== JSON.stringify(other[choice]));
}

/** After a log-out: views name what somebody works on, and are not for whoever comes next. */
export function forgetAccount({ read, keep }: Kept): void {
  if (read('account') === null) return;
  keep('views', null, 'account');
  keep('unsent', null, 'account');
  // An account of no name: what is still kept here was somebody's, and becomes nobody else's.
  keep('account', '', 'account');
}
