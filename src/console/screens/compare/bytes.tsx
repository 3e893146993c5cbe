import type { ReactNode } from 'react';
import type { ComparedPartsFragment } from '../../operations/compare.js';
import { useLanguage } from '../../text/context.js';

/** The bytes of a change: for whoever has the one and pulls the other, and for the registry. */
export function Bytes({ parts }: { parts: ComparedPartsFragment }): ReactNode {
  const { t, formats } = useLanguage();
  const { sizes, layers, base, head } = parts;
  const countOf = (difference: string): number => layers.filter((layer) => layer.difference === difference).length;
  const [before, after] = [base?.size ?? null, head?.size ?? null];
  const difference = before === null || after === null ? null : after - before;
  return (
    <section aria-label={t('compare.bytes')}>
      <dl className="compare-bytes">
        <Number
          value={difference === null ? '–' : `${difference > 0 ? '+' : ''}${formats.bytes(difference)}`}
          note={`${formats.bytes(before)} → ${formats.bytes(after)}`}
          title={t('compare.difference')}
        />
        <Number
          value={formats.bytes(sizes.shared)}
          note={t('compare.inLayers', { n: countOf('SAME') })}
          title={t('compare.shared')}
        />
        <Number
          value={formats.bytes(sizes.added)}
          note={t('compare.inLayers', { n: countOf('ADDED') })}
          title={t('compare.toPull')}
          tone="added"
        />
        <Number
          value={formats.bytes(sizes.removed)}
          note={t('compare.inLayers', { n: countOf('REMOVED') })}
          title={t('compare.unused')}
          tone="removed"
        />
      </dl>
      <Stack shared={sizes.shared ?? 0} added={sizes.added ?? 0} removed={sizes.removed ?? 0} />
    </section>
  );
}

interface NumberProps {
  readonly title: string;
  readonly value: string;
  readonly note: string;
  readonly tone?: 'added' | 'removed';
}

function Number({ title, value, note, tone }: NumberProps): ReactNode {
  return (
    <div>
      <dt>
        {tone && <span className={`compare-key is-${tone}`} aria-hidden="true" />}
        {title}
      </dt>
      <dd>{value}</dd>
      <dd className="muted">{note}</dd>
    </div>
  );
}

/** The same numbers side by side: the numbers above it say them to those who do not see it. */
function Stack({ shared, added, removed }: { shared: number; added: number; removed: number }): ReactNode {
  const total = Math.max(1, shared + added + removed);
  const [first, second] = [(shared / total) * 100, (added / total) * 100];
  return (
    <svg className="compare-stack" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect className="size-track" width="100" height="4" />
      <rect className="compare-shared" width={first} height="4" />
      <rect className="compare-added" x={first} width={second} height="4" />
      <rect className="compare-removed" x={first + second} width={(removed / total) * 100} height="4" />
    </svg>
  );
}
