import type { ReactNode } from 'react';
import { useGateway } from '../data/context.js';
import { useMore } from '../data/more.js';
import { useOperation } from '../data/query.js';
import { lineageOf, type LineageOfQuery, type RelativeFragment } from '../operations/image.js';
import { useLanguage } from '../text/context.js';
import { LongText } from '../ui/long.js';
import { Badge, Copy, ProblemNotice } from '../ui/parts.js';
import './lineage.css';
import { Relative, Relatives } from './relative.js';
import { Waiting } from './waiting.js';

type Line = NonNullable<LineageOfQuery['image']>['platforms'][number];
type Base = Line['baseImages'][number];

/** The images that this one is built on, and those of all registries that are built on it. */
export function Lineage({ digest }: { digest: string }): ReactNode {
  const { t } = useLanguage();
  const { data, problem, isAsking, renew } = useOperation(lineageOf, { digest, after: null });
  const line = data?.image?.platforms[0];
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {!line && isAsking && <Waiting />}
      {line && (
        <>
          <section className="image-lineage">
            <h3>{t('lineage.on')}</h3>
            {line.baseImages.length === 0 && <p className="muted">{t('lineage.onNone')}</p>}
            <ul className="image-relatives">
              {line.baseImages.map((base) => (
                <BaseLine key={base.knownBy} base={base} />
              ))}
            </ul>
          </section>
          <Derived digest={digest} first={line.derivedImages} />
        </>
      )}
    </>
  );
}

function BaseLine({ base }: { base: Base }): ReactNode {
  const { t } = useLanguage();
  const { knownBy, name, digest, layerCount, image } = base;
  return (
    <li>
      <p>
        <Badge tone={knownBy === 'LAYERS' ? 'good' : 'info'}>{t(`lineage.by.${knownBy}`)}</Badge>{' '}
        {name !== null && <LongText text={name} most={200} />}
        {layerCount !== null && <span className="muted">{t('lineage.layers', { n: layerCount })}</span>}
      </p>
      {image ? (
        <Relative image={image} />
      ) : (
        <p className="muted">
          {digest !== null && (
            <>
              <code className="image-base-digest">{digest}</code> <Copy text={digest} label={t('image.digest')} />{' '}
            </>
          )}
          {t('lineage.notHeld')}
        </p>
      )}
    </li>
  );
}

function Derived({ digest, first }: { digest: string; first: Line['derivedImages'] }): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const list = useMore<RelativeFragment>(first, async (after) => {
    const { data, problem } = await gateway.ask(lineageOf, { digest, after });
    return { data: data?.image?.platforms[0]?.derivedImages ?? null, problem };
  });
  const { total } = list;
  return (
    <section className="image-lineage">
      <h3>{total === 0 ? t('lineage.under') : t('lineage.underCount', { n: total })}</h3>
      {total === 0 && <p className="muted">{t('lineage.underNone')}</p>}
      <Relatives list={list} />
    </section>
  );
}
