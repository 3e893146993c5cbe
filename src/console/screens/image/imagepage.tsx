import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import { image as imageOperation } from '../../operations/image.js';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { ImageBody } from '../../images/body.js';
import { ImageFacts } from '../../images/facts.js';
import '../../images/image.css';
import { Pull } from '../../images/pull.js';
import type { ImageView } from '../../images/view.js';
import { Waiting } from '../../images/waiting.js';

const route = getRouteApi('/image/$digest');

/** An image by its digest, in whichever registries it is. */
export function ImagePage(): ReactNode {
  const { digest } = route.useParams();
  return <OneImage key={digest} digest={digest} />;
}

function OneImage({ digest }: { digest: string }): ReactNode {
  const { t } = useLanguage();
  const view = route.useSearch();
  const navigate = useNavigate();
  const { data, problem, isAsking, renew } = useOperation(imageOperation, { digest });
  useTitle(shortDigest(digest));
  const onView = (search: ImageView): void =>
    void navigate({ to: '/image/$digest', params: { digest }, search, replace: true });
  const image = data?.image;
  const isMissing = data !== null && !image && problem === null;
  const holder = image?.held.nodes.find((place) => place.digest === image.digest);
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <p className="muted">{t('image.title')}</p>
          <h1>
            <code className="image-heading">{shortDigest(digest) || digest.slice(0, 80)}</code>
          </h1>
        </div>
        <Link to="/compare" search={{ a: digest }} className="button">
          <Icon name="compare" />
          {t('tag.compare')}
        </Link>
      </header>
      <div className="image" aria-busy={isAsking}>
        {problem && <ProblemNotice problem={problem} retry={renew} />}
        {!image && isAsking && !isMissing && <Waiting />}
        {isMissing && (
          <Empty title={t('image.missing')}>
            <p>{t('image.missingText')}</p>
          </Empty>
        )}
        {image && (
          <>
            {holder && <Pull byDigest={holder.byDigest} />}
            <ImageFacts image={image} onPlaces={() => onView({ ...view, part: 'places' })} />
            <ImageBody image={image} view={view} onView={onView} />
          </>
        )}
      </div>
    </div>
  );
}
