import type { ReactNode } from 'react';
import type { FreshnessState } from '../operations/shell.js';
import { useLanguage } from '../text/context.js';
import type { TextName } from '../text/texts.js';
import { Mark, type Tone } from '../ui/parts.js';

/** Being older than it may be is the state of every day between two crawls: nothing is wrong with it. */
const looks: Readonly<Record<FreshnessState, readonly [Tone, TextName]>> = {
  FRESH: ['good', 'health.fresh'],
  STALE: ['good', 'health.fresh'],
  INDEXING: ['info', 'health.indexing'],
  NEVER_INDEXED: ['quiet', 'health.unknown'],
  RATE_LIMITED: ['warn', 'health.limited'],
  UNREACHABLE: ['bad', 'health.unreachable'],
};

/** A state's tone, and the name of its text. */
export function healthLook(state: FreshnessState): { readonly tone: Tone; readonly text: TextName } {
  const [tone, text] = looks[state];
  return { tone, text };
}

/** How a registry is, with what is wrong in the tooltip. */
export function HealthMark({ state, message }: { state: FreshnessState; message?: string | undefined }): ReactNode {
  const { t } = useLanguage();
  const { tone, text } = healthLook(state);
  const isWrong = message !== undefined && tone !== 'good' && tone !== 'info';
  return <Mark tone={tone} label={isWrong ? `${t(text)}: ${message}` : t(text)} />;
}
