import { useState, type ReactNode } from 'react';
import { useOperation } from '../data/query.js';
import { referrerContents, referrersOf, type ReferrersOfQuery } from '../operations/image.js';
import { shortDigest } from '../pure/name.js';
import { packagesBeside, tellReferrer } from '../pure/referrer.js';
import { useLanguage } from '../text/context.js';
import { Bounded, ForeignText } from '../ui/long.js';
import { Badge, ProblemNotice } from '../ui/parts.js';
import { ReferrerContent } from './contents.js';
import { Waiting } from './waiting.js';

type Referrer = NonNullable<ReferrersOfQuery['image']>['referrers'][number];

/** So many are asked for. */
const most = 200;

/** Signatures, SBOMs and statements about the image. The registries that hold it are asked when it is looked at. */
export function Referrers({ digest }: { digest: string }): ReactNode {
  const { t } = useLanguage();
  const { data, problem, isAsking, renew } = useOperation(referrersOf, { digest });
  const referrers = data?.image?.referrers;
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {!referrers && isAsking && <Waiting />}
      {referrers?.length === 0 && <p className="muted">{t('image.noReferrers')}</p>}
      {referrers && referrers.length > 0 && (
        <Bounded items={referrers} most={20}>
          {(shown) => (
            <ul className="image-referrers">
              {shown.map((referrer) => (
                <ReferrerLine key={referrer.digest} referrer={referrer} all={referrers} subject={digest} />
              ))}
            </ul>
          )}
        </Bounded>
      )}
      {referrers && referrers.length >= most && <p className="muted">{t('image.referrersCut', { n: most })}</p>}
    </>
  );
}

interface ReferrerLineProps {
  readonly referrer: Referrer;
  readonly all: readonly Referrer[];
  /** The digest of the image that it is about. */
  readonly subject: string;
}

function ReferrerLine({ referrer, all, subject }: ReferrerLineProps): ReactNode {
  const { t, formats } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const { digest, artifactType, size } = referrer;
  const kind = tellReferrer(artifactType);
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Badge tone={kind === 'other' ? 'quiet' : 'info'}>{t(`referrer.${kind}`)}</Badge>
          <bdi className="image-type">{artifactType ?? t('unknown')}</bdi>
          <code className="muted" title={digest}>
            {shortDigest(digest)}
          </code>
          <span className="muted">{formats.bytes(size)}</span>
        </summary>
        {isOpen && <OpenReferrer referrer={referrer} upTo={countUpTo(all, referrer)} subject={subject} />}
      </details>
    </li>
  );
}

/** The place of a referrer among those that are asked for with it: those of its type, or all where it has none. */
function countUpTo(all: readonly Referrer[], { digest, artifactType }: Referrer): number {
  const alike = artifactType === null ? all : all.filter((one) => one.artifactType === artifactType);
  return alike.findIndex((one) => one.digest === digest) + 1;
}

function OpenReferrer({ referrer, upTo, subject }: { referrer: Referrer; upTo: number; subject: string }): ReactNode {
  const { t } = useLanguage();
  const { digest, artifactType, annotations } = referrer;
  const { data, problem, isAsking, renew } = useOperation(referrerContents, {
    digest: subject,
    artifactType,
    upTo,
    blobs: 5,
    packages: packagesBeside(upTo),
  });
  const contents = data?.image?.referrers.find((one) => one.digest === digest)?.contents;
  return (
    <div className="image-contents">
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {!contents && isAsking && <Waiting />}
      {contents?.length === 0 && <p className="muted">{t('referrer.empty')}</p>}
      {contents?.map((content) => (
        <ReferrerContent key={content.digest} content={content} />
      ))}
      {annotations.length > 0 && (
        <dl className="image-texts">
          {annotations.map(({ key, value }) => (
            <div key={key}>
              <dt>
                <bdi>{key}</bdi>
              </dt>
              <dd>
                <ForeignText text={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
