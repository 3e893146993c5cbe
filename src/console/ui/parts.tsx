import { useEffect, useState, type ReactNode } from 'react';
import { useAgain } from '../data/again.js';
import type { Problem } from '../pure/problem.js';
import { useLanguage } from '../text/context.js';
import { copyText } from './clipboard.js';
import { Icon, type IconName } from './icon.js';

/** The state of something, in colour, in shape and in words. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

export function Badge({ tone = 'quiet', children }: { tone?: Tone; children: ReactNode }): ReactNode {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}

/** A mark whose shape tells the same as its colour. `label` is for those who see neither. */
export function Mark({ tone, label }: { tone: Tone; label: string }): ReactNode {
  return <span className={`mark mark-${tone}`} role="img" aria-label={label} title={label} />;
}

export interface NoticeProps {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** A line about the state of what is shown. */
export function Notice({ tone, icon = 'warning', children, action }: NoticeProps): ReactNode {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={icon} />
      <div className="notice-text">{children}</div>
      {action}
    </div>
  );
}

/**
 * The error, as the gateway said it, with the id by which its operator finds it. `retry` is called without a click
 * where no answer came: the sentence for that says so.
 */
export function ProblemNotice({ problem, retry }: { problem: Problem; retry?: (() => void) | undefined }): ReactNode {
  const { t } = useLanguage();
  useAgain(problem, retry);
  return (
    <Notice
      tone="bad"
      action={
        retry && (
          <button type="button" className="button button-small" onClick={retry}>
            {t('problem.retry')}
          </button>
        )
      }
    >
      <bdi>{problem.message}</bdi>
      {retry && problem.code === 'NETWORK' && ` ${t('problem.again')}`}
      {problem.requestId !== null && (
        <small className="muted"> {t('problem.request', { id: problem.requestId })}</small>
      )}
    </Notice>
  );
}

export interface EmptyProps {
  readonly title: string;
  /** It is all that the screen shows: its title is the page's. */
  readonly isWhole?: boolean;
  readonly children?: ReactNode;
}

/** A list, or a screen, that has nothing to show, and the next step. */
export function Empty({ title, isWhole = false, children }: EmptyProps): ReactNode {
  return (
    <div className="empty">
      {isWhole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}

/** A time as how long ago it was; the whole of it is in the tooltip. */
export function Time({ at, hint }: { at: string | null | undefined; hint?: string | undefined }): ReactNode {
  const { formats, t } = useLanguage();
  const now = useMinute();
  if (!at) return <span className="muted">{t('unknown')}</span>;
  const title = hint === undefined ? formats.moment(at) : `${formats.moment(at)}. ${hint}`;
  return (
    <time dateTime={at} title={title} className={hint === undefined ? undefined : 'muted'}>
      {formats.ago(at, now)}
    </time>
  );
}

/** The moment, new each minute. */
export function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Puts a text on the clipboard, and says so. `label` names what is copied. */
export function Copy({ text, label }: { text: string; label: string }): ReactNode {
  const { t } = useLanguage();
  const [outcome, setOutcome] = useState<'copied' | 'notCopied' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => void copyText(text).then((isDone) => setOutcome(isDone ? 'copied' : 'notCopied'));
  return (
    <button
      type="button"
      className="icon-button"
      onClick={copy}
      aria-label={`${t('copy')}: ${label}`}
      title={t(outcome ?? 'copy')}
    >
      <Icon name={outcome === 'copied' ? 'check' : outcome === null ? 'copy' : 'close'} />
      <span className="hidden" role="status">
        {outcome === null ? '' : t(outcome)}
      </span>
    </button>
  );
}

/** A size, with a bar that shows it beside the largest. `most`: bytes of a whole bar. */
export function SizeBar({ bytes, most }: { bytes: number | null; most: number }): ReactNode {
  const { formats } = useLanguage();
  return (
    <span className="size">
      <span>{formats.bytes(bytes)}</span>
      <ShareBar value={bytes} most={most} />
    </span>
  );
}

export interface ShareBarProps {
  readonly value: number | null;
  /** The value of a whole bar. */
  readonly most: number;
  readonly tone?: 'same' | 'added' | 'removed';
}

/** A bar beside a number that says the same. */
export function ShareBar({ value, most, tone }: ShareBarProps): ReactNode {
  const share = value === null || most === 0 ? 0 : Math.min(100, (value / most) * 100);
  return (
    <svg className="size-bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
      <rect className="size-track" width="100" height="3" />
      <rect className={tone === undefined ? 'size-fill' : `size-fill is-${tone}`} width={share} height="3" />
    </svg>
  );
}
