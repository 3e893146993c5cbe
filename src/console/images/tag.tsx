import type { ReactNode } from 'react';
import { useChanges } from '../data/live.js';
import { useOperation, type Shown } from '../data/query.js';
import { tag as tagOperation, type TagQuery } from '../operations/image.js';
import type { TagName } from '../pure/reference.js';
import { useLanguage } from '../text/context.js';
import { Empty, Notice, ProblemNotice, Time } from '../ui/parts.js';
import { ImageBody } from './body.js';
import { ImageFacts } from './facts.js';
import './image.css';
import { Pull } from './pull.js';
import type { ImageView } from './view.js';
import { Waiting } from './waiting.js';

type TagFacts = NonNullable<NonNullable<TagQuery['repository']>['tag']>;

/** A tag as it is shown: while another one is asked for, the last stays. */
export interface ShownTag extends Omit<Shown<TagQuery>, 'data'> {
  /** null: nothing was answered yet, or there is no such tag. */
  readonly found: TagFacts | null;
  /** The tag that `found` is. */
  readonly name: TagName;
  readonly isMissing: boolean;
}

export function useTag(name: TagName): ShownTag {
  const { registry, repository, tag } = name;
  const { data, problem, isAsking, renew } = useOperation(tagOperation, { registry, name: repository, tag });
  useChanges((change) => change.registryName === registry && change.repositoryName === repository, renew);
  const found = data?.repository?.tag ?? null;
  const isMissing = !isAsking && problem?.code === 'NOT_FOUND' && found === null;
  return { found, name: { ...name, tag: found?.name ?? tag }, isMissing, problem, isAsking, renew };
}

export interface TagContentProps {
  readonly shown: ShownTag;
  readonly view: ImageView;
  readonly onView: (changed: ImageView) => void;
}

/** A tag with the image that it points to, as the panel and the page have it. */
export function TagContent({ shown, view, onView }: TagContentProps): ReactNode {
  const { t } = useLanguage();
  const { found, name, isMissing, problem, isAsking, renew } = shown;
  if (isMissing)
    return (
      <Empty title={t('tag.missing')}>
        <p>{t('tag.missingText')}</p>
      </Empty>
    );
  return (
    <div className="image" aria-busy={isAsking}>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {found ? (
        <FoundTag found={found} name={name} view={view} onView={onView} onMoved={renew} />
      ) : (
        isAsking && <Waiting />
      )}
    </div>
  );
}

interface FoundTagProps extends Omit<TagContentProps, 'shown'> {
  readonly found: TagFacts;
  readonly name: TagName;
  /** The tag was put back on another image. */
  readonly onMoved: () => void;
}

function FoundTag({ found, name, view, onView, onMoved }: FoundTagProps): ReactNode {
  const { t } = useLanguage();
  const { image, freshness, byTag, byDigest, updatedAt, updatedAtSource, history, id, digest, deletionBlockers } =
    found;
  if (image === null)
    return (
      <Notice tone="warn">
        {t('tag.unread')} <bdi>{freshness.lastError?.message ?? ''}</bdi>
      </Notice>
    );
  const hint = updatedAtSource === 'FIRST_SEEN' ? t('repository.firstSeen') : undefined;
  return (
    <>
      {freshness.state === 'UNREACHABLE' && (
        <Notice tone="warn">
          {t('tag.away')} <Time at={freshness.confirmedAt} />
        </Notice>
      )}
      <Pull byTag={byTag} byDigest={byDigest} />
      <ImageFacts
        image={image}
        updated={<Time at={updatedAt} hint={hint} />}
        onPlaces={() => onView({ ...view, part: 'places' })}
      />
      <ImageBody
        image={image}
        tag={{ id, name, digest, blockers: deletionBlockers, revisions: history, onMoved }}
        view={view}
        onView={onView}
      />
    </>
  );
}
