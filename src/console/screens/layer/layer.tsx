import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useGateway } from '../../data/context.js';
import { useMore } from '../../data/more.js';
import { useOperation } from '../../data/query.js';
import '../../images/image.css';
import '../../images/lineage.css';
import { Relatives } from '../../images/relative.js';
import { Waiting } from '../../images/waiting.js';
import { layer as layerOperation, layerImagesOf, type LayerQuery } from '../../operations/layer.js';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import { Fact } from '../../ui/fact.js';
import { Copy, Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';

const route = getRouteApi('/layer/$digest');

type FoundLayer = NonNullable<LayerQuery['layer']>;

/** A layer by its digest: how large it is, and which images of all registries have it. */
export function Layer(): ReactNode {
  const { digest } = route.useParams();
  return <OneLayer key={digest} digest={digest} />;
}

function OneLayer({ digest }: { digest: string }): ReactNode {
  const { t } = useLanguage();
  const { data, problem, isAsking, renew } = useOperation(layerOperation, { digest });
  useTitle(shortDigest(digest));
  const found = data?.layer ?? null;
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <p className="muted">{t('layer.title')}</p>
          <h1>
            <code className="image-heading">{shortDigest(digest) || digest.slice(0, 80)}</code>
          </h1>
        </div>
      </header>
      <div className="image" aria-busy={isAsking}>
        {problem && <ProblemNotice problem={problem} retry={renew} />}
        {data === null && isAsking && <Waiting />}
        {data !== null && found === null && problem === null && (
          <Empty title={t('layer.missing')}>
            <p>{t('layer.missingText')}</p>
          </Empty>
        )}
        {found && <KnownLayer found={found} />}
      </div>
    </div>
  );
}

function KnownLayer({ found }: { found: FoundLayer }): ReactNode {
  const { t, formats } = useLanguage();
  const { digest, size, mediaType, repositoryCount, images } = found;
  return (
    <>
      <dl className="facts">
        <Fact name={t('image.size')}>{formats.bytes(size)}</Fact>
        <Fact name={t('layer.images')}>{formats.count(images.totalCount)}</Fact>
        <Fact name={t('layer.repositories')}>{formats.count(repositoryCount)}</Fact>
      </dl>
      <p className="image-digest">
        <code>{digest}</code> <Copy text={digest} label={t('image.digest')} />
      </p>
      <p className="muted image-digest">
        <bdi>{mediaType}</bdi>
      </p>
      <Users digest={digest} first={images} />
    </>
  );
}

function Users({ digest, first }: { digest: string; first: FoundLayer['images'] }): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const list = useMore<FoundLayer['images']['nodes'][number]>(first, async (after) => {
    const { data, problem } = await gateway.ask(layerImagesOf, { digest, after });
    return { data: data?.layer?.images ?? null, problem };
  });
  return (
    <section className="panel image-users">
      <h2>{t('layer.users', { n: list.total })}</h2>
      <Relatives list={list} />
    </section>
  );
}
