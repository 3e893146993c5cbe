import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { TagQuery } from '../operations/image.js';
import { shortDigest } from '../pure/name.js';
import { printTag, type TagName } from '../pure/reference.js';
import { useLanguage } from '../text/context.js';
import { Action } from '../ui/action.js';
import { Bounded } from '../ui/long.js';
import { Badge, Copy, Time } from '../ui/parts.js';
import { PutBack } from './putback.js';

type TagFacts = NonNullable<NonNullable<TagQuery['repository']>['tag']>;
export type Revisions = NonNullable<TagFacts['history']>;
type Revision = Revisions['nodes'][number];

export interface ShownRevisions {
  readonly name: TagName;
  /** The digest that the tag points to now; null: that could not be read. */
  readonly digest: string | null;
  readonly blockers: TagFacts['deletionBlockers'];
  readonly revisions: Revisions;
  /** The tag was put back on another image. */
  readonly onMoved: () => void;
}

/** Where the tag pointed to, the newest first, each with when it came and when it was moved on, and the way back. */
export function History({ revisions, name, digest, blockers, onMoved }: ShownRevisions): ReactNode {
  const { t } = useLanguage();
  const [chosen, setChosen] = useState<string | null>(null);
  const refusal = describeBlockers(blockers) ?? (digest === null ? t('history.unread') : undefined);
  return (
    <>
      <Bounded items={revisions.nodes} most={20}>
        {(shown) => (
          <ol className="image-history">
            {shown.map((revision) => (
              <RevisionLine
                key={`${revision.digest} ${revision.since}`}
                revision={revision}
                tag={name}
                // The tag may have gone back to what it pointed to before.
                putBack={revision.digest === digest ? null : { refusal, onAct: () => setChosen(revision.digest) }}
              />
            ))}
          </ol>
        )}
      </Bounded>
      <p className="muted">{t('history.seen')}</p>
      {chosen !== null && digest !== null && (
        <PutBack tag={name} from={digest} to={chosen} onClose={() => setChosen(null)} onDone={onMoved} />
      )}
    </>
  );
}

/** Moving a tag deletes nothing: a registry that refuses to delete lets it be moved. */
function describeBlockers(blockers: TagFacts['deletionBlockers']): string | undefined {
  const own = blockers.filter(({ reason }) => reason !== 'DELETES_DISABLED' && reason !== 'ACCOUNT_MAY_NOT_DELETE');
  return own.length === 0 ? undefined : own.map(({ message, hint }) => `${message} ${hint ?? ''}`.trim()).join(' ');
}

interface RevisionLineProps {
  readonly revision: Revision;
  readonly tag: TagName;
  /** null: the tag is there. */
  readonly putBack: { readonly refusal: string | undefined; readonly onAct: () => void } | null;
}

function RevisionLine({ revision, tag, putBack }: RevisionLineProps): ReactNode {
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
      {!isNow && putBack && (
        <Action icon="undo" isSmall refusal={putBack.refusal} onAct={putBack.onAct}>
          {t('history.putBack')}
        </Action>
      )}
    </li>
  );
}
