import type { ReactNode } from 'react';
import type { ImageHeadFragment, ImageKind } from '../operations/image.js';
import { useLanguage } from '../text/context.js';
import type { TextName } from '../text/texts.js';
import { Fact } from '../ui/fact.js';
import { Copy, Notice, Time } from '../ui/parts.js';

const kinds: Readonly<Record<ImageKind, TextName>> = {
  IMAGE: 'kind.image',
  INDEX: 'kind.index',
  ARTIFACT: 'kind.artifact',
  SCHEMA1: 'kind.schema1',
  UNKNOWN: 'kind.unknown',
};

export interface ImageFactsProps {
  readonly image: ImageHeadFragment;
  /** When the tag was updated, where the image is looked at by one. */
  readonly updated?: ReactNode;
  /** Leads to the places of the image. */
  readonly onPlaces: () => void;
}

/** The image's numbers, its digest, and why some of it is not known. */
export function ImageFacts({ image, updated, onPlaces }: ImageFactsProps): ReactNode {
  const { t, formats } = useLanguage();
  const { digest, kind, artifactType, createdAt, size, choices, locations, problems } = image;
  const others = locations.totalCount - (updated === undefined ? 0 : 1);
  return (
    <>
      <dl className="facts">
        {updated !== undefined && <Fact name={t('image.updated')}>{updated}</Fact>}
        <Fact name={t('image.built')}>
          <Time at={createdAt} />
        </Fact>
        <Fact name={t('image.size')}>
          {formats.bytes(size)}
          {choices.length > 1 && <small className="muted"> {t('image.overPlatforms', { n: choices.length })}</small>}
        </Fact>
        <Fact name={t('image.kind')}>
          {t(kinds[kind])}
          {artifactType !== null && (
            <small className="muted image-artifact">
              <bdi>{artifactType}</bdi>
            </small>
          )}
        </Fact>
        <Fact name={t(updated === undefined ? 'image.at' : 'image.alsoAt')}>
          {others === 0 ? (
            <span className="muted">{t('image.nowhere')}</span>
          ) : (
            <button type="button" className="image-fact-button" onClick={onPlaces}>
              {t('image.placeCount', { n: others })}
            </button>
          )}
        </Fact>
      </dl>
      <p className="image-digest">
        <code>{digest}</code> <Copy text={digest ?? ''} label={t('image.digest')} />
      </p>
      {problems.length > 0 && (
        <Notice tone="warn">
          {t('image.problems', { n: problems.length })}
          <ul>
            {problems.map(({ field, message }) => (
              <li key={field}>
                <bdi>{`${field}: ${message}`}</bdi>
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
