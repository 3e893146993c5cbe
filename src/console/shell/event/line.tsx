import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { EventKind, ToldEventFragment } from '../../operations/activity.js';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import { Badge, type Tone } from '../../ui/parts.js';
import './line.css';

const tones: Readonly<Record<EventKind, Tone>> = {
  TAG_PUSHED: 'good',
  TAG_MOVED: 'info',
  TAG_DELETED: 'bad',
  REPOSITORY_APPEARED: 'good',
  REPOSITORY_CHANGED: 'info',
  REPOSITORY_EMPTIED: 'bad',
  REPOSITORY_GONE: 'bad',
  REGISTRY_ATTACHED: 'good',
  REGISTRY_DETACHED: 'bad',
  REGISTRY_UNREACHABLE: 'warn',
  REGISTRY_BACK: 'good',
  JOB_BEGAN: 'quiet',
  JOB_ENDED: 'quiet',
};

export interface EventLineProps {
  readonly event: ToldEventFragment;
  /** Who asked for the job that it is about; undefined: not known. */
  readonly asker?: string | undefined;
}

/** One change: when, what, where, and what it was before. */
export function EventLine({ event, asker }: EventLineProps): ReactNode {
  const { t, formats } = useLanguage();
  const { at, kind, registryName, tagCount, message, jobKind, jobState } = event;
  return (
    <li className="event">
      <time className="event-time muted" dateTime={at} title={formats.moment(at)}>
        {formats.clock(at)}
      </time>
      <span className="event-kind">
        <Badge tone={tones[kind]}>{t(`activity.kind.${kind}`)}</Badge>
      </span>
      <span className="event-subject">
        <Subject event={event} />
        {event.repositoryName !== null && <bdi className="muted event-registry">{registryName}</bdi>}
      </span>
      <span className="event-more muted">
        {kind === 'TAG_MOVED' && <Move event={event} />}
        {tagCount !== null && <span>{t('activity.tags', { n: tagCount })}</span>}
        {jobKind && event.jobId && (
          <Link to="/jobs/$id" params={{ id: event.jobId }} className="link">
            {t(`work.${jobKind}`)}
          </Link>
        )}
        {jobState && kind === 'JOB_ENDED' && <span>{t(`jobstate.${jobState}`)}</span>}
        {asker !== undefined && <bdi>{t('activity.by', { name: asker })}</bdi>}
        {message && <bdi className="event-message">{message}</bdi>}
      </span>
    </li>
  );
}

function Subject({ event: { registryName, repositoryName, tagName, kind } }: EventLineProps): ReactNode {
  if (repositoryName === null)
    return (
      <Link to="/repositories" search={{ registry: [registryName] }} className="event-name">
        <bdi>{registryName}</bdi>
      </Link>
    );
  const params = { registry: registryName, _splat: repositoryName };
  // A tag that is gone has no page of its own: its repository has its history.
  const search = tagName !== null && kind !== 'TAG_DELETED' ? { tag: tagName } : {};
  return (
    <Link to="/r/$registry/$" params={params} search={search} className="event-name">
      <bdi>
        {repositoryName}
        {tagName !== null && <strong>:{tagName}</strong>}
      </bdi>
    </Link>
  );
}

/** The image before and the one after, and the way to what is different. */
function Move({ event: { formerDigest, digest, tagName } }: EventLineProps): ReactNode {
  const { t } = useLanguage();
  if (!formerDigest || !digest) return null;
  return (
    <>
      <span className="event-move">
        <code title={formerDigest}>{shortDigest(formerDigest)}</code> →{' '}
        <code title={digest}>{shortDigest(digest)}</code>
      </span>
      <Link
        to="/compare"
        search={{ a: formerDigest, b: digest }}
        className="link"
        aria-label={t('activity.compareHint', { tag: tagName ?? '' })}
      >
        {t('activity.compare')}
      </Link>
    </>
  );
}
