import type { ReactNode } from 'react';
import type { SearchMarkField, SearchQuery, SearchType } from '../../operations/search.js';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import type { IconName } from '../../ui/icon.js';
import { Marked } from '../../ui/marked.js';

type Edge = NonNullable<SearchQuery['search']>['edges'][number];

/** A thing found, and where the words are in it. */
export type Found = Edge;

export const foundIcons: Readonly<Record<SearchType, IconName>> = {
  REPOSITORY: 'box',
  TAG: 'tag',
  IMAGE: 'layers',
  REGISTRY: 'server',
};

export function typeOf({ node }: Found): SearchType {
  return node.__typename.toUpperCase() as SearchType;
}

/** Where a thing is looked at. */
export interface Place {
  readonly to: string;
  readonly params?: { readonly registry: string; readonly _splat: string };
  readonly search?: Readonly<Record<string, unknown>>;
}

/** null: it has no place, as an image that no tag holds any longer. */
export function placeOf({ node }: Found): Place | null {
  if (node.__typename === 'Registry') return { to: '/repositories', search: { registry: [node.name] } };
  if (node.__typename === 'Repository') return placeIn(node);
  const tag = node.__typename === 'Image' ? node.locations.nodes[0] : node;
  return tag?.repository ? { ...placeIn(tag.repository), search: { tag: tag.name } } : null;
}

function placeIn({ name, registry }: { readonly name: string; readonly registry: { readonly name: string } }): Place {
  return { to: '/r/$registry/$', params: { registry: registry.name, _splat: name } };
}

/** By which it is pulled; null: it is nothing to pull. */
export function referenceOf({ node }: Found): string | null {
  if (node.__typename === 'Registry') return null;
  return (node.__typename === 'Image' ? node.locations.nodes[0]?.reference : node.reference) ?? null;
}

/** The name of what was found, its words marked. */
export function FoundName({ found }: { found: Found }): ReactNode {
  const { node, marks } = found;
  const of = (field: SearchMarkField): Found['marks'] => marks.filter((mark) => mark.of === field);
  switch (node.__typename) {
    case 'Registry':
    case 'Repository':
      return <Marked text={node.name} marks={of('NAME')} />;
    case 'Tag':
      return (
        <>
          <Marked text={node.repository?.name ?? ''} marks={of('REPOSITORY_NAME')} />:
          <Marked text={node.name} marks={of('NAME')} />
        </>
      );
    case 'Image': {
      const [first] = node.locations.nodes;
      return first ? `${first.repository?.name ?? ''}:${first.name}` : shortDigest(node.digest);
    }
  }
}

/** Where it is, and what of it the words were found in. */
export function FoundMore({ found }: { found: Found }): ReactNode {
  const { t, formats } = useLanguage();
  const { node, marks } = found;
  const label = marks.find(({ of }) => of === 'LABEL');
  switch (node.__typename) {
    case 'Registry':
      return t('search.registryMore', { addr: node.addr, n: node.repositoryCount });
    case 'Repository':
      return t('search.repositoryMore', {
        registry: node.registry.name,
        n: node.tagCount,
        size: formats.bytes(node.size),
      });
    case 'Tag':
      return node.repository?.registry.name;
    case 'Image': {
      const values = { digest: shortDigest(node.digest), n: node.locations.totalCount };
      return (
        <>
          {t('search.imageMore', values)}
          {label && (
            <>
              {' · '}
              <Marked text={label.text.slice(0, 200)} marks={marks.filter(({ text }) => text === label.text)} />
            </>
          )}
        </>
      );
    }
  }
}
