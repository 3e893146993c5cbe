import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Growing } from '../data/more.js';
import type { RelativeFragment } from '../operations/image.js';
import { shortDigest } from '../pure/name.js';
import { useLanguage } from '../text/context.js';
import { MoreOf } from '../ui/growing.js';
import { Time } from '../ui/parts.js';
import { TagLink } from './taglink.js';

/** Images that the list has, with what asks for more of them. */
export function Relatives({ list }: { list: Growing<RelativeFragment> }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <ul className="image-relatives">
        {list.items.map((image) => (
          <li key={image.id}>
            <Relative image={image} />
          </li>
        ))}
      </ul>
      <MoreOf list={list} label={t('lineage.more')} />
    </>
  );
}

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
      <TagLink name={name} repository={repository} />
    </li>
  );
}
