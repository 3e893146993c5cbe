import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useGateway } from '../data/context.js';
import { useMore } from '../data/more.js';
import { placesOf, type ImageHeadFragment, type PlacesFragment } from '../operations/image.js';
import { useLanguage } from '../text/context.js';
import { Badge, ProblemNotice, Time } from '../ui/parts.js';

type Place = PlacesFragment['nodes'][number];

/** Every tag that leads to the image, in whichever registry it is. */
export function Places({ image, own }: { image: ImageHeadFragment; own: string | undefined }): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const { items, problem, isAsking, more } = useMore<Place>(image.locations, async (after) => {
    const { data, problem } = await gateway.ask(placesOf, { digest: image.digest!, after });
    return { data: data?.image?.locations ?? null, problem };
  });
  if (items.length === 0) return <p className="muted">{t('image.noPlaces')}</p>;
  return (
    <>
      <ul className="image-places">
        {items.map((place) => (
          <PlaceLine key={place.id} place={place} isOwn={place.id === own} isWhole={place.digest === image.digest} />
        ))}
      </ul>
      {problem && <ProblemNotice problem={problem} retry={more} />}
      {more && (
        <p>
          <button type="button" className="button button-small" disabled={isAsking} onClick={more}>
            {t('image.morePlaces')}
          </button>
        </p>
      )}
    </>
  );
}

function PlaceLine({ place, isOwn, isWhole }: { place: Place; isOwn: boolean; isWhole: boolean }): ReactNode {
  const { t } = useLanguage();
  const { repository, name } = place;
  if (repository === null) return null;
  return (
    <li>
      <Link
        to="/t/$registry/$"
        params={{ registry: repository.registry.name, _splat: `${repository.name}:${name}` }}
        className="name"
      >
        <bdi className="muted">{repository.registry.name} / </bdi>
        <bdi>{repository.name}</bdi>:<bdi>{name}</bdi>
      </Link>
      {isOwn && <Badge tone="info">{t('image.here')}</Badge>}
      {!isWhole && <Badge>{t('image.within')}</Badge>}
      <span className="muted">
        <Time at={place.updatedAt} />
      </span>
    </li>
  );
}
