import type { ReactNode } from 'react';
import { useGateway } from '../data/context.js';
import { useMore } from '../data/more.js';
import { placesOf, type ImageHeadFragment, type PlacesFragment } from '../operations/image.js';
import { useLanguage } from '../text/context.js';
import { MoreOf } from '../ui/growing.js';
import { Badge, Time } from '../ui/parts.js';
import { TagLink } from './taglink.js';

type Place = PlacesFragment['nodes'][number];

/** Every tag that leads to the image, in whichever registry it is. */
export function Places({ image, own }: { image: ImageHeadFragment; own: string | undefined }): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const list = useMore<Place>(image.locations, async (after) => {
    const { data, problem } = await gateway.ask(placesOf, { digest: image.digest!, after });
    return { data: data?.image?.locations ?? null, problem };
  });
  if (list.items.length === 0) return <p className="muted">{t('image.noPlaces')}</p>;
  return (
    <>
      <ul className="image-places">
        {list.items.map((place) => (
          <PlaceLine key={place.id} place={place} isOwn={place.id === own} isWhole={place.digest === image.digest} />
        ))}
      </ul>
      <MoreOf list={list} label={t('image.morePlaces')} />
    </>
  );
}

function PlaceLine({ place, isOwn, isWhole }: { place: Place; isOwn: boolean; isWhole: boolean }): ReactNode {
  const { t } = useLanguage();
  const { repository, name } = place;
  if (repository === null) return null;
  return (
    <li>
      <TagLink name={name} repository={repository} />
      {isOwn && <Badge tone="info">{t('image.here')}</Badge>}
      {!isWhole && <Badge>{t('image.within')}</Badge>}
      <span className="muted">
        <Time at={place.updatedAt} />
      </span>
    </li>
  );
}
