import type { ReactNode } from 'react';
import type { JobState as State } from '../../operations/job.js';
import { useLanguage } from '../../text/context.js';
import { Badge, type Tone } from '../../ui/parts.js';

const tones: Readonly<Record<State, Tone>> = {
  AWAITING_APPROVAL: 'warn',
  CANCELLED: 'quiet',
  FAILED: 'bad',
  PARTIALLY_FAILED: 'bad',
  QUEUED: 'info',
  RUNNING: 'info',
  SUCCEEDED: 'good',
};

/** How far a job is, in a word. */
export function JobState({ state }: { state: State }): ReactNode {
  const { t } = useLanguage();
  return <Badge tone={tones[state]}>{t(`job.state.${state}`)}</Badge>;
}
