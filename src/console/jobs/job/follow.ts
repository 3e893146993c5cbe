import { useCallback, useEffect, useState } from 'react';
import { useConnected } from '../../data/context.js';
import type { Answer } from '../../data/client.js';
import { job, jobProgress, type JobNowFragment } from '../../operations/job.js';
import { isOver } from '../../pure/job.js';
import type { Problem } from '../../pure/problem.js';

/** A job as it stood when the gateway answered. */
export interface JobNow extends JobNowFragment {
  readonly answeredAt: Date;
}

export interface FollowedJob {
  readonly job: JobNow | null;
  readonly problem: Problem | null;
  /** Asks anew, also of a job that is over: what of it can be undone changes. */
  readonly renew: () => void;
}

/** How long a job that is not over may tell nothing before it is asked for: milliseconds. */
const silence = 5000;

/** Seconds after which a stream that ended is asked for again, longer each time. */
const waits = [1, 2, 5, 10] as const;

/**
 * A job as it stands, followed to its end. Where its stream ends before, as when the gateway restarts, or tells
 * nothing, the job is asked for: what is shown last is what it came to.
 */
export function useFollowedJob(id: string): FollowedJob {
  const { gateway, session } = useConnected();
  const [followed, setFollowed] = useState<Omit<FollowedJob, 'renew'>>({ job: null, problem: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    let stop: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let attempt = 0;
    const wait = (milliseconds: number, next: () => void): void => {
      clearTimeout(timer);
      timer = setTimeout(next, milliseconds);
    };
    /** Whether there is nothing more to be told. */
    const take = ({ data, problem }: Answer<{ readonly job: JobNowFragment | null }>): boolean => {
      const now = data?.job ? { ...data.job, answeredAt: new Date() } : null;
      setFollowed((before) => ({ job: now ?? before.job, problem }));
      const isAtEnd = (now !== null && isOver(now.state)) || problem?.code === 'NOT_FOUND';
      if (isAtEnd) {
        clearTimeout(timer);
        stop?.();
      }
      return isAtEnd;
    };
    const look = async (): Promise<boolean> => {
      const answer = await gateway.ask(job, { id }, controller.signal);
      return controller.signal.aborted || take(answer);
    };
    const watch = (): void => wait(silence, () => void look().then((isAtEnd) => isAtEnd || watch()));
    const again = async (): Promise<void> => {
      if (await look()) return;
      wait(waits[Math.min(attempt++, waits.length - 1)]! * 1000, follow);
    };
    const follow = (): void => {
      stop?.();
      stop = gateway.follow(
        jobProgress,
        { id },
        (answer) => {
          attempt = 0;
          if (!take(answer)) watch();
        },
        () => void again(),
      );
      watch();
    };
    void look().then((isAtEnd) => isAtEnd || follow());
    return () => {
      controller.abort();
      clearTimeout(timer);
      stop?.();
    };
  }, [gateway, id, session.epoch, turn]);
  const renew = useCallback(() => setTurn((before) => before + 1), []);
  return { ...followed, renew };
}
