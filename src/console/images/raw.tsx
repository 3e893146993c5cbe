import type { ReactNode } from 'react';
import { useOperation } from '../data/query.js';
import { rawOf } from '../operations/image.js';
import { useLanguage } from '../text/context.js';
import { LongText } from '../ui/long.js';
import { Copy, ProblemNotice } from '../ui/parts.js';
import { Waiting } from './waiting.js';

/** The image byte for byte: the index, the manifest of the platform and its config. Read when it is looked at. */
export function Raw({ digest, platform }: { digest: string; platform: string }): ReactNode {
  const { t } = useLanguage();
  const { data, problem, isAsking, renew } = useOperation(rawOf, { digest, platform });
  const config = data?.platform?.platforms[0]?.config;
  const isIndex = digest !== platform;
  const texts = [
    { title: t(isIndex ? 'raw.index' : 'raw.manifest'), digest, text: data?.image?.rawManifest },
    ...(isIndex ? [{ title: t('raw.manifest'), digest: platform, text: data?.platform?.rawManifest }] : []),
    ...(config ? [{ title: t('raw.config'), digest: config.digest, text: config.raw }] : []),
  ];
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {data === null && isAsking && <Waiting />}
      {data !== null &&
        texts.map(({ title, digest, text }) => (
          <section key={digest} className="image-raw">
            <h2>
              {title} {typeof text === 'string' && <Copy text={text} label={title} />}
            </h2>
            <p className="muted image-digest">
              <code>{digest}</code> <Copy text={digest} label={t('image.digest')} />
            </p>
            {typeof text === 'string' ? (
              // A part that scrolls is reached by keys.
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              <pre tabIndex={0} role="region" aria-label={title}>
                <LongText text={text} most={20_000} />
              </pre>
            ) : (
              <p className="muted">{t('raw.none')}</p>
            )}
          </section>
        ))}
    </>
  );
}
