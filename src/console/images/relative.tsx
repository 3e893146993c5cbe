import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RelativeFragment } from '../operations/image.js';
import { shortDigest } from '../pure/name.js';
import { useLanguage } from '../text/context.js';
import { Time } from '../ui/parts.js';

/** Another image, by the tags that lead to it, with its size and when it was built. */
export function Relative({ image }: { image: RelativeFragment }): ReactNode {
  const { t, formats } = useLanguage();
  const { digest, createdAt, size, locations } = image;
  const more = locations.totalCount - locations.nodes.length;
  return (
    <>
      <ul className="image-relative-tags">
        {locations.nodes.map((tag) => (
          <RelativeTag key={tag.id} tag={tag} />
        ))}
        {more > 0 && digest !== null && (
          <li>
            <Link to="/image/$digest" params={{ digest }} search={{ part: 'places' }} className="link">
              {t('image.moreTags', { n: more })}
            </Link>
          </li>
        )}
      </ul>
      <p className="muted image-relative-facts">
        {digest !== null && (
          <Link to="/image/$digest" params={{ digest }} className="link">
            <code title={digest}>{shortDigest(digest)}</code>
          </Link>
        )}
        <span>{formats.bytes(size)}</span>
        <span>
          {t('image.built')} <Time at={createdAt} />
        </span>
      </p>
    </>
  );
}

function RelativeTag({ tag }: { tag: RelativeFragment['locations']['nodes'][number] }): ReactNode {
  const { name, repository } = tag;
  if (repository === null) return null;
  return (
    <li>
      <Link
        to="/t/$registry/$"
        params={{ registry: repository.registry.name, _splat: `${repository.name}:${name}` }}
        className="name"
      >
        <bdi className="muted">{repository.registry.name} / </bdi>
        <bdi>{repository.name}</bdi>:<bdi>{name}</bdi>
      </Link>
    </li>
  );
}
