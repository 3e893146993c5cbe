import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { splitName } from '../../pure/name.js';
import { Pin } from '../../shell/saved/saveview.js';
import { useLanguage } from '../../text/context.js';
import { Bars } from '../../ui/bars.js';
import { FactList } from '../../ui/fact.js';
import { Copy, Time } from '../../ui/parts.js';
import { DeleteRepository } from './deleting.js';
import type { RepositoryFacts } from './source.js';

export interface RepositoryHeadingProps {
  readonly registry: string;
  readonly name: string;
  /** null: not answered yet. */
  readonly head: Exclude<RepositoryFacts, 'missing'> | null;
}

/** Where one is, and the repository's numbers. */
export function RepositoryHeading({ registry, name, head }: RepositoryHeadingProps): ReactNode {
  const { t, formats } = useLanguage();
  const [namespace, base] = splitName(name);
  const facts: readonly (readonly [string, ReactNode])[] | null = head && [
    [t('repository.tags'), formats.count(head.tagCount)],
    [t('repository.size'), formats.bytes(head.size)],
    [t('repository.unique'), formats.bytes(head.uniqueSize)],
    [t('repository.updated'), <Time key="updated" at={head.updatedAt} />],
  ];
  return (
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
          {namespace !== '' && (
            <li>
              <Link to="/repositories" search={{ registry: [registry], namespace: namespace.slice(0, -1) }}>
                <bdi>{namespace.slice(0, -1)}</bdi>
              </Link>
            </li>
          )}
        </ol>
        <h1>
          <bdi>{base}</bdi> <Pin name={name} />
        </h1>
        <p className="muted reference">
          <bdi>{head?.reference ?? name}</bdi> {head && <Copy text={head.reference} label={head.reference} />}
        </p>
      </div>
      {facts && <FactList className="facts" rows={facts} />}
      {head && <DeleteRepository registry={registry} name={name} blockers={head.deletionBlockers} />}
      {head && head.pushes.some(({ value }) => value) && <Bars label={t('repository.pushes')} points={head.pushes} />}
    </header>
  );
}
