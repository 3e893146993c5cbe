import { useMemo, type ReactNode } from 'react';
import { useOperation } from '../data/query.js';
import { platformOf, type ImageHeadFragment, type PlatformPartsFragment } from '../operations/image.js';
import { labelPlatforms } from '../pure/platforms.js';
import { useLanguage } from '../text/context.js';
import { ProblemNotice } from '../ui/parts.js';
import { Segments } from '../ui/segments.js';
import { Tabs, type Tab } from '../ui/tabs.js';
import { ConfigPart } from './config.js';
import { History, type Revisions, type ShownRevisions } from './history.js';
import { Labels } from './labels.js';
import { Layers } from './layers.js';
import { Lineage } from './lineage.js';
import { Places } from './places.js';
import { Raw } from './raw.js';
import { Referrers } from './referrers.js';
import type { ImagePart, ImageView } from './view.js';
import { Waiting } from './waiting.js';

export interface ImageBodyProps {
  readonly image: ImageHeadFragment;
  /** The tag by which the image is looked at, and where it pointed to. */
  readonly tag?: ShownRevisions & { readonly id: string };
  readonly view: ImageView;
  readonly onView: (changed: ImageView) => void;
}

/** The platforms of an image, and its parts, of which one is looked at. */
export function ImageBody({ image, tag, view, onView }: ImageBodyProps): ReactNode {
  const { t, formats } = useLanguage();
  const labels = useMemo(() => labelPlatforms(image.choices), [image.choices]);
  const at = Math.max(0, view.platform === undefined ? 0 : labels.indexOf(view.platform));
  const { platform, problem, renew } = usePlatform(image, at);
  const tabs = useTabs(image, platform, tag?.revisions);
  const part = tabs.some(({ name }) => name === view.part) ? view.part! : tabs[0]!.name;
  return (
    <>
      {image.choices.length > 1 && (
        <Segments
          label={t('image.platform')}
          segments={labels.map((label, index) => ({
            value: label,
            label: label.replace(/^linux\//, ''),
            note: formats.bytes(image.choices[index]!.size),
          }))}
          chosen={labels[at]!}
          onChoose={(label) => onView({ ...view, platform: label === labels[0] ? undefined : label })}
        />
      )}
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      <Tabs
        label={t('image.parts')}
        tabs={tabs}
        chosen={part}
        onChoose={(name) => onView({ ...view, part: name === tabs[0]!.name ? undefined : name })}
      >
        <Part
          // The history is the tag's: it goes on where the tag moves while one looks.
          key={part === 'history' ? part : `${part} ${image.digest} ${platform?.digest}`}
          part={part}
          image={image}
          platform={platform}
          tag={tag}
        />
      </Tabs>
    </>
  );
}

/** The chosen platform in its parts: the first came with the image. null: it is asked for. */
function usePlatform(image: ImageHeadFragment, at: number) {
  const digest = image.choices[at]?.digest;
  const { data, problem, renew } = useOperation(platformOf, at === 0 || digest === undefined ? null : { digest });
  const asked = data?.image?.platforms[0];
  const platform = at === 0 ? (image.shown[0] ?? null) : asked && asked.digest === digest ? asked : null;
  return { platform, problem: at === 0 ? null : problem, renew };
}

function useTabs(
  image: ImageHeadFragment,
  platform: PlatformPartsFragment | null,
  revisions: Revisions | undefined,
): readonly Tab<ImagePart>[] {
  const { t } = useLanguage();
  const hasPlatform = image.choices.length > 0;
  return [
    ...(hasPlatform
      ? ([
          { name: 'layers', title: t('image.layers'), count: platform?.layers.length },
          { name: 'config', title: t('image.config') },
        ] as const)
      : []),
    { name: 'labels', title: t('image.labels'), count: (platform?.labels.length ?? 0) + image.annotations.length },
    { name: 'referrers', title: t('image.referrers') },
    ...(hasPlatform ? ([{ name: 'lineage', title: t('image.lineage') }] as const) : []),
    { name: 'places', title: t('image.places'), count: image.locations.totalCount },
    ...(revisions ? ([{ name: 'history', title: t('image.history'), count: revisions.totalCount }] as const) : []),
    { name: 'raw', title: t('image.raw') },
  ];
}

interface PartProps {
  readonly part: ImagePart;
  readonly image: ImageHeadFragment;
  readonly platform: PlatformPartsFragment | null;
  readonly tag: ImageBodyProps['tag'];
}

function Part({ part, image, platform, tag }: PartProps): ReactNode {
  const needsPlatform = part === 'layers' || part === 'config' || part === 'lineage';
  if (needsPlatform && platform === null) return <Waiting />;
  switch (part) {
    case 'layers':
      return <Layers platform={platform!} />;
    case 'config':
      return <ConfigPart digest={platform!.digest} />;
    case 'labels':
      return <Labels image={image} platform={platform} />;
    case 'referrers':
      return <Referrers digest={image.digest!} />;
    case 'lineage':
      return <Lineage digest={platform!.digest} />;
    case 'places':
      return <Places image={image} own={tag?.id} />;
    case 'history':
      return tag ? <History {...tag} /> : null;
    case 'raw':
      return <Raw digest={image.digest!} platform={platform?.digest ?? image.digest!} />;
  }
}
