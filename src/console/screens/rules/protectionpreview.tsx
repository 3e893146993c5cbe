import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ProtectionPreviewedFragment } from '../../operations/protection.js';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';
import { Fact } from '../../ui/fact.js';
import { Badge, Time } from '../../ui/parts.js';

export interface ProtectionPreviewProps {
  readonly preview: ProtectionPreviewedFragment;
  readonly registry: string;
  /** Other rules are being tried: these numbers are of those before. */
  readonly isAsking: boolean;
}

/** The tags that the rules as written would protect, by what was read last. */
export function ProtectionPreview({ preview, registry, isAsking }: ProtectionPreviewProps): ReactNode {
  const { t, formats } = useLanguage();
  const { protectedTagCount, protectedRepositoryCount, repositories, unreadRepositoryCount } = preview;
  return (
    <section className="rules-part" aria-labelledby="protection-preview" aria-busy={isAsking}>
      <header className="rules-head">
        <h2 id="protection-preview">{t('protection.preview')}</h2>
        <small className="muted">
          <Time at={preview.confirmedAt} />
        </small>
      </header>
      <div role="status">
        <dl className="facts">
          <Fact name={t('protection.tags')}>{formats.count(protectedTagCount)}</Fact>
          <Fact name={t('protection.repositories')}>{formats.count(protectedRepositoryCount)}</Fact>
          <Fact name={t('protection.added')}>{formats.count(preview.addedTagCount)}</Fact>
          <Fact name={t('protection.released')}>{formats.count(preview.releasedTagCount)}</Fact>
        </dl>
      </div>
      {unreadRepositoryCount > 0 && <p className="muted">{t('rules.unread', { n: unreadRepositoryCount })}</p>}
      <ul className="rules-found">
        {repositories.map((one) => (
          <li key={one.repository.id}>
            <details>
              <summary>
                <Icon name="right" />
                <bdi className="rules-name">{one.repository.name}</bdi>
                {one.addedTagCount > 0 && <Badge tone="good">{t('protection.plus', { n: one.addedTagCount })}</Badge>}
                {one.releasedTagCount > 0 && (
                  <Badge tone="warn">{t('protection.minus', { n: one.releasedTagCount })}</Badge>
                )}
                <span className="muted">{t('protection.of', { n: one.protectedTagCount, all: one.tagCount })}</span>
              </summary>
              <p className="rules-tags">
                {one.tags.map(({ id, name }) => (
                  <Badge key={id}>
                    <bdi>{name}</bdi>
                  </Badge>
                ))}
                {one.protectedTagCount > one.tags.length && (
                  <Link to="/r/$registry/$" params={{ registry, _splat: one.repository.name }} className="rules-link">
                    {t('rules.moreTags', { n: one.protectedTagCount - one.tags.length })}
                  </Link>
                )}
              </p>
            </details>
          </li>
        ))}
      </ul>
      {protectedRepositoryCount > repositories.length && (
        <p className="muted">{t('rules.moreRepositories', { n: protectedRepositoryCount - repositories.length })}</p>
      )}
    </section>
  );
}
