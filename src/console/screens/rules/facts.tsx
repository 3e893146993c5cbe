import type { ReactNode } from 'react';
import type { RetentionNumbersFragment } from '../../operations/retention.js';
import { useLanguage } from '../../text/context.js';

/** How much goes, and how much stays. */
export function RetentionFacts({ numbers }: { numbers: RetentionNumbersFragment }): ReactNode {
  const { t, formats } = useLanguage();
  return (
    <div role="status">
      <dl className="facts">
        <div>
          <dt>{t('retention.goes')}</dt>
          <dd>{formats.count(numbers.goingTagCount)}</dd>
        </div>
        <div>
          <dt>{t('retention.from')}</dt>
          <dd>{formats.count(numbers.repositoryCount)}</dd>
        </div>
        <div>
          <dt>{t('retention.stays')}</dt>
          <dd>{formats.count(numbers.keptTagCount)}</dd>
        </div>
        <div>
          <dt title={t('retention.bytesHint')}>{t('retention.bytes')}</dt>
          <dd>{formats.bytes(numbers.bytes)}</dd>
        </div>
      </dl>
    </div>
  );
}
