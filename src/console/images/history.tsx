import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { TagQuery } from '../operations/image.js';
import { shortDigest } from '../pure/name.js';
import { printTag, type TagName } from '../pure/reference.js';
import { useLanguage } from '../text/context.js';
import { Bounded } from '../ui/long.js';
import { Badge, Copy, Time } from '../ui/parts.js';

export type Revisions = NonNullable<NonNullable<NonNullable<TagQuery['repository']>['tag']>['history']>;
type Revision = Revisions['nodes'][number];

/** Where the tag pointed to, the newest first, each with when it came and when it was moved on. */
export function History({ revisions, tag }: { revisions: Revisions; tag: TagName }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <Bounded items={revisions.nodes} most={20}>
        {(shown) => (
          <ol className="image-history">
            {shown.map((revision) => (
              <RevisionLine key={`${revision.digest} ${revision.since}`} revision={revision} tag={tag} />
            ))}
          </ol>
        )}
      </Bounded>
      <p className="muted">{t('history.seen')}</p>
    </>
  );
}

function RevisionLine({ revision, tag }: { revision: Revision; tag: TagName }): ReactNode {
  const { t } = useLanguage();
  const { digest, since, sinceSource, until } = revision;
  const isNow = until === null;
  const old = `${tag.registry}/${tag.repository}@${digest}`;
  return (
    <li className={isNow ? 'is-now' : undefined}>
      <p>
        <Link to="/image/$digest" params={{ digest }} className="name">
          <code title={digest}>{shortDigest(digest)}</code>
        </Link>{' '}
        <Copy text={digest} label={t('image.digest')} /> {isNow && <Badge tone="good">{t('history.now')}</Badge>}
      </p>
      <p className="muted">
        {t(sinceSource === 'FIRST_SEEN' ? 'history.seenSince' : 'history.since')} <Time at={since} />
        {!isNow && (
          <>
            {' · '}
            {t('history.until')} <Time at={until} />
            {' · '}
            <Link to="/compare" search={{ a: old, b: printTag(tag) }} className="link">
              {t('history.compare')}
            </Link>
          </>
        )}
      </p>
    </li>
  );
}
