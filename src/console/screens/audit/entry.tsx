import type { ReactNode } from 'react';
import type { AuditLogQuery } from '../../operations/audit.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Fact } from '../../ui/fact.js';
import { Badge, Copy, Time, type Tone } from '../../ui/parts.js';

export interface EntryProps {
  readonly entry: NonNullable<AuditLogQuery['auditLog']>['nodes'][number];
  readonly tone: Tone;
  readonly onClose: () => void;
}

/** Tags that are named; the others are counted. */
const mostTags = 100;

/** One entry of the audit log, with all that was noted. */
export function Entry({ entry, tone, onClose }: EntryProps): ReactNode {
  const { t } = useLanguage();
  const { action, actor, at, outcome, registryName, repository, tags, message, code, details, jobId, requestId } =
    entry;
  const place = [registryName, repository].filter((part) => part !== null).join(' / ');
  return (
    <Dialog title={action} subtitle={t('audit.entry')} onClose={onClose} form="side">
      <dl className="audit-facts">
        <Fact name={t('audit.outcome')}>
          <Badge tone={tone}>{t(`audit.outcome.${outcome}`)}</Badge>{' '}
          {message !== null && (
            <bdi>
              {message} {code !== null && <code>{code}</code>}
            </bdi>
          )}
        </Fact>
        <Fact name={t('audit.at')}>
          <Time at={at} />
        </Fact>
        <Fact name={t('audit.actor')}>
          <bdi>{actor}</bdi>
        </Fact>
        {place !== '' && (
          <Fact name={t('audit.object')}>
            <bdi>{place}</bdi>
          </Fact>
        )}
        {tags.length > 0 && (
          <Fact name={t('audit.tags')}>
            <bdi>{tags.slice(0, mostTags).join(', ')}</bdi>{' '}
            {tags.length > mostTags && t('audit.moreTags', { n: tags.length - mostTags })}
          </Fact>
        )}
        {jobId !== null && (
          <Fact name={t('audit.job')}>
            <a href={`jobs/${encodeURIComponent(jobId)}`} className="link">
              {jobId}
            </a>
          </Fact>
        )}
        {requestId !== null && (
          <Fact name={t('audit.request')}>
            <code>{requestId}</code> <Copy text={requestId} label={t('audit.request')} />
          </Fact>
        )}
      </dl>
      {details !== null && (
        <section>
          <h3>{t('audit.details')}</h3>
          {/* It scrolls: keys must reach it. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className="audit-details" tabIndex={0}>
            {JSON.stringify(details, null, 2)}
          </pre>
        </section>
      )}
    </Dialog>
  );
}
