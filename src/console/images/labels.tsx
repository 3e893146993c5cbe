import type { ReactNode } from 'react';
import type { ImageHeadFragment, PlatformPartsFragment } from '../operations/image.js';
import type { Keyed } from '../pure/keyed.js';
import { useLanguage } from '../text/context.js';
import { Bounded, ForeignText } from '../ui/long.js';

/** The API tells so many of a list, by their keys. */
const told = 1000;

/** Labels of the platform's config, and annotations of the manifest or index. */
export function Labels({ image, platform }: { image: ImageHeadFragment; platform: PlatformPartsFragment | null }) {
  const { t } = useLanguage();
  const labels = platform?.labels ?? [];
  if (labels.length + image.annotations.length === 0) return <p className="muted">{t('image.noLabels')}</p>;
  return (
    <>
      <TextList title={t('image.labels')} texts={labels} />
      <TextList title={t('image.annotations')} texts={image.annotations} />
    </>
  );
}

/** Texts under their keys. Whoever pushed the image wrote both. */
function TextList({ title, texts }: { title: string; texts: readonly Keyed[] }): ReactNode {
  const { t, formats } = useLanguage();
  if (texts.length === 0) return null;
  return (
    <section>
      <h2>
        {title} <span className="muted">{formats.count(texts.length)}</span>
      </h2>
      <Bounded items={texts} most={50}>
        {(shown) => (
          <dl className="image-texts">
            {shown.map(({ key, value }) => (
              <div key={key}>
                <dt>
                  <bdi>{key}</bdi>
                </dt>
                <dd>
                  {value === '' ? <span className="muted">{t('image.emptyText')}</span> : <ForeignText text={value} />}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Bounded>
      {texts.length >= told && <p className="muted">{t('image.textsCut', { n: told })}</p>}
    </section>
  );
}
