import type { ReactNode } from 'react';
import type { Growing } from '../data/more.js';
import { ProblemNotice } from './parts.js';

export interface MoreOfProps {
  readonly list: Pick<Growing<unknown>, 'problem' | 'isAsking' | 'more'>;
  /** The words of the button. */
  readonly label: string;
}

/** Stands below a list that grows: asks for more of it, and says why that did not come. */
export function MoreOf({ list: { problem, isAsking, more }, label }: MoreOfProps): ReactNode {
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={more} />}
      {more && (
        <p>
          <button type="button" className="button button-small" disabled={isAsking} onClick={more}>
            {label}
          </button>
        </p>
      )}
    </>
  );
}
