import { useState, type ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import { retentionReasons, type RetentionPreviewedFragment } from '../../operations/retention.js';
import type { RetentionRule } from '../../pure/retention.js';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';
import { Badge, ProblemNotice, Time } from '../../ui/parts.js';
import { RetentionFacts } from './facts.js';

export interface RetentionPreviewProps {
  readonly preview: RetentionPreviewedFragment;
  readonly registry: string;
  readonly rules: readonly RetentionRule[];
  /** Other rules are being tried: these numbers are of those before. */
  readonly isAsking: boolean;
}

/** The tags that the rules as written would let go, by what was read last; a repository opens to its tags. */
export function RetentionPreview({ preview, registry, rules, isAsking }: RetentionPreviewProps): ReactNode {
  const { t } = useLanguage();
  const { repositories, repositoryCount, unreadRepositoryCount } = preview;
  return (
    <section className="rules-part" aria-labelledby="retention-preview" aria-busy={isAsking}>
      <header className="rules-head">
        <h2 id="retention-preview">{t('retention.preview')}</h2>
        <small className="muted">
          <Time at={preview.confirmedAt} />
        </small>
      </header>
      <RetentionFacts numbers={preview} />
      {unreadRepositoryCount > 0 && <p className="muted">{t('rules.unread', { n: unreadRepositoryCount })}</p>}
      <ul className="rules-found">
        {repositories.map((one) => (
          <Going key={one.repository.id} going={one} registry={registry} rules={rules} />
        ))}
      </ul>
      {repositoryCount > repositories.length && (
        <p className="muted">{t('rules.moreRepositories', { n: repositoryCount - repositories.length })}</p>
      )}
    </section>
  );
}

interface GoingProps {
  readonly going: RetentionPreviewedFragment['repositories'][number];
  readonly registry: string;
  readonly rules: readonly RetentionRule[];
}

function Going({ going, registry, rules }: GoingProps): ReactNode {
  const { t, formats } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const { repository, goingTagCount, keptTagCount, bytes } = going;
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Icon name="right" />
          <bdi className="rules-name">{repository.name}</bdi>
          <Badge tone="warn">{t('retention.going', { n: goingTagCount })}</Badge>
          <span className="muted">{t('retention.staying', { n: keptTagCount })}</span>
          <span className="rules-bytes">{formats.bytes(bytes)}</span>
        </summary>
        {isOpen && <Reasons registry={registry} repository={repository.name} rules={rules} />}
      </details>
    </li>
  );
}

interface ReasonsProps {
  readonly registry: string;
  readonly repository: string;
  readonly rules: readonly RetentionRule[];
}

/** Each tag of a repository with what becomes of it, and why, as the registry has it now. */
function Reasons({ registry, repository, rules }: ReasonsProps): ReactNode {
  const { t, formats } = useLanguage();
  const { data, problem, renew } = useOperation(retentionReasons, { registry, repository, rules });
  const preview = data?.retentionPreview;
  if (problem) return <ProblemNotice problem={problem} retry={renew} />;
  if (!preview) return <p className="muted">{t('loading')}</p>;
  const { plan, kept, keptCount } = preview;
  const more = keptCount - kept.length + (plan === null ? 0 : plan.tagCount - plan.tags.length);
  return (
    <ul className="rules-reasons">
      {plan?.tags.map(({ id, name }) => (
        <li key={id}>
          <bdi>{name}</bdi>
          <Badge tone="warn">{t('retention.tagGoes')}</Badge>
        </li>
      ))}
      {kept.map(({ tag, reasons }) => (
        <li key={tag.id}>
          <bdi>{tag.name}</bdi>
          <span className="muted">{formats.list(reasons.map((reason) => t(`retention.kept.${reason}`)))}</span>
        </li>
      ))}
      {more > 0 && <li className="muted">{t('rules.moreTags', { n: more })}</li>}
    </ul>
  );
}
