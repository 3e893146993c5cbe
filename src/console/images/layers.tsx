import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import type { PlatformPartsFragment } from '../operations/image.js';
import { shortDigest } from '../pure/name.js';
import { arrangeBuild, wordStep } from '../pure/steps.js';
import { useLanguage } from '../text/context.js';
import { Bounded, LongText } from '../ui/long.js';
import { ShareBar } from '../ui/parts.js';

type Step = PlatformPartsFragment['history'][number];
type Layer = PlatformPartsFragment['layers'][number];

/** The lists of an image are asked for up to so many of each. */
const most = { layers: 500, steps: 1000 };

/** The layers of a platform, bottom first, each with the step that made it; steps that made none are folded. */
export function Layers({ platform }: { platform: PlatformPartsFragment }): ReactNode {
  const { t } = useLanguage();
  const { layers, history } = platform;
  const lines = useMemo(() => arrangeBuild(layers, history), [layers, history]);
  const largest = Math.max(...layers.map(({ size }) => size ?? 0));
  if (lines.length === 0) return <p className="muted">{t('image.noLayers')}</p>;
  return (
    <>
      <Bounded items={lines} most={100}>
        {(shown) => (
          <ol className="image-layers">
            {shown.map((line, at) =>
              line.kind === 'layer' ? (
                <LayerLine key={at} layer={line.layer} step={line.step} largest={largest} />
              ) : (
                <EmptySteps key={at} steps={line.steps} />
              ),
            )}
          </ol>
        )}
      </Bounded>
      {(layers.length >= most.layers || history.length >= most.steps) && (
        <p className="muted">{t('image.layersCut', { n: layers.length })}</p>
      )}
    </>
  );
}

function LayerLine({ layer, step, largest }: { layer: Layer; step: Step | null; largest: number }): ReactNode {
  const { t, formats } = useLanguage();
  const words = step && wordStep(step);
  return (
    <li className="image-layer">
      <div className="image-step">
        {words ? (
          <code>
            <LongText text={words} most={400} />
          </code>
        ) : (
          <span className="muted">{t('image.noStep')}</span>
        )}
        <span className="image-layer-size">
          <strong>{formats.bytes(layer.size)}</strong>
          <Link to="/layer/$digest" params={{ digest: layer.digest }} className="link">
            <code title={`${layer.digest}\n${layer.mediaType}`}>{shortDigest(layer.digest)}</code>
          </Link>
        </span>
      </div>
      <ShareBar value={layer.size} most={largest} />
    </li>
  );
}

function EmptySteps({ steps }: { steps: readonly Step[] }): ReactNode {
  const { t } = useLanguage();
  return (
    <li>
      <details className="image-empty-steps">
        <summary>{t('image.emptySteps', { n: steps.length })}</summary>
        <ol>
          {steps.map((step, at) => (
            <li key={at}>
              <code>
                <LongText text={wordStep(step) ?? step.comment ?? t('image.noStep')} most={400} />
              </code>
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}
