import type { ReactNode } from 'react';
import type { JobPiecesQuery } from '../../operations/job.js';
import type { Outcome } from '../../pure/job.js';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import { Badge, type Tone } from '../../ui/parts.js';

export type Piece = NonNullable<JobPiecesQuery['job']>['pieces']['nodes'][number];

const tones: Readonly<Record<Outcome, Tone>> = {
  FAILED: 'bad',
  KEPT: 'warn',
  CANCELLED: 'quiet',
  SENT: 'info',
  PENDING: 'quiet',
  ABSENT: 'quiet',
  DONE: 'good',
};

/** Tags of a piece that are named. */
const mostNames = 8;

/** One piece of a job, and what came of it. */
export function PieceRow({ piece, isRestoring }: { piece: Piece; isRestoring: boolean }): ReactNode {
  const { t } = useLanguage();
  const { kind, state, tags, digest, code, message, canRestore } = piece;
  return (
    <li className="piece">
      <Badge tone={tones[state]}>{t(isRestoring ? `job.back.${state}` : `job.outcome.${state}`)}</Badge>
      <span className="piece-text">
        {tags.slice(0, mostNames).map((name) => (
          <bdi key={name} className="name">
            {name}
          </bdi>
        ))}
        {tags.length > mostNames && <span className="muted">{t('deletion.more', { n: tags.length - mostNames })}</span>}
        {digest !== null && <code className="muted">{shortDigest(digest)}</code>}
        <span className="muted">
          {t(`job.kind.${kind}`)}
          {canRestore && ` · ${t('job.canRestore')}`}
        </span>
        {message !== null && (
          <span className="piece-message">
            <bdi>{message}</bdi> {code !== null && <code className="muted">{code}</code>}
          </span>
        )}
      </span>
    </li>
  );
}
