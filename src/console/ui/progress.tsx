import type { ReactNode } from 'react';

export interface ProgressBarProps {
  readonly done: number;
  /** 0: it is not known yet how much there is. */
  readonly total: number;
  readonly label: string;
  /** Some of it failed. */
  readonly isBad?: boolean;
}

/** How much of something is over. */
export function ProgressBar({ done, total, label, isBad = false }: ProgressBarProps): ReactNode {
  const share = total === 0 ? 0 : Math.min(100, (done / total) * 100);
  return (
    <svg
      className={`progress${isBad ? ' is-bad' : ''}`}
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={Math.min(done, total)}
    >
      <rect className="progress-track" width="100" height="4" />
      <rect className="progress-fill" width={share} height="4" />
    </svg>
  );
}
