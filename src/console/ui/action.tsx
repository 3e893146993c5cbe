import { useId, type ReactNode } from 'react';
import { Icon, type IconName } from './icon.js';

export interface ActionProps {
  readonly icon?: IconName;
  readonly tone?: 'primary' | 'danger' | undefined;
  readonly isSmall?: boolean;
  /** Why it cannot be done now: the button stays, can be reached, and says so. */
  readonly refusal?: string | undefined;
  readonly onAct: () => void;
  readonly children: ReactNode;
}

/** A button that does something, or says on focus why it does not. */
export function Action({ icon, tone, isSmall = false, refusal, onAct, children }: ActionProps): ReactNode {
  const id = useId();
  const look = `button${tone ? ` button-${tone}` : ''}${isSmall ? ' button-small' : ''}`;
  return (
    <span className="action">
      <button
        type="button"
        className={look}
        aria-disabled={refusal !== undefined}
        aria-describedby={refusal === undefined ? undefined : id}
        onClick={() => {
          if (refusal === undefined) onAct();
        }}
      >
        {icon && <Icon name={icon} />}
        {children}
      </button>
      {refusal !== undefined && (
        <span role="tooltip" id={id} className="action-refusal">
          <bdi>{refusal}</bdi>
        </span>
      )}
    </span>
  );
}
