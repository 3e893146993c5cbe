import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { printTag, splitTag, type TagName } from '../../pure/reference.js';
import { Lost } from '../../shell/lost.js';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';
import { useTitle } from '../../ui/title.js';
import { TagContent, useTag } from '../../images/tag.js';

const route = getRouteApi('/t/$registry/$');

/** A tag as a page of its own. */
export function TagPage(): ReactNode {
  const { registry, _splat: rest = '' } = route.useParams();
  const named = splitTag(rest);
  if (named === null) return <Lost />;
  const [repository, tag] = named;
  return <OneTag key={`${registry} ${rest}`} name={{ registry, repository, tag }} />;
}

function OneTag({ name }: { name: TagName }): ReactNode {
  const { t } = useLanguage();
  const view = route.useSearch();
  const navigate = useNavigate();
  const { registry, repository, tag } = name;
  const shown = useTag(name);
  useTitle(`${repository}:${tag}`);
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <ol className="crumbs">
            <li>
              <Link to="/repositories">{t('nav.repositories')}</Link>
            </li>
            <li>
              <Link to="/repositories" search={{ registry: [registry] }}>
                <bdi>{registry}</bdi>
              </Link>
            </li>
            <li>
              <Link to="/r/$registry/$" params={{ registry, _splat: repository }}>
                <bdi>{repository}</bdi>
              </Link>
            </li>
          </ol>
          <h1>
            <bdi>{tag}</bdi>
          </h1>
        </div>
        <Link to="/compare" search={{ a: printTag(name) }} className="button">
          <Icon name="compare" />
          {t('tag.compare')}
        </Link>
      </header>
      <TagContent
        shown={shown}
        view={view}
        onView={(search) =>
          void navigate({
            to: '/t/$registry/$',
            params: { registry, _splat: `${repository}:${tag}` },
            search,
            replace: true,
          })
        }
      />
    </div>
  );
}
