import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Notice } from '../../ui/parts.js';
import type { Deleting } from './state.js';
import type { DeletionSubject } from './subject.js';

export interface NoticesProps {
  readonly subject: DeletionSubject;
  readonly deleting: Deleting;
}

/** Why it cannot be done, what has changed, and who else has to agree. */
export function Notices({ subject, deleting }: NoticesProps): ReactNode {
  const { t } = useLanguage();
  const { plan, refusals, changes, isOld } = deleting;
  const blockers = plan?.deletionBlockers ?? [];
  const told = new Set(blockers.map(({ message }) => message));
  const asked = plan === null ? 0 : plan.tagCount - plan.alsoRemovedTagCount;
  return (
    <>
      {refusals
        .filter(({ message }) => !told.has(message))
        .map((refusal) => (
          <Notice
            key={refusal.message}
            tone={refusal.code === 'CHANGED_SINCE_PLAN' ? 'warn' : 'bad'}
            icon={refusal.code === 'PROTECTED' ? 'lock' : 'warning'}
          >
            <bdi>{refusal.message}</bdi> {'hint' in refusal && <bdi>{refusal.hint}</bdi>}
          </Notice>
        ))}
      {blockers.map(({ reason, message, hint }) => (
        <Notice key={reason} tone="bad" icon="lock">
          <bdi>{message}</bdi> <bdi>{hint}</bdi>
        </Notice>
      ))}
      {changes && <Notice tone="warn">{t('deletion.changed')}</Notice>}
      {isOld && !changes && (
        <Notice
          tone="info"
          icon="refresh"
          action={
            <Action isSmall onAct={() => deleting.planAgain()}>
              {t('deletion.planAgain')}
            </Action>
          }
        >
          {t('deletion.old')}
        </Notice>
      )}
      {subject.kind === 'matching' && plan !== null && asked !== subject.count && (
        <Notice tone="warn">{t('deletion.otherCount', { n: asked, before: subject.count })}</Notice>
      )}
      {plan?.needsApproval && (
        <Notice tone="info" icon="shield">
          {t('deletion.approval', { repository: subject.repository })}
        </Notice>
      )}
    </>
  );
}
