import type { ReactNode } from 'react';
import { useKept, useKeptChoice } from '../kept/kept.js';
import type { PullTool } from '../operations/image.js';
import { useLanguage } from '../text/context.js';
import { Select } from '../ui/fields.js';
import { Copy } from '../ui/parts.js';
import { toolNames } from './toolnames.js';

export interface PullLine {
  readonly tool: PullTool;
  readonly command: string;
}

export interface PullProps {
  /** By tag: none where an image is looked at by its digest. */
  readonly byTag?: readonly PullLine[];
  readonly byDigest: readonly PullLine[];
}

/** How the image is pulled, by the tool that was chosen last. */
export function Pull({ byTag = [], byDigest }: PullProps): ReactNode {
  const { t } = useLanguage();
  const { keep } = useKept();
  const last = useKeptChoice('pull-tool');
  const tools = byDigest.map(({ tool }) => tool);
  const [first] = tools;
  if (first === undefined) return null;
  const tool = tools.find((one) => one === last) ?? first;
  const lineOf = (lines: readonly PullLine[]): string | undefined => lines.find((line) => line.tool === tool)?.command;
  return (
    <section className="image-pull" aria-label={t('image.pull')}>
      <div className="image-pull-head">
        <h2>{t('image.pull')}</h2>
        <Select
          label={t('image.tool')}
          isLabelHidden
          value={tool}
          choices={tools.map((value) => ({ value, label: toolNames[value] }))}
          onChange={(value) => keep('pull-tool', value)}
        />
      </div>
      <Line label={t('image.byTag')} command={lineOf(byTag)} />
      <Line label={t('image.byDigest')} command={lineOf(byDigest)} />
    </section>
  );
}

function Line({ label, command }: { label: string; command: string | undefined }): ReactNode {
  if (command === undefined) return null;
  return (
    <div className="image-line">
      <span className="image-line-label">{label}</span>
      <input
        type="text"
        readOnly
        value={command}
        aria-label={label}
        dir="ltr"
        onFocus={(event) => event.currentTarget.select()}
      />
      <Copy text={command} label={label} />
    </div>
  );
}
