import type { ReactNode } from 'react';
import type { ReferrerContentsQuery } from '../operations/image.js';
import { useLanguage } from '../text/context.js';
import { Bounded, ForeignText, LongText } from '../ui/long.js';
import { Notice, Time } from '../ui/parts.js';

type Contents = NonNullable<NonNullable<ReferrerContentsQuery['image']>['referrers'][number]['contents']>;
type Content = Contents[number];
type Sbom = NonNullable<Content['sbom']>;

/** One blob of what is about an image: its packages, how it is signed, what it states. */
export function ReferrerContent({ content }: { content: Content }): ReactNode {
  const { t, formats } = useLanguage();
  const { problem, sbom, signature, statement, mediaType, size } = content;
  const isRead = sbom !== null || signature !== null || statement !== null;
  return (
    <>
      {problem && (
        <Notice tone="warn">
          <bdi>{problem.message}</bdi>
        </Notice>
      )}
      {!problem && !isRead && (
        <p className="muted">
          {t('referrer.unread')} <bdi>{mediaType}</bdi>, {formats.bytes(size)}
        </p>
      )}
      {sbom && <Packages sbom={sbom} />}
      {signature && <Signature signature={signature} />}
      {statement && <Statement statement={statement} />}
    </>
  );
}

function Packages({ sbom }: { sbom: Sbom }): ReactNode {
  const { t, formats } = useLanguage();
  const format = sbom.format === 'SPDX' ? 'SPDX' : 'CycloneDX';
  return (
    <section>
      <h3>
        {t('sbom.packages', { n: sbom.packageCount })}{' '}
        <span className="muted">{`${format} ${sbom.version ?? ''}`}</span>
      </h3>
      {(sbom.name !== null || sbom.tools.length > 0) && (
        <p className="muted">
          <bdi>{[sbom.name, ...sbom.tools].filter((one) => one !== null).join(' · ')}</bdi>{' '}
          {sbom.createdAt && <Time at={sbom.createdAt} />}
        </p>
      )}
      <Bounded items={sbom.packages} most={30}>
        {(shown) => (
          // A part that scrolls is reached by keys.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <div className="image-table" tabIndex={0} role="region" aria-label={t('sbom.table')}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('sbom.name')}</th>
                  <th scope="col">{t('sbom.version')}</th>
                  <th scope="col">{t('sbom.licence')}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map(({ name, version, licence, purl }, at) => (
                  <tr key={at} title={purl ?? undefined}>
                    <td>
                      <LongText text={name ?? purl ?? t('unknown')} most={120} />
                    </td>
                    <td>
                      <LongText text={version ?? ''} most={80} />
                    </td>
                    <td>
                      <LongText text={licence ?? ''} most={120} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Bounded>
      {sbom.packageCount > sbom.packages.length && (
        <p className="muted">{t('sbom.cut', { shown: formats.count(sbom.packages.length), n: sbom.packageCount })}</p>
      )}
    </section>
  );
}

function Signature({ signature }: { signature: NonNullable<Content['signature']> }): ReactNode {
  const { t } = useLanguage();
  const { hasSignature, identity, issuer, signedDigest, signedReference, validFrom, validUntil } = signature;
  return (
    <section>
      <h3>{t(hasSignature ? 'signature.title' : 'signature.none')}</h3>
      <dl className="image-texts">
        <Said title={t('signature.identity')} text={identity} />
        <Said title={t('signature.issuer')} text={issuer} />
        <Said title={t('signature.of')} text={signedDigest} />
        <Said title={t('signature.reference')} text={signedReference} />
        {validFrom !== null && (
          <div>
            <dt>{t('signature.valid')}</dt>
            <dd>
              <Time at={validFrom} /> – <Time at={validUntil} />
            </dd>
          </div>
        )}
      </dl>
      <p className="muted">{t('signature.unchecked')}</p>
    </section>
  );
}

function Statement({ statement }: { statement: NonNullable<Content['statement']> }): ReactNode {
  const { t } = useLanguage();
  return (
    <section>
      <h3>{t('statement.title')}</h3>
      <dl className="image-texts">
        <Said title={t('statement.predicate')} text={statement.predicateType} />
        <Said title={t('statement.builder')} text={statement.builderId} />
        <Said title={t('statement.buildType')} text={statement.buildType} />
        <div>
          <dt>{t('statement.subjects', { n: statement.subjectCount })}</dt>
          <dd>
            <ul>
              {statement.subjects.map(({ name, digest }, at) => (
                <li key={at}>
                  <LongText text={[name, digest].filter((one) => one !== null).join(' ')} most={200} />
                </li>
              ))}
            </ul>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Said({ title, text }: { title: string; text: string | null }): ReactNode {
  if (text === null) return null;
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <ForeignText text={text} />
      </dd>
    </div>
  );
}
